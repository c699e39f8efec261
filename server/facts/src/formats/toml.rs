//! TOML with places: read as far as it can be, whatever is half-typed in it.

use crate::words::text::TextRange;
use std::borrow::Cow;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

/// A value with its bytes.
pub type Value<'t> = Spanned<DeValue<'t>>;

/// How many lines without a value are left out, at most: each costs another reading.
const MOST: usize = 8;

/// How many brackets may be open at once. The library keeps some 70 bytes for each, and no person opens as many.
const MOST_OPEN: usize = 1_000;

/// Reads `text` and hands the table and its errors on. A key that has no value yet ends the reading of the library, so such
/// lines are blanked and the text is read again. What follows too many open brackets is not read: an error stands there.
pub fn with_table<R>(text: &str, then: impl FnOnce(&DeTable<'_>, &[Error]) -> R) -> R {
    let mut readable = Cow::Borrowed(readable(text));
    let mut lost: Vec<Error> = Vec::new();
    loop {
        let (table, errors) = DeTable::parse_recoverable(&readable);
        let bare = errors.iter().position(|error| error.message().starts_with("key with no value"));
        let span = bare.filter(|_| lost.len() < MOST).and_then(|bare| errors[bare].span());
        let Some(blanked) = span.and_then(|span| blank_line(&readable, span.start)) else {
            lost.extend(errors);
            return then(table.get_ref(), &lost);
        };
        lost.extend(bare.and_then(|bare| errors.into_iter().nth(bare)));
        readable = Cow::Owned(blanked);
    }
}

/// The text up to where too many brackets are open.
pub fn readable(text: &str) -> &str {
    let mut open = 0_usize;
    let cut = text.bytes().position(|byte| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > MOST_OPEN
    });
    cut.and_then(|at| text.get(..at)).unwrap_or(text)
}

/// The text with spaces in place of the line that holds `at`; `None` where that changes nothing.
fn blank_line(text: &str, at: usize) -> Option<String> {
    let before = text.get(..at)?;
    let start = before.rfind('\n').map_or(0, |found| found + 1);
    let end = at + text.get(at..)?.find(['\n', '\r']).unwrap_or(text.len() - at);
    let line = text.get(start..end).filter(|line| !line.trim().is_empty())?;
    Some([text.get(..start)?, &" ".repeat(line.len()), text.get(end..)?].concat())
}

/// The value at the end of a path of keys.
pub fn at<'a, 't>(table: &'a DeTable<'t>, keys: &[&str]) -> Option<&'a Value<'t>> {
    let (last, folders) = keys.split_last()?;
    let inner = folders.iter().try_fold(table, |table, key| table.get(*key)?.get_ref().as_table())?;
    inner.get(*last)
}

/// The table at the end of a path of keys.
pub fn table_at<'a, 't>(table: &'a DeTable<'t>, keys: &[&str]) -> Option<&'a DeTable<'t>> {
    at(table, keys)?.get_ref().as_table()
}

/// The string at the end of a path of keys.
pub fn str_at<'a>(table: &'a DeTable<'_>, keys: &[&str]) -> Option<&'a str> {
    at(table, keys)?.get_ref().as_str()
}

/// The strings' meanings of a list, or of the one that stands in its place.
pub fn strings(value: Option<&Value<'_>>) -> Vec<Box<str>> {
    let of = |value: &Value<'_>| value.get_ref().as_str().map(Into::into);
    match value.map(Spanned::get_ref) {
        Some(DeValue::Array(list)) => list.iter().filter_map(of).collect(),
        _ => value.and_then(of).into_iter().collect(),
    }
}

/// The bytes of a row from its key (or its table's header) to the end of the last value in it.
pub fn extent(key: &Spanned<Cow<'_, str>>, value: &Value<'_>) -> TextRange {
    let (key, value) = (key.span(), reach(value));
    TextRange::new(key.start.min(value.start) as u32, key.end.max(value.end) as u32)
}

/// The bytes of a value and of all that other lines put into it.
fn reach(value: &Value<'_>) -> Range<usize> {
    let span = value.span();
    let widest = |a: Range<usize>, b: Range<usize>| a.start.min(b.start)..a.end.max(b.end);
    let inner = match value.get_ref() {
        DeValue::Table(table) => table.values().map(reach).reduce(widest),
        DeValue::Array(list) => list.iter().map(reach).reduce(widest),
        _ => None,
    };
    inner.map_or(span.clone(), |inner| span.start.min(inner.start)..span.end.max(inner.end))
}
