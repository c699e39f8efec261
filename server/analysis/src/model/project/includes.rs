//! The requirements of the files that a file includes.

use super::Files;
use crate::model::ids::FileId;
use crate::model::store::Model;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{IncludeKind, Requirement};

/// A requirement and the file that it stands in.
#[derive(Clone, Copy)]
pub(crate) struct Placed<'a> {
    /// The file.
    pub file: FileId,
    /// The index in its `RequirementsFacts::requirements`.
    pub index: usize,
    /// The requirement.
    pub requirement: &'a Requirement,
}

impl<'a> Placed<'a> {
    /// The first requirements of a file, in order.
    pub(crate) fn all(file: FileId, requirements: &'a [Requirement]) -> impl Iterator<Item = Self> {
        requirements.iter().enumerate().map(move |(index, requirement)| Self { file, index, requirement })
    }
}

/// The requirements of the files that `file` includes, at any depth. What no project reads installs nothing together with
/// what it includes.
pub(crate) fn included(ws: &Model, file: FileId) -> Vec<Placed<'_>> {
    let mut all = Vec::new();
    if !ws.projects().users(file).is_empty() {
        collect_included(ws, file, &mut vec![file], &mut all);
    }
    all
}

/// Whether `file` includes `target`, at any depth.
pub(crate) fn reaches(ws: &Model, file: FileId, target: FileId) -> bool {
    let mut seen = vec![file];
    collect_included(ws, file, &mut seen, &mut Vec::new());
    seen.iter().skip(1).any(|found| *found == target)
}

fn collect_included<'a>(ws: &'a Model, file: FileId, seen: &mut Vec<FileId>, all: &mut Vec<Placed<'a>>) {
    let Some(facts) = ws.facts(file).and_then(FileFacts::declarations) else { return };
    for include in facts.includes.iter().filter(|include| include.kind == IncludeKind::Requirements) {
        let Some((target, inner)) = ws.at(&ws.path(file).sibling(&include.target)) else { continue };
        let Some(inner) = inner.declarations.filter(|_| !seen.contains(&target)) else { continue };
        seen.push(target);
        all.extend(Placed::all(target, &inner.requirements));
        collect_included(ws, target, seen, all);
    }
}

/// The pins of the `-c` files in force where `file` is read.
pub(crate) fn constraints(ws: &Model, file: FileId) -> Vec<Placed<'_>> {
    let projects = ws.projects().users(file).iter().map(|&project| &ws.projects().all[project]);
    let files = projects.flat_map(|project| project.constraints.iter().copied());
    let facts = files.filter_map(|file| Some((file, ws.facts(file)?.declarations()?)));
    facts.flat_map(|(file, facts)| Placed::all(file, &facts.requirements)).collect()
}
