//! What the table of uses asks files for: readers keep of schemes, variables and free keys only these.

use rustc_hash::FxHashSet;
use std::sync::LazyLock;

/// The words of the table by what they are.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The schemes of URLs.
    pub schemes: FxHashSet<&'static str>,
    /// Environment variables.
    pub variables: FxHashSet<&'static str>,
    /// Names in configuration files.
    pub names: FxHashSet<&'static str>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| Known::new(include_str!("../../data/uses.tsv")));

impl Known {
    /// Those of the bundled table.
    pub(super) fn bundled() -> &'static Self {
        &KNOWN
    }

    fn new(table: &'static str) -> Self {
        let mut known = Self::default();
        for line in table.lines().skip(1) {
            let mut cells = line.split('\t');
            let (kind, key) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
            if matches!(kind, "broker-url" | "database-url") {
                known.schemes.insert(key);
            }
            for atom in cells.nth(1).unwrap_or_default().split(" | ") {
                match atom.split_once(':').unwrap_or_default() {
                    ("url", url) => drop(known.schemes.insert(url.trim_end_matches("://"))),
                    ("envvar", text) => drop(known.variables.insert(text.split('=').next().unwrap_or(text))),
                    ("config", text) if !text.contains([' ', '=']) => drop(known.names.insert(text)),
                    _ => {}
                }
            }
        }
        known
    }
}
