//! The entries of settings that name something of the workspace, each at its place, so that one which names nothing can be shown.

use pinlens_facts::formats::toml::{Table, Value, table_at};
use pinlens_facts::manifest::SettingsFacts;
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::text::TextRange;

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
pub(crate) fn read(path: &FilePath, facts: &SettingsFacts) -> Vec<Entry> {
    table_of(path, facts).map(|ours| of_table(ours, &facts.text)).unwrap_or_default()
}

/// The settings that the file at `path` has, each with the bytes of its key.
pub(crate) fn keys(path: &FilePath, facts: &SettingsFacts) -> Vec<(String, TextRange)> {
    let rows = table_of(path, facts).into_iter().flat_map(Table::iter);
    rows.map(|(key, _)| (key.name.to_string(), key.range)).collect()
}

/// The table of settings of ours; `None` where the file has none, or is no TOML.
fn table_of<'f>(path: &FilePath, facts: &'f SettingsFacts) -> Option<&'f Table> {
    let root = &facts.document.root;
    let is_ours = path.file_name() == "pinlens.toml";
    let ours = if is_ours { Some(root) } else { table_at(root, &["tool", "pinlens"]) };
    ours.filter(|_| facts.document.mistakes.is_empty())
}

fn of_table(table: &Table, text: &str) -> Vec<Entry> {
    let mut found = Vec::new();
    for (kind, key) in [(Kind::Keep, "keep"), (Kind::DevGroup, "dev-groups"), (Kind::Requirements, "requirements")] {
        list(table, key, kind, text, &mut found);
    }
    let overrides = table.get("overrides").and_then(Value::as_list).unwrap_or_default();
    for one in overrides.iter().filter_map(Value::as_table) {
        for (kind, key) in [(Kind::Distribution, "distributions"), (Kind::Module, "modules"), (Kind::Path, "paths")] {
            list(one, key, kind, text, &mut found);
        }
    }
    for (key, value) in table_at(table, &["map"]).into_iter().flat_map(Table::iter) {
        let whole = whole_row(text, key.range.start as usize, value.range.end as usize);
        found.push(Entry { kind: Kind::Map, text: key.name.to_string(), range: key.range, whole });
    }
    found
}

/// The strings of the list under `key`.
fn list(table: &Table, key: &str, kind: Kind, text: &str, found: &mut Vec<Entry>) {
    for item in table.get(key).and_then(Value::as_list).unwrap_or_default() {
        if let Some(name) = item.as_str() {
            found.push(Entry { kind, text: name.to_owned(), range: item.range, whole: whole_item(text, item.range) });
        }
    }
}

/// An item of a list with its comma, and its line where nothing else is on it.
fn whole_item(text: &str, item: TextRange) -> TextRange {
    let span = item.indices();
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
