//! Logical lines, as pip makes them: `\` joins, `#` ends, and every byte knows where it came from.

use crate::words::text::TextRange;
use std::borrow::Cow;
use std::ops::Range;

/// A span of bytes of a logical line's text.
pub(super) type Span = Range<usize>;

/// One logical line.
pub(super) struct Line<'a> {
    /// The joined text: without line breaks and without the `\` that joined them, but with its comment.
    pub text: Cow<'a, str>,
    /// What is neither indentation nor comment; empty for a blank line or one that is all comment.
    pub content: Span,
    /// The comment, with its `#`.
    pub comment: Option<TextRange>,
    /// Everything from the first byte to the end of the last line break.
    pub full: TextRange,
    /// Where the text begins in the file.
    base: u32,
    /// Where joined pieces begin: (offset in `text`, offset in the file), ascending. Empty where nothing is joined.
    pieces: Vec<(usize, u32)>,
}

impl<'a> Line<'a> {
    /// A requirement that stands alone, its first byte at `base` in its file: nothing in it is joined or a comment.
    pub fn alone(text: &'a str, base: u32) -> Self {
        let end = text.trim_end_matches(is_space).len();
        let start = end - text.get(..end).unwrap_or_default().trim_start_matches(is_space).len();
        let full = TextRange::new(base, base + text.len() as u32);
        Self { text: text.into(), content: start..end, comment: None, full, base, pieces: Vec::new() }
    }

    /// The bytes of the file that a span of the text stands for, from its first byte to its last.
    pub fn range(&self, span: &Span) -> TextRange {
        let start = self.offset(span.start);
        let end = if span.end > span.start { self.offset(span.end - 1) + 1 } else { start };
        TextRange::new(start, end)
    }

    fn offset(&self, at: usize) -> u32 {
        let after = self.pieces.partition_point(|&(start, _)| start <= at);
        match after.checked_sub(1).and_then(|last| self.pieces.get(last)) {
            Some(&(start, origin)) => origin + (at - start) as u32,
            None => self.base + at as u32,
        }
    }

    /// Whether the line holds a comment and nothing else, and stands on one physical line.
    pub fn is_comment(&self) -> bool {
        self.content.is_empty() && self.comment.is_some() && self.pieces.is_empty()
    }
}

/// The logical lines of a text, in order; together they cover all of it but the byte-order mark.
pub(super) struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, at: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 } }
    }

    /// The next physical line without its line break.
    fn physical(&mut self) -> Option<Span> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let start = self.at;
        let (length, line_break) = line_end(rest);
        self.at = start + length + line_break;
        Some(start..start + length)
    }

    fn single(&self, span: Span) -> Line<'a> {
        let text = self.text.get(span.clone()).unwrap_or_default();
        let full = TextRange::new(span.start as u32, self.at as u32);
        let line =
            Line { text: text.into(), content: 0..0, comment: None, full, base: span.start as u32, pieces: Vec::new() };
        trimmed(line)
    }

    fn joined(&mut self, first: Span) -> Line<'a> {
        let base = first.start as u32;
        let mut text = String::new();
        let mut pieces = Vec::new();
        let mut comment = None;
        let mut next = Some(first);
        while let Some(span) = next {
            let raw = self.text.get(span.clone()).unwrap_or_default();
            if is_comment_line(raw) {
                // pip ends the joined line here, and the comment is its own
                let indent = raw.len() - raw.trim_start_matches(is_space).len();
                comment = Some(TextRange::new((span.start + indent) as u32, span.end as u32));
                break;
            }
            let goes_on = raw.ends_with('\\');
            let piece = if goes_on { raw.trim_matches('\\') } else { raw };
            // pip strips the backslashes of both ends
            let lead = if goes_on { raw.len() - raw.trim_start_matches('\\').len() } else { 0 };
            if !piece.is_empty() {
                pieces.push((text.len(), (span.start + lead) as u32));
                text.push_str(piece);
            }
            next = if goes_on { self.physical() } else { None };
        }
        let full = TextRange::new(base, self.at as u32);
        let mut line = trimmed(Line { text: text.into(), content: 0..0, comment: None, full, base, pieces });
        line.comment = line.comment.or(comment);
        line
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let span = self.physical()?;
        let raw = self.text.get(span.clone()).unwrap_or_default();
        let joins = raw.ends_with('\\') && !is_comment_line(raw);
        Some(if joins { self.joined(span) } else { self.single(span) })
    }
}

/// Finds the comment and the content of a line.
fn trimmed(mut line: Line<'_>) -> Line<'_> {
    let comment = comment_start(&line.text);
    let body = line.text.get(..comment).unwrap_or_default();
    let end = body.trim_end_matches(is_space).len();
    let start = end - body.get(..end).unwrap_or_default().trim_start_matches(is_space).len();
    if comment < line.text.len() {
        line.comment = Some(line.range(&(comment..line.text.len())));
    }
    line.content = start..end;
    line
}

/// The offset of the `#` that begins a comment (at the start or after white space), or the text's length.
fn comment_start(text: &str) -> usize {
    memchr::memchr_iter(b'#', text.as_bytes())
        .find(|&at| text.get(..at).is_some_and(|before| before.is_empty() || before.ends_with(is_space)))
        .unwrap_or(text.len())
}

fn is_comment_line(raw: &str) -> bool {
    raw.trim_start_matches(is_space).starts_with('#')
}

/// Where the first line of `rest` ends, and how long its line break is. Lines end where Python's `str.splitlines`
/// ends them, for that is what pip calls: at form feeds and the Unicode separators too.
fn line_end(rest: &str) -> (usize, usize) {
    let bytes = rest.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        let length = match byte {
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => 2,
            b'\n' | b'\r' | 0x0b | 0x0c | 0x1c..=0x1e => 1,
            0xc2 if bytes.get(at + 1) == Some(&0x85) => 2,
            0xe2 if matches!(bytes.get(at + 1..at + 3), Some([0x80, 0xa8 | 0xa9])) => 3,
            _ => continue,
        };
        return (at, length);
    }
    (bytes.len(), 0)
}

/// White space as Python's `str.isspace` has it.
pub(super) fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}
