//! What a structured file holds, whatever its syntax: texts, lists and tables, each with its line.

use super::toml::{self, Kind, Table};
use crate::words::text::{LineIndex, TextRange};

/// A value and the line on which it begins, counted from 1.
#[derive(Clone, Debug)]
pub struct Node {
    /// The line.
    pub line: usize,
    /// Its bytes in the text that was read, quotes and brackets included.
    pub range: TextRange,
    /// What it is.
    pub value: Value,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Value {
    /// A scalar, as text. In a block of several lines they are those of the file, so that the lines count on.
    Text(String),
    /// The elements in order.
    List(Vec<Node>),
    /// The rows in order, each key with its line.
    Map(Vec<Row>),
    /// A value that stands elsewhere in the file under this name.
    Alias(String),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Row {
    /// The key, without quotes.
    pub key: String,
    /// Its line.
    pub line: usize,
    /// The value.
    pub node: Node,
}

impl Node {
    /// A scalar.
    pub fn text(line: usize, range: TextRange, text: impl Into<String>) -> Self {
        Self { line, range, value: Value::Text(text.into()) }
    }

    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The rows of a table; none of anything else.
    pub fn rows(&self) -> &[Row] {
        match &self.value {
            Value::Map(rows) => rows,
            _ => &[],
        }
    }

    /// The elements of a list; a value alone is one.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.rows().iter().find(|row| row.key == key).map(|row| &row.node)
    }
}

/// A table of TOML.
pub fn of_toml(text: &str, table: &Table) -> Node {
    Toml { text, lines: LineIndex::new(text) }.table(table, 1, TextRange::new(0, text.len() as u32))
}

struct Toml<'a> {
    text: &'a str,
    lines: LineIndex,
}

impl Toml<'_> {
    fn line(&self, offset: u32) -> usize {
        self.lines.line_of(offset) as usize + 1
    }

    fn table(&self, table: &Table, line: usize, range: TextRange) -> Node {
        let rows = table.iter().map(|(key, value)| {
            let line = self.line(key.range.start);
            Row { key: key.name.to_string(), line, node: self.value(value) }
        });
        let mut rows: Vec<Row> = rows.collect();
        rows.sort_by_key(|row| row.line);
        Node { line, range, value: Value::Map(rows) }
    }

    fn value(&self, value: &toml::Value) -> Node {
        let range = value.range;
        let line = self.line(range.start);
        let written = self.text.get(range.indices()).unwrap_or_default();
        match &value.kind {
            Kind::String(string) => {
                // a string of several lines begins behind its first line break
                let below =
                    ["\"\"\"\n", "\"\"\"\r\n", "'''\n", "'''\r\n"].iter().any(|quote| written.starts_with(quote));
                Node::text(line + usize::from(below), range, &**string)
            }
            Kind::List(list) => {
                Node { line, range, value: Value::List(list.iter().map(|one| self.value(one)).collect()) }
            }
            Kind::Table(table) => self.table(table, line, range),
            _ => Node::text(line, range, written),
        }
    }
}

/// A file of sections and keys.
pub fn of_ini(text: &str) -> Node {
    let lines = LineIndex::new(text);
    let mut sections: Vec<Row> = Vec::new();
    // the line on which the text of the last row ends, where it has more than one
    let mut last: Option<usize> = None;
    for found in crate::formats::ini::lines(text) {
        let line = lines.line_of(found.start as u32) as usize + 1;
        let range = TextRange::new(found.start as u32, (found.start + found.value.len()) as u32);
        if sections.last().is_none_or(|row| row.key != found.section) {
            let node = Node { line, range, value: Value::Map(Vec::new()) };
            sections.push(Row { key: found.section.to_owned(), line, node });
        }
        let Some(section) = sections.last_mut().map(|row| &mut row.node) else { continue };
        section.range.end = range.end;
        let Value::Map(rows) = &mut section.value else { continue };
        let above = rows.last_mut().filter(|row| !found.beside_key && row.key == found.key);
        if let Some(Row { node: Node { line: first, range: all, value: Value::Text(whole) }, .. }) = above {
            all.end = range.end;
            // what was left out in between counts as lines
            last.get_or_insert_with(|| *first + whole.matches('\n').count());
            let have = last.unwrap_or(*first);
            let breaks = line.saturating_sub(have).max(1);
            whole.push_str(&"\n".repeat(breaks));
            whole.push_str(found.value);
            last = Some(have + breaks + found.value.matches('\n').count());
        } else {
            rows.push(Row { key: found.key.to_owned(), line, node: Node::text(line, range, found.value) });
            last = None;
        }
    }
    Node { line: 1, range: TextRange::new(0, text.len() as u32), value: Value::Map(sections) }
}
