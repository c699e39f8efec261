//! What an image holds: which files of the workspace lie in it under which paths, what is installed in which folders, and
//! which Pythons it has.
//!
//! Values and look-ups only; [`super::build`] fills one from a Dockerfile, [`super::platforms`] from other descriptions.

mod copies;
mod files;

use crate::model::ids::FileId;
use pinlens_facts::deploy::ignore::{Pattern, is_ignored};
use pinlens_facts::deploy::paths::{ANY_PYTHON, below, joined};
use pinlens_facts::deploy::service::Run;
use pinlens_facts::knowledge::hosts::Host;
use pinlens_facts::knowledge::images::System;
use pinlens_facts::words::names::{DistributionName, PythonVersion};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The line of a file, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The line.
    pub line: u32,
}

/// What an image holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Image {
    /// What it is built on.
    pub base: Base,
    /// Its files.
    pub files: Files,
    /// What is installed, in order.
    pub installed: Vec<Installed>,
    /// The workspace's own code that is installed.
    pub own: Own,
    /// The lists that commands request and that are not read.
    pub lists: Lists,
    /// Its Pythons, the latest last.
    pub pythons: Vec<Python>,
    /// Commands that no distribution brings.
    pub commands: Commands,
    /// The variables of its environment; `PATH` is there always.
    pub environment: BTreeMap<String, String>,
    /// The folder in which commands run.
    pub folder: String,
    /// The user that runs them; empty for root.
    pub user: String,
    /// What it starts.
    pub starts: Starts,
    /// What cannot be known.
    pub unknown: Vec<Unknown>,
}

/// What an image is built on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Base {
    /// Where the Python that it runs is said.
    pub python_said: Option<Place>,
    /// Whose packages its system has.
    pub system: Option<System>,
    /// The Python among these packages.
    pub system_python: Option<PythonVersion>,
    /// The managed runtimes that it holds.
    pub hosts: Vec<&'static Host>,
    /// Whether another stage installs something.
    pub has_installing_stage: bool,
    /// The lists that building on it installs.
    pub on_build: Vec<&'static str>,
}

/// The files of an image.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    /// What lies where; where two say something of a path, the later one is right.
    pub layers: Vec<Layer>,
    /// Folders that commands make.
    pub made: Vec<String>,
    /// The names of what is copied and is not in the workspace: something makes it before the build.
    pub absent: Vec<Box<str>>,
}

/// The workspace's own code that is installed in an image.
#[derive(Clone, Debug, Default)]
pub(crate) struct Own {
    /// The projects, each with the folder of their commands.
    pub projects: Vec<(OwnProject, Option<String>)>,
    /// Folders that are importable where one of distributions is.
    pub links: Vec<Link>,
}

/// The lists that commands request and that are not read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    /// The paths in the workspace of those that may be there.
    pub wanted: Vec<String>,
    /// Those that are not there, each with the command that requests them.
    pub missing: Vec<(Box<str>, Place)>,
}

/// Commands that are there though no distribution is known to bring them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Commands {
    /// Their names.
    pub known: Vec<Box<str>>,
    /// Why others may be there: a script that is fetched and run.
    pub fetched: Option<Box<str>>,
}

/// What an image starts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Starts {
    pub entry: Option<(Run, Place)>,
    pub command: Option<(Run, Place)>,
    /// What its base image starts where no command is given: `module:object`, the first that is there.
    pub by_base: Vec<Box<str>>,
}

/// A folder that is importable where one of distributions is.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// The folder of distributions.
    pub site: String,
    /// The folder that it names.
    pub to: String,
}

/// Something that cannot be known of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What it leaves open.
    pub about: About,
    /// Why, in words that follow "because".
    pub why: Box<str>,
    /// Where that is said.
    pub at: Option<Place>,
    /// Whether nothing is known of the image that it is built on.
    pub is_base: bool,
}

/// What is left open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// Which distributions are installed.
    Installed,
    /// Which files are there.
    Files,
    /// Where Python looks for modules.
    Path,
    /// What is started.
    Start,
}

/// Some files of an image.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    /// The path of the file or folder in the image.
    pub to: String,
    pub from: From,
}

/// Where the files of a layer are from.
#[derive(Clone, Debug)]
pub(crate) enum From {
    /// The file or folder of the workspace at this path.
    Workspace { path: String, context: Arc<Context> },
    /// A list of requirements that a command wrote.
    List(Arc<List>),
    /// Wheels.
    Wheels(Arc<List>),
    /// Something that is not of the workspace.
    Foreign,
    /// Nothing: what was there is removed.
    Nothing,
}

/// The folder whose files a build may copy.
#[derive(Debug, Default)]
pub(crate) struct Context {
    /// Its path in the workspace.
    pub folder: String,
    /// What .dockerignore leaves out.
    pub ignored: Vec<Pattern>,
}

impl Context {
    fn has(&self, path: &str) -> bool {
        let inside = if self.folder.is_empty() { Some(path) } else { below(path, &self.folder) };
        inside.is_none_or(|inside| !is_ignored(&self.ignored, inside))
    }
}

/// A Python of an image.
#[derive(Clone, Debug)]
pub(crate) struct Python {
    /// The folder of its command.
    pub bin: String,
    /// The folder above it; that of a virtual environment where it is one.
    pub prefix: String,
    /// Where it looks for distributions, in order; the first is where they are installed.
    pub sites: Vec<String>,
    pub version: Option<PythonVersion>,
    /// The bin folder of the Python that a virtual environment is made of.
    pub base: Option<String>,
}

impl Python {
    /// One with `lib/python3.x/site-packages` below its prefix.
    pub fn at(prefix: &str, version: Option<PythonVersion>) -> Self {
        let site = joined(prefix, &format!("lib/{}/site-packages", folder_of(version)));
        Self { bin: joined(prefix, "bin"), prefix: prefix.to_owned(), sites: vec![site], version, base: None }
    }

    /// Debian's own.
    pub fn of_debian(version: Option<PythonVersion>) -> Self {
        let local = format!("/usr/local/lib/{}/dist-packages", folder_of(version));
        let sites = vec![local, "/usr/lib/python3/dist-packages".to_owned()];
        Self { bin: "/usr/bin".to_owned(), prefix: "/usr".to_owned(), sites, version, base: None }
    }
}

/// The folder of an environment of conda, by its name or by its path.
pub(crate) fn folder_of_conda(name: &str) -> String {
    match name {
        "base" => "/opt/conda".to_owned(),
        _ if name.contains('/') => name.to_owned(),
        _ => format!("/opt/conda/envs/{name}"),
    }
}

/// The folder of a version in `lib`.
pub(crate) fn folder_of(version: Option<PythonVersion>) -> String {
    version.map_or_else(|| ANY_PYTHON.to_owned(), |version| format!("python{}.{}", version.major, version.minor))
}

/// What one command installed at one place.
#[derive(Clone, Debug)]
pub(crate) struct Installed {
    /// The distributions that were requested, without what these require.
    pub direct: Vec<Direct>,
    /// Where their modules are.
    pub site: Option<String>,
    /// Where their commands are.
    pub bin: Option<String>,
    /// The Python that their commands are run by: the folder of its command.
    pub runs_by: Option<String>,
    /// The command, and the list that it names.
    pub at: Place,
    pub words: Box<str>,
    pub lists: Vec<FileId>,
    /// Whether what they require is left out.
    pub alone: bool,
    /// Whether the whole of what is required is among `direct`.
    pub is_whole: bool,
    /// Whether the platform looked which list is there: nothing names it.
    pub is_found: bool,
}

/// A distribution that was requested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Direct {
    pub name: DistributionName,
    pub extras: Vec<Box<str>>,
    /// Whether a marker leaves open that it is installed.
    pub maybe: bool,
    /// The specifier of its versions, where one is written.
    pub versions: Option<Box<str>>,
    /// The names that a lock file or metadata says it requires.
    pub requires: Option<Vec<DistributionName>>,
}

impl Direct {
    /// A distribution of which the name alone is known.
    pub fn named(name: DistributionName) -> Self {
        Self { name, extras: Vec::new(), maybe: false, versions: None, requires: None }
    }
}

/// What was requested, as far as it is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    /// The distributions.
    pub direct: Vec<Direct>,
    /// The lists that were read.
    pub lists: Vec<FileId>,
    /// The projects of the workspace whose own code is installed: the folder in the workspace, in the image, and whether the code
    /// is used where it is.
    pub projects: Vec<OwnProject>,
    /// What is not known, for messages.
    pub unknown: Vec<(About, Box<str>)>,
    /// Lists that are requested and not there.
    pub missing: Vec<Box<str>>,
    /// The paths in the workspace of lists that are requested and not read.
    pub wanted: Vec<String>,
    /// Whether all that is required is among `direct`: what a tool compiled.
    pub is_whole: bool,
}

/// A project of the workspace that is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnProject {
    /// Its folder in the workspace.
    pub folder: String,
    /// Its folder in the image.
    pub in_image: String,
    pub editable: bool,
    pub manifest: FileId,
}

impl Image {
    /// One with nothing in it.
    pub fn new() -> Self {
        let mut image = Self { folder: "/".to_owned(), ..Self::default() };
        let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        image.environment.insert("PATH".to_owned(), path.to_owned());
        image
    }

    /// `path` as a command sees it.
    pub fn absolute(&self, path: &str) -> String {
        let home = self.home();
        match path.strip_prefix("~/") {
            Some(rest) => joined(&home, rest),
            None => joined(&self.folder, path),
        }
    }

    /// The home of the user that runs commands.
    pub fn home(&self) -> String {
        match (self.environment.get("HOME"), self.user.as_str()) {
            (Some(home), _) => home.clone(),
            (None, "" | "root" | "0") => "/root".to_owned(),
            (None, user) => format!("/home/{user}"),
        }
    }

    /// The folders in which commands are looked up, in order.
    pub fn path(&self) -> Vec<String> {
        let path = self.environment.get("PATH").map_or("", String::as_str);
        path.split(':').filter(|folder| !folder.is_empty()).map(|folder| joined("/", folder)).collect()
    }

    /// Whether a command is there that no distribution brings.
    pub fn has_command(&self, name: &str) -> bool {
        self.commands.known.iter().any(|command| **command == *name)
    }

    /// The Python that a word names: a path, a version, or the first on the path.
    pub fn python(&self, word: &str) -> Option<&Python> {
        if word.contains('/') {
            let path = self.absolute(word);
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            // a folder of an environment is one too
            return self.pythons.iter().rev().find(|python| python.bin == folder || python.prefix == path);
        }
        let wanted = word.trim_start_matches("python");
        let version = PythonVersion::parse(wanted).filter(|_| wanted.contains('.'));
        let fits = |python: &&Python| version.is_none() || python.version == version || python.version.is_none();
        let path = self.path();
        path.iter().find_map(|folder| self.pythons.iter().rev().filter(fits).find(|python| python.bin == *folder))
    }

    /// The environment that a tool keeps for the project in a folder.
    pub fn of_runner(&self, runner: &str, folder: &str) -> Option<Python> {
        let named = self.environment.get("UV_PROJECT_ENVIRONMENT").filter(|_| runner == "uv");
        let name = named.map_or(".venv", String::as_str);
        let find = |prefix: &str| self.pythons.iter().rev().find(|python| python.prefix == prefix).cloned();
        // the project is looked up from the folder upwards
        let mut at = Some(folder);
        while let Some(folder) = at {
            if let Some(found) = find(&joined(folder, name)) {
                return Some(found);
            }
            at = folder.rsplit_once('/').map(|(outer, _)| outer);
        }
        find(&format!("/root/.cache/{runner}"))
    }

    /// Notes that something cannot be known, once.
    pub fn leave_open(&mut self, about: About, why: impl Into<Box<str>>, at: Option<Place>) {
        self.note(Unknown { about, why: why.into(), at, is_base: false });
    }

    /// Notes that nothing is known of the image that it is built on.
    pub fn leave_base_open(&mut self, why: &str, at: Place) {
        for about in [About::Installed, About::Files] {
            self.note(Unknown { about, why: why.into(), at: Some(at), is_base: true });
        }
    }

    fn note(&mut self, unknown: Unknown) {
        if !self.unknown.contains(&unknown) {
            self.unknown.push(unknown);
        }
    }
}
