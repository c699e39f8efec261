//! The open documents: their texts, their versions, and where in which workspace they lie.

use crate::folders::Place;
use crate::from_proto;
use pinlens_analysis::facts::{FileFacts, FileKind};
use pinlens_analysis::python::{ParsedImport, statement};
use pinlens_analysis::text::{Encoding, LineIndex};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use tower_lsp::ls_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};

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
    /// Whether the workspace has its facts: it is of a kind, and neither ignored nor excluded.
    pub tracked: bool,
    /// The import statements of the last reading by their text: a keystroke changes one of them, and to parse all the
    /// others again was two fifths of its cost.
    statements: RefCell<FxHashMap<Box<str>, Arc<ParsedImport>>>,
}

impl Document {
    /// A document as it was opened.
    pub fn new(uri: Uri, version: i32, text: String, kind: Option<FileKind>, place: Place) -> Self {
        let index = LineIndex::new(&text);
        Self { uri, version, text, index, kind, place, tracked: false, statements: RefCell::default() }
    }

    /// Applies the edits in their order. Each one's positions refer to the text that the ones before it made.
    pub fn edit(&mut self, version: i32, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        self.version = version;
        for change in changes {
            match change.range {
                Some(range) => {
                    let offset =
                        |position| self.index.offset(&self.text, from_proto::position(position), encoding) as usize;
                    let (start, end) = (offset(range.start), offset(range.end));
                    self.text.replace_range(start..end.max(start), &change.text);
                }
                None => self.text = change.text,
            }
            self.index = LineIndex::new(&self.text);
        }
    }

    /// What the text says; `None` where it is of no kind.
    pub fn facts(&self) -> Option<FileFacts> {
        let before = self.statements.take();
        let parse = |text: &str| {
            let parsed = before.get(text).cloned().unwrap_or_else(|| statement::parse(text));
            self.statements.borrow_mut().insert(text.into(), Arc::clone(&parsed));
            parsed
        };
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

    /// The byte of the text at a position of the client's.
    pub fn offset(&self, position: tower_lsp::ls_types::Position, encoding: Encoding) -> u32 {
        self.index.offset(&self.text, from_proto::position(position), encoding)
    }

    /// The position of the byte `offset` of the text.
    pub fn position(&self, offset: u32, encoding: Encoding) -> pinlens_analysis::text::Position {
        self.index.position(&self.text, offset, encoding)
    }
}

/// Every open document.
#[derive(Debug, Default)]
pub struct Documents {
    by_uri: BTreeMap<Uri, Document>,
    /// The document that speaks for each place: the one that was opened last, where two URIs mean one file.
    by_place: FxHashMap<Place, Uri>,
}

impl Documents {
    /// Takes a document in; one of the same URI is replaced.
    pub fn open(&mut self, document: Document) {
        self.by_place.insert(document.place.clone(), document.uri.clone());
        self.by_uri.insert(document.uri.clone(), document);
    }

    /// Lets a document go.
    pub fn close(&mut self, uri: &Uri) -> Option<Document> {
        let document = self.by_uri.remove(uri)?;
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
        std::mem::take(&mut self.by_uri).into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folders::FolderKey;
    use pinlens_analysis::names::FilePath;
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
