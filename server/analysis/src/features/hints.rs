//! What stands behind a requirement: the installed version, where the requirement does not say it.

use super::subject::declarations;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::requirements::{Group, Requirement};
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

/// The hints of the requirements that meet `range`, in the order of the text. None where no environment is known.
pub fn hints(ws: &Analysis, file: FileId, range: TextRange) -> Vec<Hint> {
    let Some(facts) = declarations(ws, file) else { return Vec::new() };
    let is_known = !ws.environment().location.is_empty() && !ws.environment().distributions().is_empty();
    let shown = facts.requirements.iter().filter(|one| is_known && one.range.meets(range));
    shown.filter_map(|requirement| of_requirement(ws, requirement)).collect()
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
