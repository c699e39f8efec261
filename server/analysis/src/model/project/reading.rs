//! What the manifests of one project declare, read in their order.

use super::compiled::source_of;
use super::data::{Bringer, DEEPEST_INCLUDE, Hidden, Project, ProjectId, RequirementId};
use super::files::{Files, configured_role, declarations, in_folder};
use crate::model::ids::FileId;
use pinlens_facts::knowledge::alike;
use pinlens_facts::requirements::role_of_requirement;
use pinlens_facts::requirements::{
    Format, Group, Include, IncludeKind, Requirement, RequirementsFacts, Unknown, UnknownReason,
};
use pinlens_facts::words::markers;
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::roles::Role;
use pinlens_facts::words::text::TextRange;
use rustc_hash::FxHashSet;

/// Reads what the manifests of `project`, the one of that id, declare.
pub(super) fn read(id: ProjectId, project: Project, too_deep: &FxHashSet<FileId>, files: &impl Files) -> Project {
    let mut reading = Reading { files, id, project, declares: false, too_deep, depth: 0, later: Vec::new() };
    for entry in reading.project.lists.entries.clone() {
        reading.manifest(entry, None);
        reading.finish();
    }
    reading.build_requirements();
    reading.own_names();
    // a list that can be read is what the application declares; the rest is a part
    if reading.declares {
        reading.project.gaps.hidden = None;
    }
    reading.project
}

/// Reads one manifest more, for a group of developers.
pub(super) fn read_more(
    id: ProjectId,
    project: Project,
    file: FileId,
    group: &Group,
    too_deep: &FxHashSet<FileId>,
    files: &impl Files,
) -> Project {
    let mut reading = Reading { files, id, project, declares: true, too_deep, depth: 0, later: Vec::new() };
    reading.manifest(file, Some(group));
    reading.finish();
    reading.project
}

/// One project while its manifests are read.
struct Reading<'a, F> {
    files: &'a F,
    id: ProjectId,
    project: Project,
    /// Whether anything that can be read is declared for whoever runs the application.
    declares: bool,
    /// The files whose includes are not read.
    too_deep: &'a FxHashSet<FileId>,
    /// How many files are being read, each included by the one before.
    depth: usize,
    /// What is read after those, so that the stack holds no more of them.
    later: Vec<(FileId, Option<Group>)>,
}

impl<F: Files> Reading<'_, F> {
    /// Reads what was left for later.
    fn finish(&mut self) {
        while let Some((file, group)) = self.later.pop() {
            self.manifest(file, group.as_ref());
        }
    }

    /// Reads a manifest and what it includes; a file is read once. `group` is the one for which another manifest includes it.
    fn manifest(&mut self, id: FileId, group: Option<&Group>) {
        let files = self.files;
        let Some((path, facts)) = declarations(files, id) else { return };
        if self.project.lists.files.contains(&id) {
            return;
        }
        self.project.lists.files.push(id);
        let has_source = source_of(files, id).is_some();
        for (index, requirement) in facts.requirements.iter().enumerate() {
            if requirement.name.is_none() {
                self.guess(path, group, requirement, &facts.text);
            }
            self.declare(path, group, requirement, RequirementId { file: id, index }, has_source);
        }
        for unknown in &facts.unknowns {
            if self.is_told_elsewhere(path, facts, unknown) {
                continue;
            }
            self.unknown(id, path, facts, group.unwrap_or(&unknown.group), unknown);
        }
        self.depth += 1;
        for include in &facts.includes {
            self.include(id, path, include, group);
        }
        self.depth -= 1;
    }

    /// What builds need is no requirement of the code; and what a pyproject.toml leaves to setuptools stands in the setup.py
    /// or setup.cfg next to it.
    fn is_told_elsewhere(&self, path: &FilePath, facts: &RequirementsFacts, unknown: &Unknown) -> bool {
        let left_open = facts.format == Format::Pyproject && unknown.reason == UnknownReason::Dynamic;
        let declares = |name: &str| {
            let (_, beside) = self.files.at(&FilePath::new(&in_folder(path.folder(), name)))?;
            let beside = beside.declarations?;
            let requires = beside.requirements.iter().any(|one| one.group == Group::Runtime);
            Some(requires || !beside.includes.is_empty() || !beside.unknowns.is_empty())
        };
        unknown.group == Group::Build
            || left_open && ["setup.py", "setup.cfg"].iter().any(|name| declares(name) == Some(true))
    }

    fn unknown(&mut self, id: FileId, path: &FilePath, facts: &RequirementsFacts, group: &Group, unknown: &Unknown) {
        let what = match unknown.reason {
            UnknownReason::Variable => "a ${VARIABLE} hides a requirement",
            UnknownReason::Nameless => "the name of a package at a URL or path is not known",
            UnknownReason::Invalid if facts.format == Format::SetupPy => "the program is no Python 3",
            UnknownReason::Invalid => "a line cannot be read",
            UnknownReason::Dynamic => "requirements are computed when the project is built",
            UnknownReason::Unread => "nothing could be read",
        };
        let why = format!("{what} in {path}");
        let is_list = match unknown.reason {
            UnknownReason::Dynamic | UnknownReason::Unread => true,
            // of a requirements file one line is lost, of other formats maybe the whole list
            UnknownReason::Invalid => facts.format != Format::Requirements,
            UnknownReason::Variable | UnknownReason::Nameless => false,
        };
        if is_list {
            self.hide(id, path, group, unknown.range, &why);
        }
        self.weaken(why);
    }

    /// `has_source`: what the file was compiled from is at hand: else it is all that declares.
    fn declare(
        &mut self,
        path: &FilePath,
        group: Option<&Group>,
        requirement: &Requirement,
        id: RequirementId,
        has_source: bool,
    ) {
        let Some(name) = &requirement.name else { return };
        if requirement.group == Group::Constraint {
            return;
        }
        self.project.required.declared.entry(name.clone()).or_default().push(id);
        if !requirement.source.is_by_name() {
            self.project.required.placed.insert(name.clone());
        }
        if has_source && self.repeats_compiled(path, requirement) {
            return;
        }
        let others = if has_source { needed_only_by(requirement) } else { Vec::new() };
        if let Some((by, others)) = others.split_first() {
            let known_from = format!("the `# via` comment in {path}").into();
            let is_for_runtime = configured_role(path, self.files) == Role::Runtime;
            self.project.indirect.brought.entry(name.clone()).or_insert(Bringer {
                by: by.clone(),
                others: others.to_vec(),
                known_from,
                is_for_runtime,
                roots: Vec::new(),
            });
            return;
        }
        if let Some(marker) = requirement
            .marker
            .as_ref()
            .filter(|marker| markers::holds(&marker.text, self.files.target()) == Some(false))
        {
            self.project.required.elsewhere.insert(name.clone(), marker.text.clone());
            return;
        }
        let group = group.unwrap_or(&requirement.group);
        let role = self.role(path, group);
        let is_build = *group == Group::Build;
        let declared_before = self.project.names.contains(name);
        if let Some(alone) = self.project.required.build.get_mut(name) {
            *alone &= is_build;
        } else if is_build {
            self.project.required.build.insert(name.clone(), !declared_before);
        }
        self.enter(name, role);
        self.declares |= role == Role::Runtime && is_list_of_application(group);
        if !requirement.extras.is_empty() {
            let known = self.project.required.extras.entry(name.clone()).or_default();
            let before: FxHashSet<&str> = known.iter().map(|extra| &**extra).collect();
            let extras = requirement.extras.iter().map(|extra| &*extra.text);
            let new: Vec<Box<str>> = extras.filter(|extra| !before.contains(extra)).map(Into::into).collect();
            known.extend(new);
        }
    }

    /// Whether a compiled line is there only because the list includes another compiled one, which says itself what it declares.
    fn repeats_compiled(&self, path: &FilePath, requirement: &Requirement) -> bool {
        let is_compiled = |via: &str| {
            let Some(target) = via.strip_prefix("-r ") else { return false };
            let found = [path.sibling(target), FilePath::new(target)].into_iter().find_map(|path| self.files.at(&path));
            found.is_some_and(|(id, _)| source_of(self.files, id).is_some())
        };
        let is_declared = |via: &str| !is_compiled(via) && (via.starts_with("-r") || via.contains(['/', '(', '.']));
        let vias = || requirement.via.iter().filter(|via| !via.starts_with("-c"));
        vias().any(|via| is_compiled(via)) && !vias().any(|via| is_declared(via))
    }

    /// Enters the names that the place of a requirement without one suggests: that of the repository or the folder.
    fn guess(&mut self, path: &FilePath, group: Option<&Group>, requirement: &Requirement, text: &str) {
        let location = text.get(requirement.name_range.indices()).unwrap_or_default();
        let before = text.get(..requirement.line_range.start as usize).unwrap_or_default();
        let role = self.role(path, group.unwrap_or(&requirement.group));
        for name in alike::of_location(location, before) {
            self.enter(&name, role);
        }
    }

    fn enter(&mut self, name: &DistributionName, role: Role) {
        self.project.names.add(name);
        let known = self.project.roles.entry(name.clone()).or_insert(role);
        *known = role.min(*known);
    }

    fn role(&self, path: &FilePath, group: &Group) -> Role {
        match group {
            Group::File => configured_role(path, self.files),
            Group::Extra(name) if self.files.is_dev_extra(name) => Role::Development,
            Group::Development(name) if self.files.is_runtime_group(own_part(name)) => Role::Runtime,
            Group::Development(name) if self.files.is_dev_group(own_part(name)) => Role::Development,
            group => role_of_requirement(path, group),
        }
    }

    fn include(&mut self, id: FileId, from: &FilePath, include: &Include, group: Option<&Group>) {
        if include.target.contains("://") {
            return self.weaken(format!("{from} includes {}, which is not read", include.target));
        }
        if self.too_deep.contains(&id) {
            let why = format!("lists include each other more than {DEEPEST_INCLUDE} deep");
            return self.weaken(format!("{from} includes {}, which is not read: {why}", include.target));
        }
        let wanted = group.unwrap_or(&include.group).clone();
        let target = from.sibling(&include.target);
        let group = group.or((include.group != Group::File).then_some(&include.group));
        let found = self.files.at(&target);
        // what is there and could not be read is looked at where it is named: nothing of it is known
        let unread = found.as_ref().is_some_and(|(_, facts)| facts.is_unread);
        match (found.filter(|_| !unread), include.kind) {
            (Some((id, _)), IncludeKind::Requirements) if self.depth > DEEPEST_INCLUDE => {
                self.later.push((id, group.cloned()));
            }
            (Some((id, _)), IncludeKind::Requirements) => self.manifest(id, group),
            (Some((id, _)), IncludeKind::Constraints) => {
                if !self.project.lists.constraints.contains(&id) {
                    self.project.lists.constraints.push(id);
                }
            }
            (None, IncludeKind::Requirements) => {
                let state = if unread { "not read" } else { "missing" };
                let why = format!("{from} includes {}, which is {state}", include.target);
                // one line of a requirements file is a part; what a setup.py reads is its whole list
                if wanted != Group::File {
                    self.hide(id, from, &wanted, include.target_range, &why);
                }
                self.weaken(why);
            }
            (None, IncludeKind::Constraints) => {}
        }
    }

    /// What builds of the project need stands in a pyproject.toml that may declare nothing else.
    fn build_requirements(&mut self) {
        let path = FilePath::new(&in_folder(&self.project.folder, "pyproject.toml"));
        let Some((id, _)) = self.files.at(&path).filter(|(id, _)| !self.project.lists.files.contains(id)) else {
            return;
        };
        let Some((path, facts)) = declarations(self.files, id) else { return };
        let has_setup = self.files.at(&path.sibling("setup.py")).is_some();
        for (index, one) in
            facts.requirements.iter().enumerate().filter(|(_, one)| one.group == Group::Build && has_setup)
        {
            self.declare(path, None, one, RequirementId { file: id, index }, false);
        }
    }

    /// The project provides itself: its own name satisfies. Where it is installed and its declarations cannot all be read, the
    /// metadata that its build left has the rest.
    fn own_names(&mut self) {
        let files = self.files;
        for name in ["pyproject.toml", "setup.cfg", "setup.py"] {
            let path = FilePath::new(&in_folder(&self.project.folder, name));
            let Some(own) = files.at(&path).and_then(|(_, facts)| facts.name) else { continue };
            self.project.names.add(own);
            self.project.own.push(own.clone());
            let built = files.environment().get(own).filter(|_| self.project.gaps.weakness.is_some());
            for (required, rest) in built.into_iter().flat_map(|built| &built.requires) {
                if markers::extra_of(rest.trim_start_matches(|c| c != ';').trim_start_matches(';')).is_none() {
                    self.enter(required, Role::Runtime);
                    self.declares = true;
                }
            }
        }
    }

    fn weaken(&mut self, why: String) {
        self.project.gaps.weakness.get_or_insert(why);
    }

    /// Notes the first place that hides a whole list of what the application needs.
    fn hide(&mut self, file: FileId, path: &FilePath, group: &Group, range: TextRange, why: &str) {
        if is_list_of_application(group) && self.role(path, group) == Role::Runtime {
            let hidden = || Hidden { project: self.id, file, range, why: why.to_owned() };
            if self.project.gaps.hidden.is_none() {
                self.project.gaps.hidden = Some(hidden());
            }
        }
    }
}

/// The distributions that a compiled line is there for, ascending, where `# via` names distributions only: a constraint (`-c`) chooses the
/// version of what is there for others.
fn needed_only_by(requirement: &Requirement) -> Vec<DistributionName> {
    let is_other = |via: &str| !via.starts_with("-r") && !via.contains(['/', '(', '.']);
    let all: Vec<_> = requirement.via.iter().filter(|via| !via.starts_with("-c")).collect();
    if !all.iter().all(|via| is_other(via)) {
        return Vec::new();
    }
    let mut names: Vec<DistributionName> = all.into_iter().map(|via| DistributionName::new(via)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether the requirements of a group are installed wherever the application is: no extra, and no group of its developers.
fn is_list_of_application(group: &Group) -> bool {
    matches!(group, Group::File | Group::Runtime)
}

/// The name of a group, without those of the groups that include it.
fn own_part(name: &str) -> &str {
    name.split(" (of ").next().unwrap_or(name)
}
