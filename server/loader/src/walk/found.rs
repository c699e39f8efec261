//! What a walk collects.

use crate::skipped::Skipped;
use pinlens_facts::words::names::FilePath;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// What a walk found: the files in no order, each with what was wanted of it.
pub(crate) struct Found<T> {
    pub files: Vec<(FilePath, T)>,
    pub skipped: Vec<Skipped>,
    /// As in [`Snapshot`](crate::Snapshot).
    pub aliases: FxHashMap<FilePath, FilePath>,
    /// As in [`Snapshot`](crate::Snapshot).
    pub targets: BTreeSet<PathBuf>,
    pub too_many: bool,
}

/// What is wanted of a file that is ours.
pub(crate) type FileQuery<'a, T> = &'a (dyn Fn(&Path) -> io::Result<T> + Sync);
