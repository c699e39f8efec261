//! pipenv's Pipfile: `[packages]`, `[dev-packages]`, the categories beside them, and `[requires]`.

use super::item;
use super::settings::SettingsFacts;
use super::toml_text::note_errors;
use super::{python, rows};
use crate::formats::toml::{str_at, table_at, with_table};
use crate::mentions;
use crate::requirements::{Format, Group, RequirementsFacts};
use toml::de::{DeTable, DeValue};

/// The tables that hold no requirements.
const OTHERS: [&str; 4] = ["source", "requires", "scripts", "pipenv"];

/// Reads what a `Pipfile` declares.
pub fn parse(text: &str) -> RequirementsFacts {
    with_table(text, |root, errors| read(text, root, errors))
}

/// Reads all that a `Pipfile` says.
pub fn settings(text: &str) -> SettingsFacts {
    with_table(text, |root, errors| {
        let version = ["python_full_version", "python_version"].iter().find_map(|key| str_at(root, &["requires", key]));
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
    let mut facts = RequirementsFacts::new(text, Format::Pipfile);
    note_errors(&mut facts, errors);
    let tables = root.keys().map(|key| &**key.get_ref()).filter(|name| !OTHERS.contains(name));
    for name in tables {
        let group = if name == "packages" { Group::Runtime } else { Group::Development(name.into()) };
        let rows = table_at(root, &[name]).into_iter().flat_map(|table| table.iter());
        for (key, value) in rows.filter(|(_, value)| matches!(value.get_ref(), DeValue::String(_) | DeValue::Table(_)))
        {
            rows::declare(&mut facts, key, value, &group);
        }
    }
    item::sorted(facts)
}
