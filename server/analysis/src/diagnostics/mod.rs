//! What a finding is. One code is one file of this folder: its documentation, its check and its fix.

use crate::names::{DistributionName, ModuleName};
use crate::text::TextRange;
use crate::workspace::FileId;

/// The stable name of a kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A module is imported that a known distribution provides, and no requirement declares it.
    UndeclaredImport,
    /// A module is imported that nothing sure provides.
    UnresolvedImport,
    /// A requirement that nothing imports.
    UnusedRequirement,
    /// A requirement that was declared before.
    DuplicateRequirement,
    /// A line that pip would refuse.
    InvalidRequirement,
    /// A `-r` or `-c` whose target is missing, or that comes back to itself.
    UnresolvedInclude,
}

impl Code {
    /// Every code, in the order of the documentation.
    pub const ALL: [Self; 6] = [
        Self::UndeclaredImport,
        Self::UnresolvedImport,
        Self::UnusedRequirement,
        Self::DuplicateRequirement,
        Self::InvalidRequirement,
        Self::UnresolvedInclude,
    ];

    /// The name that users see and write.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UndeclaredImport => "undeclared-import",
            Self::UnresolvedImport => "unresolved-import",
            Self::UnusedRequirement => "unused-requirement",
            Self::DuplicateRequirement => "duplicate-requirement",
            Self::InvalidRequirement => "invalid-requirement",
            Self::UnresolvedInclude => "unresolved-include",
        }
    }

    /// The code that users call `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == name)
    }

    /// What the finding means, in one sentence. (SARIF's rule description.)
    pub const fn summary(self) -> &'static str {
        match self {
            Self::UndeclaredImport => "An imported module's distribution is in no requirements file that governs the code.",
            Self::UnresolvedImport => "Nothing that is known for sure provides an imported module.",
            Self::UnusedRequirement => "Nothing imports what a requirement installs.",
            Self::DuplicateRequirement => "A distribution is required more than once.",
            Self::InvalidRequirement => "pip would refuse a line of a requirements file.",
            Self::UnresolvedInclude => "A file that -r or -c names is missing, or includes itself.",
        }
    }
}

/// How bad a finding is; the worst is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Of use to someone who looks.
    Hint,
    /// Worth knowing.
    Info,
    /// Likely wrong.
    Warning,
    /// Wrong: something will fail.
    Error,
}

impl Severity {
    /// `error`, `warning`, `info` or `hint`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place in a file of the workspace, with what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The file.
    pub file: FileId,
    /// The bytes in it.
    pub range: TextRange,
    /// What is there.
    pub message: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its kind.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The bytes that it is about.
    pub range: TextRange,
    /// What is wrong, why, and what to do; one or more sentences, without a line break.
    pub message: String,
    /// The longest dotted name that was looked up, for an import.
    pub module: Option<ModuleName>,
    /// An import's best candidate, or a requirement's own name.
    pub distribution: Option<DistributionName>,
    /// Other places that belong to it; at most five.
    pub related: Vec<Related>,
    /// Whether the text is of no use (LSP's tag Unnecessary).
    pub unnecessary: bool,
}
