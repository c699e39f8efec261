//! What is told to the client, and when.

use super::{Engine, PUBLISH};
use crate::config::DiagnosticMode;
use crate::folders::FolderKey;
use crate::publisher::FileKey;
use pinlens_analysis::names::FilePath;
use std::time::Instant;

impl Engine {
    /// Publishes what waits, the edited files first, for one slice of time.
    pub(super) fn publish_slice(&mut self) {
        let began = Instant::now();
        while let Some(file) = self.urgent.pop_front().or_else(|| self.pending.pop_first()) {
            self.publish(file);
            if began.elapsed() >= PUBLISH {
                return;
            }
        }
    }

    /// Has every file of a folder looked at again.
    pub(super) fn publish_all(&mut self, key: FolderKey) {
        let Some(folder) = self.folders.get(key) else { return };
        self.pending.extend(folder.workspace.files().into_iter().map(|file| (key, file)));
        self.pending.extend(self.publisher.told().filter(|(folder, _)| *folder == key));
    }

    /// Has some files of a folder looked at again.
    pub(super) fn publish_soon(&mut self, key: FolderKey, files: &[FilePath]) {
        let Some(folder) = self.folders.get(key) else { return };
        self.pending.extend(files.iter().filter_map(|path| folder.workspace.file(path)).map(|file| (key, file)));
    }

    /// Empties every list that was told of a folder.
    pub(super) fn clear_folder(&mut self, key: FolderKey) {
        let told: Vec<FileKey> = self.publisher.told().filter(|(folder, _)| *folder == key).collect();
        for message in told.into_iter().filter_map(|file| self.publisher.clear(file)) {
            self.outbox.publish(message);
        }
    }

    /// Tells the client what one file's findings are now, unless it knows.
    fn publish(&mut self, file: FileKey) {
        let Some(view) = self.view(file.0) else { return };
        let workspace = &view.folder.workspace;
        let path = workspace.path(file.1);
        let document = view.document(path);
        let is_told = match self.mode() {
            None => false,
            Some(DiagnosticMode::OpenFilesOnly) => document.is_some(),
            Some(DiagnosticMode::Workspace) => true,
        };
        let found = match workspace.facts(file.1) {
            Some(_) if is_told && view.folder.ready => workspace.diagnostics(file.1),
            Some(_) if is_told && document.is_some() => workspace.local_diagnostics(file.1),
            Some(_) | None => Vec::new(),
        };
        let list = view.diagnostics(file.1, &found);
        let Some(uri) = view.uri(path) else { return };
        let version = document.map(|document| document.version);
        for message in self.publisher.tell(file, &uri, version, list) {
            self.outbox.publish(message);
        }
    }
}
