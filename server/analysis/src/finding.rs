//! What a finding is: its place, its words, and what it is about.

use crate::imports::Import;
use crate::model::ids::FileId;
use crate::model::project::includes::Placed;
use pinlens_facts::python::Phase;
use pinlens_facts::requirements::{Requirement, RequirementsFacts};
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::{DistributionName, ModuleName};
use pinlens_facts::words::text::TextRange;
use std::ops::Deref;

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
    /// What it is about, so that nobody searches for it by its range.
    pub subject: Subject,
}

/// What of its file a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The file, or a place in it that is none of the others.
    File,
    /// An import statement, by its index in `PythonFacts::imports`.
    Import(usize),
    /// A requirement, by its index in `RequirementsFacts::requirements`.
    Requirement(usize),
}

impl Diagnostic {
    /// A finding about `range`, at the severity of its code.
    pub fn new(code: Code, range: TextRange, message: String) -> Self {
        Self {
            code,
            severity: code.severity(),
            range,
            message,
            module: None,
            distribution: None,
            related: Vec::new(),
            unnecessary: false,
            subject: Subject::File,
        }
    }

    /// A finding about an import: of its name, as its module.
    pub(crate) fn of_import(code: Code, import: &Import, message: String) -> Self {
        Self {
            module: Some(ModuleName::new(&import.name)),
            subject: Subject::Import(import.index),
            ..Self::new(code, import.range, message)
        }
    }

    /// A finding about a requirement, and about the distribution that it names.
    pub(crate) fn of_requirement(code: Code, requirement: Indexed, message: String) -> Self {
        Self {
            distribution: requirement.name.clone(),
            subject: Subject::Requirement(requirement.index),
            ..Self::new(code, requirement.range, message)
        }
    }

    /// With another severity than its code's.
    pub(crate) fn severity(self, severity: Severity) -> Self {
        Self { severity, ..self }
    }

    /// About this module.
    pub(crate) fn module(self, module: ModuleName) -> Self {
        Self { module: Some(module), ..self }
    }

    /// About this distribution.
    pub(crate) fn distribution(self, distribution: Option<DistributionName>) -> Self {
        Self { distribution, ..self }
    }

    /// With these related locations.
    pub(crate) fn related(self, related: Vec<Related>) -> Self {
        Self { related, ..self }
    }

    /// Marked as text that is of no use.
    pub(crate) fn unnecessary(self) -> Self {
        Self { unnecessary: true, ..self }
    }
}

/// A requirement with its index in its file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Indexed<'a> {
    /// The index in `RequirementsFacts::requirements`.
    pub index: usize,
    requirement: &'a Requirement,
}

impl<'a> Indexed<'a> {
    /// The requirements of a file in order.
    pub(crate) fn all(facts: &'a RequirementsFacts) -> impl Iterator<Item = Self> {
        facts.requirements.iter().enumerate().map(|(index, requirement)| Self { index, requirement })
    }

    /// Those of a file that can be read whole, in order: of one on whose lines something is wrong nothing more is known.
    pub(crate) fn sound(facts: &'a RequirementsFacts) -> impl Iterator<Item = Self> {
        Self::all(facts).filter(|one| facts.is_sound(one.requirement))
    }

    /// The requirement in its file.
    pub(crate) const fn placed(self, file: FileId) -> Placed<'a> {
        Placed { file, index: self.index, requirement: self.requirement }
    }

    /// The requirement, for as long as its file's facts are there.
    pub(crate) const fn get(self) -> &'a Requirement {
        self.requirement
    }
}

impl Deref for Indexed<'_> {
    type Target = Requirement;

    fn deref(&self) -> &Requirement {
        self.requirement
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
    /// What it is, where it is one.
    pub subject: Subject,
}

impl Related {
    /// A place in a file.
    pub(crate) fn new(file: FileId, range: TextRange, message: String) -> Self {
        Self { file, range, message, subject: Subject::File }
    }

    /// A requirement.
    pub(crate) fn of_requirement(placed: Placed, message: String) -> Self {
        Self {
            subject: Subject::Requirement(placed.index),
            ..Self::new(placed.file, placed.requirement.range, message)
        }
    }
}

/// The most places that one finding relates to; its message has their number.
pub(crate) const MOST_RELATED: usize = 5;

/// What a missing module means where the import stands: `worst` at module level, less where the code may go on without.
pub(crate) fn severity_of(import: &Import, worst: Severity) -> Severity {
    let context = &import.statement.context;
    let by_context = if import.is_optional {
        Severity::Hint
    } else if context.phase == Phase::TypeChecking || import.is_for_one_platform {
        Severity::Info
    } else if context.phase == Phase::Call {
        Severity::Warning
    } else {
        Severity::Error
    };
    by_context.min(worst)
}

/// When the failure shows, in words that follow "the import fails".
pub(crate) fn when_it_fails(import: &Import) -> &'static str {
    let context = &import.statement.context;
    if import.is_optional {
        "the code continues without it"
    } else if import.is_for_one_platform {
        "the import fails on the platform that the test asks for"
    } else {
        match context.phase {
            Phase::Import => "the import fails when this module is imported",
            Phase::Call => "the import fails when this function is called",
            Phase::TypeChecking => "only type checkers see the import",
            Phase::Never => "the import never runs",
        }
    }
}
