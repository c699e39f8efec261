//! The thread of a folder: it does whatever reads the disk and may take long, in order, so an older result never follows a newer
//! one.

use crate::client::outbox::{Outbox, Progress, Seen};
use crate::lifecycle::spawn;
use crate::state::jobs::{Batch, Job, Reach, Show};
use crate::state::links::Links;
use crate::state::settings::EditorSettings;
use pinlens_analysis::config::Config;
use pinlens_facts::facts::{FileKind, UnreadReason};
use pinlens_facts::words::names::FilePath;
use pinlens_loader::{Loaded, Loader, Skipped, Snapshot, Stamp};
use std::collections::BTreeSet;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};

/// The files that are read before it is looked whether the user has stopped the load: enough that equal statements of them are
/// still parsed once, for what is remembered goes with each part.
const PART: usize = 4096;

/// The stamp that no file has.
const NO_STAMP: Stamp = Stamp { modified: None, len: u64::MAX, changed: None };

/// The way to a folder's thread, which ends with it.
#[derive(Debug)]
pub struct Worker {
    jobs: Sender<Job>,
}

impl Worker {
    /// Starts the thread of a folder. `done` gets what comes of its jobs; once it gives false, the thread ends.
    pub fn start(loader: Loader, reach: Reach, outbox: Outbox, done: impl Fn(Batch) -> bool + Send + 'static) -> Self {
        let (jobs, queue) = mpsc::channel();
        let reader = Reader {
            loader,
            reach,
            outbox,
            config: None,
            snapshot: Snapshot::default(),
            stamp: None,
            included: BTreeSet::new(),
            reported: Vec::new(),
        };
        spawn("loader", move || reader.run(&queue, done));
        Self { jobs }
    }

    /// Puts a job behind those that wait. Each but [`Job::Nest`], [`Job::Forget`] and [`Job::Widen`] gives one [`Batch`].
    pub fn order(&self, job: Job) {
        // the thread ends only with this sender or with the process
        let _ = self.jobs.send(job);
    }
}

/// The thread's side: what was seen of the disk, to find what has changed.
struct Reader {
    loader: Loader,
    reach: Reach,
    outbox: Outbox,
    /// The configuration in force; `None` before the first walk.
    config: Option<Arc<Config>>,
    snapshot: Snapshot,
    stamp: Option<Vec<Stamp>>,
    /// Files that are read because others include them.
    included: BTreeSet<FilePath>,
    /// What the last walk could not read.
    reported: Vec<Skipped>,
}

impl Reader {
    fn run(mut self, queue: &Receiver<Job>, done: impl Fn(Batch) -> bool) {
        while let Ok(job) = queue.recv() {
            let batch = match job {
                Job::Walk(editor, show) => self.walk(&editor, show),
                Job::Configure(editor) => self.configure(&editor),
                Job::Read(files) => self.read(files),
                Job::Include(files) => {
                    self.included.extend(files.iter().cloned());
                    self.read(files)
                }
                Job::Environment => {
                    let mut batch = Batch::default();
                    self.look_at_environment(&mut batch);
                    batch
                }
                Job::Nest(inner, bounds) => {
                    self.loader.inner = inner;
                    self.loader.bounds = bounds;
                    continue;
                }
                Job::Forget(files) => {
                    self.included.retain(|path| !files.contains(path));
                    continue;
                }
                Job::Widen => {
                    self.reach = Reach::Tree;
                    continue;
                }
            };
            if !done(batch) {
                return;
            }
        }
    }

    /// While somebody types, an environment that is not there is no news, and the one before stays until the next walk.
    fn configure(&mut self, editor: &EditorSettings) -> Batch {
        let Some(before) = self.config.clone() else { return Batch::default() };
        let mut batch = Batch::default();
        let config = self.look_at_config(editor, &mut batch);
        if config.exclude != before.exclude || config.requirements != before.requirements {
            let walked = self.walk(editor, Show::Nothing);
            return Batch { config: batch.config, ..walked };
        }
        let mut looked = Batch::default();
        self.look_at_environment(&mut looked);
        if looked.problems.is_empty() {
            batch.environment = looked.environment;
        } else {
            self.stamp = None;
        }
        batch
    }

    fn walk(&mut self, editor: &EditorSettings, show: Show) -> Batch {
        let progress =
            (show == Show::Progress).then(|| self.outbox.progress("pinlens: reading the workspace".to_owned()));
        pinlens_facts::knowledge::prepare();
        pinlens_facts::knowledge::table::prepare();
        let mut batch = Batch { walked: true, ..Batch::default() };
        let config = self.look_at_config(editor, &mut batch);
        self.look_at_environment(&mut batch);
        let snapshot = match self.reach {
            Reach::Tree => self.loader.walk(&config),
            Reach::Near => self.loader.walk_near(&config),
        };
        if snapshot.too_many && !self.snapshot.too_many {
            let (root, limit) = (self.loader.root.display(), Loader::LIMIT);
            batch.problems.push(format!("{root} has more than {limit} files: only open files are looked at. Exclude folders with the setting pinlens.exclude."));
        }
        let (changed, gone) = difference(&self.snapshot, &snapshot);
        batch.skip(snapshot.skipped.clone());
        let before = std::mem::replace(&mut self.snapshot, snapshot);
        let has_other_links = before.aliases != self.snapshot.aliases || before.targets != self.snapshot.targets;
        batch.links = has_other_links.then(|| self.links());
        self.load_in_parts(changed, &mut batch, progress.as_ref());
        batch.files.extend(gone.into_iter().filter(|path| !self.included.contains(path)).map(|path| (path, None)));
        let included: Vec<FilePath> =
            self.included.iter().filter(|path| !self.snapshot.files.contains_key(*path)).cloned().collect();
        self.read_each(included, &mut batch);
        self.keep_unread(&mut batch);
        batch
    }

    /// What could not be read is tried again by each walk, and reported once.
    fn keep_unread(&mut self, batch: &mut Batch) {
        for file in &batch.skipped {
            if let Some(stamp) = self.snapshot.files.get_mut(&file.path) {
                *stamp = NO_STAMP;
            }
        }
        let reported = std::mem::replace(&mut self.reported, batch.skipped.clone());
        batch.skipped.retain(|file| file.is_news() && !reported.contains(file));
    }

    fn look_at_config(&mut self, editor: &EditorSettings, batch: &mut Batch) -> Arc<Config> {
        let (file, errors) = self.loader.config_over(&|path| editor.open.get(path).map(|config| (**config).clone()));
        let config = editor.settings.merged(file);
        match &self.config {
            Some(old) if **old == config => Arc::clone(old),
            _ => {
                // what has a place in the file is a finding there
                let homeless = errors.into_iter().filter(|error| error.range.is_none());
                batch.problems.extend(homeless.map(|error| format!("{}: {}", error.key, error.message)));
                if self.config.as_ref().is_none_or(|old| old.environment != config.environment) {
                    self.stamp = None; // another environment is meant now
                }
                let config = Arc::new(config);
                batch.config = Some(Arc::clone(&config));
                self.config = Some(Arc::clone(&config));
                config
            }
        }
    }

    fn look_at_environment(&mut self, batch: &mut Batch) {
        let Some(config) = &self.config else { return };
        let stamp = Some(self.loader.environment_stamp(config).unwrap_or_default());
        if stamp == self.stamp {
            return;
        }
        self.stamp = stamp;
        match self.loader.environment(config) {
            Ok(environment) => batch.environment = Some(Arc::new(environment.unwrap_or_default())),
            Err(problem) => {
                batch.environment = Some(Arc::default());
                batch.problems.push(problem.to_string());
            }
        }
    }

    /// Reads many files, and reports how far it is. Where the user stops it, the rest counts as never seen.
    fn load_in_parts(&mut self, files: Vec<FilePath>, batch: &mut Batch, progress: Option<&Progress>) {
        if self.snapshot.too_many {
            return;
        }
        let total = files.len();
        let mut rest = files.into_iter();
        loop {
            let part: Vec<FilePath> = rest.by_ref().take(PART).collect();
            if part.is_empty() {
                return;
            }
            if progress.is_some_and(Progress::is_stopped) {
                batch.stopped = true;
                for path in part.iter().chain(rest.as_slice()) {
                    self.snapshot.files.remove(path);
                }
                return;
            }
            let before = total - rest.len() - part.len();
            self.load(part, batch, &|seen| {
                if let Some(progress) = progress {
                    progress.show(Seen { done: before + seen.done, total });
                }
            });
        }
    }

    /// Reads files in parallel.
    fn load(&self, files: Vec<FilePath>, batch: &mut Batch, seen: &(dyn Fn(Seen) + Sync)) {
        let gathered = Mutex::new((batch, Seen { done: 0, total: files.len() }));
        self.loader.load(files, &|loaded| {
            let mut guard = gathered.lock().unwrap_or_else(PoisonError::into_inner);
            let (batch, progress) = &mut *guard;
            match loaded {
                Loaded::Found(total) => progress.total = total,
                Loaded::Files(files) => {
                    progress.done += files.len();
                    batch.files.extend(files.into_iter().map(|(path, facts)| (path, Some(facts))));
                }
                Loaded::Skipped(skipped) => {
                    progress.done += skipped.len();
                    batch.skip(skipped);
                }
            }
            seen(*progress);
        });
    }

    /// Reads files, and those that are links to them.
    fn read(&mut self, mut files: Vec<FilePath>) -> Batch {
        let mut batch = Batch::default();
        let links = self.snapshot.aliases.iter().filter(|(_, real)| files.contains(real)).map(|(link, _)| link.clone());
        let links: Vec<FilePath> = links.collect();
        files.extend(links);
        self.read_each(files, &mut batch);
        self.let_links_go(&mut batch);
        batch
    }

    fn links(&self) -> Links {
        Links::new(self.snapshot.aliases.clone(), self.snapshot.targets.clone())
    }

    /// A link that leads to nothing any more is none: an open document of that name speaks only for itself.
    fn let_links_go(&mut self, batch: &mut Batch) {
        let before = self.snapshot.aliases.len();
        for (path, _) in batch.files.iter().filter(|(_, facts)| facts.is_none()) {
            self.snapshot.aliases.remove(path);
        }
        if self.snapshot.aliases.len() < before {
            batch.links = Some(self.links());
        }
    }

    fn read_each(&mut self, files: Vec<FilePath>, batch: &mut Batch) {
        batch.included.extend(files.iter().filter(|path| self.included.contains(*path)).cloned());
        for path in files {
            let facts = match self.kind(&path).map(|kind| self.loader.read(&path, kind)) {
                Some(Ok(facts)) => facts,
                Some(Err(skipped)) => {
                    let facts = skipped.facts();
                    // an include that leads out is a finding where it is named
                    if skipped.reason != UnreadReason::Outside || !self.included.contains(&path) {
                        batch.skipped.push(skipped);
                    }
                    facts
                }
                None => None,
            };
            if facts.is_none() {
                self.snapshot.files.remove(&path);
            } else if !self.included.contains(&path) {
                // so that a walk which no longer reaches it finds it gone; no stamp is equal to this one
                self.snapshot.files.insert(path.clone(), NO_STAMP);
            }
            batch.files.push((path, facts));
        }
    }

    /// How a file is to be read; `None` where it is not.
    fn kind(&self, path: &FilePath) -> Option<FileKind> {
        if self.included.contains(path) {
            return Some(FileKind::Requirements);
        }
        let config = self.config.as_ref()?;
        let kind = self.loader.kind(path, config)?;
        let is_reached =
            self.reach == Reach::Near || self.snapshot.aliases.contains_key(path) || self.loader.includes(path, config);
        is_reached.then_some(kind)
    }
}

/// The files that are new or others than before, and what is gone; both in path order.
fn difference(before: &Snapshot, now: &Snapshot) -> (Vec<FilePath>, Vec<FilePath>) {
    // of what was reached through a link the open document may have spoken, which does so no longer
    let is_same = |path: &FilePath, stamp: &Stamp| {
        before.files.get(path) == Some(stamp) && before.aliases.get(path) == now.aliases.get(path)
    };
    let changed = now.files.iter().filter(|(path, stamp)| !is_same(path, stamp));
    let is_there = |path: &FilePath| now.files.contains_key(path) || now.skipped.iter().any(|file| file.path == *path);
    let known = before.files.keys().chain(before.skipped.iter().map(|file| &file.path));
    let gone = known.filter(|path| !is_there(path));
    let (mut changed, mut gone): (Vec<_>, Vec<_>) =
        (changed.map(|(path, _)| path.clone()).collect(), gone.cloned().collect());
    changed.sort_unstable();
    gone.sort_unstable();
    (changed, gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tower_lsp::LspService;
    use tower_lsp::jsonrpc::Result;
    use tower_lsp::ls_types::{InitializeParams, InitializeResult, ProgressToken};

    struct Nobody;

    impl tower_lsp::LanguageServer for Nobody {
        async fn initialize(&self, _: InitializeParams) -> Result<InitializeResult> {
            Ok(InitializeResult::default())
        }
        async fn shutdown(&self) -> Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_load_that_is_stopped_leaves_its_files_to_the_next_walk() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.py"), "import os\n").expect("a file");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let made = Mutex::new(None);
        let handle = runtime.handle().clone();
        let (_service, _socket) = LspService::new(|client| {
            *made.lock().expect("a lock") = Some(Outbox::start(client, handle));
            Nobody
        });
        let outbox = made.into_inner().expect("a lock").expect("an outbox");
        let loader = Loader::new(folder.path()).expect("a loader");
        let config = loader.config().0;
        let snapshot = loader.walk(&config);
        let mut reader = Reader {
            loader,
            reach: Reach::Tree,
            outbox: outbox.clone(),
            config: None,
            snapshot,
            stamp: None,
            included: BTreeSet::new(),
            reported: Vec::new(),
        };
        let (mut batch, files) = (Batch::default(), vec![FilePath::new("a.py")]);
        let progress = outbox.progress("a load".to_owned());
        outbox.stop(&ProgressToken::String("pinlens/load/9".to_owned()));
        reader.load_in_parts(files.clone(), &mut batch, Some(&progress));
        assert_eq!((batch.files.len(), batch.stopped, reader.snapshot.files.len()), (1, false, 1));

        outbox.stop(&ProgressToken::String("pinlens/load/0".to_owned()));
        let mut batch = Batch::default();
        reader.load_in_parts(files, &mut batch, Some(&progress));
        assert_eq!((batch.files.len(), batch.stopped, reader.snapshot.files.len()), (0, true, 0));
    }

    #[test]
    fn a_walk_is_compared_with_the_one_before() {
        let snapshot = |files: &[(&str, u64)]| Snapshot {
            files: files
                .iter()
                .map(|(path, len)| (FilePath::new(path), Stamp { len: *len, ..Stamp::default() }))
                .collect(),
            ..Snapshot::default()
        };
        let (changed, gone) =
            difference(&snapshot(&[("a", 1), ("b", 1), ("c", 1)]), &snapshot(&[("b", 2), ("c", 1), ("d", 1)]));
        assert_eq!(changed, [FilePath::new("b"), FilePath::new("d")]);
        assert_eq!(gone, [FilePath::new("a")]);
    }
}
