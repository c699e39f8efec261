//! `version-mismatch`: the environment has another version than a requirement requests.
//!
//! What is tested here is not what gets installed elsewhere. Where much of a list differs, that is one fact about the environment.

use super::pass::FixPass;
use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::finding::{Diagnostic, Indexed};
use crate::fixes::{Fix, change, install};
use crate::model::ids::FileId;
use crate::wording;
use pinlens_facts::requirements::{Group, Requirement, RequirementsFacts};
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::{markers, versions};

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::VersionMismatch,
    summary: "The environment has another version than a requirement allows.",
    check: Check::Requirements(check),
    fixes: Some(fixes),
};

/// So many requirements of a list are reported one by one; more are one finding.
pub(super) const MOST_SINGLE: usize = 3;

/// Finds the requirements of a file that the installed versions contradict.
fn check(ws: &Analysis, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    if ws.projects().users(file).is_empty() || ws.projects().is_constraints(file, ws.path(file)) {
        return;
    }
    let all: Vec<(Indexed, String)> =
        Indexed::sound(facts).filter_map(|one| Some((one, difference(ws, &one)?))).collect();
    if let Some((first, difference)) = all.first().filter(|_| all.len() > MOST_SINGLE) {
        let (number, of, location) = (all.len(), facts.requirements.len(), &ws.environment().location);
        let message = wording::message(
            format!("{location} does not meet {number} of the {of} requirements of this file"),
            [
                format!("the first: {difference}"),
                format!("install them: `{}`", install::command(ws, ws.path(file), facts.format)),
            ],
        );
        let diagnostic = Diagnostic::of_requirement(Code::VersionMismatch, *first, message).distribution(None);
        return findings.add(diagnostic, &first.ignores);
    }
    for (requirement, difference) in all {
        findings.add(Diagnostic::of_requirement(Code::VersionMismatch, requirement, difference), &requirement.ignores);
    }
}

/// How what is installed differs from what a requirement requests; `None` where it does not.
fn difference(ws: &Analysis, requirement: &Requirement) -> Option<String> {
    let name = requirement.name.as_ref().filter(|_| requirement.source.is_by_name())?;
    let specifier = requirement.specifier.as_ref()?;
    let installed = ws.environment().get(name)?;
    let differs = is_for_target(ws, requirement) && versions::contradicts(&specifier.text, &installed.version);
    let location = &ws.environment().location;
    differs.then(|| format!("`{name}{}` is required, but {location} has {}", specifier.text, installed.version))
}

/// Whether a requirement is installed on the target, and not by builds alone.
pub(super) fn is_for_target(ws: &Analysis, requirement: &Requirement) -> bool {
    let holds = |text: &str| markers::holds(text, ws.marker_target()) == Some(true);
    let is_elsewhere = requirement.marker.as_ref().is_some_and(|marker| !holds(&marker.text));
    !is_elsewhere && !matches!(requirement.group, Group::Build | Group::Constraint)
}

/// Requires the installed version, where an exact one is required.
fn fixes(pass: &mut FixPass, diagnostic: &Diagnostic) -> Vec<Fix> {
    let requirement = pass.requirement(diagnostic).filter(|_| diagnostic.distribution.is_some());
    requirement.and_then(|requirement| change::update(pass.ws, pass.file, requirement)).into_iter().collect()
}
