//! Which required module a module of the workspace hides.

use super::memory::DeclaredModules;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::project::ProjectId;
use crate::model::resolve::Evidence;
use pinlens_facts::words::names::DistributionName;

/// The required distribution whose module `top` is hidden. One that the workspace itself makes is not.
pub(crate) fn hidden(ws: &Analysis, file: FileId, top: &str) -> Option<DistributionName> {
    // computed for every import at every keystroke: most have no module of their name in the workspace
    if top.is_empty() || ws.modules().holders(top).is_empty() {
        return None;
    }
    let declared = declared_module(ws, ws.project_of(file), top)?;
    ws.nearest_module(file, top).is_some().then_some(declared)
}

/// The distribution that a project requires for the module `top`; remembered.
pub(crate) fn declared_module(ws: &Analysis, project: ProjectId, top: &str) -> Option<DistributionName> {
    if let Some(known) = ws.remembered::<DeclaredModules>().0.borrow().get(&project).and_then(|known| known.get(top)) {
        return known.clone();
    }
    let found = find_declared_module(ws, project, top);
    ws.remembered::<DeclaredModules>().0.borrow_mut().entry(project).or_default().insert(top.into(), found.clone());
    found
}

/// The distribution from the index that a project requires and that surely provides the module `top`, unless the workspace
/// itself makes it. [`declared_module`] remembers it.
fn find_declared_module(ws: &Analysis, project: ProjectId, top: &str) -> Option<DistributionName> {
    if !ws.may_be_declared(top) {
        return None;
    }
    let providers = ws.outside().providers(top).filter(|providers| providers.evidence >= Evidence::Catalog)?;
    let project = &ws.projects().all[project];
    let found = providers.candidates.into_iter().find(|name| project.required.declared.contains_key(name))?;
    // a requirement by path or repository may well be the workspace's own
    (!ws.makes(&found) && !project.required.placed.contains(&found)).then_some(found)
}
