//! Which requirements govern which code. Decided here, once; everything else asks.
//!
//! A folder with a runtime manifest roots a project, which owns the subtree down to the next such folder. A manifest for
//! tests, documentation or tools alone in a subfolder roots a layer there: its code sees the parent's requirements too.

pub(crate) mod compiled;
mod extras;
pub(crate) mod includes;
mod installed;
pub(crate) mod pairs;
mod place;
mod reading;
mod transitive;

pub use compiled::source_of;

use crate::config::RequirementsFile;
use crate::model::environment::Environment;
use crate::model::ids::FileId;
use crate::model::resolve::DeclaredNames;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::needs;
use pinlens_facts::requirements::{Group, IncludeKind, Requirement, RequirementsFacts};
use pinlens_facts::words::markers::Target;
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::roles::{Role, role_of};
use pinlens_facts::words::text::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A project's place in [`Projects::all`].
pub type ProjectId = usize;

/// Who brings a distribution that no requirement names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bringer {
    /// The distribution that needs it.
    pub by: DistributionName,
    /// What tells so, for messages: `the environment .venv`, `uv.lock`, ``requirements.txt's `# via` comment``.
    pub told_by: Arc<str>,
    /// Whether something brings it that is required where the application runs.
    pub is_for_runtime: bool,
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
    /// Whether it is one script with a block of requirements (PEP 723); `folder` is its path then.
    pub is_script: bool,
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
    /// Whether a manifest, its own or one of a parent, is for what is deployed, be it empty.
    pub for_runtime: bool,
    /// What each of `names` is declared for: runtime wins over development. The parent's are among them.
    pub roles: FxHashMap<DistributionName, Role>,
    /// The distributions that only tox or nox installs, each with the file that says so: tests may have them.
    pub installed_for_tests: FxHashMap<DistributionName, FileId>,
    /// The distributions that the project itself is: what the index knows of their needs is no news here.
    pub own: Vec<DistributionName>,
    /// The extras with which declared distributions are required.
    pub extras: FxHashMap<DistributionName, Vec<Box<str>>>,
    /// The distributions that come only because another one needs them.
    pub brought: FxHashMap<DistributionName, Bringer>,
    /// The declared distributions that other declared ones need, at any depth, each with those, ascending.
    pub needed: FxHashMap<DistributionName, Vec<DistributionName>>,
    /// The distributions that builds of the project need (PEP 518), each with whether nothing else declares it.
    pub build: FxHashMap<DistributionName, bool>,
    /// What well-known declared distributions are known to need, at any depth, whoever declares it.
    pub known_needs: FxHashMap<&'static str, KnownNeed>,
    /// The declared distributions of which nobody knows what they require, ascending: any of them may install what nothing declares.
    pub requires_unknown: Vec<DistributionName>,
    /// The distributions that are required on other targets only, each with the marker that says so.
    pub elsewhere: FxHashMap<DistributionName, Box<str>>,
    /// Why the declarations cannot be known whole; the first reason, if any.
    pub weakness: Option<String>,
    /// What hides all that the application needs, where nothing of it can be read.
    pub hidden: Option<Hidden>,
}

/// The place of a list of requirements that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// The project whose manifest it stands in; layers of it have the same.
    pub project: ProjectId,
    /// The manifest.
    pub file: FileId,
    /// What stands there in place of the list.
    pub range: TextRange,
    /// Why it cannot be read, in words that follow "for".
    pub why: String,
}

impl Project {
    /// Whether anything is required for development.
    pub fn requires_for_development(&self) -> bool {
        self.roles.values().any(|role| *role == Role::Development)
    }

    /// Whether any declaration governs the code at all.
    pub fn governs(&self) -> bool {
        !self.files.is_empty()
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
    /// Lists in folders without code of their own, of which nothing shows that they are installed for the code around them.
    pub apart: Vec<FileId>,
    /// The `-r` and `-c` targets of which no facts are here.
    pub missing: Vec<FilePath>,
}

/// That something is known to be needed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownNeed {
    /// The distributions that need it themselves wherever they are installed, ascending.
    pub hosts: Vec<DistributionName>,
    /// The declared distributions that need it, at any depth, ascending; itself is one where others that need it are.
    pub roots: Vec<DistributionName>,
    /// Whether one of those is required where the application runs.
    pub is_for_runtime: bool,
}

impl KnownNeed {
    /// Whether a declared distribution other than `name` needs it.
    pub fn is_of_another(&self, name: &DistributionName) -> bool {
        self.roots.iter().any(|root| root != name)
    }
}

/// What the projects are built from.
pub trait Files {
    /// The facts of the file at `path`.
    fn at(&self, path: &FilePath) -> Option<(FileId, &FileFacts)>;
    /// The path and facts of a file.
    fn get(&self, file: FileId) -> Option<(&FilePath, &FileFacts)>;
    /// Every file with facts, in path order.
    fn manifests(&self) -> Vec<FileId>;
    /// The files that install distributions for development, in path order.
    fn installers(&self) -> Vec<FileId>;
    /// What the user says of a requirements file.
    fn configured(&self, path: &FilePath) -> Option<&RequirementsFile>;
    /// Whether the user says that a group of dependencies is for developers.
    fn is_dev_group(&self, name: &str) -> bool;
    /// Whether a command that some file writes down installs the requirements file at `path`.
    fn installs(&self, path: &FilePath) -> bool;
    /// Whether the user says that an extra is for developers.
    fn is_dev_extra(&self, name: &str) -> bool;
    /// Whether the user says that a group of dependencies is for run time.
    fn is_runtime_group(&self, name: &str) -> bool;
    /// Whether Python code lies in `folder` at some depth.
    fn has_code(&self, folder: &str) -> bool;
    /// Whether `folder` is a regular package: it has an `__init__`.
    fn is_package(&self, folder: &str) -> bool;
    /// What is installed.
    fn environment(&self) -> &Environment;
    /// What is known of the machine that the code will run on.
    fn target(&self) -> Target<'_>;
}

impl Projects {
    /// Finds the projects.
    pub fn new(files: &impl Files) -> Self {
        let mut projects = Self::default();
        projects.look_at_includes(files);
        place::place(&mut projects, files);
        projects.link();
        for id in 0..projects.all.len() {
            projects.read(id, files);
        }
        installed::enter(&mut projects, files);
        projects.inherit();
        for project in &mut projects.all {
            project.names.settle(files.environment());
        }
        let locks = transitive::locks(files);
        let bounds = transitive::bounds(&projects, files);
        let is_listed_whole = |at: &RequirementId| {
            let facts = files.get(at.file).and_then(|(_, facts)| facts.declarations());
            facts.is_some_and(|facts| facts.style.compiled)
        };
        for (project, bounds) in projects.all.iter_mut().zip(&bounds) {
            transitive::follow(project, files.environment(), files.target(), &locks, bounds, &is_listed_whole);
        }
        projects.missing.sort();
        projects.missing.dedup();
        projects
    }

    /// The project that governs the file or folder at `path`.
    pub fn of_path(&self, path: &str) -> ProjectId {
        self.around(path).next().unwrap_or_default()
    }

    /// The projects whose folder holds `path`, the innermost first. A script with requirements of its own (PEP 723) is a
    /// project of one file, whose folder is its own path; no other one governs it.
    pub fn around<'a>(&'a self, path: &'a str) -> impl Iterator<Item = ProjectId> + 'a {
        let script = self.by_folder.get(path).copied().filter(|id| self.all[*id].is_script);
        let folders = folders_above(path).filter(move |_| script.is_none());
        script.into_iter().chain(folders.filter_map(|at| self.by_folder.get(at).copied()))
    }

    /// A project and those whose requirements it sees.
    pub fn with_parents(&self, project: ProjectId) -> impl Iterator<Item = ProjectId> + '_ {
        std::iter::successors(Some(project), |id| self.all[*id].parent)
    }

    /// The projects that a requirements file declares for; empty for constraints and for files that nothing reads.
    pub fn users(&self, file: FileId) -> &[ProjectId] {
        self.users.get(&file).map_or(&[], Vec::as_slice)
    }

    /// Whether a build of the project installs the distribution: its build requirements name it, or are known to need it.
    pub(crate) fn is_built_with(&self, project: ProjectId, name: &DistributionName) -> bool {
        let build = &self.all[project].build;
        build.contains_key(name) || build.keys().any(|root| needs::reaches(root.as_str(), name.as_str()))
    }

    /// Whether a file only constrains.
    pub fn is_constraints(&self, file: FileId, path: &FilePath) -> bool {
        self.constraints.contains(&file) || path.file_name().to_ascii_lowercase().contains("constraint")
    }

    /// Finds what every `-r` and `-c` leads to, also in files that no project reads.
    fn look_at_includes(&mut self, files: &impl Files) {
        for id in files.manifests() {
            let Some((path, facts)) = declarations(files, id) else { continue };
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

    fn add(&mut self, project: Project) {
        self.by_folder.insert(project.folder.clone(), self.all.len());
        self.all.push(project);
    }

    /// Gives each layer its parent: the nearest project around it. The root is no layer.
    fn link(&mut self) {
        for id in 0..self.all.len() {
            let project = &self.all[id];
            let outer = project.folder.rsplit_once('/').map_or("", |(outer, _)| outer);
            let is_layer = project.parent.is_some() && !project.folder.is_empty();
            let parent = is_layer.then(|| self.of_path(outer));
            self.all[id].parent = parent;
        }
    }

    /// Reads what a project's manifests declare.
    fn read(&mut self, id: ProjectId, files: &impl Files) {
        self.all[id] = reading::read(id, std::mem::take(&mut self.all[id]), files);
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
            project.own.extend(parent.own);
            project.for_runtime |= parent.for_runtime;
            for (name, role) in parent.roles {
                let known = project.roles.entry(name).or_insert(role);
                *known = role.min(*known);
            }
            for (name, file) in parent.installed_for_tests {
                project.installed_for_tests.entry(name).or_insert(file);
            }
            for (name, bringer) in parent.brought {
                project.brought.entry(name).or_insert(bringer);
            }
            project.weakness = project.weakness.take().or(parent.weakness);
            project.hidden = project.hidden.take().or(parent.hidden);
            for file in parent.constraints {
                if !project.constraints.contains(&file) {
                    project.constraints.push(file);
                }
            }
        }
    }
}

/// The path and declarations of a manifest.
fn declarations(files: &impl Files, id: FileId) -> Option<(&FilePath, &RequirementsFacts)> {
    let (path, facts) = files.get(id)?;
    Some((path, facts.declarations()?))
}

/// The distribution that a compiled line is there for, where `# via` names distributions only: a constraint (`-c`) chooses the version
/// of what is there for others.
fn needed_only_by(requirement: &Requirement) -> Option<DistributionName> {
    let is_other = |via: &str| !via.starts_with("-r") && !via.contains(['/', '(', '.']);
    let mut all = requirement.via.iter().filter(|via| !via.starts_with("-c"));
    let first = all.next().filter(|via| is_other(via))?;
    all.all(|via| is_other(via)).then(|| DistributionName::new(first))
}

/// The folder itself, then each around it, up to the root.
fn folders_above(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |at| match *at {
        "" => None,
        inner => Some(inner.rsplit_once('/').map_or("", |(outer, _)| outer)),
    })
}

/// The path of `name` in a folder.
pub(crate) fn in_folder(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// What a manifest is for: as the user says, else by its name.
pub(crate) fn configured_role(path: &FilePath, files: &impl Files) -> Role {
    files.configured(path).and_then(|file| file.role).unwrap_or_else(|| role_of(path))
}

impl Project {
    /// Whether what is told of a missing requirement is the same under both: how sure the declarations are, and where to
    /// add to.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        self.weakness == other.weakness
            && self.names == other.names
            && self.installed_for_tests == other.installed_for_tests
            && self.hidden.is_some() == other.hidden.is_some()
            && self.files == other.files
            && self.constraints == other.constraints
            && self.brought == other.brought
            && self.known_needs == other.known_needs
            && self.requires_unknown == other.requires_unknown
            && self.build == other.build
            && self.requires_for_development() == other.requires_for_development()
            && self.elsewhere == other.elsewhere
    }
}
