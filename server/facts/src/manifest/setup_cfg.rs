//! setup.cfg: the name, the Python and the requirements of `[options]` and `[options.extras_require]`; and what `[pytest]`
//! puts on `sys.path`, there and in pytest.ini.

use super::item::{self, Item, Place, declare, include};
use super::python;
use super::settings::SettingsFacts;
use crate::formats::ini::{self, Line};
use crate::mentions;
use crate::requirements::{Format, Group, RequirementsFacts};
use crate::words::layout::Layout;
use crate::words::names::DistributionName;
use crate::words::suppress::Ignores;
use crate::words::text::TextRange;

/// Reads what a `setup.cfg` declares.
pub fn parse(text: &str) -> RequirementsFacts {
    let mut facts = RequirementsFacts::new(text, Format::SetupCfg);
    let lines = ini::lines(text);
    for (at, line) in lines.iter().enumerate() {
        if let Some(group) = group(line) {
            let is_alone = line.beside_key && lines.get(at + 1).is_none_or(|next| next.beside_key);
            value(&mut facts, line, is_alone, &group);
        }
    }
    facts.requires_nothing = lists_nothing(text) && !lines.iter().any(|line| group(line) == Some(Group::Runtime));
    item::sorted(facts)
}

/// Whether the list of what the code requires is there, be it empty or of comments alone.
fn lists_nothing(text: &str) -> bool {
    let mut is_options = false;
    text.lines().any(|line| {
        if line.starts_with('[') {
            is_options = line.trim_end() == "[options]";
        }
        is_options && line.split_once('=').is_some_and(|(key, _)| named(key.trim_end(), "install_requires"))
    })
}

/// Reads all that a `setup.cfg` says.
pub fn settings(text: &str) -> SettingsFacts {
    let facts = parse(text);
    let lines = ini::lines(text);
    let of = |section: &str, key: &str| {
        lines.iter().find(|line| line.section == section && named(line.key, key)).map(|line| line.value)
    };
    SettingsFacts {
        python: of("options", "python_requires").and_then(python::lowest),
        newest_python: of("options", "python_requires").and_then(python::newest),
        name: of("metadata", "name").map(DistributionName::new),
        declared: item::names(&facts),
        declarations: Some(Box::new(facts)),
        layout: layout(&lines),
        namespaces: of("options", "packages").is_some_and(|value| value.starts_with("find_namespace:")),
        mentions: mentions::ini_file(text),
        ..SettingsFacts::default()
    }
}

/// The folders that `pythonpath` of a pytest.ini puts on `sys.path`.
pub fn pytest_layout(text: &str) -> Layout {
    layout(&ini::lines(text))
}

fn layout(lines: &[Line<'_>]) -> Layout {
    let mut layout = Layout::default();
    for line in lines {
        match line.section {
            "options" if named(line.key, "package_dir") => {
                let rows = line.value.split(',').filter_map(|row| row.split_once('='));
                rows.for_each(|(package, folder)| layout.package(package, folder));
            }
            "options.packages.find" | "options.packages.find_namespace" if line.key == "where" => {
                layout.root(line.value);
            }
            "tool:pytest" | "pytest" if line.key == "pythonpath" => {
                line.value.split_whitespace().for_each(|root| layout.root(root));
            }
            _ => {}
        }
    }
    layout
}

/// Whether a key is `name`, which setuptools takes with `-` too.
fn named(key: &str, name: &str) -> bool {
    key.replace('-', "_").eq_ignore_ascii_case(name)
}

/// For whom a line's requirements are; `None` where it holds none.
fn group(line: &Line<'_>) -> Option<Group> {
    match line.section {
        "options" if named(line.key, "install_requires") => Some(Group::Runtime),
        "options" if named(line.key, "tests_require") => Some(Group::Development("tests".into())),
        "options" if named(line.key, "setup_requires") => Some(Group::Build),
        // pbr's own section, beside requirements.txt
        "extras" if !line.key.is_empty() => Some(Group::Extra(line.key.trim().into())),
        // `[options.extras_require]` with a key `:python_version<"3"` is for everybody
        "options.extras_require" if !line.key.is_empty() => {
            Some(match line.key.split(':').next().unwrap_or_default().trim() {
                "" => Group::Runtime,
                extra => Group::Extra(extra.into()),
            })
        }
        _ => None,
    }
}

/// Takes in one line: files, or a requirement; several with `;` between, where the value is a single line.
fn value(facts: &mut RequirementsFacts, line: &Line<'_>, is_alone: bool, group: &Group) {
    // `%(docs)s` stands for the lines of another key, which are read where they stand
    if line.value.starts_with("%(") {
        return;
    }
    if let Some(files) = line.value.strip_prefix("file:") {
        let mut at = line.start + "file:".len();
        for file in files.split(',') {
            let blanks = file.len() - file.trim_start().len();
            include(facts, &Item::plain(file.trim(), at + blanks), group);
            at += file.len() + 1;
        }
        return;
    }
    let comment = line.value.find(" #").map_or(line.value.len(), |at| at);
    let body = line.value.get(..comment).unwrap_or_default();
    if !(is_alone && is_list(body)) {
        return one(facts, body, line.start, group);
    }
    let mut at = line.start;
    for part in body.split(';') {
        one(facts, part, at, group);
        at += part.len() + 1;
    }
}

/// Whether the `;` of a single line part requirements, as setuptools has it, and none of them begins a marker.
fn is_list(body: &str) -> bool {
    body.contains(';') && !body.contains(['"', '\''])
}

fn one(facts: &mut RequirementsFacts, part: &str, start: usize, group: &Group) {
    let blanks = part.len() - part.trim_start().len();
    let value = part.trim();
    if value.is_empty() {
        return;
    }
    let text = facts.text.clone();
    let item = Item::plain(value, start + blanks);
    let end = item.token.end as usize;
    let mut place = Place::of(&text, item.token);
    let follows = text.get(end..).unwrap_or_default();
    if follows.trim_start_matches([' ', '\t']).starts_with(';') {
        // one of several on a line goes with its `;`
        let semicolon = end + follows.find(';').unwrap_or_default() + 1;
        place =
            Place { line: TextRange::new(item.token.start, semicolon as u32), comment: None, ignores: Ignores::None };
    }
    declare(facts, &item, &place, group);
}
