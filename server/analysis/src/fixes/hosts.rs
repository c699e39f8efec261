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
        let projects: Vec<ProjectId> = ws.projects().with_parents(project).collect();
        let places = |host| projects.iter().flat_map(move |id| ws.written_for(*id, host));
        let is_for_all = names
            .iter()
            .flat_map(places)
            .any(|(file, one)| role_of_one(ws, file, one) == Role::Runtime && !matches!(one.group, Group::Extra(_)));
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
    let facts = ws.facts(place.file).and_then(FileFacts::declarations);
    let found = facts.and_then(|facts| facts.requirements.get(place.index));
    found.map_or(Role::Runtime, |one| role_of_one(ws, place.file, one))
}

fn role_of_one(ws: &Analysis, file: FileId, requirement: &Requirement) -> Role {
    let path = ws.path(file);
    match &requirement.group {
        Group::File => project::configured_role(path, ws.model()),
        group => role_of_requirement(path, group),
    }
}
