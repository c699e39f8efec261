//! The disk: walks ordered, results taken in, included files looked up, watchers heard, folders added and removed.

use super::Engine;
use crate::border;
use crate::keys::{FolderKey, Place};
use crate::state::folder::{Folder, Origin};
use crate::state::jobs::{Batch, Show};
use pinlens_analysis::model::change::Change;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::words::names::FilePath;
use pinlens_loader::Skipped;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tower_lsp::ls_types::{FileEvent, WorkspaceFoldersChangeEvent};

/// Of more changed files than this a walk finds out sooner.
const MANY: usize = 100;

/// How many skipped files a message names.
const NAMED: usize = 10;

/// What the user hears who stopped a walk.
const STOPPED: &str = "pinlens: the workspace was not read whole, so only errors inside files are shown. The command \
                       pinlens.server.reload, or a restart, reads it.";

/// How much a changed file changes.
enum Weight {
    Nothing,
    File,
    /// It decides over other files, or is a folder.
    Folder,
}

/// What has to be looked at.
#[derive(Default)]
struct Due {
    /// Folders, as a whole.
    walks: BTreeSet<FolderKey>,
    /// Single files.
    files: Vec<Place>,
}

impl Due {
    fn folders(&self) -> BTreeSet<FolderKey> {
        self.walks.iter().copied().chain(self.files.iter().map(|place| place.folder)).collect()
    }
}

impl Engine {
    /// Orders a walk of a folder.
    pub(super) fn walk(&mut self, key: FolderKey, show: Show) {
        let has_progress = self.session.as_ref().is_some_and(|session| session.progress);
        let show = if has_progress { show } else { Show::Nothing };
        let Some(folder) = self.folders.get_mut(key) else { return };
        folder.walk(show);
    }

    /// Something was saved or opened: looks for what else has changed on disk, as far as the client does not report it.
    pub(super) fn look_again(&mut self, key: FolderKey) {
        let has_watchers = self.session.as_ref().is_some_and(|session| session.registers.watchers);
        let Some(folder) = self.folders.get_mut(key).filter(|folder| folder.reading.is_ready()) else { return };
        if has_watchers {
            folder.look_at_environment(); // it may lie outside what the client watches
        } else {
            folder.reading.walk_soon();
        }
    }

    /// When the next walk is due.
    pub(super) fn next_walk(&self) -> Option<Instant> {
        let now = Instant::now();
        self.folders.iter().filter_map(|folder| folder.reading.next_walk(now)).min()
    }

    /// Orders the walks that are due.
    pub(super) fn walk_where_due(&mut self, now: Instant) {
        let is_due = |folder: &&Folder| folder.reading.next_walk(now).is_some_and(|due| due <= now);
        for key in self.folders.iter().filter(is_due).map(|folder| folder.key).collect::<Vec<_>>() {
            self.walk(key, Show::Nothing);
        }
    }

    /// Takes in what a job found. What is open stays as the editor has it.
    pub(super) fn loaded(&mut self, key: FolderKey, mut batch: Batch) {
        let Some(folder) = self.folders.get_mut(key) else { return };
        folder.reading.finish(&batch);
        if batch.walked {
            folder.includes.look_again();
        }
        if batch.stopped {
            self.outbox.warn(STOPPED);
        }
        if let Some(links) = batch.links {
            folder.links = links;
        }
        let config_changed = batch.config.is_some();
        if let Some(config) = &batch.config {
            folder.config = Arc::clone(config);
        }
        let let_go: BTreeSet<FilePath> =
            batch.included.into_iter().filter(|path| !folder.includes.contains(path)).collect();
        batch.files.retain(|(path, _)| !let_go.contains(path));
        let read: Vec<FilePath> = batch.files.iter().map(|(path, _)| path.clone()).collect();
        let files = batch.files.into_iter().filter(|(path, facts)| !self.is_open(key, path, facts.as_ref())).collect();
        self.apply(key, Change { files, environment: batch.environment, config: batch.config });
        // what git ignores may be other files than before
        if config_changed || batch.walked {
            self.track_again(key);
        }
        self.speak_for_links(key, &read);
        self.settle();
        self.publish_soon(key, &read);
        self.report(key, &batch.skipped, &batch.problems);
        self.status_line.look_again();
        let early = self.folders.take_early();
        self.watched(&early);
        self.make_ready(key);
    }

    /// Has open documents speak for the links to them that were read from the disk.
    fn speak_for_links(&mut self, key: FolderKey, read: &[FilePath]) {
        let Some(folder) = self.folders.get(key).filter(|folder| !folder.links.is_empty()) else { return };
        let originals = read.iter().filter_map(|path| folder.links.real(path));
        let open = originals.filter_map(|path| self.documents.at(&folder.place(path)));
        let uris: Vec<_> = open.map(|document| document.uri.clone()).collect();
        for uri in uris {
            self.documents.mark_edited(uri);
        }
    }

    /// Whether an open document speaks for a file of which the disk has `facts`. One that was none of ours is from here on:
    /// the disk's reading shows what it is.
    fn is_open(&mut self, key: FolderKey, path: &FilePath, facts: Option<&FileFacts>) -> bool {
        let place = Place { folder: key, path: path.clone() };
        let Some(document) = self.documents.at_mut(&place) else { return self.is_open_elsewhere(key, path) };
        let mut is_new = false;
        if !document.tracked && facts.is_some() {
            if let Some(FileFacts::Requirements(_)) = facts {
                document.kind = Some(FileKind::Requirements);
            }
            document.tracked = document.kind.is_some();
            is_new = true;
        }
        document.gone &= facts.is_none();
        let (uri, is_tracked) = (document.uri.clone(), document.tracked);
        if is_new {
            self.documents.mark_edited(uri);
        }
        is_tracked
    }

    /// Has included files read that nothing is known of; an open document stands for itself.
    pub(super) fn read_included(&mut self, key: FolderKey) {
        self.forget_included(key);
        let Some(folder) = self.folders.get_mut(key) else { return };
        let mut wanted = folder.workspace.wanted();
        folder.includes.keep_new(&mut wanted);
        wanted.retain(|path| match self.documents.at_mut(&Place { folder: key, path: path.clone() }) {
            Some(document) => {
                folder.includes.add(path.clone());
                document.kind = Some(FileKind::Requirements);
                document.tracked = !document.gone;
                let uri = document.uri.clone();
                self.documents.mark_edited(uri);
                false
            }
            None => true,
        });
        self.take_from_elsewhere(key, &mut wanted);
        let Some(folder) = self.folders.get_mut(key) else { return };
        if !wanted.is_empty() {
            folder.include(wanted);
        }
    }

    /// Lets files go that were read because an include named them, and that none names any more.
    fn forget_included(&mut self, key: FolderKey) {
        let Some(folder) = self.folders.get_mut(key).filter(|folder| !folder.includes.files().is_empty()) else {
            return;
        };
        let still = folder.workspace.included(folder.includes.files());
        let gone: Vec<FilePath> =
            folder.includes.files().iter().filter(|path| !still.contains(*path)).cloned().collect();
        if gone.is_empty() {
            return;
        }
        folder.forget_included(&gone);
        // at once: those that include each other would want each other otherwise
        let mut change = Change::default();
        let mut is_open = false;
        for path in gone {
            if self.documents.at(&Place { folder: key, path: path.clone() }).is_some() {
                is_open = true;
            } else if self.is_reached(key, &path) {
                self.give_back(key, path);
            } else {
                change.files.push((path, None));
            }
        }
        self.apply(key, change);
        if is_open {
            self.track_again(key);
        }
    }

    /// Whether the walk comes to a file.
    fn is_reached(&self, key: FolderKey, path: &FilePath) -> bool {
        self.folders.get(key).is_some_and(|folder| {
            let is_ours = folder.loader.kind(path, &folder.config).is_some();
            is_ours && folder.loader.includes(path, &folder.config)
        })
    }

    /// Once nothing is missing any more, all findings of the folder are published.
    fn make_ready(&mut self, key: FolderKey) {
        let Some(folder) = self.folders.get_mut(key) else { return };
        // of a walk that was stopped, what is known of files that are not there would be wrong: only what a file alone shows stays
        if folder.reading.is_stopped() || folder.reading.becomes_ready() {
            self.publish_all(key);
            self.answer_waiting();
        }
    }

    fn report(&self, key: FolderKey, skipped: &[Skipped], problems: &[String]) {
        if !problems.is_empty() {
            self.outbox.warn(&format!("pinlens: {}", problems.join("; ")));
        }
        if skipped.is_empty() {
            return;
        }
        let mut skipped: Vec<&Skipped> = skipped.iter().collect();
        skipped.sort_by(|a, b| a.path.cmp(&b.path));
        let mut lines: Vec<String> =
            skipped.iter().take(NAMED).map(|file| format!("  {}: {}", file.path, file.reason)).collect();
        if skipped.len() > NAMED {
            lines.push(format!("  and {} more", skipped.len() - NAMED));
        }
        let root = self.folders.get(key).map(|folder| folder.loader.root.display().to_string()).unwrap_or_default();
        self.log(&format!("Could not read {} of the files in {root}:\n{}", skipped.len(), lines.join("\n")));
    }

    /// The client's watcher saw files change: they are read again; what decides over other files makes it a walk.
    pub(super) fn watched(&mut self, events: &[FileEvent]) {
        let mut files: BTreeMap<FolderKey, BTreeSet<FilePath>> = BTreeMap::new();
        let mut walks = BTreeSet::new();
        for event in events {
            let Some(path) = border::path(&event.uri) else { continue };
            let due = self.due(&path);
            self.folders.keep_early(event, &due.folders());
            walks.extend(due.walks);
            for place in due.files {
                files.entry(place.folder).or_default().insert(place.path);
            }
        }
        walks.extend(files.iter().filter(|(_, files)| files.len() > MANY).map(|(key, _)| *key));
        for (key, files) in files.into_iter().filter(|(key, _)| !walks.contains(key)) {
            // before the first walk there is nothing to refresh, and no configuration to read by
            if let Some(folder) = self.folders.get_mut(key).filter(|folder| folder.reading.has_walked()) {
                folder.read(files.into_iter().collect());
            }
        }
        for key in walks.into_iter().filter(|_| self.folders.is_started()).collect::<Vec<_>>() {
            self.walk(key, Show::Nothing);
        }
    }

    /// What has to be looked at now that something has changed at `path`.
    fn due(&self, path: &Path) -> Due {
        let mut due = Due::default();
        let canonical = border::canonical(path);
        let place = self.folders.place(&canonical).or_else(|| self.folders.place(path));
        due.walks.extend(self.linked_from(&canonical, place.as_ref()));
        due.files.extend(place.iter().flat_map(|place| self.places_elsewhere(place)));
        if path.is_symlink() {
            // it lies in one folder and may lead to another; other files may be reached through it
            let link = border::canonical_link(path);
            due.walks.extend(self.linked_from(&link, None));
            due.walks.extend(self.folders.place(&link).or(place).map(|place| place.folder));
            return due;
        }
        let Some(place) = place else { return due };
        match self.weight(&place, path) {
            Weight::Nothing => {}
            Weight::File => due.files.push(place),
            Weight::Folder => {
                due.walks.insert(place.folder);
                if is_ignores(&place.path) {
                    due.walks.extend(self.folders.below(&canonical));
                }
            }
        }
        due
    }

    /// The folders in which other files than before may be reached through links, now that something has changed at the canonical
    /// `path`, which lies at `place`.
    fn linked_from(&self, path: &Path, place: Option<&Place>) -> Vec<FolderKey> {
        let is_known =
            |folder: &Folder| place.is_some_and(|place| place.folder == folder.key && folder.links.knows(&place.path));
        let linking = self.folders.iter().filter(|folder| folder.links.lead_to(path) && !is_known(folder));
        linking.map(|folder| folder.key).collect()
    }

    /// What has to be read again when `path`, which lies at `place`, has changed.
    fn weight(&self, place: &Place, path: &Path) -> Weight {
        let is_included = || self.folders.get(place.folder).is_some_and(|folder| folder.includes.contains(&place.path));
        let by_config = || self.folders.get(place.folder).and_then(|folder| folder.config.kind_of(&place.path));
        match FileKind::of(&place.path).or_else(by_config) {
            Some(FileKind::Settings | FileKind::OwnSettings) => Weight::Folder,
            // what decides over others is looked at with them, though it is read too
            _ if is_decider(&place.path) => Weight::Folder,
            Some(
                FileKind::Python
                | FileKind::PythonSettings
                | FileKind::Setup
                | FileKind::Stub
                | FileKind::Notebook
                | FileKind::Requirements
                | FileKind::Manifest(_)
                | FileKind::Lock
                | FileKind::Pytest
                | FileKind::Mentions(_)
                | FileKind::Module,
            ) => Weight::File,
            None if is_included() => Weight::File,
            // a folder that is gone is known by its name alone
            None if path.extension().is_none() || path.is_dir() => Weight::Folder,
            None => Weight::Nothing,
        }
    }

    /// Workspace folders came or went. The open documents are placed anew: another folder may hold them now.
    pub(super) fn folders_changed(&mut self, change: &WorkspaceFoldersChangeEvent) {
        self.settle();
        let moved = self.documents.take();
        for folder in self.folders.iter_mut() {
            folder.editor.open.clear();
        }
        for key in change.removed.iter().filter_map(|folder| self.folders.by_uri(&folder.uri)).collect::<Vec<_>>() {
            self.remove_folder(key);
        }
        let mut walks = BTreeSet::new();
        for folder in &change.added {
            let Some(path) = border::path(&folder.uri) else { continue };
            match self.folders.add(&folder.uri, &path) {
                Ok(key) => walks.extend([key]),
                Err(error) => self.outbox.warn(&format!("Cannot read the folder {error}")),
            }
        }
        walks.extend(self.folders.nest());
        self.combine_settings();
        if self.folders.is_started() && self.has_configuration() && !change.added.is_empty() {
            // a folder that is new is walked once its settings are known
            walks.retain(|key| self.folders.get(*key).is_some_and(|folder| folder.reading.has_walked()));
            self.pull_settings();
        }
        for key in walks.into_iter().filter(|_| self.folders.is_started()).collect::<Vec<_>>() {
            self.walk(key, Show::Progress);
        }
        for document in moved {
            self.reopened(document);
        }
        self.drop_empty_folders();
        self.status_line.look_again();
        self.answer_waiting();
    }

    /// Lets go of the folders that were here for documents which another folder holds now.
    fn drop_empty_folders(&mut self) {
        let used: BTreeSet<FolderKey> = self.documents.iter().map(|document| document.place.folder).collect();
        let is_idle = |folder: &&Folder| folder.origin == Origin::Document && !used.contains(&folder.key);
        for key in self.folders.iter().filter(is_idle).map(|folder| folder.key).collect::<Vec<_>>() {
            self.remove_folder(key);
        }
    }
}

/// Whether a file decides over others: what git ignores, or that something is installed.
fn is_decider(path: &FilePath) -> bool {
    is_ignores(path) || path.file_name().ends_with(".dist-info")
}

/// Whether a file tells what git ignores.
pub(super) fn is_ignores(path: &FilePath) -> bool {
    path.file_name() == ".gitignore"
}
