//! Changing a requirement in place: its name, the version that it requests, and two that become one.

use super::add::Addition;
use super::purpose::Purpose;
use super::version::{self, Pin};
use super::{Applicability, FileEdit, Fix, SourceEdit, add, remove};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::project;
use crate::model::project::includes::Placed;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements;
use pinlens_facts::requirements::{Format, Group, Requirement, RequirementsFacts};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextEdit;
use pinlens_facts::words::versions;

/// A fix of one file.
pub(crate) fn of_file(ws: &Analysis, file: FileId, title: String, mut edits: Vec<TextEdit>) -> Fix {
    edits.sort_by_key(|edit| edit.range);
    let edit = SourceEdit { files: vec![FileEdit { path: ws.path(file).clone(), create: false, edits }] };
    Fix { applicability: Applicability::Unsafe, ..Fix::safe(title, edit) }
}

/// Pins a requirement to the version that is known for it.
pub(crate) fn pin(ws: &Analysis, file: FileId, requirement: &Requirement) -> Option<Fix> {
    let name = requirement.name.as_ref()?;
    let pin = version::known(ws, ws.path(file), name)?;
    let allows = |specifier: &str| versions::lets_in(specifier, &pin.version);
    if requirement.specifier.as_ref().is_some_and(|specifier| !allows(&specifier.text)) {
        return None;
    }
    let facts = ws.facts(file).and_then(FileFacts::declarations)?;
    if facts.style.hashes || facts.format != Format::Requirements {
        return None;
    }
    let specifier = format!("=={}", pin.version);
    let edit = specifier_edit(facts, requirement, &specifier);
    let title = format!("Pin {name}=={} in {} ({})", pin.version, ws.shown(ws.path(file)), pin.known_from);
    Some(Fix { preferred: true, ..of_file(ws, file, title, vec![edit]) })
}

/// Puts the installed version in the place of the one that an exact pin has.
pub(crate) fn update(ws: &Analysis, file: FileId, requirement: &Requirement) -> Option<Fix> {
    let name = requirement.name.as_ref()?;
    let Pin { version, known_from, .. } = version::installed(ws, name)?;
    let facts = ws.facts(file).and_then(FileFacts::declarations)?;
    let (pinned, specifier) = (requirement.pinned_version()?, requirement.specifier.as_ref()?);
    let written = facts.text.get(specifier.range.indices())?;
    let is_only = facts.requirements.iter().filter(|one| one.name.as_ref() == Some(name)).count() == 1;
    if facts.style.hashes || project::source_of(ws.model(), file).is_some() || !written.contains(pinned) || !is_only {
        return None;
    }
    let edit = TextEdit { range: specifier.range, text: written.replacen(pinned, &version, 1) };
    let title = format!("Change {name}=={pinned} to {version} in {} ({known_from})", ws.shown(ws.path(file)));
    Some(Fix { preferred: true, ..of_file(ws, file, title, vec![edit]) })
}

/// Requires the distribution `right` in the place of `requirement`; takes the line out where `right` is required already.
pub(crate) fn rename(ws: &Analysis, file: FileId, requirement: &Requirement, right: &DistributionName) -> Option<Fix> {
    let facts = ws.facts(file).and_then(FileFacts::declarations)?;
    let name = requirement.name.as_ref()?;
    let path = ws.path(file);
    let again = facts.requirements.iter().any(|one| one.name.as_ref() == Some(right) && one.group == requirement.group);
    if again {
        let title = format!("Remove {name} from {path}: {right} is required already");
        return Some(of_file(ws, file, title, vec![TextEdit::delete(remove::range(facts, requirement))]));
    }
    let addition = Addition { marker: None, ..Addition::of(ws, path, right) };
    let role = match &requirement.group {
        Group::File => project::configured_role(path, ws.model()),
        group => requirements::role_of_requirement(path, group),
    };
    let style = add::style_in(ws, path, facts, &Purpose::of_role(role));
    let (new, specifier) = (style.name(&addition), style.specifier(&addition));
    let is_row =
        requirement.range.end > requirement.name_range.end && facts.text[requirement.range.indices()].contains('"');
    let specifier = if is_row && specifier.is_empty() { "*".to_owned() } else { specifier };
    let mut edits = vec![TextEdit { range: requirement.name_range, text: new.clone() }];
    // what the wrong one was requested in is no version of the right one
    if !specifier.is_empty() || requirement.specifier.is_some() {
        if is_row && requirement.specifier.is_none() {
            return Some(of_file(ws, file, format!("Replace {name} by {new} in {path}"), edits));
        }
        edits.push(specifier_edit(facts, requirement, &specifier));
    }
    let pin = addition.pin.as_ref().filter(|_| !specifier.is_empty() && specifier != "*");
    let pin = pin.map_or_else(String::new, |pin| format!(" ({})", pin.known_from));
    let shown = if specifier == "*" { "" } else { specifier.trim() };
    Some(of_file(ws, file, format!("Replace {name} by {new}{shown} in {path}{pin}"), edits))
}

/// Writes `specifier` in the place of the requirement's own, or behind its name and extras.
pub(super) fn specifier_edit(facts: &RequirementsFacts, requirement: &Requirement, specifier: &str) -> TextEdit {
    if let Some(old) = &requirement.specifier {
        return TextEdit { range: old.range, text: specifier.trim_start().to_owned() };
    }
    let end = requirement.extras.last().map_or(requirement.name_range.end, |extra| extra.range.end);
    let rest = facts.text.get(end as usize..requirement.range.end as usize).unwrap_or_default();
    let bracket = rest.find(']').filter(|_| !requirement.extras.is_empty()).map_or(0, |at| at + 1);
    TextEdit::insert(end + bracket as u32, specifier)
}

/// Requires in `to` what `model` of another list requests. A compiled list is its tool's, and hashes are of one version.
pub(crate) fn align(
    ws: &Analysis,
    from: FileId,
    model: &Requirement,
    to: FileId,
    changed: &Requirement,
) -> Option<Fix> {
    let facts = ws.facts(to).and_then(FileFacts::declarations)?;
    let wanted = model.specifier.as_ref()?;
    let old = changed.specifier.as_ref()?;
    let is_own = !facts.style.hashes && project::source_of(ws.model(), to).is_none();
    // what stands there must be the version itself: a table has more in it
    let is_whole = facts.text.get(old.range.indices()).is_some_and(|text| text.contains(|c: char| c.is_ascii_digit()));
    if !is_own || !is_whole {
        return None;
    }
    let name = changed.name.as_ref()?;
    let edit = TextEdit { range: old.range, text: wanted.text.to_string() };
    let title =
        format!("Require {name}{} in {}, as {} does", wanted.text, ws.shown(ws.path(to)), ws.shown(ws.path(from)));
    Some(of_file(ws, to, title, vec![edit]))
}

/// Makes one requirement of two in the same file: the first requests what both do, the second goes.
pub(crate) fn merge(ws: &Analysis, file: FileId, first: &Requirement, second: &Requirement) -> Option<Fix> {
    let facts = ws.facts(file).and_then(FileFacts::declarations)?;
    let name = first.name.as_ref()?;
    let text = |one: &Requirement| one.specifier.as_ref().map(|specifier| specifier.text.trim().to_owned());
    let both = match (text(first), text(second)) {
        (a, b) if a == b => return None,
        (Some(a), None) | (None, Some(a)) => a,
        _ if facts.style.hashes => return None,
        (Some(a), Some(b)) => match (first.pinned_version(), second.pinned_version()) {
            (Some(_), _) => a,
            (_, Some(_)) => b,
            _ => format!("{a},{b}"),
        },
        (None, None) => return None,
    };
    let mut edits = vec![TextEdit::delete(remove::range(facts, second))];
    if text(first).as_ref() != Some(&both) {
        edits.push(specifier_edit(facts, first, &both));
    }
    let title = format!("Merge the two requirements of {name} into {name}{both} in {}", ws.shown(ws.path(file)));
    Some(Fix { preferred: true, ..of_file(ws, file, title, edits) })
}

/// One fix for each of two requirements that exclude each other, `later` of `file` and `earlier`: to keep it and take the other out.
pub(crate) fn settle(ws: &Analysis, file: FileId, later: &Requirement, earlier: Placed) -> Vec<Fix> {
    let Placed { file: other, requirement: earlier, .. } = earlier;
    let facts = |file: FileId| ws.facts(file).and_then(FileFacts::declarations);
    let (Some(own), Some(others)) = (facts(file), facts(other)) else { return Vec::new() };
    let Some(name) = &later.name else { return Vec::new() };
    let specifier_of =
        |one: &Requirement| one.specifier.as_ref().map_or(String::new(), |specifier| specifier.text.to_string());
    let fits = |one: &Requirement| {
        version::installed(ws, name).is_some_and(|pin| versions::lets_in(&specifier_of(one), &pin.version))
    };
    if ws.projects().is_constraints(other, ws.path(other)) {
        let title = format!(
            "Ask for {name}{} in {}, as {} does",
            specifier_of(earlier),
            ws.shown(ws.path(file)),
            ws.shown(ws.path(other))
        );
        return vec![of_file(ws, file, title, vec![specifier_edit(own, later, &specifier_of(earlier))])];
    }
    let keep = |kept: &Requirement, from: FileId, facts: &RequirementsFacts, gone: &Requirement| {
        let title = format!(
            "Keep {name}{}: remove {name}{} from {}",
            specifier_of(kept),
            specifier_of(gone),
            ws.shown(ws.path(from))
        );
        let fix = of_file(ws, from, title, vec![TextEdit::delete(remove::range(facts, gone))]);
        Fix { preferred: fits(kept) && !fits(gone), ..fix }
    };
    let mut fixes = vec![keep(earlier, file, own, later)];
    // what another file has may be there for others than who reads this one
    if other == file {
        fixes.push(keep(later, other, others, earlier));
    }
    fixes.sort_by_key(|fix| !fix.preferred);
    fixes
}
