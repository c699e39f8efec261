//! A temporary folder with files in it.

use crate::client;
use std::path::{Path, PathBuf};

/// A folder that goes when it is dropped.
pub struct Folder {
    temporary: tempfile::TempDir,
    root: PathBuf,
}

impl Folder {
    /// A folder with these files, each a path and a text.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let temporary = tempfile::Builder::new().prefix("pinlens").tempdir().expect("a temporary folder");
        let root = temporary.path().canonicalize().expect("it is there");
        let folder = Self { temporary, root };
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    /// The folder, canonical.
    pub fn path(&self) -> &Path {
        debug_assert!(self.temporary.path().exists());
        &self.root
    }

    /// The URI of a file in it.
    pub fn uri(&self, path: &str) -> String {
        client::uri(&self.root.join(path))
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders are made");
        std::fs::write(path, text).expect("the file is written");
    }

    /// Deletes a file.
    pub fn delete(&self, path: &str) {
        std::fs::remove_file(self.root.join(path)).expect("the file is deleted");
    }

    /// Reads a file.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root.join(path)).expect("the file is read")
    }
}
