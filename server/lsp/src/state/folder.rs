//! One folder: its workspace, its settings, and how far it has been read.

use crate::border;
use crate::keys::{FolderKey, Place};
use crate::state::jobs::{Batch, Job, Show};
use crate::state::links::Links;
use crate::state::lookups::Lookups;
use crate::state::settings::EditorSettings;
use crate::state::worker::Worker;
use pinlens_analysis::config::Config;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::words::names::FilePath;
use pinlens_loader::Loader;
use rustc_hash::FxHashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower_lsp::ls_types::Uri;

/// How often a folder is walked at most, where the client watches no files.
const WALK_EVERY: Duration = Duration::from_secs(1);

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
    /// Its address.
    pub address: Address,
    /// Why it is here.
    pub origin: Origin,
    /// Its disk.
    pub loader: Loader,
    /// What is known of its files.
    pub workspace: Workspace,
    /// What the user has configured for it: in its files, and in the editor.
    pub config: Arc<Config>,
    /// The editor's part of that.
    pub editor: EditorSettings,
    /// How far it has been read.
    pub reading: Reading,
    /// The files that are read because others include them.
    pub includes: Includes,
    /// Its links, and what is reached through them.
    pub links: Links,
    /// What was looked up in the package index.
    pub lookups: Lookups,
    worker: Worker,
}

/// The URI of a folder.
#[derive(Debug)]
pub struct Address {
    /// As the client spelt it: its settings are looked up by that.
    pub scope: Uri,
    /// The same without a slash at the end.
    bare: String,
}

impl Address {
    /// The address that the client spells `uri`.
    pub fn new(uri: &Uri) -> Self {
        Self { scope: uri.clone(), bare: without_slash(uri) }
    }

    /// Whether `uri` names the same folder.
    pub fn is(&self, uri: &Uri) -> bool {
        self.bare == without_slash(uri)
    }
}

fn without_slash(uri: &Uri) -> String {
    uri.as_str().trim_end_matches('/').to_owned()
}

/// How far a folder has been read.
#[derive(Debug, Default)]
pub struct Reading {
    /// The jobs that are not back yet.
    jobs: usize,
    /// Whether the first index is complete; before, only what a file alone shows is published.
    is_ready: bool,
    /// Whether the user stopped the last walk: the index is as incomplete as that left it until the next one.
    is_stopped: bool,
    /// When the last walk was ordered; `None` before the first.
    walked: Option<Instant>,
    /// Whether something was saved or opened since, and the client watches no files.
    is_walk_due: bool,
}

impl Reading {
    /// Whether the index is complete.
    pub fn is_ready(&self) -> bool {
        self.is_ready
    }

    /// Whether the user stopped the last walk.
    pub fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// Whether requests have to wait: the index is not complete, and will be.
    pub fn is_early(&self) -> bool {
        !self.is_ready && !self.is_stopped
    }

    /// Whether a walk has been ordered.
    pub fn has_walked(&self) -> bool {
        self.walked.is_some()
    }

    /// Has the folder walked when the last walk is long enough ago.
    pub fn walk_soon(&mut self) {
        self.is_walk_due = true;
    }

    /// What was stopped is being read after all: requests wait for it from here on.
    pub fn resume(&mut self) {
        self.is_stopped = false;
    }

    /// When the next walk is due; `None` while none is wanted, or a job is not back yet.
    pub fn next_walk(&self, now: Instant) -> Option<Instant> {
        let is_due = self.is_walk_due && self.jobs == 0;
        is_due.then(|| self.walked.map_or(now, |last| last + WALK_EVERY))
    }

    fn order(&mut self, job: &Job) {
        self.jobs += 1;
        if let Job::Walk(..) = job {
            self.walked = Some(Instant::now());
            self.is_walk_due = false;
        }
    }

    /// Whether a job is not back yet, so that more may be known of the folder soon: other settings, other links.
    pub fn is_busy(&self) -> bool {
        self.jobs > 0
    }

    /// Takes in that a job is back.
    pub fn finish(&mut self, batch: &Batch) {
        self.jobs = self.jobs.saturating_sub(1);
        if batch.walked {
            self.is_stopped = batch.stopped;
        }
        if batch.stopped {
            self.is_ready = false;
        }
    }

    /// Whether the index is complete from now on and was not before.
    pub fn becomes_ready(&mut self) -> bool {
        let is_new = !self.is_ready && self.jobs == 0;
        self.is_ready |= is_new;
        is_new
    }
}

/// The files that are read because others include them.
#[derive(Debug, Default)]
pub struct Includes {
    files: FxHashSet<FilePath>,
    /// Those that have been looked up on disk since the last walk, so that a missing one is looked up once.
    looked_up: FxHashSet<FilePath>,
}

impl Includes {
    /// Every one of them.
    pub fn files(&self) -> &FxHashSet<FilePath> {
        &self.files
    }

    /// Whether a file is one of them.
    pub fn contains(&self, path: &FilePath) -> bool {
        self.files.contains(path)
    }

    /// Notes that a file is one of them.
    pub fn add(&mut self, path: FilePath) {
        self.files.insert(path);
    }

    /// Keeps of `wanted` what has not been looked up since the last walk, and notes that it is now.
    pub fn keep_new(&mut self, wanted: &mut Vec<FilePath>) {
        wanted.retain(|path| self.looked_up.insert(path.clone()));
    }

    /// After a walk, a file that was missing may be there.
    pub fn look_again(&mut self) {
        self.looked_up.clear();
    }

    fn remove(&mut self, path: &FilePath) {
        self.files.remove(path);
        self.looked_up.remove(path);
    }
}

impl Folder {
    /// A folder of which nothing is known yet.
    pub fn new(key: FolderKey, address: Address, origin: Origin, loader: Loader, worker: Worker) -> Self {
        Self {
            key,
            address,
            origin,
            workspace: Workspace::in_folder(&loader.trail()),
            loader,
            config: Arc::default(),
            editor: EditorSettings::default(),
            reading: Reading::default(),
            includes: Includes::default(),
            links: Links::default(),
            lookups: Lookups::default(),
            worker,
        }
    }

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
        border::join(&self.address.bare, path)
    }

    /// Orders a look at the whole folder.
    pub fn walk(&mut self, show: Show) {
        self.order(Job::Walk(self.editor.clone(), show));
    }

    /// Orders a look at the configuration; the first walk looks by itself.
    pub fn configure(&mut self) {
        if self.reading.has_walked() {
            self.order(Job::Configure(self.editor.clone()));
        }
    }

    /// Orders these files read again.
    pub fn read(&mut self, files: Vec<FilePath>) {
        self.order(Job::Read(files));
    }

    /// Orders these requirements files read, which others include.
    pub fn include(&mut self, files: Vec<FilePath>) {
        for path in &files {
            self.includes.add(path.clone());
        }
        self.order(Job::Include(files));
    }

    /// Lets these files go, which are included no longer.
    pub fn forget_included(&mut self, files: &[FilePath]) {
        for path in files {
            self.includes.remove(path);
        }
        self.worker.order(Job::Forget(files.to_vec()));
    }

    /// Orders a look at the environment.
    pub fn look_at_environment(&mut self) {
        self.order(Job::Environment);
    }

    /// The client has it as a workspace folder from here on, under `uri`: all of it is read from the next walk on.
    pub fn become_workspace(&mut self, uri: &Uri) {
        self.origin = Origin::Workspace;
        self.address = Address::new(uri);
        self.worker.order(Job::Widen);
    }

    /// Sets which other folders lie inside it, and where it may read; gives whether that differs from before.
    pub fn nest(&mut self, inner: &[std::path::PathBuf], bounds: &pinlens_loader::Bounds) -> bool {
        if self.loader.inner == inner && self.loader.bounds == *bounds {
            return false;
        }
        self.loader.inner = inner.to_vec();
        self.loader.bounds.clone_from(bounds);
        self.worker.order(Job::Nest(inner.to_vec(), bounds.clone()));
        true
    }

    fn order(&mut self, job: Job) {
        self.reading.order(&job);
        self.worker.order(job);
    }
}
