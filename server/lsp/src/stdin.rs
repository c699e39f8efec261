//! The input, tapped: what arrives is handed on byte for byte, but the end of it and `exit` are seen here first.
//!
//! The protocol library writes out all that is pending before it ends; with a client that no longer reads that is never.

use crate::lifecycle::{Lifecycle, spawn};
use crate::outbox::Outbox;
use std::io::{BufRead, Read};
use std::sync::Arc;
use tokio::io::{AsyncWriteExt, DuplexStream};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tower_lsp::ls_types::{MessageType, Uri};

/// The bytes that may wait between the tap and the library.
const BUFFER: usize = 1 << 16;

/// Reads standard input on a thread of its own and gives the stream that the library reads.
///
/// What waits for the library is not bounded: it stops reading while a client does not read its answers, and `exit` must be seen
/// even so.
pub fn tap(runtime: &Handle, lifecycle: Arc<Lifecycle>, outbox: Outbox) -> DuplexStream {
    let (mut writer, reader) = tokio::io::duplex(BUFFER);
    let (sender, mut waiting) = mpsc::unbounded_channel::<Message>();
    runtime.spawn(async move {
        while let Some(message) = waiting.recv().await {
            if writer.write_all(&message.bytes).await.is_err() {
                return;
            }
        }
    });
    spawn("stdin", move || {
        let mut input = std::io::stdin().lock();
        while let Some(message) = read_message(&mut input) {
            if let Some(uri) = refused_uri(message.body()) {
                outbox.log(MessageType::WARNING, format!("Ignored a message whose URI is not one: {uri}"));
            }
            let is_last = is_exit(message.body());
            if sender.send(message).is_err() || is_last {
                break;
            }
        }
        lifecycle.end_soon();
    });
    reader
}

/// One message as it came: its headers and its body.
struct Message {
    bytes: Vec<u8>,
    headers: usize,
}

impl Message {
    fn body(&self) -> &[u8] {
        self.bytes.get(self.headers..).unwrap_or_default()
    }
}

/// The next message; `None` at the end of the input. What is no message is handed on as it is, for the library to complain of.
fn read_message(input: &mut impl BufRead) -> Option<Message> {
    let mut bytes = Vec::new();
    let mut length = 0;
    loop {
        let start = bytes.len();
        if input.read_until(b'\n', &mut bytes).ok()? == 0 {
            return (!bytes.is_empty()).then_some(Message { headers: bytes.len(), bytes });
        }
        let line = bytes.get(start..).unwrap_or_default().trim_ascii();
        if line.is_empty() {
            break;
        }
        length = content_length(line).unwrap_or(length);
    }
    let headers = bytes.len();
    input.take(length).read_to_end(&mut bytes).ok()?;
    Some(Message { bytes, headers })
}

fn content_length(line: &[u8]) -> Option<u64> {
    let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
    name.trim().eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
}

/// Whether the message is the notification `exit`. Long ones are not looked into: it has no parameters.
fn is_exit(body: &[u8]) -> bool {
    let value = (body.len() < 256).then(|| serde_json::from_slice::<serde_json::Value>(body).ok()).flatten();
    value.is_some_and(|value| value.get("method").is_some_and(|method| method == "exit"))
}

/// The first value of a `"uri"` that the library's strict type refuses; it drops such a notification without a word.
fn refused_uri(body: &[u8]) -> Option<&str> {
    memchr::memmem::find_iter(body, b"\"uri\"").find_map(|at| {
        let rest = body.get(at + 5..)?.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
        let value = std::str::from_utf8(rest.get(..memchr::memchr(b'"', rest)?)?).ok()?;
        let is_refused = !value.contains('\\') && value.parse::<Uri>().is_err();
        is_refused.then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_handed_on_byte_for_byte() {
        let text = b"Content-Length: 2\r\n\r\n{}content-length:3\r\nX: y\r\n\r\nabcjunk";
        let mut input = &text[..];
        let messages: Vec<Message> = std::iter::from_fn(|| read_message(&mut input)).collect();
        let bodies: Vec<&[u8]> = messages.iter().map(Message::body).collect();
        assert_eq!(bodies, [&b"{}"[..], b"abc", b""]);
        assert_eq!(messages.iter().flat_map(|message| message.bytes.clone()).collect::<Vec<_>>(), text);
    }

    #[test]
    fn exit_is_seen() {
        assert!(is_exit(br#"{"jsonrpc":"2.0","method":"exit"}"#));
        assert!(!is_exit(br#"{"jsonrpc":"2.0","method":"initialized","params":{"exit":1}}"#));
    }

    #[test]
    fn a_uri_that_would_be_refused_is_named() {
        assert_eq!(refused_uri(br#"{"textDocument":{"uri": "file:///a b.py"}}"#), Some("file:///a b.py"));
        assert_eq!(refused_uri(br#"{"textDocument":{"uri":"file:///a%20b.py","text":"\"uri\":\"a b\""}}"#), None);
    }
}
