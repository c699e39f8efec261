//! The ids of files.

/// A file of the workspace. When the file is gone, its id may come to be that of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);
