//! Has the client request lenses and hints again, where what it shows is out of date.

use super::Engine;
use crate::client::outbox::Refresh;
use crate::keys::FileKey;
use crate::state::shown::{self, Start};
use std::collections::BTreeSet;

impl Engine {
    /// Has the client request again what is out of date.
    pub(super) fn refresh_shown(&mut self) {
        let mut stale = BTreeSet::new();
        for file in self.shown.take_doubtful() {
            for kind in self.shown.kinds(file).collect::<Vec<_>>() {
                let before = self.shown.take(file, kind);
                // of a file that is no longer open, nothing is shown
                let Some(digest) = self.digest(file, kind) else { continue };
                self.shown.set(file, kind, digest);
                stale.extend((before != Some(digest)).then_some(kind));
            }
        }
        let Some(session) = self.session.as_ref() else { return };
        for kind in stale {
            let has_refresh =
                if kind == Refresh::Lenses { session.lenses.refresh } else { session.lenses.refresh_hints };
            if has_refresh {
                self.outbox.refresh(kind);
            }
        }
    }

    /// The same for what the client shows of how files are started. It costs a walk of their imports, so it is done when it
    /// is quiet, and only where something that start-up is made of has changed.
    pub(super) fn refresh_starts(&mut self) {
        let mut is_stale = false;
        for (file, before) in self.shown.take_starts() {
            let Some(view) = self.view(file.0) else { continue };
            let workspace = &view.folder.workspace;
            if view.document(workspace.path(file.1)).is_none() || workspace.facts(file.1).is_none() {
                continue;
            }
            let at = workspace.starts();
            let digest = if at == before.at { before.digest } else { shown::digest_of_start(workspace, file.1) };
            is_stale |= digest != before.digest;
            self.shown.set_start(file, Start { at, digest });
        }
        if is_stale && self.session.as_ref().is_some_and(|session| session.lenses.refresh) {
            self.outbox.refresh(Refresh::Lenses);
        }
    }

    fn digest(&self, file: FileKey, kind: Refresh) -> Option<u64> {
        let view = self.view(file.0)?;
        let workspace = &view.folder.workspace;
        view.document(workspace.path(file.1))?;
        workspace.facts(file.1)?;
        Some(shown::digest(workspace, file.1, kind))
    }
}
