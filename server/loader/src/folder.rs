//! One workspace folder on disk: where it is, and where paths in it are.

use crate::bounds::Bounds;
use crate::errors::FolderError;
use crate::paths;
use pinlens_facts::words::names::FilePath;
use std::path::{Component, Path, PathBuf};

/// One workspace folder on disk.
///
/// ```
/// use pinlens_facts::words::names::FilePath;
/// use pinlens_loader::Loader;
///
/// let loader = Loader::new(env!("CARGO_MANIFEST_DIR").as_ref())?;
/// let path = FilePath::new("src/lib.rs");
/// assert_eq!(loader.path_of(&loader.absolute(&path)), Some(path));
/// assert!(Loader::new("/no/such/folder".as_ref()).unwrap_err().to_string().starts_with("/no/such/folder: "));
/// # Ok::<(), pinlens_loader::FolderError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Loader {
    /// The folder, canonical.
    pub root: PathBuf,
    /// Workspace folders inside this one, canonical; their files are theirs.
    pub inner: Vec<PathBuf>,
    /// Where files are read and written.
    pub bounds: Bounds,
    /// The variables of the process that name an environment; a test gives its own.
    pub variables: EnvironmentVariables,
}

/// The variables of a process that name the active environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvironmentVariables {
    /// `VIRTUAL_ENV`.
    pub virtual_env: Option<PathBuf>,
    /// `CONDA_PREFIX`.
    pub conda_prefix: Option<PathBuf>,
}

impl Loader {
    /// The largest number of files that is indexed.
    pub const LIMIT: usize = 50_000;

    /// The longest file that is read, in bytes.
    pub const MAX_LEN: u64 = 32 << 20;

    /// A loader for the folder `root`.
    ///
    /// # Errors
    ///
    /// Where `root` does not exist, cannot be entered, or is no folder.
    pub fn new(root: &Path) -> Result<Self, FolderError> {
        let failed = |cause| FolderError { path: root.to_owned(), cause };
        let root = root.canonicalize().map_err(failed)?;
        if !root.is_dir() {
            return Err(FolderError { path: root, cause: std::io::ErrorKind::NotADirectory.into() });
        }
        let bounds = Bounds::of(&root);
        Ok(Self { root, inner: Vec::new(), bounds, variables: EnvironmentVariables::of_process() })
    }

    /// Where on disk `path` is.
    pub fn absolute(&self, path: &FilePath) -> PathBuf {
        paths::absolute(&self.root, path)
    }

    /// The workspace path of a file on disk, which need not exist: symlinks on the way to it are resolved. A file outside
    /// the root begins with `../`, as a `-r` names it. `None` where the path is relative or not Unicode.
    ///
    /// Names are compared with their case; whether the file system ignores it is not looked up.
    pub fn path_of(&self, absolute: &Path) -> Option<FilePath> {
        paths::path_of(&self.root, absolute)
    }

    /// The names of the folders that lead to the root, with `/`.
    pub fn trail(&self) -> String {
        let names = self.root.components().filter(|part| matches!(part, Component::Normal(_)));
        paths::joined("", &names.collect::<PathBuf>()).unwrap_or_default()
    }

    /// The same of an absolute path of which no part is a link: the disk is not looked at.
    pub fn path_of_canonical(&self, canonical: &Path) -> Option<FilePath> {
        paths::path_of_canonical(&self.root, canonical)
    }
}

impl EnvironmentVariables {
    /// The variables of this process; an empty one counts as unset.
    pub fn of_process() -> Self {
        let path = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        Self { virtual_env: path("VIRTUAL_ENV"), conda_prefix: path("CONDA_PREFIX") }
    }
}
