//! Short lists of names that are known for something, as `data/words.tsv` has them.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

static LISTS: LazyLock<FxHashMap<&'static str, Vec<(&'static str, &'static str)>>> = LazyLock::new(|| {
    let mut lists: FxHashMap<_, Vec<_>> = FxHashMap::default();
    for row in include_str!("../../data/words.tsv").lines().skip(1) {
        let mut cells = row.split('\t');
        if let (Some(list), Some(word), Some(value)) = (cells.next(), cells.next(), cells.next()) {
            lists.entry(list).or_default().push((word, value));
        }
    }
    lists
});

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Distributions that are copies of a module of the standard library, with that module.
    Backport,
    /// How groups of entry points begin that are not called after the distribution which reads them, with that distribution.
    EntryPointGroup,
    /// How modules of a namespace begin, with what the name of a part's distribution begins with.
    Namespace,
    /// Distributions that others mostly require under a marker of old Pythons or of one platform.
    OldOrElsewhere,
    /// How the names of a tool's plugins begin, with that tool's distribution.
    PluginPrefix,
    /// Distributions that are mostly required for one platform, and work on each.
    Portable,
    /// Programs that run a file which their arguments name.
    Runner,
    /// Programs that import an application which their arguments name: `module:attribute`.
    Server,
    /// Distributions that serve tests and nothing else.
    TestTool,
}

impl List {
    fn name(self) -> &'static str {
        match self {
            Self::Backport => "backport",
            Self::EntryPointGroup => "entry-point-group",
            Self::Namespace => "namespace",
            Self::OldOrElsewhere => "old-or-elsewhere",
            Self::PluginPrefix => "plugin-prefix",
            Self::Portable => "portable",
            Self::Runner => "runner",
            Self::Server => "server",
            Self::TestTool => "test-tool",
        }
    }

    /// The words of the list, each with its value, sorted by word.
    pub fn rows(self) -> &'static [(&'static str, &'static str)] {
        LISTS.get(self.name()).map_or(&[], Vec::as_slice)
    }

    /// Whether the list has the word.
    pub fn has(self, word: &str) -> bool {
        self.rows().iter().any(|(known, _)| *known == word)
    }

    /// The value of the word.
    pub fn value_of(self, word: &str) -> Option<&'static str> {
        self.rows().iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_of_a_list() {
        let lists = [
            List::Backport,
            List::EntryPointGroup,
            List::Namespace,
            List::OldOrElsewhere,
            List::PluginPrefix,
            List::Portable,
            List::Runner,
            List::Server,
            List::TestTool,
        ];
        let known: usize = lists.iter().map(|list| list.rows().len()).sum();
        assert_eq!(known, include_str!("../../data/words.tsv").lines().count() - 1);
        assert!(lists.iter().all(|list| !list.rows().is_empty() && list.rows().is_sorted()));
        assert_eq!(List::Backport.value_of("enum34"), Some("enum"));
        assert!(List::Server.has("gunicorn") && !List::Server.has("flask"));
    }
}
