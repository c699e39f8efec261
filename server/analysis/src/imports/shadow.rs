//! Which required module a module of the workspace hides.

use super::memory;
use crate::model::ids::FileId;
use crate::model::project::ProjectId;
use crate::model::resolve::Evidence;
use crate::model::store::Model;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::DistributionName;

/// The required distribution whose module `top` is hidden. One that the workspace itself makes is not.
pub(crate) fn hidden(ws: &Model, file: FileId, top: &str) -> Option<DistributionName> {
    // asked of every import at every keystroke: most have no module of their name in the workspace
    if top.is_empty() || ws.modules().holders(top).is_empty() {
        return None;
    }
    let declared = declared_module(ws, ws.project_of(file), top)?;
    ws.nearest_module(file, top).is_some().then_some(declared)
}

/// The distribution that a project requires for the module `top`; remembered.
pub(crate) fn declared_module(ws: &Model, project: ProjectId, top: &str) -> Option<DistributionName> {
    if let Some(known) = memory::of(ws).declared_modules.borrow().get(&project).and_then(|known| known.get(top)) {
        return known.clone();
    }
    let found = find_declared_module(ws, project, top);
    memory::of(ws).declared_modules.borrow_mut().entry(project).or_default().insert(top.into(), found.clone());
    found
}

/// The distribution from the index that a project requires and that surely provides the module `top`, unless the workspace
/// itself makes it. [`declared_module`] remembers it.
fn find_declared_module(ws: &Model, project: ProjectId, top: &str) -> Option<DistributionName> {
    if !ws.may_be_declared(top) {
        return None;
    }
    let providers = ws.outside().providers(top).filter(|providers| providers.evidence >= Evidence::Catalog)?;
    let declared = &ws.projects().all[project].declared;
    let found = providers.candidates.into_iter().find(|name| declared.contains_key(name))?;
    (!ws.makes(&found) && is_from_index(ws, project, &found)).then_some(found)
}

/// A requirement by path or repository may well be the workspace's own.
fn is_from_index(ws: &Model, project: ProjectId, name: &DistributionName) -> bool {
    let places = ws.projects().all[project].declared.get(name).into_iter().flatten();
    places.into_iter().all(|id| {
        let facts = ws.facts(id.file).and_then(FileFacts::declarations);
        facts.and_then(|facts| facts.requirements.get(id.index)).is_some_and(|one| one.source.is_by_name())
    })
}
