//! The context of an import while the text is still being read.

use super::condition::Effect;
use crate::python::loading::Scope;
use crate::python::{Condition, Phase};

/// The context of an import, but for the tries whose handlers were not read yet.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own
pub(super) struct Pending {
    pub phase: Phase,
    /// What it is part of, by the numbers of definitions.
    pub scope: Scope,
    /// It stands under `if __name__ == "__main__"`.
    pub is_main: bool,
    pub conditions: Vec<Condition>,
    /// The tries around it, innermost first.
    pub tries: Vec<usize>,
    /// It only runs where the module was found, or its failure is suppressed.
    pub is_given: bool,
    /// It stands behind a test that only shows when the program runs, or in a loop that may have no round.
    pub is_open: bool,
    /// It runs where another module was not found.
    pub is_fallback: bool,
    /// The chain and branch of the alternatives that it is one of, if the other branches import as well.
    pub alternative: Option<(u32, u32)>,
    /// Modules without which it does not come here: the test is skipped, or they were looked for in the settings.
    pub skipped: Vec<Box<str>>,
}

impl Pending {
    /// Takes what tests say.
    pub fn take(&mut self, effect: &Effect) {
        self.phase = self.phase.max(effect.phase);
        self.conditions.extend(effect.conditions.iter().cloned());
        self.skipped.extend(effect.named.iter().cloned());
        self.is_open |= effect.is_open;
        match effect.available {
            Some(true) => self.is_given = true,
            Some(false) => self.is_fallback = true,
            None => {}
        }
    }

    /// A handler around a definition is gone when the function is called; what was checked before it still holds.
    pub fn enter_function(&mut self, scope: Scope) {
        self.scope = scope;
        self.phase = self.phase.max(Phase::Call);
        self.tries.clear();
        self.is_fallback = false;
        self.is_open = false;
        self.alternative = None;
    }

    /// Nothing further out sees the failure of the import.
    pub fn suppress(&mut self) {
        self.tries.clear();
        self.is_given = true;
        self.alternative = None;
    }
}
