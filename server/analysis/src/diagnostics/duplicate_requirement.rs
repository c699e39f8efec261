//! `duplicate-requirement`: a distribution is required again that this file, or one that it includes, required before.

use super::{Diagnostic, Findings, Related, conflicting_requirement, unused_requirement};
use crate::fixes::{Fix, change, remove};
use crate::model::ids::FileId;
use crate::model::project::Files;
use crate::workspace::Workspace;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{Group, IncludeKind, Requirement, RequirementsFacts};
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::DistributionName;
use rustc_hash::FxHashMap;

/// A requirement and the file that it stands in.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The file.
    pub file: FileId,
    /// The requirement.
    pub requirement: &'a Requirement,
}

/// Finds the requirements of a file that repeat an earlier one. One that excludes the earlier one is a conflict, and told as
/// that.
pub(super) fn check(ws: &Workspace, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    if ws.projects().is_constraints(file, ws.path(file)) {
        return;
    }
    let included = Earlier::of(included(ws, file));
    let mut here = Earlier::default();
    for requirement in &facts.requirements {
        let is_first = |first: &Place| {
            repeats(requirement, first.requirement)
                && !conflicting_requirement::exclude_each_other(ws, requirement, first.requirement)
        };
        if let Some(first) = here.of_same_name(requirement).chain(included.of_same_name(requirement)).find(is_first) {
            findings.add(diagnostic(ws, file, requirement, first.file, first.requirement), &requirement.ignores);
        }
        here.add(Place { file, requirement });
    }
}

/// Requirements by name, as far as a later one is compared with them.
#[derive(Default)]
pub(super) struct Earlier<'a> {
    by_name: FxHashMap<&'a DistributionName, Vec<Place<'a>>>,
}

/// The most different lines of one distribution with which a later one is compared; no list that a person writes has as many.
const MOST_OF_ONE_NAME: usize = 32;

impl<'a> Earlier<'a> {
    pub fn of(places: impl IntoIterator<Item = Place<'a>>) -> Self {
        let mut all = Self::default();
        places.into_iter().for_each(|place| all.add(place));
        all
    }

    /// Adds a requirement, unless one that asks for the same is there.
    pub fn add(&mut self, place: Place<'a>) {
        let Some(name) = &place.requirement.name else { return };
        let same = self.by_name.entry(name).or_default();
        if same.len() < MOST_OF_ONE_NAME && !same.iter().any(|one| asks_the_same(one.requirement, place.requirement)) {
            same.push(place);
        }
    }

    /// Those of the same distribution, in the order in which they came.
    pub fn of_same_name(&self, requirement: &Requirement) -> impl Iterator<Item = Place<'a>> + use<'_, 'a> {
        let same = requirement.name.as_ref().and_then(|name| self.by_name.get(name));
        same.into_iter().flatten().copied()
    }
}

/// Whether whatever is found of the one holds for the other.
fn asks_the_same(one: &Requirement, other: &Requirement) -> bool {
    one.specifier.as_ref().map(|specifier| &specifier.text) == other.specifier.as_ref().map(|specifier| &specifier.text)
        && one.source == other.source
        && repeats(one, other)
}

/// The requirements of the files that `file` includes, at any depth. What no project reads installs nothing together with
/// what it includes.
pub(super) fn included(ws: &Workspace, file: FileId) -> Vec<Place<'_>> {
    let mut all = Vec::new();
    if !ws.projects().users(file).is_empty() {
        collect_included(ws, file, &mut vec![file], &mut all);
    }
    all
}

/// Whether `file` includes `target`, at any depth.
pub(crate) fn reaches(ws: &Workspace, file: FileId, target: FileId) -> bool {
    let mut seen = vec![file];
    collect_included(ws, file, &mut seen, &mut Vec::new());
    seen.iter().skip(1).any(|found| *found == target)
}

fn collect_included<'a>(ws: &'a Workspace, file: FileId, seen: &mut Vec<FileId>, all: &mut Vec<Place<'a>>) {
    let Some(facts) = ws.facts(file).and_then(FileFacts::declarations) else { return };
    for include in facts.includes.iter().filter(|include| include.kind == IncludeKind::Requirements) {
        let Some((target, inner)) = ws.at(&ws.path(file).sibling(&include.target)) else { continue };
        let Some(inner) = inner.declarations().filter(|_| !seen.contains(&target)) else { continue };
        seen.push(target);
        all.extend(inner.requirements.iter().map(|requirement| Place { file: target, requirement }));
        collect_included(ws, target, seen, all);
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
        && requirement.group == first.group
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
    let of_pip = requirement.group == Group::File;
    let consequence = match (same, of_pip) {
        (true, _) => "one of the two is enough",
        (false, true) => "pip refuses two requirements of one name that differ",
        (false, false) => "both must hold",
    };
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

/// Makes one of the two where they differ, or takes the later line out.
pub(super) fn fixes(ws: &Workspace, file: FileId, diagnostic: &Diagnostic) -> Vec<Fix> {
    let Some(requirement) = unused_requirement::requirement_of(ws, file, diagnostic) else { return Vec::new() };
    let mut fixes = Vec::new();
    if let Some(first) = diagnostic.related.first().filter(|first| first.file == file) {
        let facts = ws.facts(file).and_then(FileFacts::declarations);
        let first = facts.and_then(|facts| facts.requirements.iter().find(|one| one.range == first.range));
        fixes.extend(first.and_then(|first| change::merge(ws, file, first, requirement)));
    }
    fixes.push(remove::fix(ws, file, requirement, "Remove duplicate requirement"));
    fixes
}
