//! What is filled in elsewhere, as an unknown word.

use super::super::command::UNKNOWN;
use std::borrow::Cow;

/// The text with an unknown word for each pair of brackets that is closed on its line.
pub fn blanked<'a>(text: Cow<'a, str>, open: &str, close: &str) -> Cow<'a, str> {
    if !text.contains(open) {
        return text;
    }
    let mut blanked = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.find(open) {
        let (before, from) = rest.split_at(at);
        blanked.push_str(before);
        let line = from.split('\n').next().unwrap_or_default();
        if let Some(length) = line.get(open.len()..).and_then(|body| body.find(close)) {
            blanked.push(UNKNOWN);
            rest = &from[open.len() + length + close.len()..];
        } else {
            // what is not closed behind the first one is not closed behind the next
            blanked.push_str(line);
            rest = &from[line.len()..];
        }
    }
    blanked.push_str(rest);
    Cow::Owned(blanked)
}
