//! What the client requests of findings, and what it was last given.

use crate::keys::FileKey;
use rustc_hash::FxHashMap;
use tokio::sync::oneshot;
use tower_lsp::ls_types::{Uri, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport};

/// In how many answers for the workspace a document is listed that was closed. A client requests it a last time by itself, drops
/// what the workspace's answer lists until it has that one, and notes it as known all the same.
const LISTED_AFTER_CLOSE: u8 = 2;

/// The way back to who requested the workspace's findings.
pub type WorkspaceReply = oneshot::Sender<WorkspaceDiagnosticReport>;

/// What the client has requested so far.
#[derive(Debug, Default)]
pub struct Pulls {
    /// Whether it pulls the findings of the whole workspace: then nothing at all is pushed.
    pub whole_workspace: bool,
    /// The version of each document that its last answer was made from.
    pub answered: FxHashMap<FileKey, Option<i32>>,
    /// Whether a list has changed that the client does not pull by itself.
    pub refresh: bool,
    /// Whether there is something that a waiting request may want to know.
    pub news: bool,
    /// The result that the client was last given of each document that it pulled by itself.
    pub given: FxHashMap<Uri, String>,
    /// Documents that were closed of late, and in how many more answers they are listed whatever the client holds.
    closed: FxHashMap<Uri, u8>,
    /// Requests for the whole workspace. They wait until something differs from what the client holds.
    pub waiting: Vec<(WorkspaceDiagnosticParams, WorkspaceReply)>,
}

impl Pulls {
    /// Notes that the list of a file is another one. Of a document that was edited since, the client will pull by itself.
    pub fn changed(&mut self, file: FileKey, version: Option<i32>) {
        self.refresh |= self.answered.get(&file).is_some_and(|answered| *answered == version);
        self.news = true;
    }

    /// Notes that a document is closed: from here on its findings are the workspace's.
    pub fn closed(&mut self, uri: &Uri) {
        self.given.remove(uri);
        if self.whole_workspace {
            self.closed.insert(uri.clone(), LISTED_AFTER_CLOSE);
            self.news = true;
        }
    }

    /// Whether a document was closed of late: it is in the next answer whatever the client holds.
    pub fn is_closed_of_late(&self, uri: &Uri) -> bool {
        self.closed.contains_key(uri)
    }

    /// The documents that were closed of late.
    pub fn closed_of_late(&self) -> impl Iterator<Item = &Uri> {
        self.closed.keys()
    }

    /// An answer for the workspace has reached the client.
    pub fn answered_workspace(&mut self) {
        self.closed.retain(|_, left| {
            *left -= 1;
            *left > 0
        });
    }
}
