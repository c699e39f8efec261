//! `duplicate-requirement`: a distribution is required again that this file, or one that it includes, required before.

use super::{Code, Diagnostic, Findings, Related, Severity, unused_requirement};
use crate::facts::FileFacts;
use crate::fixes::{Fix, remove};
use crate::project::Files;
use crate::requirements::{IncludeKind, Requirement, RequirementsFacts};
use crate::workspace::{FileId, Workspace};

/// Finds the requirements of a file that repeat an earlier one.
pub(super) fn check(ws: &Workspace, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    if ws.projects().is_constraints(file, ws.path(file)) {
        return;
    }
    let mut included = Vec::new();
    // what no project reads installs nothing together with what it includes
    if !ws.projects().users(file).is_empty() {
        collect_included(ws, file, &mut vec![file], &mut included);
    }
    for (at, requirement) in facts.requirements.iter().enumerate() {
        let here = facts.requirements[..at].iter().map(|earlier| (file, earlier));
        let mut earlier = here.chain(included.iter().copied());
        if let Some((other, first)) = earlier.find(|(_, first)| repeats(requirement, first)) {
            findings.add(diagnostic(ws, file, requirement, other, first), &requirement.ignores);
        }
    }
}

/// The requirements of the files that `file` includes, at any depth.
fn collect_included<'a>(
    ws: &'a Workspace,
    file: FileId,
    seen: &mut Vec<FileId>,
    all: &mut Vec<(FileId, &'a Requirement)>,
) {
    let Some(FileFacts::Requirements(facts)) = ws.facts(file) else { return };
    for include in facts.includes.iter().filter(|include| include.kind == IncludeKind::Requirements) {
        let Some((target, FileFacts::Requirements(inner))) = ws.at(&ws.path(file).sibling(&include.target)) else {
            continue;
        };
        if !seen.contains(&target) {
            seen.push(target);
            all.extend(inner.requirements.iter().map(|requirement| (target, requirement)));
            collect_included(ws, target, seen, all);
        }
    }
}

/// Whether both ask for one distribution. Lines with different markers are alternatives, and different extras add up.
fn repeats(requirement: &Requirement, first: &Requirement) -> bool {
    let marker = |requirement: &Requirement| requirement.marker.as_ref().map(|marker| marker.text.clone());
    let extras = |requirement: &Requirement| {
        let mut extras: Vec<String> = requirement.extras.iter().map(|extra| extra.text.to_ascii_lowercase()).collect();
        extras.sort();
        extras
    };
    requirement.name.is_some()
        && requirement.name == first.name
        && marker(requirement) == marker(first)
        && extras(requirement) == extras(first)
}

fn diagnostic(
    ws: &Workspace,
    file: FileId,
    requirement: &Requirement,
    other: FileId,
    first: &Requirement,
) -> Diagnostic {
    let name = requirement.name.as_ref().map_or("", |name| name.as_str());
    let place =
        if other == file { "above".to_owned() } else { format!("in {}, which this file includes", ws.path(other)) };
    let same = requirement.specifier.as_ref().map(|s| &s.text) == first.specifier.as_ref().map(|s| &s.text);
    let consequence =
        if same { "one of the two is enough" } else { "pip refuses two requirements of one name that differ" };
    Diagnostic {
        code: Code::DuplicateRequirement,
        severity: Severity::Warning,
        range: requirement.range,
        message: format!("{name} is required {place} already: {consequence}. Remove this line or the other."),
        module: None,
        distribution: requirement.name.clone(),
        related: vec![Related { file: other, range: first.range, message: format!("{name} is required here first") }],
        unnecessary: false,
    }
}

/// Takes the later line out.
pub(super) fn fixes(ws: &Workspace, file: FileId, diagnostic: &Diagnostic) -> Vec<Fix> {
    let Some(requirement) = unused_requirement::requirement_of(ws, file, diagnostic) else { return Vec::new() };
    vec![remove::fix(ws, file, requirement, "Remove duplicate requirement")]
}
