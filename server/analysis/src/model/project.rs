//! Which requirements apply to which code. Decided here, once; everything else looks it up.
//!
//! A folder with a runtime manifest roots a project, which owns the subtree down to the next such folder. A manifest for
//! tests, documentation or tools alone in a subfolder roots a layer there: its code sees the parent's requirements too.

pub(crate) mod compiled;
mod data;
mod extras;
mod files;
pub(crate) mod includes;
mod installed;
mod joined;
mod locks;
mod members;
pub(crate) mod pairs;
mod place;
mod reading;
mod transitive;
mod workspaces;

pub use compiled::source_of;
pub(crate) use data::DEEPEST_INCLUDE;
pub use data::{
    Apart, Bringer, Gaps, Hidden, Indirect, KnownNeed, Lists, Project, ProjectId, Projects, Required, RequirementId,
};
pub use files::Files;
pub(crate) use files::configured_role;
pub(crate) use files::{folders_above, in_folder};
pub use members::Members;
pub(crate) use place::own_folder;
pub use workspaces::Workspaces;

use crate::model::ids::FileId;
use files::declarations;
use pinlens_facts::requirements::IncludeKind;
use pinlens_facts::words::names::DistributionName;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;

impl Projects {
    /// Finds the projects.
    pub fn new(files: &impl Files) -> Self {
        let mut projects = Self::default();
        projects.look_at_includes(files);
        place::place(&mut projects, files);
        projects.link();
        for id in 0..projects.all.len() {
            projects.read(id, files);
        }
        installed::enter(&mut projects, files);
        let locks = locks::all(files);
        for project in &mut projects.all {
            let locks = locks::around(&locks, &project.folder);
            extras::enter(project, extras::Shown { environment: files.environment(), locks: &locks });
        }
        projects.inherit();
        for project in &mut projects.all {
            project.names.settle(files.environment());
            project.lists.constrained = constrained(&project.lists.constraints, files);
        }
        let bounds = transitive::bounds(&projects, files);
        let is_listed_whole = |at: &RequirementId| {
            let facts = files.get(at.file).and_then(|(_, facts)| facts.declarations);
            facts.is_some_and(|facts| facts.style.compiled)
        };
        projects.members = joined::of(&projects, files);
        let named =
            projects.all.iter().enumerate().filter(|(_, project)| !project.is_script && !project.own.is_empty());
        projects.workspaces = Workspaces::of(named.map(|(id, project)| (id, &*project.folder)), files);
        for (project, bounds) in projects.all.iter_mut().zip(&bounds) {
            let known = (&projects.members, bounds);
            transitive::follow(project, files, &locks, known, &is_listed_whole);
        }
        projects.missing.sort();
        projects.missing.dedup();
        projects
    }

    /// Finds what every `-r` and `-c` leads to, also in files that no project reads.
    fn look_at_includes(&mut self, files: &impl Files) {
        let mut included_by: FxHashMap<FileId, Vec<FileId>> = FxHashMap::default();
        let mut open: FxHashMap<FileId, usize> = FxHashMap::default();
        let mut leads_to: FxHashMap<FileId, Vec<FileId>> = FxHashMap::default();
        let mut missing = Vec::new();
        for from in files.manifests() {
            let Some((path, facts)) = declarations(files, from) else { continue };
            for include in facts.includes.iter().filter(|include| !include.target.contains("://")) {
                let target = path.sibling(&include.target);
                let found = files.at(&target);
                leads_to.entry(from).or_default().extend(found.iter().map(|(id, _)| *id));
                match (found, include.kind) {
                    (Some((id, _)), IncludeKind::Constraints) => drop(self.constraints.insert(id)),
                    (Some((id, _)), IncludeKind::Requirements) => {
                        included_by.entry(id).or_default().push(from);
                        *open.entry(from).or_default() += 1;
                    }
                    (None, _) => missing.push((from, target)),
                }
            }
        }
        self.too_deep = too_deep(&files.manifests(), &leads_to);
        let near = missing.into_iter().filter(|(from, _)| !self.too_deep.contains(from));
        self.missing = near.map(|(_, target)| target).collect();
        // what includes nothing ends; what includes only what ends, ends too
        let mut ends: Vec<FileId> = included_by.keys().copied().filter(|file| !open.contains_key(file)).collect();
        while let Some(file) = ends.pop() {
            for by in included_by.get(&file).into_iter().flatten() {
                if let Some(left) = open.get_mut(by) {
                    *left -= 1;
                    if *left == 0 {
                        open.remove(by);
                        ends.push(*by);
                    }
                }
            }
        }
        self.endless = open.into_keys().collect();
    }

    /// Gives each layer its parent: the nearest project around it. The root is no layer.
    fn link(&mut self) {
        for id in 0..self.all.len() {
            let project = &self.all[id];
            let outer = project.folder.rsplit_once('/').map_or("", |(outer, _)| outer);
            let is_layer = project.parent.is_some() && !project.folder.is_empty();
            let parent = is_layer.then(|| self.of_path(outer));
            self.all[id].parent = parent;
        }
    }

    /// Reads what a project's manifests declare.
    fn read(&mut self, id: ProjectId, files: &impl Files) {
        self.all[id] = reading::read(id, std::mem::take(&mut self.all[id]), &self.too_deep, files);
        for &file in &self.all[id].lists.files {
            self.users.entry(file).or_default().push(id);
        }
    }

    /// Lets each layer see its parent's requirements. A parent stands before its layers, for folders are in order.
    fn inherit(&mut self) {
        for id in 0..self.all.len() {
            let Some(parent) = self.all[id].parent.map(|parent| self.all[parent].clone()) else { continue };
            let project = &mut self.all[id];
            for name in parent.names.iter() {
                project.names.add(name);
            }
            project.names.by_extra.extend(parent.names.by_extra);
            project.own.extend(parent.own);
            project.for_runtime |= parent.for_runtime;
            for (name, role) in parent.roles {
                let known = project.roles.entry(name).or_insert(role);
                *known = role.min(*known);
            }
            for (name, file) in parent.indirect.installed_for_tests {
                project.indirect.installed_for_tests.entry(name).or_insert(file);
            }
            for (name, bringer) in parent.indirect.brought {
                project.indirect.brought.entry(name).or_insert(bringer);
            }
            project.gaps.weakness = project.gaps.weakness.take().or(parent.gaps.weakness);
            project.gaps.hidden = project.gaps.hidden.take().or(parent.gaps.hidden);
            for file in parent.lists.constraints {
                if !project.lists.constraints.contains(&file) {
                    project.lists.constraints.push(file);
                }
            }
        }
    }
}

/// The files to which includes lead over more than [`DEEPEST_INCLUDE`] others, by the shortest way; a circle that nothing leads into
/// is entered at its first file.
fn too_deep(manifests: &[FileId], leads_to: &FxHashMap<FileId, Vec<FileId>>) -> FxHashSet<FileId> {
    let included: FxHashSet<FileId> = leads_to.values().flatten().copied().collect();
    let mut depths: FxHashMap<FileId, usize> = FxHashMap::default();
    let (first, rest): (Vec<FileId>, Vec<FileId>) = manifests.iter().partition(|file| !included.contains(file));
    let mut open: VecDeque<FileId> = first.iter().copied().collect();
    depths.extend(first.into_iter().map(|file| (file, 0)));
    let mut rest = rest.into_iter();
    loop {
        while let Some(file) = open.pop_front() {
            let depth = depths[&file] + 1;
            for &target in leads_to.get(&file).into_iter().flatten() {
                depths.entry(target).or_insert_with(|| {
                    open.push_back(target);
                    depth
                });
            }
        }
        let Some(next) = rest.find(|file| !depths.contains_key(file)) else { break };
        depths.insert(next, 0);
        open.push_back(next);
    }
    depths.into_iter().filter(|(_, depth)| *depth >= DEEPEST_INCLUDE).map(|(file, _)| file).collect()
}

/// The first line that constrains each distribution.
fn constrained(constraints: &[FileId], files: &impl Files) -> FxHashMap<DistributionName, RequirementId> {
    let mut found = FxHashMap::default();
    for &file in constraints {
        let facts = declarations(files, file).map(|(_, facts)| facts);
        let named = facts.into_iter().flat_map(|facts| facts.requirements.iter().enumerate());
        for (index, name) in named.filter_map(|(index, one)| Some((index, one.name.as_ref()?))) {
            found.entry(name.clone()).or_insert(RequirementId { file, index });
        }
    }
    found
}
