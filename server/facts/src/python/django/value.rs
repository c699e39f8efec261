//! The strings of an expression, and the names that it takes the values of.

use crate::python::scan::lexer::{is_word, line_end, string_at};

/// What an expression is made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Value<'a> {
    pub strings: Vec<Literal<'a>>,
    /// The names in capitals whose values it holds.
    pub names: Vec<&'a str>,
    /// Whether a test or a loop makes it.
    pub is_open: bool,
}

/// One string.
#[derive(Clone, Copy, Debug)]
pub(super) struct Literal<'a> {
    pub text: &'a str,
    /// Where its text begins.
    pub start: usize,
    /// The key that stands before it.
    pub key: &'a str,
    /// Whether it is an argument of a call, which may give another value.
    pub is_open: bool,
}

/// The calls that hand their arguments on.
const CONTAINERS: [&str; 4] = ["list", "tuple", "set", "dict"];

/// Reads the bytes of `text` from `start` to `end`; `key` stands before them.
pub(super) fn read<'a>(text: &'a str, start: usize, end: usize, key: &'a str) -> Value<'a> {
    let bytes = text.as_bytes();
    let mut found = Value::default();
    let (mut pos, mut key, mut calls) = (start, key, Vec::new());
    while pos < end {
        match bytes[pos] {
            b'#' => pos = line_end(bytes, pos),
            b'"' | b'\'' => {
                let stop = string_at(bytes, pos).min(end);
                let quotes = if bytes[pos..].starts_with(&[bytes[pos]; 3]) { 3 } else { 1 };
                let (from, to) = (pos + quotes, stop.saturating_sub(quotes));
                let is_key = next(bytes, stop) == b':';
                if let Some(content) = text.get(from..to.max(from)).filter(|_| !is_formatted(bytes, pos)) {
                    if is_key {
                        key = content;
                    } else {
                        let is_open = calls.contains(&true);
                        found.strings.push(Literal { text: content, start: from, key, is_open });
                    }
                }
                pos = stop.max(pos + 1);
            }
            b'(' | b'[' | b'{' => {
                calls.push(bytes[pos] == b'(' && is_call(text, pos));
                pos += 1;
            }
            b')' | b']' | b'}' => {
                calls.pop();
                pos += 1;
            }
            byte if is_word(byte) => {
                let stop = pos + bytes[pos..end].iter().take_while(|byte| is_word(**byte)).count();
                word(&mut found, text, pos, stop);
                pos = stop;
            }
            _ => pos += 1,
        }
    }
    found
}

fn word<'a>(found: &mut Value<'a>, text: &'a str, start: usize, end: usize) {
    let word = text.get(start..end).unwrap_or_default();
    if matches!(word, "if" | "for" | "lambda" | "or" | "and") {
        found.is_open = true;
    }
    let bytes = text.as_bytes();
    let is_attribute = start > 0 && bytes[start - 1] == b'.';
    let is_plain = !matches!(next(bytes, end), b'(' | b'.' | b'=');
    let is_name = word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    if is_name && !is_attribute && is_plain && word.len() > 1 {
        found.names.push(word);
    }
}

/// Whether the string at `at` has values in it.
fn is_formatted(bytes: &[u8], at: usize) -> bool {
    bytes[..at].iter().rev().take_while(|byte| is_word(**byte)).any(|byte| matches!(byte, b'f' | b'F'))
}

/// Whether the bracket at `at` calls something that may give another value than its arguments.
fn is_call(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let length = before.bytes().rev().take_while(|byte| is_word(*byte)).count();
    let name = before.get(at - length..).unwrap_or_default();
    !name.is_empty() && !CONTAINERS.contains(&name) && !matches!(name, "in" | "not" | "and" | "or" | "if" | "else")
}

/// The first byte after blanks, or 0.
fn next(bytes: &[u8], at: usize) -> u8 {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().copied().find(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(0)
}
