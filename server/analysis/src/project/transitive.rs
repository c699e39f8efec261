//! What is installed only because something declared needs it: by the metadata of the environment and by lock files.

use super::{Bringer, Files, KnownNeed, Project, known};
use crate::environment::Environment;
use crate::facts::FileFacts;
use crate::names::{DistributionName, FilePath};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

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

/// The distributions by which `name` is known to come along, as far as the project's requirements reach; ascending.
pub(crate) fn known_to_bring(project: &Project, name: &DistributionName) -> Vec<DistributionName> {
    let declared = project.names.iter().map(DistributionName::as_str);
    let all = declared.chain(project.known_needs.keys().copied());
    let mut found: Vec<DistributionName> =
        all.filter(|by| known::always_needs(by, name.as_str())).map(DistributionName::new).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Enters what the project's declared distributions are known to need, at any depth, and which declared ones are among it.
fn follow_known(project: &mut Project) {
    let mut roots: Vec<DistributionName> = project.names.iter().cloned().collect();
    roots.sort_unstable();
    let mut known: FxHashMap<&'static str, KnownNeed> = FxHashMap::default();
    for root in &roots {
        let mut queue: Vec<&str> = vec![root.as_str()];
        let mut seen: FxHashSet<&'static str> = FxHashSet::default();
        while let Some(name) = queue.pop() {
            for needed in known::needs(name).filter(|needed| seen.insert(needed)) {
                let one = || KnownNeed::Of(root.clone());
                known.entry(needed).and_modify(|need| *need = KnownNeed::OfSeveral).or_insert_with(one);
                queue.push(needed);
            }
        }
    }
    let is_needed =
        |name: &&DistributionName| known.get(name.as_str()).is_some_and(|need| need.is_of_another(name));
    project.needed.extend(roots.iter().filter(is_needed).cloned());
    project.known_needs = known;
}

/// Enters what the project's declared distributions bring, at any depth. What is declared itself is not brought.
pub(super) fn follow(project: &mut Project, environment: &Environment, locks: &[Lock]) {
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
    follow_known(project);
}

fn holds(outer: &str, folder: &str) -> bool {
    outer.is_empty() || folder.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn walk(project: &mut Project, needs: &dyn Fn(&DistributionName) -> Vec<DistributionName>, told_by: &Arc<str>) {
    let mut queue: Vec<DistributionName> = project.names.iter().chain(project.brought.keys()).cloned().collect();
    // the answer must not depend on the order of a hash map
    queue.sort_unstable_by(|a, b| b.cmp(a));
    while let Some(by) = queue.pop() {
        for name in needs(&by) {
            if project.names.contains(&name) {
                project.needed.insert(name);
            } else if !project.brought.contains_key(&name) {
                let bringer = Bringer { by: by.clone(), told_by: told_by.clone() };
                project.brought.insert(name.clone(), bringer);
                queue.push(name);
            }
        }
    }
}
