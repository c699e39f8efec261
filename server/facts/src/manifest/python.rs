//! The Python that a project needs: the lower bound of `requires-python` and its like.

use crate::words::names::PythonVersion;

/// The lowest version that specifiers (PEP 440) let in; poetry joins alternatives with `||`, of which the lowest counts.
pub(super) fn lowest(specifiers: &str) -> Option<PythonVersion> {
    specifiers.split("||").filter_map(lower_bound).min()
}

/// The newest known version that specifiers let in; `None` where they let in none.
pub(super) fn newest(specifiers: &str) -> Option<PythonVersion> {
    let versions =
        (0..=PythonVersion::NEWEST.minor).rev().map(|minor| PythonVersion { minor, ..PythonVersion::NEWEST });
    let lets_in = |version: PythonVersion| {
        specifiers.split("||").any(|all| all.split(',').all(|one| admits(one.trim(), version)))
    };
    versions.into_iter().find(|version| lets_in(*version))
}

/// Whether one specifier lets a release of that version in; one that is not understood does.
fn admits(specifier: &str, version: PythonVersion) -> bool {
    let operator: String = specifier.chars().take_while(|c| "<>=!~^".contains(*c)).collect();
    let text = specifier[operator.len()..].trim();
    let mut parts = text.split('.').map(|part| part.parse::<u8>().ok());
    let (Some(Some(major)), minor) = (parts.next(), parts.next().flatten()) else { return true };
    let has_patch = text.split('.').nth(2).is_some_and(|patch| patch != "*");
    let bound = PythonVersion { major, minor: minor.unwrap_or(0) };
    match operator.as_str() {
        "<" => version < bound || version == bound && has_patch,
        "<=" => version <= bound,
        // conda writes one sign
        "==" | "===" | "=" | "" => minor.is_none() && version.major == major || version == bound,
        "~=" if has_patch => version == bound,
        "~=" | "^" => version.major == major && version >= bound,
        "~" => {
            if minor.is_some() {
                version == bound
            } else {
                version.major == major
            }
        }
        _ => true,
    }
}

/// The highest of the lower bounds of a comma-separated list: `>=3.8,<4` gives 3.8.
fn lower_bound(specifiers: &str) -> Option<PythonVersion> {
    specifiers.split(',').filter_map(|one| bound(one.trim())).max()
}

/// The version of a specifier that bounds from below (PEP 440, and poetry's `^`, `~` and bare version). `>3.8` lets 3.8.1 in.
fn bound(specifier: &str) -> Option<PythonVersion> {
    let version = specifier.trim_start_matches(['>', '=', '~', '^']).trim();
    if specifier.starts_with(['<', '!']) {
        return None;
    }
    let mut parts = version.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next().and_then(|minor| minor.parse().ok()).unwrap_or(0);
    Some(PythonVersion { major, minor })
}

#[cfg(test)]
mod tests {
    use super::{lowest, newest};

    #[test]
    fn upper_bounds() {
        let bound = |text: &str| newest(text).map(|version| version.to_string());
        let newest = crate::words::names::PythonVersion::NEWEST.to_string();
        for (text, expected) in [
            (">=3.8", &*newest),
            (">=3.8,<3.12", "3.11"),
            (">=3.8,<=3.12", "3.12"),
            (">=3.8,<3.12.4", "3.12"),
            ("^3.9", &*newest),
            ("~3.9", "3.9"),
            ("~=3.10.2", "3.10"),
            ("==3.11.*", "3.11"),
            ("=3.11", "3.11"),
            ("3.11.*", "3.11"),
            ("<4,>=3.10", &*newest),
        ] {
            assert_eq!(bound(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(bound("==44.44"), None);
    }

    #[test]
    fn lower_bounds() {
        let bound = |text: &str| lowest(text).map(|version| version.to_string());
        let cases = [
            (">=3.8", Some("3.8")),
            ("<4,>=3.10.2", Some("3.10")),
            ("~=3.11", Some("3.11")),
            ("==3.12.*", Some("3.12")),
            (">3.7,!=3.8.1", Some("3.7")),
            (">=3", Some("3.0")),
            ("~2.7 || ^3.8", Some("2.7")),
            ("<3.9", None),
            ("*", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(bound(text).as_deref(), expected, "{text}");
        }
    }
}
