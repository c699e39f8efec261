//! What the editor shows next to the text of a document: lenses and hints. It requests them at an edit of that document; when
//! another file changes them, it has to be made to request them again.

use crate::client::outbox::Refresh;
use crate::keys::FileKey;
use pinlens_analysis::features::shown::LensAction;
use pinlens_analysis::features::{hints, lenses};
use pinlens_analysis::model::ids::FileId;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::words::text::TextRange;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// What a file shows of how it is started, and of when: see `Workspace::starts`.
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
    /// What each open file shows of how it is started, nothing included; it is looked at when it is quiet.
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

    /// Notes what a file shows of how it is started.
    pub fn set_start(&mut self, file: FileKey, start: Start) {
        self.starts.insert(file, start);
    }

    /// Whether any file shows how it is started.
    pub fn has_starts(&self) -> bool {
        !self.starts.is_empty()
    }

    /// Takes out the files whose answers may be others by now.
    pub fn take_doubtful(&mut self) -> BTreeSet<FileKey> {
        std::mem::take(&mut self.doubtful)
    }

    /// Takes out the digest of what a file shows.
    pub fn take(&mut self, file: FileKey, kind: Refresh) -> Option<u64> {
        self.digests.remove(&(file, kind))
    }

    /// Takes out what each open file shows of how it is started.
    pub fn take_starts(&mut self) -> BTreeMap<FileKey, Start> {
        std::mem::take(&mut self.starts)
    }

    /// What a file shows.
    pub fn kinds(&self, file: FileKey) -> impl Iterator<Item = Refresh> {
        let kinds = [Refresh::Lenses, Refresh::Hints].into_iter();
        kinds.filter(move |kind| self.digests.contains_key(&(file, *kind)))
    }
}

/// A number that is another one when a file shows other lenses, or other hints. Places do not count: the client moves what it
/// shows with the text. It is taken at edits, so what start-up shows
/// has one of its own.
pub fn digest(workspace: &Workspace, file: FileId, kind: Refresh) -> u64 {
    if kind == Refresh::Lenses {
        return digest_of_lenses(workspace, file);
    }
    let mut hasher = DefaultHasher::new();
    for hint in hints::hints(workspace, file, TextRange::new(0, u32::MAX)) {
        (hint.label, hint.tooltip).hash(&mut hasher);
    }
    hasher.finish()
}

/// The same of what a file shows of how it is started.
pub fn digest_of_start(workspace: &Workspace, file: FileId) -> u64 {
    hashed(workspace.start_up_summary(file).map(|summary| summary.to_string()).as_deref())
}

/// A digest of what a file shows of how it is started.
pub fn hashed(start: Option<&str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    start.hash(&mut hasher);
    hasher.finish()
}

fn digest_of_lenses(workspace: &Workspace, file: FileId) -> u64 {
    let mut hasher = DefaultHasher::new();
    for lens in lenses::cheap_lenses(workspace, file) {
        (&lens.title, lens.action == LensAction::None).hash(&mut hasher);
    }
    hasher.finish()
}
