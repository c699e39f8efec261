//! The blocks that a line stands in, and what they say about the imports inside.
//!
//! Only blocks that can say something are kept; the others follow from the indentation.

use super::condition::{self, Effect};
use crate::python::{Condition, Guard, Phase};
use crate::text::TextRange;

/// What opened a block.
#[derive(Debug)]
pub(super) enum Kind {
    Function,
    Class,
    /// A branch of an `if`: its own test, and the tests before it that were false.
    Branch {
        test: Option<TextRange>,
        before: Vec<TextRange>,
    },
    /// The body of a `try`; its number in [`Blocks::tries`].
    Try(usize),
    /// A handler of that `try`.
    Handler {
        of: usize,
        role: Role,
    },
    /// `with suppress(ImportError)`.
    Suppress,
    /// Any other block.
    Other,
}

/// What a handler does with an `ImportError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It catches something else.
    Other,
    /// It catches it, but a handler above has caught it before.
    Late,
    /// It is the one that catches it.
    Decides,
}

/// An open block.
#[derive(Debug)]
pub(super) struct Block {
    /// The indentation of its header.
    indent: u32,
    /// The indentation of its statements, once one was seen.
    body: Option<u32>,
    pub kind: Kind,
    /// A statement at its own level has raised or exited.
    dead: bool,
    /// What its tests say; computed when an import asks.
    effect: Option<Effect>,
}

/// The context of an import, but for the tries whose handlers were not read yet.
#[derive(Debug)]
pub(super) struct Pending {
    pub phase: Phase,
    pub conditions: Vec<Condition>,
    /// The tries around it, innermost first.
    pub tries: Vec<usize>,
    /// What stands around those.
    pub beyond: Guard,
}

/// The blocks that are open, outermost first.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    open: Vec<Block>,
    /// The block that the current line closed at its own indentation: what an `else` or `except` belongs to.
    previous: Option<Block>,
    /// What the handlers of each `try` make of an `ImportError`.
    tries: Vec<Guard>,
    /// The module's own level has raised or exited.
    dead: bool,
}

impl Blocks {
    /// Told of each logical line: closes the blocks that it is not inside of.
    pub fn line(&mut self, indent: u32) {
        self.previous = None;
        while self.open.last().is_some_and(|block| block.indent >= indent) {
            self.previous = self.open.pop().filter(|block| block.indent == indent);
        }
        if let Some(block) = self.open.last_mut().filter(|block| block.body.is_none()) {
            block.body = Some(indent);
        }
    }

    /// Opens a block whose header has this indentation.
    pub fn push(&mut self, indent: u32, kind: Kind) {
        self.open.push(Block { indent, body: None, kind, dead: false, effect: None });
    }

    /// Tells that the innermost block's statements stand on its header's line.
    pub fn suite_is_inline(&mut self, indent: u32) {
        if let Some(block) = self.open.last_mut() {
            block.body = Some(indent);
        }
    }

    /// A new `try`.
    pub fn new_try(&mut self) -> Kind {
        self.tries.push(Guard::None);
        Kind::Try(self.tries.len() - 1)
    }

    /// An `except` that `catches` an `ImportError` or not.
    pub fn handler(&mut self, catches: bool) -> Kind {
        let of = match self.previous.as_ref().map(|block| &block.kind) {
            Some(Kind::Try(of) | Kind::Handler { of, .. }) => *of,
            _ => return Kind::Other,
        };
        let role = match self.tries.get_mut(of) {
            Some(outcome) if catches && *outcome == Guard::None => {
                *outcome = Guard::CarriesOn;
                Role::Decides
            }
            _ if catches => Role::Late,
            _ => Role::Other,
        };
        Kind::Handler { of, role }
    }

    /// An `elif` (with its test) or an `else`.
    pub fn alternative(&mut self, test: Option<TextRange>) -> Kind {
        match self.previous.take().map(|block| block.kind) {
            Some(Kind::Branch { test: Some(last), mut before }) => {
                before.push(last);
                Kind::Branch { test, before }
            }
            _ if test.is_some() => Kind::Branch { test, before: Vec::new() },
            _ => Kind::Other,
        }
    }

    /// A statement at `indent` raised or exited: nothing after it in its block runs, and a handler fails by it.
    pub fn leave(&mut self, indent: u32) {
        let Some(block) = self.open.last_mut() else {
            self.dead |= indent == 0;
            return;
        };
        if block.body != Some(indent) {
            return;
        }
        block.dead = true;
        if let Kind::Handler { of, role: Role::Decides } = block.kind
            && let Some(outcome) = self.tries.get_mut(of)
        {
            *outcome = Guard::Fails;
        }
    }

    /// Whether no function or class is open.
    pub fn at_module_level(&self) -> bool {
        !self.open.iter().any(|block| matches!(block.kind, Kind::Function | Kind::Class))
    }

    /// The context of an import that stands here.
    pub fn context(&mut self, text: &str) -> Pending {
        let mut pending =
            Pending { phase: Phase::Import, conditions: Vec::new(), tries: Vec::new(), beyond: Guard::None };
        if self.dead {
            pending.phase = Phase::Never;
        }
        for block in &mut self.open {
            if block.dead {
                pending.phase = Phase::Never;
            }
            match &block.kind {
                Kind::Function => {
                    pending.phase = pending.phase.max(Phase::Call);
                    // a handler around a definition is gone when the function is called
                    pending.tries.clear();
                    pending.beyond = Guard::None;
                }
                Kind::Branch { test, before } => {
                    let effect = block.effect.get_or_insert_with(|| branch_effect(text, *test, before));
                    pending.phase = pending.phase.max(effect.phase);
                    pending.conditions.extend(effect.conditions.iter().cloned());
                    if effect.asked {
                        pending.settle(Guard::CarriesOn);
                    }
                }
                Kind::Try(of) => pending.tries.push(*of),
                Kind::Suppress => pending.settle(Guard::CarriesOn),
                Kind::Handler { role: Role::Decides | Role::Late, .. } => pending.settle(Guard::Fallback),
                Kind::Handler { role: Role::Other, .. } | Kind::Class | Kind::Other => {}
            }
        }
        pending.tries.reverse();
        pending
    }

    /// What the blocks around an import make of an `ImportError`, once all handlers were read. A handler that fails passes
    /// the error on, so one further out may still carry on.
    pub fn guard(&self, pending: &Pending) -> Guard {
        let mut guard = Guard::None;
        for outcome in pending.tries.iter().filter_map(|&of| self.tries.get(of)) {
            match outcome {
                Guard::None => {}
                Guard::Fails => guard = Guard::Fails,
                carries_on => return *carries_on,
            }
        }
        if pending.beyond == Guard::None { guard } else { pending.beyond }
    }
}

impl Pending {
    /// What was found further out no longer matters.
    fn settle(&mut self, guard: Guard) {
        self.tries.clear();
        self.beyond = guard;
    }
}

fn branch_effect(text: &str, own: Option<TextRange>, before: &[TextRange]) -> Effect {
    let slice = |range: &TextRange| text.get(range.indices()).unwrap_or_default();
    let mut effect = Effect::default();
    let passed = before.iter().map(|range| condition::when_false(slice(range)));
    for part in passed.chain(own.iter().map(|range| condition::when_true(slice(range)))) {
        effect.phase = effect.phase.max(part.phase);
        effect.conditions.extend(part.conditions);
        effect.asked |= part.asked;
    }
    effect
}
