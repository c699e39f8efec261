//! From where packages are installed, as far as the files of the workspace say it.

use super::store::Model;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::mentions::MentionKind;
use pinlens_facts::words::lists::List;

impl Model {
    /// Whether a file of the workspace names a package index of its own: what that one has, nobody here knows.
    pub(crate) fn has_private_index(&self) -> bool {
        let mut texts = self.structure.manifests.iter().filter_map(|id| match self.facts(*id)? {
            FileFacts::Settings(facts) => Some(&*facts.text),
            facts => Some(&*facts.declarations()?.text),
        });
        texts.any(names_index) || self.evidence.keys(&[MentionKind::PackageIndex]).next().is_some()
    }
}

/// Whether a manifest names another index than the public one.
fn names_index(text: &str) -> bool {
    let has_option = |line: &str| line.starts_with("-i ") || line.starts_with("-f ");
    List::IndexKey.words().any(|mark| text.contains(mark))
        || text.lines().any(has_option)
        || text.contains("[[source]]") && names_other_source(text)
}

/// Whether a Pipfile has a source next to the one that pipenv writes into every Pipfile, which it calls `pypi`.
fn names_other_source(text: &str) -> bool {
    let is_public = |line: &&str| line.replace(['\'', '"', ' '], "") == "name=pypi";
    text.matches("[[source]]").count() > text.lines().filter(is_public).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_indexes_are_seen() {
        assert!(
            names_index("flask\n--extra-index-url https://example.com/simple\n")
                && names_index("-i https://example.com\n")
        );
        assert!(names_index("[[source]]\nurl = \"https://example.com/simple\"\n"));
        assert!(!names_index("[[source]]\nurl = \"https://example.com/simple\"\nname = \"pypi\"\n"));
        assert!(!names_index("flask\n"));
    }
}
