//! The values of projects: what each declares and where it lies.

use super::files::folders_above;
use super::members::Members;
use super::workspaces::Workspaces;
use crate::model::ids::FileId;
pub use crate::model::ids::ProjectId;
use crate::model::resolve::DeclaredNames;
use pinlens_facts::knowledge::needs;
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::roles::{Role, role_of_code};
use pinlens_facts::words::text::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Lists include each other so deep; what lies deeper is not read.
pub(crate) const DEEPEST_INCLUDE: usize = 100;

/// Who brings a distribution that no requirement names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bringer {
    /// The distribution that needs it.
    pub by: DistributionName,
    /// The others that need it too, ascending.
    pub others: Vec<DistributionName>,
    /// What it is known from, for messages: `the environment .venv`, `uv.lock`, ``requirements.txt's `# via` comment``.
    pub known_from: Arc<str>,
    /// Whether something brings it that is required where the application runs.
    pub is_for_runtime: bool,
    /// The declared distributions that bring it, at any depth, ascending; empty where nothing shows which.
    pub roots: Vec<DistributionName>,
}

impl Bringer {
    /// All that need it, the first of them first.
    pub fn all(&self) -> impl Iterator<Item = &DistributionName> {
        std::iter::once(&self.by).chain(&self.others)
    }

    /// Of those that need it, keeps the declared ones where there are any, and else the first.
    pub(super) fn keep_declared(&mut self, names: &DeclaredNames) {
        let mut declared: Vec<DistributionName> = self.all().filter(|name| names.contains(name)).cloned().collect();
        self.others = Vec::new();
        if !declared.is_empty() {
            self.by = declared.remove(0);
            self.others = declared;
        }
    }

    /// Takes in a declared one that brings it, at any depth.
    pub(super) fn add_root(&mut self, root: &DistributionName) {
        if let Err(at) = self.roots.binary_search(root) {
            self.roots.insert(at, root.clone());
        }
    }

    /// Takes in another one that needs it.
    pub(super) fn add(&mut self, other: &DistributionName) {
        if *other != self.by
            && let Err(at) = self.others.binary_search(other)
        {
            self.others.insert(at, other.clone());
        }
    }
}

/// Where a requirement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequirementId {
    /// The requirements file.
    pub file: FileId,
    /// Its place in `RequirementsFacts::requirements`.
    pub index: usize,
}

/// Some code and the requirements that apply to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Project {
    /// The folder at the top; empty for the root.
    pub folder: Box<str>,
    /// Whether it is one script with a block of requirements (PEP 723); `folder` is its path then.
    pub is_script: bool,
    /// The project whose requirements are seen too, for a layer.
    pub parent: Option<ProjectId>,
    /// The files that it consists of.
    pub lists: Lists,
    /// What they require.
    pub required: Required,
    /// The declared names for look-up, those of pyproject.toml and of the parent included.
    pub names: DeclaredNames,
    /// Whether a manifest, its own or one of a parent, is for what is deployed, be it empty.
    pub for_runtime: bool,
    /// What each of `names` is declared for: runtime wins over development. The parent's are among them.
    pub roles: FxHashMap<DistributionName, Role>,
    /// The distributions that the project itself is: what the index knows of their needs is no news here.
    pub own: Vec<DistributionName>,
    /// What comes with that.
    pub indirect: Indirect,
    /// What of it cannot be known.
    pub gaps: Gaps,
}

/// The files that declare for a project.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lists {
    /// The requirements files that belong here by name and place, runtime ones first, then by path.
    pub entries: Vec<FileId>,
    /// Every file whose requirements are installed: the entries and what they include, in the order of reading.
    pub files: Vec<FileId>,
    /// The `-c` files in force.
    pub constraints: Vec<FileId>,
    /// The first line of a constraint on each distribution.
    pub constrained: FxHashMap<DistributionName, RequirementId>,
}

/// What the files of a project require. The parent's requirements are not among them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Required {
    /// Where each distribution is declared, in the order of reading. The parent's are not among them.
    pub declared: FxHashMap<DistributionName, Vec<RequirementId>>,
    /// The declared distributions of which a requirement says where they are: a path, a URL, a repository.
    pub placed: FxHashSet<DistributionName>,
    /// The distributions that are required on other targets only, each with the marker that says so.
    pub elsewhere: FxHashMap<DistributionName, Box<str>>,
    /// The distributions that builds of the project need (PEP 518), each with whether nothing else declares it.
    pub build: FxHashMap<DistributionName, bool>,
    /// The extras with which declared distributions are required.
    pub extras: FxHashMap<DistributionName, Vec<Box<str>>>,
    /// What these extras bring, as far as it is known.
    pub by_extras: FxHashMap<DistributionName, Vec<DistributionName>>,
    /// The declared distributions of which an extra is asked for that nobody knows, with the first such.
    pub unknown_extras: FxHashMap<DistributionName, Box<str>>,
}

/// What is installed with what a project requires.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Indirect {
    /// The distributions that come only because another one needs them.
    pub brought: FxHashMap<DistributionName, Bringer>,
    /// The declared distributions that other declared ones need, at any depth, each with those, ascending.
    pub needed: FxHashMap<DistributionName, Vec<DistributionName>>,
    /// What well-known declared distributions are known to need, at any depth, whoever declares it.
    pub known_needs: FxHashMap<&'static str, KnownNeed>,
    /// The distributions that nothing declares and a lock has which does not say what needs them, each with that lock.
    pub locked: FxHashMap<DistributionName, FilePath>,
    /// The distributions that only tox or nox installs, each with the file that says so: tests may have them.
    pub installed_for_tests: FxHashMap<DistributionName, FileId>,
}

/// What of a project's requirements cannot be known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gaps {
    /// Why the declarations cannot be known whole; the first reason, if any.
    pub weakness: Option<String>,
    /// What hides all that the application needs, where nothing of it can be read.
    pub hidden: Option<Hidden>,
    /// The declared distributions of which nobody knows what they require, ascending: any of them may install what nothing declares.
    pub requires_unknown: Vec<DistributionName>,
    /// Those of which it is known only of the newest version, while an older one is required; ascending.
    pub required_before_unknown: Vec<DistributionName>,
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
    /// Whether the code at `path`, which is the project's, is for development: by its place or by the project.
    pub fn is_for_development(&self, path: &FilePath) -> bool {
        !self.for_runtime || self.parent.is_some() || role_of_code(path, &self.folder) == Role::Development
    }

    /// Whether anything is required for development.
    pub fn requires_for_development(&self) -> bool {
        self.roles.values().any(|role| *role == Role::Development)
    }

    /// The lists that belong here by name and place; where there is none, those that are included.
    pub fn own_lists(&self) -> &[FileId] {
        if self.lists.entries.is_empty() { &self.lists.files } else { &self.lists.entries }
    }

    /// The declared distributions that bring one where the application runs, at any depth: as locks, comments and the environment show, or
    /// else the tables.
    pub(crate) fn roots_of(&self, name: &DistributionName) -> Vec<&DistributionName> {
        let runs = |one: &&DistributionName| *one != name && self.roles.get(*one) != Some(&Role::Development);
        let shown = self.indirect.brought.get(name).filter(|bringer| bringer.is_for_runtime);
        let shown: Vec<_> = shown.into_iter().flat_map(|bringer| &bringer.roots).filter(runs).collect();
        if !shown.is_empty() {
            return shown;
        }
        let known = self.indirect.known_needs.get(name.as_str()).filter(|need| need.is_for_runtime);
        known.into_iter().flat_map(|need| &need.roots).filter(runs).collect()
    }

    /// Whether any declaration applies to the code at all.
    pub fn has_declarations(&self) -> bool {
        !self.lists.files.is_empty()
    }
}

/// A list that belongs to no project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apart {
    /// The file.
    pub file: FileId,
    /// What it names.
    pub names: FxHashSet<DistributionName>,
}

/// The projects of a workspace, and who reads which requirements file.
#[derive(Debug, Default)]
pub struct Projects {
    /// The projects, by folder; the first is the root's, even where no manifest is there.
    pub all: Vec<Project>,
    pub(super) by_folder: FxHashMap<Box<str>, ProjectId>,
    /// The projects that each requirements file declares for, ascending.
    pub(super) users: FxHashMap<FileId, Vec<ProjectId>>,
    /// Files that a `-c` names: they declare nothing, whatever they are called.
    pub(super) constraints: FxHashSet<FileId>,
    /// The scripts with requirements of their own, ascending.
    pub(super) scripts: Vec<ProjectId>,
    /// Lists in folders without code of their own, of which nothing shows that they are installed for the code around them.
    pub apart: Vec<Apart>,
    /// What the projects of the workspace require, by their names.
    pub members: Members,
    /// Which projects one tool manages together.
    pub workspaces: Workspaces,
    /// The `-r` and `-c` targets of which no facts are here.
    pub missing: Vec<FilePath>,
    /// The files whose `-r` lines lead into a cycle.
    pub(super) endless: FxHashSet<FileId>,
    /// Files whose own includes are not read: more than [`DEEPEST_INCLUDE`] others lead to them.
    pub(super) too_deep: FxHashSet<FileId>,
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

impl Projects {
    /// The project that governs the file or folder at `path`.
    pub fn of_path(&self, path: &str) -> ProjectId {
        self.around(path).next().unwrap_or_default()
    }

    /// The projects whose folder holds `path`, the innermost first. A script with requirements of its own (PEP 723) is a
    /// project of one file, whose folder is its own path; no other one applies to it.
    pub fn around<'a>(&'a self, path: &'a str) -> impl Iterator<Item = ProjectId> + 'a {
        let script = self.by_folder.get(path).copied().filter(|id| self.all[*id].is_script);
        let folders = folders_above(path).filter(move |_| script.is_none());
        script.into_iter().chain(folders.filter_map(|at| self.by_folder.get(at).copied()))
    }

    /// The scripts with requirements of their own.
    pub(crate) fn scripts(&self) -> impl Iterator<Item = &Project> {
        self.scripts.iter().map(|id| &self.all[*id])
    }

    /// Whether a project's folder is `folder`.
    pub(crate) fn has_folder(&self, folder: &str) -> bool {
        self.by_folder.contains_key(folder)
    }

    /// Whether the `-r` lines of the file may lead back to it: it includes files of which none is the last.
    pub(crate) fn may_be_cyclic(&self, file: FileId) -> bool {
        self.endless.contains(&file)
    }

    /// Whether what the file includes is not read, for so many others lead to it.
    pub(crate) fn is_too_deep(&self, file: FileId) -> bool {
        self.too_deep.contains(&file)
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
        let build = &self.all[project].required.build;
        build.contains_key(name) || build.keys().any(|root| needs::reaches(root.as_str(), name.as_str()))
    }

    /// Whether a file only constrains.
    pub fn is_constraints(&self, file: FileId, path: &FilePath) -> bool {
        self.constraints.contains(&file) || path.file_name().to_ascii_lowercase().contains("constraint")
    }
}
