//! What is around the code when it runs: hosts, and modules that the repository does not hold.
//!
//! Made of what files say ([`MentionKind::Host`] and the like), for the whole workspace; it changes with the structure alone.

use pinlens_facts::facts::Frame;
use pinlens_facts::knowledge::hosts::{self, Host};
use pinlens_facts::knowledge::patterns::fits;
use pinlens_facts::mentions::MentionKind;
use pinlens_facts::words::lists::List;
use pinlens_facts::words::names::{FilePath, PythonVersion, lies_in};
use pinlens_facts::words::roles::is_for_shipping;
use rustc_hash::FxHashSet;

/// What is around the code of a workspace.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// The folders that are for a host, with all below them.
    hosts: Vec<(Box<str>, &'static Host)>,
    /// What git leaves out: the folder of the .gitignore, and the pattern.
    ignored: Vec<(Box<str>, Box<str>)>,
    /// The folders that other repositories fill.
    submodules: Vec<Box<str>>,
    /// The modules that code puts into `sys.modules`.
    provided: FxHashSet<Box<str>>,
    /// The compiled modules that are built: the folder of what says so, and the last segment.
    extensions: Vec<(Box<str>, Box<str>)>,
    /// What pip is given that does not name what it installs: the folder whose code it is for, and the words.
    installs: Vec<(Box<str>, Box<str>)>,
    /// The versions of Python that files name: those of what is deployed, and those of developers' tools.
    pythons: [Vec<PythonVersion>; 2],
    /// The versions of Python that tests, containers for development and ranges of manifests show, ascending.
    tested: Vec<PythonVersion>,
}

/// Whether a file describes an image, by its name.
fn is_of_image(path: &FilePath) -> bool {
    let name = path.file_name().to_ascii_lowercase();
    name.contains("dockerfile") || name.contains("containerfile")
}

/// Whether a file is of jobs or of containers for development, which run the code but are not where it is deployed: what checks or
/// builds, and what is hidden but for a platform's own.
fn is_of_jobs(path: &FilePath) -> bool {
    let is_hidden =
        |name: &str| name.starts_with('.') && ![".platform", ".ebextensions"].iter().any(|own| name.starts_with(own));
    let name = path.file_name().to_ascii_lowercase();
    path.as_str().split('/').any(is_hidden) || List::BuildFile.has(name.split('.').next().unwrap_or_default())
}

/// Whether the tool of a manifest installs Python as the manifest says.
fn installs_python(path: &FilePath) -> bool {
    path.folder().is_empty() && (matches!(path.file_name(), "Pipfile" | "pixi.toml") || path.stem() == "environment")
}

/// The folder whose code a command in a file of `folder` is for: the one around a folder that only builds and ships.
fn code_around(folder: &str) -> &str {
    let mut start = 0;
    for name in folder.split('/') {
        if is_for_shipping(name) {
            return folder.get(..start).unwrap_or_default().trim_end_matches('/');
        }
        start += name.len() + 1;
    }
    folder
}

impl Surroundings {
    /// Takes together what the files say.
    pub fn of<'a>(files: impl Iterator<Item = (&'a FilePath, &'a Frame<'a>)>) -> Self {
        let mut found = Self::default();
        for (path, frame) in files {
            found.take(path, frame);
        }
        for versions in found.pythons.iter_mut().chain([&mut found.tested]) {
            versions.sort_unstable();
            versions.dedup();
        }
        found
    }

    fn take(&mut self, path: &FilePath, frame: &Frame<'_>) {
        let folder = path.folder();
        let says = |text: &str| frame.of(MentionKind::Host).any(|one| one == text);
        for (host, mark) in hosts::of_file(path) {
            if let Some(folder) = mark.folder(path).filter(|_| mark.text.is_empty() || says(mark.text)) {
                self.hosts.push((folder.into(), host));
            }
        }
        // what a package says of itself holds for all of it, and what an image holds is there for what is next to its description
        if path.stem() == "__init__" || is_of_image(path) {
            let shown = frame.of(MentionKind::Host).filter_map(hosts::by_id);
            self.hosts.extend(shown.map(|host| (folder.into(), host)));
        }
        self.ignored.extend(frame.of(MentionKind::Ignored).map(|one| (folder.into(), one.into())));
        let submodules = frame.of(MentionKind::Submodule).map(|one| path.sibling(one).to_string().into());
        self.submodules.extend(submodules);
        self.provided.extend(frame.of(MentionKind::Provides).map(Into::into));
        self.extensions.extend(frame.of(MentionKind::Extension).map(|one| (folder.into(), one.into())));
        let around = code_around(folder);
        self.installs.extend(frame.of(MentionKind::InstallsUnknown).map(|one| (around.into(), one.into())));
        self.take_pythons(path, frame);
    }

    fn take_pythons(&mut self, path: &FilePath, frame: &Frame<'_>) {
        let is_of_tools = matches!(path.file_name(), ".python-version" | ".tool-versions" | "mise.toml" | ".mise.toml");
        let found = match is_of_tools {
            true => &mut self.pythons[1],
            false if is_of_jobs(path) => &mut self.tested,
            false => &mut self.pythons[0],
        };
        found.extend(frame.of(MentionKind::Python).filter_map(PythonVersion::parse));
        // what conda, pixi and pipenv install is the newest that a manifest lets in
        if let ([lowest, Some(newest)], true) = (frame.pythons, installs_python(path)) {
            if lowest == Some(newest) {
                self.pythons[1].push(newest);
            } else {
                self.tested.push(newest);
            }
        }
    }

    /// The newest Python that test jobs and containers for development run, or that a manifest's tool installs. Such a Python may run
    /// other code than the application's: it shows that a module may be there, and never that one is not.
    pub fn tested(&self) -> Option<PythonVersion> {
        self.tested.last().copied()
    }

    /// The one version of Python that files name: what is deployed, else what developers run; `None` where they differ.
    pub fn python(&self) -> Option<PythonVersion> {
        self.pythons.iter().find(|versions| !versions.is_empty()).and_then(|versions| match versions[..] {
            [only] => Some(only),
            _ => None,
        })
    }

    /// The hosts for which the code in `folder` is.
    pub fn hosts_of<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'static Host> + 'a {
        self.hosts.iter().filter(move |(outer, _)| lies_in(folder, outer)).map(|(_, host)| *host)
    }

    /// The commands for the code at `path` that install what nobody knows: a repository, an archive, a list in a variable.
    pub fn installs_unknown<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a str> {
        self.installs.iter().filter(move |(folder, _)| lies_in(path, folder)).map(|(_, words)| &**words)
    }

    /// Whether code puts a module of this name into `sys.modules`.
    pub fn is_set_at_run_time(&self, dotted: &str) -> bool {
        let top = dotted.split('.').next().unwrap_or_default();
        self.provided.contains(dotted) || self.provided.contains(top)
    }

    /// Whether git leaves out the Python module at `path`, a path without extension, by a pattern that names a Python file or its
    /// folder: then it is there where the code runs.
    pub fn is_ignored_module(&self, path: &str) -> bool {
        let file = format!("{path}.py");
        self.ignored.iter().any(|(folder, pattern)| {
            let Some(inside) = file.strip_prefix(&**folder).map(|rest| rest.trim_start_matches('/')) else {
                return false;
            };
            if !lies_in(&file, folder) {
                return false;
            }
            let is_file = pattern.strip_suffix(".py").is_some();
            match pattern.strip_prefix('/').unwrap_or(pattern) {
                // of any folder
                name if is_file && !name.contains('/') && !pattern.starts_with('/') => {
                    inside.rsplit('/').next().is_some_and(|last| name != "*.py" && fits(name, last))
                }
                name if is_file => fits(name, inside),
                folder if folder.contains('/') && pattern.ends_with('/') => inside.starts_with(folder),
                _ => false,
            }
        })
    }

    /// Whether git leaves out the folder of the package at `path`, by its name alone: `keys/`. What is called so may be anything, so this is no
    /// evidence against a distribution.
    pub fn is_ignored_package(&self, path: &str) -> bool {
        let (around, name) = path.rsplit_once('/').unwrap_or(("", path));
        self.ignored.iter().any(|(folder, pattern)| {
            let bare = pattern.strip_suffix('/').map(|bare| bare.strip_prefix('/').unwrap_or(bare));
            bare == Some(name) && lies_in(around, folder) && (!pattern.starts_with('/') || around == &**folder)
        })
    }

    /// The submodule whose folder, which has no code here, is or holds the module at `path`.
    pub fn submodule_of(&self, path: &str, has_code: impl Fn(&str) -> bool) -> Option<&str> {
        let around = self.submodules.iter().find(|folder| lies_in(path, folder));
        around.filter(|folder| !has_code(folder)).map(|folder| &**folder)
    }

    /// Whether any submodule is not checked out.
    pub fn lacks_a_submodule(&self, has_code: impl Fn(&str) -> bool) -> bool {
        self.submodules.iter().any(|folder| !has_code(folder))
    }

    /// Whether a build around `package` makes a compiled module called `segment`.
    pub fn is_built(&self, package: &str, segment: &str) -> bool {
        self.extensions.iter().any(|(folder, name)| **name == *segment && lies_in(package, folder))
    }
}
