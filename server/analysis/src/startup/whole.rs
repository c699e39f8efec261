//! How all entries of a workspace start, as one value.

use super::chains::{self, Fate};
use super::entries::Entry;
use super::node::{MAIN, Node, python};
use super::reach::{Outline, Reach};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::python::loading::Scope;

/// How all entries of a workspace start.
#[derive(Debug)]
pub(crate) struct Startup {
    /// The entries, the surest first.
    pub entries: Vec<Entry>,
    /// What they load together: what two of them load counts for the first.
    pub reach: Reach,
}

/// All that is reported of one file's start-up. Where two are equal, so is what is reported.
#[derive(Debug, PartialEq)]
pub(crate) struct Report {
    has_entries: bool,
    /// Of each scope: how it is come to, and the files of the entries.
    scopes: Vec<(Outline, Vec<Option<FileId>>)>,
}

impl Startup {
    /// Whether anything is known of where the application starts.
    pub fn has_entries(&self) -> bool {
        !self.entries.is_empty()
    }

    /// All that is reported of a file's start-up, without places in texts.
    pub fn report_of(&self, ws: &Analysis, file: FileId) -> Report {
        let of_scope = |node: Node| {
            let outline = self.reach.outline(node);
            let entries = outline.entries().map(|number| self.entries.get(number).map(|entry| entry.file)).collect();
            (outline, entries)
        };
        Report { has_entries: self.has_entries(), scopes: self.scopes(ws, file).map(of_scope).collect() }
    }

    /// Whether what is reported of `file`'s start-up points into `other`.
    pub fn passes(&self, ws: &Analysis, file: FileId, other: FileId) -> bool {
        self.reach.has_file(other) && self.scopes(ws, file).any(|node| self.reach.outline(node).passes(other))
    }

    /// Every scope of a file that may run, the phases of Django's settings among them.
    fn scopes(&self, ws: &Analysis, file: FileId) -> impl Iterator<Item = Node> + '_ {
        let phases = self.reach.phases(file).iter().map(move |scope| (file, *scope));
        scopes(ws, file).chain(phases).collect::<Vec<Node>>().into_iter()
    }

    /// What a failure of the import of that index in `file` means.
    pub fn fate(&self, ws: &Analysis, file: FileId, import: usize) -> Fate {
        chains::fate(ws, &self.reach, file, import)
    }
}

/// Every scope of a file that may run.
fn scopes(ws: &Analysis, file: FileId) -> impl Iterator<Item = Node> {
    let loading = python(ws, file).and_then(|facts| facts.loading.as_deref());
    let functions = loading.map_or(0, |loading| loading.functions.len() as Scope);
    (0..=functions).chain([MAIN]).map(move |scope| (file, scope))
}
