//! What is remembered of imports from one query to the next.

use super::importers::Importers;
use super::{can_run, shadow};
use crate::model::asked::absolute_tops;
use crate::model::ids::FileId;
use crate::model::project::ProjectId;
use crate::model::store::Model;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::catalog::{self, StdlibStatus};
use pinlens_facts::python::PythonFacts;
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::roles::Role;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is remembered.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// The distributions that imports would need which the target never runs, and those whose modules the workspace's own
    /// hide, by file: requirements for them are used after all.
    pub idle: BTreeMap<FileId, Vec<DistributionName>>,
    /// The files that import a part of the workspace which is not there.
    pub broken: FxHashSet<FileId>,
    /// Who needs a missing distribution, kept from one finding to the next until something changes.
    pub importers: RefCell<FxHashMap<(ProjectId, DistributionName), Arc<Importers>>>,
    /// Which required distribution has the module of each name, by project, kept until declarations change.
    pub declared_modules: RefCell<FxHashMap<ProjectId, ModulesDeclared>>,
}

/// By the name of a module, the required distribution that provides it; `None` where none does.
type ModulesDeclared = FxHashMap<Box<str>, Option<DistributionName>>;

/// The memory of the model.
pub(crate) fn of(ws: &Model) -> &Memory {
    ws.slots.get()
}

/// Whether an import that the target never runs, or that is hidden, would need the distribution.
pub(crate) fn uses_idly(ws: &Model, distribution: &DistributionName) -> bool {
    of(ws).idle.values().any(|names| names.binary_search(distribution).is_ok())
}

/// Whether nothing can be told of a file's imports, as of most: each is of the standard library or of the workspace and
/// whole, or required for run time; and none leads to a module that hides a required one.
pub(crate) fn has_quiet_imports(ws: &Model, file: FileId, facts: &PythonFacts) -> bool {
    let project = ws.project_of(file);
    let roles = &ws.projects().all[project].roles;
    let is_for_run_time = |name: &DistributionName| roles.get(name) != Some(&Role::Development);
    let mut names = ws.index().names_of(file).iter();
    !of(ws).broken.contains(&file)
        && ws.build_requirements(file).is_none()
        && names.all(|name| ws.index().satisfying(project, *name).iter().any(is_for_run_time))
        && absolute_tops(facts).all(|top| shadow::hidden(ws, file, top).is_none() && !leaves_later(ws, top))
}

/// Whether the newest Python that the target's range lets in lacks a module of the target's standard library.
fn leaves_later(ws: &Model, top: &str) -> bool {
    ws.newest_target().is_some_and(|newest| matches!(catalog::stdlib_status(top, newest), StdlibStatus::Removed(_)))
}

/// The distributions for which a file has an import that the target never runs, or that a module of the workspace hides.
pub(crate) fn idle_names(ws: &Model, file: FileId, facts: &PythonFacts) -> Vec<DistributionName> {
    let outside = ws.outside();
    let idle = facts.imports.iter().filter(|statement| !can_run(&statement.context, outside));
    let names = idle.flat_map(|statement| &statement.parsed.modules).map(|module| module.name.as_str());
    let mut found: Vec<DistributionName> =
        names.filter_map(|name| outside.providers(name)).flat_map(|providers| providers.candidates).collect();
    found.extend(absolute_tops(facts).filter_map(|top| shadow::hidden(ws, file, top)));
    found.sort_unstable();
    found.dedup();
    found
}

/// The files whose imports a declaration may hide: those that import a module of the workspace called like a
/// distribution.
pub(crate) fn shadow_suspects(ws: &Model) -> Vec<FileId> {
    let python = (0..ws.files.list.len() as u32).map(FileId).filter(|id| match ws.facts(*id) {
        Some(FileFacts::Python(facts)) => facts.imports.iter().any(|statement| {
            statement.parsed.level == 0
                && statement.parsed.modules.iter().any(|module| {
                    !ws.modules().holders(module.name.top()).is_empty() && ws.may_be_declared(module.name.top())
                })
        }),
        _ => false,
    });
    python.collect()
}
