//! The entries of settings that name something of the workspace, each at its place, so that one which names nothing can be shown.

use pinlens_facts::formats::toml::with_table;
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::text::TextRange;
use std::ops::Range;
use toml::de::DeTable;

/// What an entry names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A distribution that is never called unused.
    Keep,
    /// A distribution in an override.
    Distribution,
    /// A module in an override.
    Module,
    /// A module that the map has a row of.
    Map,
    /// A pattern of files in an override.
    Path,
    /// A pattern of requirements files.
    Requirements,
    /// A group or extra for developers.
    DevGroup,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// What it names.
    pub kind: Kind,
    /// The name or pattern.
    pub text: String,
    /// Its bytes, quotes included.
    pub range: TextRange,
    /// What goes when it is removed: its comma too, or its line.
    pub whole: TextRange,
}

/// The entries of the settings file at `path`; none where it has no settings of ours, or is no TOML.
pub(crate) fn read(path: &FilePath, text: &str) -> Vec<Entry> {
    let (found, shift) = in_settings(path, text, of_table);
    let shifted = |range: TextRange| range.shifted(shift);
    found.into_iter().map(|one| Entry { range: shifted(one.range), whole: shifted(one.whole), ..one }).collect()
}

/// The settings that the file at `path` has, each with the bytes of its key.
pub(crate) fn keys(path: &FilePath, text: &str) -> Vec<(String, TextRange)> {
    let of = |table: &DeTable<'_>, _: &str| -> Vec<(String, TextRange)> {
        table.iter().map(|(key, _)| (key.get_ref().to_string(), range(&key.span()))).collect()
    };
    let (found, shift) = in_settings(path, text, of);
    found.into_iter().map(|(key, range)| (key, range.shifted(shift))).collect()
}

/// What `of` gives for the table of settings and the text that its places are of, and how many bytes stand before that text;
/// nothing where the file has no settings of ours, or is no TOML.
fn in_settings<T>(path: &FilePath, text: &str, of: impl Fn(&DeTable<'_>, &str) -> Vec<T>) -> (Vec<T>, u32) {
    let shift = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let body = text.get(shift..).unwrap_or_default();
    let is_ours = path.file_name() == "pinlens.toml";
    let found = with_table(body, |table, errors| {
        let ours =
            if is_ours { Some(table) } else { table_in(table, "tool").and_then(|tool| table_in(tool, "pinlens")) };
        ours.filter(|_| errors.is_empty()).map(|ours| of(ours, body)).unwrap_or_default()
    });
    (found, shift as u32)
}

fn table_in<'t, 'a>(table: &'t DeTable<'a>, key: &str) -> Option<&'t DeTable<'a>> {
    table.get(key)?.get_ref().as_table()
}

fn of_table(table: &DeTable<'_>, text: &str) -> Vec<Entry> {
    let mut found = Vec::new();
    for (kind, key) in [(Kind::Keep, "keep"), (Kind::DevGroup, "dev-groups"), (Kind::Requirements, "requirements")] {
        list(table, key, kind, text, &mut found);
    }
    let overrides = table.get("overrides").and_then(|item| item.get_ref().as_array());
    for one in overrides.into_iter().flat_map(|items| items.iter()).filter_map(|one| one.get_ref().as_table()) {
        for (kind, key) in [(Kind::Distribution, "distributions"), (Kind::Module, "modules"), (Kind::Path, "paths")] {
            list(one, key, kind, text, &mut found);
        }
    }
    for (key, value) in table_in(table, "map").into_iter().flat_map(|map| map.iter()) {
        let whole = whole_row(text, key.span().start, value.span().end);
        found.push(Entry { kind: Kind::Map, text: key.get_ref().to_string(), range: range(&key.span()), whole });
    }
    found
}

/// The strings of the list under `key`.
fn list(table: &DeTable<'_>, key: &str, kind: Kind, text: &str, found: &mut Vec<Entry>) {
    let items = table.get(key).and_then(|item| item.get_ref().as_array());
    for item in items.into_iter().flat_map(|items| items.iter()) {
        if let Some(name) = item.get_ref().as_str() {
            let (range, whole) = (range(&item.span()), whole_item(text, item.span()));
            found.push(Entry { kind, text: name.to_owned(), range, whole });
        }
    }
}

fn range(span: &Range<usize>) -> TextRange {
    TextRange::new(span.start as u32, span.end as u32)
}

/// An item of a list with its comma, and its line where nothing else is on it.
fn whole_item(text: &str, span: Range<usize>) -> TextRange {
    let after = text.get(span.end..).unwrap_or_default();
    let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
    let has_comma = after.get(blanks..).is_some_and(|rest| rest.starts_with(','));
    let end = if has_comma { span.end + blanks + 1 } else { span.end };
    let line = whole_row(text, span.start, end);
    if line.start as usize != span.start || has_comma {
        let rest = text.get(end..).unwrap_or_default();
        let gap = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        return if line.start as usize == span.start {
            TextRange::new(span.start as u32, (end + gap) as u32)
        } else {
            line
        };
    }
    // the last of several: the comma before it goes
    let before = text.get(..span.start).unwrap_or_default().trim_end();
    let start = before.strip_suffix(',').map_or(span.start, str::len);
    TextRange::new(start as u32, end as u32)
}

/// The line of what lies between the offsets where nothing else is on it, its break included; else just that.
fn whole_row(text: &str, start: usize, end: usize) -> TextRange {
    let line_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let rest = text.get(end..).unwrap_or_default();
    let line_end = rest.find('\n').map_or(text.len(), |at| end + at + 1);
    let is_alone = text.get(line_start..start).is_some_and(|before| before.trim().is_empty())
        && text
            .get(end..line_end)
            .is_some_and(|behind| behind.trim().is_empty() || behind.trim_start().starts_with('#'));
    if is_alone { TextRange::new(line_start as u32, line_end as u32) } else { TextRange::new(start as u32, end as u32) }
}
