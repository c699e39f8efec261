//! How the server is now, and what the status bar does about it.

use super::Engine;
use crate::client::status::{State, Status};
use crate::state::jobs::Show;
use pinlens_analysis::features::card::counted;
use tower_lsp::ls_types::WorkspaceEdit;

impl Engine {
    /// How the server is now. Counts the files: not for every keystroke.
    pub(crate) fn status(&self) -> Status {
        if self.folders.iter().any(|folder| folder.reading.is_stopped()) {
            let message = "the workspace was not read whole; reload or restart the server to read it".to_owned();
            return Status { state: State::Stopped, message };
        }
        if !self.folders.is_started() || self.folders.iter().any(|folder| !folder.reading.is_ready()) {
            return Status { state: State::Loading, message: "reading the workspace".to_owned() };
        }
        let (mut files, mut requirements, mut environments) = (0, 0, Vec::new());
        for folder in self.folders.iter() {
            let counts = folder.workspace.counts();
            files += counts.files;
            requirements += counts.requirements;
            let environment = folder.workspace.environment_in_words();
            environments
                .extend(environment.filter(|words| !environments.contains(words)).into_iter().collect::<Vec<_>>());
        }
        let read = format!("{}, {}", counted(files, "file"), counted(requirements, "requirement"));
        let environment = if environments.is_empty() { "no environment".to_owned() } else { environments.join(", ") };
        let message = format!("{read}, {environment}");
        Status { state: State::Ready, message }
    }

    /// Sends the client how the server is, if that has changed.
    pub(super) fn send_status(&mut self) {
        let is_wanted = self.session.as_ref().is_some_and(|session| session.status);
        if !is_wanted || !self.status_line.take_due() {
            return;
        }
        let status = self.status();
        if self.status_line.show(&status) {
            self.outbox.status(status);
        }
    }

    /// Reads every folder again.
    pub(crate) fn reload(&mut self) {
        if self.folders.is_started() {
            for key in self.folders.iter().map(|folder| folder.key).collect::<Vec<_>>() {
                self.walk(key, Show::Progress);
            }
            // what was stopped is being read after all: requests wait for it from here on
            self.folders.iter_mut().for_each(|folder| folder.reading.resume());
            self.status_line.look_again();
        }
    }

    /// Has the client apply an edit.
    pub(crate) fn apply_edit(&self, edit: WorkspaceEdit) {
        self.outbox.apply(edit);
    }
}
