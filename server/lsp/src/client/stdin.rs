//! The input, tapped: messages are handed on, but the end of it and `exit` are seen here first, and what the library could not decode
//! does not get through.
//!
//! The protocol library writes out all that is pending before it ends, which with a client that does not read is never; it stops
//! reading for good at the first thing that it cannot decode; and it answers no request whose method begins with `$/`.

use crate::client::framing::Frames;
use crate::client::outbox::Outbox;
use crate::lifecycle::{Lifecycle, spawn};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::sync::Arc;
use tokio::io::{AsyncWriteExt, DuplexStream};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tower_lsp::ls_types::{MessageType, Uri};

/// The bytes that may wait between the tap and the library.
const BUFFER: usize = 1 << 16;

/// The method that stands for what was no message. It is answered with the error that JSON-RPC has for that.
pub const UNREADABLE_METHOD: &str = "pinlens/unreadable";

/// The method that stands for those that nobody has: the library answers that there is none.
const UNKNOWN_METHOD: &str = "pinlens/unknown";

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
        let mut frames = Frames::new(std::io::stdin().lock());
        while let Some(body) = frames.next() {
            if let Some(uri) = refused_uri(&body) {
                outbox.log(MessageType::WARNING, &format!("Ignored a message whose URI is not one: {uri:?}"));
            }
            let message = Incoming::of(&body);
            if let Some(problem) = message.problem {
                outbox.log(MessageType::WARNING, &format!("Got a message that {problem}"));
            }
            if sender.send(message.body).is_err() || message.is_exit {
                break;
            }
        }
        lifecycle.end_soon();
    });
    reader
}

/// A message as the library gets it.
#[derive(Debug, PartialEq)]
struct Incoming {
    body: Vec<u8>,
    is_exit: bool,
    /// What was put right in it, in words that follow "a message that".
    problem: Option<&'static str>,
}

impl Incoming {
    /// Makes of any bytes a message that the library can decode.
    fn of(bytes: &[u8]) -> Self {
        let (text, problem) = match String::from_utf8_lossy(bytes) {
            Cow::Borrowed(text) => (Cow::Borrowed(text), None),
            Cow::Owned(text) => (Cow::Owned(text), Some("is not UTF-8")),
        };
        let whole = whole_characters(&text);
        let problem = problem.or(matches!(whole, Cow::Owned(_)).then_some("holds half a character"));
        let Ok(message) = serde_json::from_str::<Value>(&whole) else {
            return Self::unreadable(id_in(&whole));
        };
        let method = message.get("method").and_then(Value::as_str).map(str::to_owned);
        let is_request = message.get("id").is_some();
        if !is_message(&message) || is_request && problem == Some("is not UTF-8") {
            let id = message.get("id").filter(|id| is_id(id)).cloned();
            return Self::unreadable(id);
        }
        let is_exit = method.as_deref() == Some("exit");
        let is_unknown = is_request && method.is_some_and(|method| method.starts_with("$/"));
        let message =
            if is_unknown { json!({"jsonrpc": "2.0", "id": message["id"], "method": UNKNOWN_METHOD}) } else { message };
        Self { body: message.to_string().into_bytes(), is_exit, problem }
    }

    /// What is answered with an error.
    #[allow(clippy::needless_pass_by_value)] // the answer takes it
    fn unreadable(id: Option<Value>) -> Self {
        let body = json!({"jsonrpc": "2.0", "id": id, "method": UNREADABLE_METHOD});
        Self { body: body.to_string().into_bytes(), is_exit: false, problem: None }
    }
}

/// Whether the library can decode it.
fn is_message(message: &Value) -> bool {
    let is_string = |value: &Value| value.is_string();
    message.get("jsonrpc").and_then(Value::as_str) == Some("2.0")
        && message.get("method").is_none_or(is_string)
        && message.get("id").is_none_or(is_id)
        && message.get("params").is_none_or(|params| params.is_object() || params.is_array() || params.is_null())
        && (message.get("method").is_some() || is_response(message))
}

fn is_response(message: &Value) -> bool {
    let is_error = |error: &Value| {
        error.get("code").is_some_and(Value::is_i64) && error.get("message").is_some_and(Value::is_string)
    };
    match (message.get("result"), message.get("error")) {
        (Some(_), None) => true,
        (None, Some(error)) => is_error(error),
        _ => false,
    }
}

fn is_id(id: &Value) -> bool {
    id.is_string() || id.is_i64() || id.is_null()
}

/// The id of a text that is no JSON as a whole, if one can be made out, so that who waits for the answer gets one.
fn id_in(text: &str) -> Option<Value> {
    let rest = text.split_once("\"id\"")?.1.trim_start().strip_prefix(':')?.trim_start();
    let end = match rest.strip_prefix('"') {
        Some(inner) => inner.find('"')? + 2,
        None => rest.find(|c: char| !(c.is_ascii_digit() || c == '-'))?,
    };
    serde_json::from_str(rest.get(..end)?).ok().filter(is_id)
}

/// JSON whose strings hold no half of a UTF-16 pair, which cannot be decoded: each is replaced by a character of the same length.
fn whole_characters(json: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut kept = 0;
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'\\', &json.as_bytes()[from..]).map(|at| from + at) {
        let Some(unit) = unit_at(json, at) else {
            // the character behind it is escaped, whatever it is
            from = at + 1 + json[at + 1..].chars().next().map_or(0, char::len_utf8);
            continue;
        };
        let is_pair = is_high(unit) && unit_at(json, at + 6).is_some_and(is_low);
        if is_pair {
            from = at + 12;
            continue;
        }
        from = at + 6;
        if is_high(unit) || is_low(unit) {
            out.push_str(&json[kept..at]);
            out.push_str("\\ufffd");
            kept = from;
        }
    }
    if kept == 0 {
        return Cow::Borrowed(json);
    }
    out.push_str(&json[kept..]);
    Cow::Owned(out)
}

fn is_high(unit: u16) -> bool {
    (0xD800..0xDC00).contains(&unit)
}

fn is_low(unit: u16) -> bool {
    (0xDC00..0xE000).contains(&unit)
}

/// The UTF-16 unit of the escape `\uXXXX` at byte `at`.
fn unit_at(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
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
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> (Value, Option<&'static str>) {
        let incoming = Incoming::of(bytes);
        (serde_json::from_slice(&incoming.body).expect("JSON"), incoming.problem)
    }

    #[test]
    fn what_is_no_message_is_seen() {
        let of = |text: &str| read(text.as_bytes()).0["method"].clone();
        assert!(Incoming::of(br#"{"jsonrpc":"2.0","method":"exit"}"#).is_exit);
        assert_eq!(of(r#"{"jsonrpc":"2.0","method":"$/x","params":{"method":"exit"}}"#), "$/x");
        assert_eq!(of(r#"{"jsonrpc":"2.0","id":1,"result":null}"#), Value::Null);
        let broken = [
            "",
            "{",
            "[]",
            "{}",
            r#"{"jsonrpc":"1.0","method":"exit"}"#,
            r#"{"jsonrpc":"2.0","method":1}"#,
            r#"{"jsonrpc":"2.0","id":1}"#,
            r#"{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":""}}"#,
            r#"{"jsonrpc":"2.0","id":1.5,"method":"x"}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"x","params":3}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"x","params":[1e999]}"#,
        ];
        for broken in broken {
            assert_eq!(of(broken), UNREADABLE_METHOD, "{broken}");
        }
    }

    #[test]
    fn who_waits_for_an_answer_gets_one() {
        let deep =
            format!(r#"{{"jsonrpc":"2.0","id":"a","method":"x","params":{}1{}}}"#, "[".repeat(200), "]".repeat(200));
        let (message, _) = read(deep.as_bytes());
        assert_eq!((&message["id"], &message["method"]), (&json!("a"), &json!(UNREADABLE_METHOD)));
        let (message, _) = read(b"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"x\",\"params\":[\"\xff\"]}");
        assert_eq!((&message["id"], &message["method"]), (&json!(7), &json!(UNREADABLE_METHOD)));
        let (message, problem) = read(b"{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":[\"\xff\"]}");
        assert_eq!((&message["params"][0], problem), (&json!("\u{fffd}"), Some("is not UTF-8")));
        let (message, _) = read(br#"{"jsonrpc":"2.0","id":7,"method":"$/x","params":[1]}"#);
        assert_eq!(message, json!({"jsonrpc": "2.0", "id": 7, "method": UNKNOWN_METHOD}));
        assert_eq!(id_in(r#"{"id" : -3, "method""#), Some(json!(-3)));
        assert_eq!(id_in(r#"{"id":"x"#), None);
    }

    #[test]
    fn half_a_character_becomes_another_of_the_same_length() {
        for (json, whole) in [
            (r#"["\ud83d\ude00\\ud83d"]"#, r#"["\ud83d\ude00\\ud83d"]"#),
            (r#"["\ud83d"]"#, r#"["\ufffd"]"#),
            (r#"["\ude00\ud83d\ud83d\ude00"]"#, r#"["\ufffd\ufffd\ud83d\ude00"]"#),
            (r#"["\\\ud83dx\u12"]"#, r#"["\\\ufffdx\u12"]"#),
        ] {
            assert_eq!(whole_characters(json), whole);
        }
        let (message, problem) = read(br#"{"jsonrpc":"2.0","method":"x","params":["\ud83d"]}"#);
        assert_eq!((&message["params"][0], problem), (&json!("\u{fffd}"), Some("holds half a character")));
    }

    #[test]
    fn a_uri_that_would_be_refused_is_named() {
        assert_eq!(refused_uri(br#"{"textDocument":{"uri": "file:///a b.py"}}"#), Some("file:///a b.py"));
        assert_eq!(refused_uri(br#"{"textDocument":{"uri":"file:///a%20b.py","text":"\"uri\":\"a b\""}}"#), None);
    }

    proptest! {
        #[test]
        fn any_bytes_make_a_message(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            read(&bytes);
        }

        #[test]
        fn any_text_like_json_makes_a_message(text in r#"(\{|\}|\[|\]|"|\\u(d83d|de00|0041)|\\|"id":|"jsonrpc":"2.0"|"method":|,|1|é){0,30}"#) {
            read(text.as_bytes());
        }
    }
}
