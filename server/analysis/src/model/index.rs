//! Who imports what from outside the workspace, and what each project's requirements make of it. Updated by difference.
//!
//! A name gets its providers when it is first seen; a project looks up each name of its subtree once whether a requirement
//! satisfies it. Both answers are kept, so that a keystroke pays only for the names that it adds or takes away.

use crate::model::ids::FileId;
use crate::model::project::{ProjectId, Projects};
use crate::model::resolve::{Evidence, Outside, Providers};
use pinlens_facts::knowledge::catalog;
use pinlens_facts::words::names::{DistributionName, ModuleName};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::hash::Hash;

/// A dotted name that was looked up outside the workspace.
pub type NameId = u32;

/// The index of one workspace.
#[derive(Debug, Default)]
pub struct Index {
    ids: FxHashMap<ModuleName, NameId>,
    names: Vec<Name>,
    /// The names for which each distribution is the one to propose.
    by_candidate: FxHashMap<DistributionName, Vec<NameId>>,
    /// The names that each file imports, sorted; by file.
    of_file: FxHashMap<FileId, FileNames>,
    /// By project.
    supplies: Vec<Supply>,
}

#[derive(Debug)]
struct Name {
    dotted: ModuleName,
    providers: Option<Providers>,
    /// The files that import it, each behind the project of it; ascending.
    importers: BTreeSet<(ProjectId, FileId)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct FileNames {
    names: Box<[NameId]>,
    /// The projects around the file, the innermost first: it is the one whose requirements apply.
    projects: Box<[ProjectId]>,
}

/// What a project's requirements make of the names that the code in its folder imports, inner projects' code included.
#[derive(Debug, Default)]
struct Supply {
    /// How many files import each name.
    counts: FxHashMap<NameId, u32>,
    /// The declared distributions that satisfy each name; empty for a missing one.
    satisfied: FxHashMap<NameId, Box<[DistributionName]>>,
    /// The names that each declared distribution satisfies: `satisfied` the other way round.
    used: FxHashMap<DistributionName, BTreeSet<NameId>>,
    /// The names that each best candidate would satisfy, were it declared.
    missing: FxHashMap<DistributionName, BTreeSet<NameId>>,
    /// How many of the names are each dotted name, or lie inside it.
    within: FxHashMap<Box<str>, u32>,
    /// How many names nobody is known for sure to provide, and nothing declared satisfies.
    unresolved: u32,
}

/// The distributions whose standing in a project changed.
pub type Touched = FxHashSet<(ProjectId, DistributionName)>;

impl Index {
    /// An index of no file, for so many projects.
    pub fn new(projects: &Projects) -> Self {
        Self { supplies: projects.all.iter().map(|_| Supply::default()).collect(), ..Self::default() }
    }

    /// The id of a name, which is looked up outside where it is new.
    pub fn name(&mut self, dotted: &str, outside: Outside) -> NameId {
        if let Some(&id) = self.ids.get(dotted) {
            return id;
        }
        let name = ModuleName::new(dotted);
        let id = self.names.len() as NameId;
        self.names.push(Name {
            providers: outside.providers(dotted),
            dotted: name.clone(),
            importers: BTreeSet::new(),
        });
        if let Some(candidate) = best(&self.names[id as usize]) {
            self.by_candidate.entry(candidate).or_default().push(id);
        }
        self.ids.insert(name, id);
        id
    }

    /// The id of a name that a file of the index imports.
    pub fn id(&self, dotted: &str) -> Option<NameId> {
        self.ids.get(dotted).copied()
    }

    /// Who may provide a name.
    pub fn providers(&self, name: NameId) -> Option<&Providers> {
        self.names[name as usize].providers.as_ref()
    }

    /// The dotted name.
    pub fn dotted(&self, name: NameId) -> &ModuleName {
        &self.names[name as usize].dotted
    }

    /// The names that a file imports from outside.
    pub fn names_of(&self, file: FileId) -> &[NameId] {
        self.of_file.get(&file).map_or(&[], |uses| &uses.names)
    }

    /// The declared distributions that satisfy a name in a project; empty where it is missing.
    pub fn satisfying(&self, project: ProjectId, name: NameId) -> &[DistributionName] {
        self.supplies[project].satisfied.get(&name).map_or(&[], |found| found)
    }

    /// Whether anything in the project's folder imports what the distribution provides.
    pub fn is_used(&self, project: ProjectId, distribution: &DistributionName) -> bool {
        self.supplies[project].used.contains_key(distribution)
    }

    /// The files of the project that import what the missing distribution would provide, ascending.
    pub fn importers(&self, project: ProjectId, distribution: &DistributionName) -> Vec<FileId> {
        let names = self.supplies[project].missing.get(distribution).into_iter().flatten();
        let mut files: Vec<FileId> = names.flat_map(|&name| self.importers_in(project, name)).collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    /// The names that code in the project's folder imports, that nobody is known to provide and nothing declared satisfies; in no
    /// order.
    pub fn unresolved(&self, project: ProjectId) -> impl Iterator<Item = &ModuleName> {
        let supply = &self.supplies[project];
        let names = supply.satisfied.iter().filter(|_| supply.unresolved > 0);
        let names = names.filter(|(_, found)| found.is_empty()).map(|(name, _)| &self.names[*name as usize]);
        names.filter(|name| !is_sure(name)).map(|name| &name.dotted)
    }

    /// Whether [`Self::unresolved`] has any.
    pub fn has_unresolved(&self, project: ProjectId) -> bool {
        self.supplies[project].unresolved > 0
    }

    /// The files of the project that import such a name, in no order, some more than once.
    pub fn importers_of_unresolved(&self, project: ProjectId) -> Vec<FileId> {
        let supply = &self.supplies[project];
        let names = supply.satisfied.iter().filter(|(_, found)| found.is_empty()).map(|(name, _)| *name);
        let names = names.filter(|name| supply.unresolved > 0 && !is_sure(&self.names[*name as usize]));
        names.flat_map(|name| self.importers_in(project, name)).collect()
    }

    /// Whether code in the project's folder imports `dotted` or something inside it from outside.
    pub fn imports_within(&self, project: ProjectId, dotted: &str) -> bool {
        self.supplies[project].within.contains_key(dotted)
    }

    /// Whether code in the project's folder imports what the distribution provides, be it declared or not.
    pub fn imports_of(&self, project: ProjectId, distribution: &DistributionName) -> bool {
        let names = self.by_candidate.get(distribution).into_iter().flatten();
        self.is_used(project, distribution)
            || names.into_iter().any(|name| self.supplies[project].counts.contains_key(name))
    }

    /// The files of the project that import a name for which the distribution is the one to propose.
    pub fn importers_with_candidate(&self, project: ProjectId, distribution: &DistributionName) -> Vec<FileId> {
        let names = self.by_candidate.get(distribution).into_iter().flatten();
        names.flat_map(|&name| self.importers_in(project, name)).collect()
    }

    /// The projects of which [`Self::importers_with_candidate`] has files; ascending for each name.
    pub fn projects_with_candidate(&self, distribution: &DistributionName) -> impl Iterator<Item = ProjectId> + '_ {
        let names = self.by_candidate.get(distribution).into_iter().flatten();
        names.flat_map(|&name| {
            let importers = &self.names[name as usize].importers;
            let behind = |project: ProjectId| importers.range((project, FileId(0))..).next().map(|(id, _)| *id);
            std::iter::successors(behind(0), move |project| behind(project + 1))
        })
    }

    /// The files of the project that import a name which the declared distribution satisfies.
    pub fn importers_satisfied_by(&self, project: ProjectId, distribution: &DistributionName) -> Vec<FileId> {
        self.names_satisfied_by(project, distribution).flat_map(|name| self.importers_in(project, name)).collect()
    }

    /// Whether [`Self::importers_satisfied_by`] has any.
    pub fn has_importers_satisfied_by(&self, project: ProjectId, distribution: &DistributionName) -> bool {
        self.names_satisfied_by(project, distribution).any(|name| self.importers_in(project, name).next().is_some())
    }

    /// The names that the declared distribution satisfies in the project, ascending.
    fn names_satisfied_by(
        &self,
        project: ProjectId,
        distribution: &DistributionName,
    ) -> impl Iterator<Item = NameId> + '_ {
        self.supplies[project].used.get(distribution).into_iter().flatten().copied()
    }

    /// The files of the project that import a name which one of the declared distributions satisfies, in no order, some more
    /// than once.
    pub fn importers_satisfied_by_any(
        &self,
        project: ProjectId,
        distributions: &FxHashSet<&DistributionName>,
    ) -> Vec<FileId> {
        let names: BTreeSet<NameId> =
            distributions.iter().flat_map(|name| self.names_satisfied_by(project, name)).collect();
        names.into_iter().flat_map(|name| self.importers_in(project, name)).collect()
    }

    /// The files in the project's folder, whichever project they belong to, that import a name which the declared distribution satisfies; in no
    /// order, some more than once.
    pub fn importers_around(&self, project: ProjectId, distribution: &DistributionName) -> Vec<FileId> {
        let names = self.names_satisfied_by(project, distribution);
        let files = names.flat_map(|name| self.names[name as usize].importers.iter());
        let files = files.map(|(_, file)| *file);
        let is_inside = |file: &FileId| self.of_file.get(file).is_some_and(|uses| uses.projects.contains(&project));
        files.filter(is_inside).collect()
    }

    /// The names that any file imports from outside.
    pub fn modules(&self) -> impl Iterator<Item = &ModuleName> {
        self.names.iter().filter(|name| !name.importers.is_empty()).map(|name| &name.dotted)
    }

    /// The distributions that may provide what any file imports, in no order.
    pub fn candidates(&self) -> impl Iterator<Item = &DistributionName> {
        let imported = self.names.iter().filter(|name| !name.importers.is_empty());
        imported.filter_map(|name| name.providers.as_ref()).flat_map(|providers| &providers.candidates)
    }

    /// Each declared distribution of a project with each name that it satisfies, in no order.
    pub fn satisfied_names(&self, project: ProjectId) -> impl Iterator<Item = (&DistributionName, NameId)> {
        let all = self.supplies[project].satisfied.iter();
        all.flat_map(|(&name, found)| found.iter().map(move |distribution| (distribution, name)))
    }

    /// The files of the project that import exactly this name, ascending.
    pub fn importers_in(&self, project: ProjectId, name: NameId) -> impl Iterator<Item = FileId> {
        let all = (project, FileId(0))..=(project, FileId(u32::MAX));
        self.names[name as usize].importers.range(all).map(|(_, file)| *file)
    }

    /// The files of the project that import a name which nothing declared satisfies, in no order, some more than once.
    pub fn lacking(&self, project: ProjectId) -> impl Iterator<Item = FileId> {
        let unsatisfied = self.supplies[project].satisfied.iter().filter(|(_, found)| found.is_empty());
        unsatisfied.flat_map(move |(name, _)| self.importers_in(project, *name))
    }

    /// The missing distributions of a project, in order.
    pub fn missing(&self, project: ProjectId) -> Vec<&DistributionName> {
        let mut names: Vec<_> = self.supplies[project].missing.keys().collect();
        names.sort_unstable();
        names
    }

    /// The missing distributions of a project that are known for sure to provide what one of the files imports that `counts` takes; in
    /// no order.
    pub fn missing_for<'a>(
        &'a self,
        project: ProjectId,
        counts: impl Fn(FileId) -> bool + Copy + 'a,
    ) -> impl Iterator<Item = &'a DistributionName> {
        let is_needed = move |name: &NameId| {
            let name = &self.names[*name as usize];
            is_sure(name) && name.importers.iter().any(|(_, file)| counts(*file))
        };
        let missing = self.supplies[project].missing.iter();
        missing.filter(move |(_, names)| names.iter().any(is_needed)).map(|(distribution, _)| distribution)
    }

    /// Replaces the names that a file imports; `projects` are those around it, innermost first. An empty list takes the
    /// file out.
    pub fn set(&mut self, file: FileId, mut names: Vec<NameId>, around: &[ProjectId], projects: &Projects) -> Touched {
        names.sort_unstable();
        names.dedup();
        let old = self.of_file.remove(&file).unwrap_or_default();
        let mut touched = Touched::default();
        for &name in old.names.iter().filter(|name| names.binary_search(name).is_err()) {
            if let Some(&nearest) = old.projects.first() {
                self.names[name as usize].importers.remove(&(nearest, file));
                self.touch_where_alone(nearest, name, &mut touched);
            }
            self.count(name, &old.projects, projects, Step::Down, &mut touched);
        }
        for &name in names.iter().filter(|name| old.names.binary_search(name).is_err()) {
            self.count(name, around, projects, Step::Up, &mut touched);
            if let Some(&nearest) = around.first() {
                self.touch_where_alone(nearest, name, &mut touched);
                self.names[name as usize].importers.insert((nearest, file));
            }
        }
        if !names.is_empty() {
            self.of_file.insert(file, FileNames { names: names.into(), projects: around.into() });
        }
        touched
    }

    /// Where no other file of the project's own code imports a name, what satisfies it there is touched: whether its own code needs it
    /// changes, though that of inner projects may import it too.
    fn touch_where_alone(&self, project: ProjectId, name: NameId, touched: &mut Touched) {
        if self.importers_in(project, name).next().is_none() {
            touched.extend(self.satisfying(project, name).iter().map(|distribution| (project, distribution.clone())));
        }
    }

    fn count(&mut self, name: NameId, around: &[ProjectId], projects: &Projects, step: Step, touched: &mut Touched) {
        let entry = &self.names[name as usize];
        for &project in around {
            let supply = &mut self.supplies[project];
            match step {
                Step::Up => supply.add(name, entry, &projects.all[project].names),
                Step::Down => supply.remove(name, entry),
            }
            .into_iter()
            .for_each(|distribution| {
                touched.insert((project, distribution));
            });
        }
    }

    /// The files of the project that import a name for which nobody can be proposed.
    pub fn importers_of_unknown(&self, project: ProjectId) -> Vec<FileId> {
        let names = self.supplies[project].satisfied.keys().copied();
        let unknown = names.filter(|&name| best(&self.names[name as usize]).is_none());
        unknown.flat_map(|name| self.importers_in(project, name)).collect()
    }

    /// Looks every name up again after the declarations have changed (but not the projects' folders).
    /// `changed` is whether a project's declared names are others than before; of the rest nothing changes.
    pub fn redeclare(&mut self, projects: &Projects, changed: impl Fn(ProjectId) -> bool) {
        for (project, supply) in self.supplies.iter_mut().enumerate().filter(|(project, _)| changed(*project)) {
            let before = std::mem::take(supply);
            for (&name, &count) in &before.counts {
                supply.add(name, &self.names[name as usize], &projects.all[project].names);
                supply.counts.insert(name, count);
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Step {
    Up,
    Down,
}

/// Whether somebody is known for sure to provide a name, or that it was Python 2's own.
fn is_sure(name: &Name) -> bool {
    catalog::stdlib_renamed(name.dotted.top()).is_some()
        || name.providers.as_ref().is_some_and(|providers| providers.evidence >= Evidence::Catalog)
}

/// The distribution to propose for a missing name.
fn best(name: &Name) -> Option<DistributionName> {
    name.providers.as_ref().and_then(|providers| providers.candidates.first()).cloned()
}

/// Counts one less; what is not there any more has no entry.
fn take_one<K, Q>(counts: &mut FxHashMap<K, u32>, key: &Q)
where
    K: Borrow<Q> + Hash + Eq,
    Q: Hash + Eq + ?Sized,
{
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

/// Takes a name from those of a distribution; one without names has no entry.
fn take_out(names: &mut FxHashMap<DistributionName, BTreeSet<NameId>>, of: &DistributionName, name: NameId) {
    if let Some(found) = names.get_mut(of) {
        found.remove(&name);
        if found.is_empty() {
            names.remove(of);
        }
    }
}

impl Supply {
    /// Counts one more file; returns the distributions for which that makes a difference.
    fn add(
        &mut self,
        id: NameId,
        name: &Name,
        declared: &crate::model::resolve::DeclaredNames,
    ) -> Vec<DistributionName> {
        let count = self.counts.entry(id).or_default();
        *count += 1;
        if *count > 1 {
            return self.missing_best(id, name);
        }
        for prefix in name.dotted.prefixes() {
            *self.within.entry(prefix.into()).or_default() += 1;
        }
        let found = declared.satisfying(name.dotted.as_str(), name.providers.as_ref());
        for distribution in &found {
            self.used.entry(distribution.clone()).or_default().insert(id);
        }
        let wanted = best(name).filter(|_| found.is_empty());
        if let Some(distribution) = &wanted {
            self.missing.entry(distribution.clone()).or_default().insert(id);
        }
        self.unresolved += u32::from(found.is_empty() && !is_sure(name));
        let touched = found.iter().cloned().chain(wanted).collect();
        self.satisfied.insert(id, found.into());
        touched
    }

    /// Counts one file less; returns the distributions for which that makes a difference.
    fn remove(&mut self, id: NameId, name: &Name) -> Vec<DistributionName> {
        let touched = self.missing_best(id, name);
        let Some(count) = self.counts.get_mut(&id) else { return touched };
        *count -= 1;
        if *count > 0 {
            return touched;
        }
        self.counts.remove(&id);
        for prefix in name.dotted.prefixes() {
            take_one(&mut self.within, prefix);
        }
        let found = self.satisfied.remove(&id).unwrap_or_default();
        self.unresolved -= u32::from(found.is_empty() && !is_sure(name));
        for distribution in &found {
            take_out(&mut self.used, distribution, id);
        }
        if let Some(distribution) = best(name) {
            take_out(&mut self.missing, &distribution, id);
        }
        found.iter().cloned().chain(touched).collect()
    }

    /// The best candidate of a missing name: its importers report each other's number. A satisfied name has none.
    fn missing_best(&self, id: NameId, name: &Name) -> Vec<DistributionName> {
        let is_missing = self.satisfied.get(&id).is_some_and(|found| found.is_empty());
        if is_missing { best(name).into_iter().collect() } else { Vec::new() }
    }
}
