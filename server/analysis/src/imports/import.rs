//! What an import is, resolved.

use crate::model::resolve::Evidence;
use pinlens_facts::python::ImportStatement;
use pinlens_facts::words::text::TextRange;
use std::borrow::Cow;

/// One dotted name of an import statement, resolved.
#[derive(Debug)]
pub struct Import<'a> {
    /// The statement.
    pub statement: &'a ImportStatement,
    /// Its index in `PythonFacts::imports`.
    pub index: usize,
    /// The dotted name as written, in bytes of the file.
    pub range: TextRange,
    /// The dotted name that was looked up; for a relative import with its dots.
    pub name: Cow<'a, str>,
    /// What it is.
    pub target: Target,
    /// Whether the code carries on without it.
    pub is_optional: bool,
    /// Whether it runs on some platforms only, and nothing says for which the code is.
    pub is_for_one_platform: bool,
}

/// What an import leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The standard library of the target version.
    Stdlib,
    /// A module of the workspace.
    FirstParty,
    /// The workspace has the package, but not what is imported from it; the message names what.
    Missing(String),
    /// Something outside the workspace.
    Outside {
        /// Where the workspace has a module of that name after all, if not where Python is sure to look.
        fallback: Fallback,
    },
}

/// A module of the workspace that may be meant where nothing outside is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fallback {
    /// None.
    None,
    /// In a folder that is not known to be on `sys.path`, or only a namespace package.
    Elsewhere,
    /// In a folder above the importing file, inside a package: all of the dotted name is there, and no popular distribution is called
    /// so. A script there puts the folder on `sys.path`.
    Above,
    /// Next to the importing file, which is in a package: it is meant when the file is run as a script. Or in the folder of stubs that a
    /// stub lies in.
    Beside,
}

impl Fallback {
    /// Whether the workspace's own module is what is meant, given how sure a distribution is.
    pub fn beats(self, evidence: Option<Evidence>) -> bool {
        match self {
            Self::None => false,
            Self::Elsewhere => evidence.is_none_or(|evidence| evidence < Evidence::Catalog),
            Self::Above | Self::Beside => true,
        }
    }
}
