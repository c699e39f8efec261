//! The handlers: each puts its message on the inbox as its first act and does nothing else.
//!
//! The order of messages is kept because nothing is awaited before the event is sent: handlers that await first are run out of
//! order. A request is an event with a way to reply, so it queues behind the edits that came before it.

use crate::capabilities::{self, Session};
use crate::engine::Engine;
use crate::event::Event;
use crate::lifecycle::{Lifecycle, spawn};
use crate::outbox::Outbox;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::{
    CodeAction, CodeActionParams, CodeActionResponse, DidChangeConfigurationParams, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, InitializeParams, InitializeResult, InitializedParams,
};
use tower_lsp::{Client, LanguageServer};

/// The protocol's code for a request that was right and could not be answered.
const REQUEST_FAILED: i64 = -32803;

/// The library's view of the server.
#[derive(Debug)]
pub struct Backend {
    inbox: Sender<Event>,
    outbox: Outbox,
    lifecycle: Arc<Lifecycle>,
}

impl Backend {
    /// Starts the engine, which will tell `client` what it finds.
    pub fn new(client: Client, runtime: Handle, lifecycle: Arc<Lifecycle>) -> Self {
        let (inbox, events) = mpsc::channel();
        let outbox = Outbox::start(client, runtime);
        let engine = Engine::new(inbox.clone(), outbox.clone());
        spawn("engine", move || engine.run(&events));
        Self { inbox, outbox, lifecycle }
    }

    /// Where messages for the client go.
    pub fn outbox(&self) -> Outbox {
        self.outbox.clone()
    }

    /// The answer to what was no message.
    pub fn unreadable(_: &Self) -> std::future::Ready<Result<()>> {
        std::future::ready(Err(Error::parse_error()))
    }

    fn send(&self, event: Event) {
        // the engine ends only with the process, so a failure to send has nobody left to hear of it
        let _ = self.inbox.send(event);
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let session = Session::of(&params);
        let result = capabilities::answer(&session);
        self.send(Event::Initialize(Box::new(session)));
        if let Some(parent) = params.process_id {
            self.lifecycle.watch_parent(parent);
        }
        Ok(result)
    }

    async fn initialized(&self, _: InitializedParams) {
        self.send(Event::Initialized);
    }

    async fn shutdown(&self) -> Result<()> {
        self.lifecycle.shut_down();
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.send(Event::Opened(Box::new(params.text_document)));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.send(Event::Changed(Box::new(params)));
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.send(Event::Saved(params.text_document.uri));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.send(Event::Closed(params.text_document.uri));
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.send(Event::Watched(params.changes));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.send(Event::Folders(Box::new(params.event)));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.send(Event::PushedSettings(params.settings));
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        let (reply, answer) = oneshot::channel();
        self.send(Event::Resolve(Box::new(action), reply));
        let failed =
            |reason: String| Error { code: ErrorCode::ServerError(REQUEST_FAILED), message: reason.into(), data: None };
        answer.await.map_err(|_| Error::internal_error())?.map_err(failed)
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let (reply, answer) = oneshot::channel();
        self.send(Event::CodeAction(Box::new(params), reply));
        answer.await.map(Some).map_err(|_| Error::internal_error())
    }
}
