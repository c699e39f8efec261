//! What must surround a word of code, so that it says what the table requests.

use crate::knowledge::atoms::{Needle, Shape};

/// How far behind a word its value may stand: in a call's argument, and in a setting, which may be a dictionary.
const NEAR: usize = 100;
const FAR: usize = 400;

pub(super) fn is_fixture(needle: &Needle) -> bool {
    needle.shape == Shape::Fixture
}

/// Whether the word between `start` and `end`, a whole string where `is_text`, stands as the needle requires. `line` is where its
/// logical line begins.
pub(super) fn fits(needle: &Needle, text: &str, line: usize, start: usize, end: usize, is_text: bool) -> bool {
    let before = text.get(..start).unwrap_or_default().trim_end_matches([' ', '\t']);
    let after = text.get(end..).unwrap_or_default();
    let stands = match needle.shape {
        Shape::Text => return is_text,
        Shape::Fixture => false,
        Shape::Named => is_named(if is_text { after.get(1..).unwrap_or_default() } else { after }),
        _ if is_text => return false,
        Shape::Any => !is_defined(before),
        Shape::Call => {
            let begins = text.get(line..).unwrap_or_default();
            let called = after.trim_start_matches(' ').starts_with('(') && !is_defined(before);
            called || before.ends_with('.') || begins.starts_with("from ")
        }
        Shape::Attribute => before.ends_with('.'),
        Shape::Marker => before.ends_with("mark."),
    };
    stands && has_value(needle, after)
}

/// Whether the word is the name of what a `def` or `class` makes.
fn is_defined(before: &str) -> bool {
    before.ends_with("def") || before.ends_with("class")
}

/// `=` or `:` behind, also behind the bracket of `config["x"]`.
fn is_named(after: &str) -> bool {
    let after = after.trim_start_matches([' ', '\t', ']']);
    (after.starts_with('=') && !after.starts_with("=="))
        || after.starts_with([':', '+'])
        || after.starts_with(".update(")
}

fn has_value(needle: &Needle, after: &str) -> bool {
    if needle.value.is_empty() {
        return true;
    }
    let is_setting = needle.atom.starts_with("setting:");
    let mut end = after.len().min(if is_setting { FAR } else { NEAR });
    while !after.is_char_boundary(end) {
        end -= 1;
    }
    let near = &after[..end];
    // the value of an argument ends where the next one begins
    let near = if is_setting { near } else { near.split([',', '\n']).next().unwrap_or(near) };
    near.contains(needle.value)
}
