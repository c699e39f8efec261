//! What the client can do, resolved once, and what this server offers it.

use crate::features::commands::COMMANDS;
use crate::features::completion::TRIGGERS;
use crate::features::files;
use crate::features::lenses::{SHOW_REFERENCES, SHOW_START_UP};
use crate::features::tokens::legend;
use crate::from_proto;
use pinlens_facts::words::text::Encoding;
use serde_json::Value;
use std::path::PathBuf;
use tower_lsp::ls_types::{
    ClientCapabilities, CodeActionClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionProviderCapability,
    CodeLensOptions, CompletionOptions, DiagnosticOptions, DiagnosticServerCapabilities, DiagnosticTag,
    DocumentLinkOptions, ExecuteCommandOptions, FoldingRangeProviderCapability, HoverProviderCapability,
    InitializeParams, InitializeResult, MarkupKind, Notebook, NotebookCellSelector, NotebookDocumentSyncOptions,
    NotebookSelector, OneOf, PositionEncodingKind, ResourceOperationKind, SaveOptions, SemanticTokensFullOptions,
    SemanticTokensOptions, SemanticTokensServerCapabilities, ServerCapabilities, ServerInfo,
    TextDocumentClientCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, Uri, WorkDoneProgressOptions, WorkspaceClientCapabilities,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};

/// The kind of the action that applies every safe fix of a file.
pub const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.pinlens");

/// All that `initialize` said, in the terms of this server.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is one capability of the protocol, which has them as booleans
pub struct Session {
    /// The unit of columns.
    pub encoding: Encoding,
    /// Findings may name other places.
    pub related: bool,
    /// Findings may say that a text is of no use.
    pub tags: bool,
    /// Findings may carry data.
    pub data: bool,
    /// Where the pages of the codes are, a URI without a slash at its end, for a client that links to them: no address is known
    /// here, so the client says it (`docs` in its `initializationOptions`).
    pub docs: Option<String>,
    /// Edits may carry versions.
    pub document_changes: bool,
    /// Edits may create files.
    pub create_files: bool,
    /// Code actions may be more than commands.
    pub code_actions: bool,
    /// Code actions may be shown disabled, with the reason.
    pub disabled_actions: bool,
    /// The edit of a code action may be asked for when it is taken.
    pub resolves_edits: bool,
    /// Settings may be asked for.
    pub configuration: bool,
    /// The server may ask to be told of changed settings.
    pub register_configuration: bool,
    /// The server may ask to be told of changed files.
    pub register_watchers: bool,
    /// Progress may be shown.
    pub progress: bool,
    /// Hovers may be Markdown.
    pub markdown: bool,
    /// Definitions may say of which bytes they are.
    pub definition_links: bool,
    /// Outlines may tell the bytes of a name beside those of the whole.
    pub symbol_trees: bool,
    /// It wants to know how the server is.
    pub status: bool,
    /// It tells of notebooks by their cells.
    pub notebooks: bool,
    /// It asks for the findings of documents, and can be told to ask again.
    pub pull: bool,
    /// It can be told to ask for code lenses again.
    pub lens_refresh: bool,
    /// The same for inlay hints.
    pub hint_refresh: bool,
    /// It has the command that shows references.
    pub shows_references: bool,
    /// It has the command that shows what a file loads as it is started.
    pub shows_start_up: bool,
    /// The workspace folders, each with the client's spelling of it.
    pub folders: Vec<(Uri, PathBuf)>,
    /// The settings that came with `initialize`; null where there were none.
    pub options: Value,
}

impl Session {
    /// Reads what the client said.
    pub fn of(params: &InitializeParams) -> Self {
        let client = &params.capabilities;
        let document = client.text_document.clone().unwrap_or_default();
        let workspace = client.workspace.clone().unwrap_or_default();
        let edits = workspace.workspace_edit.clone().unwrap_or_default();
        let published = document.publish_diagnostics.clone().unwrap_or_default();
        // Neovim 0.11 asks for the findings of a document when it is edited, and cannot be told that another file's edit changed them
        Self {
            encoding: encoding(client),
            related: published.related_information.unwrap_or_default(),
            tags: published.tag_support.is_some_and(|tags| tags.value_set.contains(&DiagnosticTag::UNNECESSARY)),
            data: published.data_support.unwrap_or_default(),
            docs: published.code_description_support.and_then(|links| links.then(|| docs(params)).flatten()),
            document_changes: edits.document_changes.unwrap_or_default(),
            create_files: edits.resource_operations.is_some_and(|kinds| kinds.contains(&ResourceOperationKind::Create)),
            code_actions: has_code_actions(&document),
            disabled_actions: document
                .code_action
                .as_ref()
                .and_then(|actions| actions.disabled_support)
                .unwrap_or_default(),
            resolves_edits: document.code_action.as_ref().is_some_and(resolves_edits),
            configuration: workspace.configuration.unwrap_or_default(),
            register_configuration: registers_configuration(&workspace),
            register_watchers: registers_watchers(&workspace),
            progress: client.window.as_ref().and_then(|window| window.work_done_progress).unwrap_or_default(),
            markdown: has_markdown(&document),
            definition_links: document.definition.and_then(|links| links.link_support).unwrap_or_default(),
            symbol_trees: has_symbol_trees(&document),
            status: wants_status(client),
            notebooks: client.notebook_document.is_some(),
            pull: document.diagnostic.is_some() && can_ask_again(&workspace),
            lens_refresh: workspace.code_lens.and_then(|lens| lens.refresh_support).unwrap_or_default(),
            hint_refresh: workspace.inlay_hint.and_then(|hint| hint.refresh_support).unwrap_or_default(),
            shows_references: has_command(client, SHOW_REFERENCES),
            shows_start_up: has_command(client, SHOW_START_UP),
            folders: folders(params),
            options: params.initialization_options.clone().unwrap_or_default(),
        }
    }
}

/// The base of the pages that the client has.
fn docs(params: &InitializeParams) -> Option<String> {
    let base = params.initialization_options.as_ref()?.get("docs")?.as_str()?.trim_end_matches('/');
    base.parse::<Uri>().is_ok().then(|| base.to_owned())
}

/// The first of the client's encodings that is known here, in its own order; UTF-16 where it names none.
fn encoding(client: &ClientCapabilities) -> Encoding {
    let offered = client.general.as_ref().and_then(|general| general.position_encodings.as_deref()).unwrap_or_default();
    let known = |kind: &PositionEncodingKind| match kind.as_str() {
        "utf-8" => Some(Encoding::Utf8),
        "utf-16" => Some(Encoding::Utf16),
        "utf-32" => Some(Encoding::Utf32),
        _ => None,
    };
    offered.iter().find_map(known).unwrap_or(Encoding::Utf16)
}

fn has_code_actions(document: &TextDocumentClientCapabilities) -> bool {
    document.code_action.as_ref().is_some_and(|actions| actions.code_action_literal_support.is_some())
}

/// Whether the client has a command for lenses, as it says in the way of rust-analyzer's clients.
fn has_command(client: &ClientCapabilities, command: &str) -> bool {
    let commands = client.experimental.as_ref().map(|experimental| &experimental["commands"]["commands"]);
    commands.and_then(Value::as_array).is_some_and(|commands| commands.iter().any(|known| known == command))
}

/// Whether the client shows how the server is, as it says in the way of rust-analyzer's clients.
fn wants_status(client: &ClientCapabilities) -> bool {
    let experimental = client.experimental.as_ref();
    experimental.is_some_and(|experimental| experimental["serverStatusNotification"] == Value::Bool(true))
}

/// Without that, what a change of one file does to another's findings would be seen late or never: such a client is told.
fn can_ask_again(workspace: &WorkspaceClientCapabilities) -> bool {
    workspace.diagnostics.as_ref().and_then(|pull| pull.refresh_support).unwrap_or_default()
}

fn has_markdown(document: &TextDocumentClientCapabilities) -> bool {
    let formats = document.hover.as_ref().and_then(|hover| hover.content_format.as_deref());
    formats.is_some_and(|formats| formats.contains(&MarkupKind::Markdown))
}

fn has_symbol_trees(document: &TextDocumentClientCapabilities) -> bool {
    let symbols = document.document_symbol.as_ref();
    symbols.and_then(|symbols| symbols.hierarchical_document_symbol_support).unwrap_or_default()
}

/// Whether an action may come without its edit and with data that tells how to make it.
fn resolves_edits(actions: &CodeActionClientCapabilities) -> bool {
    let resolved = actions.resolve_support.as_ref().map_or(&[][..], |support| &support.properties);
    actions.data_support.unwrap_or_default() && resolved.iter().any(|property| property == "edit")
}

fn registers_configuration(workspace: &WorkspaceClientCapabilities) -> bool {
    workspace.did_change_configuration.and_then(|changes| changes.dynamic_registration).unwrap_or_default()
}

fn registers_watchers(workspace: &WorkspaceClientCapabilities) -> bool {
    workspace.did_change_watched_files.and_then(|watch| watch.dynamic_registration).unwrap_or_default()
}

/// The workspace folders; from a client of before there were several, its one root.
#[allow(deprecated)] // old clients send nothing else
fn folders(params: &InitializeParams) -> Vec<(Uri, PathBuf)> {
    let named = |uri: &Uri| Some((uri.clone(), from_proto::path(uri)?));
    match (&params.workspace_folders, &params.root_uri, &params.root_path) {
        (Some(folders), _, _) => folders.iter().filter_map(|folder| named(&folder.uri)).collect(),
        (None, Some(root), _) => named(root).into_iter().collect(),
        (None, None, Some(root)) => {
            Uri::from_file_path(root).map(|uri| (uri, PathBuf::from(root))).into_iter().collect()
        }
        (None, None, None) => Vec::new(),
    }
}

/// The answer to `initialize`.
pub fn answer(session: &Session) -> InitializeResult {
    let kinds = vec![CodeActionKind::QUICKFIX, CodeActionKind::REFACTOR, FIX_ALL];
    let capabilities = ServerCapabilities {
        position_encoding: Some(match session.encoding {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        })),
        notebook_document_sync: session.notebooks.then(|| {
            OneOf::Left(NotebookDocumentSyncOptions {
                notebook_selector: vec![NotebookSelector::ByNotebook {
                    notebook: Notebook::String("jupyter-notebook".to_owned()),
                    cells: Some(vec![NotebookCellSelector { language: "python".to_owned() }]),
                }],
                save: Some(true),
            })
        }),
        code_action_provider: session.code_actions.then(|| {
            CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(kinds),
                resolve_provider: session.resolves_edits.then_some(true),
                ..CodeActionOptions::default()
            })
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        completion_provider: Some(CompletionOptions {
            resolve_provider: Some(true),
            trigger_characters: Some(TRIGGERS.map(str::to_owned).into()),
            ..CompletionOptions::default()
        }),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        inlay_hint_provider: Some(OneOf::Left(true)),
        document_link_provider: Some(DocumentLinkOptions {
            resolve_provider: Some(false),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        }),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        semantic_tokens_provider: Some(SemanticTokensServerCapabilities::SemanticTokensOptions(
            SemanticTokensOptions {
                legend: legend(),
                full: Some(SemanticTokensFullOptions::Bool(true)),
                ..SemanticTokensOptions::default()
            },
        )),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: COMMANDS.map(str::to_owned).into(),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        }),
        diagnostic_provider: session.pull.then(|| {
            DiagnosticServerCapabilities::Options(DiagnosticOptions {
                identifier: Some("pinlens".to_owned()),
                inter_file_dependencies: true,
                workspace_diagnostics: true,
                work_done_progress_options: WorkDoneProgressOptions::default(),
            })
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: Some(files::operations()),
        }),
        ..ServerCapabilities::default()
    };
    let server_info = ServerInfo { name: "pinlens".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
    InitializeResult { capabilities, server_info: Some(server_info), ..InitializeResult::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn session(value: Value) -> Session {
        Session::of(&serde_json::from_value(value).expect("parameters"))
    }

    #[test]
    fn the_client_orders_the_encodings() {
        let of = |list: Value| session(json!({"capabilities": {"general": {"positionEncodings": list}}})).encoding;
        assert_eq!(of(json!(["utf-8", "utf-16"])), Encoding::Utf8);
        assert_eq!(of(json!(["utf-7", "utf-32"])), Encoding::Utf32);
        assert_eq!(of(json!([])), Encoding::Utf16);
        assert_eq!(session(json!({"capabilities": {}})).encoding, Encoding::Utf16);
    }

    #[test]
    fn codes_are_linked_where_the_client_has_pages_and_links() {
        let of = |links: bool, docs: Value| {
            let client = json!({"textDocument": {"publishDiagnostics": {"codeDescriptionSupport": links}}});
            session(json!({"capabilities": client, "initializationOptions": {"docs": docs}})).docs
        };
        assert_eq!(of(true, json!("file:///pages/")).as_deref(), Some("file:///pages"));
        assert_eq!(of(false, json!("file:///pages")), None);
        assert_eq!(of(true, json!("no pages")), None);
        assert_eq!(of(true, json!(1)), None);
    }

    #[test]
    fn folders_come_first_and_an_old_root_is_taken_where_there_are_none() {
        let both = json!({"capabilities": {}, "rootUri": "file:///old", "workspaceFolders": [{"uri": "file:///new%20er", "name": "n"}]});
        assert_eq!(session(both).folders[0].1, PathBuf::from("/new er"));
        assert_eq!(session(json!({"capabilities": {}, "rootUri": "file:///old"})).folders[0].1, PathBuf::from("/old"));
        assert_eq!(session(json!({"capabilities": {}, "rootPath": "/older"})).folders[0].1, PathBuf::from("/older"));
        assert!(session(json!({"capabilities": {}, "workspaceFolders": []})).folders.is_empty());
    }
}
