//! TOML as a tree with places, built once for a text, whatever is half-typed in it.
//!
//! The tokens, the grammar of one statement and the meaning of scalars are those of `toml_parser`. Which lines are one statement
//! is decided here (`statements`), so that a bracket or a quote that is not closed yet costs its own statement and no other.
//! Text that is TOML gives the tree that the `toml` crate gives, and no mistakes: `tests/all/toml.rs` compares the two.
//!
//! Nodes hold the bytes that they were read from; blanks and comments are what lies between them in the text.

mod build;
mod statements;
mod tables;
mod value;

pub use value::{Document, Key, Kind, Mistake, Table, Value};

use crate::words::text::TextRange;
use value::around;

/// Reads `text`. Total: what is no TOML costs its own statement.
///
/// ```
/// use pinlens_facts::formats::toml::{read, str_at};
///
/// let document = read("[project]\nname = 'shop'\ndependencies = [\n\n[tool.x]\ny = 'z'\n");
/// assert_eq!(str_at(&document.root, &["project", "name"]), Some("shop"));
/// assert_eq!(str_at(&document.root, &["tool", "x", "y"]), Some("z"));
/// assert_eq!(document.mistakes.len(), 1);
/// ```
pub fn read(text: &str) -> Document {
    let mut document = Document::default();
    statements::each(text, &mut document);
    document
}

/// The value at the end of a path of keys.
pub fn at<'a>(table: &'a Table, keys: &[&str]) -> Option<&'a Value> {
    let (last, folders) = keys.split_last()?;
    let inner = folders.iter().try_fold(table, |table, key| table.get(key)?.as_table())?;
    inner.get(last)
}

/// The table at the end of a path of keys.
pub fn table_at<'a>(table: &'a Table, keys: &[&str]) -> Option<&'a Table> {
    at(table, keys)?.as_table()
}

/// The string at the end of a path of keys.
pub fn str_at<'a>(table: &'a Table, keys: &[&str]) -> Option<&'a str> {
    at(table, keys)?.as_str()
}

/// The strings' meanings of a list, or of the one that stands in its place.
pub fn strings(value: Option<&Value>) -> Vec<Box<str>> {
    let of = |value: &Value| value.as_str().map(Into::into);
    match value.map(|value| &value.kind) {
        Some(Kind::List(list)) => list.iter().filter_map(of).collect(),
        _ => value.and_then(of).into_iter().collect(),
    }
}

/// The bytes of a row from its key (or its table's header) to the end of the last value in it.
pub fn extent(key: &Key, value: &Value) -> TextRange {
    around(key.range, value.reach())
}
