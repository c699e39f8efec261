//! Which rows and tables a statement may add to those that are there.

use super::value::{Key, Kind, Origin, Table, Value};
use crate::words::text::TextRange;
use toml_parser::{ErrorSink, ParseError, Span};

/// How deep values and dotted keys may nest, as in the `toml` crate: later readers go down the tree by calls.
pub(super) const DEEPEST: usize = 80;

/// The table at the end of a path that is there; of a list of tables the last one.
pub(super) fn current<'r>(root: &'r mut Table, path: &[Key]) -> Option<&'r mut Table> {
    path.iter().try_fold(root, |table, key| {
        let at = table.position(&key.name)?;
        last_table(&mut table.rows[at].1)
    })
}

fn last_table(value: &mut Value) -> Option<&mut Table> {
    match &mut value.kind {
        Kind::Table(table) => Some(table),
        Kind::List(list) => match &mut list.last_mut()?.kind {
            Kind::Table(table) if table.origin == Origin::Header => Some(table),
            _ => None,
        },
        _ => None,
    }
}

/// Adds a row below the table; what is there stays.
pub(super) fn insert(
    table: &mut Table,
    mut path: Vec<Key>,
    value: Value,
    is_inline: bool,
    shift: usize,
    errors: &mut dyn ErrorSink,
) {
    let Some(key) = path.pop().filter(|_| path.len() < DEEPEST) else { return };
    let is_dotted = !path.is_empty();
    let Some(inner) = descend(table, &path, true, shift, errors) else { return };
    let is_open = match inner.origin {
        Origin::Dotted => true,
        Origin::Implied => !is_inline,
        Origin::Header | Origin::Inline => !is_dotted,
    };
    if !is_open || inner.contains_key(&key.name) {
        return duplicate(&key, shift, errors);
    }
    inner.push(key, value);
}

/// Makes the table of a header. Gives whether rows may be added to it.
pub(super) fn declare(
    root: &mut Table,
    path: &[Key],
    range: TextRange,
    is_list: bool,
    shift: usize,
    errors: &mut dyn ErrorSink,
) -> bool {
    let Some((key, outer)) = path.split_last().filter(|(_, outer)| outer.len() < DEEPEST) else { return false };
    let Some(outer) = descend(root, outer, false, shift, errors) else { return false };
    let new = || Value { kind: Kind::Table(Table::default()), range };
    let Some(at) = outer.position(&key.name) else {
        let kind = if is_list { Kind::List(vec![new()]) } else { new().kind };
        outer.push(key.clone(), Value { kind, range });
        return true;
    };
    let (known, value) = &mut outer.rows[at];
    match &mut value.kind {
        Kind::List(list) if is_list && is_of_headers(list) => list.push(new()),
        _ if is_list => {
            duplicate(key, shift, errors);
            return false;
        }
        Kind::Table(table) if table.origin == Origin::Implied => {
            table.origin = Origin::Header;
            known.range = key.range;
            value.range = range;
        }
        // the rows of both are kept
        Kind::Table(_) => duplicate(key, shift, errors),
        _ => {
            duplicate(key, shift, errors);
            *value = new();
        }
    }
    true
}

/// Whether a list is that of the tables under `[[…]]`.
fn is_of_headers(list: &[Value]) -> bool {
    matches!(list.last().map(|last| &last.kind), Some(Kind::Table(table)) if table.origin == Origin::Header)
}

/// The table at the end of a path, made where it is not there. Through a dotted key only what dotted keys or headers below
/// imply can be reached.
fn descend<'r>(
    table: &'r mut Table,
    path: &[Key],
    is_dotted: bool,
    shift: usize,
    errors: &mut dyn ErrorSink,
) -> Option<&'r mut Table> {
    let origin = if is_dotted { Origin::Dotted } else { Origin::Implied };
    path.iter().try_fold(table, |table, key| {
        let Some(at) = table.position(&key.name) else {
            let inner = Table::made_by(origin);
            return last_table(table.push(key.clone(), Value { kind: Kind::Table(inner), range: key.range }));
        };
        let is_of_tables = matches!(&table.rows[at].1.kind, Kind::List(_));
        let inner = last_table(&mut table.rows[at].1);
        let open = inner.filter(|inner| match inner.origin {
            Origin::Inline => false,
            Origin::Header => !is_dotted || is_of_tables,
            Origin::Implied | Origin::Dotted => true,
        });
        let Some(inner) = open else {
            duplicate(key, shift, errors);
            return None;
        };
        if is_dotted && inner.origin == Origin::Implied {
            inner.origin = Origin::Dotted;
        }
        Some(inner)
    })
}

fn duplicate(key: &Key, shift: usize, errors: &mut dyn ErrorSink) {
    let at = |offset: u32| (offset as usize).saturating_sub(shift);
    let span = Span::new_unchecked(at(key.range.start), at(key.range.end));
    errors.report_error(ParseError::new("duplicate key").with_unexpected(span));
}
