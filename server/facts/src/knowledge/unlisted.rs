//! Declared distributions of whose modules nothing is known, by what their names say.
//!
//! Each import from outside is compared with them: an index by their words spares most of that.

use crate::knowledge::filters::Holder;
use crate::knowledge::{alike, catalog};
use crate::words::names::{DistributionName, prefixes, squash};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// A name of more words is compared with every module.
const MOST_WORDS: usize = 12;

/// Distributions of whose modules nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unlisted {
    /// Ascending.
    names: Vec<DistributionName>,
    /// Those in whose names these words stand one after the other, squashed, with and without digits at their end.
    by_words: FxHashMap<Box<str>, Vec<usize>>,
    /// Those of more than [`MOST_WORDS`] words.
    long: Vec<usize>,
    /// Those that may hold modules of other names.
    holders: Vec<(usize, Holder)>,
}

impl Unlisted {
    /// These distributions.
    pub fn new(mut names: Vec<DistributionName>) -> Self {
        names.sort_unstable();
        let mut all = Self { names, ..Self::default() };
        for (at, name) in all.names.iter().enumerate() {
            all.holders.extend(Holder::new(name).map(|holder| (at, holder)));
            let words: Vec<&str> = name.as_str().split('-').collect();
            if words.len() > MOST_WORDS {
                all.long.push(at);
                continue;
            }
            for start in 0..words.len() {
                for end in start..words.len() {
                    let joined = words[start..=end].concat();
                    let bare = joined.trim_end_matches(|c: char| c.is_ascii_digit());
                    for key in [bare, &joined] {
                        all.by_words.entry(key.into()).or_default().push(at);
                    }
                }
            }
        }
        all
    }

    /// Those that provide the module `dotted`, which `candidates` are known to provide: as [`alike::provides`] decides of each.
    pub fn providing(&self, dotted: &str, candidates: &[DistributionName]) -> Vec<DistributionName> {
        let top = dotted.split('.').next().unwrap_or_default();
        let provides = |name: &&DistributionName| alike::provides(name, dotted, candidates);
        if catalog::Catalog::bundled().is_namespace(top) {
            let near = self.near_in_namespace(dotted, top);
            return near.into_iter().map(|at| &self.names[at]).filter(provides).cloned().collect();
        }
        let keys = candidates.iter().map(DistributionName::as_str).chain([top]).map(squash);
        let mut near: BTreeSet<usize> =
            keys.filter_map(|key| self.by_words.get(&*key)).flatten().chain(&self.long).copied().collect();
        near.extend(self.holders.iter().filter(|(_, holder)| holder.holds(top)).map(|(at, _)| *at));
        near.into_iter().map(|at| &self.names[at]).filter(provides).cloned().collect()
    }

    /// Those that may be a part of a namespace: called after more of the dotted name than one segment, or after the top where few names
    /// are.
    fn near_in_namespace(&self, dotted: &str, top: &str) -> BTreeSet<usize> {
        let by_top = self.by_words.get(&*squash(top)).filter(|_| !alike::is_common(top));
        let mut near: BTreeSet<usize> = by_top.into_iter().flatten().chain(&self.long).copied().collect();
        for prefix in prefixes(dotted).filter(|prefix| prefix.contains('.')) {
            let part = DistributionName::new(alike::without_version(prefix));
            let first = self.names.partition_point(|name| *name < part);
            let called = self.names.iter().enumerate().skip(first);
            near.extend(called.take_while(|(_, name)| name.as_str().starts_with(part.as_str())).map(|(at, _)| at));
        }
        near
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WORDS: [&str; 14] =
        ["redis", "flup", "py", "py3", "django", "2", "google", "cloud", "iam", "lib", "x", "core", "sock", "s"];

    proptest! {
        #[test]
        fn the_index_leaves_none_out(
            names in proptest::collection::vec(proptest::collection::vec(proptest::sample::select(&WORDS[..]), 1..15), 0..6),
            module in proptest::collection::vec(proptest::sample::select(&WORDS[..]), 1..4),
            separator in proptest::sample::select(&["", "_", ".", "_x."][..]),
            candidates in proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..3),
        ) {
            let names: Vec<DistributionName> = names.iter().map(|words| DistributionName::new(&words.join("-"))).collect();
            let candidates: Vec<DistributionName> = candidates.iter().map(|name| DistributionName::new(name)).collect();
            let dotted = module.join(separator);
            let unlisted = Unlisted::new(names);
            let slow: Vec<DistributionName> =
                unlisted.names.iter().filter(|name| alike::provides(name, &dotted, &candidates)).cloned().collect();
            prop_assert_eq!(unlisted.providing(&dotted, &candidates), slow);
        }
    }
}
