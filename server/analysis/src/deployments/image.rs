//! What an image holds: which files of the workspace lie in it under which paths, what is installed in which folders, and
//! which Pythons it has.
//!
//! Values and look-ups only; [`super::build`] fills one from a Dockerfile, [`super::platforms`] from other descriptions.

use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::deploy::ignore::{Pattern, is_ignored};
use pinlens_facts::deploy::paths::{ANY_PYTHON, below, joined};
use pinlens_facts::deploy::service::Run;
use pinlens_facts::knowledge::hosts::Host;
use pinlens_facts::knowledge::images::System;
use pinlens_facts::words::names::{DistributionName, FilePath, PythonVersion};
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
    /// Its files; where two say something of a path, the later one is right.
    pub layers: Vec<Layer>,
    /// What is installed, in order.
    pub installed: Vec<Installed>,
    /// The projects of the workspace that are installed, each with the folder of their commands.
    pub projects: Vec<(OwnProject, Option<String>)>,
    /// Folders that are importable where one of distributions is.
    pub links: Vec<Link>,
    /// The paths in the workspace of lists that are requested and not read.
    pub wanted: Vec<String>,
    /// Lists that are requested and are not there, each with the command that requests them.
    pub missing: Vec<(Box<str>, Place)>,
    /// Its Pythons, the latest last.
    pub pythons: Vec<Python>,
    /// The variables of its environment; `PATH` is there always.
    pub environment: BTreeMap<String, String>,
    /// The folder in which commands run.
    pub folder: String,
    /// The user that runs them; empty for root.
    pub user: String,
    pub entry: Option<(Run, Place)>,
    pub command: Option<(Run, Place)>,
    /// Where the Python that it runs is said.
    pub python_said: Option<Place>,
    /// What cannot be known.
    pub unknown: Vec<Unknown>,
    /// Whose packages its system has, and the Python among them.
    pub system: Option<System>,
    pub system_python: Option<PythonVersion>,
    /// The lists that building on its base image installs.
    pub on_build: Vec<Box<str>>,
    /// What its base image starts where no command is given: `module:object`, the first that is there.
    pub default_starts: Vec<Box<str>>,
    /// The managed runtimes that it holds.
    pub hosts: Vec<&'static Host>,
    /// Commands that are there though no distribution is known to bring them.
    pub commands: Vec<Box<str>>,
    /// Why commands may be there that nothing is known to bring: a script that is fetched and run.
    pub fetched: Option<Box<str>>,
    /// Folders that commands make.
    pub folders: Vec<String>,
    /// The names of what is copied and is not in the workspace: something makes it before the build.
    pub absent: Vec<Box<str>>,
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

    /// What lies at a path: the last layer that says so, and the path within it.
    fn layer_at<'a>(&'a self, path: &'a str) -> impl Iterator<Item = (&'a Layer, &'a str)> {
        self.layers.iter().rev().filter_map(move |layer| Some((layer, below(path, &layer.to)?)))
    }

    /// The paths of the workspace that may lie at a path of the image, the likeliest first; none behind what was removed.
    fn sources<'a>(&'a self, path: &'a str) -> impl Iterator<Item = String> + 'a {
        let alive = self.layer_at(path).take_while(|(layer, _)| !matches!(layer.from, From::Nothing));
        alive.filter_map(|(layer, rest)| match &layer.from {
            From::Workspace { path: from, context } => {
                let source = if rest.is_empty() { from.clone() } else { joined(from, rest) };
                context.has(&source).then_some(source)
            }
            _ => None,
        })
    }

    /// The file of the workspace at a path of the image.
    pub fn file(&self, ws: &Analysis, path: &str) -> Option<FileId> {
        self.sources(path).find_map(|source| {
            let file = ws.file(&FilePath::new(&source))?;
            ws.facts(file).map(|_| file)
        })
    }

    /// Whether something of the workspace lies below a path of the image.
    pub fn has_folder(&self, ws: &Analysis, path: &str) -> bool {
        let inside = self
            .layers
            .iter()
            .any(|layer| !matches!(layer.from, From::Nothing) && layer.to != path && below(&layer.to, path).is_some());
        inside || self.sources(path).any(|source| ws.modules().has_folder(&source))
    }

    /// The list or the wheels that a command wrote to a path.
    pub fn list(&self, path: &str) -> Option<Arc<List>> {
        self.layer_at(path).find_map(|(layer, rest)| match &layer.from {
            From::List(list) if rest.is_empty() => Some(list.clone()),
            From::Wheels(list) => Some(list.clone()),
            _ => None,
        })
    }

    /// The path of the workspace's file that would lie at a path of the image, whether it is there or not.
    pub fn source(&self, path: &str) -> Option<String> {
        self.sources(path).next()
    }

    /// The folder of which a path of the image would come, where it is copied and the workspace has nothing there.
    pub fn absent_source(&self, ws: &Analysis, path: &str) -> Option<String> {
        let (layer, rest) = self.layer_at(path).next()?;
        let From::Workspace { path: from, .. } = &layer.from else { return None };
        let is_there = from.is_empty() || ws.file(&FilePath::new(from)).is_some() || ws.has_files_below(from);
        (!rest.is_empty() && !is_there).then(|| from.clone())
    }

    /// Whether the folder of the image at `path` comes from outside the workspace, or may.
    pub fn is_foreign(&self, path: &str) -> bool {
        self.layer_at(path).next().is_some_and(|(layer, _)| matches!(layer.from, From::Foreign))
    }

    /// Where a file of the workspace lies in the image, if anywhere.
    pub fn path_of(&self, source: &str) -> Option<String> {
        self.layers.iter().rev().find_map(|layer| {
            let From::Workspace { path, context } = &layer.from else { return None };
            let rest = if path.is_empty() { source } else { below(source, path)? };
            if !context.has(source) {
                return None;
            }
            let at = if rest.is_empty() { layer.to.clone() } else { joined(&layer.to, rest) };
            // not where something later was put in its place
            self.source(&at).is_some_and(|found| found == source).then_some(at)
        })
    }

    /// Puts what lies at `from` in another image, or in this one, to `to`.
    pub fn copy(&mut self, other: &Self, from: &str, to: &str) -> bool {
        let mut found = false;
        for layer in &other.layers {
            if let Some(rest) = below(&layer.to, from) {
                self.layers.push(Layer { to: joined(to, rest), from: layer.from.clone() });
                found = true;
            } else if let Some(rest) = below(from, &layer.to).filter(|rest| !rest.is_empty())
                && let Some(part) = part(&layer.from, rest)
            {
                self.layers.push(Layer { to: to.to_owned(), from: part });
                found = true;
            }
        }
        let moved = |path: &Option<String>| path.as_ref().and_then(|path| Some(joined(to, below(path, from)?)));
        for installed in &other.installed {
            // one script of them goes to the folder that it is copied to
            let is_script = below(from, installed.bin.as_deref().unwrap_or("-")).is_some_and(|rest| !rest.is_empty());
            let folder = to.rsplit_once('/').map(|(folder, _)| folder.to_owned());
            let (site, bin) = (moved(&installed.site), moved(&installed.bin).or(folder.filter(|_| is_script)));
            if site.is_some() || bin.is_some() {
                self.put(Installed { site, bin, ..installed.clone() });
                found = true;
            }
        }
        // what may be installed there is copied too
        let mut folders = other.pythons.iter().flat_map(|python| python.sites.iter().chain([&python.bin]));
        if folders.any(|folder| below(folder, from).is_some()) {
            for unknown in other.unknown.iter().filter(|unknown| unknown.about == About::Installed) {
                self.leave_open(unknown.about, unknown.why.clone(), unknown.at);
            }
        }
        for link in &other.links {
            if let Some(site) = moved(&Some(link.site.clone())) {
                self.links.push(Link { site, to: link.to.clone() });
            }
        }
        for (project, bin) in &other.projects {
            if let Some(bin) = moved(bin) {
                self.projects.push((project.clone(), Some(bin)));
            }
        }
        // the interpreter itself, with what it looks into
        for python in other.pythons.iter().filter(|python| python.base.is_none()) {
            let Some(bin) = moved(&Some(python.bin.clone())).filter(|_| below(&python.bin, from).is_some()) else {
                continue;
            };
            if !self.pythons.iter().any(|own| own.bin == bin) {
                self.pythons.insert(0, Python { bin, ..python.clone() });
            }
            found = true;
        }
        for python in other.pythons.iter().filter(|python| python.base.is_some()) {
            let Some(prefix) = moved(&Some(python.prefix.clone())) else { continue };
            // the commands of an environment name its folder and the Python that it is made of
            let base = python.base.clone();
            let version =
                base.as_ref().and_then(|base| self.pythons.iter().find(|own| own.bin == *base)).map(|own| own.version);
            if let Some(version) = version {
                self.pythons.push(Python { base, ..Python::at(&prefix, version) });
            }
            found = true;
        }
        found
    }

    /// Adds what is installed; its packages and its commands may be copied one after the other.
    fn put(&mut self, copy: Installed) {
        let is_other_half = |known: &&mut Installed| {
            let is_same = known.at == copy.at && known.words == copy.words && known.direct == copy.direct;
            let halves = known.site.is_some() && known.bin.is_none() && copy.site.is_none()
                || known.site.is_none() && known.bin.is_some() && copy.bin.is_none();
            is_same && halves
        };
        match self.installed.iter_mut().find(is_other_half) {
            Some(known) => {
                known.site = known.site.take().or(copy.site);
                known.bin = known.bin.take().or(copy.bin);
            }
            None => self.installed.push(copy),
        }
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

/// A part of what a layer holds.
fn part(from: &From, rest: &str) -> Option<From> {
    match from {
        From::Workspace { path, context } => {
            let path = joined(path, rest);
            Some(From::Workspace { path, context: context.clone() })
        }
        From::Wheels(list) => Some(From::Wheels(list.clone())),
        From::Foreign => Some(From::Foreign),
        From::List(_) | From::Nothing => None,
    }
}
