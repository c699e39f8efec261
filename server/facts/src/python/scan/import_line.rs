//! Where an import statement ends. An import holds names, commas, dots and one pair of brackets, so that a half-typed one
//! is kept apart from the code below it more surely than any other statement.

use super::lexer::{after_newline, is_statement_word, is_word, line_end, word_at};

/// The extent of an import statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// After its last byte that is neither blank nor comment.
    pub end: usize,
    /// Where the walk goes on: at a line break, a `;`, a comment, or what does not belong to it.
    pub next: usize,
}

/// The extent of the import statement whose keyword begins at `start`.
pub(super) fn extent(bytes: &[u8], start: usize) -> Extent {
    let mut walk = Walk { bytes, pos: start, end: start, line: Line::First, brackets: Brackets::None };
    while walk.step() {}
    match (walk.brackets, walk.line) {
        (Brackets::Broken, Line::Later { end, newline }) => Extent { end, next: newline },
        _ => Extent { end: walk.end, next: walk.pos },
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Brackets {
    None,
    Open,
    Closed,
    /// What stands in them cannot be in an import: they were never closed.
    Broken,
}

/// The line of an open bracket that is walked.
#[derive(Clone, Copy)]
enum Line {
    First,
    /// Where the statement ended, and the line break stood, before this line.
    Later {
        end: usize,
        newline: usize,
    },
}

struct Walk<'a> {
    bytes: &'a [u8],
    pos: usize,
    end: usize,
    line: Line,
    brackets: Brackets,
}

impl Walk<'_> {
    /// Takes one word or sign; false at the end of the statement.
    fn step(&mut self) -> bool {
        let Some(&byte) = self.bytes.get(self.pos) else { return false };
        let open = self.brackets == Brackets::Open;
        match byte {
            b' ' | b'\t' | b'\x0c' => self.pos += 1,
            b'\\' if matches!(self.bytes.get(self.pos + 1), Some(b'\n' | b'\r')) => {
                self.pos = after_newline(self.bytes, self.pos + 1);
            }
            b'.' | b',' | b'*' => self.take(1),
            _ if is_word(byte) => return self.word(),
            b'(' if self.brackets == Brackets::None => {
                self.brackets = Brackets::Open;
                self.take(1);
            }
            b')' if open => {
                self.brackets = Brackets::Closed;
                self.take(1);
                return false;
            }
            b'#' if open => self.pos = line_end(self.bytes, self.pos),
            b'\n' | b'\r' if open => {
                self.line = Line::Later { end: self.end, newline: self.pos };
                self.pos = after_newline(self.bytes, self.pos);
            }
            _ => return self.stop(),
        }
        true
    }

    fn word(&mut self) -> bool {
        let word = word_at(self.bytes, self.pos);
        let foreign = is_statement_word(word) || matches!(word, b"from" | b"if" | b"for" | b"else" | b"async");
        if self.brackets == Brackets::Open && foreign {
            return self.stop();
        }
        self.take(word.len());
        true
    }

    fn stop(&mut self) -> bool {
        if self.brackets == Brackets::Open {
            self.brackets = Brackets::Broken;
        }
        false
    }

    fn take(&mut self, length: usize) {
        self.pos += length;
        self.end = self.pos;
    }
}
