//! What is published to the client, and when.

use super::Engine;
use crate::keys::{FileKey, FolderKey};
use crate::state::documents::{Cell, Document};
use crate::state::publisher::{Delivery, List, News};
use crate::state::settings::DiagnosticMode;
use crate::view::View;
use pinlens_analysis::finding::Diagnostic;
use pinlens_analysis::model::ids::FileId;
use pinlens_facts::words::names::FilePath;
use std::time::{Duration, Instant};

/// How long a round publishes before it looks for events: an edit waits no longer than this behind a long list of other files.
const PUBLISH: Duration = Duration::from_millis(2);

impl Engine {
    /// Publishes what waits, the edited files first, for one slice of time.
    pub(super) fn publish_slice(&mut self) {
        let began = Instant::now();
        while let Some(file) = self.queue.next() {
            self.publish(file);
            if began.elapsed() >= PUBLISH {
                break;
            }
        }
        if self.queue.is_empty() {
            self.all_published();
        }
    }

    /// Has every file of a folder looked at again.
    pub(super) fn publish_all(&mut self, key: FolderKey) {
        let Some(folder) = self.folders.get(key) else { return };
        self.queue.add(folder.workspace.files().into_iter().map(|file| (key, file)));
        self.queue.add(self.publisher.published().filter(|(folder, _)| *folder == key));
    }

    /// Has some files of a folder looked at again.
    pub(super) fn publish_soon(&mut self, key: FolderKey, files: &[FilePath]) {
        let Some(folder) = self.folders.get(key) else { return };
        self.queue.add(files.iter().filter_map(|path| folder.workspace.file(path)).map(|file| (key, file)));
    }

    /// Empties every list that was published of a folder.
    pub(super) fn clear_folder(&mut self, key: FolderKey) {
        let published: Vec<FileKey> = self.publisher.published().filter(|(folder, _)| *folder == key).collect();
        for file in published {
            let news = self.publisher.clear(file);
            self.send(news);
        }
    }

    /// Brings what the client holds of one file's findings up to date.
    fn publish(&mut self, file: FileKey) {
        let Some((lists, delivery, version)) = self.lists(file) else { return };
        let news = self.publisher.update(file, lists, delivery);
        if news.pulled {
            self.pulls.changed(file, version);
        }
        self.send(news);
        self.shown.look_again(file);
    }

    pub(super) fn send(&mut self, news: News) {
        for message in news.messages {
            self.outbox.publish(message);
        }
    }

    /// The findings of one file as they are now, how they reach the client, and the version of the document that they are of;
    /// `None` where nothing can be published of it.
    pub(super) fn lists(&self, file: FileKey) -> Option<(Vec<List>, Delivery, Option<i32>)> {
        let view = self.view(file.0)?;
        let workspace = &view.folder.workspace;
        let path = workspace.path(file.1);
        let document = view.document(path);
        let is_published = match self.mode(file.0) {
            None => false,
            // what is found in it stands where it really lies
            Some(_) if view.folder.links.real(path).is_some() => false,
            Some(_) if !self.reports(file.0, path) => false,
            Some(_) if self.documents.is_lost_at(&view.folder.place(path)) => false,
            Some(DiagnosticMode::OpenFilesOnly) => document.is_some(),
            Some(DiagnosticMode::Workspace) => true,
        };
        let found = match workspace.facts(file.1) {
            Some(_) if is_published && view.folder.reading.is_ready() => workspace.diagnostics(file.1),
            Some(_) if is_published && document.is_some() => workspace.local_diagnostics(file.1),
            Some(_) | None => Vec::new(),
        };
        let version = document.map(|document| document.version);
        let lists = match document.and_then(|document| document.cells.as_ref()) {
            Some(cells) => cells.iter().map(|cell| of_cell(&view, file.1, cell, &found)).collect(),
            None => vec![List { uri: view.uri(path)?, version, found: view.diagnostics(file.1, &found) }],
        };
        Some((lists, self.delivery(document), version))
    }

    /// How the findings of a file reach the client.
    fn delivery(&self, document: Option<&Document>) -> Delivery {
        let pulls = self.session.as_ref().is_some_and(|session| session.findings.pull);
        if pulls && (document.is_some() || self.pulls.whole_workspace) { Delivery::Pull } else { Delivery::Push }
    }
}

/// The findings in one cell of a notebook.
fn of_cell(view: &View<'_>, file: FileId, cell: &Cell, found: &[Diagnostic]) -> List {
    let inside = found.iter().filter(|found| cell.range.touches(found.range.start));
    let found = inside.map(|found| view.diagnostic(file, found)).collect();
    List { uri: cell.uri.clone(), version: Some(cell.version), found }
}
