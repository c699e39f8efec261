//! The links of a folder, and what is reached through them.

use pinlens_facts::words::names::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The links that the last walk of a folder followed.
#[derive(Debug, Default)]
pub struct Links {
    /// The files that are reached through one and lie elsewhere in the folder, each with its real path: findings stand there.
    aliases: FxHashMap<FilePath, FilePath>,
    /// The real paths of those.
    originals: FxHashSet<FilePath>,
    /// Where links lead to, whether or not something is there yet.
    targets: BTreeSet<PathBuf>,
}

impl Links {
    /// The links of a walk, as in [`Snapshot`](pinlens_loader::Snapshot).
    pub fn new(aliases: FxHashMap<FilePath, FilePath>, targets: BTreeSet<PathBuf>) -> Self {
        let originals = aliases.values().cloned().collect();
        Self { aliases, originals, targets }
    }

    /// Whether there are none that matter.
    pub fn is_empty(&self) -> bool {
        self.aliases.is_empty()
    }

    /// The real path of a file that is reached through a link.
    pub fn real(&self, path: &FilePath) -> Option<&FilePath> {
        self.aliases.get(path)
    }

    /// The paths by which links reach the file that really is at `real`.
    pub fn to<'a>(&'a self, real: &'a FilePath) -> impl Iterator<Item = &'a FilePath> {
        let is_linked = self.originals.contains(real);
        let links = is_linked.then(|| self.aliases.iter().filter(move |(_, other)| *other == real));
        links.into_iter().flatten().map(|(link, _)| link)
    }

    /// Whether it is known by which links a file is reached, so that it is enough to read those.
    pub fn knows(&self, real: &FilePath) -> bool {
        self.originals.contains(real)
    }

    /// Whether what is at the canonical `path`, or in it, may be reached through a link.
    pub fn lead_to(&self, path: &Path) -> bool {
        let is_in_it =
            || self.targets.range(path.to_path_buf()..).next().is_some_and(|target| target.starts_with(path));
        !self.targets.is_empty() && (path.ancestors().any(|folder| self.targets.contains(folder)) || is_in_it())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_their_targets_and_what_is_around_or_in_them() {
        let targets = ["/w/two/deep/er/d.py", "/w/two/pkg"].map(PathBuf::from);
        let links = Links::new(FxHashMap::default(), targets.into());
        let leads = |path: &str| links.lead_to(Path::new(path));
        for path in ["/w/two/pkg", "/w/two/pkg/a/b.py", "/w/two/deep/er/d.py", "/w/two/deep", "/w/two"] {
            assert!(leads(path), "{path}");
        }
        for path in ["/w/two/pkgs", "/w/two/deep/er/e.py", "/w/two/deeper", "/w/one"] {
            assert!(!leads(path), "{path}");
        }
    }
}
