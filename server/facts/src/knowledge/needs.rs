//! What the bundled tables know of needs: what distributions require, where no metadata shows.
//!
//! `requires.tsv` is what the newest versions of well-known distributions require, and `former.tsv` what earlier ones did, as the
//! package index has it; `needs.tsv` and `extras.tsv` hold what is known besides, and what no metadata says.

use crate::knowledge::catalog;
use crate::words::names::DistributionName;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use std::sync::{LazyLock, OnceLock};

/// What a distribution needs in some versions.
#[derive(Debug)]
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

/// By the distribution, where its rows begin in the tables. They stand there one after the other, and are read when they are looked up.
static PLACES: LazyLock<FxHashMap<&'static str, Places>> = LazyLock::new(|| {
    let mut places = FxHashMap::with_capacity_and_hasher(16_384, FxBuildHasher);
    enter(&mut places, REQUIRES, |places| &mut places.requires);
    enter(&mut places, BY_HAND, |places| &mut places.by_hand);
    enter(&mut places, FORMER, |places| &mut places.former);
    places
});

/// Where the rows of a distribution begin in each table; 0, where the heading is, for none.
#[derive(Debug, Default)]
struct Places {
    requires: u32,
    by_hand: u32,
    former: u32,
    /// What the rows say, once somebody has asked.
    needs: OnceLock<Box<[Needs]>>,
}

impl Places {
    fn needs(&self) -> &[Needs] {
        self.needs.get_or_init(|| {
            let newest = rows_at(REQUIRES, self.requires).filter_map(cells).filter(|(_, extra, _)| extra.is_empty());
            let newest = newest.map(|(_, _, names)| Needs { below: None, names });
            let former = rows_at(FORMER, self.former).filter_map(cells).filter(|(_, _, names)| *names != NOT_READ);
            let former = former.map(|(_, below, names)| Needs { below: Some(below), names });
            newest.chain(rows_at(BY_HAND, self.by_hand).filter_map(by_hand)).chain(former).collect()
        })
    }
}

static REQUIRES: &str = include_str!("../../data/requires.tsv");
static BY_HAND: &str = include_str!("../../data/needs.tsv");
static FORMER: &str = include_str!("../../data/former.tsv");

/// Enters where the rows of each distribution begin.
fn enter(places: &mut FxHashMap<&'static str, Places>, table: &'static str, of: impl Fn(&mut Places) -> &mut u32) {
    let mut last = "";
    for start in memchr::memchr_iter(b'\n', table.as_bytes()).map(|end| end + 1) {
        let name = name_at(table, start);
        if name != last {
            last = name;
            *of(places.entry(name).or_default()) = start as u32;
        }
    }
}

/// The distribution of the row that begins at `start`: `fastapi` of `fastapi<0.100`.
fn name_at(table: &'static str, start: usize) -> &'static str {
    let rest = table.get(start..).unwrap_or_default();
    rest.get(..rest.bytes().position(|byte| matches!(byte, b'\t' | b'<')).unwrap_or_default()).unwrap_or_default()
}

/// The rows of the distribution whose first one begins at `start`.
fn rows_at(table: &'static str, start: u32) -> impl Iterator<Item = &'static str> {
    let rows = table.get(start as usize..).filter(|_| start > 0).unwrap_or_default();
    let name = name_at(rows, 0);
    rows.lines().take_while(move |row| !row.is_empty() && name_at(row, 0) == name)
}

/// In place of the names: what the versions before require was not read.
const NOT_READ: &str = "*";

/// The first version of the distribution whose requirements were read; `None` where they were read of all, or of none.
pub fn first_read(name: &str) -> Option<&'static str> {
    let places = PLACES.get(name)?;
    let mut former = rows_at(FORMER, places.former).filter_map(cells);
    former.find(|(_, _, names)| *names == NOT_READ).map(|(_, below, _)| below)
}

/// The first version that no longer has the needs, and the needs.
fn by_hand(row: &'static str) -> Option<Needs> {
    let (host, names) = row.split_once('\t')?;
    Some(Needs { below: host.split_once('<').map(|(_, below)| below), names })
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
    REQUIRES.lines().skip(1).filter_map(cells)
}

fn cells(row: &'static str) -> Option<(&'static str, &'static str, &'static str)> {
    let mut cells = row.split('\t');
    Some((cells.next()?, cells.next()?, cells.next()?))
}

/// Parses the tables now, so that no keystroke has to wait for it.
pub(super) fn prepare() {
    LazyLock::force(&PLACES);
    LazyLock::force(&ASKED);
    LazyLock::force(&FORMER_ASKED);
    LazyLock::force(&EXTRAS_ASKED);
}

/// What the distribution is known to need, in one version or another: enough to explain a pin, not to say that it comes by itself.
pub fn needs(name: &str) -> &'static [Needs] {
    PLACES.get(name).map_or(&[], Places::needs)
}

/// Whether the tables know what the distribution requires, be it nothing: it is one of those that were looked up on the package index.
pub fn is_known(name: &str) -> bool {
    ASKED.contains(name) || !needs(name).is_empty()
}

/// The most downloaded distributions, which were requested at the index; those that require nothing have no row.
static ASKED: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| catalog::popular().take(MOST_ASKED).collect());

/// So many were looked up on the package index: see `data/README.md`.
const MOST_ASKED: usize = 8000;

/// Whether the newest version of the distribution needs `wanted` on every target, at any depth.
pub fn always_reaches(name: &str, wanted: &str) -> bool {
    is_reached(name, wanted, |needs, is_always| needs.below.is_none() && is_always)
}

/// Whether the distribution is known to need `wanted`, at any depth.
pub fn reaches(name: &str, wanted: &str) -> bool {
    is_reached(name, wanted, |_, _| true)
}

/// Whether `wanted` is among what the distribution needs, at any depth, by the needs that `counts` takes, which gets whether each is needed on every target.
fn is_reached(name: &str, wanted: &str, counts: impl Fn(&Needs, bool) -> bool) -> bool {
    let mut queue = vec![name];
    let mut seen: Vec<&str> = queue.clone();
    while let Some(host) = queue.pop() {
        let rows = needs(host).iter().flat_map(|needs| needs.names().map(move |name| (needs, name)));
        for (_, (needed, _)) in rows.filter(|(needs, (_, is_always))| counts(needs, *is_always)) {
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

/// The name as the tables hold it, of a distribution whose needs depend on its version, for all that is known.
pub fn depends_on_version(name: &str) -> Option<&'static str> {
    let (host, places) = PLACES.get_key_value(name).filter(|(_, places)| !places.needs().is_empty())?;
    let is_bounded = || places.needs().iter().any(|needs| needs.below.is_some()) || first_read(name).is_some();
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
    fn rows_of_a_distribution_stand_together() {
        for table in [REQUIRES, BY_HAND, FORMER] {
            let mut seen = FxHashSet::default();
            let mut last = "";
            for row in table.lines().skip(1) {
                let name = name_at(row, 0);
                assert!(!name.is_empty() && (name == last || seen.insert(name)), "{row}");
                last = name;
            }
        }
    }

    #[test]
    fn extras_are_known() {
        let celery = extras_of("celery");
        assert!(celery.contains(&"redis") && celery.contains(&"sqs") && celery.is_sorted());
        assert!(!extras_of("requests").contains(&"dev") && extras_of("nowhere").is_empty());
        assert!(brought_by_extra("celery", "redis").contains(&DistributionName::new("redis")));
    }
}
