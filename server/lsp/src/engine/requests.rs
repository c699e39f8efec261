//! Requests: answered in their place, or once their folder is known whole.

use super::Engine;
use super::shown::Start;
use crate::features::Spot;
use crate::folders::Place;
use crate::from_proto;
use crate::outbox::Refresh;
use crate::publisher::FileKey;
use crate::request::{Needs, Request};
use crate::to_proto::View;
use std::path::Path;
use tower_lsp::ls_types::Uri;

impl Engine {
    /// Answers a request from the texts as they are now; keeps it where it is too early.
    pub(super) fn respond(&mut self, request: Request) {
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
    pub(super) fn respond_to_waiting(&mut self) {
        for request in std::mem::take(&mut self.waiting) {
            self.respond(request);
        }
    }

    /// Whether the folder of a document, or any where none is given, has not been read whole.
    fn is_early(&self, about: Option<&Uri>) -> bool {
        match about {
            Some(uri) => {
                let folder = self.place_of(uri).and_then(|place| self.folders.get(place.folder));
                folder.is_some_and(|folder| !folder.ready && !folder.stopped)
            }
            None => self.folders.iter().any(|folder| !folder.ready && !folder.stopped),
        }
    }

    /// Where a file lies, without making a folder for it.
    pub(crate) fn place_of(&self, uri: &Uri) -> Option<Place> {
        match self.documents.get(uri).or_else(|| Some(self.documents.cell(uri)?.0)) {
            Some(document) => Some(document.place.clone()),
            // its positions would be those of another text
            None if self.documents.lost(uri).is_some() => None,
            None => self.place_at(&from_proto::path(uri)?),
        }
    }

    /// Where a file on disk lies, which need not be there.
    pub(crate) fn place_at(&self, path: &Path) -> Option<Place> {
        self.folders.place(&from_proto::canonical(path))
    }

    /// The file that a request is about; `None` where it is none of ours, or nothing is to be told of it.
    pub(crate) fn spot(&self, uri: &Uri) -> Option<Spot<'_>> {
        let place = self.place_of(uri)?;
        self.mode(place.folder)?;
        let view = self.view(place.folder)?;
        let file = view.folder.workspace.file(&place.path)?;
        view.folder.workspace.facts(file)?;
        let cell = self.documents.cell(uri).map(|(_, cell)| cell);
        Some(Spot { view, file, cell })
    }

    /// Notes what the client shows beside a file's text from here on.
    pub(crate) fn shows(&mut self, file: FileKey, kind: Refresh, digest: u64) {
        self.shown.set(file, kind, digest);
    }

    /// Notes what the client shows of how a file is started.
    pub(crate) fn shows_start(&mut self, file: FileKey, start: Start) {
        self.shown.set_start(file, start);
    }

    /// Every folder that has been read whole.
    pub(crate) fn views(&self) -> impl Iterator<Item = View<'_>> {
        let ready = self.folders.iter().filter(|folder| folder.ready);
        ready.filter_map(|folder| self.view(folder.key))
    }
}
