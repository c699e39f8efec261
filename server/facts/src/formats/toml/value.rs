//! The tree of TOML.

use crate::words::text::TextRange;
use rustc_hash::FxHashMap;

/// What a text says, and where it is no TOML.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// The table that holds all.
    pub root: Table,
    /// Where it is no TOML, in the order of the text.
    pub mistakes: Vec<Mistake>,
}

/// A place where a text is no TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where; may be empty.
    pub range: TextRange,
    /// What is wrong, in words for the user.
    pub message: Box<str>,
}

/// Rows in the order in which their keys first stand in the text, each key once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub(super) rows: Vec<(Key, Value)>,
    /// The row of each key; kept only where there are many.
    by_name: FxHashMap<Box<str>, u32>,
    pub(super) origin: Origin,
}

/// A key, or one part of a dotted key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Quotes and escapes resolved.
    pub name: Box<str>,
    /// Its bytes, quotes included.
    pub range: TextRange,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// Its bytes, quotes and brackets included. Of a table with a header of its own it is the header, of a list of such tables
    /// the first header, and of a table that only dotted keys imply the part that names it.
    pub range: TextRange,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A string: quotes and escapes resolved.
    String(Box<str>),
    /// A whole number, without `_`.
    Integer(Box<str>),
    /// Any other number, without `_`.
    Float(Box<str>),
    /// `true` or `false`.
    Boolean(bool),
    /// A date or a time.
    Date,
    /// A list, or the tables under `[[…]]`.
    List(Vec<Value>),
    /// A table.
    Table(Table),
}

/// What made a table, which decides what may still be added to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Origin {
    /// Its own header, or it is the root.
    #[default]
    Header,
    /// The header of a table inside it.
    Implied,
    /// A dotted key.
    Dotted,
    /// Braces.
    Inline,
}

/// From this many rows on a table is looked up by a map.
const MANY: usize = 12;

impl Table {
    /// An empty table that was made in this way.
    pub(super) fn made_by(origin: Origin) -> Self {
        Self { origin, ..Self::default() }
    }

    /// The value of a key.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.position(name).map(|at| &self.rows[at].1)
    }

    /// Whether it has the key.
    pub fn contains_key(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows.
    pub fn iter(&self) -> std::slice::Iter<'_, (Key, Value)> {
        self.rows.iter()
    }

    /// The rows by the names of their keys.
    pub fn sorted(&self) -> Vec<&(Key, Value)> {
        let mut rows: Vec<_> = self.rows.iter().collect();
        rows.sort_unstable_by(|a, b| a.0.name.cmp(&b.0.name));
        rows
    }

    pub(super) fn position(&self, name: &str) -> Option<usize> {
        if self.rows.len() < MANY {
            return self.rows.iter().position(|(key, _)| *key.name == *name);
        }
        self.by_name.get(name).map(|&at| at as usize)
    }

    /// Adds a row whose key is new.
    pub(super) fn push(&mut self, key: Key, value: Value) -> &mut Value {
        let at = self.rows.len();
        if at + 1 == MANY {
            self.by_name = self.rows.iter().enumerate().map(|(at, (key, _))| (key.name.clone(), at as u32)).collect();
        }
        if at + 1 >= MANY {
            self.by_name.insert(key.name.clone(), at as u32);
        }
        self.rows.push((key, value));
        &mut self.rows[at].1
    }
}

impl<'a> IntoIterator for &'a Table {
    type Item = &'a (Key, Value);
    type IntoIter = std::slice::Iter<'a, (Key, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Value {
    /// The string, where it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth, where it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.kind {
            Kind::Boolean(truth) => Some(truth),
            _ => None,
        }
    }

    /// The elements, where it is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match &self.kind {
            Kind::List(list) => Some(list),
            _ => None,
        }
    }

    /// The table, where it is one.
    pub fn as_table(&self) -> Option<&Table> {
        match &self.kind {
            Kind::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Its bytes and those of all that other lines put into it.
    pub(super) fn reach(&self) -> TextRange {
        let inner = match &self.kind {
            Kind::Table(table) => table.iter().map(|(_, value)| value.reach()).reduce(around),
            Kind::List(list) => list.iter().map(Self::reach).reduce(around),
            _ => None,
        };
        inner.map_or(self.range, |inner| around(inner, self.range))
    }
}

/// The smallest range that holds both.
pub(super) fn around(one: TextRange, other: TextRange) -> TextRange {
    TextRange::new(one.start.min(other.start), one.end.max(other.end))
}
