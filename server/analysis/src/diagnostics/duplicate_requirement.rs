//! `duplicate-requirement`: a distribution is required again that this file, or one that it includes, required before.

use super::pass::FixPass;
use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::finding::{Diagnostic, Indexed, Related};
use crate::fixes::{Fix, change, remove};
use crate::model::ids::FileId;
use crate::model::project::includes::{Placed, included};
use crate::model::project::pairs::{Earlier, are_alternatives, are_two_packages, exclude_each_other, repeats};
use pinlens_facts::requirements::{Group, RequirementsFacts};
use pinlens_facts::words::codes::Code;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::DuplicateRequirement,
    summary: "A distribution is required more than once.",
    check: Check::Requirements(check),
    fixes: Some(fixes),
};

/// Finds the requirements of a file that repeat an earlier one. One that excludes the earlier one is a conflict, and reported as
/// that.
fn check(ws: &Analysis, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    if ws.projects().is_constraints(file, ws.path(file)) {
        return;
    }
    let included = Earlier::of(included(ws, file));
    let mut here = Earlier::default();
    for requirement in Indexed::sound(facts) {
        let is_first = |first: &Placed| {
            repeats(&requirement, first.requirement)
                && !are_two_packages(ws, requirement.placed(file), *first)
                && !are_alternatives(ws, requirement.placed(file), *first)
                && !exclude_each_other(ws, &requirement, first.requirement)
        };
        if let Some(first) = here.of_same_name(&requirement).chain(included.of_same_name(&requirement)).find(is_first) {
            findings.add(diagnostic(ws, file, requirement, first), &requirement.ignores);
        }
        here.add(requirement.placed(file));
    }
}

fn diagnostic(ws: &Analysis, file: FileId, requirement: Indexed, first: Placed) -> Diagnostic {
    let name = requirement.name.as_ref().map_or("", |name| name.as_str());
    let place = if first.file == file {
        "above".to_owned()
    } else {
        format!("in {}, which this file includes", ws.shown(ws.path(first.file)))
    };
    let same = requirement.specifier.as_ref().map(|s| &s.text) == first.requirement.specifier.as_ref().map(|s| &s.text);
    let of_pip = requirement.group == Group::File;
    let consequence = match (same, of_pip) {
        (true, _) => "one of the two is enough",
        (false, true) => "pip installs a version that both let in",
        (false, false) => "both must be met",
    };
    Diagnostic::of_requirement(
        Code::DuplicateRequirement,
        requirement,
        format!("`{name}` is already required {place}: {consequence}"),
    )
    .related(vec![Related::of_requirement(first, "first required here".to_owned())])
}

/// Makes one of the two where they differ, or takes the later line out.
fn fixes(pass: &mut FixPass, diagnostic: &Diagnostic) -> Vec<Fix> {
    let Some(requirement) = pass.requirement(diagnostic) else { return Vec::new() };
    let (ws, file) = (pass.ws, pass.file);
    let mut fixes = Vec::new();
    let first = diagnostic.related.first().filter(|first| first.file == file).and_then(|first| pass.related(first));
    fixes.extend(first.and_then(|first| change::merge(ws, file, first.requirement, requirement)));
    fixes.push(remove::fix(ws, file, requirement, "Remove duplicate requirement"));
    fixes
}
