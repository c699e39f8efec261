//! What the engine hears of: every message of the client and every result of the disk, in the order in which they came.

use crate::capabilities::Session;
use crate::engine::WorkspaceReply;
use crate::folders::FolderKey;
use crate::index::Asked;
use crate::loading::Batch;
use crate::request::Request;
use serde_json::Value;
use std::path::PathBuf;
use tokio::sync::oneshot;
use tower_lsp::ls_types::{
    CodeAction, CodeActionOrCommand, CodeActionParams, DidChangeNotebookDocumentParams, DidChangeTextDocumentParams,
    DidOpenNotebookDocumentParams, FileEvent, TextDocumentItem, Uri, WorkspaceDiagnosticParams,
    WorkspaceFoldersChangeEvent,
};

/// The client's settings, as it was asked for them.
#[derive(Debug)]
pub struct Answers {
    /// The number of the question.
    pub question: u64,
    /// Those of each folder that was asked for, and under `None` those for all others; `None` where no answer came in time.
    pub values: Option<Vec<(Option<PathBuf>, Value)>>,
}

/// One thing that has happened.
#[derive(Debug)]
pub enum Event {
    /// The client has said who it is.
    Initialize(Box<Session>),
    /// The client is ready to be talked to.
    Initialized,
    /// A document is open in the editor from now on.
    Opened(Box<TextDocumentItem>),
    /// Its text has changed.
    Changed(Box<DidChangeTextDocumentParams>),
    /// It was written to disk.
    Saved(Uri),
    /// It is no longer open.
    Closed(Uri),
    /// A notebook is open in the editor from now on.
    NotebookOpened(Box<DidOpenNotebookDocumentParams>),
    /// Its cells have changed.
    NotebookChanged(Box<DidChangeNotebookDocumentParams>),
    /// The client's watcher saw these files change.
    Watched(Vec<FileEvent>),
    /// Files or folders were renamed or deleted in the editor: their old names.
    Gone(Vec<Uri>),
    /// Workspace folders came or went.
    Folders(Box<WorkspaceFoldersChangeEvent>),
    /// The client sent its settings unasked; they may be null.
    PushedSettings(Value),
    /// The client's answer to being asked for its settings.
    PulledSettings(Answers),
    /// What can be done about the findings of a range?
    CodeAction(Box<CodeActionParams>, oneshot::Sender<Vec<CodeActionOrCommand>>),
    /// What is found in the whole workspace? It is answered when something differs from what the client holds.
    WorkspaceDiagnostic(Box<WorkspaceDiagnosticParams>, WorkspaceReply),
    /// Any other question.
    Request(Request),
    /// What is the edit of an action that was offered without one?
    Resolve(Box<CodeAction>, oneshot::Sender<Result<CodeAction, String>>),
    /// The package index has answered.
    Asked(Box<Asked>),
    /// A job of a folder is done.
    Loaded(FolderKey, Box<Batch>),
}
