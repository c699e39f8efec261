//! What the package index has of distributions, as far as the user had it looked up. No finding depends on it.

use pinlens_facts::words::names::DistributionName;
use rustc_hash::FxHashMap;

/// A distribution in the package index that a list names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Offer {
    /// The lines of the list, and of those that it includes, that say where its index is.
    pub options: Vec<String>,
    /// The distribution.
    pub name: DistributionName,
}

/// What is known of one distribution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Release {
    /// The newest version that is no pre-release.
    pub newest: Option<String>,
    /// What is known of pinned versions, by version.
    pub pins: FxHashMap<String, PinnedRelease>,
    /// Every version, the oldest first; none where nobody says them all.
    pub versions: Vec<String>,
}

/// What is known of a version that a list pins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PinnedRelease {
    /// The newest version that is compatible with it, where the newest of all is not.
    pub compatible: Option<String>,
    /// Why it was yanked, if it was; empty where no reason is given.
    pub yanked: Option<String>,
}

/// What is known.
#[derive(Clone, Debug, Default)]
pub struct Releases(FxHashMap<Offer, Release>);

impl Releases {
    /// What is known of a distribution.
    pub fn of(&self, offer: &Offer) -> Option<&Release> {
        self.0.get(offer)
    }

    /// Takes in what was looked up: what is known already and is not in it stays.
    pub(crate) fn enter(&mut self, offer: Offer, found: Release) {
        let known = self.0.entry(offer).or_default();
        known.newest = found.newest.or_else(|| known.newest.take());
        known.pins.extend(found.pins);
        if !found.versions.is_empty() {
            known.versions = found.versions;
        }
    }
}
