//! What stands behind a requirement: the installed version, where the requirement does not say it, and the newest one that the package
//! index has, where that was looked up.

use super::subject::declarations;
use crate::analysis::Analysis;
use crate::fixes::lookup::options_of;
use crate::fixes::update::Known;
use crate::model::ids::FileId;
use pinlens_facts::requirements::{Group, Requirement};
use pinlens_facts::words::printable::printable;
use pinlens_facts::words::text::TextRange;
use pinlens_facts::words::{markers, versions};

/// Words behind a requirement.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hint {
    /// The byte before which it stands.
    pub offset: u32,
    /// What it says.
    pub label: String,
    /// More of it.
    pub tooltip: String,
}

/// The hints of the requirements that meet `range`, in the order of the text.
pub fn hints(ws: &Analysis, file: FileId, range: TextRange) -> Vec<Hint> {
    let Some(facts) = declarations(ws, file) else { return Vec::new() };
    let is_known = !ws.environment().location.is_empty() && !ws.environment().distributions().is_empty();
    let options = options_of(ws, file);
    let shown = facts.requirements.iter().filter(|one| one.range.meets(range));
    let both = shown.flat_map(|requirement| {
        let installed = is_known.then(|| of_requirement(ws, requirement)).flatten();
        [installed, Known::of(ws, &options, requirement).and_then(|known| of_index(&known, requirement))]
    });
    both.flatten().collect()
}

/// What the package index has, in words; nothing where the pin is the newest version.
fn of_index(known: &Known, requirement: &Requirement) -> Option<Hint> {
    let mut words: Vec<String> = Vec::new();
    let mut more: Vec<String> = Vec::new();
    if let Some(reason) = known.yanked() {
        let why = if reason.is_empty() { "no reason is given".to_owned() } else { printable(reason).into_owned() };
        words.push("yanked".to_owned());
        more.push(format!("this version was taken back: {why}"));
    }
    if known.pinned().is_some_and(versions::is_prerelease) {
        words.push("pre-release".to_owned());
    }
    if let Some((version, step)) = known.newest() {
        words.push(format!("newest {version} ({})", step.as_str()));
        more.push(format!("the package index has {version} ({})", step.as_str()));
        let other = known.compatible().filter(|(compatible, _)| *compatible != version);
        more.extend(other.map(|(version, step)| format!("and {version}, which is compatible ({})", step.as_str())));
    }
    if let Some(version) = known.kept_out() {
        words.push(format!("newest {version}"));
        more.push(format!("the package index has {version}, which this does not let in"));
    }
    let tooltip = if more.is_empty() { words.join(", ") } else { more.join("; ") };
    (!words.is_empty()).then(|| Hint { offset: requirement.range.end, label: words.join(", "), tooltip })
}

fn of_requirement(ws: &Analysis, requirement: &Requirement) -> Option<Hint> {
    let name = requirement.name.as_ref().filter(|_| requirement.source.is_by_name())?;
    let location = &ws.environment().location;
    let specifier = requirement.specifier.as_ref().map_or("", |specifier| &specifier.text);
    let (label, tooltip) = match ws.environment().get(name) {
        Some(installed) => {
            let fits = specifier.is_empty() || versions::lets_in(specifier, &installed.version);
            if fits && requirement.pinned_version().is_some() {
                return None;
            }
            let tooltip = if fits {
                format!("{location} has {} {}", installed.display, installed.version)
            } else {
                format!("{location} has {} {}, which {specifier} does not let in", installed.display, installed.version)
            };
            (format!("installed {}", installed.version), tooltip)
        }
        None if is_wanted(ws, requirement) => ("not installed".to_owned(), format!("{location} does not have {name}")),
        None => return None,
    };
    Some(Hint { offset: requirement.range.end, label, tooltip })
}

/// Whether the environment should have it: it is no constraint, no tool that only builds, and its marker holds.
fn is_wanted(ws: &Analysis, requirement: &Requirement) -> bool {
    let marker = requirement.marker.as_ref();
    !matches!(requirement.group, Group::Constraint | Group::Build)
        && marker.is_none_or(|marker| markers::holds(&marker.text, ws.marker_target()) != Some(false))
}
