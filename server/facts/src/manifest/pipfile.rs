//! pipenv's Pipfile: `[packages]`, `[dev-packages]`, the categories beside them, and `[requires]`.

use super::item;
use super::settings::SettingsFacts;
use super::toml_text::note_mistakes;
use super::{python, rows};
use crate::formats::toml::{self, Document, Kind, Table, str_at, table_at};
use crate::mentions;
use crate::requirements::{Format, Group, RequirementsFacts};

/// The tables that hold no requirements.
const OTHERS: [&str; 4] = ["source", "requires", "scripts", "pipenv"];

/// Reads what a `Pipfile` declares.
pub fn parse(text: &str) -> RequirementsFacts {
    read(text, &toml::read(text))
}

/// Reads all that a `Pipfile` says.
pub fn settings(text: &str) -> SettingsFacts {
    let document = toml::read(text);
    let root = &document.root;
    let version = ["python_full_version", "python_version"].iter().find_map(|key| str_at(root, &["requires", key]));
    SettingsFacts {
        python: version.and_then(python::lowest),
        newest_python: version.and_then(python::newest),
        mentions: mentions::pipfile(text, root),
        declarations: Some(Box::new(read(text, &document))),
        ..SettingsFacts::default()
    }
}

fn read(text: &str, Document { root, mistakes }: &Document) -> RequirementsFacts {
    let mut facts = RequirementsFacts::new(text, Format::Pipfile);
    note_mistakes(&mut facts, mistakes);
    let tables = root.iter().map(|(key, _)| &*key.name).filter(|name| !OTHERS.contains(name));
    for name in tables {
        let group = if name == "packages" { Group::Runtime } else { Group::Development(name.into()) };
        let rows = table_at(root, &[name]).into_iter().flat_map(Table::iter);
        for (key, value) in rows.filter(|(_, value)| matches!(value.kind, Kind::String(_) | Kind::Table(_))) {
            rows::declare(&mut facts, key, value, &group);
        }
    }
    item::sorted(facts)
}
