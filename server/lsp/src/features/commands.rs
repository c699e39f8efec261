//! `workspace/executeCommand`. The names are the server's own: those that an editor's extension shows are its business.

use crate::engine::Engine;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{ExecuteCommandParams, Uri, WorkspaceEdit};

/// Reads every folder again, whatever the watchers have told.
pub const RELOAD: &str = "pinlens.server.reload";

/// Applies the safe fixes of the file whose URI is the first argument.
pub const FIX_ALL: &str = "pinlens.server.fixAll";

/// Gives what `pinlens/status` last told.
pub const STATUS: &str = "pinlens.server.status";

/// Every command.
pub const COMMANDS: [&str; 3] = [RELOAD, FIX_ALL, STATUS];

/// Does what a command asks for. An unknown one, or one with wrong arguments, is an error.
pub fn execute(engine: &mut Engine, params: &ExecuteCommandParams) -> Result<Option<Value>> {
    match params.command.as_str() {
        RELOAD => {
            engine.reload();
            Ok(None)
        }
        FIX_ALL => {
            let uri = params.arguments.first().and_then(Value::as_str).and_then(|uri| uri.parse::<Uri>().ok());
            let uri = uri.ok_or_else(|| Error::invalid_params(format!("{FIX_ALL} needs the URI of a file")))?;
            if let Some(edit) = fixes(engine, &uri) {
                engine.apply_edit(edit);
            }
            Ok(None)
        }
        STATUS => Ok(serde_json::to_value(engine.status()).ok()),
        other => Err(Error::invalid_params(format!("there is no command {other}"))),
    }
}

fn fixes(engine: &Engine, uri: &Uri) -> Option<WorkspaceEdit> {
    let spot = engine.spot(uri)?;
    spot.view.workspace_edit(&spot.workspace().fix_all(spot.file)?.edit)
}
