//! `workspace/executeCommand`. The names are the server's own: those that an editor's extension shows are its business.

use super::startup;
use crate::border::REQUEST_FAILED;
use crate::engine::Engine;
use crate::inbox::installed::OrderError;
use crate::inbox::request::Needs;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::{ExecuteCommandParams, Uri, WorkspaceEdit};

/// Reads every folder again, whatever the watchers have reported.
pub const RELOAD: &str = "pinlens.server.reload";

/// Applies the safe fixes of the file whose URI is the first argument.
pub const FIX_ALL: &str = "pinlens.server.fixAll";

/// Gives what `pinlens/status` last sent.
pub const STATUS: &str = "pinlens.server.status";

/// Gives what the file whose URI is the first argument loads as it is started.
pub const START_UP: &str = "pinlens.server.startUp";

/// Shows the command of an offered installation, and runs it when the user says so: the URI of the file, and the title of the offer.
pub const INSTALL: &str = "pinlens.server.install";

/// Every command.
pub const COMMANDS: [&str; 5] = [RELOAD, FIX_ALL, STATUS, START_UP, INSTALL];

/// What has to be known before a command is carried out, and of which document.
pub fn needs(params: &ExecuteCommandParams) -> (Option<Uri>, Needs) {
    match params.command.as_str() {
        START_UP | INSTALL => (file(params).ok(), Needs::Folder),
        _ => (None, Needs::Text),
    }
}

/// Carries out a command. An unknown one, or one with wrong arguments, is an error.
pub fn execute(engine: &mut Engine, params: &ExecuteCommandParams) -> Result<Option<Value>> {
    match params.command.as_str() {
        RELOAD => {
            engine.reload();
            Ok(None)
        }
        FIX_ALL => {
            if let Some(edit) = fixes(engine, &file(params)?) {
                engine.apply_edit(edit);
            }
            Ok(None)
        }
        STATUS => Ok(serde_json::to_value(engine.status()).ok()),
        START_UP => Ok(startup::start_up(engine, &file(params)?)),
        INSTALL => {
            let title = params.arguments.get(1).and_then(Value::as_str).unwrap_or_default();
            engine.install(&file(params)?, title).map_err(|reason| refused(&reason))?;
            Ok(None)
        }
        other => Err(Error::invalid_params(format!("there is no command {other}"))),
    }
}

/// A command that cannot be carried out now, with the reason for the user.
fn refused(reason: &OrderError) -> Error {
    Error { code: ErrorCode::ServerError(REQUEST_FAILED), message: reason.to_string().into(), data: None }
}

/// The file that the first argument names.
fn file(params: &ExecuteCommandParams) -> Result<Uri> {
    let uri = params.arguments.first().and_then(Value::as_str).and_then(|uri| uri.parse().ok());
    uri.ok_or_else(|| Error::invalid_params(format!("{} needs the URI of a file", params.command)))
}

fn fixes(engine: &Engine, uri: &Uri) -> Option<WorkspaceEdit> {
    let spot = engine.spot(uri)?;
    spot.view.workspace_edit(&spot.workspace().fix_all(spot.file)?.edit)
}
