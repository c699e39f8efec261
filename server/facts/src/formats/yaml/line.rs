//! The parts of one line of YAML.

use super::super::flow;

pub(super) fn indent(line: &str) -> usize {
    line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// A line without its indentation and the blanks at its end.
pub(super) fn content(line: &str) -> &str {
    line.get(indent(line)..).unwrap_or_default().trim_end()
}

pub(super) fn is_dash(text: &str) -> bool {
    text == "-" || text.starts_with("- ") || text.starts_with("-\t")
}

pub(super) fn without_comment(text: &str) -> &str {
    text.find(" #").map_or(text, |at| &text[..at]).trim_end()
}

/// The key of a line and what stands behind its colon.
pub(super) fn split_key(text: &str) -> Option<(String, &str)> {
    if let Some('"' | '\'') = text.chars().next() {
        let (key, rest) = flow::quoted(text)?;
        let rest = rest.trim_start().strip_prefix(':')?;
        return (rest.is_empty() || rest.starts_with([' ', '\t'])).then(|| (key, comment_free(rest)));
    }
    if text.starts_with(['[', '{', '#', '|', '>', '*', '&', '!', '`', '@', '%', ',']) && !text.starts_with("<<") {
        return None;
    }
    let at = text.match_indices(':').map(|(at, _)| at).find(|at| {
        let rest = &text[at + 1..];
        rest.is_empty() || rest.starts_with([' ', '\t'])
    })?;
    let key = text[..at].trim_end();
    // a colon inside a command or a comment makes no key
    (!key.is_empty() && !key.contains(['"', '\'', '$', '=', '|', '&']) && !key.contains(" #") && !key.contains("://"))
        .then(|| (key.to_owned(), comment_free(&text[at + 1..])))
}

/// What stands behind a key, where it is more than a comment.
fn comment_free(rest: &str) -> &str {
    let rest = rest.trim();
    if rest.starts_with('#') { "" } else { rest }
}

/// What follows the tag and the anchor before a value, and the anchor's name.
pub(super) fn without_properties(text: &str) -> (&str, Option<&str>) {
    let mut rest = text;
    let mut anchor = None;
    while rest.starts_with(['&', '!']) {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        anchor = rest[..end].strip_prefix('&').or(anchor);
        rest = rest[end..].trim_start();
    }
    (comment_free(rest), anchor)
}

/// Counts brackets over several lines, quotes respected.
pub(super) struct Brackets {
    /// How many are open.
    pub open: usize,
    quote: Option<char>,
    before: char,
}

impl Brackets {
    pub fn of(text: &str) -> Self {
        let mut brackets = Self { open: 0, quote: None, before: ' ' };
        brackets.take(text);
        brackets
    }

    pub fn take(&mut self, text: &str) {
        for c in text.chars() {
            match self.quote {
                Some(open) => {
                    if c == open && self.before != '\\' {
                        self.quote = None;
                    }
                }
                None => match c {
                    '"' => self.quote = Some(c),
                    '\'' if !self.before.is_alphanumeric() => self.quote = Some(c),
                    '[' | '{' => self.open += 1,
                    ']' | '}' => self.open = self.open.saturating_sub(1),
                    _ => {}
                },
            }
            self.before = c;
        }
    }
}
