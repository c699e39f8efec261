//! What folders and files are called by, everywhere in the server.

use pinlens_analysis::model::ids::FileId;
use pinlens_facts::words::names::FilePath;

/// A folder. Keys are given out once and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FolderKey(pub u32);

/// A file of one of the folders.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The folder.
    pub folder: FolderKey,
    /// The file in it.
    pub path: FilePath,
}

/// A file of any folder, by its id in the folder's workspace.
pub type FileKey = (FolderKey, FileId);
