//! Pairs of requirements of one distribution: whether they repeat each other, and whether both can hold.

use super::includes::Placed;
use crate::model::store::Model;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{Group, Requirement, Source};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::{markers, versions};
use rustc_hash::FxHashMap;

/// Whether no version satisfies both, where both are installed on the target.
pub(crate) fn exclude_each_other(ws: &Model, one: &Requirement, other: &Requirement) -> bool {
    let (Some(a), Some(b)) = (&one.specifier, &other.specifier) else { return false };
    one.name.is_some()
        && one.name == other.name
        && one.source == Source::Index
        && other.source == Source::Index
        && are_installed_together(&one.group, &other.group)
        && may_hold_together(ws, one, other)
        && versions::exclude_each_other(&a.text, &b.text)
}

/// Extras and groups are chosen one by one; what always holds meets each of them.
fn are_installed_together(one: &Group, other: &Group) -> bool {
    let always = |group: &Group| matches!(group, Group::File | Group::Runtime);
    one == other || always(one) && !matches!(other, Group::Build) || always(other) && !matches!(one, Group::Build)
}

/// Whether both markers surely hold on the target: lines with different markers are alternatives.
pub(crate) fn may_hold_together(ws: &Model, one: &Requirement, other: &Requirement) -> bool {
    let holds = |requirement: &Requirement| {
        requirement.marker.as_ref().is_none_or(|marker| markers::holds(&marker.text, ws.marker_target()) == Some(true))
    };
    have_same_marker(one, other) || holds(one) && holds(other)
}

/// Whether both have no marker, or the same test.
fn have_same_marker(one: &Requirement, other: &Requirement) -> bool {
    match (&one.marker, &other.marker) {
        (Some(one), Some(other)) => markers::are_same(&one.text, &other.text),
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// Whether the program that declares both declares one of them alone, as its branches show.
pub(crate) fn are_alternatives(ws: &Model, one: Placed, other: Placed) -> bool {
    let facts = ws.facts(one.file).and_then(FileFacts::declarations);
    let range = |placed: Placed| placed.requirement.range;
    one.file == other.file && facts.is_some_and(|facts| facts.are_alternatives(range(one), range(other)))
}

/// Whether a program declares the requirement in one of several branches: another one may be declared in its place.
pub(crate) fn is_alternative(ws: &Model, placed: Placed) -> bool {
    let facts = ws.facts(placed.file).and_then(FileFacts::declarations);
    facts.is_some_and(|facts| facts.is_alternative(placed.requirement.range))
}

/// Requirements by name, as far as a later one is compared with them.
#[derive(Default)]
pub(crate) struct Earlier<'a> {
    by_name: FxHashMap<&'a DistributionName, Vec<Placed<'a>>>,
}

/// The most different lines of one distribution with which a later one is compared; no list that a person writes has as many.
const MOST_OF_ONE_NAME: usize = 32;

impl<'a> Earlier<'a> {
    pub(crate) fn of(all_placed: impl IntoIterator<Item = Placed<'a>>) -> Self {
        let mut all = Self::default();
        all_placed.into_iter().for_each(|placed| all.add(placed));
        all
    }

    /// Adds a requirement, unless one that requests the same is there.
    pub(crate) fn add(&mut self, placed: Placed<'a>) {
        let Some(name) = &placed.requirement.name else { return };
        let same = self.by_name.entry(name).or_default();
        if same.len() < MOST_OF_ONE_NAME && !same.iter().any(|one| asks_the_same(one.requirement, placed.requirement)) {
            same.push(placed);
        }
    }

    /// Those of the same distribution, in the order in which they came.
    pub(crate) fn of_same_name(&self, requirement: &Requirement) -> impl Iterator<Item = Placed<'a>> + use<'_, 'a> {
        let same = requirement.name.as_ref().and_then(|name| self.by_name.get(name));
        same.into_iter().flatten().copied()
    }
}

/// Whether whatever is found of the one holds for the other.
fn asks_the_same(one: &Requirement, other: &Requirement) -> bool {
    one.specifier.as_ref().map(|specifier| &specifier.text) == other.specifier.as_ref().map(|specifier| &specifier.text)
        && one.source == other.source
        && repeats(one, other)
}

/// Whether both request one distribution. Lines with different markers are alternatives, and different extras add up.
pub(crate) fn repeats(requirement: &Requirement, first: &Requirement) -> bool {
    let extras = |requirement: &Requirement| {
        let mut extras: Vec<String> = requirement.extras.iter().map(|extra| extra.text.to_ascii_lowercase()).collect();
        extras.sort();
        extras
    };
    requirement.name.is_some()
        && requirement.name == first.name
        && requirement.group == first.group
        && have_same_marker(requirement, first)
        && extras(requirement) == extras(first)
        && (requirement.source == Source::Conda) == (first.source == Source::Conda)
}

/// Whether two requirements of conda are of two packages that hold one distribution (`dask`, `dask-core`), by how they are written.
pub(crate) fn are_two_packages(ws: &Model, one: Placed, other: Placed) -> bool {
    let written = |placed: Placed| {
        let facts = ws.facts(placed.file).and_then(FileFacts::declarations);
        let text = facts.and_then(|facts| facts.text.get(placed.requirement.name_range.indices()));
        text.unwrap_or_default().to_ascii_lowercase()
    };
    one.requirement.source == Source::Conda && written(one) != written(other)
}
