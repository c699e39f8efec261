//! What the editor shows beside the text of a document: lenses and hints. It asks for them at an edit of that document; when
//! another file changes them, it has to be told to ask again.

use super::Engine;
use crate::features;
use crate::outbox::Refresh;
use crate::publisher::FileKey;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// What was answered last, by file.
#[derive(Debug, Default)]
pub struct Shown {
    /// The digest of what is shown in each file.
    files: BTreeMap<FileKey, u64>,
    /// Those that may have changed since.
    doubtful: BTreeSet<FileKey>,
}

impl Shown {
    /// Notes what a file shows now.
    pub fn set(&mut self, file: FileKey, digest: u64) {
        self.files.insert(file, digest);
        self.doubtful.remove(&file);
    }

    /// Has a file looked at again, if it shows anything.
    pub fn look_again(&mut self, file: FileKey) {
        if self.files.contains_key(&file) {
            self.doubtful.insert(file);
        }
    }
}

impl Engine {
    /// Tells the client to ask again where what it shows is out of date.
    pub(super) fn refresh_shown(&mut self) {
        let mut is_stale = false;
        for file in std::mem::take(&mut self.shown.doubtful) {
            let Some(view) = self.view(file.0) else { continue };
            let workspace = &view.folder.workspace;
            if view.document(workspace.path(file.1)).is_none() || workspace.facts(file.1).is_none() {
                self.shown.files.remove(&file);
                continue;
            }
            let digest = features::lenses::digest(workspace, file.1);
            is_stale |= self.shown.files.insert(file, digest) != Some(digest);
        }
        let Some(session) = self.session.as_ref().filter(|_| is_stale) else { return };
        if session.lens_refresh {
            self.outbox.refresh(Refresh::Lenses);
        }
        if session.hint_refresh {
            self.outbox.refresh(Refresh::Hints);
        }
    }
}
