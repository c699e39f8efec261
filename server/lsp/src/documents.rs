//! The open documents: their texts, their versions, and where in which workspace they lie.

mod cells;

use crate::folders::Place;
use crate::from_proto;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::python::{ParsedImport, notebook, statement};
use pinlens_facts::words::text::{Encoding, LineIndex, Position, TextRange};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use tower_lsp::ls_types::{NotebookDocumentCellChange, TextDocumentContentChangeEvent, TextDocumentItem, Uri};

pub use cells::{Cell, Cells};

/// One open document.
#[derive(Debug)]
pub struct Document {
    /// Its URI, byte for byte as the client spelt it.
    pub uri: Uri,
    /// The version that the client gave the text.
    pub version: i32,
    /// The text.
    text: String,
    /// The lines of `text`.
    index: LineIndex,
    /// How it is read; `None` for what is none of ours.
    pub kind: Option<FileKind>,
    /// Where it lies.
    pub place: Place,
    /// The cells that its text is made of; `None` for what is open as text.
    pub cells: Option<Cells>,
    /// Whether the workspace has its facts: it is of a kind, and neither ignored nor excluded.
    pub tracked: bool,
    /// Whether its file was renamed or deleted in the editor. VS Code keeps the text of such a file for minutes, without an editor
    /// that shows it: what it says counts again once it is edited, or its file is back.
    pub gone: bool,
    /// The import statements of the last reading by their text: a keystroke changes one of them, and to parse all the
    /// others again was two fifths of its cost.
    statements: RefCell<FxHashMap<Box<str>, Arc<ParsedImport>>>,
}

impl Document {
    /// A document as it was opened.
    pub fn new(uri: Uri, version: i32, text: String, kind: Option<FileKind>, place: Place) -> Self {
        let index = LineIndex::new(&text);
        let statements = RefCell::default();
        Self { uri, version, text, index, kind, place, cells: None, tracked: false, gone: false, statements }
    }

    /// A notebook as it was opened.
    pub fn notebook(uri: Uri, version: i32, mut cells: Cells, place: Place) -> Self {
        let text = cells.joined();
        Self { cells: Some(cells), ..Self::new(uri, version, text, Some(FileKind::Notebook), place) }
    }

    /// Applies the edits in their order. Each one's positions refer to the text that the ones before it made.
    pub fn edit(&mut self, version: i32, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        self.version = version;
        for change in changes {
            self.text = edited(std::mem::take(&mut self.text), &self.index, change, encoding);
            self.index = LineIndex::new(&self.text);
        }
    }

    /// Takes a change of a notebook's cells in.
    pub fn edit_cells(&mut self, version: i32, change: Option<NotebookDocumentCellChange>, encoding: Encoding) {
        self.version = version;
        let (Some(cells), Some(change)) = (&mut self.cells, change) else { return };
        cells.change(change, encoding);
        self.text = cells.joined();
        self.index = LineIndex::new(&self.text);
    }

    /// What the text says; `None` where it is of no kind.
    pub fn facts(&self) -> Option<FileFacts> {
        let before = self.statements.take();
        let parse = |text: &str| {
            let parsed = before.get(text).cloned().unwrap_or_else(|| statement::parse(text));
            self.statements.borrow_mut().insert(text.into(), Arc::clone(&parsed));
            parsed
        };
        if let Some(cells) = &self.cells {
            let ranges: Vec<TextRange> = cells.iter().map(|cell| cell.range).collect();
            return Some(FileFacts::Python(notebook::read_cells(&self.text, &ranges, &parse)));
        }
        Some(FileFacts::of(self.kind?, &self.text, &parse))
    }

    /// The document as the client would open it anew.
    pub fn into_item(self, language: &str) -> TextDocumentItem {
        TextDocumentItem::new(self.uri, language.to_owned(), self.version, self.text)
    }

    /// The text as it is now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, where it is that of its code or its lines: of a notebook that is open as text it is JSON.
    pub fn code(&self) -> Option<&str> {
        let is_json = self.kind == Some(FileKind::Notebook) && self.cells.is_none();
        (!is_json).then_some(&self.text)
    }

    /// The byte at a position of the text, or of one of its cells.
    pub fn offset(&self, position: Position, cell: Option<&Cell>, encoding: Encoding) -> u32 {
        let Some(cell) = cell else { return self.index.offset(&self.text, position, encoding) };
        let line = position.line.saturating_add(cell.first_line);
        self.index.offset(&self.text, Position { line, ..position }, encoding).min(cell.range.end)
    }

    /// The position of the byte `offset` of the text: in its cell, where there are cells.
    pub fn position(&self, offset: u32, encoding: Encoding) -> Position {
        let position = self.index.position(&self.text, offset, encoding);
        let first = self.cell_at(offset).map_or(0, |cell| cell.first_line);
        Position { line: position.line - first, ..position }
    }

    /// The cell that holds the byte `offset` of the text.
    pub fn cell_at(&self, offset: u32) -> Option<&Cell> {
        self.cells.as_ref()?.at(offset)
    }
}

/// The text, whose lines are `index`, after one edit.
fn edited(mut text: String, index: &LineIndex, change: TextDocumentContentChangeEvent, encoding: Encoding) -> String {
    let Some(range) = change.range else { return change.text };
    let offset = |position| index.offset(&text, from_proto::position(position), encoding) as usize;
    let (start, end) = (offset(range.start), offset(range.end));
    text.replace_range(start..end.max(start), &change.text);
    text
}

/// Every open document.
#[derive(Debug, Default)]
pub struct Documents {
    by_uri: BTreeMap<Uri, Document>,
    /// The document that speaks for each place: the one that was opened last, where two URIs mean one file.
    by_place: FxHashMap<Place, Uri>,
    /// The notebook of each cell.
    notebooks: FxHashMap<Uri, Uri>,
}

impl Documents {
    /// Takes a document in; one of the same URI is replaced.
    pub fn open(&mut self, document: Document) {
        self.note_cells(&document);
        self.by_place.insert(document.place.clone(), document.uri.clone());
        self.by_uri.insert(document.uri.clone(), document);
    }

    /// Lets a document go.
    pub fn close(&mut self, uri: &Uri) -> Option<Document> {
        let document = self.by_uri.remove(uri)?;
        self.notebooks.retain(|_, notebook| notebook != uri);
        self.by_place.remove(&document.place);
        let twin = self.by_uri.values().find(|other| other.place == document.place);
        if let Some(twin) = twin {
            self.by_place.insert(twin.place.clone(), twin.uri.clone());
        }
        Some(document)
    }

    /// The document of that URI.
    pub fn get(&self, uri: &Uri) -> Option<&Document> {
        self.by_uri.get(uri)
    }

    /// Changes the cells of a notebook; tells whether it is open.
    pub fn edit_cells(
        &mut self,
        uri: &Uri,
        version: i32,
        change: Option<NotebookDocumentCellChange>,
        encoding: Encoding,
    ) -> bool {
        let Some(mut document) = self.by_uri.remove(uri) else { return false };
        document.edit_cells(version, change, encoding);
        self.notebooks.retain(|_, notebook| notebook != uri);
        self.note_cells(&document);
        self.by_uri.insert(uri.clone(), document);
        true
    }

    fn note_cells(&mut self, document: &Document) {
        let cells = document.cells.iter().flat_map(Cells::iter);
        self.notebooks.extend(cells.map(|cell| (cell.uri.clone(), document.uri.clone())));
    }

    /// The notebook that a cell is of, and the cell.
    pub fn cell(&self, uri: &Uri) -> Option<(&Document, &Cell)> {
        let document = self.by_uri.get(self.notebooks.get(uri)?)?;
        Some((document, document.cells.as_ref()?.get(uri)?))
    }

    /// The same, to be edited.
    pub fn get_mut(&mut self, uri: &Uri) -> Option<&mut Document> {
        self.by_uri.get_mut(uri)
    }

    /// The document that speaks for a place.
    pub fn at(&self, place: &Place) -> Option<&Document> {
        self.by_uri.get(self.by_place.get(place)?)
    }

    /// The same, to be changed.
    pub fn at_mut(&mut self, place: &Place) -> Option<&mut Document> {
        self.by_uri.get_mut(self.by_place.get(place)?)
    }

    /// Every document, by URI.
    pub fn iter(&self) -> impl Iterator<Item = &Document> {
        self.by_uri.values()
    }

    /// Every document, taken out.
    pub fn take(&mut self) -> Vec<Document> {
        self.by_place.clear();
        self.notebooks.clear();
        std::mem::take(&mut self.by_uri).into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folders::FolderKey;
    use pinlens_facts::words::names::FilePath;
    use tower_lsp::ls_types::{Position, Range};

    fn place(path: &str) -> Place {
        Place { folder: FolderKey(0), path: FilePath::new(path) }
    }

    fn document(uri: &str, text: &str) -> Document {
        Document::new(uri.parse().expect("a URI"), 1, text.to_owned(), Some(FileKind::Python), place("a.py"))
    }

    fn change(start: (u32, u32), end: (u32, u32), text: &str) -> TextDocumentContentChangeEvent {
        let range = Range::new(Position::new(start.0, start.1), Position::new(end.0, end.1));
        TextDocumentContentChangeEvent { range: Some(range), range_length: None, text: text.to_owned() }
    }

    #[test]
    fn edits_count_in_the_encoding_of_the_session() {
        for (encoding, column) in [(Encoding::Utf8, 4), (Encoding::Utf16, 2), (Encoding::Utf32, 1)] {
            let mut document = document("file:///a.py", "\u{1d11e}x\r\ny");
            document.edit(2, vec![change((0, column), (0, column + 1), "z"), change((1, 0), (1, 1), "")], encoding);
            assert_eq!((document.text.as_str(), document.version), ("\u{1d11e}z\r\n", 2));
        }
    }

    #[test]
    fn positions_out_of_the_text_are_clamped() {
        let mut document = document("file:///a.py", "ab\n");
        document.edit(2, vec![change((0, 99), (0, 99), "c"), change((9, 9), (0, 0), "d")], Encoding::Utf16);
        assert_eq!(document.text, "abc\nd");
    }

    #[test]
    fn of_two_spellings_the_last_speaks() {
        let mut documents = Documents::default();
        documents.open(document("file:///a.py", "one"));
        documents.open(document("file:///%61.py", "two"));
        assert_eq!(documents.at(&place("a.py")).map(|document| document.text.as_str()), Some("two"));
        documents.close(&"file:///%61.py".parse().expect("a URI"));
        assert_eq!(documents.at(&place("a.py")).map(|document| document.text.as_str()), Some("one"));
        documents.close(&"file:///a.py".parse().expect("a URI"));
        assert!(documents.at(&place("a.py")).is_none());
    }
}
