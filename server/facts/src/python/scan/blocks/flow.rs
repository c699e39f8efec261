//! What the statements of a block so far say about those to come.

use super::super::condition::{self, Effect, Flags};
use super::super::leave::Leave;
use super::super::pending::Pending;
use crate::python::Phase;
use crate::words::text::TextRange;

/// What the statements of a block so far say about those to come.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// A statement at its own level has left the block.
    pub(super) left: Option<Leave>,
    pub(super) known: Vec<Known>,
    /// What the first `read` of `known` say: each is read once, however many imports follow.
    pub(super) says: Effect,
    read: usize,
    /// A module was looked for, and the rest runs where it was found.
    pub(super) is_given: bool,
    /// The same where it was not found.
    pub(super) is_fallback: bool,
}

impl Flow {
    /// Reads what was learnt since the last import.
    pub(super) fn read_on(&mut self, text: &str, flags: &Flags) {
        for known in &self.known[self.read..] {
            match known {
                Known::Skipped(module) => self.says.add_named(module),
                Known::Test { range, holds, leave } => {
                    let source = text.get(range.indices()).unwrap_or_default();
                    let when = if *holds { condition::when_true } else { condition::when_false };
                    let mut effect = when(source, flags);
                    if *leave == Leave::Fails {
                        // who fails without a module needs it
                        effect.available = None;
                        effect.named.clear();
                        effect.is_open = false;
                    }
                    self.is_given |= effect.available == Some(true);
                    self.is_fallback |= effect.available.take() == Some(false);
                    self.says.add(effect);
                }
            }
        }
        self.read = self.known.len();
    }
}

/// What the rest of a block knows.
#[derive(Debug)]
pub(super) enum Known {
    /// A test is true, or not: the branches for which it is otherwise were left.
    Test { range: TextRange, holds: bool, leave: Leave },
    /// A test was skipped if this module is not there.
    Skipped(Box<str>),
}

impl Pending {
    /// Takes what the statements before the import in one block say.
    pub(super) fn enter(&mut self, flow: &mut Flow, text: &str, flags: &Flags) {
        if flow.left.is_some() {
            self.phase = Phase::Never;
        }
        flow.read_on(text, flags);
        self.take(&flow.says);
        self.is_given |= flow.is_given;
        self.is_fallback |= flow.is_fallback;
    }
}
