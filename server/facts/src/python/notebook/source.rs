//! The text of a cell, and where each of its bytes stands in the file.

use crate::words::text::TextRange;

/// The decoded text of some JSON strings, one after the other.
#[derive(Debug, Default)]
pub(super) struct Source {
    pub text: String,
    /// The parts of `text`, in order; none is empty.
    runs: Vec<Run>,
}

/// Bytes of the text that stand together: as they are, or as one escape.
#[derive(Clone, Copy, Debug)]
struct Run {
    decoded: u32,
    len: u32,
    raw: TextRange,
    /// The number of the string.
    piece: usize,
}

impl Run {
    fn is_verbatim(&self) -> bool {
        self.len == self.raw.end - self.raw.start
    }

    fn raw(&self, offset: u32) -> u32 {
        if self.is_verbatim() { self.raw.start + (offset - self.decoded).min(self.len) } else { self.raw.start }
    }

    fn raw_end(&self, offset: u32) -> u32 {
        if self.is_verbatim() { self.raw(offset) } else { self.raw.end }
    }
}

impl Source {
    /// Decodes the strings of `json` whose insides are `pieces`.
    pub fn new(json: &str, pieces: &[TextRange]) -> Self {
        let mut source = Self::default();
        for (number, piece) in pieces.iter().enumerate() {
            source.add(json, *piece, number);
        }
        source
    }

    fn add(&mut self, json: &str, piece: TextRange, number: usize) {
        let mut at = piece.start;
        while at < piece.end {
            let rest = json.get(at as usize..piece.end as usize).unwrap_or_default();
            if rest.is_empty() {
                return;
            }
            let plain = memchr::memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
            let (decoded, length) = if plain > 0 { (None, plain) } else { escape(rest) };
            let start = self.text.len() as u32;
            match decoded {
                Some(character) => self.text.push(character),
                None => self.text.push_str(rest.get(..length).unwrap_or_default()),
            }
            let len = self.text.len() as u32 - start;
            let raw = TextRange::new(at, at + length as u32);
            self.runs.push(Run { decoded: start, len, raw, piece: number });
            at = raw.end;
        }
    }

    fn run(&self, offset: u32) -> Option<&Run> {
        let after = self.runs.partition_point(|run| run.decoded <= offset);
        self.runs.get(after.saturating_sub(1))
    }

    /// Where the byte at `offset` stands.
    pub fn raw(&self, offset: u32) -> u32 {
        self.run(offset).map_or(0, |run| run.raw(offset))
    }

    /// Where what ends at `offset` ends.
    pub fn raw_end(&self, offset: u32) -> u32 {
        self.run(offset.saturating_sub(1)).map_or(0, |run| run.raw_end(offset))
    }

    /// Whether the bytes of `range` stand in the file as they are.
    pub fn is_verbatim(&self, range: TextRange) -> bool {
        self.run(range.start).is_some_and(|run| run.is_verbatim() && range.end <= run.decoded + run.len)
    }

    /// The bytes of `range` in the file, as far as they are in the string in which it begins.
    pub fn part(&self, range: TextRange) -> TextRange {
        let start = self.raw(range.start);
        let (Some(first), Some(last)) = (self.run(range.start), self.run(range.end.saturating_sub(1))) else {
            return TextRange::new(start, start);
        };
        let end = if first.piece == last.piece {
            self.raw_end(range.end)
        } else {
            let after = self.runs.partition_point(|run| run.piece <= first.piece);
            self.runs.get(after.saturating_sub(1)).map_or(start, |run| run.raw.end)
        };
        TextRange::new(start, end.max(start))
    }
}

/// The character of the escape that `text` begins with, and its length in bytes. What is none stands for itself.
fn escape(text: &str) -> (Option<char>, usize) {
    let Some(sign) = text[1..].chars().next() else { return (Some('\\'), 1) };
    let plain = |character| (Some(character), 2);
    match sign {
        'n' => plain('\n'),
        't' => plain('\t'),
        'r' => plain('\r'),
        'b' => plain('\x08'),
        'f' => plain('\x0c'),
        'u' => unicode(text),
        other => (Some(other), 1 + other.len_utf8()),
    }
}

/// `\u00e9`, or two of them for a character beyond the first plane.
fn unicode(text: &str) -> (Option<char>, usize) {
    let unit = |at: usize| {
        let escape = text.get(at..at + 6)?;
        u16::from_str_radix(escape.strip_prefix("\\u")?, 16).ok()
    };
    let Some(first) = unit(0) else { return (Some('u'), 2) };
    let units = [first, unit(6).unwrap_or_default()];
    match char::decode_utf16(units).next() {
        Some(Ok(character)) => (Some(character), 6 * character.len_utf16()),
        _ => (Some(char::REPLACEMENT_CHARACTER), 6),
    }
}
