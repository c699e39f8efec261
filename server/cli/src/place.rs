//! Places as they are shown: with lines and columns from 1.
//!
//! The field names and their order are part of the contract of `--format json`.

use pinlens_analysis::model::ids::FileId;
use serde::{Deserialize, Serialize};

/// The file of a finding, for its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The index of its project.
    pub project: usize,
    /// The file in it.
    pub file: FileId,
}

impl Source {
    /// The source of a finding that another run has made: there is none to read again.
    pub const fn nowhere() -> Self {
        Self { project: usize::MAX, file: FileId(u32::MAX) }
    }
}

/// A range in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file, relative to the current folder with `/`; absolute outside it.
    pub path: String,
    /// Where in it.
    pub range: Range,
}

/// A half-open range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Range {
    /// The first character.
    pub start: Position,
    /// The character after the last one.
    pub end: Position,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in Unicode scalar values, from 1.
    pub column: u32,
}
