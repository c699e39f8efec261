//! Where one message of the input ends and the next begins: the header fields of the protocol, and what to make of wrong ones.
//!
//! A message is JSON, and JSON shows itself where it ends. So one that ends before the length that its header gives is taken as it is,
//! and of one that is not whole at that length the rest is passed over, up to the next header. No client is deaf for good then, and
//! no header costs memory.

use std::io::{BufRead, ErrorKind};

/// The header field that gives the length of a message.
const LENGTH: &[u8] = b"content-length:";

/// The longest line of a header that is kept; of a longer one the end, where the next header may begin.
const MAX_LINE: usize = 4096;

/// The longest message, in bytes. A header that announces more is none.
const MAX_BODY: u64 = 1 << 30;

/// The bodies of the messages in an input.
#[derive(Debug)]
pub struct Frames<R> {
    input: R,
}

impl<R: BufRead> Frames<R> {
    /// The messages of `input`.
    pub fn new(input: R) -> Self {
        Self { input }
    }

    /// The body of the next message; `None` at the end of the input. It need not be JSON.
    pub fn next(&mut self) -> Option<Vec<u8>> {
        let mut length = None;
        loop {
            let line = self.line()?;
            match (line.trim_ascii(), length) {
                (b"", Some(length)) => return self.body(length),
                (header, _) => length = content_length(header).or(length),
            }
        }
    }

    /// The next line with its end, or the end of a long one; `None` at the end of the input.
    fn line(&mut self) -> Option<Vec<u8>> {
        let mut line = Vec::new();
        loop {
            let read = self.fill()?;
            let end = memchr::memchr(b'\n', read).map(|at| at + 1);
            line.extend_from_slice(&read[..end.unwrap_or(read.len())]);
            let taken = end.unwrap_or(read.len());
            self.input.consume(taken);
            if line.len() > MAX_LINE {
                line.drain(..line.len() - MAX_LINE);
            }
            if end.is_some() {
                return Some(line);
            }
        }
    }

    /// The body of a message of that length; what came of it where the input ends before.
    fn body(&mut self, length: u64) -> Option<Vec<u8>> {
        let mut body = Vec::new();
        let mut json = Json::default();
        while (body.len() as u64) < length {
            let read = match self.fill() {
                Some(read) => read,
                None if body.is_empty() => return None,
                None => return Some(body),
            };
            let most = usize::try_from(length - body.len() as u64).unwrap_or(usize::MAX).min(read.len());
            let end = json.end(&read[..most]);
            let taken = end.unwrap_or(most);
            body.extend_from_slice(&read[..taken]);
            self.input.consume(taken);
            if end.is_some() {
                break;
            }
        }
        Some(body)
    }

    /// What has been read and not been taken, never empty; `None` at the end of the input.
    fn fill(&mut self) -> Option<&[u8]> {
        loop {
            match self.input.fill_buf() {
                Ok([]) => return None,
                Ok(_) => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        }
        self.input.fill_buf().ok()
    }
}

/// The length that a line of a header gives. Before it may stand the rest of a message whose length was given too short.
fn content_length(line: &[u8]) -> Option<u64> {
    let at = line.windows(LENGTH.len()).rposition(|part| part.eq_ignore_ascii_case(LENGTH))?;
    let value = std::str::from_utf8(line.get(at + LENGTH.len()..)?).ok()?;
    value.trim().parse().ok().filter(|length| *length <= MAX_BODY)
}

/// How far the value of a JSON text has been read. It is only looked at where it ends, not whether it is right.
#[derive(Clone, Copy, Debug, Default)]
struct Json {
    /// The brackets that are open.
    depth: u64,
    /// Whether the last byte was inside a string.
    in_string: bool,
    /// Whether the last byte was a backslash of a string that escapes the next one.
    is_escaped: bool,
}

impl Json {
    /// Reads on; gives where the value ends in `bytes`, if it does.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if self.in_string {
                if std::mem::take(&mut self.is_escaped) {
                    at += 1;
                    continue;
                }
                let next = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest))?;
                at += next;
                self.in_string = bytes.get(at) != Some(&b'"');
                self.is_escaped = self.in_string;
            } else {
                match byte {
                    b'"' => self.in_string = true,
                    b'{' | b'[' => self.depth += 1,
                    b'}' | b']' => {
                        self.depth = self.depth.saturating_sub(1);
                        if self.depth == 0 {
                            return Some(at + 1);
                        }
                    }
                    _ => {}
                }
            }
            at += 1;
        }
        None
    }
}

#[cfg(test)]
#[allow(clippy::format_collect)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::BufReader;

    fn bodies(input: &[u8]) -> Vec<String> {
        let mut frames = Frames::new(input);
        std::iter::from_fn(|| frames.next()).map(|body| String::from_utf8_lossy(&body).into_owned()).collect()
    }

    #[test]
    fn messages_are_found_among_other_lines() {
        let input = b"Content-Length: 2\r\n\r\n{}\r\njunk\r\ncontent-length:3\r\nX: y\r\n\r\nabcjunk";
        assert_eq!(bodies(input), ["{}", "abc"]);
    }

    #[test]
    fn a_wrong_length_costs_one_message_at_most() {
        let next = "Content-Length: 7\r\n\r\n{\"a\":1}";
        for length in ["9", "10", "500", "1000000000", "99999999999999999999", "-1", "x"] {
            let input = format!("Content-Length: {length}\r\n\r\n{{\"b\":\"}}{{\\\"\"}}{next}");
            assert_eq!(bodies(input.as_bytes()).last().map(String::as_str), Some("{\"a\":1}"), "{length}");
        }
        let long = bodies(format!("Content-Length: 50\r\n\r\n{{\"b\":2}}{next}").as_bytes());
        assert_eq!(long, ["{\"b\":2}", "{\"a\":1}"]);
    }

    #[test]
    fn a_message_is_handed_on_though_its_length_was_told_too_long() {
        // the client waits for the answer, and sends no more
        let (reader, mut writer) = std::io::pipe().expect("a pipe");
        std::io::Write::write_all(&mut writer, b"Content-Length: 99\r\n\r\n{\"a\":[]}").expect("room");
        let body = Frames::new(BufReader::new(reader)).next();
        assert_eq!(body.as_deref(), Some(&b"{\"a\":[]}"[..]));
        drop(writer);
    }

    #[test]
    fn an_endless_header_is_not_kept() {
        let mut input = vec![b'x'; 10 << 20];
        input.extend_from_slice(b"Content-Length: 2\r\n\r\n{}");
        let mut frames = Frames::new(BufReader::with_capacity(1 << 16, &input[..]));
        assert_eq!(frames.line().map(|line| line.len()), Some(MAX_LINE));
        assert_eq!(bodies(&input), ["{}"]);
    }

    proptest! {
        #[test]
        fn any_input_is_read_to_its_end(input in proptest::collection::vec(any::<u8>(), 0..300), size in 1_usize..40) {
            let mut frames = Frames::new(BufReader::with_capacity(size, &input[..]));
            while let Some(body) = frames.next() {
                prop_assert!(body.len() <= input.len());
            }
        }

        #[test]
        fn right_messages_come_out_as_they_are(
            values in proptest::collection::vec("[a-z\"\\\\{}\\[\\]\n]{0,20}", 1..6),
            size in 1_usize..40,
        ) {
            let sent: Vec<String> = values.iter().map(|value| serde_json::json!({"a": [value]}).to_string()).collect();
            let input: String =
                sent.iter().map(|body| format!("Content-Length: {}\r\n\r\n{body}", body.len())).collect();
            let mut frames = Frames::new(BufReader::with_capacity(size, input.as_bytes()));
            let found: Vec<Vec<u8>> = std::iter::from_fn(|| frames.next()).collect();
            prop_assert_eq!(found, sent.iter().map(|body| body.clone().into_bytes()).collect::<Vec<_>>());
        }
    }
}
