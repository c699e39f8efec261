//! Names as keys: the tables of poetry and of a Pipfile, in which each row is a requirement.

use super::item::{Item, Spot};
use super::requirement;
use pinlens_facts::requirements::Format;

/// Whether the rows below `before`, which ends at a line's start, are requirements: its last header says so.
pub(super) fn is_table_of_requirements(format: Format, before: &str) -> bool {
    let header = before.lines().rev().map(str::trim).find(|line| line.starts_with('['));
    let Some(name) = header.and_then(|header| header.strip_prefix('[')?.split(']').next()).map(str::trim) else {
        return false;
    };
    match format {
        Format::Pipfile => matches!(name, "packages" | "dev-packages"),
        Format::Pixi => name.ends_with("dependencies"),
        Format::Pyproject => {
            let poetry = name.strip_prefix("tool.poetry.").unwrap_or_default();
            let group = poetry.strip_prefix("group.").and_then(|group| group.strip_suffix(".dependencies"));
            matches!(poetry, "dependencies" | "dev-dependencies") || group.is_some_and(|group| !group.is_empty())
        }
        _ => false,
    }
}

/// What may be typed as the key of a row, whose line is `spot.text` so far.
pub(super) fn complete(spot: &Spot) -> Vec<Item> {
    let typed = spot.text.trim_start();
    let is_key = typed.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !is_key {
        return Vec::new();
    }
    let start = spot.start + (spot.text.len() - typed.len()) as u32;
    let mut items = requirement::names(&Spot { text: typed, start, ..*spot }, typed);
    for item in &mut items {
        // a dot would make it a key in a table
        if let Some(name) = item.distribution.as_ref().filter(|_| item.label.contains('.')) {
            item.label = name.to_string();
        }
    }
    items
}
