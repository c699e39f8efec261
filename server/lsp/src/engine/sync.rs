//! Documents: opened, edited, saved, closed.

use super::Engine;
use super::disk::is_ignores;
use crate::border;
use crate::keys::{FolderKey, Place};
use crate::state::documents::{Cells, Document, Lost, Misfit};
use crate::state::folder::Origin;
use crate::state::jobs::Show;
use crate::state::settings::DiagnosticMode;
use pinlens_analysis::model::change::Change;
use pinlens_facts::facts::FileKind;
use pinlens_facts::words::names::FilePath;
use tower_lsp::ls_types::{
    DidChangeNotebookDocumentParams, DidChangeTextDocumentParams, DidOpenNotebookDocumentParams,
    TextDocumentContentChangeEvent, TextDocumentItem, Uri, VersionedTextDocumentIdentifier,
};

/// Why a document is let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closed {
    /// It is no longer open in the editor.
    ByClient,
    /// It is, but its text is not known.
    Lost,
}

impl Engine {
    /// A document of another scheme than `file:` is none of ours; neither is one that nobody's project holds.
    pub(super) fn opened(&mut self, item: TextDocumentItem) {
        let Some(place) = self.place(&item.uri) else {
            self.documents.estrange(item.uri);
            return;
        };
        let kind = self.kind(&place, &item.language_id);
        self.take_in(Document::new(item, kind, place));
    }

    /// The cells of a notebook speak for its file, as the text of a document does.
    pub(super) fn notebook_opened(&mut self, params: DidOpenNotebookDocumentParams) {
        let notebook = params.notebook_document;
        let cells = Cells::new(&notebook.cells, params.cell_text_documents);
        self.cells_opened(notebook.uri, notebook.version, cells);
    }

    pub(super) fn cells_opened(&mut self, uri: Uri, version: i32, cells: Cells) {
        let Some(place) = self.place(&uri) else {
            self.documents.estrange(uri);
            return;
        };
        self.take_in(Document::notebook(uri, version, cells, place));
    }

    pub(super) fn notebook_changed(&mut self, params: DidChangeNotebookDocumentParams) {
        let Some(session) = &self.session else { return };
        let (notebook, change) = (params.notebook_document, params.change.cells);
        match self.documents.edit_cells(&notebook.uri, notebook.version, change, session.encoding) {
            Ok(true) => {
                self.revive(&notebook.uri);
                self.documents.mark_edited(notebook.uri);
            }
            Ok(false) => self.changed_unopened(notebook.uri),
            Err(misfit) => self.lose(&notebook.uri, misfit),
        }
    }

    /// An open document is placed anew; the disk speaks for the place that it leaves.
    pub(super) fn reopened(&mut self, mut document: Document) {
        let (before, was_tracked) = (document.place.clone(), document.tracked);
        let (uri, is_gone, language) = (document.uri.clone(), document.gone, document.language.to_string());
        match document.cells.take() {
            Some(cells) => self.cells_opened(document.uri, document.version, cells),
            None => self.opened(document.into_item(&language)),
        }
        if is_gone && let Some(document) = self.documents.get_mut(&uri) {
            document.gone = true;
            document.tracked = false;
        }
        // the place may be the same, and git's ignore file there another
        let speaks = |document: &Document| document.tracked && document.place == before;
        if was_tracked && !self.documents.get(&uri).is_some_and(speaks) {
            self.give_back(before.folder, before.path);
        }
    }

    fn take_in(&mut self, mut document: Document) {
        let folder = document.place.folder;
        document.tracked = self.is_tracked(&document);
        self.documents.mark_edited(document.uri.clone());
        self.documents.open(document);
        self.look_again(folder);
    }

    pub(super) fn changed(&mut self, change: DidChangeTextDocumentParams) {
        let Some(session) = &self.session else { return };
        let uri = change.text_document.uri;
        let (version, changes) = (change.text_document.version, change.content_changes);
        if self.documents.lost(&uri).is_some() {
            return self.found_again(uri, version, changes);
        }
        match self.documents.get_mut(&uri).map(|document| document.edit(version, changes, session.encoding)) {
            Some(Ok(())) => {
                self.revive(&uri);
                self.documents.mark_edited(uri);
            }
            Some(Err(misfit)) => self.lose(&uri, misfit),
            None => self.changed_unopened(uri),
        }
    }

    /// A change came of a document that was never opened: nothing can be made of it.
    #[allow(clippy::needless_pass_by_value)] // as the message gives it
    fn changed_unopened(&mut self, uri: Uri) {
        if self.documents.lost(&uri).is_none() && self.documents.estrange(uri.clone()) {
            self.log(&format!("Got a change of {}, which is not open: it was ignored", uri.as_str()));
        }
    }

    /// A change did not fit: what the editor shows is not known any more, so nothing is reported of it until its text comes whole.
    fn lose(&mut self, uri: &Uri, misfit: Misfit) {
        let Some(document) = self.documents.get(uri) else { return };
        let lost = Lost { language: document.language.clone(), place: document.place.clone() };
        self.log(&format!(
            "Got a change of {} that does not fit: {misfit}. Until the text comes whole, as when it is opened again, nothing is reported of it",
            uri.as_str()
        ));
        let place = lost.place.clone();
        self.documents.lose(uri.clone(), lost);
        self.closed_as(uri, Closed::Lost);
        self.publish_soon(place.folder, &[place.path]);
    }

    /// A change came of a document whose text is not known: it is again where the whole text comes.
    fn found_again(&mut self, uri: Uri, version: i32, mut changes: Vec<TextDocumentContentChangeEvent>) {
        let Some(whole) = changes.iter().rposition(|change| change.range.is_none()) else { return };
        let rest = changes.split_off(whole + 1);
        let (Some(text), Some(lost)) = (changes.pop(), self.documents.lost(&uri)) else { return };
        let language = lost.language.to_string();
        self.opened(TextDocumentItem::new(uri.clone(), language, version, text.text));
        if !rest.is_empty() {
            let text_document = VersionedTextDocumentIdentifier { uri, version };
            self.changed(DidChangeTextDocumentParams { text_document, content_changes: rest });
        }
    }

    pub(super) fn saved(&mut self, uri: &Uri) {
        self.revive(uri);
        let Some(document) = self.documents.get(uri) else { return };
        let (folder, kind) = (document.place.folder, document.kind);
        if is_ignores(&document.place.path)
            && let Some(path) = border::path(uri)
        {
            for inner in self.folders.below(&border::canonical(&path)) {
                self.look_again(inner);
            }
        }
        if kind.is_some_and(FileKind::has_settings) {
            self.walk(folder, Show::Nothing);
        } else {
            self.look_again(folder);
        }
    }

    /// The disk speaks for the file again.
    pub(super) fn closed(&mut self, uri: &Uri) {
        if let Some(place) = self.documents.forget(uri) {
            self.publish_soon(place.folder, &[place.path]);
            return self.let_go(place.folder);
        }
        self.closed_as(uri, Closed::ByClient);
    }

    fn closed_as(&mut self, uri: &Uri, closed: Closed) {
        self.settle();
        let Some(document) = self.documents.close(uri) else { return };
        self.pulls.closed(uri);
        let Place { folder, path } = document.place.clone();
        if let Some(twin) = self.documents.at(&document.place) {
            self.documents.mark_edited(twin.uri.clone());
        } else {
            self.forget_settings_file(&document.place);
            for other in self.places_elsewhere(&document.place) {
                self.give_back(other.folder, other.path);
            }
            if document.tracked {
                self.give_back(folder, path);
            }
        }
        if closed == Closed::ByClient {
            self.let_go(folder);
        }
    }

    /// Files or folders were renamed or deleted in the editor. What it still holds of them speaks for nothing.
    pub(super) fn gone(&mut self, uris: &[Uri]) {
        self.settle();
        let places: Vec<Place> =
            uris.iter().filter_map(|uri| self.folders.place(&border::canonical(&border::path(uri)?))).collect();
        let lies_there =
            |place: &Place| places.iter().any(|gone| gone.folder == place.folder && place.path.is_within(&gone.path));
        let held = self.documents.iter().filter(|document| lies_there(&document.place));
        for uri in held.map(|document| document.uri.clone()).collect::<Vec<_>>() {
            let Some(document) = self.documents.get_mut(&uri) else { continue };
            document.gone = true;
            let was_tracked = std::mem::take(&mut document.tracked);
            let place = document.place.clone();
            self.pulls.closed(&uri);
            self.forget_settings_file(&place);
            for other in self.places_elsewhere(&place) {
                self.give_back(other.folder, other.path);
            }
            if was_tracked {
                self.give_back(place.folder, place.path);
            }
        }
    }

    /// A document that is edited or saved is there, even if its file was taken away before.
    fn revive(&mut self, uri: &Uri) {
        let Some(document) = self.documents.get_mut(uri).filter(|document| document.gone) else { return };
        document.gone = false;
        let key = document.place.folder;
        self.track_again(key);
    }

    /// Hands a file that was open back to the disk.
    pub(super) fn give_back(&mut self, key: FolderKey, path: FilePath) {
        let is_open_only = self.mode(key) == Some(DiagnosticMode::OpenFilesOnly);
        let Some(folder) = self.folders.get_mut(key) else { return };
        if let Some(file) = folder.workspace.file(&path).filter(|_| is_open_only) {
            self.queue.add_urgent((key, file));
        }
        if folder.includes.contains(&path) {
            folder.include(vec![path]);
        } else if folder.loader.kind(&path, &folder.config).is_some() {
            folder.read(vec![path]);
        } else {
            // only its language made it one of ours
            self.apply(key, Change { files: vec![(path, None)], ..Change::default() });
        }
    }

    /// Lets go of a folder that was only here for documents, with the last of them.
    fn let_go(&mut self, key: FolderKey) {
        let is_document = self.folders.get(key).is_some_and(|folder| folder.origin == Origin::Document);
        if is_document && !self.documents.iter().any(|document| document.place.folder == key) {
            self.remove_folder(key);
            // nothing is read any more that requests about it could wait for
            self.answer_waiting();
        }
    }

    /// Where a document lies; a folder is made for it where none holds it.
    pub(super) fn place(&mut self, uri: &Uri) -> Option<Place> {
        let path = border::canonical(&border::path(uri)?);
        if let Some(place) = self.folders.place(&path) {
            return Some(place);
        }
        let key = self.folders.adopt(&path)?;
        self.folders.nest();
        self.combine_settings();
        if self.folders.is_started() {
            self.walk(key, Show::Nothing);
        }
        self.folders.place(&path)
    }

    /// How a document is read: by its path; else by an include that reaches it; else by the language that the client gives it.
    fn kind(&self, place: &Place, language: &str) -> Option<FileKind> {
        let folder = self.folders.get(place.folder);
        let is_requirements = folder.is_some_and(|folder| {
            folder.includes.contains(&place.path) || folder.config.requirements_file(&place.path).is_some()
        });
        FileKind::of(&place.path).or(match language {
            _ if is_requirements => Some(FileKind::Requirements),
            "python" => Some(FileKind::Python),
            "pip-requirements" | "requirements" => Some(FileKind::Requirements),
            _ => None,
        })
    }

    /// Whether a document is to be analysed: it is of a kind, and the walk would reach it or an include has.
    pub(super) fn is_tracked(&self, document: &Document) -> bool {
        let Some(folder) = self.folders.get(document.place.folder) else { return false };
        let is_included = || folder.includes.contains(&document.place.path);
        let is_there = document.kind.is_some() && !document.gone;
        is_there && (folder.loader.includes(&document.place.path, &folder.config) || is_included())
    }

    /// Looks again which of a folder's documents are analysed, and as what: its configuration, what git ignores, or what is
    /// included has changed.
    pub(super) fn track_again(&mut self, key: FolderKey) {
        let here: Vec<Uri> = self
            .documents
            .iter()
            .filter(|document| document.place.folder == key)
            .map(|document| document.uri.clone())
            .collect();
        let mut gone = Vec::new();
        for uri in here {
            let Some(document) = self.documents.get(&uri) else { continue };
            let kind = match document.cells {
                Some(_) => document.kind,
                None => self.kind(&document.place, &document.language),
            };
            let Some(document) = self.documents.get_mut(&uri) else { continue };
            let before = (std::mem::replace(&mut document.kind, kind), document.tracked);
            let Some(document) = self.documents.get(&uri) else { continue };
            let is_tracked = self.is_tracked(document);
            let Some(document) = self.documents.get_mut(&uri).filter(|_| before != (kind, is_tracked)) else {
                continue;
            };
            document.tracked = is_tracked;
            if is_tracked {
                self.documents.mark_edited(uri);
            } else if before.1 {
                gone.push((document.place.path.clone(), None));
            }
        }
        if !gone.is_empty() {
            self.apply(key, Change { files: gone, ..Change::default() });
        }
    }
}
