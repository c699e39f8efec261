//! The declared requirements that bring what is to be added today: the list that has them is the list of the code that relies on them.

use super::manifest;
use super::purpose::Purpose;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::project::{self, ProjectId, RequirementId};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{Format, Group, Requirement, role_of_requirement};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::roles::Role;

/// The requirements that bring one distribution, at any depth.
pub(super) struct Hosts {
    names: Vec<DistributionName>,
    /// Whether one of them is required where the application runs, and not by an extra alone.
    is_for_all: bool,
}

impl Hosts {
    /// Those that bring `name` to the project.
    pub fn of(ws: &Analysis, project: ProjectId, name: &DistributionName) -> Self {
        let names: Vec<DistributionName> = ws.projects().all[project].roots_of(name).into_iter().cloned().collect();
        let projects = || ws.projects().with_parents(project).map(|id| &ws.projects().all[id]);
        let places = |host| projects().filter_map(move |project| project.required.declared.get(host)).flatten();
        let is_for_all = names.iter().flat_map(places).any(|place| {
            let is_extra = requirement(ws, *place).is_some_and(|one| matches!(one.group, Group::Extra(_)));
            role_at(ws, *place) == Role::Runtime && !is_extra
        });
        Self { names, is_for_all }
    }

    /// Whether one of them stands where a requirement for the purpose would go in the list.
    pub fn are_in(&self, ws: &Analysis, list: FileId, purpose: &Purpose) -> bool {
        let Some(facts) = ws.facts(list).and_then(FileFacts::declarations) else { return false };
        let neighbours = match facts.format {
            Format::Requirements | Format::Conda => facts.requirements.iter().collect(),
            _ => manifest::neighbours(ws.path(list), facts, purpose),
        };
        neighbours.iter().any(|one| one.name.as_ref().is_some_and(|name| self.names.contains(name)))
    }

    /// Whether all of them are in other lists than that: then whoever installs it alone has none of them, and the code is for others.
    pub fn are_elsewhere(&self, ws: &Analysis, list: FileId, purpose: &Purpose) -> bool {
        let is_there = purpose.role() == Role::Development && self.is_for_all;
        !self.names.is_empty() && !is_there && !self.are_in(ws, list, purpose)
    }
}

/// For whom a requirement is.
pub(super) fn role_at(ws: &Analysis, place: RequirementId) -> Role {
    let path = ws.path(place.file);
    match requirement(ws, place).map(|one| &one.group) {
        None | Some(Group::File) => project::configured_role(path, ws.model()),
        Some(group) => role_of_requirement(path, group),
    }
}

fn requirement(ws: &Analysis, place: RequirementId) -> Option<&Requirement> {
    ws.facts(place.file).and_then(FileFacts::declarations)?.requirements.get(place.index)
}
