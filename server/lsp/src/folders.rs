//! The folders: one workspace each, and which of them a file belongs to.

use crate::config::Said;
use crate::event::Event;
use crate::from_proto;
use crate::loading::{Job, Reach, Show, Worker};
use crate::outbox::Outbox;
use crate::to_proto;
use pinlens_analysis::config::Config;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::words::names::FilePath;
use pinlens_loader::{Bounds, Loader};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Instant;
use tower_lsp::ls_types::Uri;

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

/// Why a folder is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The client has it as a workspace folder.
    Workspace,
    /// A document is open that lies in none; the folder goes with the last such document.
    Document,
}

/// One folder with all that is known of it.
#[derive(Debug)]
pub struct Folder {
    /// Its key.
    pub key: FolderKey,
    /// Its URI as the client spelt it: what its settings are asked for by.
    pub scope: Uri,
    /// The same without a slash at the end.
    uri: String,
    /// Why it is here.
    pub origin: Origin,
    /// Its disk.
    pub loader: Loader,
    /// What is known of its files.
    pub workspace: Workspace,
    /// What the user has configured for it: in its files, and in the editor.
    pub config: Arc<Config>,
    /// What the editor says of that.
    pub said: Said,
    worker: Worker,
    /// The jobs that are not back yet.
    pub jobs: usize,
    /// Whether the first index is complete; before, only what a file alone can tell is published.
    pub ready: bool,
    /// Whether the user stopped the last walk: the index is as incomplete as that left it until the next one.
    pub stopped: bool,
    /// The files that are read because others include them.
    pub included: FxHashSet<FilePath>,
    /// Those of them that have been asked of the disk since the last walk, so that a missing one is asked for once.
    pub asked: FxHashSet<FilePath>,
    /// The files that are reached through a link and lie elsewhere in the folder, each with its real path: findings stand there.
    pub aliases: FxHashMap<FilePath, FilePath>,
    /// When the last walk was ordered; `None` before the first.
    pub walked: Option<Instant>,
    /// Whether something was saved or opened since, and the client watches no files.
    pub walk_due: bool,
}

impl Folder {
    /// A file of this folder.
    pub fn place(&self, path: &FilePath) -> Place {
        Place { folder: self.key, path: path.clone() }
    }

    /// The URI of a file that is not open: spelt as the folder's is, where the file lies in it.
    pub fn uri_of(&self, path: &FilePath) -> Option<Uri> {
        let text = path.as_str();
        if text.starts_with("../") || Path::new(text).is_absolute() {
            return Uri::from_file_path(self.loader.absolute(path));
        }
        to_proto::join(&self.uri, path)
    }

    /// Orders a look at the whole folder.
    pub fn walk(&mut self, show: Show) {
        self.walked = Some(Instant::now());
        self.walk_due = false;
        self.order(Job::Walk(self.said.clone(), show));
    }

    /// Orders a look at the configuration; the first walk looks by itself.
    pub fn configure(&mut self) {
        if self.walked.is_some() {
            self.order(Job::Configure(self.said.clone()));
        }
    }

    /// Orders these files read again.
    pub fn read(&mut self, files: Vec<FilePath>) {
        self.order(Job::Read(files));
    }

    /// Orders these requirements files read, which others include.
    pub fn include(&mut self, files: Vec<FilePath>) {
        self.included.extend(files.iter().cloned());
        self.order(Job::Include(files));
    }

    /// Lets these files go, which are included no longer.
    pub fn forget_included(&mut self, files: &[FilePath]) {
        for file in files {
            self.included.remove(file);
            self.asked.remove(file);
        }
        self.worker.order(Job::Forget(files.to_vec()));
    }

    /// Orders a look at the environment.
    pub fn look_at_environment(&mut self) {
        self.order(Job::Environment);
    }

    fn order(&mut self, job: Job) {
        self.jobs += 1;
        self.worker.order(job);
    }
}

/// Every folder.
#[derive(Debug)]
pub struct Folders {
    list: Vec<Folder>,
    next: u32,
    inbox: Sender<Event>,
    outbox: Outbox,
}

impl Folders {
    /// None yet. Their jobs' results will go to `inbox`, their progress to `outbox`.
    pub fn new(inbox: Sender<Event>, outbox: Outbox) -> Self {
        Self { list: Vec::new(), next: 0, inbox, outbox }
    }

    /// Takes a workspace folder in; gives its key. The error is for the user.
    pub fn add(&mut self, uri: &Uri, path: &Path) -> Result<FolderKey, String> {
        self.insert(uri, path, Origin::Workspace, Reach::Tree)
    }

    fn insert(&mut self, uri: &Uri, path: &Path, origin: Origin, reach: Reach) -> Result<FolderKey, String> {
        let loader =
            Loader::new(path).map_err(|error| format!("Cannot read the folder {}: {error}", path.display()))?;
        if let Some(same) = self.list.iter_mut().find(|folder| folder.loader.root == loader.root) {
            if origin == Origin::Workspace {
                same.origin = origin;
                same.worker.order(Job::Widen);
                same.scope = uri.clone();
                same.uri = without_slash(uri);
            }
            return Ok(same.key);
        }
        let key = FolderKey(self.next);
        self.next += 1;
        self.list.push(Folder {
            key,
            scope: uri.clone(),
            uri: without_slash(uri),
            origin,
            worker: Worker::start(key, loader.clone(), reach, self.inbox.clone(), self.outbox.clone()),
            loader,
            workspace: Workspace::default(),
            config: Arc::default(),
            said: Said::default(),
            jobs: 0,
            ready: false,
            stopped: false,
            included: FxHashSet::default(),
            asked: FxHashSet::default(),
            aliases: FxHashMap::default(),
            walked: None,
            walk_due: false,
        });
        Ok(key)
    }

    /// Lets a folder go.
    pub fn remove(&mut self, key: FolderKey) {
        self.list.retain(|folder| folder.key != key);
    }

    /// The key of the workspace folder of that URI.
    pub fn by_uri(&self, uri: &Uri) -> Option<FolderKey> {
        let uri = without_slash(uri);
        self.list.iter().find(|folder| folder.uri == uri && folder.origin == Origin::Workspace).map(|folder| folder.key)
    }

    /// Tells each folder which others lie inside it, and where it may read; gives those for which that has changed.
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
            if folder.loader.inner != inner || folder.loader.bounds != bounds {
                folder.loader.inner.clone_from(&inner);
                folder.loader.bounds.clone_from(&bounds);
                folder.worker.order(Job::Nest(inner, bounds));
                changed.push(folder.key);
            }
        }
        changed
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
        let home = std::env::home_dir().map(|home| from_proto::canonical(&home));
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
                self.outbox.log(tower_lsp::ls_types::MessageType::WARNING, error);
                None
            }
        }
    }
}

fn without_slash(uri: &Uri) -> String {
    uri.as_str().trim_end_matches('/').to_owned()
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
