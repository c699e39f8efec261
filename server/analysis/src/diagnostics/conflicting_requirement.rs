//! `conflicting-requirement`: two requirements of one distribution, or a requirement and a constraint, that no version
//! satisfies together. pip stops at them.

use super::duplicate_requirement::{self, Earlier, Place};
use super::{Diagnostic, Findings, Related};
use crate::fixes::{Fix, change};
use crate::model::ids::FileId;
use crate::workspace::Workspace;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{Group, Requirement, RequirementsFacts, Source};
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::markers;
use pinlens_facts::words::versions;

/// Finds the requirements of a file that exclude an earlier one, one of an included file, or a constraint in force.
pub(super) fn check(ws: &Workspace, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    if ws.projects().is_constraints(file, ws.path(file)) {
        return;
    }
    let others = duplicate_requirement::included(ws, file).into_iter().chain(constraints(ws, file));
    let (mut here, others) = (Earlier::default(), Earlier::of(others));
    for requirement in &facts.requirements {
        let other = here
            .of_same_name(requirement)
            .chain(others.of_same_name(requirement))
            .find(|other| exclude_each_other(ws, requirement, other.requirement));
        if let Some(other) = other {
            findings.add(diagnostic(ws, file, requirement, other), &requirement.ignores);
        }
        here.add(Place { file, requirement });
    }
}

/// The pins of the `-c` files in force where `file` is read.
fn constraints(ws: &Workspace, file: FileId) -> Vec<Place<'_>> {
    let projects = ws.projects().users(file).iter().map(|&project| &ws.projects().all[project]);
    let files = projects.flat_map(|project| project.constraints.iter().copied());
    let facts = files.filter_map(|file| Some((file, ws.facts(file)?.declarations()?)));
    facts
        .flat_map(|(file, facts)| facts.requirements.iter().map(move |requirement| Place { file, requirement }))
        .collect()
}

/// Whether no version satisfies both, where both are installed on the target.
pub(super) fn exclude_each_other(ws: &Workspace, one: &Requirement, other: &Requirement) -> bool {
    let (Some(a), Some(b)) = (&one.specifier, &other.specifier) else { return false };
    one.name.is_some()
        && one.name == other.name
        && one.source == Source::Index
        && other.source == Source::Index
        && are_installed_together(&one.group, &other.group)
        && may_hold_together(ws, one, other)
        && versions::exclude_each_other(&a.text, &b.text)
}

/// Extras and groups are chosen one by one; what always holds meets each of them.
fn are_installed_together(one: &Group, other: &Group) -> bool {
    let always = |group: &Group| matches!(group, Group::File | Group::Runtime);
    one == other || always(one) && !matches!(other, Group::Build) || always(other) && !matches!(one, Group::Build)
}

/// Whether both markers surely hold on the target: lines with different markers are alternatives.
fn may_hold_together(ws: &Workspace, one: &Requirement, other: &Requirement) -> bool {
    let text = |requirement: &Requirement| requirement.marker.as_ref().map(|marker| marker.text.clone());
    let holds = |requirement: &Requirement| {
        requirement.marker.as_ref().is_none_or(|marker| markers::holds(&marker.text, ws.marker_target()) == Some(true))
    };
    text(one) == text(other) || holds(one) && holds(other)
}

fn diagnostic(ws: &Workspace, file: FileId, requirement: &Requirement, other: Place) -> Diagnostic {
    let name = requirement.name.as_ref().map_or("", |name| name.as_str());
    let wants = |requirement: &Requirement| requirement.specifier.as_ref().map_or("", |one| &*one.text).to_owned();
    let place = if other.file == file { "above".to_owned() } else { format!("in {}", ws.path(other.file)) };
    let (wanted, elsewhere) = (wants(requirement), wants(other.requirement));
    Diagnostic {
        code: Code::ConflictingRequirement,
        severity: Severity::Error,
        range: requirement.range,
        message: format!(
            "{name}{wanted} and {name}{elsewhere} {place} cannot both hold: pip refuses to install them together. Keep one of the two."
        ),
        module: None,
        distribution: requirement.name.clone(),
        related: vec![Related {
            file: other.file,
            range: other.requirement.range,
            message: format!("{name}{elsewhere} is asked for here"),
        }],
        unnecessary: false,
    }
}

/// Keeps the one or the other.
pub(super) fn fixes(ws: &Workspace, file: FileId, diagnostic: &Diagnostic) -> Vec<Fix> {
    let Some(other) = diagnostic.related.first() else { return Vec::new() };
    // with a third one of the name there is more to decide than which of two to keep
    let own = ws.facts(file).and_then(FileFacts::declarations).map_or(&[][..], |facts| &facts.requirements);
    let mut around = duplicate_requirement::included(ws, file);
    around.extend(constraints(ws, file));
    let all = own.iter().chain(around.iter().map(|place| place.requirement));
    if all.filter(|one| one.name == diagnostic.distribution).count() > 2 {
        return Vec::new();
    }
    change::settle(ws, file, diagnostic.range, other.file, other.range)
}
