//! What manifests in TOML have in common: their strings as items, and where the text is no TOML.

use super::item::{Item, unknown};
use crate::formats::toml::Value;
use crate::requirements::{Group, RequirementsFacts, UnknownReason};
use crate::words::text::TextRange;
use toml::de::{DeValue, Error};

/// Says where the text is no TOML: something may be lost there.
pub(super) fn note_errors(facts: &mut RequirementsFacts, errors: &[Error]) {
    if let Some(span) = errors.first().map(|error| error.span().unwrap_or_default()) {
        unknown(
            facts,
            TextRange::new(span.start as u32, span.end.max(span.start) as u32),
            UnknownReason::Invalid,
            &Group::Runtime,
        );
    }
}

/// The string that a value is.
pub(super) fn item<'a>(text: &str, value: &'a Value<'_>) -> Option<Item<'a>> {
    let string = value.get_ref().as_str()?;
    let item = Item::quoted(text, string, &value.span());
    // a string of several lines begins behind its first line break
    let written = text.get(item.inner.indices()).unwrap_or_default();
    let skipped = written.len().checked_sub(string.len()).filter(|&skipped| {
        matches!(written.get(..skipped), Some("\n" | "\r\n")) && written.get(skipped..) == Some(string)
    });
    let start = item.inner.start + skipped.unwrap_or(0) as u32;
    Some(Item { inner: TextRange::new(start, item.inner.end), ..item })
}

/// The strings of a list, or the one that stands in its place.
pub(super) fn items<'a>(text: &str, value: &'a Value<'_>) -> Vec<Item<'a>> {
    match value.get_ref() {
        DeValue::Array(list) => list.iter().filter_map(|one| item(text, one)).collect(),
        _ => item(text, value).into_iter().collect(),
    }
}
