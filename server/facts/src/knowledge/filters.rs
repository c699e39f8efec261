//! Sets that are too large for a table, as filters: queried whether they hold something, they say yes for all that they hold, and by
//! mistake for a few others.
//!
//! `names.filter` holds the name of every distribution on the index, `outside.filter` which modules the distributions hold that
//! are not in the catalog and whose names do not say it. `examples/filters.rs` writes both.

use crate::words::names::DistributionName;
use std::sync::LazyLock;
use thiserror::Error;
use xorf::{BinaryFuse8, BinaryFuse8Ref, DmaSerializable, Filter, FilterRef};

static NAMES: LazyLock<Option<Set>> = LazyLock::new(|| Set::read(include_bytes!("../../data/names.filter")));
static OUTSIDE: LazyLock<Option<Set>> = LazyLock::new(|| Set::read(include_bytes!("../../data/outside.filter")));

/// A set of texts.
struct Set {
    /// The month that it is of: `2026-11`.
    date: &'static str,
    /// How many keys a text has in it.
    keys: usize,
    filter: BinaryFuse8Ref<'static>,
}

impl Set {
    /// Reads what [`written`] wrote.
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let end = bytes.iter().position(|&byte| byte == b'\n')?;
        let (date, keys) = std::str::from_utf8(&bytes[..end]).ok()?.split_once(' ')?;
        let (descriptor, fingerprints) = bytes[end + 1..].split_at_checked(BinaryFuse8::DESCRIPTOR_LEN)?;
        Some(Self { date, keys: keys.parse().ok()?, filter: BinaryFuse8Ref::from_dma(descriptor, fingerprints) })
    }

    /// Whether it holds the text; yes by mistake for one of 250 others with one key, for one of 60,000 with two.
    fn holds(&self, text: Hash) -> bool {
        text.keys().iter().take(self.keys).all(|key| self.filter.contains(key))
    }
}

/// The hash of a text so far. It is FNV-1a: what it gives must not change with the version of a library, since the filters are files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hash(u64);

impl Hash {
    fn of(text: &str) -> Self {
        Self(0xcbf2_9ce4_8422_2325).with(text)
    }

    /// That of the text and more.
    fn with(self, more: &str) -> Self {
        Self(more.bytes().fold(self.0, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
    }

    /// The keys that the text may have.
    const fn keys(self) -> [u64; 2] {
        [self.0, self.0.rotate_left(32) ^ 0x9e37_79b9_7f4a_7c15]
    }
}

/// A distribution that may hold modules which the catalog does not have, to be looked up with many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder(Hash);

impl Holder {
    /// `None` for one that is not on the index, of which nothing is known.
    pub fn new(name: &DistributionName) -> Option<Self> {
        // a module stands behind a tab
        is_on_index(name).then(|| Self(Hash::of(name.as_str()).with("\t")))
    }

    /// See [`holds_module`].
    pub fn holds(self, top: &str) -> bool {
        OUTSIDE.as_ref().is_some_and(|outside| outside.holds(self.0.with(top)))
    }
}

/// A filter that cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the filter of {date} with {keys} keys cannot be built: {cause}")]
pub struct FilterError {
    /// The date of its names.
    pub date: String,
    /// How many different keys it was to hold.
    pub keys: usize,
    /// Why.
    pub cause: &'static str,
}

/// The file of a filter that holds the texts with so many keys each, one or two: date and number as a line, then the filter.
///
/// # Errors
/// Where the filter cannot be built, which happens with very few texts.
pub fn written(date: &str, count: usize, texts: impl Iterator<Item = String>) -> Result<Vec<u8>, FilterError> {
    let mut all: Vec<u64> = texts.flat_map(|text| Hash::of(&text).keys().into_iter().take(count)).collect();
    all.sort_unstable();
    all.dedup();
    let filter =
        BinaryFuse8::try_from(&all).map_err(|cause| FilterError { date: date.to_owned(), keys: all.len(), cause })?;
    let mut bytes = format!("{date} {count}\n").into_bytes();
    let start = bytes.len();
    bytes.resize(start + BinaryFuse8::DESCRIPTOR_LEN, 0);
    filter.dma_copy_descriptor_to(&mut bytes[start..]);
    bytes.extend_from_slice(filter.dma_fingerprints());
    Ok(bytes)
}

/// Whether the index had a distribution of that name in the month of [`date`]. `false` is certain; `true` is wrong for
/// one of 250 names that were not there.
pub fn is_on_index(name: &DistributionName) -> bool {
    NAMES.as_ref().is_none_or(|names| names.holds(Hash::of(name.as_str())))
}

/// The month of which the names are: `2026-11`.
pub fn date() -> &'static str {
    NAMES.as_ref().map_or("", |names| names.date)
}

/// Whether a distribution that the catalog does not have is known to hold the top-level module `top`, though its name does not
/// say so. `false` is no proof of the contrary.
pub fn holds_module(name: &DistributionName, top: &str) -> bool {
    Holder::new(name).is_some_and(|holder| holder.holds(top))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> DistributionName {
        DistributionName::new(text)
    }

    #[test]
    fn names_of_the_index_are_held() {
        for known in ["requests", "Django", "zope.interface", "flup-py3", "pytorch"] {
            assert!(is_on_index(&name(known)), "{known}");
        }
        for unknown in ["cv2", "no-such-distribution-of-ours", "win32api"] {
            assert!(!is_on_index(&name(unknown)), "{unknown}");
        }
        assert!(date().starts_with("20"));
    }

    #[test]
    fn modules_of_distributions_outside_the_catalog() {
        assert!(holds_module(&name("flup-py3"), "flup") && holds_module(&name("eyes-images"), "applitools"));
        assert!(!holds_module(&name("flup-py3"), "requests") && !holds_module(&name("requests"), "flup"));
    }

    #[test]
    fn a_written_set_holds_its_texts_and_few_others() {
        let texts = |start: u32| (start..start + 10_000).map(|number| format!("text-{number}"));
        let set = Set::read(written("2026-11", 2, texts(0)).unwrap().leak()).unwrap();
        assert_eq!(set.date, "2026-11");
        assert!(texts(0).all(|text| set.holds(Hash::of(&text))));
        assert!(texts(50_000).filter(|text| set.holds(Hash::of(text))).count() < 10);
    }
}
