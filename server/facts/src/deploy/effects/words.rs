//! The words of a command line: options with their values, and others.

/// Options that take a value, by their names; what follows a word of them, or its `=`.
#[allow(clippy::struct_field_names)] // the words are what it holds
pub(crate) struct Words<'a> {
    words: &'a [String],
    valued: &'static [&'static str],
    pub at: usize,
}

/// A word of a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word<'a> {
    /// An option, with its value where it takes one.
    Option(&'a str, &'a str),
    /// Another word.
    Free(&'a str),
}

impl<'a> Words<'a> {
    pub fn new(words: &'a [String], valued: &'static [&'static str]) -> Self {
        Self { words, valued, at: 0 }
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        let word = self.words.get(self.at)?.as_str();
        self.at += 1;
        if !word.starts_with('-') || word == "-" {
            return Some(Word::Free(word));
        }
        if word.starts_with("--") {
            if let Some((name, value)) = word.split_once('=') {
                return Some(Word::Option(name, value));
            }
            if !self.valued.contains(&word) {
                return Some(Word::Option(word, ""));
            }
        } else if !self.valued.contains(&word) {
            // `-rfile`
            let glued = word.char_indices().nth(2).map(|(at, _)| word.split_at(at));
            return Some(match glued.filter(|(name, _)| self.valued.contains(name)) {
                Some((name, value)) => Word::Option(name, value.trim_start_matches('=')),
                None => Word::Option(word, ""),
            });
        }
        let value = self.words.get(self.at).map_or("", String::as_str);
        self.at += 1;
        Some(Word::Option(word, value))
    }
}
