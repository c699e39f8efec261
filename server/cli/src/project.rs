//! One root, loaded: its files, environment and configuration in a [`Workspace`], and what of it is to be reported.

use crate::args::Options;
use crate::console::warn;
use crate::failure::Failure;
use crate::here::Here;
use crate::progress::Progress;
use crate::roots::{self, Mark, Root};
use pinlens_analysis::config::{Config, ConfigError};
use pinlens_analysis::model::change::{Change, Counts};
use pinlens_analysis::model::environment::Environment;
use pinlens_analysis::model::ids::FileId;
use pinlens_analysis::model::project::ProjectId;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::facts::{FileFacts, FileKind, UnreadReason};
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::{FilePath, PythonVersion};
use pinlens_facts::words::text::TextRange;
use pinlens_loader::{Loaded, Loader, Skipped};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// One root that has been read.
#[derive(Debug)]
pub struct Project {
    /// Its disk.
    pub loader: Loader,
    /// All that is known of it.
    pub workspace: Workspace,
    /// The files that could not be read, by path.
    pub skipped: Vec<Skipped>,
    /// Where the start-up of the entries crashes that alone are looked at; `None` reports everything.
    pub crashes: Option<BTreeSet<(FileId, TextRange)>>,
    /// Why its folder is the root.
    pub mark: Mark,
    /// Where its settings come from, for people.
    pub settings: String,
    /// The projects in it that alone are reported; `None` for all.
    pub shard: Option<BTreeSet<ProjectId>>,
    limits: Vec<Limit>,
    /// The files that are reached through a link and lie elsewhere in the project, where their findings are reported.
    aliases: FxHashMap<FilePath, FilePath>,
}

/// A part of a root that is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Limit {
    /// Every file that lies in the root.
    All,
    /// The file or folder of this path.
    Within(FilePath),
}

/// Loads every root of the PATHs that the options name.
///
/// What only weakens the answer is warned of on standard error; `Err` is what leaves none.
pub fn load(options: &Options) -> Result<Vec<Project>, Failure> {
    let here = [PathBuf::from(".")];
    let paths = if options.paths.is_empty() { &here[..] } else { &options.paths };
    let home = std::env::home_dir().and_then(|home| home.canonicalize().ok());
    let roots = roots::find(paths, home.as_deref())?;
    let progress = Progress::start();
    roots.into_iter().map(|root| Project::load(root, options, &progress)).collect()
}

impl Project {
    fn load(root: Root, options: &Options, progress: &Progress) -> Result<Self, Failure> {
        let mut loader = Loader::new(&root.folder)?;
        loader.inner = root.inner;
        let (mut config, errors) = configuration(&loader, options)?;
        config.base = Here::of(options.output.format).base(&loader.root);
        let settings = origin(&loader, options);
        let mut reading = Reading::default();
        // the environment is read at the same time as the files: both wait for the disk
        let (files, environment) = std::thread::scope(|scope| {
            let environment = scope.spawn(|| environment(&loader, &config, options));
            let files = reading.walk_and_load(&loader, &config, progress);
            (files, environment.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        files?;
        let limits: Vec<Limit> = root.limits.iter().filter_map(|path| limit(&loader, path)).collect();
        for limit in &limits {
            reading.named_file(&loader, &config, limit);
        }
        let mut workspace = Workspace::in_folder(&loader.trail());
        let environment = environment?.map(Arc::new);
        workspace.apply(Change { files: reading.files, environment, config: Some(Arc::new(config)) });
        let mut project = Self {
            loader,
            workspace,
            skipped: reading.skipped,
            crashes: None,
            mark: root.mark,
            settings,
            shard: None,
            limits,
            aliases: reading.aliases,
        };
        project.read_wanted();
        project.skipped.retain(Skipped::is_news);
        project.skipped.sort_by(|a, b| a.path.cmp(&b.path));
        project.skipped.dedup();
        project.warn_of_empty_limits();
        project.warn_of_settings(&errors);
        Ok(project)
    }

    /// Reads what `-r` and `-c` reach, and what that reaches, until nothing new exists.
    fn read_wanted(&mut self) {
        let mut tried = BTreeSet::new();
        loop {
            let new: Vec<FilePath> =
                self.workspace.wanted().into_iter().filter(|path| tried.insert(path.clone())).collect();
            if new.is_empty() {
                return;
            }
            let mut change = Change::default();
            for path in new {
                match self.loader.read(&path, FileKind::Requirements) {
                    Ok(Some(facts)) => change.files.push((path, Some(facts))),
                    Ok(None) => {}
                    Err(skipped) => {
                        change.files.push((path, skipped.facts()));
                        // what lies outside is a finding where it is named
                        if skipped.reason != UnreadReason::Outside {
                            self.skipped.push(skipped);
                        }
                    }
                }
            }
            self.workspace.apply(change);
        }
    }

    /// The files that declare what is required, in path order.
    pub fn manifests(&self) -> Vec<&FilePath> {
        let declares = |file: &FileId| {
            let facts = self.workspace.facts(*file).and_then(FileFacts::declarations);
            facts.is_some_and(|facts| !facts.requirements.is_empty())
        };
        let files = self.workspace.manifests_in_order().into_iter().filter(declares);
        files.map(|file| self.workspace.path(file)).collect()
    }

    /// Whether findings in the file are reported.
    pub fn covers(&self, path: &FilePath) -> bool {
        self.limits.iter().any(|limit| limit.covers(path)) && self.is_of_shard(path)
    }

    /// Whether the project of the path is one of those that are reported.
    pub fn is_of_shard(&self, path: &FilePath) -> bool {
        self.shard.as_ref().is_none_or(|ids| ids.contains(&self.workspace.projects().of_path(path.as_str())))
    }

    /// How much was read for what is reported.
    pub fn counts(&self) -> Counts {
        let files = self.workspace.files().into_iter().filter(|file| self.is_of_shard(self.workspace.path(*file)));
        self.workspace.counts_of(files)
    }

    /// The files whose findings are reported, in path order.
    pub fn reported(&self) -> Vec<FileId> {
        let mut files = self.workspace.files();
        files.retain(|&file| {
            let path = self.workspace.path(file);
            self.covers(path) && !self.aliases.contains_key(path)
        });
        files
    }

    /// Whether the file is one of those that are counted: not one that only is there.
    pub fn is_read(&self, file: FileId) -> bool {
        matches!(
            self.workspace.facts(file),
            Some(FileFacts::Python(_) | FileFacts::Requirements(_) | FileFacts::Settings(_))
        )
    }

    /// Wrong settings that no finding reports: those without a place, or of a file that is not reported.
    fn warn_of_settings(&self, errors: &[ConfigError]) {
        let is_reported = |file: &str| {
            let path = FilePath::new(file);
            self.covers(&path) && self.workspace.file(&path).is_some_and(|file| self.workspace.facts(file).is_some())
        };
        for error in errors {
            let file = file_of(&error.key);
            if error.range.is_none() || !is_reported(file) {
                let setting = if error.key == file { file.to_owned() } else { format!("{file}: {}", error.key) };
                warn(&format!("{setting}: {}", error.message));
            }
        }
    }

    /// A PATH that holds nothing of ours is reported: silence would look like "clean".
    fn warn_of_empty_limits(&self) {
        for limit in &self.limits {
            let read = || self.workspace.files().into_iter().any(|file| limit.covers(self.workspace.path(file)));
            let named = || self.skipped.iter().any(|skipped| limit.covers(&skipped.path));
            if !read() && !named() {
                let place = match limit {
                    Limit::All => self.loader.root.clone(),
                    Limit::Within(path) => self.loader.absolute(path),
                };
                warn(&format!("{}: no Python or requirements file to read", place.display()));
            }
        }
    }
}

impl Limit {
    fn covers(&self, path: &FilePath) -> bool {
        match self {
            Self::All => !path.as_str().starts_with("../") && !path.as_str().starts_with('/'),
            Self::Within(limit) => path.is_within(limit),
        }
    }
}

fn limit(loader: &Loader, path: &Path) -> Option<Limit> {
    if path == loader.root {
        return Some(Limit::All);
    }
    loader.path_of(path).map(Limit::Within)
}

/// What is collected while files are read.
#[derive(Default)]
struct Reading {
    files: Vec<(FilePath, Option<FileFacts>)>,
    skipped: Vec<Skipped>,
    aliases: FxHashMap<FilePath, FilePath>,
}

impl Reading {
    fn walk_and_load(&mut self, loader: &Loader, config: &Config, progress: &Progress) -> Result<(), Failure> {
        let listing = loader.list(config);
        if listing.too_many {
            return Err(Failure::TooManyFiles { root: loader.root.clone(), limit: Loader::LIMIT });
        }
        self.aliases.extend(listing.aliases);
        self.skip(listing.skipped);
        let collected = Mutex::new(self);
        loader.load(listing.files, &|loaded| {
            let mut collected = collected.lock().unwrap_or_else(PoisonError::into_inner);
            match loaded {
                Loaded::Found(files) => progress.expect(files),
                Loaded::Files(facts) => {
                    progress.advance(facts.len());
                    collected.files.extend(facts.into_iter().map(|(path, facts)| (path, Some(facts))));
                }
                Loaded::Skipped(skipped) => {
                    progress.advance(skipped.len());
                    collected.skip(skipped);
                }
            }
        });
        Ok(())
    }

    /// Takes in what was not read: that it is there is all that is known of it.
    fn skip(&mut self, skipped: Vec<Skipped>) {
        self.files.extend(skipped.iter().map(|file| (file.path.clone(), file.facts())));
        self.skipped.extend(skipped);
    }

    /// Reads a file that the user named and the walk left out: ignored by git, or a requirements file of another name.
    fn named_file(&mut self, loader: &Loader, config: &Config, limit: &Limit) {
        let Limit::Within(path) = limit else { return };
        let known =
            self.files.iter().any(|(file, _)| file == path) || self.skipped.iter().any(|file| file.path == *path);
        if known || !loader.absolute(path).is_file() {
            return;
        }
        let extension = Path::new(path.as_str()).extension();
        let other = || extension.is_some_and(|extension| extension == "txt").then_some(FileKind::Requirements);
        let Some(kind) = loader.kind(path, config).or_else(other) else { return };
        match loader.read(path, kind) {
            Ok(facts) => self.files.push((path.clone(), facts)),
            Err(skipped) => self.skip(vec![skipped]),
        }
    }
}

/// The configuration of the root with the command line's options over it, and what is wrong with its files.
fn configuration(loader: &Loader, options: &Options) -> Result<(Config, Vec<ConfigError>), Failure> {
    let (mut config, errors) = settings(loader, options)?;
    config.exclude.extend(options.read.exclude.iter().cloned());
    if let Some(version) = options.read.python_version {
        let newest = PythonVersion::NEWEST;
        if version > newest {
            warn(&format!(
                "Python {version} is newer than this pinlens knows; its standard library is taken to be that of {newest}"
            ));
        }
        config.python_version = Some(version);
    }
    if let Some(platform) = options.read.python_platform {
        config.python_platform = platform.0;
    }
    if let Some(environment) = &options.read.environment {
        config.environment = Some(environment_from_here(environment));
    }
    let names = |codes: Vec<Code>| codes.into_iter().map(|code| code.as_str().to_owned()).collect();
    if !options.select.is_empty() {
        config.select = names(options.selected());
        // what the command line selects is not silenced by a file
        config.ignore.clear();
        config.set_by_user.extend(["select", "ignore"]);
    }
    if !options.ignore.is_empty() {
        config.ignore = names(options.ignored());
        config.set_by_user.push("ignore");
    }
    let entries = options.entries.iter().filter_map(|file| loader.path_of(&file.canonicalize().ok()?));
    let entries: Vec<String> = entries.map(|path| path.to_string()).collect();
    if !entries.is_empty() {
        config.entries = entries;
    }
    Ok((config, errors))
}

/// Where the settings come from: the file that `--config` names, else the first at the root.
fn origin(loader: &Loader, options: &Options) -> String {
    if let Some(file) = &options.read.config {
        return file.display().to_string();
    }
    let names = ["pinlens.toml", "pyproject.toml"];
    let found = names.into_iter().find(|name| loader.root.join(name).is_file());
    found.map_or_else(|| "defaults".to_owned(), str::to_owned)
}

/// The settings of the file that `--config` names, else those of the root.
fn settings(loader: &Loader, options: &Options) -> Result<(Config, Vec<ConfigError>), Failure> {
    let Some(file) = &options.read.config else { return Ok(loader.config()) };
    let text = std::fs::read_to_string(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::NoConfig(file.clone()),
        _ => Failure::Config { path: file.clone(), cause: error },
    })?;
    let is_pyproject = file.file_name().is_some_and(|name| name == "pyproject.toml");
    Ok(if is_pyproject { Config::parse_pyproject(&text) } else { Config::parse_pinlens_toml(&text) })
}

/// The file that a setting stands in: the keys of pyproject.toml begin with its table.
fn file_of(key: &str) -> &str {
    match key {
        "pyproject.toml" | "pinlens.toml" => key,
        key if key.starts_with("tool.") => "pyproject.toml",
        _ => "pinlens.toml",
    }
}

/// The option's folder counts from the current folder, as people type it; the setting's counts from the root.
fn environment_from_here(option: &str) -> String {
    if option == "none" {
        return option.to_owned();
    }
    std::path::absolute(option).map_or_else(|_| option.to_owned(), |path| path.to_string_lossy().into_owned())
}

/// The environment. A bad `--env` is a failure; a bad setting of a file is warned of like every other.
fn environment(loader: &Loader, config: &Config, options: &Options) -> Result<Option<Environment>, Failure> {
    match loader.environment(config) {
        Ok(found) => Ok(found),
        Err(error) if options.read.environment.is_some() => Err(Failure::Environment(error)),
        Err(error) => {
            warn(&format!("environment: {error}"));
            Ok(None)
        }
    }
}
