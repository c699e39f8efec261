//! The workspace: every file's facts, which requirements govern which code, and the one door through which they change.

use crate::config::Config;
use crate::diagnostics::Diagnostic;
use crate::environment::Environment;
use crate::facts::FileFacts;
use crate::fixes::Fix;
use crate::names::FilePath;
use std::sync::Arc;

/// A file of the workspace. Ids are given out once and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

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

/// One workspace folder: all that is known of it.
#[derive(Debug, Default)]
pub struct Workspace {}

impl Workspace {
    /// Takes a change in. Afterwards every answer is as if the workspace had been built afresh.
    pub fn apply(&mut self, _change: Change) -> Affected {
        todo!()
    }

    /// The id of a file that has, or had, facts.
    pub fn file(&self, _path: &FilePath) -> Option<FileId> {
        todo!()
    }

    /// The path of a file.
    pub fn path(&self, _file: FileId) -> &FilePath {
        todo!()
    }

    /// The facts of a file; `None` once it is gone.
    pub fn facts(&self, _file: FileId) -> Option<&FileFacts> {
        todo!()
    }

    /// Every file that has facts, in path order.
    pub fn files(&self) -> Vec<FileId> {
        todo!()
    }

    /// Targets of `-r` and `-c` that no facts are here of. The loader reads those that exist.
    pub fn wanted(&self) -> Vec<FilePath> {
        todo!()
    }

    /// The findings in one file, in the order of the text, complete but for their fixes.
    pub fn diagnostics(&self, _file: FileId) -> Vec<Diagnostic> {
        todo!()
    }

    /// The findings that the file's own text shows, whatever the rest of the workspace holds (`invalid-requirement`).
    /// What may be told before the first index is complete.
    pub fn local_diagnostics(&self, _file: FileId) -> Vec<Diagnostic> {
        todo!()
    }

    /// The files whose diagnostics hold related ranges in `file`, in path order.
    pub fn pointing_at(&self, _file: FileId) -> Vec<FileId> {
        todo!()
    }

    /// What mends one of [`Self::diagnostics`]; the best first.
    pub fn fixes(&self, _file: FileId, _diagnostic: &Diagnostic) -> Vec<Fix> {
        todo!()
    }

    /// One fix that adds every missing requirement of the file's project that is known for sure, with their number;
    /// `None` where fewer than two are missing.
    pub fn add_all_missing(&self, _file: FileId) -> Option<Fix> {
        todo!()
    }

    /// The safe fixes of the findings in `file` as one; `None` where there are none. (`source.fixAll.pinlens`)
    pub fn fix_all(&self, _file: FileId) -> Option<Fix> {
        todo!()
    }

    /// How much was read.
    pub fn counts(&self) -> Counts {
        todo!()
    }
}
