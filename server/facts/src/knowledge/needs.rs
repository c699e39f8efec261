//! What the bundled tables know of needs: what distributions require, where no metadata shows.
//!
//! `requires.tsv` is what the newest versions of well-known distributions require, and `former.tsv` what earlier ones did, as the
//! package index has it; `needs.tsv` and `extras.tsv` hold what is known besides, and what no metadata says.

use crate::knowledge::catalog;
use crate::words::names::DistributionName;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;

/// What a distribution needs in some versions.
pub struct Needs {
    /// The first version that no longer does; `None` for the newest one, or for one or another.
    pub below: Option<&'static str>,
    /// The names, with commas; `?` behind what is needed on some targets only.
    names: &'static str,
}

impl Needs {
    /// Each name, and whether it is needed on every target.
    pub fn names(&self) -> impl Iterator<Item = (&'static str, bool)> + use<> {
        self.names.split(',').map(|name| name.strip_suffix('?').map_or((name, true), |name| (name, false)))
    }
}

/// Distribution -> its extras, each with the names that it brings.
type Extras = FxHashMap<&'static str, Vec<(&'static str, &'static str)>>;

static NEEDS: LazyLock<FxHashMap<&'static str, Vec<Needs>>> = LazyLock::new(|| {
    let mut table: FxHashMap<&'static str, Vec<Needs>> = FxHashMap::default();
    for (name, _, names) in required().filter(|(_, extra, _)| extra.is_empty()) {
        table.entry(name).or_default().push(Needs { below: None, names });
    }
    for (name, below, names) in by_hand() {
        table.entry(name).or_default().push(Needs { below, names });
    }
    for (name, below, names) in former().filter(|(_, _, names)| *names != NOT_READ) {
        table.entry(name).or_default().push(Needs { below: Some(below), names });
    }
    table
});

/// In place of the names: what the versions before require was not read.
const NOT_READ: &str = "*";

/// The rows of `former.tsv`: a distribution, the first version that was read and no longer has the needs, and the needs.
fn former() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    include_str!("../../data/former.tsv").lines().skip(1).filter_map(cells)
}

/// Distribution -> the first version whose requirements were read.
static FIRST_READ: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    former().filter(|(_, _, names)| *names == NOT_READ).map(|(name, below, _)| (name, below)).collect()
});

/// The first version of the distribution whose requirements were read; `None` where they were read of all, or of none.
pub fn first_read(name: &str) -> Option<&'static str> {
    FIRST_READ.get(name).copied()
}

/// The rows of `needs.tsv`: a distribution, the first version that no longer has the needs, and the needs.
fn by_hand() -> impl Iterator<Item = (&'static str, Option<&'static str>, &'static str)> {
    let rows = include_str!("../../data/needs.tsv").lines().skip(1).filter_map(|row| row.split_once('\t'));
    rows.map(|(host, names)| {
        let (name, below) = host.split_once('<').map_or((host, None), |(name, below)| (name, Some(below)));
        (name, below, names)
    })
}

static EXTRAS: LazyLock<Extras> = LazyLock::new(|| {
    let by_hand = include_str!("../../data/extras.tsv").lines().skip(1).filter_map(cells);
    let mut extras = Extras::default();
    for (name, extra, names) in required().chain(by_hand).filter(|(_, extra, _)| !extra.is_empty()) {
        extras.entry(name).or_default().push((extra, names));
    }
    extras
});

fn required() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    include_str!("../../data/requires.tsv").lines().skip(1).filter_map(cells)
}

fn cells(row: &'static str) -> Option<(&'static str, &'static str, &'static str)> {
    let mut cells = row.split('\t');
    Some((cells.next()?, cells.next()?, cells.next()?))
}

/// Parses the tables now, so that no keystroke has to wait for it.
pub(super) fn prepare() {
    LazyLock::force(&NEEDS);
    LazyLock::force(&FIRST_READ);
    LazyLock::force(&ASKED);
    LazyLock::force(&FORMER_ASKED);
    LazyLock::force(&EXTRAS_ASKED);
}

/// What the distribution is known to need, in one version or another: enough to explain a pin, not to say that it comes by itself.
pub fn needs(name: &str) -> &'static [Needs] {
    NEEDS.get(name).map_or(&[], Vec::as_slice)
}

/// Whether the tables know what the distribution requires, be it nothing: it is one of those that were looked up on the package index.
pub fn is_known(name: &str) -> bool {
    NEEDS.contains_key(name) || ASKED.contains(name)
}

/// The most downloaded distributions, which were requested at the index; those that require nothing have no row.
static ASKED: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| catalog::popular().take(MOST_ASKED).collect());

/// So many were looked up on the package index: see `data/README.md`.
const MOST_ASKED: usize = 8000;

/// Whether the newest version of the distribution needs `wanted` on every target, at any depth.
pub fn always_reaches(name: &str, wanted: &str) -> bool {
    let mut queue = vec![name];
    let mut seen: Vec<&str> = queue.clone();
    while let Some(host) = queue.pop() {
        let rows = needs(host).iter().filter(|needs| needs.below.is_none());
        for (needed, _) in rows.flat_map(Needs::names).filter(|(_, always)| *always) {
            if needed == wanted {
                return true;
            }
            if !seen.contains(&needed) {
                seen.push(needed);
                queue.push(needed);
            }
        }
    }
    false
}

/// Of so many distributions out of a thousand the newest version requires it by itself.
pub fn demand(name: &str) -> usize {
    DEMAND.get(name).map_or(0, |hosts| hosts * 1000 / MOST_ASKED)
}

static DEMAND: LazyLock<FxHashMap<&'static str, usize>> = LazyLock::new(|| {
    let mut hosts: FxHashMap<&'static str, usize> = FxHashMap::default();
    let names = required().filter(|(_, extra, _)| extra.is_empty()).flat_map(|(_, _, names)| names.split(','));
    for name in names.filter(|name| !name.ends_with('?')) {
        *hosts.entry(name).or_default() += 1;
    }
    hosts
});

/// Whether the distribution is known to need `wanted`, at any depth.
pub fn reaches(name: &str, wanted: &str) -> bool {
    let mut queue = vec![name];
    let mut seen: Vec<&str> = queue.clone();
    while let Some(host) = queue.pop() {
        for (needed, _) in needs(host).iter().flat_map(Needs::names) {
            if needed == wanted {
                return true;
            }
            if !seen.contains(&needed) {
                seen.push(needed);
                queue.push(needed);
            }
        }
    }
    false
}

/// The name as the tables hold it, of a distribution whose needs depend on its version, for all that is known.
pub fn depends_on_version(name: &str) -> Option<&'static str> {
    let (host, needs) = NEEDS.get_key_value(name)?;
    let is_bounded = || needs.iter().any(|needs| needs.below.is_some()) || FIRST_READ.contains_key(name);
    (is_newest_alone(name) || is_bounded()).then_some(*host)
}

/// Whether of all that the distribution required in its versions only what the newest does is known.
pub fn is_newest_alone(name: &str) -> bool {
    ASKED.contains(name) && !FORMER_ASKED.contains(name)
}

/// The most downloaded distributions, whose earlier versions were read too.
static FORMER_ASKED: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| catalog::popular().take(MOST_FORMER_ASKED).collect());

/// Of so many the earlier versions were read: see `data/README.md`.
const MOST_FORMER_ASKED: usize = 4000;

/// Pairs of which the first is always there with the second, and hands its objects on: who declares the one has the other.
static INSEPARABLE: LazyLock<FxHashSet<(&'static str, &'static str)>> = LazyLock::new(|| {
    let rows = include_str!("../../data/inseparable.tsv").lines().skip(1);
    rows.filter_map(|row| {
        let mut cells = row.split('\t');
        Some((cells.next()?, cells.next()?))
    })
    .collect()
});

/// Whether nobody has seen the transitive dependency `name` apart from `host`, which requires it.
pub fn are_inseparable(host: &DistributionName, name: &DistributionName) -> bool {
    INSEPARABLE.contains(&(host.as_str(), name.as_str()))
}

/// The extras that the distribution is known to have, sorted: those for users, not those of its own development.
pub fn extras_of(name: &str) -> Vec<&'static str> {
    let mut extras: Vec<&str> = EXTRAS.get(name).into_iter().flatten().map(|(extra, _)| *extra).collect();
    extras.sort_unstable();
    extras.dedup();
    extras
}

/// Whether it is known what an extra of the distribution brings, be it nothing: those of the most downloaded were looked up, but for those
/// that are called as what developers want.
pub fn knows_extra(name: &str, extra: &str) -> bool {
    let words = || extra.split(['-', '_', '.']);
    let is_left_out = |word: &str| {
        OWN_EXTRAS.contains(&word) || ["dev", "doc", "lint", "test", "typ"].iter().any(|start| word.starts_with(start))
    };
    !brought_by_extra(name, extra).is_empty() || EXTRAS_ASKED.contains(name) && !words().any(is_left_out)
}

/// Words of the extras that `data/from-index` leaves out.
const OWN_EXTRAS: [&str; 13] = [
    "all",
    "benchmark",
    "build",
    "ci",
    "complete",
    "cover",
    "coverage",
    "enabler",
    "examples",
    "extra",
    "full",
    "qa",
    "release",
];

/// The most downloaded distributions, whose extras were looked up.
static EXTRAS_ASKED: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| catalog::popular().take(MOST_EXTRAS_ASKED).collect());

/// Of so many the extras were looked up: see `data/README.md`.
const MOST_EXTRAS_ASKED: usize = 3000;

/// What an extra of the distribution is known to bring.
pub fn brought_by_extra(name: &str, extra: &str) -> Vec<DistributionName> {
    let extra = DistributionName::new(extra);
    let rows = EXTRAS.get(name).into_iter().flatten().filter(|(known, _)| DistributionName::new(known) == extra);
    let names = rows.flat_map(|(_, names)| names.split(','));
    names.map(|name| DistributionName::new(name.strip_suffix('?').unwrap_or(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extras_are_known() {
        let celery = extras_of("celery");
        assert!(celery.contains(&"redis") && celery.contains(&"sqs") && celery.is_sorted());
        assert!(!extras_of("requests").contains(&"dev") && extras_of("nowhere").is_empty());
        assert!(brought_by_extra("celery", "redis").contains(&DistributionName::new("redis")));
    }
}
