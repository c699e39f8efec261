//! `shadowed-module`: a module of the workspace hides the one that a requirement installs.

use super::{Code, Diagnostic, Findings, MOST_RELATED, Related, Severity};
use crate::facts::FileFacts;
use crate::imports::{Import, Target};
use crate::names::{DistributionName, ModuleName};
use crate::requirements::Source;
use crate::resolve::Evidence;
use crate::workspace::{FileId, Workspace};

/// Finds the imports among `imports` that lead to a module of the workspace where a requirement installs one of that name.
/// Each module is told once a file.
pub(super) fn check(ws: &Workspace, file: FileId, imports: &[Import], findings: &mut Findings) {
    let mut told: Vec<&str> = Vec::new();
    for import in imports {
        let top = import.name.split('.').next().unwrap_or_default();
        if import.target != Target::FirstParty || import.statement.parsed.level > 0 || told.contains(&top) {
            continue;
        }
        let Some(hidden) = hidden(ws, file, top) else { continue };
        told.push(top);
        // the project's own package is what is meant, whoever else ships parts of it (`mlflow` beside a required mlflow-skinny)
        if ws.makes(&DistributionName::new(top)) || ws.makes_kin_of(&hidden) {
            continue;
        }
        let Some(place) = ws.nearest_module(file, top) else { continue };
        let diagnostic = Diagnostic {
            code: Code::ShadowedModule,
            severity: Severity::Warning,
            range: import.range,
            message: format!(
                "`{top}` is {place} of this workspace, which hides the module of the required distribution {hidden}. Rename one of the two, or remove the requirement.",
            ),
            module: Some(ModuleName::new(top)),
            distribution: Some(hidden.clone()),
            related: declared_at(ws, file, &hidden),
            unnecessary: false,
        };
        findings.add(diagnostic, &import.statement.ignores);
    }
}

/// The required distribution whose module `top` is hidden. One that the workspace itself makes is not.
pub(crate) fn hidden(ws: &Workspace, file: FileId, top: &str) -> Option<DistributionName> {
    // asked of every import at every keystroke: most have no module of their name in the workspace
    if ws.modules().holders(top).is_empty() {
        return None;
    }
    let project = &ws.projects().all[ws.project_of(file)];
    if top.is_empty() || !ws.may_be_declared(top) || ws.nearest_module(file, top).is_none() {
        return None;
    }
    let providers = ws.outside().providers(top)?;
    let is_sure = providers.evidence >= Evidence::Catalog;
    let found = providers.candidates.iter().find(|name| is_sure && project.declared.contains_key(*name))?;
    (!ws.makes(found) && is_from_index(ws, file, found)).then(|| found.clone())
}

/// A requirement by path or repository may well be the workspace's own.
fn is_from_index(ws: &Workspace, file: FileId, name: &DistributionName) -> bool {
    let places = ws.projects().all[ws.project_of(file)].declared.get(name).into_iter().flatten();
    places.into_iter().all(|id| {
        let facts = ws.facts(id.file).and_then(FileFacts::declarations);
        facts.and_then(|facts| facts.requirements.get(id.index)).is_some_and(|one| one.source == Source::Index)
    })
}

fn declared_at(ws: &Workspace, file: FileId, name: &DistributionName) -> Vec<Related> {
    let ids = ws.projects().all[ws.project_of(file)].declared.get(name).into_iter().flatten();
    let related = ids.filter_map(|id| {
        let requirement = ws.facts(id.file).and_then(FileFacts::declarations)?.requirements.get(id.index)?;
        Some(Related { file: id.file, range: requirement.range, message: format!("{name} is required here") })
    });
    related.take(MOST_RELATED).collect()
}
