//! pixi's `pixi.toml`, and its tables in pyproject.toml: what conda installs, and what comes from a package index.
//!
//! A feature's tables are for the environments that name it, as those of an extra are. Where its name or those of all its environments
//! say that it is for developers, what it installs is a mention.

use super::settings::SettingsFacts;
use super::toml_text::note_errors;
use super::{conda, item, python, rows};
use crate::formats::toml::{str_at, table_at, with_table};
use crate::mentions;
use crate::requirements::{Format, Group, RequirementsFacts, Source};
use crate::words::names::DistributionName;
use crate::words::roles::is_group_for_development;
use toml::de::{DeTable, DeValue};

/// Reads what a `pixi.toml` declares.
pub fn parse(text: &str) -> RequirementsFacts {
    with_table(text, |root, errors| read(text, root, errors))
}

/// Reads all that a `pixi.toml` says.
pub fn settings(text: &str) -> SettingsFacts {
    with_table(text, |root, errors| {
        let version = str_at(root, &["dependencies", "python"]);
        SettingsFacts {
            python: version.and_then(python::lowest),
            newest_python: version.and_then(python::newest),
            mentions: mentions::pipfile(text, root),
            declarations: Some(Box::new(read(text, root, errors))),
            ..SettingsFacts::default()
        }
    })
}

fn read(text: &str, root: &DeTable<'_>, errors: &[toml::de::Error]) -> RequirementsFacts {
    let mut facts = RequirementsFacts::new(text, Format::Pixi);
    note_errors(&mut facts, errors);
    declare(&mut facts, root);
    facts.requires_nothing = facts.requirements.is_empty() && table_at(root, &["dependencies"]).is_some();
    item::sorted(facts)
}

/// Adds what the tables of a manifest of pixi declare for its environments, on each platform.
pub(super) fn declare(facts: &mut RequirementsFacts, root: &DeTable<'_>) {
    add_all(facts, root, &Group::Runtime);
    let features = table_at(root, &["feature"]).into_iter().flat_map(|features| features.iter());
    for (name, feature) in features {
        let Some(tables) = feature.get_ref().as_table() else { continue };
        if !is_for_development(root, name.get_ref()) {
            add_all(facts, tables, &Group::Extra((&**name.get_ref()).into()));
        }
    }
}

/// Whether a feature is for developers alone, by its name or by those of all environments that have it.
fn is_for_development(root: &DeTable<'_>, feature: &str) -> bool {
    let has = |value: &DeValue<'_>| {
        let list = value.as_array().or_else(|| value.as_table()?.get("features")?.get_ref().as_array());
        list.is_some_and(|list| list.iter().any(|one| one.get_ref().as_str() == Some(feature)))
    };
    let environments = table_at(root, &["environments"]).into_iter().flat_map(|all| all.iter());
    let mut names = environments.filter(|(_, value)| has(value.get_ref())).map(|(name, _)| name.get_ref()).peekable();
    is_group_for_development(feature)
        || names.peek().is_some() && names.all(|name| name != "default" && is_group_for_development(name))
}

/// The tables of one environment or feature, on each platform.
fn add_all(facts: &mut RequirementsFacts, root: &DeTable<'_>, group: &Group) {
    let platforms = table_at(root, &["target"]).into_iter().flat_map(|targets| targets.values());
    let tables = std::iter::once(root).chain(platforms.filter_map(|target| target.get_ref().as_table()));
    for table in tables {
        add(facts, table_at(table, &["dependencies"]), Source::Conda, group);
        add(facts, table_at(table, &["pypi-dependencies"]), Source::Index, group);
    }
}

fn add(facts: &mut RequirementsFacts, table: Option<&DeTable<'_>>, source: Source, group: &Group) {
    let rows = table.into_iter().flat_map(|table| table.iter());
    for (key, value) in rows.filter(|(_, value)| matches!(value.get_ref(), DeValue::String(_) | DeValue::Table(_))) {
        let Some(name) = (match source {
            Source::Conda => conda::distribution_of(key.get_ref()).map(DistributionName::new),
            _ => Some(DistributionName::new(key.get_ref())),
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
