//! What manifests in TOML have in common: their strings as items, and where the text is no TOML.

use super::item::{Item, unknown};
use crate::formats::toml::{Kind, Mistake, Value};
use crate::requirements::{Group, RequirementsFacts, UnknownReason};
use crate::words::text::TextRange;

/// Says where the text is no TOML: something may be lost there.
pub(super) fn note_mistakes(facts: &mut RequirementsFacts, mistakes: &[Mistake]) {
    if let Some(first) = mistakes.first() {
        unknown(facts, first.range, UnknownReason::Invalid, &Group::Runtime);
    }
}

/// The string that a value is.
pub(super) fn item<'a>(text: &str, value: &'a Value) -> Option<Item<'a>> {
    let string = value.as_str()?;
    let item = Item::quoted(text, string, value.range);
    // a string of several lines begins behind its first line break
    let written = text.get(item.inner.indices()).unwrap_or_default();
    let skipped = written.len().checked_sub(string.len()).filter(|&skipped| {
        matches!(written.get(..skipped), Some("\n" | "\r\n")) && written.get(skipped..) == Some(string)
    });
    let start = item.inner.start + skipped.unwrap_or(0) as u32;
    Some(Item { inner: TextRange::new(start, item.inner.end), ..item })
}

/// The strings of a list, or the one that stands in its place.
pub(super) fn items<'a>(text: &str, value: &'a Value) -> Vec<Item<'a>> {
    match &value.kind {
        Kind::List(list) => list.iter().filter_map(|one| item(text, one)).collect(),
        _ => item(text, value).into_iter().collect(),
    }
}
