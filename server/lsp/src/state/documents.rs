//! The open documents: their texts, their versions, and where in which workspace they lie.

mod cells;
mod edits;

use crate::keys::Place;
use pinlens_facts::facts::{self, FileFacts, FileKind};
use pinlens_facts::python::{ParsedImport, statement};
use pinlens_facts::words::text::{Encoding, LineIndex, Position, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tower_lsp::ls_types::{NotebookDocumentCellChange, TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use edits::apply;

pub use cells::{Cell, Cells};
pub use edits::Misfit;

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
    /// What the client calls its language; empty for a notebook.
    pub language: Box<str>,
    /// How it is read; `None` for what is none of ours.
    pub kind: Option<FileKind>,
    /// Where it lies.
    pub place: Place,
    /// The cells that its text is made of; `None` for what is open as text.
    pub cells: Option<Cells>,
    /// Whether the workspace has its facts: it is of a kind, and neither ignored nor excluded.
    pub tracked: bool,
    /// Whether its file was renamed or deleted in the editor. VS Code keeps the text of such a file for minutes, without an editor
    /// that shows it: it counts again once it is edited, or its file is back.
    pub gone: bool,
    /// The import statements of the last reading by their text: a keystroke changes one of them, and to parse all the
    /// others again was two fifths of its cost.
    statements: RefCell<FxHashMap<Box<str>, Arc<ParsedImport>>>,
}

impl Document {
    /// A document as it was opened.
    pub fn new(item: TextDocumentItem, kind: Option<FileKind>, place: Place) -> Self {
        let TextDocumentItem { uri, language_id, version, text } = item;
        let (index, language) = (LineIndex::new(&text), language_id.into());
        let statements = RefCell::default();
        Self { uri, version, text, index, language, kind, place, cells: None, tracked: false, gone: false, statements }
    }

    /// A notebook as it was opened.
    pub fn notebook(uri: Uri, version: i32, mut cells: Cells, place: Place) -> Self {
        let text = cells.joined();
        let item = TextDocumentItem::new(uri, String::new(), version, text);
        Self { cells: Some(cells), ..Self::new(item, Some(FileKind::Notebook), place) }
    }

    /// Applies the edits in their order. Each one's positions refer to the text that the ones before it made. The error is why they
    /// do not fit; the text is not known then.
    pub fn edit(
        &mut self,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> Result<(), Misfit> {
        if version < self.version {
            return Err(Misfit::OlderVersion);
        }
        self.version = version;
        for change in changes {
            apply(&mut self.text, &mut self.index, change, encoding)?;
        }
        Ok(())
    }

    /// Takes a change of a notebook's cells in.
    pub fn edit_cells(
        &mut self,
        version: i32,
        change: Option<NotebookDocumentCellChange>,
        encoding: Encoding,
    ) -> Result<(), Misfit> {
        if version < self.version {
            return Err(Misfit::OlderVersion);
        }
        self.version = version;
        let (Some(cells), Some(change)) = (&mut self.cells, change) else { return Ok(()) };
        cells.change(change, encoding)?;
        self.text = cells.joined();
        self.index = LineIndex::new(&self.text);
        Ok(())
    }

    /// The facts of the text; `None` where it is of no kind.
    pub fn facts(&self) -> Option<FileFacts> {
        let before = self.statements.take();
        let parse = |text: &str| {
            let parsed = before.get(text).cloned().unwrap_or_else(|| statement::parse(text));
            self.statements.borrow_mut().insert(text.into(), Arc::clone(&parsed));
            parsed
        };
        if let Some(cells) = &self.cells {
            let ranges: Vec<TextRange> = cells.iter().map(|cell| cell.range).collect();
            return Some(FileFacts::Python(facts::of_cells(&self.text, &ranges, &parse)));
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

/// A document that is open in the editor, and of which the text is not known.
#[derive(Debug)]
pub struct Lost {
    /// What the client calls its language.
    pub language: Box<str>,
    /// Where it lies.
    pub place: Place,
}

/// Every open document.
#[derive(Debug, Default)]
pub struct Documents {
    by_uri: BTreeMap<Uri, Document>,
    /// The document that speaks for each place: the one that was opened last, where two URIs mean one file.
    by_place: FxHashMap<Place, Uri>,
    /// The notebook of each cell.
    notebooks: FxHashMap<Uri, Uri>,
    /// Those whose changes did not fit. None of them is in `by_uri`.
    lost: FxHashMap<Uri, Lost>,
    /// Those that are open in the editor and none of ours, and those that were changed without being open.
    strangers: FxHashSet<Uri>,
    /// Those whose texts have changed since they were last taken up.
    edited: BTreeSet<Uri>,
}

impl Documents {
    /// Takes a document in; one of the same URI is replaced.
    pub fn open(&mut self, document: Document) {
        self.lost.remove(&document.uri);
        self.strangers.remove(&document.uri);
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

    /// Notes that a document is to be read anew.
    pub fn mark_edited(&mut self, uri: Uri) {
        self.edited.insert(uri);
    }

    /// Takes out the documents that are to be read anew, by URI.
    pub fn take_edited(&mut self) -> BTreeSet<Uri> {
        std::mem::take(&mut self.edited)
    }

    /// Notes that the text of a document, which was let go, is not known.
    pub fn lose(&mut self, uri: Uri, lost: Lost) {
        self.lost.insert(uri, lost);
    }

    /// What is known of a document whose text is not.
    pub fn lost(&self, uri: &Uri) -> Option<&Lost> {
        self.lost.get(uri)
    }

    /// Whether the text of the document at a place is not known.
    pub fn is_lost_at(&self, place: &Place) -> bool {
        self.lost.values().any(|lost| lost.place == *place)
    }

    /// Notes a document that is none of ours; gives whether that is new.
    pub fn estrange(&mut self, uri: Uri) -> bool {
        self.strangers.insert(uri)
    }

    /// Forgets a document of which no text is known, for it is no longer open; gives its place, where it has one.
    pub fn forget(&mut self, uri: &Uri) -> Option<Place> {
        self.strangers.remove(uri);
        self.lost.remove(uri).map(|lost| lost.place)
    }

    /// The document of that URI.
    pub fn get(&self, uri: &Uri) -> Option<&Document> {
        self.by_uri.get(uri)
    }

    /// Changes the cells of a notebook; gives whether it is open, or why the change does not fit.
    pub fn edit_cells(
        &mut self,
        uri: &Uri,
        version: i32,
        change: Option<NotebookDocumentCellChange>,
        encoding: Encoding,
    ) -> Result<bool, Misfit> {
        let Some(mut document) = self.by_uri.remove(uri) else { return Ok(false) };
        let edited = document.edit_cells(version, change, encoding);
        self.notebooks.retain(|_, notebook| notebook != uri);
        self.note_cells(&document);
        self.by_uri.insert(uri.clone(), document);
        edited.map(|()| true)
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
    use crate::keys::FolderKey;
    use pinlens_facts::words::names::FilePath;
    use tower_lsp::ls_types::{Position, Range};

    fn place(path: &str) -> Place {
        Place { folder: FolderKey(0), path: FilePath::new(path) }
    }

    fn document(uri: &str, text: &str) -> Document {
        let item = TextDocumentItem::new(uri.parse().expect("a URI"), "python".to_owned(), 1, text.to_owned());
        Document::new(item, Some(FileKind::Python), place("a.py"))
    }

    fn change(start: (u32, u32), end: (u32, u32), text: &str) -> TextDocumentContentChangeEvent {
        let range = Range::new(Position::new(start.0, start.1), Position::new(end.0, end.1));
        TextDocumentContentChangeEvent { range: Some(range), range_length: None, text: text.to_owned() }
    }

    #[test]
    fn edits_count_in_the_encoding_of_the_session() {
        for (encoding, column) in [(Encoding::Utf8, 4), (Encoding::Utf16, 2), (Encoding::Utf32, 1)] {
            let mut document = document("file:///a.py", "\u{1d11e}x\r\ny");
            let changes = vec![change((0, column), (0, column + 1), "z"), change((1, 0), (1, 1), "")];
            assert_eq!(document.edit(2, changes, encoding), Ok(()));
            assert_eq!((document.text.as_str(), document.version), ("\u{1d11e}z\r\n", 2));
        }
    }

    #[test]
    fn a_column_behind_its_line_means_its_end() {
        let mut document = document("file:///a.py", "ab\n");
        let changes = vec![change((0, 99), (0, 99), "c"), change((2, 0), (2, 7), "d")];
        assert_eq!(document.edit(2, changes, Encoding::Utf16), Ok(()));
        assert_eq!(document.text, "abc\nd");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (version, change) in
            [(2, change((3, 0), (3, 0), "x")), (2, change((0, 1), (0, 0), "x")), (0, change((0, 0), (0, 0), "x"))]
        {
            let expected = if version == 0 { Misfit::OlderVersion } else { Misfit::OutsideText };
            assert_eq!(document("file:///a.py", "ab\n").edit(version, vec![change], Encoding::Utf16), Err(expected));
        }
    }

    proptest::proptest! {
        #[test]
        fn lines_follow_the_edits(
            text in "[ab\r\n\u{1d11e}]{0,12}",
            edits in proptest::collection::vec((0_u32..5, 0_u32..5, 0_u32..5, 0_u32..5, "[ab\r\n]{0,4}"), 0..6),
        ) {
            let mut document = document("file:///a.py", &text);
            for (line, column, lines, end, new) in edits {
                let edit = change((line, column), (line + lines, end), &new);
                if document.edit(2, vec![edit], Encoding::Utf16).is_err() {
                    break;
                }
                proptest::prop_assert_eq!(&document.index, &LineIndex::new(&document.text), "{:?}", document.text);
            }
        }
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
