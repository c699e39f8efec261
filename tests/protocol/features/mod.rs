//! What a client asks of a document, story by story.

mod beside;
mod commands;
mod completion;
mod deployments;
mod files;
mod navigation;
mod notebooks;
mod pull;

use pinlens_tests::client::Client;
use serde_json::{Value, json};

/// Asks with the place where `needle` first stands in an open document, one column in.
fn ask(client: &mut Client, method: &str, uri: &str, needle: &str) -> Value {
    let position = client.position(uri, needle);
    client.request(method, json!({"textDocument": {"uri": uri}, "position": position}))
}
