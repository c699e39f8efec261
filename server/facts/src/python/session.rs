//! What is known of a session of nox.

use crate::words::suppress::Ignores;
use crate::words::text::TextRange;

/// A session of nox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// Its name: that of its function, where no other is given.
    pub name: Box<str>,
    /// The line of its function, from 1.
    pub line: u32,
    /// The Python that it is for, where it is one.
    pub python: Option<Box<str>>,
    /// Whether it runs where nox itself is installed, so that nothing is known of what is there.
    pub is_bare: bool,
    /// What it installs and runs, in order.
    pub steps: Vec<SessionStep>,
}

/// One call of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionStep {
    /// What it does, as a text for a shell.
    pub text: Box<str>,
    /// The line of the call, from 1.
    pub line: u32,
    /// The name that is called.
    pub range: TextRange,
    /// What the comment on its line silences.
    pub ignores: Ignores,
}
