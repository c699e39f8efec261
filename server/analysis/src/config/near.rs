//! "Did you mean": the known word that an unknown one is nearest to.

/// The one of `known` that `word` was likely meant to be.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let spelt: Vec<Spelt> = known.iter().map(|one| Spelt::new(one)).collect();
    let found = nearest_of(word, &spelt)?;
    known.iter().copied().find(|one| *one == found)
}

/// The same, of words that many are compared with.
pub(crate) fn nearest_of<'a>(word: &str, known: &'a [Spelt]) -> Option<&'a str> {
    let word = Spelt::new(&kebab(word));
    let most = (word.text.chars().count() / 3).max(1);
    let near = known.iter().filter(|one| one.may_be_within(most, &word));
    let scored = near.map(|one| (strsim::osa_distance(&word.text, &one.text), &*one.text));
    scored.filter(|(distance, _)| *distance <= most).min().map(|(_, one)| one)
}

/// A word, and the set of its letters: most words are ruled out by that, without a comparison.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spelt {
    text: Box<str>,
    letters: u64,
}

impl Spelt {
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.into(), letters: letters(text) }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether both have the same letters, however often and in whatever order.
    pub(crate) const fn has_letters_of(&self, other: &Self) -> bool {
        self.letters == other.letters
    }

    /// Whether so many edits may make one of the other: each adds a letter, takes one away, or both.
    pub(crate) const fn may_be_within(&self, edits: usize, other: &Self) -> bool {
        (self.letters ^ other.letters).count_ones() as usize <= 2 * edits
    }
}

/// The set of the letters and digits of a word, a bit each; one bit for all else.
fn letters(word: &str) -> u64 {
    let bit = |byte: u8| match byte {
        b'a'..=b'z' => u32::from(byte - b'a'),
        b'0'..=b'9' => 26 + u32::from(byte - b'0'),
        _ => 36,
    };
    word.bytes().fold(0, |set, byte| set | 1 << bit(byte))
}

/// `pythonVersion` and `python_version` as `python-version`.
fn kebab(word: &str) -> String {
    let mut out = String::new();
    for character in word.chars().take(64) {
        match character {
            '_' => out.push('-'),
            upper if upper.is_ascii_uppercase() => out.extend(['-', upper.to_ascii_lowercase()]),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_near_word_is_ruled_out_by_its_letters(word in "[a-d_é]{0,6}", known in proptest::collection::vec("[a-d-é]{0,6}", 0..8)) {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let (kebab, most) = (kebab(&word), (word.chars().count() / 3).max(1));
            let scored = known.iter().map(|one| (strsim::osa_distance(&kebab, one), *one));
            let slow = scored.filter(|(distance, _)| *distance <= most).min().map(|(_, one)| one);
            prop_assert_eq!(nearest(&word, &known), slow);
        }
    }

    #[test]
    fn near_words_are_found() {
        let known = ["python-version", "select", "severity", "map"];
        assert_eq!(nearest("pythonVersion", &known), Some("python-version"));
        assert_eq!(nearest("python_version", &known), Some("python-version"));
        assert_eq!(nearest("selct", &known), Some("select"));
        assert_eq!(nearest("severities", &known), Some("severity"));
        assert_eq!(nearest("colour", &known), None);
        assert_eq!(nearest("flaks", &["flask", "black"]), Some("flask"), "two letters changed places");
    }
}
