//! What the extras of a requirement bring: `redis` of `celery[redis]`, and what the extras bring for which those ask in turn
//! (`fastapi[standard]` asks for `uvicorn[standard]`).

use super::data::Project;
use super::locks::Lock;
use crate::model::environment::Environment;
use pinlens_facts::knowledge::needs;
use pinlens_facts::manifest::lock::Asked;
use pinlens_facts::words::markers::{self, Target};
use pinlens_facts::words::names::DistributionName;
use rustc_hash::FxHashSet;

/// What shows what an extra brings, next to the bundled tables.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    /// What is installed.
    pub environment: &'a Environment,
    /// The locks of the project.
    pub locks: &'a [&'a Lock<'a>],
}

/// Enters what the extras bring for which the project's requirements ask; also what is called as an extra, for most are called like what
/// they bring.
pub(super) fn enter(project: &mut Project, shown: Shown<'_>) {
    let mut found: Vec<DistributionName> = Vec::new();
    for (name, extras) in &project.required.extras {
        let brought = shown.reached(Asked { name: name.clone(), extras: extras.clone() });
        let unknown = extras.iter().find(|extra| !shown.knows(name, extra));
        project.required.unknown_extras.extend(unknown.map(|extra| (name.clone(), extra.clone())));
        found.extend(extras.iter().map(|extra| DistributionName::new(extra)));
        found.extend(brought.iter().cloned());
        project.required.by_extras.insert(name.clone(), brought);
    }
    found.sort_unstable();
    found.dedup();
    project.names.by_extra = found;
}

impl Shown<'_> {
    /// What comes with the extras of a requirement, at any depth, as far as it is known.
    pub fn reached(self, asked: Asked) -> Vec<DistributionName> {
        let mut found: Vec<DistributionName> = Vec::new();
        let mut seen: FxHashSet<Asked> = std::iter::once(asked.clone()).collect();
        let mut queue = vec![asked];
        while let Some(by) = queue.pop() {
            for brought in by.extras.iter().flat_map(|extra| self.brings(&by.name, extra)) {
                if !found.contains(&brought.name) {
                    found.push(brought.name.clone());
                }
                if !brought.extras.is_empty() && seen.insert(brought.clone()) {
                    queue.push(brought);
                }
            }
        }
        found
    }

    /// Whether it is known what the extra brings, be it nothing.
    pub fn knows(self, name: &DistributionName, extra: &str) -> bool {
        self.environment.knows(name)
            || self.locks.iter().any(|lock| lock.has(name))
            || needs::knows_extra(name.as_str(), extra)
    }

    /// What one extra brings itself.
    fn brings(self, name: &DistributionName, extra: &str) -> Vec<Asked> {
        let is_it = |known: &str| DistributionName::new(known) == DistributionName::new(extra);
        let installed = self.environment.get(name).into_iter().flat_map(|installed| &installed.requires);
        let installed = installed.filter(|(_, rest)| markers::extra_of(marker_of(rest)).is_some_and(is_it));
        let mut found: Vec<Asked> =
            installed.map(|(name, rest)| Asked { name: name.clone(), extras: extras_of(rest) }).collect();
        found.extend(self.locks.iter().flat_map(|lock| lock.brought_by_extra(name, extra)).cloned());
        found.extend(needs::brought_by_extra(name.as_str(), extra).into_iter().map(|name| {
            // the tables do not hold for which extras an extra asks: mostly for those of its own name
            let is_passed_on = !needs::brought_by_extra(name.as_str(), extra).is_empty();
            Asked { name, extras: is_passed_on.then(|| extra.into()).into_iter().collect() }
        }));
        found
    }
}

/// The marker of what stands behind a name in metadata.
fn marker_of(rest: &str) -> &str {
    rest.split_once(';').map_or("", |(_, marker)| marker)
}

/// The extras of what stands behind a name in metadata: `[standard]>=0.12; extra == "all"`.
pub(super) fn extras_of(rest: &str) -> Vec<Box<str>> {
    let inside = rest.trim_start().strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or_default();
    inside.split(',').map(str::trim).filter(|extra| !extra.is_empty()).map(Into::into).collect()
}

/// Whether what stands behind a name in metadata is required here by who asks for those extras.
pub(super) fn is_meant(rest: &str, extras: &[Box<str>], target: Target<'_>) -> bool {
    let marker = marker_of(rest);
    match markers::extra_of(marker) {
        Some(extra) => extras.iter().any(|asked| DistributionName::new(asked) == DistributionName::new(extra)),
        // what a marker rules out here is not installed
        None => marker.trim().is_empty() || markers::holds(marker, target) != Some(false),
    }
}
