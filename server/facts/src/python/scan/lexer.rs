//! Walks the bytes of a Python text: strings, comments, brackets, continuations. Knows nothing of statements but where one
//! may begin, which is where it recovers.
//!
//! Recovery, where a construct never closes:
//! - a bracket ends before the next line that can only start a statement (see [`starts_statement`]);
//! - a single-quoted string ends at its line's end;
//! - a triple-quoted string ends at its line's end, for the imports below a docstring that is being typed must not vanish.

use super::fstring;
use super::marks::Marks;
use crate::words::suppress::Ignores;
use memchr::{memchr2, memchr2_iter};

/// Why [`Lexer::skip`] stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The logical line ended; the position is after the line break (or at the end of the text).
    LineEnd,
    /// A `;` outside of brackets; the position is after it.
    Semicolon,
    /// A `:` outside of brackets, only where [`Until::Colon`] was given; the position is after it.
    Colon,
    /// A `(` that may begin the arguments of a dynamic import; holds its offset. The position is after it.
    Call(usize),
}

/// How far to skip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// To the end of the simple statement.
    Statement,
    /// To the colon of a compound statement's header, or the end of the statement where there is none.
    Colon,
}

/// What a byte means outside of strings and comments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Quote,
    Hash,
    Open,
    Close,
    Newline,
    Backslash,
    Semicolon,
    Colon,
}

const CLASSES: [Class; 256] = {
    let mut table = [Class::Plain; 256];
    table[b'"' as usize] = Class::Quote;
    table[b'\'' as usize] = Class::Quote;
    table[b'#' as usize] = Class::Hash;
    table[b'(' as usize] = Class::Open;
    table[b'[' as usize] = Class::Open;
    table[b'{' as usize] = Class::Open;
    table[b')' as usize] = Class::Close;
    table[b']' as usize] = Class::Close;
    table[b'}' as usize] = Class::Close;
    table[b'\n' as usize] = Class::Newline;
    table[b'\r' as usize] = Class::Newline;
    table[b'\\' as usize] = Class::Backslash;
    table[b';' as usize] = Class::Semicolon;
    table[b':' as usize] = Class::Colon;
    table
};

/// The walk over one text.
pub(super) struct Lexer<'a> {
    pub bytes: &'a [u8],
    /// The next byte to look at.
    pub pos: usize,
    /// The number of brackets that are open.
    pub depth: u32,
    /// A dynamic import was imported under another name: every call is worth a look.
    pub watch_all_calls: bool,
    /// A triple quote that never closes was met.
    pub unclosed_triple: bool,
    /// The second look at a text in which a triple quote never closes; see [`Lexer::triple_end`].
    pub suspicious: bool,
    /// What shows the traits of a file.
    pub marks: Marks,
}

impl Lexer<'_> {
    /// The byte at `at`, or 0 past the end.
    pub fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// Walks on from the current position to what ends it.
    pub fn skip(&mut self, until: Until) -> Stop {
        let bytes = self.bytes;
        loop {
            // most bytes mean nothing: a loop that does nothing else goes over them twice as fast
            let rest = bytes.get(self.pos..).unwrap_or_default();
            let Some(plain) = rest.iter().position(|byte| CLASSES[*byte as usize] != Class::Plain) else { break };
            let byte = rest[plain];
            self.pos += plain;
            match CLASSES[byte as usize] {
                Class::Plain => self.pos += 1,
                Class::Quote => self.skip_string(byte),
                Class::Hash => self.skip_comment(),
                Class::Open => {
                    let open = self.pos;
                    self.depth += 1;
                    self.pos += 1;
                    if byte == b'(' && (self.watch_all_calls || self.may_import(open)) {
                        return Stop::Call(open);
                    }
                }
                Class::Close => {
                    self.depth = self.depth.saturating_sub(1);
                    self.pos += 1;
                }
                Class::Newline => {
                    self.pos = after_newline(bytes, self.pos);
                    if self.depth == 0 || starts_statement(bytes, self.pos) {
                        self.depth = 0;
                        return Stop::LineEnd;
                    }
                }
                Class::Backslash => {
                    let next = self.pos + 1;
                    self.pos = if matches!(self.byte(next), b'\n' | b'\r') { after_newline(bytes, next) } else { next };
                }
                Class::Semicolon => {
                    self.pos += 1;
                    if self.depth == 0 {
                        return Stop::Semicolon;
                    }
                }
                Class::Colon => {
                    self.pos += 1;
                    if until == Until::Colon && self.depth == 0 && self.byte(self.pos) != b'=' {
                        return Stop::Colon;
                    }
                }
            }
        }
        self.pos = bytes.len();
        self.depth = 0;
        Stop::LineEnd
    }

    /// Steps over blanks on the line: spaces, tabs, form feeds and escaped line breaks.
    pub fn skip_blanks(&mut self) {
        loop {
            match self.byte(self.pos) {
                b' ' | b'\t' | b'\x0c' => self.pos += 1,
                b'\\' if matches!(self.byte(self.pos + 1), b'\n' | b'\r') => {
                    self.pos = after_newline(self.bytes, self.pos + 1);
                }
                _ => return,
            }
        }
    }

    /// The last byte of the callee is enough to rule out most calls: `import_module`, `__import__`, `importorskip` and the like.
    fn may_import(&self, open: usize) -> bool {
        let before = &self.bytes[..open];
        match before {
            [.., b'u', b'l', b'e'] => before.ends_with(b"_module") || before.ends_with(b"LazyModule"),
            [.., b'a', b'm', b'e'] => before.ends_with(b"_name"),
            [.., b't', b'_', b'_'] => before.ends_with(b"__import__"),
            [.., b'k', b'i', b'p'] => before.ends_with(b"importorskip"),
            [.., b'o', b'r', b't'] => before.ends_with(b"lazy_import") || before.ends_with(b"LazyImport"),
            [.., b'i', b'n', b'g'] => before.ends_with(b"import_string"),
            [.., b'd', b'e', b'r'] => before.ends_with(b"Loader"),
            _ => false,
        }
    }

    fn skip_comment(&mut self) {
        let start = self.pos;
        self.pos = line_end(self.bytes, start);
        self.marks.settle(start, self.pos);
    }

    fn skip_string(&mut self, quote: u8) {
        let start = self.pos;
        let triple = is_triple(self.bytes, start, quote);
        let formatted = fstring::prefix(self.bytes, start)
            .and_then(|prefix| fstring::end(self.bytes, start, prefix))
            .filter(|&end| !(self.suspicious && triple && is_word(self.byte(end))));
        self.pos = match formatted {
            Some(end) => end,
            None if triple => self.triple_end(start, quote),
            None => string_end(self.bytes, start + 1, quote).0,
        };
        self.marks.settle(start, self.pos);
    }

    /// The end of the triple-quoted string that opens at `start`.
    ///
    /// When a triple quote is missing, each later one is taken for its opposite: the docstrings become code and the code
    /// between them strings. The text then ends inside a string, and it is scanned again, `suspicious`: a closing quote
    /// that a word follows directly (`"""Returns…`) is the opening of the next docstring, so the string before it never closed.
    fn triple_end(&mut self, start: usize, quote: u8) -> usize {
        match closing_triple(self.bytes, start + 3, quote) {
            Some(end) if self.suspicious && is_word(self.byte(end)) => line_end(self.bytes, start),
            Some(end) => end,
            None => {
                self.unclosed_triple = true;
                line_end(self.bytes, start)
            }
        }
    }
}

/// The offset after the string whose quote stands at `at`; its line's end where it never closes.
pub(crate) fn string_at(bytes: &[u8], at: usize) -> usize {
    let quote = bytes[at];
    if let Some(end) = fstring::prefix(bytes, at).and_then(|prefix| fstring::end(bytes, at, prefix)) {
        return end;
    }
    if is_triple(bytes, at, quote) {
        return closing_triple(bytes, at + 3, quote).unwrap_or_else(|| line_end(bytes, at));
    }
    string_end(bytes, at + 1, quote).0
}

/// Whether three quotes stand at `at`.
pub(crate) fn is_triple(bytes: &[u8], at: usize, quote: u8) -> bool {
    bytes.get(at..at + 3).is_some_and(|three| three == [quote; 3])
}

/// The offset after the quote that closes a single-quoted string whose text begins at `at`, and true; or the end of its
/// line and false.
pub(super) fn string_end(bytes: &[u8], at: usize, quote: u8) -> (usize, bool) {
    let mut pos = at;
    while let Some(&byte) = bytes.get(pos) {
        match byte {
            b'\\' => match bytes.get(pos + 1) {
                Some(b'\n' | b'\r') => pos = after_newline(bytes, pos + 1),
                _ => pos += 2,
            },
            b'\n' | b'\r' => return (pos, false),
            _ if byte == quote => return (pos + 1, true),
            _ => pos += 1,
        }
    }
    (bytes.len(), false)
}

/// The offset after the three quotes that close a string whose text begins at `at`.
pub(super) fn closing_triple(bytes: &[u8], at: usize, quote: u8) -> Option<usize> {
    let mut pos = at;
    loop {
        pos += memchr2(quote, b'\\', bytes.get(pos..)?)?;
        if bytes[pos] == b'\\' {
            pos += 2;
        } else if is_triple(bytes, pos, quote) {
            return Some(pos + 3);
        } else {
            pos += 1;
        }
    }
}

/// The offset of the line break that ends the line of `at`, or of the text's end.
pub(crate) fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr2_iter(b'\n', b'\r', &bytes[at..]).next().map_or(bytes.len(), |length| at + length)
}

/// The offset after the line break that stands at `at`.
pub(super) fn after_newline(bytes: &[u8], at: usize) -> usize {
    if bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n') { at + 2 } else { at + 1 }
}

/// Whether `byte` may stand in a name; every byte beyond ASCII may.
pub(crate) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The word that begins at `at`; empty where none does.
pub(super) fn word_at(bytes: &[u8], at: usize) -> &[u8] {
    let rest = bytes.get(at..).unwrap_or_default();
    let length = rest.iter().position(|&byte| !is_word(byte)).unwrap_or(rest.len());
    &rest[..length]
}

/// Whether the line at `at` begins with a keyword that no expression holds, so that a bracket above it was never closed.
/// `from` may follow a `yield` in brackets; with an `import` on its line it starts a statement. `@` may be an operator.
pub(super) fn starts_statement(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c')).count();
    match rest.get(blanks) {
        Some(b'a'..=b'y') => {}
        _ => return false,
    }
    let start = at + blanks;
    let word = word_at(bytes, start);
    match word {
        b"from" => {
            let line = &bytes[start..line_end(bytes, start)];
            memchr::memmem::find(line, b" import").is_some()
        }
        other => is_statement_word(other),
    }
}

/// Whether `word` is a keyword that begins statements and stands in no expression.
pub(super) fn is_statement_word(word: &[u8]) -> bool {
    matches!(
        word,
        b"import"
            | b"def"
            | b"class"
            | b"return"
            | b"raise"
            | b"try"
            | b"except"
            | b"finally"
            | b"while"
            | b"with"
            | b"pass"
            | b"break"
            | b"continue"
            | b"del"
            | b"global"
            | b"nonlocal"
            | b"assert"
            | b"elif"
    )
}

/// What the comment silences that ends the line of `at`, an offset outside strings.
pub(crate) fn ignores_at(text: &str, at: usize) -> Ignores {
    let bytes = text.as_bytes();
    let mut pos = at;
    while let Some(&byte) = bytes.get(pos) {
        match byte {
            b'\n' => break,
            b'"' | b'\'' => pos = string_at(bytes, pos).max(pos + 1),
            b'#' => {
                let comment = text.get(pos..line_end(bytes, pos)).unwrap_or_default();
                return Ignores::of_comment(comment);
            }
            _ => pos += 1,
        }
    }
    Ignores::default()
}
