//! `unpinned-requirement`: a requirement without an exact version. Off until it is selected.
//!
//! What is installed then depends on the day of the installation.

use super::pass::FixPass;
use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::finding::{Diagnostic, Indexed};
use crate::fixes::{Fix, change, version};
use crate::model::ids::FileId;
use crate::model::project;
use crate::model::project::compiled::compiled_of;
use pinlens_facts::requirements::{Format, RequirementsFacts, Source};
use pinlens_facts::words::codes::Code;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::UnpinnedRequirement,
    summary: "A requirement has no exact version.",
    check: Check::Requirements(check),
    fixes: Some(fixes),
};

/// Finds the requirements of a requirements file that have no exact version. The source of a compiled file is pinned by the
/// tool, and what a constraint pins is pinned.
fn check(ws: &Analysis, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    let is_judged = facts.format == Format::Requirements
        && !ws.projects().users(file).is_empty()
        && !ws.projects().is_constraints(file, ws.path(file))
        && compiled_of(ws.model(), file).is_none()
        && project::source_of(ws.model(), file).is_none();
    if !is_judged {
        return;
    }
    let nearest = &ws.projects().all[ws.project_of(file)];
    for requirement in Indexed::sound(facts).filter(|one| one.source == Source::Index) {
        let Some(name) = requirement.name.as_ref().filter(|_| requirement.pinned_version().is_none()) else { continue };
        if version::constrained(ws, nearest, name).is_some() {
            continue;
        }
        let versions = requirement.specifier.as_ref().map_or("any version", |specifier| &*specifier.text);
        let diagnostic = Diagnostic::of_requirement(
            Code::UnpinnedRequirement,
            requirement,
            format!("`{name}` is required in {versions}: what is installed depends on the day"),
        );
        findings.add(diagnostic, &requirement.ignores);
    }
}

/// Pins it to the version that is known.
fn fixes(pass: &mut FixPass, diagnostic: &Diagnostic) -> Vec<Fix> {
    let requirement = pass.requirement(diagnostic);
    requirement.and_then(|requirement| change::pin(pass.ws, pass.file, requirement)).into_iter().collect()
}
