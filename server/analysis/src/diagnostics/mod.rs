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
use crate::fixes::Fix;
use crate::imports::{self, Import};
use crate::model::ids::FileId;
use crate::workspace::Workspace;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::python::Phase;
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::{DistributionName, FilePath, ModuleName};
use pinlens_facts::words::suppress::Ignores;
use pinlens_facts::words::text::TextRange;

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
