//! What may be shown of a text that anybody may have written.

use std::borrow::Cow;

/// Whether a character is not shown but does something: control characters, those that change the direction of text (UAX #9),
/// and the separators of lines and paragraphs.
pub fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text` without what would steer a terminal or turn its text around: each such character is shown as `�`.
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.contains(steers) { text.replace(steers, "\u{fffd}").into() } else { text.into() }
}

/// The same of a text of several lines, which stay.
pub fn printable_lines(text: &str) -> Cow<'_, str> {
    let steers = |c| c != '\n' && steers(c);
    if text.contains(steers) { text.replace(steers, "\u{fffd}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_is_not_shown() {
        assert_eq!(printable("a\u{1b}[31mb\rc"), "a\u{fffd}[31mb\u{fffd}c");
        assert_eq!(printable("größe"), "größe");
        assert_eq!(printable("a\u{202e}b\u{2066}\u{9b}31m"), "a\u{fffd}b\u{fffd}\u{fffd}31m");
        assert_eq!(printable_lines("a\n\u{1b}b"), "a\n\u{fffd}b");
    }
}
