//! From an import to the requirement that brings it, from a `-r` to its file, from a compiled pin to where it was requested.

use super::places::{self, Place};
use super::subject::{self, Outer, Subject, declarations};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::project::{ProjectId, source_of};
use pinlens_facts::requirements::Requirement;
use pinlens_facts::words::text::TextRange;

/// Where a definition leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The bytes that the query was for.
    pub origin: TextRange,
    /// The places, the best first.
    pub places: Vec<Place>,
}

/// Where what stands at byte `offset` of a file is decided.
pub fn definition(ws: &Analysis, file: FileId, offset: u32) -> Option<Definition> {
    let (origin, places) = match subject::at(ws, file, offset)? {
        Subject::Imports(imports) => (imports.first()?.range, of_imports(ws, ws.project_of(file), &imports)),
        Subject::Requirement(requirement) => (requirement.name_range, of_requirement(ws, file, requirement)),
        Subject::Include(include) => {
            let target = ws.file(&ws.path(file).sibling(&include.target)).filter(|id| ws.facts(*id).is_some());
            let place = target.map(|file| Place { file, range: TextRange::empty(0) });
            (include.target_range, place.into_iter().collect())
        }
    };
    (!places.is_empty()).then_some(Definition { origin, places })
}

fn of_imports(ws: &Analysis, project: ProjectId, imports: &[Outer]) -> Vec<Place> {
    let mut found = Vec::new();
    for import in imports {
        let mut own: Vec<Place> = import.satisfying.iter().flat_map(|name| places(ws, project, name)).collect();
        if own.is_empty() {
            let bringer = import.distribution().and_then(|name| ws.projects().all[project].indirect.brought.get(name));
            own.extend(bringer.into_iter().flat_map(|bringer| places(ws, project, &bringer.by)));
        }
        found.extend(own.into_iter().filter(|place| !found.contains(place)).collect::<Vec<_>>());
    }
    found
}

fn places(ws: &Analysis, project: ProjectId, name: &pinlens_facts::words::names::DistributionName) -> Vec<Place> {
    let declared = places::declared(ws, project, name).into_iter();
    declared.map(|(file, requirement)| Place { file, range: requirement.name_range }).collect()
}

/// The line that people edit, where a tool wrote this one; the constraints that choose its version; else itself, for which
/// editors offer the references.
fn of_requirement(ws: &Analysis, file: FileId, requirement: &Requirement) -> Vec<Place> {
    let projects = ws.projects();
    let source = source_of(ws.model(), file);
    let constraints =
        projects.users(file).iter().flat_map(|project| projects.all[*project].lists.constraints.iter().copied());
    let mut files: Vec<FileId> = source.into_iter().chain(constraints).filter(|other| *other != file).collect();
    files.dedup();
    let same = |other: &Requirement| other.name.is_some() && other.name == requirement.name;
    let of_file = |file: FileId| {
        let all = declarations(ws, file).into_iter().flat_map(|facts| &facts.requirements);
        all.filter(|other| same(other)).map(move |other| Place { file, range: other.name_range })
    };
    let found: Vec<Place> = files.into_iter().flat_map(of_file).collect();
    if found.is_empty() { vec![Place { file, range: requirement.name_range }] } else { found }
}
