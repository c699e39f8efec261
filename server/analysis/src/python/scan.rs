//! The scanner.
use super::{ParseStatement, PythonFacts};

/// Reads the imports of `text`.
pub fn scan(_text: &str, _parse: &ParseStatement) -> PythonFacts {
    PythonFacts::default()
}
