//! The input, tapped: messages are handed on byte for byte, but the end of it and `exit` are seen here first, and what is no
//! message does not get through.
//!
//! The protocol library writes out all that is pending before it ends, which with a client that does not read is never; and it
//! stops reading for good at the first thing that it cannot decode.

use crate::lifecycle::{Lifecycle, spawn};
use crate::outbox::Outbox;
use serde::Deserialize;
use std::borrow::Cow;
use std::io::{BufRead, Read};
use std::sync::Arc;
use tokio::io::{AsyncWriteExt, DuplexStream};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tower_lsp::ls_types::{MessageType, Uri};

/// The bytes that may wait between the tap and the library.
const BUFFER: usize = 1 << 16;

/// The method that stands for what was no message. It is answered with the error that JSON-RPC has for that.
pub const UNREADABLE_METHOD: &str = "pinlens/unreadable";

const UNREADABLE: &str = r#"{"jsonrpc":"2.0","id":null,"method":"pinlens/unreadable"}"#;

/// Reads standard input on a thread of its own and gives the stream that the library reads.
///
/// What waits for the library is not bounded: it stops reading while a client does not read its answers, and `exit` must be seen
/// even so.
pub fn tap(runtime: &Handle, lifecycle: Arc<Lifecycle>, outbox: Outbox) -> DuplexStream {
    let (mut writer, reader) = tokio::io::duplex(BUFFER);
    let (sender, mut waiting) = mpsc::unbounded_channel::<Vec<u8>>();
    runtime.spawn(async move {
        while let Some(mut body) = waiting.recv().await {
            let mut message = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
            message.append(&mut body);
            if writer.write_all(&message).await.is_err() {
                return;
            }
        }
    });
    spawn("stdin", move || {
        let mut input = std::io::stdin().lock();
        while let Some(body) = read_message(&mut input) {
            let method = method(&body);
            if let Some(uri) = refused_uri(&body) {
                outbox.log(MessageType::WARNING, format!("Ignored a message whose URI is not one: {uri}"));
            }
            let body = if method.is_some() { body } else { UNREADABLE.into() };
            if sender.send(body).is_err() || method.as_deref() == Some("exit") {
                break;
            }
        }
        lifecycle.end_soon();
    });
    reader
}

/// The body of the next message; `None` at the end of the input. Lines that are no headers are passed over.
fn read_message(input: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        match (line.trim_ascii(), length) {
            (b"", Some(length)) => {
                let mut body = Vec::new();
                input.take(length).read_to_end(&mut body).ok()?;
                return Some(body);
            }
            (header, _) => length = content_length(header).or(length),
        }
    }
}

fn content_length(line: &[u8]) -> Option<u64> {
    let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
    name.trim().eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
}

/// What the library can decode; all else stops it.
#[derive(Deserialize)]
struct Shape<'a> {
    #[serde(borrow)]
    jsonrpc: Cow<'a, str>,
    #[serde(borrow, default)]
    method: Cow<'a, str>,
    #[serde(rename = "id")]
    _id: Option<Id>,
}

#[derive(Deserialize)]
#[serde(untagged)]
#[allow(dead_code)] // decoded only to see that it can be
enum Id {
    Number(i64),
    Text(String),
}

/// The method of a message, empty for a response; `None` where `body` is no message.
fn method(body: &[u8]) -> Option<String> {
    let shape: Shape = serde_json::from_slice(body).ok()?;
    (shape.jsonrpc == "2.0").then(|| shape.method.into_owned())
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
    fn messages_are_found_among_other_lines() {
        let mut input = &b"Content-Length: 2\r\n\r\n{}\r\njunk\r\ncontent-length:3\r\nX: y\r\n\r\nabcjunk"[..];
        let bodies: Vec<Vec<u8>> = std::iter::from_fn(|| read_message(&mut input)).collect();
        assert_eq!(bodies, [b"{}".to_vec(), b"abc".to_vec()]);
    }

    #[test]
    fn what_is_no_message_is_seen() {
        let of = |text: &str| method(text.as_bytes());
        assert_eq!(of(r#"{"jsonrpc":"2.0","method":"exit"}"#).as_deref(), Some("exit"));
        assert_eq!(
            of(r#"{"jsonrpc":"2.0","method":"$/x","params":{"method":"exit"},"id":"a"}"#).as_deref(),
            Some("$/x")
        );
        assert_eq!(of(r#"{"jsonrpc":"2.0","id":1,"result":null}"#).as_deref(), Some(""));
        assert_eq!(of(UNREADABLE).as_deref(), Some(UNREADABLE_METHOD));
        for broken in ["", "{", "[]", "{}", r#"{"jsonrpc":"1.0","method":"exit"}"#, r#"{"jsonrpc":"2.0","method":1}"#] {
            assert_eq!(of(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_uri_that_would_be_refused_is_named() {
        assert_eq!(refused_uri(br#"{"textDocument":{"uri": "file:///a b.py"}}"#), Some("file:///a b.py"));
        assert_eq!(refused_uri(br#"{"textDocument":{"uri":"file:///a%20b.py","text":"\"uri\":\"a b\""}}"#), None);
    }
}
