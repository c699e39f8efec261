//! What a use without an import is, and the requirement that it is of.

use super::places::Place;
use super::scope::Scope;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::requirements::Requirement;

/// One use without an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// How sure it is.
    pub strength: Strength,
    /// The use in words, where it stands included: `Procfile:2 runs gunicorn`.
    pub words: String,
    /// The file that shows it, where one does.
    pub file: Option<FileId>,
    /// The line, counted from 1; 0 where there is none.
    pub line: u32,
}

/// How sure a use is. A requirement with any reason is not called unused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// Its host is there, and may load it.
    Weak,
    /// Its host is there, and it acts by being installed.
    Likely,
    /// A file says so.
    Certain,
}

impl Reason {
    pub(super) fn certain(ws: &Analysis, place: Place, what: &str) -> Self {
        Self {
            strength: Strength::Certain,
            words: format!("{} {what}", place.at(ws)),
            file: Some(place.file),
            line: place.mention.line,
        }
    }

    pub(super) fn likely(words: String) -> Self {
        Self { strength: Strength::Likely, words, file: None, line: 0 }
    }

    pub(super) fn weak(words: String) -> Self {
        Self { strength: Strength::Weak, words, file: None, line: 0 }
    }
}

/// A requirement in question.
pub(super) struct Query<'a> {
    pub scope: Scope<'a>,
    /// Where it stands.
    pub file: FileId,
    pub requirement: &'a Requirement,
    /// It is for developers, who run tools by hand.
    pub for_development: bool,
}
