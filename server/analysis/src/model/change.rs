//! What goes in at the door and what comes out.

use super::environment::Environment;
use super::ids::FileId;
use crate::config::Config;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::FilePath;
use std::sync::Arc;

/// What has changed. Every event, of the editor or the disk, becomes one of these first.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// New facts of a file, or `None` where it is gone.
    pub files: Vec<(FilePath, Option<FileFacts>)>,
    /// Another environment.
    pub environment: Option<Arc<Environment>>,
    /// Another configuration.
    pub config: Option<Arc<Config>>,
}

/// The files whose diagnostics may be others than before: each that changed, and maybe some that did not. In path order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affected {
    /// The files.
    pub files: Vec<FileId>,
}

/// How much was read, for the summary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files with facts: Python, requirements and settings.
    pub files: usize,
    /// Imported modules, one a module a statement.
    pub imports: usize,
    /// Requirements in requirements files that declare.
    pub requirements: usize,
}
