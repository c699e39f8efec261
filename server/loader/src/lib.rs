//! The only room that touches the disk: it walks, reads, decodes and writes, and yields facts for `pinlens_analysis`.
//!
//! It decides nothing about imports or requirements. Nothing of a workspace is executed, and nothing outside it is read
//! but the environment and the files that its requirements include.

use pinlens_analysis::config::{Config, ConfigError};
use pinlens_analysis::environment::Environment;
use pinlens_analysis::facts::{FileFacts, FileKind};
use pinlens_analysis::names::FilePath;
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// A file that could not be read, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The file.
    pub path: FilePath,
    /// Why, in words for the user: `not UTF-8 (invalid byte at 1042); declare its encoding as PEP 263 says`.
    pub reason: String,
}

/// One workspace folder on disk.
#[derive(Clone, Debug)]
pub struct Loader {
    /// The folder, canonical.
    pub root: PathBuf,
    /// Workspace folders inside this one; their files are theirs.
    pub inner: Vec<PathBuf>,
}

/// What a walk found: each file of ours with the stamp that tells whether it changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// The files, by path.
    pub files: FxHashMap<FilePath, Stamp>,
    /// There were more than the limit: the walk stopped, and only open files are to be analysed.
    pub too_many: bool,
}

/// Tells whether a file has changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When it was written, where the system tells.
    pub modified: Option<SystemTime>,
    /// Its length in bytes.
    pub len: u64,
}

/// A text as it stands on disk, with what is needed to write it back as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// The decoded text. A byte-order mark is its first character, U+FEFF.
    pub text: String,
    /// How it was encoded.
    pub encoding: &'static encoding_rs::Encoding,
}

/// A part of a load.
#[derive(Debug)]
pub enum Loaded {
    /// The walk is done: so many files are to be read.
    Found(usize),
    /// Facts of some files, as they come from the threads; the order is not fixed.
    Files(Vec<(FilePath, FileFacts)>),
    /// Files that could not be read.
    Skipped(Vec<Skipped>),
}

impl Loader {
    /// The largest number of files that is indexed.
    pub const LIMIT: usize = 50_000;

    /// A loader for the folder `root`, which must exist.
    pub fn new(root: &Path) -> std::io::Result<Self> {
        todo!("{root:?}")
    }

    /// The settings of `pinlens.toml`, else of `[tool.pinlens]` in `pyproject.toml`, at the root.
    pub fn config(&self) -> (Config, Vec<ConfigError>) {
        todo!()
    }

    /// Walks the folder: .gitignore honoured, environments, `node_modules`, `inner` and `config.exclude` left out,
    /// symlinks not followed, only regular files of a [`FileKind`].
    pub fn walk(&self, config: &Config) -> Snapshot {
        todo!("{config:?}")
    }

    /// Reads the files in parallel and hands out their facts in chunks, `first` before all others.
    pub fn load(&self, files: Vec<FilePath>, sink: &(dyn Fn(Loaded) + Sync)) {
        todo!("{files:?} {}", std::ptr::from_ref(sink).addr())
    }

    /// The facts of one file; `Ok(None)` where there is no such file. `kind` is given for files that a `-r` reaches.
    pub fn read(&self, path: &FilePath, kind: FileKind) -> Result<Option<FileFacts>, Skipped> {
        todo!("{path} {kind:?}")
    }

    /// The text of one file; `Ok(None)` where there is no such file.
    pub fn text(&self, path: &FilePath, kind: FileKind) -> Result<Option<SourceText>, Skipped> {
        todo!("{path} {kind:?}")
    }

    /// Replaces a file atomically with `text` in its encoding; permissions stay, a symlink is written through to its target.
    pub fn write(&self, path: &FilePath, text: &SourceText) -> std::io::Result<()> {
        todo!("{path} {text:?}")
    }

    /// Where on disk `path` is.
    pub fn absolute(&self, path: &FilePath) -> PathBuf {
        todo!("{path}")
    }

    /// The workspace path of a file on disk; `None` where it is neither inside the root nor nameable from it.
    pub fn path_of(&self, absolute: &Path) -> Option<FilePath> {
        todo!("{absolute:?}")
    }

    /// Whether the walk would reach `path` (it is not ignored, not in an environment, not excluded).
    pub fn includes(&self, path: &FilePath, config: &Config) -> bool {
        todo!("{path} {config:?}")
    }

    /// Finds and reads the environment that the configuration names, or else the one that belongs to the folder:
    /// VIRTUAL_ENV, CONDA_PREFIX, `.venv`, `venv`, `env`. `Err` where the configured one is none.
    pub fn environment(&self, config: &Config) -> Result<Option<Environment>, String> {
        todo!("{config:?}")
    }

    /// What tells whether the environment has changed: the stamps of its `site-packages`.
    pub fn environment_stamp(&self, config: &Config) -> Option<Vec<Stamp>> {
        todo!("{config:?}")
    }
}

/// Shared values are handed to the workspace in an `Arc`.
pub type SharedEnvironment = Arc<Environment>;
