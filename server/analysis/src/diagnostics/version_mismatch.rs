//! `version-mismatch`: the environment has another version than a requirement asks for.
//!
//! What is tested here is not what gets installed elsewhere.

use super::{Check, Findings, FixPass, Rule};
use crate::finding::{Diagnostic, Indexed};
use crate::fixes::{Fix, change};
use crate::model::ids::FileId;
use crate::model::store::Model;
use pinlens_facts::requirements::{Group, RequirementsFacts, Source};
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::markers;
use pinlens_facts::words::versions;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::VersionMismatch,
    summary: "The environment has another version than a requirement asks for.",
    check: Check::Requirements(check),
    fixes: Some(fixes),
};

/// Finds the requirements of a file that the installed versions contradict.
fn check(ws: &Model, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    if ws.projects().users(file).is_empty() || ws.projects().is_constraints(file, ws.path(file)) {
        return;
    }
    for requirement in Indexed::all(facts).filter(|one| one.source == Source::Index) {
        let (Some(name), Some(specifier)) = (&requirement.name, &requirement.specifier) else { continue };
        let Some(installed) = ws.environment().get(name) else { continue };
        let is_elsewhere = requirement
            .marker
            .as_ref()
            .is_some_and(|marker| markers::holds(&marker.text, ws.marker_target()) != Some(true));
        let is_meant = !is_elsewhere && !matches!(requirement.group, Group::Build | Group::Constraint);
        if !is_meant || !versions::contradicts(&specifier.text, &installed.version) {
            continue;
        }
        let diagnostic = Diagnostic::of_requirement(
            Code::VersionMismatch,
            requirement,
            format!(
                "{name}{} is required, but {} has {name} {}: what runs here is not what gets installed elsewhere. Install what is required, or require what is installed.",
                specifier.text,
                ws.environment().location,
                installed.version
            ),
        );
        findings.add(diagnostic, &requirement.ignores);
    }
}

/// Requires the installed version, where an exact one is required.
fn fixes(pass: &mut FixPass, diagnostic: &Diagnostic) -> Vec<Fix> {
    let requirement = pass.requirement(diagnostic);
    requirement.and_then(|requirement| change::update(pass.ws, pass.file, requirement)).into_iter().collect()
}
