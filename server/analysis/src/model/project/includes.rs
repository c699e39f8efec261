//! The requirements of the files that a file includes.

use super::Files;
use crate::model::ids::FileId;
use crate::model::store::Model;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{IncludeKind, Requirement};
use rustc_hash::FxHashSet;

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
        collect_included(ws, file, &mut all);
    }
    all
}

/// Whether `file` includes `target`, at any depth.
pub(crate) fn reaches(ws: &Model, file: FileId, target: FileId) -> bool {
    file != target && reached(ws, &[file]).contains(&target)
}

/// The files that any of `files` includes, at any depth.
pub(crate) fn reached(ws: &Model, files: &[FileId]) -> FxHashSet<FileId> {
    let mut found = FxHashSet::default();
    let mut rest: Vec<FileId> = files.to_vec();
    while let Some(file) = rest.pop() {
        rest.extend(targets(ws, file).filter(|target| found.insert(*target)));
    }
    found
}

/// The requirements of what `file` includes, in the order of reading: what a file includes comes behind its own.
fn collect_included<'a>(ws: &'a Model, file: FileId, all: &mut Vec<Placed<'a>>) {
    let mut seen = FxHashSet::from_iter([file]);
    let targets_of = |file| targets(ws, file).collect::<Vec<_>>().into_iter();
    let mut open = vec![targets_of(file)];
    while let Some(targets) = open.last_mut() {
        let Some(target) = targets.next() else {
            open.pop();
            continue;
        };
        let Some(facts) = ws.facts(target).and_then(FileFacts::declarations).filter(|_| seen.insert(target)) else {
            continue;
        };
        all.extend(Placed::all(target, &facts.requirements));
        open.push(targets_of(target));
    }
}

/// The files with declarations that the `-r` lines of a file name, in order.
fn targets(ws: &Model, file: FileId) -> impl Iterator<Item = FileId> {
    let facts = ws.facts(file).and_then(FileFacts::declarations);
    let facts = facts.filter(|_| !ws.projects().is_too_deep(file));
    let includes = facts.into_iter().flat_map(|facts| &facts.includes);
    let includes = includes.filter(|include| include.kind == IncludeKind::Requirements);
    includes.filter_map(move |include| {
        let (target, facts) = ws.at(&ws.path(file).sibling(&include.target))?;
        facts.declarations.map(|_| target)
    })
}

/// The pins of the `-c` files in force where `file` is read.
pub(crate) fn constraints(ws: &Model, file: FileId) -> Vec<Placed<'_>> {
    let projects = ws.projects().users(file).iter().map(|&project| &ws.projects().all[project]);
    let files = projects.flat_map(|project| project.lists.constraints.iter().copied());
    let facts = files.filter_map(|file| Some((file, ws.facts(file)?.declarations()?)));
    facts.flat_map(|(file, facts)| Placed::all(file, &facts.requirements)).collect()
}
