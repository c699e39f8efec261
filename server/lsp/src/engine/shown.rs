//! What the editor shows beside the text of a document: lenses and hints. It asks for them at an edit of that document; when
//! another file changes them, it has to be told to ask again.

use super::Engine;
use crate::features;
use crate::outbox::Refresh;
use crate::publisher::FileKey;
use std::collections::{BTreeMap, BTreeSet};

/// What was answered last.
#[derive(Debug, Default)]
pub struct Shown {
    /// The digest of what each file shows of either kind.
    digests: BTreeMap<(FileKey, Refresh), u64>,
    /// Files whose answers may be others by now.
    doubtful: BTreeSet<FileKey>,
}

impl Shown {
    /// Notes what a file shows now.
    pub fn set(&mut self, file: FileKey, kind: Refresh, digest: u64) {
        self.digests.insert((file, kind), digest);
    }

    /// Has a file looked at again, if it shows anything.
    pub fn look_again(&mut self, file: FileKey) {
        if self.kinds(file).next().is_some() {
            self.doubtful.insert(file);
        }
    }

    fn kinds(&self, file: FileKey) -> impl Iterator<Item = Refresh> {
        let kinds = [Refresh::Lenses, Refresh::Hints].into_iter();
        kinds.filter(move |kind| self.digests.contains_key(&(file, *kind)))
    }
}

impl Engine {
    /// Tells the client to ask again where what it shows is out of date.
    pub(super) fn refresh_shown(&mut self) {
        let mut stale = BTreeSet::new();
        for file in std::mem::take(&mut self.shown.doubtful) {
            for kind in self.shown.kinds(file).collect::<Vec<_>>() {
                let before = self.shown.digests.remove(&(file, kind));
                // of a file that is no longer open, nothing is shown
                let Some(digest) = self.digest(file, kind) else { continue };
                self.shown.digests.insert((file, kind), digest);
                stale.extend((before != Some(digest)).then_some(kind));
            }
        }
        let Some(session) = self.session.as_ref() else { return };
        for kind in stale {
            let can_ask_again = if kind == Refresh::Lenses { session.lens_refresh } else { session.hint_refresh };
            if can_ask_again {
                self.outbox.refresh(kind);
            }
        }
    }

    fn digest(&self, file: FileKey, kind: Refresh) -> Option<u64> {
        let view = self.view(file.0)?;
        let workspace = &view.folder.workspace;
        view.document(workspace.path(file.1))?;
        workspace.facts(file.1)?;
        Some(features::lenses::digest(workspace, file.1, kind))
    }
}
