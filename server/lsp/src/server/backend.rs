//! The handlers: each puts its message on the inbox as its first act and does nothing else.
//!
//! The order of messages is kept because nothing is awaited before the event is sent: handlers that await first are run out of
//! order. A request is an event with a way to reply, so it queues behind the edits that came before it.

use crate::border::REQUEST_FAILED;
use crate::client::outbox::Outbox;
use crate::client::session::Session;
use crate::engine::{Engine, Event};
use crate::features::{
    actions, commands, completion, definition, files, folding, hover, lenses, links, references, symbols, tokens,
};
use crate::inbox::lookup::LookupError;
use crate::inbox::request::{Needs, Request};
use crate::lifecycle::{Lifecycle, spawn};
use crate::server::capabilities;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::{
    CodeAction, CodeActionParams, CodeActionResponse, CodeLens, CodeLensParams, CompletionItem, CompletionParams,
    CompletionResponse, CreateFilesParams, DeleteFilesParams, DidChangeConfigurationParams,
    DidChangeNotebookDocumentParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidChangeWorkspaceFoldersParams, DidCloseNotebookDocumentParams, DidCloseTextDocumentParams,
    DidOpenNotebookDocumentParams, DidOpenTextDocumentParams, DidSaveNotebookDocumentParams, DidSaveTextDocumentParams,
    DocumentDiagnosticParams, DocumentDiagnosticReportResult, DocumentLink, DocumentLinkParams, DocumentSymbolParams,
    DocumentSymbolResponse, ExecuteCommandParams, FileChangeType, FoldingRange, FoldingRangeParams,
    GotoDefinitionParams, GotoDefinitionResponse, Hover, HoverParams, InitializeParams, InitializeResult,
    InitializedParams, InlayHint, InlayHintParams, LSPAny, Location, ReferenceParams, RenameFilesParams,
    SemanticTokensParams, SemanticTokensResult, Uri, WorkDoneProgressCancelParams, WorkspaceDiagnosticParams,
    WorkspaceDiagnosticReportResult, WorkspaceEdit, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};
use tower_lsp::{Client, LanguageServer};

/// The library's view of the server.
#[derive(Debug)]
pub struct Backend {
    inbox: Sender<Event>,
    outbox: Outbox,
    lifecycle: Arc<Lifecycle>,
}

impl Backend {
    /// Starts the engine, which will send `client` what it finds.
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

    /// The user stops what is shown as progress. Nothing waits for it, so it need not keep its place among the edits.
    #[allow(clippy::needless_pass_by_value)] // the library hands it over
    pub fn stop(&self, params: WorkDoneProgressCancelParams) -> std::future::Ready<()> {
        self.outbox.stop(&params.token);
        std::future::ready(())
    }

    /// Puts a request on the inbox, and waits for its answer.
    async fn request<T: Send + 'static>(
        &self,
        about: Option<&Uri>,
        needs: Needs,
        work: impl FnOnce(&mut Engine) -> T + Send + 'static,
    ) -> Result<T> {
        let (request, answer) = Request::new(about.cloned(), needs, work);
        self.send(Event::Request(request));
        answer.await.map_err(|_| Error::internal_error())
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

    async fn notebook_did_open(&self, params: DidOpenNotebookDocumentParams) {
        self.send(Event::NotebookOpened(Box::new(params)));
    }

    async fn notebook_did_change(&self, params: DidChangeNotebookDocumentParams) {
        self.send(Event::NotebookChanged(Box::new(params)));
    }

    async fn notebook_did_save(&self, params: DidSaveNotebookDocumentParams) {
        self.send(Event::Saved(params.notebook_document.uri));
    }

    async fn notebook_did_close(&self, params: DidCloseNotebookDocumentParams) {
        self.send(Event::Closed(params.notebook_document.uri));
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.send(Event::Watched(params.changes));
    }

    async fn did_create_files(&self, params: CreateFilesParams) {
        let uris = params.files.iter().map(|file| &file.uri);
        self.send(Event::Watched(files::events(uris, FileChangeType::CREATED)));
    }

    async fn did_rename_files(&self, params: RenameFilesParams) {
        let (old, new) = (params.files.iter().map(|file| &file.old_uri), params.files.iter().map(|file| &file.new_uri));
        self.send(Event::Gone(files::uris(old.clone())));
        let mut events = files::events(old, FileChangeType::DELETED);
        events.extend(files::events(new, FileChangeType::CREATED));
        self.send(Event::Watched(events));
    }

    async fn did_delete_files(&self, params: DeleteFilesParams) {
        let uris = params.files.iter().map(|file| &file.uri);
        self.send(Event::Gone(files::uris(uris.clone())));
        self.send(Event::Watched(files::events(uris, FileChangeType::DELETED)));
    }

    async fn will_rename_files(&self, params: RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
        self.request(None, Needs::Folder, move |engine| files::will_rename(engine, &params)).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        let (about, needs) = commands::needs(&params);
        self.request(about.as_ref(), needs, move |engine| commands::execute(engine, &params)).await?
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
        let failed = |error: LookupError| Error {
            code: ErrorCode::ServerError(REQUEST_FAILED),
            message: error.to_string().into(),
            data: None,
        };
        answer.await.map_err(|_| Error::internal_error())?.map_err(failed)
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let uri = params.text_document.uri.clone();
        self.request(Some(&uri), Needs::Folder, move |engine| Some(actions::answer(engine, &params))).await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let uri = params.text_document_position_params.text_document.uri.clone();
        self.request(Some(&uri), Needs::Folder, move |engine| hover::answer(engine, &params)).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        let uri = params.text_document_position_params.text_document.uri.clone();
        self.request(Some(&uri), Needs::Folder, move |engine| definition::answer(engine, &params)).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        let uri = params.text_document_position.text_document.uri.clone();
        self.request(Some(&uri), Needs::Folder, move |engine| references::answer(engine, &params)).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        let uri = params.text_document.uri.clone();
        self.request(Some(&uri), Needs::Text, move |engine| symbols::document(engine, &params)).await
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
        self.request(None, Needs::Folder, move |engine| Some(symbols::workspace(engine, &params))).await
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        let uri = params.text_document.uri.clone();
        self.request(Some(&uri), Needs::Folder, move |engine| engine.pull(&params).into()).await
    }

    async fn workspace_diagnostic(&self, params: WorkspaceDiagnosticParams) -> Result<WorkspaceDiagnosticReportResult> {
        let (reply, answer) = oneshot::channel();
        self.send(Event::WorkspaceDiagnostic(Box::new(params), reply));
        answer.await.map(Into::into).map_err(|_| Error::internal_error())
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        let uri = params.text_document_position.text_document.uri.clone();
        self.request(Some(&uri), Needs::Folder, move |engine| completion::answer(engine, &params)).await
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        self.request(None, Needs::Text, move |engine| completion::resolve(engine, item)).await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        let uri = params.text_document.uri.clone();
        self.request(Some(&uri), Needs::Folder, move |engine| lenses::lenses(engine, &params)).await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        let uri = params.text_document.uri.clone();
        self.request(Some(&uri), Needs::Folder, move |engine| lenses::hints(engine, &params)).await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        let uri = params.text_document.uri.clone();
        self.request(Some(&uri), Needs::Folder, move |engine| links::answer(engine, &params)).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        let uri = params.text_document.uri.clone();
        self.request(Some(&uri), Needs::Text, move |engine| folding::answer(engine, &params)).await
    }

    async fn semantic_tokens_full(&self, params: SemanticTokensParams) -> Result<Option<SemanticTokensResult>> {
        let uri = params.text_document.uri.clone();
        self.request(Some(&uri), Needs::Text, move |engine| tokens::answer(engine, &params)).await
    }
}
