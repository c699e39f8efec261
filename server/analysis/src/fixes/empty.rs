//! The first requirement of a table that has none yet: where it goes, and how it is written.

use pinlens_facts::formats::toml::{self, Table, Value, at, table_at};
use pinlens_facts::manifest::script;
use pinlens_facts::requirements::{Format, Group, RequirementsFacts};
use pinlens_facts::words::text::{TextEdit, TextRange, line_ending};
use std::borrow::Cow;

/// A place for a first requirement.
pub(super) enum Empty {
    /// Between these brackets.
    List(TextRange),
    /// A row behind the byte at which the last line of its table ends.
    Row(u32),
    /// A list `dependencies` behind the last byte of `[project]`.
    Key(u32),
}

/// The place in the table of `group`, where the file has one and it is empty.
pub(super) fn find(facts: &RequirementsFacts, group: &Group) -> Option<Empty> {
    in_table(facts, &root_of(facts)?, group)
}

/// The root table that holds the file's requirements; none where its format is no TOML.
fn root_of(facts: &RequirementsFacts) -> Option<Table> {
    let text = &*facts.text;
    match facts.format {
        Format::Pyproject | Format::Pipfile => Some(toml::read(text).root),
        Format::Script => script::block(text).map(|block| toml::read(&block).root),
        Format::Requirements | Format::SetupCfg | Format::SetupPy | Format::Conda | Format::Pixi => None,
    }
}

/// The place in the table of `group` below `root`, where it is there and empty.
fn in_table(facts: &RequirementsFacts, root: &Table, group: &Group) -> Option<Empty> {
    let text = &*facts.text;
    match facts.format {
        Format::Pyproject => in_pyproject(text, root, group),
        Format::Pipfile => {
            let name = match group {
                Group::Runtime => "packages",
                Group::Development(name) => name,
                Group::File | Group::Extra(_) | Group::Build | Group::Constraint => return None,
            };
            table_at(root, &[name])?.is_empty().then(|| end_of_table(text, name).map(Empty::Row))?
        }
        Format::Script if *group == Group::Runtime => empty_list(at(root, &["dependencies"])?),
        Format::Requirements | Format::SetupCfg | Format::SetupPy | Format::Conda | Format::Pixi | Format::Script => {
            None
        }
    }
}

/// The groups whose tables are there and empty.
pub(super) fn groups(facts: &RequirementsFacts) -> Vec<Group> {
    let Some(root) = root_of(facts) else { return Vec::new() };
    let mut all = vec![Group::Runtime];
    match facts.format {
        Format::Pyproject => {
            all.push(Group::Build);
            let rows = |keys: &[&str]| table_at(&root, keys).into_iter().flat_map(Table::sorted);
            all.extend(rows(&["dependency-groups"]).map(|(key, _)| Group::Development(key.name.clone())));
            all.extend(rows(&["project", "optional-dependencies"]).map(|(key, _)| Group::Extra(key.name.clone())));
        }
        Format::Pipfile => all.push(Group::Development("dev-packages".into())),
        _ => {}
    }
    all.retain(|group| in_table(facts, &root, group).is_some());
    all
}

fn in_pyproject(text: &str, root: &Table, group: &Group) -> Option<Empty> {
    match group {
        Group::Runtime => for_runtime(text, root),
        Group::Development(name) => empty_list(at(root, &["dependency-groups", name])?),
        Group::Extra(name) => empty_list(at(root, &["project", "optional-dependencies", name])?),
        Group::Build => empty_list(at(root, &["build-system", "requires"])?),
        Group::File | Group::Constraint => None,
    }
}

fn for_runtime(text: &str, root: &Table) -> Option<Empty> {
    if let Some(list) = at(root, &["project", "dependencies"]) {
        return empty_list(list);
    }
    if let Some(rows) = table_at(root, &["tool", "poetry", "dependencies"]) {
        let is_empty = rows.iter().all(|(key, _)| *key.name == *"python");
        return is_empty.then(|| end_of_table(text, "tool.poetry.dependencies").map(Empty::Row))?;
    }
    let project = table_at(root, &["project"])?;
    let dynamic = project.get("dynamic").and_then(Value::as_list);
    let is_computed = dynamic.is_some_and(|list| list.iter().any(|one| one.as_str() == Some("dependencies")));
    if is_computed { None } else { end_of_table(text, "project").map(Empty::Key) }
}

fn empty_list(list: &Value) -> Option<Empty> {
    list.as_list().is_some_and(<[Value]>::is_empty).then_some(Empty::List(list.range))
}

/// The end of the last line of the table `[name]` that is neither blank nor a comment, without its break: a comment at the end is
/// about the next table.
pub(super) fn end_of_table(text: &str, name: &str) -> Option<u32> {
    let header = format!("[{name}]");
    let mut at = 0;
    let mut end = None;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end();
        if end.is_some() && body.trim_start().starts_with('[') && !body.trim_start().starts_with("[[ ") {
            break;
        }
        let holds = !body.is_empty() && !body.trim_start().starts_with('#');
        if body.trim_start_matches('\u{feff}') == header || end.is_some() && holds {
            end = Some((at + body.len()) as u32);
        }
        at += line.len();
    }
    end
}

impl Empty {
    /// The edit that puts the items in, each written in quotes, or as rows. A list is replaced whole and a key comes with its
    /// neighbour's last character: two insertions at one place would make two items without a comma, or two lists.
    pub fn edit(&self, text: &str, items: &[String], rows: &[String]) -> Option<TextEdit> {
        let ending = line_ending(text);
        Some(match self {
            Self::List(range) => TextEdit { range: *range, text: filled(text, *range, items)? },
            Self::Row(at) => TextEdit::insert(*at, format!("{ending}{}", rows.join(ending))),
            Self::Key(at) => {
                let last = text.get(..*at as usize)?.chars().next_back()?;
                let range = TextRange::new(at - last.len_utf8() as u32, *at);
                TextEdit { range, text: format!("{last}{ending}dependencies = [{}]", items.join(", ")) }
            }
        })
    }
}

/// The list at `range` with the items in it. Where comments stand in it, they stay, and each item has a line below them.
fn filled(text: &str, range: TextRange, items: &[String]) -> Option<String> {
    let view = script::block(text).map_or(Cow::Borrowed(text), Cow::Owned);
    let inner = range.start as usize + 1..(range.end as usize).checked_sub(1)?;
    let (written, seen) = (text.get(inner.clone())?, view.get(inner.clone())?);
    if seen.trim().is_empty() {
        return Some(format!("[{}]", items.join(", ")));
    }
    let ending = line_ending(text);
    // the closing bracket stands on a line of its own, for a comment takes in the rest of its line
    let kept = written.get(..written.rfind('\n')?)?.trim_end();
    let closing = written.get(written.rfind('\n')? + 1..)?;
    let indent = own_line_of_comment(written, seen).map_or_else(|| format!("{closing}    "), str::to_owned);
    let lines: String = items.iter().flat_map(|item| [ending, &indent, item, ","]).collect();
    Some(format!("[{kept}{lines}{ending}{closing}]"))
}

/// What stands before the last comment that has a line of its own.
fn own_line_of_comment<'t>(written: &'t str, seen: &str) -> Option<&'t str> {
    let mut start = 0;
    let mut found = None;
    for line in seen.split_inclusive('\n') {
        let depth = line.len() - line.trim_start().len();
        if start > 0 && line.trim_start().starts_with('#') {
            found = written.get(start..start + depth);
        }
        start += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(list: &str, items: &[&str]) -> String {
        let text = format!("x = {list}\n");
        let range = TextRange::new(4, 4 + list.len() as u32);
        let items: Vec<String> = items.iter().map(|item| format!("\"{item}\"")).collect();
        filled(&text, range, &items).unwrap_or_default()
    }

    #[test]
    fn comments_of_an_empty_list_stay() {
        assert_eq!(with("[]", &["a", "b"]), "[\"a\", \"b\"]");
        assert_eq!(with("[\n]", &["a"]), "[\"a\"]");
        assert_eq!(with("[\n  # first\n  # last\n]", &["a"]), "[\n  # first\n  # last\n  \"a\",\n]");
        assert_eq!(with("[ # remark\n]", &["a", "b"]), "[ # remark\n    \"a\",\n    \"b\",\n]");
        assert_eq!(with("[ # remark\r\n  ]", &["a"]), "[ # remark\r\n      \"a\",\r\n  ]");
    }
}
