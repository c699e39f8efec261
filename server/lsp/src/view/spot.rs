//! A file that a request is about: its positions become bytes, and what is found there becomes locations.

use crate::border;
use crate::state::documents::Cell;
use crate::view::View;
use pinlens_analysis::features::places::Place;
use pinlens_analysis::model::ids::FileId;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::words::text::TextRange;
use tower_lsp::ls_types::{Location, Position, Range};

/// A file of a folder that a request is about.
#[derive(Clone, Copy, Debug)]
pub struct Spot<'a> {
    /// The folder.
    pub view: View<'a>,
    /// The file.
    pub file: FileId,
    /// The cell of it, where it is a notebook that is open as one.
    pub cell: Option<&'a Cell>,
}

impl<'a> Spot<'a> {
    /// All that is known of the folder.
    pub fn workspace(&self) -> &'a Workspace {
        &self.view.folder.workspace
    }

    /// The byte at a position of the file: of its open text, else of the text that its facts keep.
    pub fn offset(&self, position: Position) -> Option<u32> {
        let (position, encoding) = (border::position(position), self.view.session.encoding);
        let workspace = self.workspace();
        if let Some(document) = self.view.text(workspace.path(self.file)) {
            return Some(document.offset(position, self.cell, encoding));
        }
        let facts = workspace.facts(self.file)?.declarations()?;
        Some(facts.lines.offset(&facts.text, position, encoding))
    }

    /// Where bytes of the file lie.
    pub fn range(&self, range: TextRange) -> Range {
        self.view.range(self.file, range)
    }
}

impl View<'_> {
    /// A place as the client takes it; `None` where its file has no URI.
    pub fn location(&self, place: &Place) -> Option<Location> {
        let uri = self.uri_at(self.folder.workspace.path(place.file), place.range.start)?;
        Some(Location::new(uri, self.range(place.file, place.range)))
    }

    /// A place as text shows it: its path and line, and an address that editors open there.
    pub fn shown(&self, place: &Place) -> (String, Option<String>) {
        let path = self.folder.workspace.path(place.file);
        let line = self.range(place.file, place.range).start.line + 1;
        (format!("{path}:{line}"), self.uri_at(path, place.range.start).map(|uri| format!("{}#L{line}", uri.as_str())))
    }
}
