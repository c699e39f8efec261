//! What a finding is, and all findings of a file. One code is one file of this folder: its check and its fix.

mod conflicting_requirement;
mod dev_only_import;
pub(crate) mod duplicate_requirement;
mod invalid_configuration;
mod invalid_requirement;
mod misnamed_requirement;
pub(crate) mod removed_stdlib_module;
pub(crate) mod shadowed_module;
pub(crate) mod stale_compiled_requirements;
mod stdlib_requirement;
pub(crate) mod transitive_import;
pub(crate) mod undeclared_import;
mod unpinned_requirement;
mod unreadable_requirements;
pub(crate) mod unresolved_import;
mod unresolved_include;
mod unused_requirement;
mod version_mismatch;

use crate::config::{Config, Subject};
use crate::facts::FileFacts;
use crate::fixes::Fix;
use crate::imports::{self, Import};
use crate::names::{DistributionName, FilePath, ModuleName};
use crate::python::Phase;
use crate::suppress::Ignores;
use crate::text::TextRange;
use crate::workspace::{FileId, Workspace};

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
    /// An import that is satisfied only because another requirement needs the distribution.
    TransitiveImport,
    /// Deployed code imports what is required for development only.
    DevOnlyImport,
    /// A module that left the standard library.
    RemovedStdlibModule,
    /// A module of the workspace hides one that a requirement installs.
    ShadowedModule,
    /// Two requirements that cannot both hold.
    ConflictingRequirement,
    /// A requirement that the standard library makes needless.
    StdlibRequirement,
    /// A name of an `.in` file that its compiled file lacks.
    StaleCompiledRequirements,
    /// A requirement whose name is not that of the distribution that is meant.
    MisnamedRequirement,
    /// A requirement without an exact version; off until it is asked for.
    UnpinnedRequirement,
    /// A requirement that the installed version contradicts.
    VersionMismatch,
    /// A list of requirements that cannot be read, where nothing else declares what the application needs.
    UnreadableRequirements,
    /// A setting of pinlens's own that cannot be taken.
    InvalidConfiguration,
}

impl Code {
    /// Every code, in the order of the documentation.
    pub const ALL: [Self; 18] = [
        Self::UndeclaredImport,
        Self::UnresolvedImport,
        Self::UnusedRequirement,
        Self::DuplicateRequirement,
        Self::InvalidRequirement,
        Self::UnresolvedInclude,
        Self::TransitiveImport,
        Self::DevOnlyImport,
        Self::RemovedStdlibModule,
        Self::ShadowedModule,
        Self::ConflictingRequirement,
        Self::StdlibRequirement,
        Self::StaleCompiledRequirements,
        Self::MisnamedRequirement,
        Self::UnpinnedRequirement,
        Self::VersionMismatch,
        Self::UnreadableRequirements,
        Self::InvalidConfiguration,
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
            Self::TransitiveImport => "transitive-import",
            Self::DevOnlyImport => "dev-only-import",
            Self::RemovedStdlibModule => "removed-stdlib-module",
            Self::ShadowedModule => "shadowed-module",
            Self::ConflictingRequirement => "conflicting-requirement",
            Self::StdlibRequirement => "stdlib-requirement",
            Self::StaleCompiledRequirements => "stale-compiled-requirements",
            Self::MisnamedRequirement => "misnamed-requirement",
            Self::UnpinnedRequirement => "unpinned-requirement",
            Self::VersionMismatch => "version-mismatch",
            Self::UnreadableRequirements => "unreadable-requirements",
            Self::InvalidConfiguration => "invalid-configuration",
        }
    }

    /// The code that users call `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == name)
    }

    /// What the finding means, in one sentence. (SARIF's rule description.)
    pub const fn summary(self) -> &'static str {
        match self {
            Self::UndeclaredImport => {
                "An imported module's distribution is in no requirements file that governs the code."
            }
            Self::UnresolvedImport => "Nothing that is known for sure provides an imported module.",
            Self::UnusedRequirement => "Nothing imports what a requirement installs.",
            Self::DuplicateRequirement => "A distribution is required more than once.",
            Self::InvalidRequirement => "pip would refuse a line of a requirements file.",
            Self::UnresolvedInclude => "A file that -r or -c names is missing, or includes itself.",
            Self::TransitiveImport => {
                "An imported module's distribution is installed only because another requirement needs it."
            }
            Self::DevOnlyImport => "Deployed code imports what is required for development only.",
            Self::RemovedStdlibModule => "The standard library of the target no longer has an imported module.",
            Self::ShadowedModule => "A module of the workspace hides the one that a requirement installs.",
            Self::ConflictingRequirement => "Two requirements of one distribution cannot both hold.",
            Self::StdlibRequirement => "The standard library has what a requirement would install.",
            Self::StaleCompiledRequirements => "A compiled requirements file lacks a name of its source.",
            Self::MisnamedRequirement => "A requirement bears another name than the distribution that is meant.",
            Self::UnpinnedRequirement => "A requirement has no exact version.",
            Self::VersionMismatch => "The environment has another version than a requirement asks for.",
            Self::UnreadableRequirements => {
                "All that an application requires is declared in a way that cannot be read."
            }
            Self::InvalidConfiguration => "A setting of pinlens is unknown or has a wrong value.",
        }
    }
}

impl Code {
    /// The severity that a finding has where everything about it is known.
    pub const fn severity(self) -> Severity {
        match self {
            Self::UndeclaredImport
            | Self::InvalidRequirement
            | Self::UnresolvedInclude
            | Self::RemovedStdlibModule
            | Self::ConflictingRequirement => Severity::Error,
            Self::UnresolvedImport
            | Self::TransitiveImport
            | Self::DevOnlyImport
            | Self::ShadowedModule
            | Self::StdlibRequirement
            | Self::StaleCompiledRequirements
            | Self::UnusedRequirement
            | Self::DuplicateRequirement
            | Self::MisnamedRequirement
            | Self::UnpinnedRequirement
            | Self::UnreadableRequirements
            | Self::InvalidConfiguration => Severity::Warning,
            Self::VersionMismatch => Severity::Info,
        }
    }

    /// Whether it is told only where the settings ask for it.
    pub const fn is_off_by_default(self) -> bool {
        matches!(self, Self::UnpinnedRequirement)
    }
}

/// The names of all codes.
pub fn code_names() -> Vec<&'static str> {
    Code::ALL.map(Code::as_str).to_vec()
}

/// Whether settings may name the code.
pub fn is_code(name: &str) -> bool {
    Code::parse(name).is_some()
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

/// The most places that one finding relates to; its message tells their number.
const MOST_RELATED: usize = 5;

/// Findings as they are made: silenced ones are dropped at the door.
pub(crate) struct Findings<'a> {
    config: &'a Config,
    path: &'a FilePath,
    list: Vec<Diagnostic>,
}

impl<'a> Findings<'a> {
    fn new(workspace: &'a Workspace, file: FileId) -> Self {
        Self { config: workspace.config(), path: workspace.path(file), list: Vec::new() }
    }

    /// Takes a finding in unless a comment or the configuration silences it, at the severity that the configuration gives it.
    pub(crate) fn add(&mut self, diagnostic: Diagnostic, ignores: &Ignores) {
        let subject = Subject {
            code: diagnostic.code,
            path: self.path,
            distribution: diagnostic.distribution.as_ref(),
            module: diagnostic.module.as_ref(),
        };
        let severity = self.config.severity_of(subject, diagnostic.severity);
        if let Some(severity) = severity.filter(|_| !ignores.silence(diagnostic.code.as_str())) {
            self.list.push(Diagnostic { severity, ..diagnostic });
        }
    }

    fn sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| (a.range, a.code, &a.message).cmp(&(b.range, b.code, &b.message)));
        self.list.dedup();
        self.list
    }
}

/// All findings in one file, in the order of the text.
pub(crate) fn of_file(workspace: &Workspace, file: FileId) -> Vec<Diagnostic> {
    let mut findings = Findings::new(workspace, file);
    if workspace.is_specimen(file) {
        return Vec::new();
    }
    if let Some(FileFacts::Python(facts)) = workspace.facts(file)
        && !workspace.has_quiet_imports(file, facts)
    {
        let mut imports = imports::resolve(workspace, workspace.path(file), facts);
        imports::settle_alternatives(workspace, file, &mut imports);
        unresolved_import::check(workspace, file, &imports, &mut findings);
        undeclared_import::check(workspace, file, &imports, &mut findings);
        transitive_import::check(workspace, file, &imports, &mut findings);
        dev_only_import::check(workspace, file, &imports, &mut findings);
        removed_stdlib_module::check(workspace, file, &imports, &mut findings);
        shadowed_module::check(workspace, file, &imports, &mut findings);
    }
    if let Some(facts) = workspace.facts(file).and_then(FileFacts::declarations) {
        invalid_requirement::check(facts, &mut findings);
        unresolved_include::check(workspace, file, facts, &mut findings);
        duplicate_requirement::check(workspace, file, facts, &mut findings);
        conflicting_requirement::check(workspace, file, facts, &mut findings);
        stdlib_requirement::check(workspace, file, facts, &mut findings);
        stale_compiled_requirements::check(workspace, file, facts, &mut findings);
        misnamed_requirement::check(workspace, file, facts, &mut findings);
        unpinned_requirement::check(workspace, file, facts, &mut findings);
        version_mismatch::check(workspace, file, facts, &mut findings);
        unused_requirement::check(workspace, file, facts, &mut findings);
        unreadable_requirements::check(workspace, file, facts, &mut findings);
    }
    if let Some(FileFacts::Settings(facts)) = workspace.facts(file) {
        invalid_configuration::check(workspace.path(file), facts, &mut findings);
    }
    findings.sorted()
}

/// The findings that a file's own text shows.
pub(crate) fn of_text(workspace: &Workspace, file: FileId) -> Vec<Diagnostic> {
    let mut findings = Findings::new(workspace, file);
    if workspace.is_specimen(file) {
        return Vec::new();
    }
    if let Some(facts) = workspace.facts(file).and_then(FileFacts::declarations) {
        invalid_requirement::check(facts, &mut findings);
    }
    if let Some(FileFacts::Settings(facts)) = workspace.facts(file) {
        invalid_configuration::check(workspace.path(file), facts, &mut findings);
    }
    findings.sorted()
}

/// What mends a finding of the file; the best first.
pub(crate) fn fixes(workspace: &Workspace, file: FileId, diagnostic: &Diagnostic) -> Vec<Fix> {
    match diagnostic.code {
        Code::UndeclaredImport | Code::UnresolvedImport | Code::TransitiveImport | Code::RemovedStdlibModule => {
            undeclared_import::fixes(workspace, file, diagnostic)
        }
        Code::StdlibRequirement => stdlib_requirement::fixes(workspace, file, diagnostic),
        Code::UnusedRequirement => unused_requirement::fixes(workspace, file, diagnostic),
        Code::DuplicateRequirement => duplicate_requirement::fixes(workspace, file, diagnostic),
        Code::DevOnlyImport => dev_only_import::fixes(workspace, file, diagnostic),
        Code::ConflictingRequirement => conflicting_requirement::fixes(workspace, file, diagnostic),
        Code::StaleCompiledRequirements => stale_compiled_requirements::fixes(workspace, file, diagnostic),
        Code::MisnamedRequirement => misnamed_requirement::fixes(workspace, file, diagnostic),
        Code::UnpinnedRequirement => unpinned_requirement::fixes(workspace, file, diagnostic),
        Code::VersionMismatch => version_mismatch::fixes(workspace, file, diagnostic),
        Code::InvalidRequirement
        | Code::UnresolvedInclude
        | Code::ShadowedModule
        | Code::UnreadableRequirements
        | Code::InvalidConfiguration => Vec::new(),
    }
}

/// What a missing module means where the import stands: `worst` at module level, less where the code may go on without.
fn severity_of(import: &Import, worst: Severity) -> Severity {
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
fn when_it_fails(import: &Import) -> &'static str {
    let context = &import.statement.context;
    if import.is_optional {
        "the code goes on without it"
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
