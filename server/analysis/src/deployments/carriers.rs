//! Code that runs in an image for which the lists around the code are not installed: a folder that a service mounts into an image of
//! something else (Airflow's DAGs), or that a Dockerfile copies and for which it installs what it names itself.

use super::base;
use super::deployment::Deployment;
use super::described::{facts, is_deployed};
use super::image::{From, Image, Place};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::project::Project;
use pinlens_facts::deploy::Says;
use pinlens_facts::deploy::paths::joined;
use pinlens_facts::deploy::service::{Platform, Service};
use pinlens_facts::facts::FileKind;
use pinlens_facts::words::names::{DistributionName, lies_in};
use rustc_hash::FxHashMap;

/// An image with what it holds of the workspace.
struct Carrier<'a> {
    /// The files and folders, as paths.
    folders: Vec<&'a str>,
    /// The lists that are installed there.
    lists: Vec<FileId>,
    /// Whether the description names packages itself, or those of its base image.
    has_own: bool,
    /// Where it is described.
    at: Place,
}

/// The files and folders of the workspace that an image holds.
pub(super) fn folders(image: &Image) -> Vec<Box<str>> {
    let of_workspace = image.files.layers.iter().filter_map(|layer| match &layer.from {
        From::Workspace { path, .. } => Some(path.trim_end_matches('/')),
        _ => None,
    });
    let mut found: Vec<Box<str>> = of_workspace.filter(|path| !path.is_empty()).map(Box::from).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// By file, why the lists around it are not those of the image that runs it.
pub(super) fn elsewhere(ws: &Analysis, all: &[Deployment]) -> FxHashMap<FileId, Box<str>> {
    let mounts = mounted(ws);
    let of_services = mounts.iter().map(|(folders, at, has_own)| Carrier {
        folders: folders.iter().map(|folder| &**folder).collect(),
        lists: Vec::new(),
        has_own: *has_own,
        at: *at,
    });
    let carriers: Vec<Carrier> = all.iter().filter(|one| !one.is_job).map(carrier).chain(of_services).collect();
    let mut found = FxHashMap::default();
    if carriers.iter().all(|carrier| !carrier.has_own || carrier.folders.is_empty()) {
        return found;
    }
    for file in ws.files() {
        let path = ws.path(file);
        if !FileKind::of(path).is_some_and(FileKind::is_python) {
            continue;
        }
        let project = &ws.projects().all[ws.project_of(file)];
        // the whole of a project says nothing of its parts
        let holds = |carrier: &&Carrier| {
            let is_part = |folder: &str| lies_in(folder, &project.folder) && *folder != *project.folder;
            carrier.folders.iter().any(|folder| is_part(folder) && lies_in(path.as_str(), folder))
        };
        let mut holding = carriers.iter().filter(holds);
        let Some(first) = holding.clone().find(|carrier| carrier.has_own) else { continue };
        // what a deployment comes to is judged by what that installs
        let is_judged = || all.iter().any(|one| !one.is_job && one.loads(file));
        if holding.any(|carrier| installs_of(&carrier.lists, project)) || is_judged() {
            continue;
        }
        let at = format!("{}:{}", ws.path(first.at.file), first.at.line);
        found.insert(file, format!("{at} runs it in an image that installs other packages, not those lists").into());
    }
    found
}

fn carrier(deployment: &Deployment) -> Carrier<'_> {
    Carrier {
        folders: deployment.holds.folders.iter().map(|folder| &**folder).collect(),
        lists: deployment.installs.iter().flat_map(|by| by.lists.iter().copied()).collect(),
        has_own: deployment.installs.iter().any(|by| by.lists.is_empty() && is_of_its_own(&by.names)),
        at: deployment.at,
    }
}

/// Whether a description names more than what comes with every Python.
fn is_of_its_own(names: &[DistributionName]) -> bool {
    names.iter().any(|name| !matches!(name.as_str(), "pip" | "setuptools" | "wheel"))
}

/// Whether one of the lists is the project's.
fn installs_of(lists: &[FileId], project: &Project) -> bool {
    lists.iter().any(|list| project.lists.files.contains(list))
}

/// The folders that services mount into images of others, with where each says so, and whether its image has packages of its own.
fn mounted(ws: &Analysis) -> Vec<(Vec<String>, Place, bool)> {
    let mut found = Vec::new();
    for file in ws.files() {
        let Some(Says::Services(services)) = facts(ws, file).map(|facts| &facts.says) else { continue };
        if !is_deployed(ws.path(file)) {
            continue;
        }
        let is_of_others = |service: &&Service| {
            service.platform == Platform::Compose && service.build.is_none() && !service.mounts.is_empty()
        };
        for service in services.iter().filter(is_of_others) {
            let Some((reference, _)) = &service.image else { continue };
            // what another service of the file builds is a deployment of its own
            if services.iter().any(|other| other.build.is_some() && name_of(other) == name_of(service)) {
                continue;
            }
            let at = Place { file, line: service.line };
            let image = base::image(reference, at);
            let direct = image.installed.iter().flat_map(|installed| &installed.direct);
            let names: Vec<DistributionName> = direct.map(|direct| direct.name.clone()).collect();
            let folder = ws.path(file).folder();
            let folders = service.mounts.iter().map(|(from, _)| joined(folder, from)).collect();
            found.push((folders, at, is_of_its_own(&names)));
        }
    }
    found
}

/// The name of the image that a service runs.
fn name_of(service: &Service) -> Option<&str> {
    service.image.as_ref().map(|(name, _)| &**name)
}
