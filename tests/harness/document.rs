//! An open document as the client has it. Written apart from the server's own, so that the two check each other.

use serde_json::{Value, json};
use std::ops::Range;

/// The unit of columns.
#[derive(Clone, Copy, Debug)]
pub enum Unit {
    /// Bytes.
    Utf8,
    /// UTF-16 code units.
    Utf16,
    /// Characters.
    Utf32,
}

impl Unit {
    /// The unit of that name in the protocol.
    pub fn of(name: &str) -> Self {
        match name {
            "utf-8" => Self::Utf8,
            "utf-16" => Self::Utf16,
            "utf-32" => Self::Utf32,
            other => panic!("no such encoding: {other}"),
        }
    }

    fn width(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// A text and its version.
#[derive(Debug)]
pub struct Document {
    /// The text.
    pub text: String,
    /// Its version, from 1.
    pub version: i32,
}

impl Document {
    /// A document that was just opened.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), version: 1 }
    }

    /// The content change that puts `new` in place of the bytes `range`.
    pub fn change(&self, range: Range<usize>, new: &str, unit: Unit) -> Value {
        json!({"range": {"start": self.position(range.start, unit), "end": self.position(range.end, unit)}, "text": new})
    }

    /// Applies a content change.
    pub fn apply(&mut self, change: &Value, unit: Unit) {
        let new = change["text"].as_str().expect("a text");
        if change["range"].is_null() {
            new.clone_into(&mut self.text);
        } else {
            let range = self.offset(&change["range"]["start"], unit)..self.offset(&change["range"]["end"], unit);
            self.text.replace_range(range, new);
        }
    }

    fn position(&self, offset: usize, unit: Unit) -> Value {
        let before = &self.text[..offset];
        let line = before.matches('\n').count();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        json!({"line": line, "character": before[start..].chars().map(|character| unit.width(character)).sum::<usize>()})
    }

    fn offset(&self, position: &Value, unit: Unit) -> usize {
        let number =
            |key: &str| position[key].as_u64().and_then(|number| usize::try_from(number).ok()).expect("a number");
        let start: usize = self.text.split_inclusive('\n').take(number("line")).map(str::len).sum();
        let mut left = number("character");
        for (at, character) in self.text[start..].char_indices() {
            if left == 0 || matches!(character, '\r' | '\n') {
                return start + at;
            }
            left -= unit.width(character).min(left);
        }
        self.text.len()
    }
}
