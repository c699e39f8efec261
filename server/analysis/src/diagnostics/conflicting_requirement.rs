//! `conflicting-requirement`: two requirements of one distribution, or a requirement and a constraint, that no version
//! satisfies together. pip stops at them.

use super::pass::FixPass;
use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::finding::{Diagnostic, Indexed, Related};
use crate::fixes::{Fix, change};
use crate::model::ids::FileId;
use crate::model::project::includes::{Placed, constraints, included};
use crate::model::project::pairs::{Earlier, are_alternatives, exclude_each_other};
use pinlens_facts::requirements::{Requirement, RequirementsFacts};
use pinlens_facts::words::codes::Code;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::ConflictingRequirement,
    summary: "Two requirements of one distribution cannot both hold.",
    check: Check::Requirements(check),
    fixes: Some(fixes),
};

/// Finds the requirements of a file that exclude an earlier one, one of an included file, or a constraint in force.
fn check(ws: &Analysis, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    if ws.projects().is_constraints(file, ws.path(file)) {
        return;
    }
    let others = included(ws, file).into_iter().chain(constraints(ws, file));
    let (mut here, others) = (Earlier::default(), Earlier::of(others));
    for requirement in Indexed::sound(facts) {
        let other = here.of_same_name(&requirement).chain(others.of_same_name(&requirement)).find(|other| {
            exclude_each_other(ws, &requirement, other.requirement)
                && !are_alternatives(ws, requirement.placed(file), *other)
        });
        if let Some(other) = other {
            findings.add(diagnostic(ws, file, requirement, other), &requirement.ignores);
        }
        here.add(requirement.placed(file));
    }
}

fn diagnostic(ws: &Analysis, file: FileId, requirement: Indexed, other: Placed) -> Diagnostic {
    let name = requirement.name.as_ref().map_or("", |name| name.as_str());
    let wants = |requirement: &Requirement| requirement.specifier.as_ref().map_or("", |one| &*one.text).to_owned();
    let place = if other.file == file { "above".to_owned() } else { format!("in {}", ws.shown(ws.path(other.file))) };
    let (wanted, elsewhere) = (wants(&requirement), wants(other.requirement));
    Diagnostic::of_requirement(
        Code::ConflictingRequirement,
        requirement,
        format!("`{name}{wanted}` cannot be installed together with `{name}{elsewhere}` {place}"),
    )
    .related(vec![Related::of_requirement(other, format!("`{name}{elsewhere}` is required here"))])
}

/// Keeps the one or the other.
fn fixes(pass: &mut FixPass, diagnostic: &Diagnostic) -> Vec<Fix> {
    let Some(later) = pass.requirement(diagnostic) else { return Vec::new() };
    let Some(earlier) = diagnostic.related.first().and_then(|related| pass.related(related)) else { return Vec::new() };
    // with a third one of the name there is more to decide than which of two to keep
    if later.name.as_ref().is_some_and(|name| pass.times_required(name) > 2) {
        return Vec::new();
    }
    change::settle(pass.ws, pass.file, later, earlier)
}
