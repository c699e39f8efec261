//! All findings of a file. One code is one file of this folder: its summary, its check and its fixes; the table here lists them.

pub(crate) mod all;
mod conflicting_requirement;
pub(crate) mod dev_only_import;
mod drifting_requirement;
mod duplicate_requirement;
mod invalid_configuration;
mod invalid_requirement;
mod misnamed_requirement;
mod missing;
mod not_installed;
mod pass;
mod removed_stdlib_module;
mod rule;
mod shadowed_module;
mod stale_compiled_requirements;
mod stdlib_requirement;
mod test_only_requirement;
mod transitive_import;
mod undeclared_import;
pub(crate) mod undeclared_use;
mod unknown_distribution;
mod unpinned_requirement;
mod unreadable_requirements;
mod unresolved_entry;
mod unresolved_import;
mod unresolved_include;
pub(crate) mod unused_ignore;
pub(crate) mod unused_requirement;
mod version_mismatch;

use crate::analysis::Analysis;
use crate::finding::Diagnostic;
use crate::fixes::Fix;
use crate::imports::{self, Import};
use crate::model::ids::FileId;
use pass::FixPass;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::codes::Code;
use rule::{Check, Findings, Rule};

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
    not_installed::RULE,
    unknown_distribution::RULE,
    test_only_requirement::RULE,
    unused_ignore::RULE,
    drifting_requirement::RULE,
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
pub(crate) fn of_file(workspace: &Analysis, file: FileId) -> Vec<Diagnostic> {
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
    for rule in &TABLE {
        if let Check::Silencers(check) = rule.check {
            check(workspace, file, imports.as_deref(), &mut findings);
        }
    }
    findings.sorted()
}

/// The imports of a Python file.
fn imports_of<'a>(workspace: &Analysis, file: FileId, facts: &'a FileFacts) -> Option<Vec<Import<'a>>> {
    let FileFacts::Python(facts) = facts else { return None };
    Some(imports::settled(workspace, file, facts))
}

/// The findings that a file's own text shows.
pub(crate) fn of_text(workspace: &Analysis, file: FileId) -> Vec<Diagnostic> {
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
    workspace: &Analysis,
    file: FileId,
    diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
) -> Vec<Vec<Fix>> {
    let mut pass = FixPass::new(workspace, file);
    let of = |diagnostic: &Diagnostic| rule(diagnostic.code).fixes.map(|fixes| fixes(&mut pass, diagnostic));
    diagnostics.into_iter().map(of).map(Option::unwrap_or_default).collect()
}
