//! A question to the package index, and its answer.

use thiserror::Error;

/// What is looked up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    /// The distribution's name.
    pub name: String,
    /// The version whose hashes are wanted, or of which is wanted whether it was yanked; `None` for the newest.
    pub version: Option<String>,
    /// Whether the hashes of all its files are wanted.
    pub hashes: bool,
    /// The lines of the requirements file that name its package index: `--index-url …`, `--extra-index-url …`.
    pub options: Vec<String>,
    /// The Python that the code is for, like `3.12`.
    pub python: Option<String>,
}

/// What the package index has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The version.
    pub version: String,
    /// The hashes of its files, like `sha256:…`; empty where none were wanted.
    pub hashes: Vec<String>,
    /// Why it was yanked, where it was and where that was wanted; empty where no reason is given.
    pub yanked: Option<String>,
}

impl Query {
    /// Whether one version is looked at, and not its hashes.
    pub(super) fn is_of_version(&self) -> bool {
        self.version.is_some() && !self.hashes
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Failure {
    /// Neither pip nor uv is on the `PATH`.
    #[error("neither pip nor uv is on the PATH")]
    NoTool,
    /// Hashes are wanted, and neither uv nor pip-compile is on the `PATH`: pip alone looks none up.
    #[error("the list has hashes, which uv or pip-compile looks up: neither is on the PATH")]
    NoToolForHashes,
    /// The package index has no wheel of it for this Python and platform.
    #[error("the package index has no wheel of it for this Python and platform")]
    NoWheel,
    /// The tool took longer than it may.
    #[error("the package index did not answer in time")]
    TimedOut,
    /// Nobody waits for the answer any more.
    #[error("cancelled")]
    Cancelled,
    /// Whatever else the tool reports.
    #[error("the package index could not be queried: {0}")]
    Other(String),
}
