//! What is installed only because something declared needs it: by the metadata of the environment and by lock files.

use super::data::{Bringer, KnownNeed, Project, ProjectId, Projects, RequirementId};
use super::extras::{self, Shown};
use super::files::Files;
use super::locks::{self, Lock};
use super::members::Members;
use crate::model::environment::Environment;
use pinlens_facts::knowledge::needs::{self, Needs};
use pinlens_facts::manifest::lock::Asked as Required;
use pinlens_facts::requirements::Requirement;
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::roles::Role;
use pinlens_facts::words::versions;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::sync::Arc;

/// By project, how the versions are bounded of the declared distributions whose needs depend on it: the specifiers of requirements
/// and constraints, a parent's too.
pub(super) fn bounds(projects: &Projects, files: &impl Files) -> Vec<Bounds> {
    (0..projects.all.len()).map(|id| bounds_of(projects, id, files)).collect()
}

/// The specifiers of each distribution.
pub(super) type Bounds = FxHashMap<&'static str, Vec<Box<str>>>;

fn bounds_of(projects: &Projects, id: ProjectId, files: &impl Files) -> Bounds {
    let mut bounds = Bounds::default();
    let constraints = projects.with_parents(id).flat_map(|id| &projects.all[id].lists.constraints);
    let constraints = constraints.filter_map(|file| files.get(*file)?.1.declarations);
    let mut constrained: FxHashMap<&DistributionName, Vec<&Requirement>> = FxHashMap::default();
    for one in constraints.flat_map(|facts| &facts.requirements) {
        if let Some(name) = &one.name {
            constrained.entry(name).or_default().push(one);
        }
    }
    for name in projects.all[id].names.iter() {
        let Some(host) = needs::depends_on_version(name.as_str()) else { continue };
        let found = bounds.entry(host).or_default();
        for project in projects.with_parents(id).map(|id| &projects.all[id]) {
            let declared = project.required.declared.get(name).into_iter().flatten().filter_map(|at| {
                let (_, facts) = files.get(at.file)?;
                facts.declarations?.requirements.get(at.index)
            });
            let specifiers = declared.filter_map(|one| one.specifier.as_ref());
            found.extend(specifiers.map(|specifier| specifier.text.clone()));
        }
        let constrained = constrained.get(name).into_iter().flatten();
        found.extend(constrained.filter_map(|one| Some(one.specifier.as_ref()?.text.clone())));
    }
    bounds
}

/// Whether `host` has a version that has these needs: the installed one, or any that its requirements let in. Where they let newer
/// ones in too, a newer one is installed.
fn hold(needs: &Needs, host: &str, bounds: &Bounds, environment: &Environment) -> bool {
    let Some(below) = needs.below else { return true };
    if let Some(installed) = environment.get(&DistributionName::new(host)) {
        return versions::lets_in(&format!("<{below}"), &installed.version);
    }
    are_below(below, host, bounds)
}

/// Whether the requirements of `host` let in only versions before `below`.
fn are_below(below: &str, host: &str, bounds: &Bounds) -> bool {
    let newer = format!(">={below}");
    let mut specifiers = bounds.get(host).into_iter().flatten();
    specifiers.any(|specifier| versions::exclude_each_other(specifier, &newer))
}

/// Enters what the project's declared distributions are known to need, at any depth, and which declared ones are among it.
fn follow_known(project: &mut Project, bounds: &Bounds, shown: Shown<'_>, members: &Members) {
    let mut roots: Vec<DistributionName> = roots(project).cloned().collect();
    // the answer must not depend on the order of a hash map
    roots.sort_unstable();
    let mut found: FxHashMap<&'static str, KnownNeed> = FxHashMap::default();
    for root in &roots {
        let is_for_runtime = project.roles.get(root) != Some(&Role::Development);
        let from_members = members.reached(asked_for(project, root));
        let by_extras = shown.reached(asked_for(project, root));
        let mut queue: Vec<&str> = vec![root.as_str()];
        queue.extend(from_members.iter().chain(&by_extras).map(DistributionName::as_str));
        let mut seen: FxHashSet<&'static str> = FxHashSet::default();
        while let Some(host) = queue.pop() {
            let rows = needs::needs(host).iter().filter(|needs| hold(needs, host, bounds, shown.environment));
            for (needed, always) in rows.flat_map(Needs::names) {
                let need = found.entry(needed).or_default();
                need.is_for_runtime |= is_for_runtime;
                if need.roots.last() != Some(root) {
                    need.roots.push(root.clone());
                }
                if always && !need.hosts.iter().any(|known| known.as_str() == host) {
                    need.hosts.push(DistributionName::new(host));
                }
                if seen.insert(needed) {
                    queue.push(needed);
                }
            }
        }
    }
    for need in found.values_mut() {
        need.hosts.sort_unstable();
    }
    for name in &roots {
        let others = found.get(name.as_str()).into_iter().flat_map(|need| &need.roots).filter(|root| *root != name);
        for by in others {
            note_need(project, name, by);
        }
    }
    project.indirect.known_needs = found;
}

/// A declared distribution with the extras for which the project asks.
fn asked_for(project: &Project, name: &DistributionName) -> Required {
    Required { name: name.clone(), extras: project.required.extras.get(name).cloned().unwrap_or_default() }
}

/// The declared distributions that bring others where the code runs: not the project itself, whose own metadata repeats its
/// declarations, and not what only builds install, which is gone then.
fn roots(project: &Project) -> impl Iterator<Item = &DistributionName> {
    let runs =
        |name: &&DistributionName| !project.own.contains(name) && project.required.build.get(*name) != Some(&true);
    project.names.iter().filter(runs)
}

/// Notes that `by`, which is declared, needs the declared distribution `name`.
fn note_need(project: &mut Project, name: &DistributionName, by: &DistributionName) {
    let needs = project.indirect.needed.entry(name.clone()).or_default();
    if let Err(at) = needs.binary_search(by) {
        needs.insert(at, by.clone());
    }
}

/// What says what comes with a project of the workspace.
const FROM_MEMBERS: &str = "a manifest of this workspace";

/// Enters what the project's declared distributions bring, at any depth. What is declared itself is not brought.
pub(super) fn follow(
    project: &mut Project,
    files: &impl Files,
    locks: &[Lock],
    known: (&Members, &Bounds),
    is_listed_whole: &dyn Fn(&RequirementId) -> bool,
) {
    enter_roots_of_comments(project);
    let Project { indirect, names, .. } = &mut *project;
    for bringer in indirect.brought.values_mut() {
        bringer.keep_declared(names);
    }
    let (members, bounds) = known;
    let (environment, target) = (files.environment(), files.target());
    let locks = locks::around(locks, &project.folder);
    let shown = Shown { environment, locks: &locks };
    let installed = |required: &Required| -> Vec<Required> {
        let found = environment.get(&required.name).into_iter().flat_map(|installed| &installed.requires);
        let meant = found
            .filter(|(name, rest)| extras::is_meant(rest, &required.extras, target) && environment.get(name).is_some());
        meant.map(|(name, rest)| Required { name: name.clone(), extras: extras::extras_of(rest) }).collect()
    };
    walk(project, &installed, &format!("the environment {}", environment.location).into());
    for lock in &locks {
        let locked = |required: &Required| lock.needs(required).cloned().collect();
        walk(project, &locked, &lock.path.to_string().into());
    }
    project.indirect.locked = locked_for_others(project, &locks, files);
    let of_members = |required: &Required| members.needs(required).cloned().collect();
    walk(project, &of_members, &FROM_MEMBERS.into());
    follow_known(project, bounds, shown, members);
    project.gaps.requires_unknown = requires_unknown(project, shown, known, is_listed_whole);
    project.gaps.required_before_unknown = required_before_unknown(project, shown, bounds);
}

/// Enters which declared distributions lead to what `# via` comments say is there for others, at any depth.
fn enter_roots_of_comments(project: &mut Project) {
    let Project { indirect, names, .. } = &mut *project;
    let roots_of = |name: &DistributionName| {
        let mut seen: FxHashSet<&DistributionName> = FxHashSet::default();
        let mut queue: Vec<&DistributionName> = indirect.brought.get(name).into_iter().flat_map(Bringer::all).collect();
        let mut roots: Vec<DistributionName> = Vec::new();
        while let Some(by) = queue.pop() {
            if !seen.insert(by) {
                continue;
            }
            match indirect.brought.get(by) {
                _ if names.contains(by) => roots.push(by.clone()),
                Some(bringer) => queue.extend(bringer.all()),
                None => {}
            }
        }
        roots.sort_unstable();
        roots
    };
    let all: Vec<_> = indirect.brought.keys().map(|name| (name.clone(), roots_of(name))).collect();
    for (name, roots) in all {
        if let Some(bringer) = indirect.brought.get_mut(&name) {
            bringer.roots = roots;
        }
    }
}

/// The distributions that the project's lock has, where it does not say what needs what (`Pipfile.lock`), and that nothing declares.
fn locked_for_others(project: &Project, locks: &[&Lock], files: &impl Files) -> FxHashMap<DistributionName, FilePath> {
    let is_own = |lock: &&&Lock| {
        let manifest = lock.path.sibling("Pipfile");
        lock.path.file_name() == "Pipfile.lock"
            && files.at(&manifest).is_some_and(|(file, _)| project.lists.entries.contains(&file))
    };
    let mut found = FxHashMap::default();
    for lock in locks.iter().filter(is_own) {
        let others = lock.names().filter(|name| !project.names.contains(name));
        found.extend(others.map(|name| (name.clone(), lock.path.clone())));
    }
    found
}

/// The declared distributions whose requirements are not known: no metadata, lock file or table has those of the required version,
/// and no list of all that is installed, as compiling tools write it, names them.
fn requires_unknown(
    project: &Project,
    shown: Shown<'_>,
    (members, bounds): (&Members, &Bounds),
    is_listed_whole: &dyn Fn(&RequirementId) -> bool,
) -> Vec<DistributionName> {
    let is_locked = |name: &DistributionName| shown.locks.iter().any(|lock| lock.has(name));
    let is_listed = |name: &DistributionName| {
        project.required.declared.get(name).is_some_and(|places| places.iter().any(is_listed_whole))
    };
    let is_known = |name: &str| {
        let is_too_old = || needs::first_read(name).is_some_and(|first| are_below(first, name, bounds));
        needs::is_known(name) && !is_too_old()
    };
    let knows_extras = |name: &DistributionName| !project.required.unknown_extras.contains_key(name);
    let is_shown = |name: &DistributionName| {
        name.host_of_stubs().is_some()
            || project.own.contains(name)
            || members.knows(name)
            || shown.environment.knows(name)
            || is_locked(name)
            || is_listed(name)
    };
    let is_unknown = |name: &&DistributionName| {
        let is_told = is_known(name.as_str()) && knows_extras(name);
        !is_told && !is_shown(name)
    };
    let from_members: Vec<DistributionName> =
        roots(project).flat_map(|root| members.reached(asked_for(project, root))).collect();
    let mut unknown: Vec<DistributionName> =
        project.names.iter().chain(&from_members).filter(is_unknown).cloned().collect();
    unknown.sort_unstable();
    unknown.dedup();
    unknown
}

/// The declared distributions of which only the newest version's requirements are known, while the list asks for an older one.
fn required_before_unknown(project: &Project, shown: Shown<'_>, bounds: &Bounds) -> Vec<DistributionName> {
    let is_held_back = |name: &DistributionName| {
        let mut specifiers = bounds.get(name.as_str()).into_iter().flatten();
        specifiers.any(|specifier| specifier.contains(['<', '~']) || specifier.contains("=="))
    };
    let is_shown =
        |name: &DistributionName| shown.environment.knows(name) || shown.locks.iter().any(|lock| lock.has(name));
    let names = project.names.iter().filter(|name| needs::is_newest_alone(name.as_str()));
    let mut found: Vec<_> = names.filter(|name| is_held_back(name) && !is_shown(name)).cloned().collect();
    found.sort_unstable();
    found
}

/// Enters what comes by the needs of others: first by what is required where the application runs, then by the rest.
fn walk(project: &mut Project, needs: &dyn Fn(&Required) -> Vec<Required>, known_from: &Arc<str>) {
    for is_for_runtime in [true, false] {
        let is_meant = |name: &&DistributionName| {
            let is_for_development = project.roles.get(*name) == Some(&Role::Development);
            is_for_development != is_for_runtime
        };
        let brought = project.indirect.brought.iter().filter(|(_, bringer)| bringer.is_for_runtime == is_for_runtime);
        let mut queue: Vec<DistributionName> =
            roots(project).filter(is_meant).chain(brought.map(|(name, _)| name)).cloned().collect();
        queue.sort_unstable();
        queue.dedup();
        // each with the declared one by which it comes
        let mut queue: VecDeque<(Required, DistributionName)> =
            queue.into_iter().map(|name| (asked_for(project, &name), name)).collect();
        let mut seen: FxHashSet<(Required, DistributionName)> = queue.iter().cloned().collect();
        while let Some((by, root)) = queue.pop_front() {
            for required in needs(&by) {
                let is_declared = project.names.contains(&required.name)
                    && !project.indirect.installed_for_tests.contains_key(&required.name);
                if is_declared && required.name != root {
                    note_need(project, &required.name, &root);
                }
                if !is_declared {
                    let bringer = project.indirect.brought.entry(required.name.clone()).or_insert_with(|| Bringer {
                        by: by.name.clone(),
                        others: Vec::new(),
                        known_from: known_from.clone(),
                        is_for_runtime,
                        roots: Vec::new(),
                    });
                    let is_alike = bringer.known_from == *known_from && bringer.is_for_runtime == is_for_runtime;
                    if is_alike && project.names.contains(&by.name) {
                        bringer.add(&by.name);
                    }
                    if project.names.contains(&root) {
                        bringer.add_root(&root);
                    }
                }
                // a declared one is a root itself, but with the extras that are requested here
                let goes_on = !is_declared || !required.extras.is_empty();
                let next = (required, root.clone());
                if goes_on && seen.insert(next.clone()) {
                    queue.push_back(next);
                }
            }
        }
    }
}
