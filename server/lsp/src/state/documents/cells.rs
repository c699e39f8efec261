//! The cells of a notebook that is open as one. Their texts, one after the other, are the text of its document.

use super::edits::{Misfit, apply};
use pinlens_facts::words::text::{Encoding, LineIndex, TextRange};
use tower_lsp::ls_types::{
    NotebookCell, NotebookDocumentCellChange, TextDocumentContentChangeEvent, TextDocumentItem, Uri,
};

/// A cell of Python.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Its URI, byte for byte as the client spelt it.
    pub uri: Uri,
    /// The version that the client gave its text.
    pub version: i32,
    text: String,
    /// Its bytes in the text of the document.
    pub range: TextRange,
    /// The line of the document's text at which it begins; no other cell is on that line.
    pub first_line: u32,
}

/// The cells of a notebook, in their order.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    list: Vec<Cell>,
    /// The URIs of all cells, in their order: a change counts those that are no Python too.
    order: Vec<Uri>,
}

impl Cells {
    /// The cells of a notebook as it was opened; those without a text, or with one that is no Python, are passed over.
    pub fn new(order: &[NotebookCell], texts: Vec<TextDocumentItem>) -> Self {
        let order = order.iter().map(|cell| cell.document.clone()).collect();
        let mut cells = Self { list: Vec::new(), order };
        cells.open(texts);
        cells
    }

    fn open(&mut self, texts: Vec<TextDocumentItem>) {
        for item in texts.into_iter().filter(|item| item.language_id == "python") {
            self.list.retain(|cell| cell.uri != item.uri);
            let (range, first_line) = (TextRange::default(), 0);
            self.list.push(Cell { uri: item.uri, version: item.version, text: item.text, range, first_line });
        }
    }

    /// Takes a change in.
    pub fn change(&mut self, change: NotebookDocumentCellChange, encoding: Encoding) -> Result<(), Misfit> {
        if let Some(structure) = change.structure {
            let array = structure.array;
            let start = (array.start as usize).min(self.order.len());
            let end = start.saturating_add(array.delete_count as usize).min(self.order.len());
            let new = array.cells.unwrap_or_default().into_iter().map(|cell| cell.document);
            self.order.splice(start..end, new);
            for closed in structure.did_close.unwrap_or_default() {
                self.list.retain(|cell| cell.uri != closed.uri);
            }
            self.open(structure.did_open.unwrap_or_default());
        }
        for content in change.text_content.unwrap_or_default() {
            self.edit(&content.document.uri, content.document.version, content.changes, encoding)?;
        }
        Ok(())
    }

    fn edit(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> Result<(), Misfit> {
        // a cell that is no Python is none of ours
        let Some(cell) = self.list.iter_mut().find(|cell| cell.uri == *uri) else { return Ok(()) };
        if version < cell.version {
            return Err(Misfit::OlderVersion);
        }
        cell.version = version;
        let mut index = LineIndex::new(&cell.text);
        changes.into_iter().try_for_each(|change| apply(&mut cell.text, &mut index, change, encoding))
    }

    /// Puts the cells in their order and joins their texts.
    pub fn joined(&mut self) -> String {
        let place = |uri: &Uri| self.order.iter().position(|other| other == uri).unwrap_or(usize::MAX);
        let mut list = std::mem::take(&mut self.list);
        list.sort_by_key(|cell| place(&cell.uri));
        let (mut text, mut line) = (String::new(), 0);
        for cell in &mut list {
            cell.first_line = line;
            let start = text.len() as u32;
            text.push_str(&cell.text);
            cell.range = TextRange::new(start, text.len() as u32);
            text.push('\n');
            line += LineIndex::new(&cell.text).len();
        }
        self.list = list;
        text
    }

    /// The cells, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Cell> {
        self.list.iter()
    }

    /// The cell of that URI.
    pub fn get(&self, uri: &Uri) -> Option<&Cell> {
        self.list.iter().find(|cell| cell.uri == *uri)
    }

    /// The cell that holds the byte `offset` of the document's text.
    pub fn at(&self, offset: u32) -> Option<&Cell> {
        let after = self.list.partition_point(|cell| cell.range.start <= offset);
        self.list.get(after.checked_sub(1)?)
    }
}
