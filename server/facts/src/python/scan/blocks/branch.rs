//! The branches of an `if`: each runs where the tests above it were false.

use super::super::condition::{self, Effect, Flags};
use super::super::leave::Leave;
use crate::words::text::TextRange;

/// A branch of an `if`.
#[derive(Debug)]
pub(in super::super) struct Branch {
    /// Its own test; none for an `else`.
    pub(super) test: Option<TextRange>,
    /// The tests before it, which were false.
    pub(super) before: Earlier,
    /// How all the branches before it leave the block around, if they do.
    pub(super) left: Option<Leave>,
    /// Its test checks whether the file is run as a script.
    pub is_main: bool,
}

impl Branch {
    /// The first of a chain.
    pub fn new(test: TextRange) -> Self {
        Self { test: Some(test), before: Earlier::default(), left: Some(Leave::Fails), is_main: false }
    }

    /// What holds inside.
    pub(super) fn effect(&mut self, text: &str, flags: &Flags) -> Effect {
        let mut effect = self.before.effect(text, flags);
        if let Some(test) = self.test {
            effect.add(condition::when_true(text.get(test.indices()).unwrap_or_default(), flags));
        }
        effect
    }

    /// The chain and the branch; see [`crate::python::Alternative`].
    pub(super) fn place(&self) -> (u32, u32) {
        let own = self.test.map_or(0, |test| test.start);
        let first = self.before.tests.first().map_or(own, |test| test.start);
        let last = self.before.tests.last().map_or(own, |test| test.end);
        (first, own.max(last))
    }
}

/// The tests of the branches above one, which go from branch to branch.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    pub(super) tests: Vec<TextRange>,
    /// What the first `read` tests say by being false: each is read once, however many branches follow.
    known: Effect,
    read: usize,
}

impl Earlier {
    /// What holds where all of them are false.
    fn effect(&mut self, text: &str, flags: &Flags) -> Effect {
        for range in &self.tests[self.read..] {
            self.known.add(condition::when_false(text.get(range.indices()).unwrap_or_default(), flags));
        }
        self.read = self.tests.len();
        self.known.clone()
    }
}
