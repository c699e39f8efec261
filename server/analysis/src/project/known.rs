//! What the bundled tables know of needs: what distributions require, where no metadata tells.
//!
//! `requires.tsv` is what the newest versions of well-known distributions require, as the package index tells; `needs.tsv` and
//! `extras.tsv` hold what others did, and what no metadata says.

use crate::names::DistributionName;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Distribution -> the names that it needs, with commas; several rows of one distribution are several entries.
type Table = FxHashMap<&'static str, Vec<&'static str>>;
/// Distribution -> its extras, each with the names that it brings.
type Extras = FxHashMap<&'static str, Vec<(&'static str, &'static str)>>;

static NEEDS: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    for (name, _, names) in required().filter(|(_, extra, _)| extra.is_empty()) {
        table.entry(name).or_default().push(names);
    }
    let by_hand = include_str!("../../data/needs.tsv").lines().skip(1);
    for (name, names) in by_hand.filter_map(|row| row.split_once('\t')) {
        table.entry(name).or_default().push(names);
    }
    table
});

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

/// What the distribution is known to need, in one version or another, or on some targets: enough to explain a pin, not to say
/// that it comes by itself.
pub(super) fn needs(name: &str) -> impl Iterator<Item = &'static str> {
    all(name).map(|needed| needed.strip_suffix('?').unwrap_or(needed))
}

/// Whether the distribution is known to need `other` wherever it is installed.
pub(super) fn always_needs(name: &str, other: &str) -> bool {
    all(name).any(|needed| needed == other)
}

fn all(name: &str) -> impl Iterator<Item = &'static str> {
    NEEDS.get(name).into_iter().flatten().flat_map(|names| names.split(','))
}

/// What an extra of the distribution is known to bring.
pub(super) fn brought_by_extra(name: &str, extra: &str) -> Vec<DistributionName> {
    let extra = DistributionName::new(extra);
    let rows = EXTRAS.get(name).into_iter().flatten().filter(|(known, _)| DistributionName::new(known) == extra);
    let names = rows.flat_map(|(_, names)| names.split(','));
    names.map(|name| DistributionName::new(name.strip_suffix('?').unwrap_or(name))).collect()
}
