//! Moving a requirement to a file for another role, as it is written.

use super::add::{self, Addition};
use super::purpose::Purpose;
use super::{Applicability, FileEdit, Fix, SourceEdit, remove, target};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::project::{self, ProjectId, RequirementId};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements;
use pinlens_facts::requirements::{Format, Group, Requirement, RequirementsFacts, Source};
use pinlens_facts::words::roles::Role;
use pinlens_facts::words::text::TextEdit;

/// Moves the requirement to each file of the project that is for the purpose; the best first.
pub(crate) fn moves(ws: &Analysis, project: ProjectId, from: RequirementId, purpose: &Purpose) -> Vec<Fix> {
    let Some((facts, requirement)) = requirement(ws, from) else { return Vec::new() };
    let targets = target::fitting(ws, project, purpose).into_iter();
    let moved = targets.filter_map(|target| moved(ws, from.file, facts, requirement, target, purpose));
    moved.collect()
}

/// Requires it in each file of the project that is for `role` too, where that makes no duplicate.
pub(crate) fn copies(ws: &Analysis, project: ProjectId, from: RequirementId, role: Role) -> Vec<Fix> {
    let Some((facts, requirement)) = requirement(ws, from) else { return Vec::new() };
    let includes = |target: FileId| reads(ws, from.file, target);
    let purpose = &Purpose::of_role(role);
    let targets =
        target::fitting(ws, project, purpose).into_iter().filter(|target| *target != from.file && !includes(*target));
    let copied = targets.filter_map(|target| {
        let fix = add::to_file(ws, ws.path(from.file), target, purpose, &[taken(facts, requirement, ws, target)?])?;
        Some(Fix { applicability: Applicability::Unsafe, preferred: false, title: format!("{} too", fix.title), ..fix })
    });
    copied.filter(|fix| fix.disabled.is_none()).collect()
}

/// Moves the requirement to one list, which is for run time.
pub(super) fn to_list(ws: &Analysis, from: RequirementId, target: FileId) -> Option<Fix> {
    let (facts, requirement) = requirement(ws, from)?;
    moved(ws, from.file, facts, requirement, target, &Purpose::of_role(Role::Runtime))
}

/// What it is in one more list, as it is written where it is.
pub(super) fn as_written(ws: &Analysis, from: RequirementId, target: FileId) -> Option<Addition> {
    let (facts, requirement) = requirement(ws, from)?;
    taken(facts, requirement, ws, target)
}

fn requirement(ws: &Analysis, id: RequirementId) -> Option<(&RequirementsFacts, &Requirement)> {
    let facts = ws.facts(id.file).and_then(FileFacts::declarations)?;
    Some((facts, facts.requirements.get(id.index)?))
}

/// Whether `file` reads `target` by its `-r` lines.
fn reads(ws: &Analysis, file: FileId, target: FileId) -> bool {
    project::includes::reaches(ws, file, target)
}

/// What the requirement is in the target file: its own words, without the hashes where they are none of the format's.
fn taken(facts: &RequirementsFacts, one: &Requirement, ws: &Analysis, target: FileId) -> Option<Addition> {
    let name = one.name.as_ref()?;
    let format = ws.facts(target).and_then(FileFacts::declarations)?.format;
    let written = facts.text.get(one.range.indices())?;
    let text = match (facts.format, format) {
        (Format::Requirements, Format::Requirements) => {
            facts.text.get(one.line_range.indices())?.trim_end_matches(['\n', '\r']).to_owned()
        }
        _ if one.source == Source::Index => composed(facts, one)?,
        _ => written.to_owned(),
    };
    let is_row = matches!(format, Format::Pipfile | Format::Conda | Format::Pixi);
    (!is_row).then(|| Addition { verbatim: Some(text), ..Addition::bare(name) })
}

/// The requirement as PEP 508 has it.
fn composed(facts: &RequirementsFacts, one: &Requirement) -> Option<String> {
    let name = facts.text.get(one.name_range.indices())?.trim_matches('"');
    let extras: Vec<&str> = one.extras.iter().map(|extra| &*extra.text).collect();
    let extras = if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) };
    let specifier = one.specifier.as_ref().map_or("", |specifier| &*specifier.text);
    let marker = one.marker.as_ref().map_or(String::new(), |marker| format!("; {}", marker.text));
    Some(format!("{name}{extras}{specifier}{marker}"))
}

/// Whether a list has such a requirement already, so that a second one would be a duplicate.
fn requires_too(ws: &Analysis, list: FileId, one: &Requirement) -> bool {
    let marker = |one: &Requirement| one.marker.as_ref().map(|marker| marker.text.clone());
    let facts = ws.facts(list).and_then(FileFacts::declarations);
    facts.is_some_and(|facts| facts.requirements.iter().any(|own| own.name == one.name && marker(own) == marker(one)))
}

fn moved(
    ws: &Analysis,
    from: FileId,
    facts: &RequirementsFacts,
    one: &Requirement,
    target: FileId,
    purpose: &Purpose,
) -> Option<Fix> {
    if from != target && requires_too(ws, target, one) {
        return None;
    }
    let addition = add::to_file(ws, ws.path(from), target, purpose, &[taken(facts, one, ws, target)?])?;
    let removed = TextEdit::delete(remove::range(facts, one));
    let mut files = addition.edit.files;
    if addition.disabled.is_some() || files.is_empty() {
        return None;
    }
    match files.iter_mut().find(|file| file.path == *ws.path(from)) {
        Some(file) if file.edits.iter().any(|edit| edit.range.meets(removed.range)) => return None,
        Some(file) => {
            file.edits.push(removed);
            file.edits.sort_by_key(|edit| edit.range);
        }
        None => files.push(FileEdit { path: ws.path(from).clone(), create: false, edits: vec![removed] }),
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let name = one.name.as_ref()?;
    let title = if from == target {
        let what = match purpose {
            Purpose::Tests => "tests",
            _ if purpose.role() == Role::Runtime => "run time",
            _ => "development",
        };
        format!("Move {name} to the requirements for {what} in {}", ws.shown(ws.path(target)))
    } else {
        format!("Move {name} from {} to {}", ws.shown(ws.path(from)), ws.shown(ws.path(target)))
    };
    Some(Fix { applicability: Applicability::Unsafe, ..Fix::safe(title, SourceEdit { files }) })
}

/// What can be done with the requirement at `offset` of a file, though nothing is wrong with it.
pub(crate) fn refactorings(ws: &Analysis, file: FileId, offset: u32) -> Vec<Fix> {
    let Some(facts) = ws.facts(file).and_then(FileFacts::declarations) else { return Vec::new() };
    let Some(index) = facts.requirements.iter().position(|one| one.range.touches(offset)) else { return Vec::new() };
    let one = &facts.requirements[index];
    let role = match &one.group {
        Group::File => project::configured_role(ws.path(file), ws.model()),
        Group::Build | Group::Constraint | Group::Extra(_) => return Vec::new(),
        group => requirements::role_of_requirement(ws.path(file), group),
    };
    let other = if role == Role::Runtime { Role::Development } else { Role::Runtime };
    if project::source_of(ws.model(), file).is_some() || ws.projects().is_constraints(file, ws.path(file)) {
        return Vec::new();
    }
    let users = ws.projects().users(file);
    let mut fixes: Vec<Fix> = users
        .iter()
        .flat_map(|project| moves(ws, *project, RequirementId { file, index }, &Purpose::of_role(other)))
        .collect();
    if one.pinned_version().is_none() && one.source == Source::Index {
        fixes.extend(super::change::pin(ws, file, one));
    }
    for fix in &mut fixes {
        fix.applicability = Applicability::Manual;
        fix.preferred = false;
    }
    let mut titles: Vec<String> = Vec::new();
    fixes.retain(|fix| {
        !titles.contains(&fix.title) && {
            titles.push(fix.title.clone());
            true
        }
    });
    fixes
}
