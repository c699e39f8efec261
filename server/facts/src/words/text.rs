//! Byte ranges, line indexes and text edits. Knows nothing of any language.

use std::ops::Range;

/// A half-open range of bytes in a text. `start <= end`, both on character boundaries of the text it was made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextRange {
    /// First byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl TextRange {
    /// The range from byte `start` up to byte `end`.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The empty range at byte `offset`.
    pub const fn empty(offset: u32) -> Self {
        Self { start: offset, end: offset }
    }

    /// The number of bytes.
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the range holds no byte.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The same range, `by` bytes later.
    #[must_use]
    pub const fn shifted(self, by: u32) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }

    /// Whether `offset` lies inside or at either end, as a cursor does that stands next to a word.
    pub const fn touches(self, offset: u32) -> bool {
        self.start <= offset && offset <= self.end
    }

    /// Whether the two ranges share a byte or an end.
    pub const fn meets(self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// The range as an index into a `str` or a byte slice.
    pub const fn indices(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The unit that columns are counted in. LSP calls it the position encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes of UTF-8.
    Utf8,
    /// Code units of UTF-16.
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl Encoding {
    /// The length of `text` in this unit.
    pub fn width(self, text: &str) -> u32 {
        let width = match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
            Self::Utf32 => text.chars().count(),
        };
        width as u32
    }
}

/// A place in a text. Line and column count from 0; the column's unit is the [`Encoding`] it was requested in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 0.
    pub line: u32,
    /// The column, from 0.
    pub column: u32,
}

/// Where the lines of one text begin. Lines end at `\n`, `\r\n` or `\r`, as the language server protocol has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    /// The offset of each line's first byte; never empty, ascending.
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes `text`.
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        let bytes = text.as_bytes();
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let inside_crlf = bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
            if !inside_crlf {
                starts.push(at as u32 + 1);
            }
        }
        Self { starts }
    }

    /// Follows an edit: the bytes at `old` of the indexed text have become those at `new`, which begins where `old` does, of
    /// `text`, the text after the edit. Only the lines that it touches are looked at again.
    pub fn follow(&mut self, old: TextRange, new: TextRange, text: &str) {
        let mut first = self.line_of(old.start) as usize;
        // what is put at the start of a line may join a break that ends the line before
        first = first.saturating_sub(usize::from(self.starts[first] == old.start));
        let after = self.line_of(old.end) as usize + 1;
        let start = self.starts[first];
        let moved = |at: u32| at - old.end + new.end;
        let end = self.starts.get(after).map_or(text.len() as u32, |&at| moved(at));
        let mut lines = Self::new(&text[start as usize..end as usize]).starts;
        if after < self.starts.len() {
            lines.pop_if(|last| start + *last == end);
        }
        for at in &mut self.starts[after..] {
            *at = moved(*at);
        }
        self.starts.splice(first..after, lines.into_iter().map(|at| start + at));
    }

    /// The number of lines; a text that ends in a line break has an empty last line.
    pub fn len(&self) -> u32 {
        self.starts.len() as u32
    }

    /// Always false: even the empty text has one line.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The line, from 0, that holds the byte `offset`.
    pub fn line_of(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32 - 1
    }

    /// The bytes of `line`, without its line break. A line past the end is the empty range at the text's end.
    pub fn line_range(&self, text: &str, line: u32) -> TextRange {
        let Some(&start) = self.starts.get(line as usize) else {
            return TextRange::empty(text.len() as u32);
        };
        let end = self.starts.get(line as usize + 1).map_or(text.len() as u32, |&next| next);
        let content = text[start as usize..end as usize].trim_end_matches(['\n', '\r']);
        TextRange::new(start, start + content.len() as u32)
    }

    /// The position of the byte `offset` of `text`, which must be the text that was indexed.
    pub fn position(&self, text: &str, offset: u32, encoding: Encoding) -> Position {
        let line = self.line_of(offset);
        let start = self.starts[line as usize];
        Position { line, column: encoding.width(&text[start as usize..offset as usize]) }
    }

    /// The byte at `position`. A column past the line's end is taken as the line's end, a line past the text's end as the
    /// text's end, and a column inside a character as the character's start: what a client sends is never trusted.
    pub fn offset(&self, text: &str, position: Position, encoding: Encoding) -> u32 {
        let line = self.line_range(text, position.line);
        let mut left = position.column;
        let mut offset = line.start;
        for character in text[line.indices()].chars() {
            let width = match encoding {
                Encoding::Utf8 => character.len_utf8(),
                Encoding::Utf16 => character.len_utf16(),
                Encoding::Utf32 => 1,
            } as u32;
            if width > left {
                break;
            }
            left -= width;
            offset += character.len_utf8() as u32;
        }
        offset
    }
}

/// The positions of a few offsets of a text, kept when the text itself is let go.
///
/// A closed file keeps its facts but not its text; the border still has to turn the facts' ranges into lines and columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SparseLines {
    /// One row a line that holds a kept offset, ascending.
    lines: Box<[SparseLine]>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct SparseLine {
    number: u32,
    start: u32,
    /// The line's text up to its last kept offset, when it is not pure ASCII: columns then differ between encodings.
    wide: Option<Box<str>>,
}

impl SparseLines {
    /// Keeps what is needed to compute the position of each of `offsets`, in any order, of `text`.
    pub fn new(text: &str, offsets: impl IntoIterator<Item = u32>) -> Self {
        let mut offsets: Vec<u32> = offsets.into_iter().collect();
        offsets.sort_unstable();
        offsets.dedup();
        let mut lines: Vec<SparseLine> = Vec::new();
        let (mut number, mut start) = (0, 0);
        let bytes = text.as_bytes();
        let mut breaks = memchr::memchr2_iter(b'\n', b'\r', bytes)
            .filter(|&at| !(bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n')))
            .map(|at| at as u32 + 1)
            .peekable();
        let mut offsets = offsets.into_iter().peekable();
        while let Some(offset) = offsets.next() {
            while let Some(next) = breaks.next_if(|&next| next <= offset) {
                number += 1;
                start = next;
            }
            let line_end = breaks.peek().copied().unwrap_or(u32::MAX);
            if offsets.peek().is_some_and(|next| *next < line_end) {
                continue; // a later offset of the line keeps all that this one needs
            }
            let prefix = &text[start as usize..offset as usize];
            let wide = (!prefix.is_ascii()).then(|| prefix.into());
            lines.push(SparseLine { number, start, wide });
        }
        Self { lines: lines.into() }
    }

    /// The same, with what is needed for more offsets of the same text.
    #[must_use]
    pub fn with(self, text: &str, offsets: impl IntoIterator<Item = u32>) -> Self {
        let more = Self::new(text, offsets);
        let mut lines: Vec<SparseLine> = self.lines.into_iter().chain(more.lines).collect();
        // of two rows of a line, the one that keeps more of it comes first
        lines.sort_by_key(|line| (line.number, std::cmp::Reverse(line.wide.as_ref().map_or(0, |text| text.len()))));
        lines.dedup_by_key(|line| line.number);
        Self { lines: lines.into() }
    }

    /// The position of `offset`, which must be one of the kept offsets.
    pub fn position(&self, offset: u32, encoding: Encoding) -> Position {
        let at = self.lines.partition_point(|line| line.start <= offset);
        let Some(line) = at.checked_sub(1).map(|at| &self.lines[at]) else {
            return Position::default();
        };
        let bytes = offset - line.start;
        let column = match &line.wide {
            Some(prefix) => encoding.width(prefix.get(..bytes as usize).unwrap_or(prefix)),
            None => bytes,
        };
        Position { line: line.number, column }
    }
}

/// One replacement in a text: the bytes of `range` become `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// What is replaced, in bytes of the text before any edit.
    pub range: TextRange,
    /// What stands there instead.
    pub text: String,
}

impl TextEdit {
    /// Puts `text` in at byte `offset`.
    pub fn insert(offset: u32, text: impl Into<String>) -> Self {
        Self { range: TextRange::empty(offset), text: text.into() }
    }

    /// Takes the bytes of `range` out.
    pub fn delete(range: TextRange) -> Self {
        Self { range, text: String::new() }
    }
}

/// Applies `edits`, whose ranges all refer to `text` as it is and must not overlap; edits at one offset keep their order.
pub fn apply_edits(text: &str, edits: &[TextEdit]) -> String {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.range);
    let mut out = String::with_capacity(text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut done = 0;
    for edit in sorted {
        out.push_str(&text[done..edit.range.start as usize]);
        out.push_str(&edit.text);
        done = edit.range.end as usize;
    }
    out.push_str(&text[done..]);
    out
}

/// The line break that `text` uses: its first one, or `\n` where it has none.
pub fn line_ending(text: &str) -> &'static str {
    match memchr::memchr2(b'\n', b'\r', text.as_bytes()) {
        Some(at) if text.as_bytes()[at] == b'\n' => "\n",
        Some(at) if text.as_bytes().get(at + 1) == Some(&b'\n') => "\r\n",
        Some(_) => "\r",
        None => "\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ENCODINGS: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    #[test]
    fn lines_end_in_three_ways() {
        let text = "a\nb\r\nc\rd";
        let index = LineIndex::new(text);
        let lines: Vec<&str> = (0..index.len()).map(|line| &text[index.line_range(text, line).indices()]).collect();
        assert_eq!(lines, ["a", "b", "c", "d"]);
    }

    #[test]
    fn columns_depend_on_the_encoding() {
        let text = "x = '𝄞é' ; import a";
        let index = LineIndex::new(text);
        let offset = text.find("import").unwrap() as u32;
        let columns = ENCODINGS.map(|encoding| index.position(text, offset, encoding).column);
        assert_eq!(columns, [15, 12, 11]);
    }

    #[test]
    fn a_column_past_the_end_is_clamped() {
        let text = "ab\ncd";
        let index = LineIndex::new(text);
        assert_eq!(index.offset(text, Position { line: 0, column: 99 }, Encoding::Utf16), 2);
        assert_eq!(index.offset(text, Position { line: 9, column: 0 }, Encoding::Utf16), 5);
    }

    proptest! {
        #[test]
        fn position_and_offset_are_inverse(text in "[ab é𝄞\n\r]{0,40}") {
            let index = LineIndex::new(&text);
            for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
                // the middle of a CRLF is on no line of its own: it is read back as the line's end
                if offset > 0 && text.as_bytes()[offset - 1] == b'\r' && text.as_bytes().get(offset) == Some(&b'\n') {
                    continue;
                }
                for encoding in ENCODINGS {
                    let position = index.position(&text, offset as u32, encoding);
                    prop_assert_eq!(index.offset(&text, position, encoding), offset as u32);
                }
            }
        }

        #[test]
        fn sparse_lines_agree_with_the_full_index(text in "[ab é𝄞\n\r]{0,40}", picks in proptest::collection::vec(any::<prop::sample::Index>(), 0..6)) {
            let boundaries: Vec<u32> = text.char_indices().map(|(at, _)| at as u32).chain([text.len() as u32]).collect();
            let offsets: Vec<u32> = picks.iter().map(|pick| *pick.get(&boundaries)).collect();
            let index = LineIndex::new(&text);
            let sparse = SparseLines::new(&text, offsets.iter().copied());
            for offset in offsets {
                for encoding in ENCODINGS {
                    prop_assert_eq!(sparse.position(offset, encoding), index.position(&text, offset, encoding));
                }
            }
        }
    }
}
