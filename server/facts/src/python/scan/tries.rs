//! The `try` statements of a file, and what their handlers make of a failure.

use super::handlers;
use crate::python::Guard;
use crate::python::loading::{self, End, Failure, Handler};
use crate::words::text::TextRange;

/// A `try`.
#[derive(Debug)]
pub(super) struct Try {
    pub start: u32,
    /// The alternatives that it belongs to; see [`crate::python::Alternative`].
    pub chain: u32,
    /// What its handlers make of an `ImportError`.
    pub outcome: Guard,
    pub has_import: bool,
    /// The top names of the modules that its body imports.
    pub imported: Vec<Box<str>>,
    /// A handler catches it by its own name, not by that of a base class.
    pub is_named: bool,
    /// A comment at the handler that decides calls what it imports optional.
    pub is_called_optional: bool,
    /// Its handlers so far.
    pub handlers: Vec<Handler>,
}

impl Try {
    /// One of which only the place is known.
    pub fn new(start: u32, chain: u32) -> Self {
        Self {
            start,
            chain,
            outcome: Guard::None,
            has_import: false,
            imported: Vec::new(),
            is_named: false,
            is_called_optional: false,
            handlers: Vec::new(),
        }
    }

    /// Called for a handler, of which `range` is the head and `names` what stands behind the `except`; gives its number.
    pub fn add(&mut self, range: TextRange, names: &str) -> usize {
        self.is_named |= handlers::names_import_error(names);
        self.handlers.push(Handler { range, catches: handlers::catches(names), end: End::CarriesOn });
        self.handlers.len() - 1
    }

    /// Called when the handler of this number raises.
    pub fn ends(&mut self, handler: usize, end: End) {
        if let Some(handler) = self.handlers.get_mut(handler) {
            handler.end = end;
        }
    }

    /// The same for the facts.
    pub fn kept(&self) -> loading::Try {
        loading::Try { handlers: self.handlers.as_slice().into() }
    }
}

/// How a handler ends by a statement that raises or exits.
pub(super) fn end_by(statement: &str) -> End {
    let Some(raised) = statement.strip_prefix("raise") else { return End::Raises(Failure::Exit) };
    let raised = raised.trim_start_matches([' ', '\t']);
    let name = raised.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).next().unwrap_or_default();
    let last = name.rsplit('.').next().unwrap_or_default();
    match last {
        "ImportError" | "ModuleNotFoundError" => End::Raises(Failure::Import),
        "SystemExit" | "KeyboardInterrupt" => End::Raises(Failure::Exit),
        // `raise error` raises what was caught; a class begins with a capital letter
        "" => End::Reraises,
        other if other.starts_with(|c: char| c.is_lowercase()) && !raised[name.len()..].starts_with('(') => {
            End::Reraises
        }
        _ => End::Raises(Failure::Other),
    }
}
