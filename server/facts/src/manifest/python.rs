//! The Python that a project needs: the lower bound of `requires-python` and its like.

use crate::words::names::PythonVersion;

/// The lowest version that specifiers (PEP 440) let in; poetry joins alternatives with `||`, of which the lowest counts.
pub(super) fn lowest(specifiers: &str) -> Option<PythonVersion> {
    specifiers.split("||").filter_map(lower_bound).min()
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
    use super::lowest;

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
