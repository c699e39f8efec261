//! How the server is, for the editor's status bar: `pinlens/status`.

use super::Engine;
use crate::loading::Show;
use pinlens_analysis::features::card::counted;
use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::WorkspaceEdit;
use tower_lsp::ls_types::notification::Notification;

/// The notification. It is sent to clients that have `experimental.serverStatusNotification`, at each change.
#[derive(Debug)]
pub enum StatusNotification {}

impl Notification for StatusNotification {
    type Params = Status;
    const METHOD: &'static str = "pinlens/status";
}

/// How the server is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Whether findings are complete.
    pub state: State,
    /// The same in words, with what was read and which environment is looked at.
    pub message: String,
}

/// Whether findings are complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// A folder has not been read whole.
    Loading,
    /// Every folder has.
    Ready,
    /// The user stopped the reading of a folder.
    Stopped,
}

impl Engine {
    /// How the server is now. Counts the files: not for every keystroke.
    pub(crate) fn status(&self) -> Status {
        if self.folders.iter().any(|folder| folder.stopped) {
            let message = "the workspace was not read whole; reload or restart the server to read it".to_owned();
            return Status { state: State::Stopped, message };
        }
        if !self.started || self.folders.iter().any(|folder| !folder.ready) {
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

    /// Tells the client how the server is, if that has changed.
    pub(super) fn tell_status(&mut self) {
        let is_wanted = self.session.as_ref().is_some_and(|session| session.status);
        if !is_wanted || !std::mem::take(&mut self.status_due) {
            return;
        }
        let status = self.status();
        if self.told_status.as_ref() != Some(&status) {
            self.told_status = Some(status.clone());
            self.outbox.status(status);
        }
    }

    /// Reads every folder again.
    pub(crate) fn reload(&mut self) {
        if self.started {
            for key in self.folders.iter().map(|folder| folder.key).collect::<Vec<_>>() {
                self.walk(key, Show::Progress);
            }
            // what was stopped is being read after all: whoever asks from here on waits for it
            self.folders.iter_mut().for_each(|folder| folder.stopped = false);
            self.status_due = true;
        }
    }

    /// Has the client apply an edit.
    pub(crate) fn apply_edit(&self, edit: WorkspaceEdit) {
        self.outbox.apply(edit);
    }
}
