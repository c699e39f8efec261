//! What is installed only because something declared needs it: by the metadata of the environment and by lock files.

use super::{Bringer, Files, Project, ProjectId, Projects, holds};
use crate::environment::Environment;
use crate::facts::FileFacts;
use crate::names::{DistributionName, FilePath};
use crate::versions;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, LazyLock};

/// A lock file: what each of its distributions needs.
pub(super) struct Lock<'a> {
    path: &'a FilePath,
    needs: FxHashMap<&'a DistributionName, &'a [DistributionName]>,
}

/// The lock files of the workspace, in path order.
pub(super) fn locks(files: &impl Files) -> Vec<Lock<'_>> {
    let of = |id| match files.get(id)? {
        (path, FileFacts::Lock(facts)) => {
            let needs = facts.packages.iter().map(|locked| (&locked.name, &locked.requires[..])).collect();
            Some(Lock { path, needs })
        }
        _ => None,
    };
    files.manifests().into_iter().filter_map(of).collect()
}

/// What a well-known distribution needs.
struct Needs {
    /// The first version that no longer does; `None` for one version or another.
    below: Option<&'static str>,
    /// The distributions.
    needed: Vec<&'static str>,
}

/// What well-known distributions need: enough to explain a pin, not to say that it comes by itself.
static KNOWN: LazyLock<FxHashMap<&'static str, Vec<Needs>>> = LazyLock::new(|| {
    let mut known: FxHashMap<&'static str, Vec<Needs>> = FxHashMap::default();
    for (host, needed) in include_str!("../../data/needs.tsv").lines().skip(1).filter_map(|row| row.split_once('\t')) {
        let (name, below) = host.split_once('<').map_or((host, None), |(name, below)| (name, Some(below)));
        known.entry(name).or_default().push(Needs { below, needed: needed.split(',').collect() });
    }
    known
});

/// By project, how the versions are bounded of the declared distributions whose needs depend on it: the specifiers of requirements
/// and constraints, a parent's too.
pub(super) fn bounds(projects: &Projects, files: &impl Files) -> Vec<Bounds> {
    (0..projects.all.len()).map(|id| bounds_of(projects, id, files)).collect()
}

/// The specifiers of each distribution.
pub(super) type Bounds = FxHashMap<&'static str, Vec<Box<str>>>;

fn bounds_of(projects: &Projects, id: ProjectId, files: &impl Files) -> Bounds {
    let depends = |needs: &Vec<Needs>| needs.iter().any(|needs| needs.below.is_some());
    let mut bounds = Bounds::default();
    for (&host, _) in KNOWN.iter().filter(|(_, needs)| depends(needs)) {
        let name = DistributionName::new(host);
        if !projects.all[id].names.contains(&name) {
            continue;
        }
        let found = bounds.entry(host).or_default();
        for project in projects.with_parents(id).map(|id| &projects.all[id]) {
            let declared = project.declared.get(&name).into_iter().flatten().filter_map(|at| {
                let (_, facts) = files.get(at.file)?;
                facts.declarations()?.requirements.get(at.index)
            });
            let constraints = project.constraints.iter().filter_map(|file| files.get(*file)?.1.declarations());
            let constrained =
                constraints.flat_map(|facts| &facts.requirements).filter(|one| one.name.as_ref() == Some(&name));
            let specifiers = declared.chain(constrained).filter_map(|one| one.specifier.as_ref());
            found.extend(specifiers.map(|specifier| specifier.text.clone()));
        }
    }
    bounds
}

impl Needs {
    /// Whether `host` has a version that needs them: the installed one, or any that its requirements let in. Where they let newer
    /// ones in too, a newer one is installed.
    fn hold(&self, host: &DistributionName, bounds: &Bounds, environment: &Environment) -> bool {
        let Some(below) = self.below else { return true };
        if let Some(installed) = environment.get(host) {
            return versions::lets_in(&format!("<{below}"), &installed.version);
        }
        let newer = format!(">={below}");
        let mut specifiers = bounds.get(host.as_str()).into_iter().flatten();
        specifiers.any(|specifier| versions::exclude_each_other(specifier, &newer))
    }
}

/// Enters which distributions others are known to need, and which of them the project declares.
fn follow_known(project: &mut Project, bounds: &Bounds, environment: &Environment) {
    let mut queue: Vec<DistributionName> = project.names.iter().cloned().collect();
    let mut known: FxHashMap<&'static str, Vec<DistributionName>> = FxHashMap::default();
    let mut asked: FxHashSet<DistributionName> = FxHashSet::default();
    while let Some(host) = queue.pop() {
        if !asked.insert(host.clone()) {
            continue;
        }
        let needs = KNOWN.get(host.as_str()).into_iter().flatten();
        for needed in needs.filter(|needs| needs.hold(&host, bounds, environment)).flat_map(|needs| &needs.needed) {
            known.entry(needed).or_default().push(host.clone());
            let needed = DistributionName::new(needed);
            if project.names.contains(&needed) {
                project.needed.insert(needed.clone());
            }
            queue.push(needed);
        }
    }
    for hosts in known.values_mut() {
        hosts.sort_unstable();
    }
    project.known_needs = known;
}

/// Enters what the project's declared distributions bring, at any depth. What is declared itself is not brought.
pub(super) fn follow(project: &mut Project, environment: &Environment, locks: &[Lock], bounds: &Bounds) {
    let installed = |name: &DistributionName| -> Vec<DistributionName> {
        let found = environment.get(name).into_iter().flat_map(|installed| &installed.requires);
        found.filter(|(_, rest)| !rest.contains("extra")).map(|(required, _)| required.clone()).collect()
    };
    walk(project, &installed, &format!("the environment {}", environment.location).into());
    let folder = project.folder.clone();
    for lock in locks.iter().filter(|lock| holds(lock.path.folder(), &folder)) {
        let locked = |name: &DistributionName| lock.needs.get(name).copied().unwrap_or_default().to_vec();
        walk(project, &locked, &lock.path.to_string().into());
    }
    follow_known(project, bounds, environment);
}

fn walk(project: &mut Project, needs: &dyn Fn(&DistributionName) -> Vec<DistributionName>, told_by: &Arc<str>) {
    let mut queue: Vec<DistributionName> = project.names.iter().chain(project.brought.keys()).cloned().collect();
    // the answer must not depend on the order of a hash map
    queue.sort_unstable_by(|a, b| b.cmp(a));
    while let Some(by) = queue.pop() {
        for name in needs(&by) {
            if project.names.contains(&name) && !project.installed_for_tests.contains_key(&name) {
                project.needed.insert(name);
            } else if !project.brought.contains_key(&name) {
                let bringer = Bringer { by: by.clone(), told_by: told_by.clone() };
                project.brought.insert(name.clone(), bringer);
                queue.push(name);
            }
        }
    }
}
