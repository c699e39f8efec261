//! The lock files of the workspace: what each of their distributions needs.

use super::files::Files;
use pinlens_facts::manifest::lock::{Asked, Locked};
use pinlens_facts::words::names::{DistributionName, FilePath, lies_in};
use rustc_hash::FxHashMap;

/// A lock file: what each of its distributions needs.
pub(super) struct Lock<'a> {
    /// Where it is.
    pub path: &'a FilePath,
    /// One distribution may be locked in several versions.
    packages: FxHashMap<&'a DistributionName, Vec<&'a Locked>>,
}

/// The lock files of the workspace, in path order.
pub(super) fn all(files: &impl Files) -> Vec<Lock<'_>> {
    let of = |id| {
        let (path, facts) = files.get(id)?;
        let mut packages: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for locked in &facts.locked?.packages {
            packages.entry(&locked.name).or_default().push(locked);
        }
        Some(Lock { path, packages })
    };
    files.manifests().into_iter().filter_map(of).collect()
}

/// Those of the folder and of the folders around it.
pub(super) fn around<'l, 'a>(locks: &'l [Lock<'a>], folder: &str) -> Vec<&'l Lock<'a>> {
    locks.iter().filter(|lock| lies_in(folder, lock.path.folder())).collect()
}

impl Lock<'_> {
    /// Whether the distribution is locked.
    pub fn has(&self, name: &DistributionName) -> bool {
        self.packages.contains_key(name)
    }

    /// What is locked, in no order.
    pub fn names(&self) -> impl Iterator<Item = &DistributionName> {
        self.packages.keys().copied()
    }

    /// What is installed with a distribution that is asked for with those extras.
    pub fn needs<'s>(&'s self, asked: &'s Asked) -> impl Iterator<Item = &'s Asked> {
        let all = self.packages.get(&asked.name).into_iter().flatten();
        all.flat_map(|package| package.needs(&asked.extras))
    }

    /// What an extra of a distribution brings.
    pub fn brought_by_extra<'s>(&'s self, name: &DistributionName, extra: &'s str) -> impl Iterator<Item = &'s Asked> {
        let all = self.packages.get(name).into_iter().flatten().flat_map(|package| &package.extras);
        let is_it = move |known: &str| DistributionName::new(known) == DistributionName::new(extra);
        all.filter(move |(known, _)| is_it(known)).flat_map(|(_, asked)| asked)
    }
}
