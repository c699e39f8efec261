//! Which version to ask for, and what says so.
//!
//! In this order: the constraints in force, the project's locks, the environment, the project's other requirements files. A project that
//! shares none of these says nothing of the version, nor do examples and the data of tests. What the package index would say is looked up
//! elsewhere, and only where the user switched it on.

use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::project::{Files, Project, ProjectId};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{Group, Requirement};
use pinlens_facts::words::names::{DistributionName, FilePath, lies_in};
use pinlens_facts::words::roles::holds_examples;
use pinlens_facts::words::{markers, versions};

/// A version to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The version, as an index knows it: without a local part.
    pub version: String,
    /// What says so, in words that follow the version: `as in uv.lock`.
    pub told_by: String,
}

/// The version of `name` that the code or the requirements at the path should ask for.
pub(crate) fn known(ws: &Analysis, at: &FilePath, name: &DistributionName) -> Option<Pin> {
    let id = ws.projects().of_path(at.as_str());
    let project = &ws.projects().all[id];
    constrained(ws, project, name)
        .or_else(|| locked(ws, project, name))
        .or_else(|| installed(ws, name))
        .or_else(|| in_sibling(ws, at, id, name))
}

/// The pin of a `-c` file in force.
pub(crate) fn constrained(ws: &Analysis, project: &Project, name: &DistributionName) -> Option<Pin> {
    project.constraints.iter().find_map(|file| pinned_in(ws, *file, name))
}

/// The version in the nearest lock of the project. A lock that has several takes the newest: the others are for older Pythons and
/// platforms.
pub(crate) fn locked(ws: &Analysis, project: &Project, name: &DistributionName) -> Option<Pin> {
    let around = |path: &FilePath| lies_in(&project.folder, path.folder());
    let mut locks: Vec<(&FilePath, FileId)> =
        ws.manifests().into_iter().map(|id| (ws.path(id), id)).filter(|(path, _)| around(path)).collect();
    locks.sort_by_key(|(path, _)| (std::cmp::Reverse(path.folder().len()), *path));
    locks.into_iter().find_map(|(path, id)| {
        let Some(FileFacts::Lock(lock)) = ws.facts(id) else { return None };
        // the lock of a folder around is another project's, unless it locks this one too
        let is_own = path.folder() == &*project.folder
            || project.parent.is_some()
            || lock.packages.iter().any(|package| package.direct && project.own.contains(&package.name));
        if !is_own {
            return None;
        }
        let packages = lock.packages.iter().filter(|package| package.name == *name && !package.direct);
        let version = versions::newest(packages.map(|package| &*package.version))?;
        Some(Pin { version: versions::public(version)?, told_by: format!("as in {path}") })
    })
}

/// The installed version. One that came from a folder, a URL or a repository is on no index: it is no pin.
pub(crate) fn installed(ws: &Analysis, name: &DistributionName) -> Option<Pin> {
    let installed = ws.environment().get(name).filter(|installed| !installed.direct)?;
    let told_by = format!("as installed in {}", ws.environment().location);
    Some(Pin { version: versions::public(&installed.version)?, told_by })
}

/// The pin of another requirements file of the project, the nearest one.
fn in_sibling(ws: &Analysis, at: &FilePath, project: ProjectId, name: &DistributionName) -> Option<Pin> {
    let projects = ws.projects();
    let is_related = |other: ProjectId| {
        projects.with_parents(project).any(|id| id == other) || projects.with_parents(other).any(|id| id == project)
    };
    let mut files: Vec<FileId> = ws.manifests();
    files.retain(|other| {
        let path = ws.path(*other);
        path != at
            && !ws.is_specimen(*other)
            && !holds_examples(path.folder())
            && (projects.users(*other).iter().any(|id| is_related(*id))
                || projects.is_constraints(*other, path) && is_related(projects.of_path(path.as_str())))
    });
    files.sort_by_key(|other| (distance(at, ws.path(*other)), ws.path(*other)));
    files.into_iter().find_map(|other| pinned_in(ws, other, name))
}

/// How many folders lie between two files.
fn distance(one: &FilePath, other: &FilePath) -> usize {
    let folders =
        |path: &FilePath| path.folder().split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let (a, b): (Vec<String>, Vec<String>) = (folders(one), folders(other));
    let common = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    a.len() + b.len() - 2 * common
}

/// The exact pin that a file has for the target.
fn pinned_in(ws: &Analysis, file: FileId, name: &DistributionName) -> Option<Pin> {
    let facts = ws.facts(file).and_then(FileFacts::declarations)?;
    let holds = |requirement: &Requirement| {
        requirement.marker.as_ref().is_none_or(|marker| markers::holds(&marker.text, ws.marker_target()) != Some(false))
    };
    let mut pins = facts.requirements.iter().filter(|one| {
        one.name.as_ref() == Some(name) && one.source.is_by_name() && one.group != Group::Build && holds(one)
    });
    let version = pins.find_map(|one| one.pinned_version().and_then(versions::public))?;
    Some(Pin { version, told_by: format!("as in {}", ws.shown(ws.path(file))) })
}
