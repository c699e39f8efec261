//! Whether version specifiers (PEP 440) can hold together.

use pep508_rs::pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};
use std::str::FromStr;

/// Whether no version satisfies both lists of specifiers. False where one of them cannot be read, and where only the index
/// could know.
pub fn exclude_each_other(one: &str, other: &str) -> bool {
    let (Ok(one), Ok(other)) = (VersionSpecifiers::from_str(one), VersionSpecifiers::from_str(other)) else {
        return false;
    };
    let all: Vec<&VersionSpecifier> = one.iter().chain(other.iter()).collect();
    match all.iter().find(|specifier| is_pin(specifier)) {
        Some(pin) => all.iter().any(|specifier| !specifier.contains(pin.version())),
        None => !leaves_room(&all),
    }
}

/// Whether every version that the specifiers let in, of PEP 440 or with poetry's `^`, is surely below `bound`.
pub fn are_all_below(specifiers: &str, bound: &str) -> bool {
    let Some(caret) = specifiers.trim().strip_prefix('^') else {
        return exclude_each_other(specifiers, &format!(">={bound}"));
    };
    let (Ok(lowest), Ok(bound)) = (Version::from_str(caret), Version::from_str(bound)) else { return false };
    let part = |version: &Version, at: usize| version.release().get(at).copied().unwrap_or(0);
    match part(&lowest, 0) {
        0 => [0, 1].map(|at| part(&bound, at)) > [0, part(&lowest, 1)],
        major => part(&bound, 0) > major,
    }
}

/// Whether the version is one that the specifiers let in. False where one cannot be read.
pub fn lets_in(specifiers: &str, version: &str) -> bool {
    let (Ok(specifiers), Ok(version)) = (VersionSpecifiers::from_str(specifiers), Version::from_str(version)) else {
        return false;
    };
    specifiers.iter().all(|specifier| specifier.contains(&version))
}

/// Whether the version is surely not one that the specifiers let in. False where one cannot be read.
pub fn contradicts(specifiers: &str, version: &str) -> bool {
    let (Ok(specifiers), Ok(version)) = (VersionSpecifiers::from_str(specifiers), Version::from_str(version)) else {
        return false;
    };
    !specifiers.iter().all(|specifier| specifier.contains(&version))
}

/// How far a version is ahead of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Its first two numbers are the same.
    Patch,
    /// Its first number is the same.
    Minor,
    /// Its first number is another one; before 1.0 its second.
    Major,
}

impl Step {
    /// How far `newer` is ahead of `older`; `None` where it is not, or where one cannot be read.
    pub fn between(older: &str, newer: &str) -> Option<Self> {
        let (older, newer) = (Version::from_str(older).ok()?, Version::from_str(newer).ok()?);
        let part = |version: &Version, at: usize| version.release().get(at).copied().unwrap_or(0);
        let same = |at: usize| older.epoch() == newer.epoch() && part(&older, at) == part(&newer, at);
        (newer > older).then(|| match (same(0), same(1)) {
            (true, true) => Self::Patch,
            (true, false) if part(&older, 0) > 0 => Self::Minor,
            _ => Self::Major,
        })
    }

    /// `patch`, `minor` or `major`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// Whether a version is one before a release: an alpha, a beta, a candidate, or one of development.
pub fn is_prerelease(version: &str) -> bool {
    Version::from_str(version).is_ok_and(|version| version.any_prerelease())
}

/// The specifier of the versions that are compatible with `version`, itself among them: those of its first number, before 1.0 of its
/// first two. `None` for what is no version.
pub fn compatible_with(version: &str) -> Option<String> {
    let read = Version::from_str(version).ok()?;
    let part = |at: usize| read.release().get(at).copied().unwrap_or(0);
    let epoch = if read.epoch() > 0 { format!("{}!", read.epoch()) } else { String::new() };
    let end = if part(0) > 0 { format!("{}", part(0) + 1) } else { format!("0.{}", part(1) + 1) };
    Some(format!(">={},<{epoch}{end}", public(version)?))
}

/// A version without its local part (`+cu121`), which no index has (PEP 440); `None` for what is no version.
pub fn public(version: &str) -> Option<String> {
    Version::from_str(version).ok()?;
    version.split('+').next().map(|public| public.trim().to_owned())
}

/// The newest of the versions; what is none is left out.
pub fn newest<'a>(versions: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let read = versions.filter_map(|text| Some((Version::from_str(text).ok()?, text)));
    read.max_by(|(a, _), (b, _)| a.cmp(b)).map(|(_, text)| text)
}

fn is_pin(specifier: &VersionSpecifier) -> bool {
    matches!(specifier.operator(), Operator::Equal | Operator::ExactEqual)
}

/// Whether something lies between the greatest lower bound and the least upper one.
fn leaves_room(specifiers: &[&VersionSpecifier]) -> bool {
    let bounds: Vec<Bounds> = specifiers.iter().map(|specifier| Bounds::of(specifier)).collect();
    let lower = bounds.iter().filter_map(|bounds| bounds.lower.as_ref()).max();
    let upper = bounds.iter().filter_map(|bounds| bounds.upper.as_ref()).min();
    match (lower, upper) {
        (Some((low, above)), Some((high, below))) => low < high || low == high && !*above && *below,
        _ => true,
    }
}

/// The range of one specifier.
#[derive(Default)]
struct Bounds {
    /// The version, and whether it is itself left out.
    lower: Option<(Version, bool)>,
    /// The version, and whether it is itself let in.
    upper: Option<(Version, bool)>,
}

impl Bounds {
    fn of(specifier: &VersionSpecifier) -> Self {
        let version = specifier.version().clone();
        match specifier.operator() {
            Operator::GreaterThanEqual => Self { lower: Some((version, false)), upper: None },
            Operator::GreaterThan => Self { lower: Some((version, true)), upper: None },
            Operator::LessThanEqual => Self { lower: None, upper: Some((version, true)) },
            Operator::LessThan => Self { lower: None, upper: Some((version, false)) },
            Operator::EqualStar => {
                let end = next(version.release(), version.release().len());
                Self { lower: Some((version, false)), upper: end.map(|end| (end, false)) }
            }
            Operator::TildeEqual => {
                let end = next(version.release(), version.release().len().saturating_sub(1));
                Self { lower: Some((version, false)), upper: end.map(|end| (end, false)) }
            }
            _ => Self::default(),
        }
    }
}

/// The first release after all that begin with the first `parts` numbers of `release`.
fn next(release: &[u64], parts: usize) -> Option<Version> {
    let (last, front) = release.get(..parts)?.split_last()?;
    Some(Version::new(front.iter().copied().chain([last + 1])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_hold_together() {
        let cases = [
            ("==1.0", "==2.0", true),
            ("==1.0", "==1.0.0", false),
            ("==1.5", ">=1,<2", false),
            ("==2.5", ">=1,<2", true),
            (">=3", "<2", true),
            (">=3", "<3", true),
            (">=3", "<=3", false),
            (">3", "<=3", true),
            ("~=1.4", ">=2", true),
            ("~=1.4.2", ">=1.5", true),
            ("==1.*", ">=2", true),
            ("==1.*", ">=1.5", false),
            ("!=1", "==1", true),
            ("!=1", ">=1", false),
            ("nonsense", "==1", false),
        ];
        for (one, other, expected) in cases {
            assert_eq!(exclude_each_other(one, other), expected, "{one} and {other}");
            assert_eq!(exclude_each_other(other, one), expected, "{other} and {one}");
        }
    }

    #[test]
    fn steps_are_told_apart() {
        let cases = [
            ("5.0.1", "5.0.2", Some(Step::Patch)),
            ("5.0", "5.0.1", Some(Step::Patch)),
            ("5.0.1", "5.1", Some(Step::Minor)),
            ("5.0.1", "6.0.0", Some(Step::Major)),
            ("0.4.1", "0.4.2", Some(Step::Patch)),
            ("0.4.1", "0.5.0", Some(Step::Major)),
            ("2024.1", "1!1.0", Some(Step::Major)),
            ("5.0.1", "5.0.1", None),
            ("5.1", "5.0", None),
            ("x", "5.0", None),
        ];
        for (older, newer, expected) in cases {
            assert_eq!(Step::between(older, newer), expected, "{older} {newer}");
        }
        assert_eq!(compatible_with("5.0.1").as_deref(), Some(">=5.0.1,<6"));
        assert_eq!(compatible_with("0.4").as_deref(), Some(">=0.4,<0.5"));
        assert!(is_prerelease("7.0.0rc1") && !is_prerelease("7.0.0"));
    }

    #[test]
    fn bounds_are_compared() {
        let cases = [
            ("==1.8.2", "2", true),
            ("^1.8", "2", true),
            ("<2", "2", true),
            (">=1.8,<3", "2", false),
            ("^2.1", "2", false),
            ("^0.85", "0.87", true),
            ("^0.87.1", "0.87", false),
            ("", "2", false),
            ("nonsense", "2", false),
        ];
        for (specifiers, bound, expected) in cases {
            assert_eq!(are_all_below(specifiers, bound), expected, "{specifiers} {bound}");
        }
    }
}
