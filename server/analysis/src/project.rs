//! Which requirements govern which code. Decided here, once; everything else asks.
//!
//! A folder with a runtime manifest roots a project, which owns the subtree down to the next such folder. A manifest for
//! tests, documentation or tools alone in a subfolder roots a layer there: its code sees the parent's requirements too.

use crate::facts::{FileFacts, FileKind};
use crate::names::{DistributionName, FilePath};
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
    /// Whether a pyproject.toml with dependencies governs as well.
    pub has_pyproject: bool,
}

impl Project {
    /// Whether any declaration governs the code at all.
    pub fn governs(&self) -> bool {
        !self.files.is_empty() || self.has_pyproject
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
    /// Whether Python code lies in `folder` at some depth.
    fn has_code(&self, folder: &str) -> bool;
}

impl Projects {
    /// Finds the projects.
    pub fn new(files: &impl Files) -> Self {
        let mut projects = Self::default();
        projects.find_constraints(files);
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

    /// The projects that a requirements file declares for; empty for constraints and for files that nothing reads.
    pub fn users(&self, file: FileId) -> &[ProjectId] {
        self.users.get(&file).map_or(&[], Vec::as_slice)
    }

    /// Whether a file only constrains.
    pub fn is_constraints(&self, file: FileId, path: &FilePath) -> bool {
        self.constraints.contains(&file) || path.file_name().to_ascii_lowercase().contains("constraint")
    }

    fn find_constraints(&mut self, files: &impl Files) {
        for id in files.manifests() {
            let Some((path, FileFacts::Requirements(facts))) = files.get(id) else { continue };
            for include in facts.includes.iter().filter(|include| include.kind == IncludeKind::Constraints) {
                self.constraints.extend(files.at(&path.sibling(&include.target)).map(|(id, _)| id));
            }
        }
    }

    /// Makes the projects from the manifests' places.
    fn place(&mut self, files: &impl Files) {
        let mut folders: BTreeMap<String, Vec<(Role, FileId)>> = BTreeMap::from([(String::new(), Vec::new())]);
        let mut pyprojects: Vec<String> = Vec::new();
        for id in files.manifests() {
            let Some((path, facts)) = files.get(id) else { continue };
            match facts {
                FileFacts::Requirements(_) if is_entry(path) && !self.is_constraints(id, path) => {
                    let folder = code_folder(path, files);
                    folders.entry(folder).or_default().push((role_of(path), id));
                }
                FileFacts::Settings(settings) if !settings.declared.is_empty() => {
                    folders.entry(path.folder().to_owned()).or_default();
                    pyprojects.push(path.folder().to_owned());
                }
                _ => {}
            }
        }
        for (folder, mut entries) in folders {
            entries.sort_by(|a, b| (a.0, files.get(a.1).map(|f| f.0)).cmp(&(b.0, files.get(b.1).map(|f| f.0))));
            self.by_folder.insert(folder.as_str().into(), self.all.len());
            self.all.push(Project {
                has_pyproject: pyprojects.contains(&folder),
                parent: entries.iter().all(|(role, _)| *role == Role::Development).then_some(0),
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
            let is_layer = project.parent.is_some() && !project.has_pyproject && !project.folder.is_empty();
            let parent = is_layer.then(|| self.of_folder(outer));
            self.all[id].parent = parent;
        }
    }

    /// Reads what a project's manifests declare.
    fn read(&mut self, id: ProjectId, files: &impl Files) {
        let mut reading = Reading { files, project: std::mem::take(&mut self.all[id]), missing: Vec::new() };
        for entry in reading.project.entries.clone() {
            reading.requirements(entry);
        }
        reading.pyproject();
        reading.unread_manifests();
        self.missing.append(&mut reading.missing);
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
            project.has_pyproject |= parent.has_pyproject;
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
    missing: Vec<FilePath>,
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
            (None, kind) => {
                if kind == IncludeKind::Requirements {
                    self.weaken(format!("{from} includes {}, which is missing", include.target));
                }
                self.missing.push(target);
            }
        }
    }

    fn pyproject(&mut self) {
        let path = FilePath::new(&in_folder(&self.project.folder, "pyproject.toml"));
        let files = self.files;
        let Some((_, FileFacts::Settings(settings))) = files.at(&path) else { return };
        settings.declared.iter().chain(&settings.name).for_each(|name| self.project.names.add(name));
    }

    /// A setup.py may declare more than the requirements files show; it is not read yet.
    fn unread_manifests(&mut self) {
        let installs_itself = self.project.files.iter().any(|&file| match self.files.get(file) {
            Some((_, FileFacts::Requirements(facts))) => facts.requirements.iter().any(is_the_project_itself(facts)),
            _ => false,
        });
        let setup = FilePath::new(&in_folder(&self.project.folder, "setup.py"));
        if installs_itself && self.files.at(&setup).is_some() {
            self.weaken(format!("{setup} may declare more, and is not read"));
        }
    }

    fn weaken(&mut self, why: String) {
        self.project.weakness.get_or_insert(why);
    }
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

/// Whether a file is a manifest by its own name, and not only because another includes it.
fn is_entry(path: &FilePath) -> bool {
    !path.as_str().starts_with("..") && FileKind::of(path) == Some(FileKind::Requirements)
}

/// The folder whose code a manifest governs: the one it lies in, or the one above `requirements/`; where no code lies
/// there (`docker/requirements.txt`), the nearest folder above that has some.
fn code_folder(path: &FilePath, files: &impl Files) -> String {
    let outer = |folder: &str| folder.rsplit_once('/').map_or("", |(outer, _)| outer).to_owned();
    let mut folder = path.folder().to_owned();
    if matches!(folder.rsplit('/').next(), Some("requirements" | "requirement" | "reqs")) {
        folder = outer(&folder);
    }
    while !folder.is_empty() && !files.has_code(&folder) {
        folder = outer(&folder);
    }
    folder
}

/// What a manifest is for, by the words of its name and folders.
pub fn role_of(path: &FilePath) -> Role {
    const WORDS: [&str; 28] = [
        "bench", "benchmark", "benchmarks", "build", "check", "ci", "coverage", "debug", "dev", "develop", "development",
        "doc", "docs", "documentation", "examples", "format", "lint", "linting", "local", "mypy", "style", "test", "testing",
        "tests", "tools", "tox", "types", "typing",
    ];
    let lower = path.as_str().to_ascii_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    if words.into_iter().any(|word| WORDS.contains(&word)) { Role::Development } else { Role::Runtime }
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
        for path in ["requirements-dev.txt", "dev_requirements.txt", "requirements/test.in", "docs/requirements.txt", "requirements/local.txt"] {
            assert_eq!(role(path), Role::Development, "{path}");
        }
    }
}
