//! What the editor shows beside the text of a document: lenses and hints. It asks for them at an edit of that document; when
//! another file changes them, it has to be told to ask again.

use super::Engine;
use crate::features;
use crate::outbox::Refresh;
use crate::publisher::FileKey;
use std::collections::{BTreeMap, BTreeSet};

/// What was said of how a file is started, and when: see `Workspace::starts`.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// Of which state of the workspace it is.
    pub at: u64,
    /// Its digest.
    pub digest: u64,
}

/// What was answered last.
#[derive(Debug, Default)]
pub struct Shown {
    /// The digest of what each file shows of either kind.
    digests: BTreeMap<(FileKey, Refresh), u64>,
    /// Files whose answers may be others by now.
    doubtful: BTreeSet<FileKey>,
    /// What each open file says of how it is started, nothing included; it is looked at when it is quiet.
    starts: BTreeMap<FileKey, Start>,
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

    /// Notes what a file says of how it is started.
    pub fn set_start(&mut self, file: FileKey, start: Start) {
        self.starts.insert(file, start);
    }

    /// Whether any file shows how it is started.
    pub fn has_starts(&self) -> bool {
        !self.starts.is_empty()
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

    /// The same for what the client shows of how files are started. It costs a walk of their imports, so it is done when it
    /// is quiet, and only where something that start-up is made of has changed.
    pub(super) fn refresh_starts(&mut self) {
        let mut is_stale = false;
        for (file, before) in std::mem::take(&mut self.shown.starts) {
            let Some(view) = self.view(file.0) else { continue };
            let workspace = &view.folder.workspace;
            if view.document(workspace.path(file.1)).is_none() || workspace.facts(file.1).is_none() {
                continue;
            }
            let at = workspace.starts();
            let digest =
                if at == before.at { before.digest } else { features::lenses::digest_of_start(workspace, file.1) };
            is_stale |= digest != before.digest;
            self.shown.set_start(file, Start { at, digest });
        }
        if is_stale && self.session.as_ref().is_some_and(|session| session.lens_refresh) {
            self.outbox.refresh(Refresh::Lenses);
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
