//! What runs when an application starts, and what will crash then, by which chain of imports.
//!
//! [`entries`] finds where applications start. [`steps`] tells of one file what it loads and calls as it is loaded, and what
//! its handlers make of a failure there; [`loads`] finds the files that an import loads. [`reach`] walks from the entries, in the
//! order in which Python would, and remembers how each file was come to and which failures in it end the program.
//! [`chains`] reads the ways back; [`trace`] and [`why`] are what people ask for,
//! [`tree`] is how a trace is read.
//!
//! Nothing is run: this is what the texts say. What is uncertain (methods, platform tests) is not followed.

pub mod chains;
pub mod entries;
pub(crate) mod loads;
pub mod needs;
pub(crate) mod reach;
pub(crate) mod sight;
pub mod steps;

use crate::model::ids::FileId;
use crate::model::store::Model;
use entries::Entry;
use pinlens_facts::python::loading::Scope;
use pinlens_facts::words::names::FilePath;
use reach::Reach;
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;
use steps::Steps;

/// A scope of a file as it runs: one node of the graph.
pub(crate) type Node = (FileId, Scope);

/// The scope of the file that is run as a script: the module's own level, with what stands under
/// `if __name__ == "__main__"`.
pub(crate) const MAIN: Scope = u32::MAX - 1;

/// What start-up is made of, kept from one question to the next.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// What each file that was come to does as it is loaded.
    steps: RefCell<FxHashMap<FileId, Arc<Steps>>>,
    whole: RefCell<Option<Arc<Startup>>>,
    /// How often what start-up is made of has changed.
    changes: Cell<u64>,
}

/// How all entries of a workspace start.
#[derive(Debug)]
pub(crate) struct Startup {
    /// The entries, the surest first.
    pub entries: Vec<Entry>,
    /// What they load together: what two of them load counts for the first.
    pub reach: Reach,
}

impl Memory {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.note_change();
        self.steps.get_mut().clear();
        *self.whole.get_mut() = None;
    }

    /// What a file does as it is loaded.
    pub(crate) fn steps(&self, ws: &Model, file: FileId) -> Arc<Steps> {
        if let Some(known) = self.steps.borrow().get(&file) {
            return known.clone();
        }
        let steps = Arc::new(Steps::of(ws, file));
        self.steps.borrow_mut().insert(file, steps.clone());
        steps
    }

    /// How all entries start.
    pub fn startup(&self, ws: &Model) -> Arc<Startup> {
        if let Some(known) = self.whole.borrow().clone() {
            return known;
        }
        self.start(ws, entries::find(ws))
    }

    /// How these entries start, which are all.
    pub fn start(&self, ws: &Model, entries: Vec<Entry>) -> Arc<Startup> {
        let reach = Reach::of(ws, &entries);
        let made = Arc::new(Startup { entries, reach });
        *self.whole.borrow_mut() = Some(made.clone());
        made
    }

    /// What was known, if anything was asked; it is forgotten, but for what single files do.
    pub fn forget_whole(&self) -> Option<Arc<Startup>> {
        self.whole.borrow_mut().take()
    }

    /// What is known, if anything was asked.
    pub fn known(&self) -> Option<Arc<Startup>> {
        self.whole.borrow().clone()
    }

    /// Takes back what was forgotten, for it still holds.
    pub fn remember(&self, whole: Option<Arc<Startup>>) {
        *self.whole.borrow_mut() = whole;
    }

    /// Looks again at files whose facts changed; tells whether what any of them does is another.
    pub fn look_again(&self, ws: &Model, files: &[FileId]) -> bool {
        let mut differs = false;
        for file in files {
            let Some(old) = self.steps.borrow_mut().remove(file) else { continue };
            let new = Arc::new(Steps::of(ws, *file));
            differs |= !old.does_the_same(&new);
            self.steps.borrow_mut().insert(*file, new);
        }
        if differs {
            self.note_change();
        }
        differs
    }

    /// Something has changed on which it depends how an application starts, or what it lacks then.
    pub fn note_change(&self) {
        self.changes.set(self.changes.get() + 1);
    }

    /// How often that was.
    pub fn changes(&self) -> u64 {
        self.changes.get()
    }
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
}

/// Every scope of a file that may run.
fn scopes(ws: &Model, file: FileId) -> impl Iterator<Item = Node> {
    let loading = chains::python(ws, file).and_then(|facts| facts.loading.as_deref());
    let functions = loading.map_or(0, |loading| loading.functions.len() as Scope);
    (0..=functions).chain([MAIN]).map(move |scope| (file, scope))
}

/// What was worked out of start-up.
pub(crate) fn memory(ws: &Model) -> &Memory {
    ws.slots.get()
}

/// How the applications of the workspace start.
pub(crate) fn start_up(ws: &Model) -> Arc<Startup> {
    memory(ws).startup(ws)
}

/// The entry at `path`: the surest that was found there, else the file as a script. `None` where no Python file is there.
pub fn entry_at(ws: &Model, path: &FilePath) -> Option<Entry> {
    let file = ws.file(path)?;
    let pinlens_facts::facts::FileFacts::Python(_) = ws.facts(file)? else { return None };
    let known = start_up(ws).entries.iter().find(|entry| entry.file == file).cloned();
    Some(known.unwrap_or_else(|| Entry::file(ws, file)))
}

/// The files that import what no requirement declares.
pub(crate) fn lacking(ws: &Model) -> BTreeSet<FileId> {
    let projects = 0..ws.projects().all.len();
    let missing = projects.flat_map(|id| ws.index().missing(id).into_iter().map(move |name| (id, name)));
    missing.flat_map(|(id, name)| ws.index().importers(id, name)).collect()
}
