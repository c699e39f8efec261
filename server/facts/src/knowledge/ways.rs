//! The extras by which projects say to install what a part of them needs, as `data/ways.tsv` lists them: `celery[redis]`.
//!
//! Rows are about what the authors' own documentation says. An extra that merely brings a distribution is no way to ask for it.

use crate::words::names::DistributionName;
use crate::words::versions;

/// The extra of a distribution by which another one is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// The distribution whose extra it is.
    pub host: &'static str,
    /// The extra.
    pub extra: &'static str,
    /// Where its authors say so.
    pub source: &'static str,
    needs: &'static str,
    since: &'static str,
}

impl Way {
    fn of_row(row: &'static str) -> Option<Self> {
        let mut cells = row.split('\t');
        let (host, extra, needs) = (cells.next()?, cells.next()?, cells.next()?);
        Some(Self { host, extra, needs, since: cells.next()?, source: cells.next()? })
    }

    /// Whether some version that the specifier lets in has the extra; one that lets in an older one alone does not.
    pub fn fits(self, specifier: Option<&str>) -> bool {
        let Some(specifier) = specifier.filter(|_| !self.since.is_empty()) else { return true };
        !versions::exclude_each_other(specifier, &format!(">={}", self.since))
    }
}

/// The way by which `host` says to ask for `needs`.
pub fn of(host: &str, needs: &DistributionName) -> Option<Way> {
    all().find(|way| way.host == host && way.needs == needs.as_str())
}

fn all() -> impl Iterator<Item = Way> {
    include_str!("../../data/ways.tsv").lines().skip(1).filter_map(Way::of_row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::needs::brought_by_extra;

    #[test]
    fn every_row_is_understood() {
        for row in include_str!("../../data/ways.tsv").lines().skip(1) {
            assert_eq!(row.split('\t').count(), 5, "{row}");
            let way = Way::of_row(row).unwrap_or_else(|| panic!("{row}"));
            let needs = DistributionName::new(way.needs);
            assert!(needs.as_str() == way.needs && !way.source.is_empty(), "{row}");
            assert!(brought_by_extra(way.host, way.extra).contains(&needs), "the extra does not bring it: {row}");
            assert_eq!(of(way.host, &needs), Some(way), "the row is no other's: {row}");
        }
    }

    #[test]
    fn an_extra_is_asked_for_where_a_version_has_it() {
        let way = of("fastapi", &DistributionName::new("fastapi-cli")).unwrap();
        assert_eq!(way.extra, "standard");
        for (specifier, expected) in [
            (None, true),
            (Some("==0.115.0"), true),
            (Some(">=0.100"), true),
            (Some("==0.100.0"), false),
            (Some("<0.110"), false),
        ] {
            assert_eq!(way.fits(specifier), expected, "{specifier:?}");
        }
        assert!(of("flask", &DistributionName::new("redis")).is_none());
    }
}
