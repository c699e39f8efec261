//! A folder of files that a test makes.

use pinlens_facts::words::names::FilePath;
use pinlens_loader::{EnvironmentVariables, Loader};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A temporary workspace folder.
pub struct Folder {
    temporary: TempDir,
}

impl Folder {
    /// Writes `files`, path and text; a path that ends in `/` is an empty folder.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self { temporary: TempDir::new().unwrap() };
        for (path, text) in files {
            folder.write(path, text.as_bytes());
        }
        folder
    }

    /// Writes one file, and makes the folders above it.
    pub fn write(&self, path: &str, bytes: &[u8]) {
        let absolute = self.path(path);
        if path.ends_with('/') {
            fs::create_dir_all(absolute).unwrap();
        } else {
            fs::create_dir_all(absolute.parent().unwrap()).unwrap();
            fs::write(absolute, bytes).unwrap();
        }
    }

    /// Where `path` is on disk.
    pub fn path(&self, path: &str) -> PathBuf {
        self.temporary.path().canonicalize().unwrap().join(path)
    }

    /// A loader of the subfolder `root` that knows no variables of the process.
    pub fn loader(&self, root: &str) -> Loader {
        let mut loader = Loader::new(&self.path(root)).unwrap();
        loader.variables = EnvironmentVariables::default();
        loader
    }
}

/// The workspace path.
#[allow(dead_code)] // not every test needs it
pub fn at(path: &str) -> FilePath {
    FilePath::new(path)
}
