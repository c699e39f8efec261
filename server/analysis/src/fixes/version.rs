//! Which version to ask for, and what says so.
//!
//! In this order: the constraints in force, the locks of the workspace, the environment, other requirements files. What the
//! package index would say is asked for elsewhere, and only where the user switched it on.

use crate::model::ids::FileId;
use crate::model::project::{Files, Project};
use crate::model::store::Model;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{Group, Requirement, Source};
use pinlens_facts::words::markers;
use pinlens_facts::words::names::{DistributionName, FilePath, lies_in};
use pinlens_facts::words::versions;

/// A version to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The version, as an index knows it: without a local part.
    pub version: String,
    /// What says so, in words that follow the version: `as in uv.lock`.
    pub told_by: String,
}

/// The version of `name` that the code or the requirements at the path should ask for.
pub(crate) fn known(ws: &Model, at: &FilePath, name: &DistributionName) -> Option<Pin> {
    let project = &ws.projects().all[ws.projects().of_path(at.as_str())];
    constrained(ws, project, name)
        .or_else(|| locked(ws, project, name))
        .or_else(|| installed(ws, name))
        .or_else(|| in_sibling(ws, at, name))
}

/// The pin of a `-c` file in force.
pub(crate) fn constrained(ws: &Model, project: &Project, name: &DistributionName) -> Option<Pin> {
    project.constraints.iter().find_map(|file| pinned_in(ws, *file, name))
}

/// The version in the nearest lock around the project. A lock that has several takes the newest: the others are for older
/// Pythons and platforms.
pub(crate) fn locked(ws: &Model, project: &Project, name: &DistributionName) -> Option<Pin> {
    let around = |path: &FilePath| lies_in(&project.folder, path.folder());
    let mut locks: Vec<(&FilePath, FileId)> =
        ws.manifests().into_iter().map(|id| (ws.path(id), id)).filter(|(path, _)| around(path)).collect();
    locks.sort_by_key(|(path, _)| (std::cmp::Reverse(path.folder().len()), *path));
    locks.into_iter().find_map(|(path, id)| {
        let Some(FileFacts::Lock(lock)) = ws.facts(id) else { return None };
        let packages = lock.packages.iter().filter(|package| package.name == *name && !package.direct);
        let version = versions::newest(packages.map(|package| &*package.version))?;
        Some(Pin { version: versions::public(version)?, told_by: format!("as in {path}") })
    })
}

/// The installed version. One that came from a folder, a URL or a repository is on no index: it is no pin.
pub(crate) fn installed(ws: &Model, name: &DistributionName) -> Option<Pin> {
    let installed = ws.environment().get(name).filter(|installed| !installed.direct)?;
    let told_by = format!("as installed in {}", ws.environment().location);
    Some(Pin { version: versions::public(&installed.version)?, told_by })
}

/// The pin of another requirements file of the workspace, the nearest one.
fn in_sibling(ws: &Model, at: &FilePath, name: &DistributionName) -> Option<Pin> {
    let mut files: Vec<FileId> = ws.manifests();
    files.retain(|other| ws.path(*other) != at && !ws.is_specimen(*other));
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
fn pinned_in(ws: &Model, file: FileId, name: &DistributionName) -> Option<Pin> {
    let facts = ws.facts(file).and_then(FileFacts::declarations)?;
    let holds = |requirement: &Requirement| {
        requirement.marker.as_ref().is_none_or(|marker| markers::holds(&marker.text, ws.marker_target()) != Some(false))
    };
    let mut pins = facts.requirements.iter().filter(|one| {
        one.name.as_ref() == Some(name) && one.source == Source::Index && one.group != Group::Build && holds(one)
    });
    let version = pins.find_map(|one| one.pinned_version().and_then(versions::public))?;
    Some(Pin { version, told_by: format!("as in {}", ws.path(file)) })
}
