//! How the server is, for the editor's status bar: `pinlens/status`.

use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::notification::Notification;

/// The notification. It is sent to clients that have `experimental.serverStatusNotification`, at each change.
#[derive(Debug)]
pub enum StatusNotification {}

impl Notification for StatusNotification {
    type Params = Status;
    const METHOD: &'static str = "pinlens/status";
}

/// How the server is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Whether findings are complete.
    pub state: State,
    /// The same in words, with what was read and which environment is looked at.
    pub message: String,
}

/// Whether findings are complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// A folder has not been read whole.
    Loading,
    /// Every folder has.
    Ready,
    /// The user stopped the reading of a folder.
    Stopped,
}
