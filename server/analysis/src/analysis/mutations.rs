//! Inputs that are forgotten on purpose, one at a time: a test of whether the tests would find such a mistake. Without the feature
//! `mutations` nothing is, and nothing here is compiled in.

/// An input of something that is derived, each by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mutation {
    /// What is derived: a type, or a part of what a change affects.
    pub value: &'static str,
    /// The input.
    pub input: &'static str,
}

#[cfg(not(feature = "mutations"))]
pub(crate) const fn forgets(_: &str, _: &str) -> bool {
    false
}

#[cfg(feature = "mutations")]
pub(crate) use on::forgets;
#[cfg(feature = "mutations")]
pub use on::{forget, seen};

#[cfg(feature = "mutations")]
mod on {
    use super::Mutation;
    use std::cell::{Cell, RefCell};
    use std::collections::BTreeSet;

    thread_local! {
        static FORGOTTEN: Cell<Option<Mutation>> = const { Cell::new(None) };
        static SEEN: RefCell<BTreeSet<Mutation>> = const { RefCell::new(BTreeSet::new()) };
    }

    /// Whether the input is the one that is forgotten.
    pub(crate) fn forgets(value: &'static str, input: &'static str) -> bool {
        let this = Mutation { value, input };
        SEEN.with_borrow_mut(|seen| seen.insert(this));
        FORGOTTEN.get() == Some(this)
    }

    /// From here on the input is forgotten on this thread, and no other.
    pub fn forget(mutation: Option<Mutation>) {
        FORGOTTEN.set(mutation);
    }

    /// Every input that this thread has looked at so far.
    pub fn seen() -> BTreeSet<Mutation> {
        SEEN.with_borrow(Clone::clone)
    }
}
