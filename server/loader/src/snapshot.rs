//! What a walk found.

use crate::skipped::Skipped;
use pinlens_facts::words::names::FilePath;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::SystemTime;

/// What a walk found: each file of ours with the stamp by which a change shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// The files, by path.
    pub files: FxHashMap<FilePath, Stamp>,
    /// Files and folders that the walk could not look at, in path order.
    pub skipped: Vec<Skipped>,
    /// The files that are reached through a link and lie elsewhere in the walk, each with its real path. They count at both
    /// places; what is found in them is reported at the real one.
    pub aliases: FxHashMap<FilePath, FilePath>,
    /// Where links lead to, canonical, whether or not something is there yet: what comes there may be reached through a link too.
    pub targets: BTreeSet<PathBuf>,
    /// There were more than [`Loader::LIMIT`](crate::Loader::LIMIT): the walk stopped, and only open files are to be analysed.
    pub too_many: bool,
}

/// What a walk found, where nobody needs to know whether a file has changed since.
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

/// By what a change of a file shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// When it was written, where the system knows.
    pub modified: Option<SystemTime>,
    /// Its length in bytes.
    pub len: u64,
    /// When anything of it changed, its permissions too, in seconds and nanoseconds; and its number. Both where there are such.
    pub changed: Option<(i64, i64, u64)>,
}

impl Stamp {
    /// The stamp of what `metadata` describes.
    pub(crate) fn of(metadata: &std::fs::Metadata) -> Self {
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
