//! What was looked up in the package index for the lists of a folder, so that nothing is looked up again and again.

use pinlens_analysis::fixes::update::Wanted;
use pinlens_analysis::model::releases::Offer;
use rustc_hash::FxHashMap;
use std::time::{Duration, Instant};

/// How long an answer is good: new versions appear every day.
const LIFE: Duration = Duration::from_hours(1);

/// The lookups of a folder, each with when it began.
#[derive(Debug, Default)]
pub struct Lookups {
    pins: FxHashMap<Wanted, Instant>,
    versions: FxHashMap<Offer, Instant>,
}

impl Lookups {
    /// Those of `wanted` that are to be looked up now; they count as looked up from then on.
    pub fn begin(&mut self, wanted: Vec<Wanted>, now: Instant) -> Vec<Wanted> {
        wanted.into_iter().filter(|one| is_due(self.pins.insert(one.clone(), now), now)).collect()
    }

    /// Whether all versions are to be looked up now; they count as looked up from then on.
    pub fn begins_versions(&mut self, offer: &Offer, now: Instant) -> bool {
        is_due(self.versions.insert(offer.clone(), now), now)
    }

    /// Forgets what was looked up: another index may be meant.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

fn is_due(before: Option<Instant>, now: Instant) -> bool {
    before.is_none_or(|before| now.saturating_duration_since(before) >= LIFE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pinlens_facts::words::names::DistributionName;

    #[test]
    fn nothing_is_looked_up_twice_within_its_life() {
        let offer = Offer { options: Vec::new(), name: DistributionName::new("redis") };
        let wanted = || vec![Wanted { offer: offer.clone(), pinned: Some("5.0.1".to_owned()) }];
        let (mut lookups, now) = (Lookups::default(), Instant::now());
        assert_eq!(lookups.begin(wanted(), now), wanted());
        assert_eq!(lookups.begin(wanted(), now), []);
        assert!(lookups.begins_versions(&offer, now) && !lookups.begins_versions(&offer, now));
        lookups.forget();
        assert_eq!(lookups.begin(wanted(), now), wanted());
    }
}
