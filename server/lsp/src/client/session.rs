//! What the client can do, resolved once.

use crate::border;
use pinlens_facts::words::text::Encoding;
use serde_json::Value;
use std::path::PathBuf;
use tower_lsp::ls_types::{
    ClientCapabilities, CodeActionClientCapabilities, DiagnosticTag, InitializeParams, MarkupKind,
    PositionEncodingKind, ResourceOperationKind, TextDocumentClientCapabilities, Uri, WorkspaceClientCapabilities,
};

/// The command of the client that shows the references of a place: its arguments are the document and the position. A client
/// that has it lists it in its experimental capabilities (`commands.commands`).
pub const SHOW_REFERENCES: &str = "pinlens.showReferences";

/// The command of the client that shows what a file loads as it is started: its argument is the document.
pub const SHOW_START_UP: &str = "pinlens.showStartupChain";

/// All that `initialize` declares, in the terms of this server.
#[derive(Clone, Debug)]
pub struct Session {
    /// The unit of columns.
    pub encoding: Encoding,
    /// What findings may carry, and how they reach the client.
    pub findings: Findings,
    /// What edits may be.
    pub edits: Edits,
    /// What code actions may be.
    pub actions: Actions,
    /// What the server may register for.
    pub registers: Registers,
    /// How answers may be shaped.
    pub shapes: Shapes,
    /// What can be done with code lenses and inlay hints.
    pub lenses: Lenses,
    /// The client lets the server look up settings.
    pub configuration: bool,
    /// Progress may be shown.
    pub progress: bool,
    /// It shows how the server is.
    pub status: bool,
    /// The workspace folders, each with the client's spelling of it.
    pub folders: Vec<(Uri, PathBuf)>,
    /// The settings that came with `initialize`; null where there were none.
    pub options: Value,
}

/// What findings may carry, and how they reach the client.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is one capability of the protocol, which has them as booleans
pub struct Findings {
    /// They may have related locations.
    pub related: bool,
    /// They may mark a text as unnecessary.
    pub tags: bool,
    /// They may carry data.
    pub data: bool,
    /// Where the pages of the codes are, a URI without a slash at its end, for a client that links to them: no address is known
    /// here, so the client gives it (`docs` in its `initializationOptions`).
    pub docs: Option<String>,
    /// The client requests the findings of documents, and can be made to request them again.
    pub pull: bool,
}

/// What edits may be.
#[derive(Clone, Debug)]
pub struct Edits {
    /// They may carry versions.
    pub versions: bool,
    /// They may create files.
    pub create_files: bool,
}

/// What code actions may be.
#[derive(Clone, Debug)]
pub struct Actions {
    /// They may be more than commands.
    pub literals: bool,
    /// They may be shown disabled, with the reason.
    pub disabled: bool,
    /// They may come without their edit, which is requested when one is chosen.
    pub resolved: bool,
    /// They may install packages, where a person chooses that: the client does not say that the workspace is not trusted (`trusted` in
    /// its `initializationOptions`).
    pub installs: bool,
}

/// What the server may register for.
#[derive(Clone, Debug)]
pub struct Registers {
    /// Changed settings.
    pub configuration: bool,
    /// Changed files.
    pub watchers: bool,
}

/// How answers may be shaped.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is one capability of the protocol, which has them as booleans
pub struct Shapes {
    /// Hovers may be Markdown.
    pub markdown: bool,
    /// Definitions may give the range that they are of.
    pub definition_links: bool,
    /// Outlines may give the range of a name next to that of the whole.
    pub symbol_trees: bool,
    /// Notebooks come as cells.
    pub notebooks: bool,
}

/// What can be done with code lenses and inlay hints.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is one capability of the protocol, which has them as booleans
pub struct Lenses {
    /// The client can be made to request code lenses again.
    pub refresh: bool,
    /// The same for inlay hints.
    pub refresh_hints: bool,
    /// It has the command [`SHOW_REFERENCES`].
    pub shows_references: bool,
    /// It has the command [`SHOW_START_UP`].
    pub shows_start_up: bool,
}

impl Session {
    /// Reads what the client declares.
    pub fn of(params: &InitializeParams) -> Self {
        let client = &params.capabilities;
        let document = client.text_document.clone().unwrap_or_default();
        let workspace = client.workspace.clone().unwrap_or_default();
        Self {
            encoding: encoding(client),
            findings: Findings::of(params, &document, &workspace),
            edits: Edits::of(&workspace),
            actions: Actions::of(params, &document),
            registers: Registers::of(&workspace),
            shapes: Shapes::of(client, &document),
            lenses: Lenses::of(client, &workspace),
            configuration: workspace.configuration.unwrap_or_default(),
            progress: client.window.as_ref().and_then(|window| window.work_done_progress).unwrap_or_default(),
            status: wants_status(client),
            folders: folders(params),
            options: params.initialization_options.clone().unwrap_or_default(),
        }
    }
}

impl Findings {
    fn of(
        params: &InitializeParams,
        document: &TextDocumentClientCapabilities,
        workspace: &WorkspaceClientCapabilities,
    ) -> Self {
        let published = document.publish_diagnostics.clone().unwrap_or_default();
        // Neovim 0.11 requests the findings of a document when it is edited, and cannot be made to do so when another file's edit
        // changed them: to such a client findings are sent
        let refreshes = workspace.diagnostics.as_ref().and_then(|pull| pull.refresh_support).unwrap_or_default();
        Self {
            related: published.related_information.unwrap_or_default(),
            tags: published.tag_support.is_some_and(|tags| tags.value_set.contains(&DiagnosticTag::UNNECESSARY)),
            data: published.data_support.unwrap_or_default(),
            docs: published.code_description_support.and_then(|links| links.then(|| docs(params)).flatten()),
            pull: document.diagnostic.is_some() && refreshes,
        }
    }
}

impl Edits {
    fn of(workspace: &WorkspaceClientCapabilities) -> Self {
        let edits = workspace.workspace_edit.clone().unwrap_or_default();
        Self {
            versions: edits.document_changes.unwrap_or_default(),
            create_files: edits.resource_operations.is_some_and(|kinds| kinds.contains(&ResourceOperationKind::Create)),
        }
    }
}

impl Actions {
    fn of(params: &InitializeParams, document: &TextDocumentClientCapabilities) -> Self {
        let actions = document.code_action.clone().unwrap_or_default();
        let trusted = params.initialization_options.as_ref().and_then(|options| options.get("trusted")?.as_bool());
        Self {
            literals: actions.code_action_literal_support.is_some(),
            disabled: actions.disabled_support.unwrap_or_default(),
            resolved: resolves_edits(&actions),
            installs: trusted.unwrap_or(true),
        }
    }
}

impl Registers {
    fn of(workspace: &WorkspaceClientCapabilities) -> Self {
        let configuration = workspace.did_change_configuration.and_then(|changes| changes.dynamic_registration);
        let watchers = workspace.did_change_watched_files.and_then(|watch| watch.dynamic_registration);
        Self { configuration: configuration.unwrap_or_default(), watchers: watchers.unwrap_or_default() }
    }
}

impl Shapes {
    fn of(client: &ClientCapabilities, document: &TextDocumentClientCapabilities) -> Self {
        let formats = document.hover.as_ref().and_then(|hover| hover.content_format.as_deref());
        let symbols = document.document_symbol.as_ref();
        Self {
            markdown: formats.is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
            definition_links: document.definition.and_then(|links| links.link_support).unwrap_or_default(),
            symbol_trees: symbols.and_then(|symbols| symbols.hierarchical_document_symbol_support).unwrap_or_default(),
            notebooks: client.notebook_document.is_some(),
        }
    }
}

impl Lenses {
    fn of(client: &ClientCapabilities, workspace: &WorkspaceClientCapabilities) -> Self {
        Self {
            refresh: workspace.code_lens.as_ref().and_then(|lens| lens.refresh_support).unwrap_or_default(),
            refresh_hints: workspace.inlay_hint.as_ref().and_then(|hint| hint.refresh_support).unwrap_or_default(),
            shows_references: has_command(client, SHOW_REFERENCES),
            shows_start_up: has_command(client, SHOW_START_UP),
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

/// Whether the client has a command for lenses, as it declares in the way of rust-analyzer's clients.
fn has_command(client: &ClientCapabilities, command: &str) -> bool {
    let commands = client.experimental.as_ref().map(|experimental| &experimental["commands"]["commands"]);
    commands.and_then(Value::as_array).is_some_and(|commands| commands.iter().any(|known| known == command))
}

/// Whether the client shows how the server is, as it declares in the way of rust-analyzer's clients.
fn wants_status(client: &ClientCapabilities) -> bool {
    let experimental = client.experimental.as_ref();
    experimental.is_some_and(|experimental| experimental["serverStatusNotification"] == Value::Bool(true))
}

/// Whether an action may come without its edit and with data to make it from.
fn resolves_edits(actions: &CodeActionClientCapabilities) -> bool {
    let resolved = actions.resolve_support.as_ref().map_or(&[][..], |support| &support.properties);
    actions.data_support.unwrap_or_default() && resolved.iter().any(|property| property == "edit")
}

/// The workspace folders; from a client of before there were several, its one root.
#[allow(deprecated)] // old clients send nothing else
fn folders(params: &InitializeParams) -> Vec<(Uri, PathBuf)> {
    let named = |uri: &Uri| Some((uri.clone(), border::path(uri)?));
    match (&params.workspace_folders, &params.root_uri, &params.root_path) {
        (Some(folders), _, _) => folders.iter().filter_map(|folder| named(&folder.uri)).collect(),
        (None, Some(root), _) => named(root).into_iter().collect(),
        (None, None, Some(root)) => {
            Uri::from_file_path(root).map(|uri| (uri, PathBuf::from(root))).into_iter().collect()
        }
        (None, None, None) => Vec::new(),
    }
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
            session(json!({"capabilities": client, "initializationOptions": {"docs": docs}})).findings.docs
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
