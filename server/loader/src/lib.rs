//! The only room that touches the disk: it walks, reads, decodes and writes, and yields facts for `pinlens_analysis`.
//!
//! It decides nothing about imports or requirements. Nothing of a workspace is executed, and nothing outside its [`Bounds`] is
//! read or written but the environment, git's ignore files and the cache.

mod bounds;
mod config;
mod environment;
mod ignores;
pub mod index;
mod load;
mod paths;
mod read;
mod tracked;
mod walk;
mod write;

use pinlens_analysis::config::{Config, ConfigError};
use pinlens_analysis::model::environment::Environment;
use pinlens_facts::facts::{FileFacts, FileKind, UnreadReason};
use pinlens_facts::words::names::FilePath;
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

pub use bounds::Bounds;
pub use read::{SourceText, anywhere as read_anywhere};
pub use write::write_named;

/// A file or folder that was not read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The file or folder.
    pub path: FilePath,
    /// What it is.
    pub what: SkippedKind,
    /// Why not: `not UTF-8 (byte 0xE9 at offset 1042, line 31); …`.
    pub reason: UnreadReason,
}

/// What was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkippedKind {
    /// A file that would have been read as that.
    File(FileKind),
    /// A folder, so that it is not known what lies in it.
    Folder,
    /// A file that says what git ignores.
    Rules,
}

impl Skipped {
    /// What is known of it all the same: that it is there.
    pub fn facts(&self) -> Option<FileFacts> {
        match self.what {
            SkippedKind::File(kind) => Some(FileFacts::unread(Some(kind), self.reason.clone())),
            SkippedKind::Folder if self.path.as_str().is_empty() => None,
            SkippedKind::Folder => Some(FileFacts::unread(None, self.reason.clone())),
            SkippedKind::Rules => None,
        }
    }

    /// Whether it declares requirements or holds settings, so that nothing can be said of the project without it.
    pub fn is_manifest(&self) -> bool {
        matches!(self.what, SkippedKind::File(kind) if kind.format().is_some() || kind.has_settings())
    }

    /// Whether the user has to hear of it. A linked folder outside may be any data; what is imported from it is known to be unknown.
    pub fn is_news(&self) -> bool {
        self.what != SkippedKind::Folder || self.reason != UnreadReason::Outside
    }

    fn failed(path: &FilePath, kind: FileKind, reason: String) -> Self {
        Self { path: path.clone(), what: SkippedKind::File(kind), reason: UnreadReason::Failed(reason.into()) }
    }
}

/// One workspace folder on disk.
#[derive(Clone, Debug)]
pub struct Loader {
    /// The folder, canonical.
    pub root: PathBuf,
    /// Workspace folders inside this one, canonical; their files are theirs.
    pub inner: Vec<PathBuf>,
    /// Where files are read and written.
    pub bounds: Bounds,
    /// The variables of the process that name an environment; a test gives its own.
    pub variables: EnvironmentVariables,
}

/// The variables of a process that name the active environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvironmentVariables {
    /// `VIRTUAL_ENV`.
    pub virtual_env: Option<PathBuf>,
    /// `CONDA_PREFIX`.
    pub conda_prefix: Option<PathBuf>,
}

/// What a walk found: each file of ours with the stamp that tells whether it changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// The files, by path.
    pub files: FxHashMap<FilePath, Stamp>,
    /// Files and folders that the walk could not look at, in path order.
    pub skipped: Vec<Skipped>,
    /// The files that are reached through a link and lie elsewhere in the walk, each with its real path. What they say counts at both
    /// places; what is found in them is reported at the real one.
    pub aliases: FxHashMap<FilePath, FilePath>,
    /// There were more than [`Loader::LIMIT`]: the walk stopped, and only open files are to be analysed.
    pub too_many: bool,
}

/// What a walk found, where nobody will ask whether a file has changed since.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The files, in order.
    pub files: Vec<FilePath>,
    /// As in [`Snapshot`].
    pub skipped: Vec<Skipped>,
    /// As in [`Snapshot`].
    pub aliases: FxHashMap<FilePath, FilePath>,
    /// As in [`Snapshot`].
    pub too_many: bool,
}

/// Tells whether a file has changed since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// When it was written, where the system tells.
    pub modified: Option<SystemTime>,
    /// Its length in bytes.
    pub len: u64,
    /// When anything of it changed, its permissions too, in seconds and nanoseconds; and its number. Both where there are such.
    pub changed: Option<(i64, i64, u64)>,
}

/// A part of a load.
#[derive(Debug)]
pub enum Loaded {
    /// So many files are to be read; the first of all that a load tells.
    Found(usize),
    /// Facts of some files, as they come from the threads; the order is not fixed.
    Files(Vec<(FilePath, FileFacts)>),
    /// Files that could not be read.
    Skipped(Vec<Skipped>),
}

impl Loader {
    /// The largest number of files that is indexed.
    pub const LIMIT: usize = 50_000;

    /// The longest file that is read, in bytes.
    pub const MAX_LEN: u64 = 32 << 20;

    /// A loader for the folder `root`, which must exist.
    pub fn new(root: &Path) -> std::io::Result<Self> {
        let root = root.canonicalize()?;
        if !root.is_dir() {
            return Err(std::io::Error::from(std::io::ErrorKind::NotADirectory));
        }
        let bounds = Bounds::of(&root);
        Ok(Self { root, inner: Vec::new(), bounds, variables: EnvironmentVariables::of_process() })
    }

    /// The settings of `pinlens.toml`, else of `[tool.pinlens]` in `pyproject.toml`, at the root. A file that cannot be
    /// read or is no TOML is one of the errors.
    pub fn config(&self) -> (Config, Vec<ConfigError>) {
        config::read(self, &|_| None)
    }

    /// The same where the text of a file at the root may be known better than the disk does: `open` gives what it says, and
    /// its errors are told elsewhere.
    pub fn config_over(&self, open: &dyn Fn(&FilePath) -> Option<Config>) -> (Config, Vec<ConfigError>) {
        config::read(self, open)
    }

    /// Walks the folder: .gitignore honoured, environments, `node_modules`, `inner` and `config.exclude` left out, only regular
    /// files of a [`FileKind`] (scripts without a suffix by their first line). Links are followed to modules, as Python does.
    pub fn walk(&self, config: &Config) -> Snapshot {
        walk::walk(self, config, None)
    }

    /// The same, without the stamps.
    pub fn list(&self, config: &Config) -> Listing {
        walk::list(self, config)
    }

    /// The walk of the folder's own files and those of the folders in it: all that is looked at around a lone document,
    /// whose folder may be anything.
    pub fn walk_near(&self, config: &Config) -> Snapshot {
        walk::walk(self, config, Some(2))
    }

    /// Reads the files in parallel and hands out their facts in chunks, in about the order of `files`. What has no
    /// [`FileKind`] by its name and is no script by its first line is read as a requirements file, for only a `-r` can have led there. Files that are gone
    /// are left out.
    pub fn load(&self, files: Vec<FilePath>, sink: &(dyn Fn(Loaded) + Sync)) {
        sink(Loaded::Found(files.len()));
        load::load(self, files, sink);
    }

    /// The facts of one file; `Ok(None)` where there is no such file. `kind` is given for files that a `-r` reaches.
    pub fn read(&self, path: &FilePath, kind: FileKind) -> Result<Option<FileFacts>, Skipped> {
        load::one(self, path, kind)
    }

    /// The text of one file; `Ok(None)` where there is no such file.
    pub fn text(&self, path: &FilePath, kind: FileKind) -> Result<Option<SourceText>, Skipped> {
        let absolute = self.absolute(path);
        let skipped = |reason| Skipped { path: path.clone(), what: SkippedKind::File(kind), reason };
        let mut bytes = Vec::new();
        if !read::bytes(&self.bounds, &absolute, &mut bytes).map_err(skipped)? {
            return Ok(None);
        }
        let (text, encoding) = read::decode(&bytes, kind).map_err(|reason| Skipped::failed(path, kind, reason))?;
        Ok(Some(SourceText { text: text.into_owned(), encoding }))
    }

    /// Replaces a file atomically with `text` in its encoding, or creates it; permissions stay (the owner too, where
    /// that is allowed), and a symlink is written through to its target.
    ///
    /// Fails, and leaves the file as it was, where it is read-only, lies outside, or a character has no form in the encoding.
    pub fn write(&self, path: &FilePath, text: &SourceText) -> std::io::Result<()> {
        write::write(&self.bounds, &self.absolute(path), text)
    }

    /// How the file at `path` is to be read: by its path, else as the script that its first line makes it. `None` for what is
    /// none of ours.
    pub fn kind(&self, path: &FilePath, config: &Config) -> Option<FileKind> {
        config.kind_of(path).or_else(|| walk::script(&self.bounds, &self.absolute(path), path))
    }

    /// Where on disk `path` is.
    pub fn absolute(&self, path: &FilePath) -> PathBuf {
        paths::absolute(&self.root, path)
    }

    /// The workspace path of a file on disk, which need not exist: symlinks on the way to it are resolved. A file outside
    /// the root begins with `../`, as a `-r` names it. `None` where the path is relative or not Unicode.
    ///
    /// Names are compared with their case; a file system that ignores it is not asked.
    pub fn path_of(&self, absolute: &Path) -> Option<FilePath> {
        paths::path_of(&self.root, absolute)
    }

    /// Whether the walk would reach `path` (it is not ignored, not in an environment, not excluded). The file need not
    /// exist, and its kind is not asked. It reads the .gitignore files anew: meant for one changed file, not for a tree.
    pub fn includes(&self, path: &FilePath, config: &Config) -> bool {
        walk::includes(self, path, config)
    }

    /// Finds and reads the environment that the configuration names, or else the one that belongs to the folder:
    /// `VIRTUAL_ENV`, `CONDA_PREFIX`, `.venv`, `venv`, `env`. `Err` where the configured one is none, in words for the user.
    pub fn environment(&self, config: &Config) -> Result<Option<Environment>, String> {
        environment::find(self, config)
    }

    /// What tells whether the environment has changed: the stamps of its `site-packages`.
    pub fn environment_stamp(&self, config: &Config) -> Option<Vec<Stamp>> {
        environment::stamp(self, config)
    }
}

impl EnvironmentVariables {
    /// The variables of this process; an empty one counts as unset.
    pub fn of_process() -> Self {
        let path = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        Self { virtual_env: path("VIRTUAL_ENV"), conda_prefix: path("CONDA_PREFIX") }
    }
}

impl Stamp {
    /// The stamp of what `metadata` describes.
    fn of(metadata: &std::fs::Metadata) -> Self {
        #[cfg(unix)]
        let changed = {
            use std::os::unix::fs::MetadataExt;
            Some((metadata.ctime(), metadata.ctime_nsec(), metadata.ino()))
        };
        #[cfg(not(unix))]
        let changed = None;
        Self { modified: metadata.modified().ok(), len: metadata.len(), changed }
    }
}

/// Shared values are handed to the workspace in an `Arc`.
pub type SharedEnvironment = Arc<Environment>;
