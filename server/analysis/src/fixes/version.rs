//! Which version to request, and what says so.
//!
//! In this order: the constraints in force, the project's locks, the environment, the project's other requirements files. A project that
//! shares none of these says nothing of the version, nor do examples and the data of tests. What the package index would say is looked up
//! elsewhere, and only where the user switched it on.

use crate::analysis::{Analysis, Input, Remembered};
use crate::model::ids::FileId;
use crate::model::project::{Files, Project, ProjectId, RequirementId, in_folder};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{Format, Group, Requirement};
use pinlens_facts::words::names::{DistributionName, FilePath, lies_in};
use pinlens_facts::words::roles::holds_examples;
use pinlens_facts::words::{markers, versions};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::sync::Arc;

/// A version to request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The version, as an index knows it: without a local part.
    pub version: String,
    /// What says so, in words that follow the version: `as in uv.lock`.
    pub known_from: String,
    /// The lock file that says so, where one does.
    pub lock: Option<FileId>,
}

/// Where each distribution is declared and locked, found when it is first requested after declarations changed.
#[derive(Debug, Default)]
struct KnownPlaces(RefCell<Option<Arc<Places>>>);

impl Remembered for KnownPlaces {
    const INPUTS: &'static [Input] = &[Input::Structure, Input::Declarations];
}

/// Where each distribution stands in the manifests and locks of the workspace.
#[derive(Debug, Default)]
struct Places {
    /// The requirements for it, by file in path order.
    declared: FxHashMap<DistributionName, Vec<RequirementId>>,
    /// The packages of each lock that are it, but for those that come from the workspace itself; in path order.
    locked: FxHashMap<DistributionName, Vec<(FileId, Vec<usize>)>>,
    /// The distributions of the workspace itself that each lock has.
    direct: FxHashSet<(FileId, DistributionName)>,
}

impl Places {
    fn of(ws: &Analysis) -> Self {
        let mut places = Self::default();
        for file in ws.manifests() {
            let facts = ws.facts(file);
            let declarations = facts.and_then(FileFacts::declarations);
            for (index, one) in declarations.into_iter().flat_map(|facts| facts.requirements.iter().enumerate()) {
                if let Some(name) = &one.name {
                    places.declared.entry(name.clone()).or_default().push(RequirementId { file, index });
                }
            }
            let Some(FileFacts::Lock(lock)) = facts else { continue };
            for (at, package) in lock.packages.iter().enumerate() {
                if package.direct {
                    places.direct.insert((file, package.name.clone()));
                    continue;
                }
                let locks = places.locked.entry(package.name.clone()).or_default();
                match locks.last_mut().filter(|(known, _)| *known == file) {
                    Some((_, packages)) => packages.push(at),
                    None => locks.push((file, vec![at])),
                }
            }
        }
        places
    }
}

fn places(ws: &Analysis) -> Arc<Places> {
    let memory = &ws.remembered::<KnownPlaces>().0;
    let known = memory.borrow().clone();
    known.unwrap_or_else(|| {
        let places = Arc::new(Places::of(ws));
        *memory.borrow_mut() = Some(places.clone());
        places
    })
}

/// The version of `name` that the code or the requirements at the path should request.
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
    project.lists.constraints.iter().find_map(|file| pinned_in(ws, *file, name))
}

/// The version in the nearest lock of the project. A lock that has several takes the newest: the others are for older Pythons and
/// platforms.
pub(crate) fn locked(ws: &Analysis, project: &Project, name: &DistributionName) -> Option<Pin> {
    let places = places(ws);
    let mut locks: Vec<(&FilePath, FileId, &[usize])> = places.locked.get(name).map_or_else(Vec::new, |all| {
        let around = all.iter().map(|(id, packages)| (ws.path(*id), *id, packages.as_slice()));
        around.filter(|(path, ..)| lies_in(&project.folder, path.folder())).collect()
    });
    locks.sort_by_key(|(path, ..)| (std::cmp::Reverse(path.folder().len()), *path));
    let in_lock = |(path, id, packages): (&FilePath, FileId, &[usize])| {
        let Some(FileFacts::Lock(lock)) = ws.facts(id) else { return None };
        // the lock of a folder around is another project's, unless it locks this one too
        let is_own = path.folder() == &*project.folder
            || project.parent.is_some()
            || project.own.iter().any(|own| places.direct.contains(&(id, own.clone())));
        if !is_own {
            return None;
        }
        let packages = packages.iter().filter_map(|at| lock.packages.get(*at));
        let version = versions::newest(packages.map(|package| &*package.version))?;
        Some(Pin { version: versions::public(version)?, known_from: format!("as in {path}"), lock: Some(id) })
    };
    let mut found = locks.into_iter().filter_map(|lock| Some((lock.0.folder(), in_lock(lock)?)));
    let (folder, pin) = found.next()?;
    // of two that differ nobody knows which is in use
    let others = found.take_while(|(other, _)| *other == folder).any(|(_, other)| other.version != pin.version);
    (!others).then_some(pin)
}

/// Whether the version that a lock file has is one for the list `target`: the lock of a manifest next to it is that one's alone.
pub(crate) fn is_for_list(ws: &Analysis, pin: &Pin, target: FileId) -> bool {
    let Some(lock) = pin.lock else { return true };
    let folder = ws.path(lock).folder();
    let is_list = |id: FileId| {
        ws.facts(id)
            .and_then(FileFacts::declarations)
            .is_some_and(|facts| matches!(facts.format, Format::Requirements | Format::Conda) && !facts.style.compiled)
    };
    let manifests = ["pyproject.toml", "Pipfile"].map(|name| FilePath::new(&in_folder(folder, name)));
    let is_of_manifest = manifests
        .iter()
        .filter_map(|path| ws.file(path))
        .any(|id| ws.facts(id).and_then(FileFacts::declarations).is_some_and(|facts| !facts.requirements.is_empty()));
    !(is_of_manifest && is_list(target))
}

/// The installed version. One that came from a folder, a URL or a repository is on no index: it is no pin.
pub(crate) fn installed(ws: &Analysis, name: &DistributionName) -> Option<Pin> {
    let installed = ws.environment().get(name).filter(|installed| !installed.direct)?;
    let known_from = format!("as installed in {}", ws.environment().location);
    Some(Pin { version: versions::public(&installed.version)?, known_from, lock: None })
}

/// The pin of another requirements file of the project, the nearest one.
fn in_sibling(ws: &Analysis, at: &FilePath, project: ProjectId, name: &DistributionName) -> Option<Pin> {
    let projects = ws.projects();
    let is_related = |other: ProjectId| {
        projects.with_parents(project).any(|id| id == other) || projects.with_parents(other).any(|id| id == project)
    };
    let places = places(ws);
    let declaring = places.declared.get(name).into_iter().flatten().map(|place| place.file);
    let mut files: Vec<FileId> = declaring.collect();
    files.dedup();
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
    let places = places(ws);
    let all = places.declared.get(name).map_or(&[][..], Vec::as_slice);
    // by file in the order of the paths: those of one file stand together
    let own = all.iter().skip_while(|place| place.file != file).take_while(|place| place.file == file);
    let mut pins = own
        .filter_map(|place| facts.requirements.get(place.index))
        .filter(|one| one.source.is_by_name() && one.group != Group::Build && holds(one));
    let version = pins.find_map(|one| one.pinned_version().and_then(versions::public))?;
    Some(Pin { version, known_from: format!("as in {}", ws.shown(ws.path(file))), lock: None })
}
