//! The crude reading of a file in which projects write commands and plugins down: its known words, line by line.

use super::mentions::{Collector, Mentions, Said};
use super::table::Table;

impl Mentions {
    /// The commands and the dotted names of the table that `text` holds, comments left out; a command with what follows it.
    pub fn of_words(text: &str) -> Self {
        let mut found = Collector::default();
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        for (number, line) in text.lines().map(without_comment).enumerate() {
            for word in line.split(|c| !is_word(c)).map(|word| word.trim_matches(['.', '-'])) {
                if Table::bundled().commands.contains(word) {
                    let at = word.as_ptr() as usize - line.as_ptr() as usize;
                    found.add(Said::Command, line.get(at..).unwrap_or(word), number + 1);
                }
                if Table::bundled().names.contains(word) {
                    found.add(Said::Name, word, number + 1);
                }
            }
        }
        found.finish()
    }
}

/// A `#` begins a comment at a line's start and after a blank; a shebang is none.
fn without_comment(line: &str) -> &str {
    if line.starts_with("#!") {
        return line;
    }
    let starts = |at: usize| at == 0 || line.as_bytes()[at - 1].is_ascii_whitespace();
    line.match_indices('#').find(|(at, _)| starts(*at)).map_or(line, |(at, _)| &line[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_outside_comments_are_mentions() {
        let mentions =
            Mentions::of_words("web: gunicorn app:app # not celery\n# uvicorn\nworker: exec /venv/bin/flower\n");
        let said: Vec<_> = mentions.of(Said::Command).map(|mention| (mention.head(), mention.line)).collect();
        assert_eq!(said, [("flower", 2 + 1), ("gunicorn", 1)]);
    }
}
