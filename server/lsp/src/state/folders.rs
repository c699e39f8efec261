//! The folders: one workspace each, and which of them a file belongs to.

use crate::border;
use crate::client::outbox::Outbox;
use crate::keys::{FolderKey, Place};
use crate::state::folder::{Address, Folder, Origin};
use crate::state::jobs::{Batch, Reach};
use crate::state::worker::Worker;
use pinlens_loader::{Bounds, FolderError, Loader};
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tower_lsp::ls_types::{FileEvent, MessageType, Uri};

/// Where the results of jobs go: a folder's key and the result; false once nobody wants it.
pub type Results = Arc<dyn Fn(FolderKey, Batch) -> bool + Send + Sync>;

/// Every folder.
pub struct Folders {
    list: Vec<Folder>,
    next: u32,
    /// Whether the first walks have been ordered: they wait for the client's settings.
    is_started: bool,
    results: Results,
    outbox: Outbox,
    /// What a watcher saw while a folder to which it meant nothing was being read: its settings and links may make something of it.
    early: Vec<FileEvent>,
}

impl fmt::Debug for Folders {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Folders").field("list", &self.list).finish_non_exhaustive()
    }
}

impl Folders {
    /// None yet. Their jobs' results will go to `results`, their progress to `outbox`.
    pub fn new(results: Results, outbox: Outbox) -> Self {
        Self { list: Vec::new(), next: 0, is_started: false, results, outbox, early: Vec::new() }
    }

    /// Whether folders are walked: not before the client's settings are known.
    pub fn is_started(&self) -> bool {
        self.is_started
    }

    /// From here on, folders are walked.
    pub fn start(&mut self) {
        self.is_started = true;
    }

    /// Takes a workspace folder in; gives its key.
    pub fn add(&mut self, uri: &Uri, path: &Path) -> Result<FolderKey, FolderError> {
        self.insert(uri, path, Origin::Workspace, Reach::Tree)
    }

    fn insert(&mut self, uri: &Uri, path: &Path, origin: Origin, reach: Reach) -> Result<FolderKey, FolderError> {
        let loader = Loader::new(path)?;
        if let Some(same) = self.list.iter_mut().find(|folder| folder.loader.root == loader.root) {
            if origin == Origin::Workspace {
                same.become_workspace(uri);
            }
            return Ok(same.key);
        }
        let key = FolderKey(self.next);
        self.next += 1;
        let results = Arc::clone(&self.results);
        let worker = Worker::start(loader.clone(), reach, self.outbox.clone(), move |batch| results(key, batch));
        self.list.push(Folder::new(key, Address::new(uri), origin, loader, worker));
        Ok(key)
    }

    /// Lets a folder go.
    pub fn remove(&mut self, key: FolderKey) {
        self.list.retain(|folder| folder.key != key);
    }

    /// Keeps what a watcher saw, where a folder is being read to which it means nothing so far; `known` are those to which it does.
    pub fn keep_early(&mut self, event: &FileEvent, known: &BTreeSet<FolderKey>) {
        if self.list.iter().any(|folder| folder.reading.is_busy() && !known.contains(&folder.key)) {
            self.early.push(event.clone());
        }
    }

    /// Takes out what was kept, once nothing is being read.
    pub fn take_early(&mut self) -> Vec<FileEvent> {
        let is_busy = self.list.iter().any(|folder| folder.reading.is_busy());
        if is_busy { Vec::new() } else { std::mem::take(&mut self.early) }
    }

    /// The key of the workspace folder of that URI.
    pub fn by_uri(&self, uri: &Uri) -> Option<FolderKey> {
        let is_that = |folder: &&Folder| folder.origin == Origin::Workspace && folder.address.is(uri);
        self.list.iter().find(is_that).map(|folder| folder.key)
    }

    /// Sets for each folder which others lie inside it, and where it may read; gives those for which that has changed.
    pub fn nest(&mut self) -> Vec<FolderKey> {
        let roots: Vec<PathBuf> = self.list.iter().map(|folder| folder.loader.root.clone()).collect();
        let mut workspace = Bounds::default();
        for folder in self.list.iter().filter(|folder| folder.origin == Origin::Workspace) {
            workspace.extend(&Bounds::of(&folder.loader.root));
        }
        let mut changed = Vec::new();
        for folder in &mut self.list {
            let root = &folder.loader.root;
            let inner: Vec<PathBuf> =
                roots.iter().filter(|other| *other != root && other.starts_with(root)).cloned().collect();
            let mut bounds = Bounds::of(root);
            bounds.extend(&workspace);
            if folder.nest(&inner, &bounds) {
                changed.push(folder.key);
            }
        }
        changed
    }

    /// The folders that lie in the folder of a file, whose path is canonical: what git ignores by it may lie there too.
    pub fn below(&self, file: &Path) -> Vec<FolderKey> {
        let above = file.parent().unwrap_or(file);
        self.list.iter().filter(|folder| folder.loader.root.starts_with(above)).map(|folder| folder.key).collect()
    }

    /// The folder of that key; `None` once it is gone.
    pub fn get(&self, key: FolderKey) -> Option<&Folder> {
        self.list.iter().find(|folder| folder.key == key)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, key: FolderKey) -> Option<&mut Folder> {
        self.list.iter_mut().find(|folder| folder.key == key)
    }

    /// Every folder, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = &Folder> {
        self.list.iter()
    }

    /// The same, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Folder> {
        self.list.iter_mut()
    }

    /// Where a file of canonical `path` lies: in the innermost folder that holds it.
    pub fn place(&self, path: &Path) -> Option<Place> {
        let holds = |folder: &&Folder| path.starts_with(&folder.loader.root);
        let folder = self.list.iter().filter(holds).max_by_key(|folder| folder.loader.root.components().count())?;
        Some(Place { folder: folder.key, path: folder.loader.path_of(path)? })
    }

    /// The same, where no part of the path is a link: the disk is not looked at.
    pub fn owner(&self, path: &Path) -> Option<Place> {
        let holds = |folder: &&Folder| path.starts_with(&folder.loader.root);
        let folder = self.list.iter().filter(holds).max_by_key(|folder| folder.loader.root.components().count())?;
        Some(Place { folder: folder.key, path: folder.loader.path_of_canonical(path)? })
    }

    /// Whether the client has workspace folders, and `path` lies outside of them and their repositories.
    fn is_outside(&self, path: &Path) -> bool {
        let mut workspace = self.list.iter().filter(|folder| folder.origin == Origin::Workspace).peekable();
        workspace.peek().is_some() && !workspace.any(|folder| folder.loader.bounds.holds(path))
    }

    /// Makes a folder for a document of canonical `path` that lies in none: the nearest one above it that holds `.git`, but
    /// never the home folder; else the document's own, of which only what lies near is read. None for a document outside of the
    /// workspace: the folders around it are nobody's to read.
    pub fn adopt(&mut self, path: &Path) -> Option<FolderKey> {
        if belongs_to_python(path) || self.is_outside(path) {
            return None;
        }
        let home = std::env::home_dir().map(|home| border::canonical(&home));
        let ours = |folder: &&Path| home.as_deref() != Some(*folder);
        let repository = path.ancestors().skip(1).filter(ours).find(|folder| folder.join(".git").exists());
        let (root, reach) = match repository {
            Some(root) => (root, Reach::Tree),
            None => (path.parent()?, Reach::Near),
        };
        let uri = Uri::from_file_path(root)?;
        match self.insert(&uri, root, Origin::Document, reach) {
            Ok(key) => Some(key),
            Err(error) => {
                self.outbox.log(MessageType::WARNING, &format!("Cannot read the folder {error}"));
                None
            }
        }
    }
}

/// Whether a file is one of an environment or of the standard library: people look at them, and they are nobody's project.
fn belongs_to_python(path: &Path) -> bool {
    let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
    let installed = parts.iter().any(|part| matches!(*part, "site-packages" | "dist-packages"));
    installed || parts.windows(2).any(|pair| matches!(pair, ["lib" | "lib64", version] if is_python(version)))
}

/// `python3.12`, but not `pythonista`.
fn is_python(name: &str) -> bool {
    name.strip_prefix("python").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installed_files_belong_to_nobody() {
        assert!(belongs_to_python(Path::new("/app/.venv/lib/python3.12/site-packages/redis/client.py")));
        assert!(belongs_to_python(Path::new("/usr/lib/python3.11/json/decoder.py")));
        assert!(!belongs_to_python(Path::new("/home/me/lib/pythonista/app.py")));
        assert!(!belongs_to_python(Path::new("/home/me/library/app.py")));
    }
}
