//! What is shown of the import or requirement under the cursor.

use super::card::Card;
use super::places;
use super::prose::Piece;
use super::shown::Hover;
use super::subject::{self, Outer, Subject};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::resolve::Evidence;
use pinlens_facts::requirements::Requirement;

/// What is shown at byte `offset` of a file. Nothing of the standard library and of the workspace's own modules: other servers
/// show these.
pub fn hover(ws: &Analysis, file: FileId, offset: u32) -> Option<Hover> {
    if let Some(hover) = super::deployments::hover(ws, file, offset) {
        return Some(hover);
    }
    match subject::at(ws, file, offset)? {
        Subject::Imports(imports) => imports.first().and_then(|import| of_import(ws, file, import)),
        Subject::Requirement(requirement) => of_requirement(ws, file, requirement),
        Subject::Include(_) => None,
    }
}

fn of_import(ws: &Analysis, file: FileId, outer: &Outer) -> Option<Hover> {
    let project = ws.project_of(file);
    let name = outer.distribution()?;
    let mut card = Card::new(ws, name);
    card.add(vec![
        Piece::Text("provides ".to_owned()),
        Piece::Code(outer.import.name.to_string()),
        Piece::Text(evidence(outer)),
    ]);
    card.add_declared(project);
    card.add_installed();
    let files = places::declared(ws, project, name).into_iter().map(|(file, _)| file);
    let mut projects: Vec<_> = files.flat_map(|file| places::projects_of(ws, file)).chain([project]).collect();
    projects.sort_unstable();
    projects.dedup();
    card.add_importers(&projects);
    card.add_start_up(file, outer.range.start);
    card.add_links();
    Some(Hover { range: outer.range, text: card.finish() })
}

/// How it is known who provides the module.
fn evidence(outer: &Outer) -> String {
    match outer.providers {
        Some(providers) if providers.evidence > Evidence::SameName => format!(": {}", providers.because),
        Some(_) | None if !outer.satisfying.is_empty() => ": a requirement has the module's name".to_owned(),
        Some(providers) => format!(": {}", providers.because),
        None => String::new(),
    }
}

fn of_requirement(ws: &Analysis, file: FileId, requirement: &Requirement) -> Option<Hover> {
    let name = requirement.name.as_ref()?;
    let mut card = Card::new(ws, name);
    card.add_installed();
    if !card.add_importers(&places::projects_of(ws, file)) {
        card.add(vec![Piece::Text("imported by no file".to_owned())]);
        card.add_reason(file, requirement);
    }
    card.add_required_by(&requirement.via);
    card.add_links();
    Some(Hover { range: requirement.name_range, text: card.finish() })
}
