//! What the bundled tables know of needs: what distributions require, where no metadata tells.
//!
//! `requires.tsv` is what the newest versions of well-known distributions require, as the package index tells; `needs.tsv` and
//! `extras.tsv` hold what others did, and what no metadata says.

use crate::words::names::DistributionName;
use rustc_hash::FxHashMap;
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
    table
});

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
pub fn prepare() {
    LazyLock::force(&NEEDS);
}

/// What the distribution is known to need, in one version or another: enough to explain a pin, not to say that it comes by itself.
pub fn needs(name: &str) -> &'static [Needs] {
    NEEDS.get(name).map_or(&[], Vec::as_slice)
}

/// The distributions whose needs depend on their version.
pub fn bounded() -> impl Iterator<Item = &'static str> {
    by_hand().filter_map(|(name, below, _)| below.map(|_| name))
}

/// What an extra of the distribution is known to bring.
pub fn brought_by_extra(name: &str, extra: &str) -> Vec<DistributionName> {
    let extra = DistributionName::new(extra);
    let rows = EXTRAS.get(name).into_iter().flatten().filter(|(known, _)| DistributionName::new(known) == extra);
    let names = rows.flat_map(|(_, names)| names.split(','));
    names.map(|name| DistributionName::new(name.strip_suffix('?').unwrap_or(name))).collect()
}
