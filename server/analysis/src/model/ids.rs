//! The ids of files and projects.

/// A file of the workspace. When the file is gone, its id may come to be that of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A project's place among all projects of the workspace.
pub type ProjectId = usize;
