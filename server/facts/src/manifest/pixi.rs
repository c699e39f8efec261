//! pixi's `pixi.toml`, and its tables in pyproject.toml: what conda installs, and what comes from a package index.
//!
//! A feature's tables are for the environments that name it, as those of an extra are. Where its name or those of all its environments
//! say that it is for developers, what it installs is a mention.

use super::settings::SettingsFacts;
use super::toml_text::note_mistakes;
use super::{conda, item, python, rows};
use crate::formats::toml::{self, Document, Kind, Table, Value, str_at, table_at};
use crate::mentions;
use crate::requirements::{Format, Group, RequirementsFacts, Source};
use crate::words::names::DistributionName;
use crate::words::roles::is_group_for_development;

/// Reads what a `pixi.toml` declares.
pub fn parse(text: &str) -> RequirementsFacts {
    read(text, &toml::read(text))
}

/// Reads all that a `pixi.toml` says.
pub fn settings(text: &str) -> SettingsFacts {
    let document = toml::read(text);
    let version = str_at(&document.root, &["dependencies", "python"]);
    SettingsFacts {
        python: version.and_then(python::lowest),
        newest_python: version.and_then(python::newest),
        mentions: mentions::pipfile(text, &document.root),
        declarations: Some(Box::new(read(text, &document))),
        ..SettingsFacts::default()
    }
}

fn read(text: &str, Document { root, mistakes }: &Document) -> RequirementsFacts {
    let mut facts = RequirementsFacts::new(text, Format::Pixi);
    note_mistakes(&mut facts, mistakes);
    declare(&mut facts, root);
    facts.requires_nothing = facts.requirements.is_empty() && table_at(root, &["dependencies"]).is_some();
    item::sorted(facts)
}

/// Adds what the tables of a manifest of pixi declare for its environments, on each platform.
pub(super) fn declare(facts: &mut RequirementsFacts, root: &Table) {
    add_all(facts, root, &Group::Runtime);
    let features = table_at(root, &["feature"]).into_iter().flat_map(Table::iter);
    for (name, feature) in features {
        let Some(tables) = feature.as_table() else { continue };
        if !is_for_development(root, &name.name) {
            add_all(facts, tables, &Group::Extra((&*name.name).into()));
        }
    }
}

/// Whether a feature is for developers alone, by its name or by those of all environments that have it.
fn is_for_development(root: &Table, feature: &str) -> bool {
    let has = |value: &Value| {
        let list = value.as_list().or_else(|| value.as_table()?.get("features")?.as_list());
        list.is_some_and(|list| list.iter().any(|one| one.as_str() == Some(feature)))
    };
    let environments = table_at(root, &["environments"]).into_iter().flat_map(Table::iter);
    let mut names = environments.filter(|(_, value)| has(value)).map(|(name, _)| &*name.name).peekable();
    is_group_for_development(feature)
        || names.peek().is_some() && names.all(|name| name != "default" && is_group_for_development(name))
}

/// The tables of one environment or feature, on each platform.
fn add_all(facts: &mut RequirementsFacts, root: &Table, group: &Group) {
    let platforms = table_at(root, &["target"]).into_iter().flat_map(Table::iter);
    let tables = std::iter::once(root).chain(platforms.filter_map(|(_, target)| target.as_table()));
    for table in tables {
        add(facts, table_at(table, &["dependencies"]), Source::Conda, group);
        add(facts, table_at(table, &["pypi-dependencies"]), Source::Index, group);
    }
}

fn add(facts: &mut RequirementsFacts, table: Option<&Table>, source: Source, group: &Group) {
    let rows = table.into_iter().flat_map(Table::iter);
    for (key, value) in rows.filter(|(_, value)| matches!(value.kind, Kind::String(_) | Kind::Table(_))) {
        let Some(name) = (match source {
            Source::Conda => conda::distribution_of(&key.name).map(DistributionName::new),
            _ => Some(DistributionName::new(&key.name)),
        }) else {
            continue;
        };
        let before = facts.requirements.len();
        rows::declare(facts, key, value, group);
        for added in &mut facts.requirements[before..] {
            added.name = Some(name.clone());
            if source == Source::Conda {
                added.source = Source::Conda;
            }
        }
    }
}
