//! Dependencies as rows of a table, as poetry and pipenv write them: `name = "constraint"` or `name = {version = …}`.

use super::constraint;
use super::item::{Item, Place, error};
use super::toml_text::{item, items};
use crate::formats::toml::{Key, Kind, Table, Value, extent, str_at};
use crate::requirements::{Group, Requirement, RequirementsFacts, Source, Spanned};
use crate::words::names::DistributionName;
use crate::words::suppress::Ignores;

/// Adds the requirement of one row; of each of its tables, where the value is a list of them.
pub(super) fn declare(facts: &mut RequirementsFacts, key: &Key, value: &Value, group: &Group) {
    let whole = extent(key, value);
    let text = facts.text.clone();
    let name = Item::quoted(&text, &key.name, key.range);
    if whole.is_empty() || name.value.is_empty() {
        return;
    }
    let place = Place::of(&text, whole);
    if !is_name(name.value) {
        return error(facts, name.token, format!("`{}` is no name of a distribution", name.value), &place.ignores);
    }
    let requirement = Requirement {
        name: Some(DistributionName::new(name.value)),
        name_range: name.visible(),
        range: whole,
        line_range: place.line,
        source: Source::Index,
        extras: Vec::new(),
        specifier: None,
        marker: None,
        comment: place.comment,
        ignores: place.ignores,
        via: Vec::new(),
        group: group.clone(),
    };
    let found = match &value.kind {
        Kind::Table(table) => detailed(&text, table, requirement),
        // alternatives, each with its marker: the first tells the version, and the distribution is declared once
        Kind::List(tables) => match tables.iter().find_map(|one| one.as_table()) {
            Some(table) if tables.len() == 1 => detailed(&text, table, requirement),
            Some(table) => Requirement { specifier: None, marker: None, ..detailed(&text, table, requirement) },
            None => requirement,
        },
        _ => Requirement { specifier: item(&text, value).and_then(specifier), ..requirement },
    };
    facts.requirements.push(found);
}

/// Takes in what a table says of a requirement.
fn detailed(text: &str, table: &Table, requirement: Requirement) -> Requirement {
    let string = |key: &str| table.get(key).and_then(|value| item(text, value));
    let spanned = |item: Item<'_>| Spanned { text: item.value.into(), range: item.visible() };
    let extras = table.get("extras").map(|value| items(text, value)).unwrap_or_default();
    let source = if ["git", "hg", "svn", "bzr"].iter().any(|system| table.contains_key(system)) {
        Source::Vcs
    } else if ["url", "file"].iter().any(|key| str_at(table, &[key]).is_some_and(|value| value.contains("://"))) {
        Source::Url
    } else if ["path", "file"].iter().any(|key| table.contains_key(key)) {
        Source::Path
    } else {
        Source::Index
    };
    Requirement {
        source,
        extras: extras.into_iter().filter(|extra| !extra.value.is_empty()).map(spanned).collect(),
        specifier: string("version").and_then(specifier),
        marker: string("markers").filter(|marker| !marker.value.trim().is_empty()).map(spanned),
        ..requirement
    }
}

/// The specifier (PEP 440) that a constraint means, at the constraint's place.
fn specifier(item: Item<'_>) -> Option<Spanned> {
    Some(Spanned { text: constraint::translate(item.value)?.into(), range: item.visible() })
}

fn is_name(text: &str) -> bool {
    let ends = [text.bytes().next(), text.bytes().next_back()];
    ends.iter().all(|end| end.is_some_and(|byte| byte.is_ascii_alphanumeric()))
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Tells that a table of rows is expected.
pub(super) fn wrong_shape(facts: &mut RequirementsFacts, value: &Value, message: &str) {
    error(facts, value.range, message, &Ignores::None);
}
