//! Imports of another member of the workspace, which the file's own member does not require.
//!
//! One environment mostly has all members, so that the import works until its member is installed alone.

use super::import::{Fallback, Import, Target};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::project::{Bringer, ProjectId, in_folder};
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::roles::Role;
use pinlens_facts::words::workspaces::Manager;

/// Another member of the workspace that a file imports.
pub(crate) struct OtherMember<'a> {
    /// Its distribution.
    pub name: &'a DistributionName,
    /// The distribution of the file's own member.
    pub of: &'a DistributionName,
    /// The manifest that should require it.
    pub manifest: FilePath,
    /// The requirement with which it comes all the same.
    pub bringer: Option<&'a Bringer>,
    /// What the file is for.
    pub role: Role,
}

/// The other member whose module an import of `file` is, where its own member does not require that. What developers run at the root of
/// the workspace has all members.
pub(crate) fn undeclared<'a>(ws: &'a Analysis, file: FileId, import: &Import) -> Option<OtherMember<'a>> {
    if import.target != (Target::Outside { fallback: Fallback::Elsewhere }) {
        return None;
    }
    let own = ws.project_of(file);
    let project = &ws.projects().all[own];
    let of = project.own.first()?;
    let top = import.name.split('.').next().unwrap_or_default();
    let workspaces = &ws.projects().workspaces;
    let name = ws.modules().holders(top).iter().find_map(|holder| {
        let other = ws.projects().of_path(holder);
        let is_member = ws.is_project_root(holder) && workspaces.manager_of(own, other).is_some();
        ws.projects().all[other].own.first().filter(|_| is_member)
    })?;
    let role = if project.is_for_development(ws.path(file)) { Role::Development } else { Role::Runtime };
    let is_of_root = workspaces.root_of(own) == Some(&*project.folder);
    if project.names.contains(name) || is_of_root && role == Role::Development {
        return None;
    }
    let bringer = project.indirect.brought.get(name).filter(|by| role == Role::Development || by.is_for_runtime);
    let manifest = FilePath::new(&in_folder(&project.folder, "pyproject.toml"));
    Some(OtherMember { name, of, manifest, bringer, role })
}

/// The list of another member of the workspace that declares one of the distributions where it runs, if all members share an
/// environment.
pub(super) fn declaring(ws: &Analysis, file: FileId, candidates: &[DistributionName]) -> Option<FilePath> {
    let (own, projects) = (ws.project_of(file), ws.projects());
    projects.workspaces.root_of(own)?;
    let shares =
        |other: ProjectId| projects.workspaces.manager_of(own, other).is_some_and(|manager| manager != Manager::Poetry);
    let others = projects.all.iter().enumerate().filter(|(id, _)| shares(*id));
    let mut places = others.flat_map(|(_, project)| {
        let runs = candidates.iter().filter(|name| project.roles.get(*name) == Some(&Role::Runtime));
        runs.filter_map(|name| project.required.declared.get(name)).flatten()
    });
    places.next().map(|place| ws.path(place.file).clone())
}
