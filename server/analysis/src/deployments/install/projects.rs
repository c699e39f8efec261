//! The projects of the workspace that are installed, and what their lock files hold.

use super::super::image::Direct;
use super::{DEEPEST, OwnProject, Reader, base_name};
use crate::model::ids::FileId;
use pinlens_facts::deploy::effects::Selection;
use pinlens_facts::deploy::paths::joined;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::formats::toml::{at, strings};
use pinlens_facts::words::names::{DistributionName, FilePath};

impl Reader<'_> {
    /// A folder or an archive of a project.
    pub(super) fn project(&mut self, path: &str, extras: &[String], editable: bool) {
        let at = self.image.absolute(&joined(&self.folder, path));
        let manifest = ["pyproject.toml", "setup.py", "setup.cfg"];
        let found: Vec<FileId> =
            manifest.iter().filter_map(|name| self.image.file(self.ws, &joined(&at, name))).collect();
        let Some(&first) = found.first() else {
            let base = base_name(path);
            let archive = [".whl", ".tar.gz", ".zip"].iter().any(|ending| base.ends_with(ending));
            if archive && let Some(name) = base.split('-').next().filter(|name| !name.is_empty()) {
                return self.named(name);
            }
            return self.leave_open(format!("no project is known in `{path}`"));
        };
        let selection = Selection { extras: extras.to_vec(), no_dev: true, ..Selection::default() };
        for manifest in found {
            self.read(manifest, &selection, 0);
        }
        self.extras_of_self(first, extras);
        self.add_project(first, at, editable);
    }

    /// Extras that a project's own extras name: `all = ["name[web,queue]"]`.
    pub(super) fn extras_of_self(&mut self, manifest: FileId, extras: &[String]) {
        let Some(own) = self.ws.facts(manifest).and_then(FileFacts::own_name).cloned() else { return };
        let mut done: Vec<String> = extras.iter().map(|extra| DistributionName::new(extra).to_string()).collect();
        for _ in 0..DEEPEST {
            let named = self.list.direct.iter().filter(|one| one.name == own).flat_map(|one| one.extras.iter());
            let new: Vec<String> = named
                .map(|extra| DistributionName::new(extra).to_string())
                .filter(|extra| !done.contains(extra))
                .collect();
            self.list.direct.retain(|one| one.name != own);
            if new.is_empty() {
                return;
            }
            let selection = Selection { extras: new.clone(), only: vec![String::new()], ..Selection::default() };
            done.extend(new);
            if let Some(facts) = self.ws.facts(manifest).and_then(FileFacts::declarations) {
                self.requirements(manifest, facts, &selection, 0);
            }
        }
    }

    /// What poetry's extras list: one distribution may be in several, and is declared for the first.
    fn extras_of_poetry(&mut self, manifest: FileId, extras: &[String]) {
        let Some(FileFacts::Settings(settings)) = self.ws.facts(manifest) else { return };
        for extra in extras {
            for name in strings(at(&settings.document.root, &["tool", "poetry", "extras", extra])) {
                let name = DistributionName::new(&name);
                if !self.list.direct.iter().any(|known| known.name == name) {
                    self.list.direct.push(Direct::named(name));
                }
            }
        }
    }

    pub(super) fn add_project(&mut self, manifest: FileId, in_image: String, editable: bool) {
        let folder = self.ws.path(manifest).folder().to_owned();
        let project = OwnProject { folder, in_image, editable, manifest };
        if !self.list.projects.contains(&project) {
            self.list.projects.push(project);
        }
    }

    /// What the project in the folder locks or declares.
    pub(super) fn own(&mut self, selection: &Selection) {
        let folder = self.image.absolute(&self.folder);
        let find = |name: &str| self.image.file(self.ws, &joined(&folder, name));
        let Some(manifest) = find("pyproject.toml").or_else(|| find("Pipfile")) else {
            match ["uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"].iter().find_map(|name| find(name)) {
                Some(lock) => self.read(lock, selection, 0),
                None => self.leave_open(format!("no project is known in `{folder}`")),
            }
            return;
        };
        let manifest = match &selection.package {
            Some(name) => self.member(&DistributionName::new(name)).unwrap_or(manifest),
            None => manifest,
        };
        self.read(manifest, selection, 0);
        self.extras_of_self(manifest, &selection.extras);
        self.extras_of_poetry(manifest, &selection.extras);
        self.members(manifest);
        let is_package = self.ws.facts(manifest).is_some_and(is_package);
        if !selection.no_project && selection.only.is_empty() && is_package {
            let at = self.image.path_of(self.ws, self.ws.path(manifest).folder()).unwrap_or(folder);
            self.add_project(manifest, at, true);
        }
        self.locked();
    }

    /// The manifest of the workspace's project of that name.
    pub(super) fn member(&self, name: &DistributionName) -> Option<FileId> {
        let is_it = |file: &FileId| {
            let facts = self.ws.facts(*file);
            self.ws.path(*file).file_name() == "pyproject.toml" && facts.and_then(FileFacts::own_name) == Some(name)
        };
        self.ws.manifests_in_order().into_iter().find(is_it)
    }

    /// What the members of the workspace require that are required themselves.
    pub(super) fn members(&mut self, root: FileId) {
        let mut at = 0;
        while let Some(direct) = self.list.direct.get(at) {
            at += 1;
            let Some(member) = self.member(&direct.name).filter(|member| *member != root) else { continue };
            let extras = direct.extras.iter().map(ToString::to_string).collect();
            if self.list.lists.contains(&member) {
                continue;
            }
            self.read(member, &Selection { extras, no_dev: true, ..Selection::default() }, 0);
            let folder = self.ws.path(member).folder().to_owned();
            if let Some(path) = self.image.path_of(self.ws, &folder) {
                self.add_project(member, path, true);
            }
        }
    }

    /// Enters what the lock file next to the project says that each distribution requires.
    pub(super) fn locked(&mut self) {
        let folder = self.image.absolute(&self.folder);
        let names = ["uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock"];
        let lock = names.iter().find_map(|name| self.image.file(self.ws, &joined(&folder, name)));
        let beside = || {
            let manifest = self.list.lists.first().map(|file| self.ws.path(*file).folder().to_owned())?;
            let locks = names.iter().filter_map(|name| self.ws.file(&FilePath::new(&joined(&manifest, name))));
            locks.into_iter().find(|file| self.ws.facts(*file).is_some())
        };
        let Some(FileFacts::Lock(lock)) = lock.or_else(beside).and_then(|file| self.ws.facts(file)) else { return };
        let mut at = 0;
        while let Some(direct) = self.list.direct.get_mut(at) {
            at += 1;
            let locked: Vec<_> = lock.packages.iter().filter(|locked| locked.name == direct.name).collect();
            if locked.is_empty() {
                continue;
            }
            let requires: Vec<DistributionName> =
                locked.iter().flat_map(|locked| locked.requires.iter().map(|one| one.name.clone())).collect();
            direct.requires = Some(requires.clone());
            for name in requires {
                if !self.list.direct.iter().any(|known| known.name == name) {
                    self.list.direct.push(Direct::named(name));
                }
            }
        }
    }
}

/// Whether a project's own code is installed: it says how it is built, or poetry does.
fn is_package(facts: &FileFacts) -> bool {
    match facts {
        FileFacts::Settings(settings) => {
            settings.text.contains("[build-system]") && !settings.text.contains("package-mode = false")
                || settings.text.contains("[tool.poetry]") && !settings.text.contains("package-mode = false")
        }
        _ => false,
    }
}
