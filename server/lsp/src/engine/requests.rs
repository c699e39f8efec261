//! Requests: answered in their place, or once their folder is known whole.

use super::Engine;
use crate::border;
use crate::client::outbox::Refresh;
use crate::inbox::request::{Needs, Request};
use crate::keys::{FileKey, FolderKey, Place};
use crate::state::documents::Documents;
use crate::state::shown::Start;
use crate::view::View;
use crate::view::spot::Spot;
use std::path::Path;
use tower_lsp::ls_types::Uri;

impl Engine {
    /// Answers a request from the texts as they are now; keeps it where it is too early.
    pub(super) fn answer(&mut self, request: Request<Self>) {
        if request.is_cancelled() {
            return;
        }
        if request.needs == Needs::Folder && self.is_early(request.about.as_ref()) {
            self.waiting.push(request);
        } else {
            request.answer(self);
        }
    }

    /// Answers what had to wait and need not any more.
    pub(super) fn answer_waiting(&mut self) {
        for request in std::mem::take(&mut self.waiting) {
            self.answer(request);
        }
    }

    /// Whether the folder of a document, or any where none is given, has not been read whole.
    fn is_early(&self, about: Option<&Uri>) -> bool {
        match about {
            Some(uri) => {
                let folder = self.place_of(uri).and_then(|place| self.folders.get(place.folder));
                folder.is_some_and(|folder| folder.reading.is_early())
            }
            None => self.folders.iter().any(|folder| folder.reading.is_early()),
        }
    }

    /// Where a file lies, without making a folder for it.
    pub(crate) fn place_of(&self, uri: &Uri) -> Option<Place> {
        match self.documents.get(uri).or_else(|| Some(self.documents.cell(uri)?.0)) {
            Some(document) => Some(document.place.clone()),
            // its positions would be those of another text
            None if self.documents.lost(uri).is_some() => None,
            None => self.place_at(&border::path(uri)?),
        }
    }

    /// Where a file on disk lies, which need not be there.
    pub(crate) fn place_at(&self, path: &Path) -> Option<Place> {
        self.folders.place(&border::canonical(path))
    }

    /// The file that a request is about; `None` where it is none of ours, or nothing is to be reported of it.
    pub(crate) fn spot(&self, uri: &Uri) -> Option<Spot<'_>> {
        let place = self.place_of(uri)?;
        self.mode(place.folder)?;
        let view = self.view(place.folder)?;
        let file = view.folder.workspace.file(&place.path)?;
        view.folder.workspace.facts(file)?;
        let cell = self.documents.cell(uri).map(|(_, cell)| cell);
        Some(Spot { view, file, cell })
    }

    /// Notes what the client shows next to a file's text from here on.
    pub(crate) fn shows(&mut self, file: FileKey, kind: Refresh, digest: u64) {
        self.shown.set(file, kind, digest);
    }

    /// Notes what the client shows of how a file is started.
    pub(crate) fn shows_start(&mut self, file: FileKey, start: Start) {
        self.shown.set_start(file, start);
    }

    /// Every folder that has been read whole.
    pub(crate) fn views(&self) -> impl Iterator<Item = View<'_>> {
        let ready = self.folders.iter().filter(|folder| folder.reading.is_ready());
        ready.filter_map(|folder| self.view(folder.key))
    }

    /// All that is known of a folder, and what the client can do.
    pub(crate) fn view(&self, folder: FolderKey) -> Option<View<'_>> {
        let (folder, session) = (self.folders.get(folder)?, self.session.as_ref()?);
        Some(View { folder, documents: &self.documents, session })
    }

    /// The open documents.
    pub(crate) fn documents(&self) -> &Documents {
        &self.documents
    }

    /// Whether findings of a folder are published.
    pub(crate) fn is_enabled(&self, key: FolderKey) -> bool {
        self.mode(key).is_some()
    }
}
