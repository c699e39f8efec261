//! `stdlib-requirement`: a requirement bears the name of a module that the target's standard library has.
//!
//! The index's distribution of that name is an old backport at best, and may hide the standard module or break it.

use super::pass::FixPass;
use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::finding::{Diagnostic, Indexed};
use crate::fixes::{Fix, remove};
use crate::model::ids::FileId;
use crate::model::project;
use pinlens_facts::knowledge::catalog::{self, StdlibStatus};
use pinlens_facts::requirements::{Requirement, RequirementsFacts, Source};
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::lists::List;
use pinlens_facts::words::names::DistributionName;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::StdlibRequirement,
    summary: "The standard library has what a requirement would install.",
    check: Check::Requirements(check),
    fixes: Some(fixes),
};

/// Finds the requirements that the standard library makes needless.
fn check(ws: &Analysis, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    // of a compiled file its source is judged
    if ws.projects().is_constraints(file, ws.path(file)) || project::source_of(ws.model(), file).is_some() {
        return;
    }
    for requirement in Indexed::sound(facts) {
        let Some(name) = requirement.name.as_ref().filter(|_| is_needless(ws, file, &requirement)) else { continue };
        let diagnostic = Diagnostic::of_requirement(
            Code::StdlibRequirement,
            requirement,
            message(ws, name, is_imported(ws, file, name)),
        )
        .unnecessary();
        findings.add(diagnostic, &requirement.ignores);
    }
}

fn message(ws: &Analysis, name: &DistributionName, is_imported: bool) -> String {
    let python = ws.target();
    match backport_of(name).filter(|_| is_imported) {
        Some(module) => {
            format!("`{name}` is a copy of `{module}` for older Pythons, and Python {python} has `{module}`")
        }
        None => match backport_of(name).filter(|module| *module != name.as_str()) {
            Some(module) => format!("`{name}` is a copy of `{module}`, which Python {python} has: no code imports it"),
            None => format!("`{name}` is part of Python {python}: the package of that name is at best an old copy"),
        },
    }
}

/// The module of the standard library that the distribution is a copy of.
fn backport_of(name: &DistributionName) -> Option<&'static str> {
    List::Backport.value_of(name.as_str())
}

/// Whether code imports what the requirement brings, so that it would fail without it.
fn is_imported(ws: &Analysis, file: FileId, name: &DistributionName) -> bool {
    ws.projects().users(file).iter().any(|project| ws.index().is_used(*project, name))
}

/// Whether the standard library of the target has what the requirement is called, or a copy of. A marker says that somebody thought
/// of it; and of what is imported only the known copies are reported, for another may do more than the module it is called after.
pub(super) fn is_needless(ws: &Analysis, file: FileId, requirement: &Requirement) -> bool {
    let Some(name) = requirement.name.as_ref().filter(|_| requirement.source == Source::Index) else { return false };
    let backport = backport_of(name);
    let module = backport.unwrap_or(name.as_str());
    requirement.marker.is_none()
        && catalog::stdlib_status(module, ws.target()) == StdlibStatus::Present
        && (backport.is_some() || !provides_something_else(ws, name, module) && !is_imported(ws, file, name))
}

fn provides_something_else(ws: &Analysis, name: &DistributionName, module: &str) -> bool {
    let installed = ws.environment().get(name);
    installed.is_some_and(|installed| installed.modules.iter().all(|own| own.top() != module))
}

/// Takes the line out, where no import needs it.
fn fixes(pass: &mut FixPass, diagnostic: &Diagnostic) -> Vec<Fix> {
    let Some(requirement) = pass.requirement(diagnostic) else { return Vec::new() };
    let (ws, file) = (pass.ws, pass.file);
    if requirement.name.as_ref().is_some_and(|name| is_imported(ws, file, name)) {
        return Vec::new();
    }
    vec![remove::fix(ws, file, requirement, "Remove needless requirement")]
}
