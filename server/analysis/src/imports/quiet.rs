//! Which imports need no judging, and which use a requirement though the target never runs them.

use super::{can_run, memory, shadow};
use crate::model::asked::absolute_tops;
use crate::model::ids::FileId;
use crate::model::store::Model;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::python::PythonFacts;
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::roles::Role;

/// Whether nothing can be told of a file's imports, as of most: each is of the standard library or of the workspace and
/// whole, or required for run time; and none leads to a module that hides a required one.
pub(crate) fn has_quiet_imports(ws: &Model, file: FileId, facts: &PythonFacts) -> bool {
    let project = ws.project_of(file);
    let roles = &ws.projects().all[project].roles;
    let is_for_run_time = |name: &DistributionName| roles.get(name) != Some(&Role::Development);
    let mut names = ws.index().names_of(file).iter();
    !memory::of(ws).broken.contains(&file)
        && ws.build_requirements(file).is_none()
        && names.all(|name| ws.index().satisfying(project, *name).iter().any(is_for_run_time))
        && absolute_tops(facts).all(|top| shadow::hidden(ws, file, top).is_none() && !memory::leaves_later(ws, top))
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
