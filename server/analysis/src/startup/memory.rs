//! What was worked out of start-up, kept from one query to the next.

use super::entries::{self, Entry};
use super::loads;
use super::reach::Reach;
use super::sight::Sight;
use super::steps::Steps;
use super::whole::Startup;
use crate::imports;
use crate::model::ids::FileId;
use crate::model::resolve::Outside;
use crate::model::store::Model;
use pinlens_facts::python::{ImportStatement, ImportedModule, PythonFacts};
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// What start-up is made of, kept from one question to the next.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// What each file that was come to does as it is loaded.
    steps: RefCell<FxHashMap<FileId, Arc<Steps>>>,
    whole: RefCell<Option<Arc<Startup>>>,
    /// How often what start-up is made of has changed.
    changes: Cell<u64>,
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

/// What was worked out of start-up.
pub(crate) fn memory(ws: &Model) -> &Memory {
    ws.slots.get()
}

/// How the applications of the workspace start.
pub(crate) fn start_up(ws: &Model) -> Arc<Startup> {
    memory(ws).startup(ws)
}

impl Sight for Model {
    fn ws(&self) -> &Model {
        self
    }

    fn outside(&self) -> Outside<'_> {
        Self::outside(self)
    }

    fn loads(
        &self,
        file: FileId,
        facts: &PythonFacts,
        statement: &ImportStatement,
        module: &ImportedModule,
    ) -> Vec<FileId> {
        loads::of(self, self.path(file), facts, statement, module)
    }

    fn source(
        &self,
        file: FileId,
        facts: &PythonFacts,
        statement: &ImportStatement,
        module: &ImportedModule,
    ) -> Option<FileId> {
        loads::source(self, self.path(file), facts, statement, module)
    }

    fn packages_of(&self, file: FileId) -> Vec<FileId> {
        loads::packages_of(self, self.path(file))
    }

    fn is_satisfied(&self, file: FileId, facts: &PythonFacts, index: usize) -> bool {
        let found = imports::of_statement(self, self.path(file), facts, index);
        !found.is_empty() && found.iter().all(|import| imports::is_satisfied(self, file, import))
    }

    fn steps(&self, file: FileId) -> Arc<Steps> {
        memory(self).steps(self, file)
    }
}
