//! Which requirements govern which code. Decided here, once; everything else asks.
//!
//! A folder with a runtime manifest roots a project, which owns the subtree down to the next such folder. A manifest for
//! tests, documentation or tools alone in a subfolder roots a layer there: its code sees the parent's requirements too.

use crate::config::RequirementsFile;
use crate::facts::{FileFacts, FileKind};
use crate::names::{DistributionName, FilePath};
use crate::python::PythonFacts;
use crate::requirements::{Include, IncludeKind, Requirement, RequirementsFacts, Source, UnknownReason};
use crate::resolve::DeclaredNames;
use crate::workspace::FileId;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// A project's place in [`Projects::all`].
pub type ProjectId = usize;

/// What a requirements file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// What the deployed application needs.
    Runtime,
    /// What only its developers need: tests, documentation, tools.
    Development,
}

/// Where a requirement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequirementId {
    /// The requirements file.
    pub file: FileId,
    /// Its place in [`RequirementsFacts::requirements`].
    pub index: usize,
}

/// Some code and the requirements that govern it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Project {
    /// The folder at the top; empty for the root.
    pub folder: Box<str>,
    /// The project whose requirements are seen too, for a layer.
    pub parent: Option<ProjectId>,
    /// The requirements files that belong here by name and place, runtime ones first, then by path.
    pub entries: Vec<FileId>,
    /// Every file whose requirements are installed: the entries and what they include, in the order of reading.
    pub files: Vec<FileId>,
    /// The `-c` files in force.
    pub constraints: Vec<FileId>,
    /// Where each distribution is declared, in the order of reading. The parent's are not among them.
    pub declared: FxHashMap<DistributionName, Vec<RequirementId>>,
    /// The declared names for look-up, those of pyproject.toml and of the parent included.
    pub names: DeclaredNames,
    /// Why the declarations cannot be known whole; the first reason, if any.
    pub weakness: Option<String>,
    /// Whether packaging metadata with dependencies governs as well: pyproject.toml, setup.cfg or setup.py.
    pub has_packaging: bool,
}

impl Project {
    /// Whether any declaration governs the code at all.
    pub fn governs(&self) -> bool {
        !self.files.is_empty() || self.has_packaging
    }
}

/// The projects of a workspace, and who reads which requirements file.
#[derive(Debug, Default)]
pub struct Projects {
    /// The projects, by folder; the first is the root's, even where no manifest is there.
    pub all: Vec<Project>,
    by_folder: FxHashMap<Box<str>, ProjectId>,
    /// The projects that each requirements file declares for, ascending.
    users: FxHashMap<FileId, Vec<ProjectId>>,
    /// Files that a `-c` names: they declare nothing, whatever they are called.
    constraints: FxHashSet<FileId>,
    /// The `-r` and `-c` targets of which no facts are here.
    pub missing: Vec<FilePath>,
}

/// What the projects are built from.
pub trait Files {
    /// The facts of the file at `path`.
    fn at(&self, path: &FilePath) -> Option<(FileId, &FileFacts)>;
    /// The path and facts of a file.
    fn get(&self, file: FileId) -> Option<(&FilePath, &FileFacts)>;
    /// Every file with facts, in path order.
    fn manifests(&self) -> Vec<FileId>;
    /// What the user says of a requirements file.
    fn configured(&self, path: &FilePath) -> Option<&RequirementsFile>;
    /// Whether Python code lies in `folder` at some depth.
    fn has_code(&self, folder: &str) -> bool;
}

impl Projects {
    /// Finds the projects.
    pub fn new(files: &impl Files) -> Self {
        let mut projects = Self::default();
        projects.look_at_includes(files);
        projects.place(files);
        projects.link();
        for id in 0..projects.all.len() {
            projects.read(id, files);
        }
        projects.inherit();
        projects.missing.sort();
        projects.missing.dedup();
        projects
    }

    /// The project that governs the code in `folder`.
    pub fn of_folder(&self, folder: &str) -> ProjectId {
        self.around(folder).next().unwrap_or_default()
    }

    /// The projects whose folder holds `folder`, the innermost first.
    pub fn around<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = ProjectId> + 'a {
        folders_above(folder).filter_map(|at| self.by_folder.get(at).copied())
    }

    /// A project and those whose requirements it sees.
    pub fn with_parents(&self, project: ProjectId) -> impl Iterator<Item = ProjectId> + '_ {
        std::iter::successors(Some(project), |id| self.all[*id].parent)
    }

    /// The projects that a requirements file declares for; empty for constraints and for files that nothing reads.
    pub fn users(&self, file: FileId) -> &[ProjectId] {
        self.users.get(&file).map_or(&[], Vec::as_slice)
    }

    /// Whether a file only constrains.
    pub fn is_constraints(&self, file: FileId, path: &FilePath) -> bool {
        self.constraints.contains(&file) || path.file_name().to_ascii_lowercase().contains("constraint")
    }

    /// Finds what every `-r` and `-c` leads to, also in files that no project reads.
    fn look_at_includes(&mut self, files: &impl Files) {
        for id in files.manifests() {
            let Some((path, FileFacts::Requirements(facts))) = files.get(id) else { continue };
            for include in facts.includes.iter().filter(|include| !include.target.contains("://")) {
                let target = path.sibling(&include.target);
                match (files.at(&target), include.kind) {
                    (Some((id, _)), IncludeKind::Constraints) => drop(self.constraints.insert(id)),
                    (Some(_), IncludeKind::Requirements) => {}
                    (None, _) => self.missing.push(target),
                }
            }
        }
    }

    /// Makes the projects from the manifests' places.
    fn place(&mut self, files: &impl Files) {
        let mut folders: BTreeMap<String, Vec<(Role, FileId)>> = BTreeMap::from([(String::new(), Vec::new())]);
        let mut homeless: BTreeMap<String, Vec<(Role, FileId)>> = BTreeMap::new();
        let mut pyprojects: Vec<String> = Vec::new();
        for id in files.manifests() {
            let Some((path, facts)) = files.get(id) else { continue };
            match facts {
                FileFacts::Requirements(_) if is_entry(path, files) && !self.is_constraints(id, path) => {
                    let folder = own_folder(path);
                    let has_code = folder.is_empty() || files.has_code(&folder);
                    let place = if has_code { &mut folders } else { &mut homeless };
                    place.entry(folder).or_default().push((configured_role(path, files), id));
                }
                FileFacts::Settings(settings) if !settings.declared.is_empty() => {
                    folders.entry(path.folder().to_owned()).or_default();
                    pyprojects.push(path.folder().to_owned());
                }
                _ => {}
            }
        }
        for (folder, entries) in homeless {
            // where no code lies beside a manifest (`docker/requirements.txt`), it is for the project around it
            let mut around = folders_above(&folder);
            let home =
                around.find(|outer| folders.get(*outer).is_some_and(|entries| outer.is_empty() || !entries.is_empty()));
            folders.entry(home.unwrap_or_default().to_owned()).or_default().extend(entries);
        }
        for (folder, mut entries) in folders {
            entries.sort_by(|a, b| (a.0, files.get(a.1).map(|f| f.0)).cmp(&(b.0, files.get(b.1).map(|f| f.0))));
            self.by_folder.insert(folder.as_str().into(), self.all.len());
            self.all.push(Project {
                has_packaging: pyprojects.contains(&folder),
                // resolved by `link`
                parent: entries
                    .iter()
                    .all(|(role, _)| *role == Role::Development || is_for_development(&folder))
                    .then_some(0),
                entries: entries.into_iter().map(|(_, id)| id).collect(),
                folder: folder.into(),
                ..Project::default()
            });
        }
    }

    /// Gives each layer its parent: the nearest project around it. The root and pyproject.toml's projects are no layers.
    fn link(&mut self) {
        for id in 0..self.all.len() {
            let project = &self.all[id];
            let outer = project.folder.rsplit_once('/').map_or("", |(outer, _)| outer);
            let is_layer = project.parent.is_some() && !project.has_packaging && !project.folder.is_empty();
            let parent = is_layer.then(|| self.of_folder(outer));
            self.all[id].parent = parent;
        }
    }

    /// Reads what a project's manifests declare.
    fn read(&mut self, id: ProjectId, files: &impl Files) {
        let mut reading = Reading { files, project: std::mem::take(&mut self.all[id]) };
        for entry in reading.project.entries.clone() {
            reading.requirements(entry);
        }
        reading.pyproject();
        reading.setup_py();
        self.all[id] = reading.project;
        for &file in &self.all[id].files {
            self.users.entry(file).or_default().push(id);
        }
    }

    /// Lets each layer see its parent's requirements. A parent stands before its layers, for folders are in order.
    fn inherit(&mut self) {
        for id in 0..self.all.len() {
            let Some(parent) = self.all[id].parent.map(|parent| self.all[parent].clone()) else { continue };
            let project = &mut self.all[id];
            for name in parent.names.iter() {
                project.names.add(name);
            }
            project.names.by_extra.extend(parent.names.by_extra);
            project.weakness = project.weakness.take().or(parent.weakness);
            project.has_packaging |= parent.has_packaging;
            for file in parent.constraints {
                if !project.constraints.contains(&file) {
                    project.constraints.push(file);
                }
            }
        }
    }
}

/// One project while its manifests are read.
struct Reading<'a, F> {
    files: &'a F,
    project: Project,
}

impl<F: Files> Reading<'_, F> {
    /// Reads a requirements file and what it includes; a file is read once.
    fn requirements(&mut self, id: FileId) {
        let files = self.files;
        let Some((path, FileFacts::Requirements(facts))) = files.get(id) else { return };
        if self.project.files.contains(&id) {
            return;
        }
        self.project.files.push(id);
        for (index, requirement) in facts.requirements.iter().enumerate() {
            self.declare(requirement, RequirementId { file: id, index });
        }
        if let Some(unknown) = facts.unknowns.first() {
            let what = match unknown.reason {
                UnknownReason::Variable => "a ${VARIABLE} hides a requirement",
                UnknownReason::Nameless => "a URL or path does not tell which distribution it is",
                UnknownReason::Invalid => "a line cannot be read",
            };
            self.weaken(format!("{what} in {path}"));
        }
        for include in &facts.includes {
            self.include(path, include);
        }
    }

    fn declare(&mut self, requirement: &Requirement, id: RequirementId) {
        let Some(name) = &requirement.name else { return };
        self.project.declared.entry(name.clone()).or_default().push(id);
        self.project.names.add(name);
        self.project.names.by_extra.extend(requirement.extras.iter().map(|extra| DistributionName::new(&extra.text)));
    }

    fn include(&mut self, from: &FilePath, include: &Include) {
        if include.target.contains("://") {
            return self.weaken(format!("{from} includes {}, which is not read", include.target));
        }
        let target = from.sibling(&include.target);
        match (self.files.at(&target), include.kind) {
            (Some((id, _)), IncludeKind::Requirements) => self.requirements(id),
            (Some((id, _)), IncludeKind::Constraints) => {
                if !self.project.constraints.contains(&id) {
                    self.project.constraints.push(id);
                }
            }
            (None, IncludeKind::Requirements) => {
                self.weaken(format!("{from} includes {}, which is missing", include.target));
            }
            (None, IncludeKind::Constraints) => {}
        }
    }

    /// What pyproject.toml and setup.cfg declare satisfies, though it is not judged.
    fn pyproject(&mut self) {
        let files = self.files;
        for name in ["pyproject.toml", "setup.cfg"] {
            let path = FilePath::new(&in_folder(&self.project.folder, name));
            let Some((_, FileFacts::Settings(settings))) = files.at(&path) else { continue };
            settings.declared.iter().chain(&settings.name).for_each(|name| self.project.names.add(name));
        }
    }

    /// A setup.py declares where the project itself is installed, or where nothing else does. It is a program: every name in
    /// its strings counts as declared, and what it declares beside them cannot be known.
    fn setup_py(&mut self) {
        let installs_itself = self.project.files.iter().any(|&file| match self.files.get(file) {
            Some((_, FileFacts::Requirements(facts))) => facts.requirements.iter().any(is_the_project_itself(facts)),
            _ => false,
        });
        let setup = FilePath::new(&in_folder(&self.project.folder, "setup.py"));
        let files = self.files;
        let Some((_, FileFacts::Python(facts))) = files.at(&setup) else { return };
        if installs_itself || self.project.files.is_empty() && imports_setuptools(facts) {
            self.project.has_packaging = true;
            let mut words: Vec<&str> = facts.mentions.words().collect();
            words.sort_unstable();
            for word in words {
                self.project.names.add(&DistributionName::new(word));
            }
            self.weaken(format!("{setup} may declare more than its text shows"));
        }
    }

    fn weaken(&mut self, why: String) {
        self.project.weakness.get_or_insert(why);
    }
}

fn imports_setuptools(facts: &PythonFacts) -> bool {
    let mut modules = facts.imports.iter().flat_map(|import| &import.parsed.modules);
    modules.any(|module| matches!(module.name.top(), "setuptools" | "distutils"))
}

/// `-e .` and `.[extra]`: what the project's own packaging declares is installed too.
fn is_the_project_itself(facts: &RequirementsFacts) -> impl Fn(&Requirement) -> bool + '_ {
    |requirement| {
        let text = &facts.text[requirement.name_range.indices()];
        requirement.source == Source::Path && matches!(text.split('[').next(), Some("." | "./"))
    }
}

/// The folder itself, then each around it, up to the root.
fn folders_above(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |at| match *at {
        "" => None,
        inner => Some(inner.rsplit_once('/').map_or("", |(outer, _)| outer)),
    })
}

fn in_folder(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Whether a file is a manifest by its own name or the user's word, and not only because another includes it.
fn is_entry(path: &FilePath, files: &impl Files) -> bool {
    let is_ours = || FileKind::of(path) == Some(FileKind::Requirements) || files.configured(path).is_some();
    !path.as_str().starts_with("..") && is_ours()
}

/// What a manifest is for: as the user says, else by its name.
fn configured_role(path: &FilePath, files: &impl Files) -> Role {
    files.configured(path).and_then(|file| file.role).unwrap_or_else(|| role_of(path))
}

/// The folder that a manifest belongs to: the one it lies in, or the one above `requirements/`.
fn own_folder(path: &FilePath) -> String {
    let folder = path.folder();
    let (outer, last) = folder.rsplit_once('/').unwrap_or(("", folder));
    if matches!(last, "requirements" | "requirement" | "reqs") { outer.to_owned() } else { folder.to_owned() }
}

/// Words in the names of files and folders that are for developers only.
const DEVELOPMENT: [&str; 28] = [
    "bench",
    "benchmark",
    "benchmarks",
    "build",
    "check",
    "ci",
    "coverage",
    "debug",
    "dev",
    "develop",
    "development",
    "doc",
    "docs",
    "documentation",
    "examples",
    "format",
    "lint",
    "linting",
    "local",
    "mypy",
    "style",
    "test",
    "testing",
    "tests",
    "tools",
    "tox",
    "types",
    "typing",
];

fn is_for_development(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| DEVELOPMENT.contains(&word))
}

/// What a manifest is for, by the words of its name and of its folder's name: not of folders further up, for an
/// application may well lie under `examples`.
pub fn role_of(path: &FilePath) -> Role {
    let folder = path.folder().rsplit('/').next().unwrap_or_default();
    let found = is_for_development(path.file_name()) || is_for_development(folder);
    if found { Role::Development } else { Role::Runtime }
}

/// What the code at `path` is for, by the words of its name and of the folders inside the project's `folder`.
pub fn role_of_code(path: &FilePath, folder: &str) -> Role {
    let inside = path.as_str().strip_prefix(folder).unwrap_or(path.as_str());
    if is_for_development(inside) { Role::Development } else { Role::Runtime }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_by_name_and_folder() {
        let role = |path: &str| role_of(&FilePath::new(path));
        for path in ["requirements.txt", "requirements/base.txt", "requirements/prod.in", "api/requirements.txt"] {
            assert_eq!(role(path), Role::Runtime, "{path}");
        }
        for path in [
            "requirements-dev.txt",
            "dev_requirements.txt",
            "requirements/test.in",
            "docs/requirements.txt",
            "requirements/local.txt",
        ] {
            assert_eq!(role(path), Role::Development, "{path}");
        }
    }
}
