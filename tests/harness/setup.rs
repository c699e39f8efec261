//! What kind of client a test is, and with what it starts the server.

use crate::client::{self, Client};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Starts a client.
pub struct Setup {
    pub(crate) capabilities: Value,
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) options: Value,
    pub(crate) settings: Option<Value>,
    pub(crate) folder_settings: BTreeMap<String, Value>,
    pub(crate) process_id: Option<u32>,
    pub(crate) deaf: bool,
}

impl Setup {
    /// A client like Neovim on Linux: UTF-8 first, settings are pulled, no watchers.
    pub fn neovim() -> Self {
        let mut capabilities = modern();
        capabilities["general"] = json!({"positionEncodings": ["utf-8", "utf-16", "utf-32"]});
        Self::with(capabilities)
    }

    /// A client like VS Code: UTF-16 alone, watchers and settings are registered.
    pub fn vscode() -> Self {
        let mut capabilities = modern();
        capabilities["general"] = json!({"positionEncodings": ["utf-16"]});
        capabilities["workspace"]["didChangeWatchedFiles"] = json!({"dynamicRegistration": true});
        capabilities["workspace"]["didChangeConfiguration"] = json!({"dynamicRegistration": true});
        Self::with(capabilities)
    }

    /// A client that can do nothing but the least.
    pub fn bare() -> Self {
        Self::with(
            json!({"textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}}),
        )
    }

    /// A client with these capabilities.
    pub fn with(capabilities: Value) -> Self {
        Self {
            capabilities,
            folders: Vec::new(),
            options: Value::Null,
            settings: None,
            folder_settings: BTreeMap::new(),
            process_id: None,
            deaf: false,
        }
    }

    /// With another order of position encodings.
    #[must_use]
    pub fn encodings(mut self, encodings: &[&str]) -> Self {
        self.capabilities["general"] = json!({ "positionEncodings": encodings });
        self
    }

    /// That asks for findings itself, and can be told to ask again.
    #[must_use]
    pub fn pulling(mut self) -> Self {
        self.capabilities["textDocument"]["diagnostic"] = json!({"dynamicRegistration": false});
        self.capabilities["workspace"]["diagnostics"] = json!({"refreshSupport": true});
        self
    }

    /// With more of what it can do: `value` stands at the JSON pointer `at`.
    #[must_use]
    pub fn capability(mut self, at: &str, value: Value) -> Self {
        let (outer, key) = at.rsplit_once('/').expect("a pointer");
        let outer = self.capabilities.pointer_mut(outer).unwrap_or_else(|| panic!("nothing at {outer}"));
        outer[key] = value;
        self
    }

    /// With one more workspace folder.
    #[must_use]
    pub fn folder(mut self, folder: &Path) -> Self {
        self.folders.push(folder.to_owned());
        self
    }

    /// With `initializationOptions`.
    #[must_use]
    pub fn options(mut self, options: Value) -> Self {
        self.options = options;
        self
    }

    /// With settings that answer `workspace/configuration`.
    #[must_use]
    pub fn settings(mut self, settings: Value) -> Self {
        self.capabilities["workspace"]["configuration"] = json!(true);
        self.settings = Some(settings);
        self
    }

    /// With other settings for one folder.
    #[must_use]
    pub fn settings_of(mut self, folder: &Path, settings: Value) -> Self {
        self.folder_settings.insert(client::uri(folder), settings);
        self
    }

    /// With the id of another process as the parent.
    #[must_use]
    pub fn parent(mut self, id: u32) -> Self {
        self.process_id = Some(id);
        self
    }

    /// That never reads what the server says.
    #[must_use]
    pub fn deaf(mut self) -> Self {
        self.deaf = true;
        self
    }

    /// Starts the server, without a word to it.
    pub fn spawn(self) -> Client {
        Client::spawn(self)
    }

    /// Starts the server and initialises it, up to the point where the first index is ordered.
    pub fn start(self) -> Client {
        let mut client = self.spawn();
        client.initialize();
        client.notify("initialized", json!({}));
        if client.registers() {
            client.answer("client/registerCapability", &Value::Null);
        }
        client.answer_settings();
        client
    }
}

/// What VS Code and Neovim have in common.
fn modern() -> Value {
    json!({
        "textDocument": {
            "publishDiagnostics": {
                "relatedInformation": true, "tagSupport": {"valueSet": [1, 2]}, "dataSupport": true, "versionSupport": true,
            },
            "hover": {"contentFormat": ["markdown", "plaintext"]},
            "definition": {"linkSupport": true},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
            "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}}},
        },
        "workspace": {
            "workspaceFolders": true,
            "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create", "rename", "delete"]},
        },
    })
}
