//! All findings of a file. One code is one file of this folder: its summary, its check and its fixes; the table here lists them.

pub(crate) mod all;
mod conflicting_requirement;
pub(crate) mod dev_only_import;
mod duplicate_requirement;
mod invalid_configuration;
mod invalid_requirement;
mod misnamed_requirement;
mod missing;
mod pass;
mod removed_stdlib_module;
mod shadowed_module;
mod stale_compiled_requirements;
mod stdlib_requirement;
mod transitive_import;
mod undeclared_import;
pub(crate) mod undeclared_use;
mod unpinned_requirement;
mod unreadable_requirements;
mod unresolved_entry;
mod unresolved_import;
mod unresolved_include;
mod unused_requirement;
mod version_mismatch;

use crate::config::{self, Config};
use crate::finding::Diagnostic;
use crate::fixes::Fix;
use crate::imports::{self, Import};
use crate::model::ids::FileId;
use crate::model::store::Model;
use pass::FixPass;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::facts::SettingsFacts;
use pinlens_facts::requirements::RequirementsFacts;
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::suppress::Ignores;
use pinlens_facts::words::text::TextRange;

/// Findings as they are made: silenced ones are dropped at the door.
pub(crate) struct Findings<'a> {
    config: &'a Config,
    path: &'a FilePath,
    list: Vec<Diagnostic>,
}

impl<'a> Findings<'a> {
    fn new(workspace: &'a Model, file: FileId) -> Self {
        Self { config: workspace.config(), path: workspace.path(file), list: Vec::new() }
    }

    /// Takes a finding in unless a comment or the configuration silences it, at the severity that the configuration gives it.
    pub(crate) fn add(&mut self, diagnostic: Diagnostic, ignores: &Ignores) {
        let subject = config::Subject {
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

    /// Whether a finding of that distribution stands at the range already.
    pub(crate) fn has(&self, range: TextRange, distribution: Option<&DistributionName>) -> bool {
        self.list.iter().any(|found| found.range == range && found.distribution.as_ref() == distribution)
    }

    fn sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| (a.range, a.code, &a.message).cmp(&(b.range, b.code, &b.message)));
        self.list.dedup();
        self.list
    }
}

/// A code as the server knows it: one row of the table, which its own file holds.
pub(crate) struct Rule {
    /// The code; its name and severity are in `pinlens_facts::words::codes`, its page is `docs/diagnostics/NAME.md`.
    pub code: Code,
    /// What the finding means, in one sentence. (SARIF's rule description.)
    pub summary: &'static str,
    /// How it is found.
    check: Check,
    /// How it is fixed, where it can be: the best fix first.
    fixes: Option<fn(&mut FixPass, &Diagnostic) -> Vec<Fix>>,
}

/// What a check reads of its file. Each puts what it finds into the [`Findings`].
enum Check {
    /// The resolved imports of a Python file.
    Imports(fn(&Model, FileId, &[Import], &mut Findings)),
    /// What a file declares.
    Requirements(fn(&Model, FileId, &RequirementsFacts, &mut Findings)),
    /// What a file declares, whatever the rest of the workspace holds.
    Text(fn(&Model, FileId, &RequirementsFacts, &mut Findings)),
    /// What deployments tell of a file, whatever it is.
    Deployments(fn(&Model, FileId, &mut Findings)),
    /// A file that may hold settings of pinlens, whatever the rest of the workspace holds.
    Settings(fn(&Model, FileId, &SettingsFacts, &mut Findings)),
}

/// The table: every code.
static TABLE: [Rule; Code::ALL.len()] = ROWS;

const ROWS: [Rule; Code::ALL.len()] = [
    undeclared_import::RULE,
    unresolved_import::RULE,
    unused_requirement::RULE,
    duplicate_requirement::RULE,
    invalid_requirement::RULE,
    unresolved_include::RULE,
    transitive_import::RULE,
    dev_only_import::RULE,
    removed_stdlib_module::RULE,
    shadowed_module::RULE,
    conflicting_requirement::RULE,
    stdlib_requirement::RULE,
    stale_compiled_requirements::RULE,
    misnamed_requirement::RULE,
    unpinned_requirement::RULE,
    version_mismatch::RULE,
    unreadable_requirements::RULE,
    invalid_configuration::RULE,
    undeclared_use::RULE,
    unresolved_entry::RULE,
];

// `rule` finds a row by its code's number
const _: () = {
    let mut row = 0;
    while row < ROWS.len() {
        assert!(ROWS[row].code as usize == row, "the table is in the order of the variants of Code");
        row += 1;
    }
};

fn rule(code: Code) -> &'static Rule {
    &TABLE[code as usize]
}

/// What a finding of the code means, in one sentence.
pub fn summary(code: Code) -> &'static str {
    rule(code).summary
}

/// All findings in one file, in the order of the text.
pub(crate) fn of_file(workspace: &Model, file: FileId) -> Vec<Diagnostic> {
    let mut findings = Findings::new(workspace, file);
    let Some(facts) = workspace.facts(file).filter(|_| !workspace.is_specimen(file)) else { return Vec::new() };
    let imports = imports_of(workspace, file, facts);
    for rule in &TABLE {
        match (&rule.check, &imports, facts.declarations(), facts) {
            (Check::Imports(check), Some(imports), ..) => check(workspace, file, imports, &mut findings),
            (Check::Requirements(check) | Check::Text(check), _, Some(declared), _) => {
                check(workspace, file, declared, &mut findings);
            }
            (Check::Settings(check), .., FileFacts::Settings(settings)) => {
                check(workspace, file, settings, &mut findings);
            }
            (Check::Deployments(check), ..) => check(workspace, file, &mut findings),
            _ => {}
        }
    }
    invalid_configuration::check_comments(facts, &mut findings);
    findings.sorted()
}

/// The imports of a Python file, where anything may be reported of them.
fn imports_of<'a>(workspace: &Model, file: FileId, facts: &'a FileFacts) -> Option<Vec<Import<'a>>> {
    let FileFacts::Python(facts) = facts else { return None };
    if imports::memory::has_quiet_imports(workspace, file, facts) {
        return None;
    }
    Some(imports::settled(workspace, file, facts))
}

/// The findings that a file's own text shows.
pub(crate) fn of_text(workspace: &Model, file: FileId) -> Vec<Diagnostic> {
    let mut findings = Findings::new(workspace, file);
    let Some(facts) = workspace.facts(file).filter(|_| !workspace.is_specimen(file)) else { return Vec::new() };
    for rule in &TABLE {
        match (&rule.check, facts.declarations(), facts) {
            (Check::Text(check), Some(declared), _) => check(workspace, file, declared, &mut findings),
            (Check::Settings(check), _, FileFacts::Settings(settings)) => {
                check(workspace, file, settings, &mut findings);
            }
            _ => {}
        }
    }
    findings.sorted()
}

/// The fixes of findings of one file, in their order: the best fix of each first. One pass, so that what several need is looked
/// up once.
pub(crate) fn fixes<'d>(
    workspace: &Model,
    file: FileId,
    diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
) -> Vec<Vec<Fix>> {
    let mut pass = FixPass::new(workspace, file);
    let of = |diagnostic: &Diagnostic| rule(diagnostic.code).fixes.map(|fixes| fixes(&mut pass, diagnostic));
    diagnostics.into_iter().map(of).map(Option::unwrap_or_default).collect()
}
