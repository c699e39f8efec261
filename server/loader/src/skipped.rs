//! What was not read, and why.

use pinlens_facts::facts::{FileFacts, FileKind, UnreadReason};
use pinlens_facts::words::names::FilePath;

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
    /// A file of what git ignores.
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

    /// Whether it declares requirements or holds settings, so that nothing can be claimed of the project without it.
    pub fn is_manifest(&self) -> bool {
        matches!(self.what, SkippedKind::File(kind) if kind.format().is_some() || kind.has_settings())
    }

    /// Whether the user has to hear of it. A linked folder outside may be any data; what is imported from it is known to be unknown.
    pub fn is_news(&self) -> bool {
        self.what != SkippedKind::Folder || self.reason != UnreadReason::Outside
    }

    pub(crate) fn failed(path: &FilePath, kind: FileKind, reason: String) -> Self {
        Self { path: path.clone(), what: SkippedKind::File(kind), reason: UnreadReason::Failed(reason.into()) }
    }
}
