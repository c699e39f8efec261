//! What the engine hears of: every message of the client and every result of the disk, in the order in which they came.

use crate::client::outbox::ByFolder;
use crate::client::session::Session;
use crate::inbox::installed::Installed;
use crate::inbox::lookup::{LookedUp, Reply};
use crate::inbox::released::Released;
use crate::inbox::request::Request;
use crate::keys::FolderKey;
use crate::state::jobs::Batch;
use crate::state::pulls::WorkspaceReply;
use serde_json::Value;
use tower_lsp::ls_types::{
    CodeAction, DidChangeNotebookDocumentParams, DidChangeTextDocumentParams, DidOpenNotebookDocumentParams, FileEvent,
    TextDocumentItem, Uri, WorkspaceDiagnosticParams, WorkspaceFoldersChangeEvent,
};

/// The client's settings, as they were requested.
#[derive(Debug)]
pub struct PulledSettings {
    /// The number of the request.
    pub number: u64,
    /// The settings; `None` where no answer came in time.
    pub values: Option<ByFolder>,
}

/// One thing that has happened. `E` is who answers requests: the engine.
#[derive(Debug)]
pub enum Event<E> {
    /// The client has declared what it can do.
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
    /// The client sent its settings of its own accord; they may be null.
    PushedSettings(Value),
    /// The client's answer to a request for its settings.
    PulledSettings(PulledSettings),
    /// What is found in the whole workspace? It is answered when something differs from what the client holds.
    WorkspaceDiagnostic(Box<WorkspaceDiagnosticParams>, WorkspaceReply),
    /// Any other request.
    Request(Request<E>),
    /// What is the edit of an action that was offered without one?
    Resolve(Box<CodeAction>, Reply),
    /// The package index has answered.
    LookedUp(Box<LookedUp>),
    /// What the package index has of a requirement.
    Released(Box<Released>),
    /// An installation that the user chose has ended.
    Installed(Box<Installed>),
    /// A job of a folder is done.
    Loaded(FolderKey, Box<Batch>),
}
