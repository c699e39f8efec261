//! Finds the cells of a notebook: a tolerant walk over its JSON, which need not be whole.
//!
//! Of nbformat 4 the cells stand in `cells`, and their text in `source`; of 3 in `worksheets`, `cells` and `input`. A string
//! ends at its line's end at the latest; a bracket that was not closed ends where a key or a closing bracket shows it.

use crate::words::text::TextRange;
use memchr::memchr3;

/// What matters of a notebook.
#[derive(Debug, Default)]
pub(super) struct Notebook<'a> {
    pub cells: Vec<Cell<'a>>,
    /// The languages that its metadata names.
    languages: Vec<&'a str>,
}

/// A cell.
#[derive(Debug, Default)]
pub(super) struct Cell<'a> {
    kind: &'a str,
    language: Option<&'a str>,
    /// The insides of the strings that its text is in.
    pub pieces: Vec<TextRange>,
}

impl Notebook<'_> {
    /// Whether nothing says that it is in another language.
    pub fn is_python(&self) -> bool {
        self.languages.iter().all(|language| is_python(language))
    }
}

impl Cell<'_> {
    /// Whether it is one of code, and nothing says that this is in another language.
    pub fn is_python(&self) -> bool {
        self.kind == "code" && self.language.is_none_or(is_python)
    }

    /// Whether it is one of text for people.
    pub fn is_prose(&self) -> bool {
        self.kind == "markdown"
    }
}

fn is_python(language: &str) -> bool {
    language.to_ascii_lowercase().contains("python")
}

/// Reads the text of an `.ipynb` file.
pub(super) fn read(text: &str) -> Notebook<'_> {
    let mut walk = Walk { text, pos: 0, open: Vec::new(), cell: None, found: Notebook::default() };
    walk.run();
    walk.finish_cell();
    walk.found
}

/// An open bracket.
struct Frame<'a> {
    is_object: bool,
    is_cell: bool,
    /// The key whose value is being read, or was.
    key: &'a str,
    /// The value of `key` is still to come.
    waits: bool,
}

struct Walk<'a> {
    text: &'a str,
    pos: usize,
    open: Vec<Frame<'a>>,
    cell: Option<Cell<'a>>,
    found: Notebook<'a>,
}

impl<'a> Walk<'a> {
    fn run(&mut self) {
        while let Some(&byte) = self.text.as_bytes().get(self.pos) {
            self.pos += 1;
            match byte {
                b'"' => self.string(),
                b'{' | b'[' => self.enter(byte == b'{'),
                b'}' | b']' => self.leave(byte == b'}'),
                _ => {}
            }
        }
    }

    fn enter(&mut self, is_object: bool) {
        // two values without a key between: what holds the first was not closed
        while self.open.last().is_some_and(|frame| frame.is_object && !frame.waits) {
            self.pop();
        }
        let is_cell = is_object && self.is_in_cells() && self.cell.is_none();
        if is_cell {
            self.cell = Some(Cell::default());
        }
        self.value_is_here();
        self.open.push(Frame { is_object, is_cell, key: "", waits: false });
    }

    /// Whether the innermost bracket is the list of cells.
    fn is_in_cells(&self) -> bool {
        matches!(self.open.as_slice(), [.., holder, list] if holder.key == "cells" && !list.is_object)
    }

    /// Closes the innermost bracket of its sort, and what was left open inside.
    fn leave(&mut self, is_object: bool) {
        if self.open.iter().any(|frame| frame.is_object == is_object) {
            while self.pop() != Some(is_object) {}
        }
    }

    /// Closes the innermost bracket, and returns its sort.
    fn pop(&mut self) -> Option<bool> {
        let frame = self.open.pop()?;
        if frame.is_cell {
            self.finish_cell();
        }
        Some(frame.is_object)
    }

    fn finish_cell(&mut self) {
        self.found.cells.extend(self.cell.take());
    }

    fn value_is_here(&mut self) {
        if let Some(frame) = self.open.last_mut() {
            frame.waits = false;
        }
    }

    /// Takes the string whose first quote stands before the position: a key or a value.
    fn string(&mut self) {
        let inside = self.inside();
        let content = self.text.get(inside.indices()).unwrap_or_default();
        let after = self.text.as_bytes()[self.pos..].iter().find(|byte| !byte.is_ascii_whitespace());
        if after == Some(&b':') {
            self.key(content);
        } else {
            self.value(content, inside);
            self.value_is_here();
        }
    }

    /// Steps over the rest of a string.
    fn inside(&mut self) -> TextRange {
        let (bytes, start) = (self.text.as_bytes(), self.pos);
        let mut end = start;
        loop {
            let rest = bytes.get(end..).unwrap_or_default();
            let Some(length) = memchr3(b'"', b'\\', b'\n', rest) else {
                self.pos = bytes.len();
                return TextRange::new(start as u32, bytes.len() as u32);
            };
            end += length;
            match bytes[end] {
                b'\\' if bytes.get(end + 1).is_some_and(|next| *next != b'\n') => end += 2,
                b'\\' => end += 1,
                b'"' => {
                    self.pos = end + 1;
                    return TextRange::new(start as u32, end as u32);
                }
                // never closed: the line break ends a line of code as well
                _ => {
                    self.pos = end + 1;
                    return TextRange::new(start as u32, self.pos as u32);
                }
            }
        }
    }

    fn key(&mut self, key: &'a str) {
        while self.open.last().is_some_and(|frame| !frame.is_object) {
            self.pop();
        }
        if let Some(frame) = self.open.last_mut() {
            frame.key = key;
            frame.waits = true;
        }
    }

    fn value(&mut self, content: &'a str, inside: TextRange) {
        match self.open.as_slice() {
            [root, section, last]
                if root.key == "metadata"
                    && matches!((section.key, last.key), ("kernelspec", "language") | ("language_info", "name")) =>
            {
                self.found.languages.push(content);
            }
            [.., cell] if cell.is_cell && cell.waits => self.of_cell(cell.key, content, inside),
            [.., cell, list] if cell.is_cell && !list.is_object && matches!(cell.key, "source" | "input") => {
                self.piece(inside);
            }
            [.., last] if last.key == "languageId" => {
                if let Some(cell) = &mut self.cell {
                    cell.language = Some(content);
                }
            }
            _ => {}
        }
    }

    fn of_cell(&mut self, key: &str, content: &'a str, inside: TextRange) {
        match (key, &mut self.cell) {
            ("cell_type", Some(cell)) => cell.kind = content,
            ("language", Some(cell)) => cell.language = Some(content),
            ("source" | "input", Some(_)) => self.piece(inside),
            _ => {}
        }
    }

    fn piece(&mut self, inside: TextRange) {
        if let Some(cell) = &mut self.cell {
            cell.pieces.push(inside);
        }
    }
}
