//! pixi's `pixi.toml`, and its tables in pyproject.toml: what conda installs, and what comes from a package index.
//!
//! The tables of features are for environments of their own: what they install is a mention.

use super::settings::SettingsFacts;
use super::toml_text::note_errors;
use super::{conda, item, python, rows};
use crate::formats::toml::{str_at, table_at, with_table};
use crate::mentions;
use crate::requirements::{Format, Group, RequirementsFacts, Source};
use crate::words::names::DistributionName;
use toml::de::{DeTable, DeValue};

/// Reads what a `pixi.toml` declares.
pub fn parse(text: &str) -> RequirementsFacts {
    with_table(text, |root, errors| read(text, root, errors))
}

/// Reads all that a `pixi.toml` says.
pub fn settings(text: &str) -> SettingsFacts {
    with_table(text, |root, errors| SettingsFacts {
        python: str_at(root, &["dependencies", "python"]).and_then(python::lowest),
        mentions: mentions::pipfile(text, root),
        declarations: Some(Box::new(read(text, root, errors))),
        ..SettingsFacts::default()
    })
}

fn read(text: &str, root: &DeTable<'_>, errors: &[toml::de::Error]) -> RequirementsFacts {
    let mut facts = RequirementsFacts::new(text, Format::Pixi);
    note_errors(&mut facts, errors);
    declare(&mut facts, root);
    facts.requires_nothing = facts.requirements.is_empty() && table_at(root, &["dependencies"]).is_some();
    item::sorted(facts)
}

/// Adds what the tables of a manifest of pixi declare for its default environment, on each platform.
pub(super) fn declare(facts: &mut RequirementsFacts, root: &DeTable<'_>) {
    let platforms = table_at(root, &["target"]).into_iter().flat_map(|targets| targets.values());
    let tables = std::iter::once(root).chain(platforms.filter_map(|target| target.get_ref().as_table()));
    for table in tables {
        add(facts, table_at(table, &["dependencies"]), Source::Conda);
        add(facts, table_at(table, &["pypi-dependencies"]), Source::Index);
    }
}

fn add(facts: &mut RequirementsFacts, table: Option<&DeTable<'_>>, source: Source) {
    let rows = table.into_iter().flat_map(|table| table.iter());
    for (key, value) in rows.filter(|(_, value)| matches!(value.get_ref(), DeValue::String(_) | DeValue::Table(_))) {
        let Some(name) = (match source {
            Source::Conda => conda::distribution_of(key.get_ref()).map(DistributionName::new),
            _ => Some(DistributionName::new(key.get_ref())),
        }) else {
            continue;
        };
        let before = facts.requirements.len();
        rows::declare(facts, key, value, &Group::Runtime);
        for added in &mut facts.requirements[before..] {
            added.name = Some(name.clone());
            if source == Source::Conda {
                added.source = Source::Conda;
            }
        }
    }
}
