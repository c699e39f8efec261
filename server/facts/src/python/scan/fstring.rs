//! The end of an f-string or t-string. Since Python 3.12 a replacement field may hold the quotes of the string around it,
//! so the fields have to be walked.

use super::lexer::{after_newline, closing_triple, is_triple, is_word, string_end};

/// Strings inside fields inside strings: more than this is no program.
const MAX_NESTING: u32 = 50;
/// A field that runs on over more lines than this was never closed. It also bounds what is walked twice.
const MAX_FIELD_LINES: u32 = 200;

/// The prefix of a string that has replacement fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prefix {
    raw: bool,
}

/// What the letters before the quote at `quote` say, where they make it an f-string or t-string.
pub(super) fn prefix(bytes: &[u8], quote: usize) -> Option<Prefix> {
    let before = |back: usize| quote.checked_sub(back).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    let first = before(1).to_ascii_lowercase();
    if !matches!(first, b'f' | b't' | b'r') {
        return None;
    }
    let second = before(2).to_ascii_lowercase();
    match (first, second) {
        (b'f' | b't', b'r') | (b'r', b'f' | b't') if !is_word(before(3)) => Some(Prefix { raw: true }),
        (b'f' | b't', _) if !is_word(second) => Some(Prefix { raw: false }),
        _ => None,
    }
}

/// The offset after the string whose quote stands at `quote`, or nothing where it does not close as an f-string should.
pub(super) fn end(bytes: &[u8], quote: usize, prefix: Prefix) -> Option<usize> {
    let mut walk = Walk { bytes, pos: quote, nesting: 0, lines: 0 };
    walk.string(prefix)?;
    Some(walk.pos)
}

struct Walk<'a> {
    bytes: &'a [u8],
    pos: usize,
    nesting: u32,
    /// Line breaks met in the fields of single-quoted strings.
    lines: u32,
}

#[derive(Clone, Copy)]
struct Delimiter {
    quote: u8,
    triple: bool,
    raw: bool,
}

impl Walk<'_> {
    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    /// Walks over the formatted string whose quote stands here. Nothing where it does not close.
    fn string(&mut self, prefix: Prefix) -> Option<()> {
        let quote = self.byte()?;
        let triple = is_triple(self.bytes, self.pos, quote);
        let delimiter = Delimiter { quote, triple, raw: prefix.raw };
        self.pos += if triple { 3 } else { 1 };
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return None;
        }
        self.literal(delimiter)?;
        self.nesting -= 1;
        Some(())
    }

    /// Walks over the text of a string and its closing quote.
    fn literal(&mut self, delimiter: Delimiter) -> Option<()> {
        loop {
            let byte = self.byte()?;
            match byte {
                b'\\' => self.escape(delimiter.raw),
                b'{' if self.bytes.get(self.pos + 1) == Some(&b'{') => self.pos += 2,
                b'{' => self.field(delimiter)?,
                b'\n' | b'\r' if !delimiter.triple => return None,
                _ if byte != delimiter.quote => self.pos += 1,
                _ if !delimiter.triple => {
                    self.pos += 1;
                    return Some(());
                }
                _ if is_triple(self.bytes, self.pos, byte) => {
                    self.pos += 3;
                    return Some(());
                }
                _ => self.pos += 1,
            }
        }
    }

    /// A backslash escapes a quote, a backslash and a line break, but no brace; `\N{…}` is a name, not a field.
    fn escape(&mut self, raw: bool) {
        match self.bytes.get(self.pos + 1) {
            Some(b'{' | b'}') => self.pos += 1,
            Some(b'\n' | b'\r') => self.pos = after_newline(self.bytes, self.pos + 1),
            Some(b'N') if !raw && self.bytes.get(self.pos + 2) == Some(&b'{') => {
                let name = &self.bytes[self.pos + 3..];
                let length = name.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-'));
                self.pos += 3 + length.count();
                if self.byte() == Some(b'}') {
                    self.pos += 1;
                }
            }
            _ => self.pos += 2,
        }
    }

    /// Walks over a replacement field, from its `{` to its `}`.
    fn field(&mut self, delimiter: Delimiter) -> Option<()> {
        self.pos += 1;
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return None;
        }
        let mut depth = 0u32;
        loop {
            let byte = self.byte()?;
            match byte {
                b'"' | b'\'' => self.nested_string(byte)?,
                b'(' | b'[' | b'{' => {
                    depth += 1;
                    self.pos += 1;
                }
                b'}' if depth == 0 => break,
                b')' | b']' | b'}' => {
                    depth = depth.checked_sub(1)?;
                    self.pos += 1;
                }
                b':' if depth == 0 => {
                    self.pos += 1;
                    self.format_spec(delimiter)?;
                    break;
                }
                b'#' => self.comment(),
                b'\n' | b'\r' => self.newline(delimiter)?,
                _ => self.pos += 1,
            }
        }
        self.pos += 1;
        self.nesting -= 1;
        Some(())
    }

    fn comment(&mut self) {
        while !matches!(self.byte(), None | Some(b'\n' | b'\r')) {
            self.pos += 1;
        }
    }

    fn newline(&mut self, delimiter: Delimiter) -> Option<()> {
        self.pos = after_newline(self.bytes, self.pos);
        if delimiter.triple {
            return Some(());
        }
        self.lines += 1;
        (self.lines <= MAX_FIELD_LINES && !super::lexer::starts_statement(self.bytes, self.pos)).then_some(())
    }

    fn nested_string(&mut self, quote: u8) -> Option<()> {
        if let Some(prefix) = prefix(self.bytes, self.pos) {
            return self.string(prefix);
        }
        self.pos = if is_triple(self.bytes, self.pos, quote) {
            closing_triple(self.bytes, self.pos + 3, quote)?
        } else {
            let (end, closed) = string_end(self.bytes, self.pos + 1, quote);
            closed.then_some(end)?
        };
        Some(())
    }

    /// Walks up to the `}` that ends the field; a format may hold fields itself.
    fn format_spec(&mut self, delimiter: Delimiter) -> Option<()> {
        loop {
            let byte = self.byte()?;
            match byte {
                b'}' => return Some(()),
                b'{' => self.field(delimiter)?,
                b'\\' => self.escape(delimiter.raw),
                b'\n' | b'\r' => self.newline(delimiter)?,
                _ if byte == delimiter.quote && (!delimiter.triple || is_triple(self.bytes, self.pos, byte)) => {
                    return None;
                }
                _ => self.pos += 1,
            }
        }
    }
}
