//! `not-installed`: the environment lacks what a list that is for it requires.
//!
//! Nothing is reported unless it is known
//! - that a virtual environment is read whose Python sees no other packages, so that what is not in it cannot be imported;
//! - that the list is for it: it is the list of the folder in which the environment lies, or the environment has most of the list;
//! - that the requirement is installed on this target, by its name, from a package index, and that nothing is wrong with that name.

use super::misnamed_requirement;
use super::rule::{Check, Findings, Rule};
use super::version_mismatch::{MOST_SINGLE, is_for_target};
use crate::analysis::Analysis;
use crate::finding::{Diagnostic, Indexed};
use crate::fixes::install;
use crate::model::ids::FileId;
use crate::model::project::{self, configured_role};
use crate::wording;
use pinlens_facts::requirements::{Format, Group, Requirement, RequirementsFacts, Source};
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::roles::Role;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::NotInstalled,
    summary: "The environment lacks what a requirement names.",
    check: Check::Requirements(check),
    fixes: None,
};

/// Finds the requirements of a file that the environment lacks; many are one finding.
fn check(ws: &Analysis, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    let environment = ws.environment();
    let is_judged = environment.stands_alone
        && !environment.location.is_empty()
        && !ws.projects().users(file).is_empty()
        && !ws.projects().is_constraints(file, ws.path(file))
        // what is installed is the compiled list
        && project::compiled::compiled_of(ws.model(), file).is_none()
        && facts.format != Format::Script;
    if !is_judged {
        return;
    }
    let is_own = is_of_its_folder(ws, file, facts);
    let mut absent: Vec<(Indexed, &DistributionName)> = Vec::new();
    for one in Indexed::sound(facts).filter(|one| is_wanted(ws, one)) {
        let Some(name) = one.get().name.as_ref().filter(|name| environment.get(name).is_none()) else { continue };
        let is_for_all = matches!(one.group, Group::File | Group::Runtime);
        let is_right = !misnamed_requirement::has_row(name) && !ws.makes(name);
        if is_right && (is_own && is_for_all || has_most(ws, facts, &one.group)) {
            absent.push((one, name));
        }
    }
    let location = &environment.location;
    let note = || format!("install what is required: `{}`", install::command(ws, ws.path(file), facts.format));
    if let Some((first, name)) = absent.first().filter(|_| absent.len() > MOST_SINGLE) {
        let (number, of) = (absent.len(), facts.requirements.len());
        let headline = format!("{number} of the {of} requirements of this file are not installed in {location}");
        let message = wording::message(headline, [format!("the first: `{name}`"), note()]);
        let diagnostic = Diagnostic::of_requirement(Code::NotInstalled, *first, message).distribution(None);
        return findings.add(diagnostic, &first.ignores);
    }
    for (requirement, name) in absent {
        let message = wording::message(format!("`{name}` is required, but not installed in {location}"), [note()]);
        findings.add(Diagnostic::of_requirement(Code::NotInstalled, requirement, message), &requirement.ignores);
    }
}

/// Whether installing the list puts the requirement into the environment under its own name.
fn is_wanted(ws: &Analysis, requirement: &Requirement) -> bool {
    requirement.source == Source::Index && is_for_target(ws, requirement)
}

/// Whether the file is the list of the folder in which the environment lies. Lists of other names may be alternatives.
fn is_of_its_folder(ws: &Analysis, file: FileId, facts: &RequirementsFacts) -> bool {
    let location = &ws.environment().location;
    let path = ws.path(file);
    let is_inside = !location.starts_with('/') && !location.contains(':') && !location.starts_with("..");
    let around = FilePath::new(location);
    is_inside
        && path.folder() == around.folder()
        && match facts.format {
            Format::Requirements => path.stem() == "requirements" && configured_role(path, ws.model()) == Role::Runtime,
            Format::Pyproject | Format::SetupCfg | Format::SetupPy | Format::Pipfile => true,
            Format::Conda | Format::Pixi | Format::Script => false,
        }
}

/// Whether the environment has most of what the file requires in the group.
fn has_most(ws: &Analysis, facts: &RequirementsFacts, group: &Group) -> bool {
    let wanted = facts.requirements.iter().filter(|one| one.group == *group && is_wanted(ws, one));
    let names = wanted.filter_map(|one| one.name.as_ref());
    let (mut all, mut there) = (0, 0);
    for name in names {
        all += 1;
        there += usize::from(ws.environment().get(name).is_some());
    }
    there * 2 > all
}
