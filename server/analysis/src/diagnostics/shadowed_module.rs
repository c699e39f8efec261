//! `shadowed-module`: a module of the workspace hides the one that a requirement installs.

use super::{Diagnostic, Findings, MOST_RELATED, Related};
use crate::imports::{Import, Target};
use crate::model::ids::FileId;
use crate::model::project::ProjectId;
use crate::model::resolve::Evidence;
use crate::workspace::Workspace;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::Source;
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::{DistributionName, ModuleName};

/// Finds the imports among `imports` that lead to a module of the workspace where a requirement installs one of that name.
/// Each module is told once a file.
pub(super) fn check(ws: &Workspace, file: FileId, imports: &[Import], findings: &mut Findings) {
    let mut seen: Vec<&str> = Vec::new();
    for import in imports {
        let top = import.name.split('.').next().unwrap_or_default();
        if import.target != Target::FirstParty || import.statement.parsed.level > 0 || seen.contains(&top) {
            continue;
        }
        seen.push(top);
        // the parts of one project often install into one package: `mlflow` and `mlflow-skinny`
        let is_own = |name: &DistributionName| ws.makes(&DistributionName::new(top)) || ws.makes_part_of(name);
        let Some(hidden) = hidden(ws, file, top).filter(|name| !is_own(name)) else { continue };
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
    if top.is_empty() || ws.modules().holders(top).is_empty() {
        return None;
    }
    let declared = ws.declared_module(ws.project_of(file), top)?;
    ws.nearest_module(file, top).is_some().then_some(declared)
}

/// The distribution from the index that a project requires and that surely provides the module `top`, unless the workspace
/// itself makes it. [`Workspace::declared_module`] remembers it.
pub(crate) fn declared_module(ws: &Workspace, project: ProjectId, top: &str) -> Option<DistributionName> {
    if !ws.may_be_declared(top) {
        return None;
    }
    let providers = ws.outside().providers(top).filter(|providers| providers.evidence >= Evidence::Catalog)?;
    let declared = &ws.projects().all[project].declared;
    let found = providers.candidates.into_iter().find(|name| declared.contains_key(name))?;
    (!ws.makes(&found) && is_from_index(ws, project, &found)).then_some(found)
}

/// A requirement by path or repository may well be the workspace's own.
fn is_from_index(ws: &Workspace, project: ProjectId, name: &DistributionName) -> bool {
    let places = ws.projects().all[project].declared.get(name).into_iter().flatten();
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
