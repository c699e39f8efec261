//! What a test is made of.

use crate::python::Condition;

/// One part of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Atom {
    TypeChecking(bool),
    Constant(bool),
    Available(bool),
    /// The literal, as its top module, is in a list or is not.
    Named(Box<str>, bool),
    /// A function that is given the literal, as its top module, finds that it is there, or not: it may request something else.
    Given(Box<str>, bool),
    Known(Condition),
    /// True the first time that it is come to.
    AtFirst,
    Unknown,
}
