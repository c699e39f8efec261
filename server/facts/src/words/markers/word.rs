//! The words of a marker.

use std::ops::Range;

/// A word at its bytes in the marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What it is.
    pub kind: WordKind,
    /// Its bytes, quotes included.
    pub range: Range<usize>,
}

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordKind {
    /// `(`
    Open,
    /// `)`
    Close,
    /// A text in quotes, and whether the second quote is there.
    Text {
        /// Whether it is.
        is_closed: bool,
    },
    /// A run of `<`, `>`, `=`, `!` and `~`.
    Sign,
    /// A run of letters, digits, `_` and `.`.
    Name,
    /// A run of anything else.
    Other,
}

/// The words of a marker, in order; between them are spaces and tabs alone.
pub fn words(marker: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = marker[at..].chars().next() {
        let rest = &marker[at..];
        let run = |is_in: fn(char) -> bool| rest.find(|c| !is_in(c)).unwrap_or(rest.len());
        let (kind, length) = match first {
            ' ' | '\t' => {
                at += 1;
                continue;
            }
            '(' => (WordKind::Open, 1),
            ')' => (WordKind::Close, 1),
            '"' | '\'' => match rest[1..].find(first) {
                Some(end) => (WordKind::Text { is_closed: true }, end + 2),
                None => (WordKind::Text { is_closed: false }, rest.len()),
            },
            c if is_sign(c) => (WordKind::Sign, run(is_sign)),
            c if is_name(c) => (WordKind::Name, run(is_name)),
            c => (WordKind::Other, run(is_other).max(c.len_utf8())),
        };
        found.push(Word { kind, range: at..at + length });
        at += length;
    }
    found
}

fn is_sign(c: char) -> bool {
    matches!(c, '<' | '>' | '=' | '!' | '~')
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.')
}

fn is_other(c: char) -> bool {
    !is_name(c) && !is_sign(c) && !c.is_whitespace() && !matches!(c, '"' | '\'' | '(' | ')')
}
