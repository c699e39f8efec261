//! Which projects of the workspace others of it may require by their names, and what each requires where it runs.

use super::data::{Projects, RequirementId};
use super::files::{Files, declarations};
use super::members::{Member, Members};
use pinlens_facts::manifest::lock::Asked as Required;
use pinlens_facts::requirements::Group;
use pinlens_facts::words::markers;
use pinlens_facts::words::roles::Role;
use rustc_hash::FxHashMap;

/// Finds what the projects that have names require where they run.
pub(super) fn of(projects: &Projects, files: &impl Files) -> Members {
    let mut members = FxHashMap::default();
    for project in projects.all.iter().filter(|project| project.parent.is_none() && !project.is_script) {
        let Some(name) = project.own.first() else { continue };
        let mut member =
            Member { is_whole: project.gaps.weakness.is_none() && project.gaps.hidden.is_none(), ..Member::default() };
        for (required, places) in &project.required.declared {
            let runs = project.roles.get(required) == Some(&Role::Runtime);
            member.requires.extend(places.iter().filter_map(|at| of_place(*at, runs, files)));
        }
        member.requires.sort();
        members.entry(name.clone()).or_insert(member);
    }
    Members(members)
}

/// What a requirement of a project asks for where it runs, and the extra for which it does.
fn of_place(at: RequirementId, runs: bool, files: &impl Files) -> Option<(Option<Box<str>>, Required)> {
    let (_, facts) = declarations(files, at.file)?;
    let one = facts.requirements.get(at.index)?;
    let extra = match &one.group {
        Group::Runtime => None,
        Group::File if runs => None,
        Group::Extra(name) => Some(name.clone()),
        _ => return None,
    };
    let marker = one.marker.as_ref().map(|marker| markers::holds(&marker.text, files.target()));
    let extras = one.extras.iter().map(|extra| extra.text.clone()).collect();
    let required = Required { name: one.name.clone()?, extras };
    (marker != Some(Some(false))).then_some((extra, required))
}
