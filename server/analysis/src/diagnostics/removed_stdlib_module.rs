//! `removed-stdlib-module`: a module that the standard library of the target no longer has, with what replaces it.

use super::missing::add_missing;
use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::finding::{Diagnostic, when_it_fails};
use crate::imports::Import;
use crate::imports::claims::{Claim, Proof};
use crate::imports::verdict::{removed, removed_later};
use crate::model::ids::FileId;
use crate::wording;
use pinlens_facts::knowledge::catalog::{self};
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::PythonVersion;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::RemovedStdlibModule,
    summary: "The standard library of the target no longer has an imported module.",
    check: Check::Imports(check),
    fixes: Some(add_missing),
};

/// Finds the imports of removed modules among `imports`, those of `file`.
fn check(ws: &Analysis, file: FileId, imports: &[Import], findings: &mut Findings) {
    for import in imports {
        if let Some((last, newest)) = removed_later(ws, file, import) {
            findings.add(of_newer(ws, file, import, last, newest), &import.statement.ignores);
        }
        let Some(last) = removed(ws, file, import) else { continue };
        findings.add(diagnostic(ws, file, import, last), &import.statement.ignores);
    }
}

/// The finding on what only newer Pythons lack that the project allows.
fn of_newer(ws: &Analysis, file: FileId, import: &Import, last: PythonVersion, newest: PythonVersion) -> Diagnostic {
    let top = import.name.split('.').next().unwrap_or_default();
    let worst = Proof::of_context(ws, file, import).severity(Claim::Undeclared).unwrap_or(Severity::Info);
    let message = format!(
        "`{top}` left the standard library after Python {last}, and the project allows Python {newest}, where {}.",
        when_it_fails(import)
    );
    Diagnostic::of_import(Code::RemovedStdlibModule, import, message)
        .severity(worst.min(Severity::Info))
        .distribution(catalog::stdlib_replacements(top).next())
}

fn diagnostic(ws: &Analysis, file: FileId, import: &Import, last: PythonVersion) -> Diagnostic {
    let top = import.name.split('.').next().unwrap_or_default();
    let replacement = catalog::stdlib_replacements(top).next();
    let advice = match &replacement {
        Some(name) => format!("the package {name} provides it"),
        None => catalog::stdlib_renamed(top)
            .map_or_else(|| "no package replaces it".to_owned(), |renamed| format!("Python 3 has it in `{renamed}`")),
    };
    // nothing says which Python the code is for: it may well be an older one
    let (worst, target) = if ws.knows_target() {
        (Severity::Error, format!("this code is for Python {}", ws.target()))
    } else {
        (
            Severity::Warning,
            format!(
                "the Python version is not known, so {} is assumed: set `python-version` if it is older",
                ws.target()
            ),
        )
    };
    Diagnostic::of_import(
        Code::RemovedStdlibModule,
        import,
        wording::message(format!("`{top}` was removed {}: {}", after(last), when_it_fails(import)), [target, advice]),
    )
    .severity(Proof::of_context(ws, file, import).severity(Claim::Undeclared).map_or(worst, |by| by.min(worst)))
    .distribution(replacement)
}

/// `in Python 3.13`, after 3.12; what left with Python 2 is `in Python 3`.
fn after(last: PythonVersion) -> String {
    if last.major < 3 { "in Python 3".to_owned() } else { format!("in Python {}.{}", last.major, last.minor + 1) }
}
