//! How all entries of a workspace start, as one value.

use super::chains::{self, Fate};
use super::entries::Entry;
use super::node::{MAIN, Node, python};
use super::reach::Reach;
use crate::model::ids::FileId;
use crate::model::store::Model;
use pinlens_facts::python::loading::Scope;

/// How all entries of a workspace start.
#[derive(Debug)]
pub(crate) struct Startup {
    /// The entries, the surest first.
    pub entries: Vec<Entry>,
    /// What they load together: what two of them load counts for the first.
    pub reach: Reach,
}

impl Startup {
    /// Whether anything is known of where the application starts.
    pub fn has_entries(&self) -> bool {
        !self.entries.is_empty()
    }

    /// Whether the same is told of a file's start-up by both.
    pub fn tells_the_same(&self, other: &Self, ws: &Model, file: FileId) -> bool {
        let entry = |this: &Self, number: usize| this.entries.get(number).map(|entry| entry.file);
        let same_entries = self.has_entries() == other.has_entries();
        same_entries
            && scopes(ws, file).all(|node| {
                let (old, new) = (self.reach.outline(node), other.reach.outline(node));
                old == new && old.entries().all(|number| entry(self, number) == entry(other, number))
            })
    }

    /// Whether what is told of `file`'s start-up points into `other`.
    pub fn passes(&self, ws: &Model, file: FileId, other: FileId) -> bool {
        self.reach.has_file(other) && scopes(ws, file).any(|node| self.reach.outline(node).passes(other))
    }

    /// What a failure of the import of that index in `file` means.
    pub fn fate(&self, ws: &Model, file: FileId, import: usize) -> Fate {
        chains::fate(ws, &self.reach, file, import)
    }
}

/// Every scope of a file that may run.
fn scopes(ws: &Model, file: FileId) -> impl Iterator<Item = Node> {
    let loading = python(ws, file).and_then(|facts| facts.loading.as_deref());
    let functions = loading.map_or(0, |loading| loading.functions.len() as Scope);
    (0..=functions).chain([MAIN]).map(move |scope| (file, scope))
}
