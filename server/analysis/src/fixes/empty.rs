//! The first requirement of a table that has none yet: where it goes, and how it is written.

use pinlens_facts::formats::toml::{Value, at, table_at, with_table};
use pinlens_facts::manifest::script;
use pinlens_facts::requirements::{Format, RequirementsFacts};
use pinlens_facts::words::roles::{Role, is_for_development};
use pinlens_facts::words::text::{TextEdit, TextRange, line_ending};
use toml::de::DeTable;

/// A place for a first requirement.
pub(super) enum Empty {
    /// Between these brackets.
    List(TextRange),
    /// A row behind the byte at which the last line of its table ends.
    Row(u32),
    /// A list `dependencies` behind the last byte of `[project]`.
    Key(u32),
}

/// The place in the table for `role`, where the file has one and it is empty.
pub(super) fn find(facts: &RequirementsFacts, role: Role) -> Option<Empty> {
    let text = &*facts.text;
    match facts.format {
        Format::Pyproject => with_table(text, |root, _| in_pyproject(text, root, role)),
        Format::Pipfile => with_table(text, |root, _| {
            let name = if role == Role::Runtime { "packages" } else { "dev-packages" };
            table_at(root, &[name])?.is_empty().then(|| end_of_table(text, name).map(Empty::Row))?
        }),
        Format::Script => {
            let block = script::block(text)?;
            with_table(&block, |root, _| empty_list(at(root, &["dependencies"])?))
        }
        Format::Requirements | Format::SetupCfg | Format::SetupPy | Format::Conda => None,
    }
}

fn in_pyproject(text: &str, root: &DeTable<'_>, role: Role) -> Option<Empty> {
    if role == Role::Development {
        let groups = table_at(root, &["dependency-groups"])?;
        let mut fitting = groups.iter().filter(|(name, _)| is_for_development(name.get_ref()));
        return fitting.find_map(|(_, list)| empty_list(list));
    }
    if let Some(list) = at(root, &["project", "dependencies"]) {
        return empty_list(list);
    }
    if let Some(rows) = table_at(root, &["tool", "poetry", "dependencies"]) {
        let is_empty = rows.keys().all(|key| key.get_ref() == "python");
        return is_empty.then(|| end_of_table(text, "tool.poetry.dependencies").map(Empty::Row))?;
    }
    let project = table_at(root, &["project"])?;
    let dynamic = project.get("dynamic").and_then(|list| list.get_ref().as_array());
    let is_computed = dynamic.is_some_and(|list| list.iter().any(|one| one.get_ref().as_str() == Some("dependencies")));
    if is_computed { None } else { end_of_table(text, "project").map(Empty::Key) }
}

fn empty_list(list: &Value<'_>) -> Option<Empty> {
    let span = list.span();
    let is_empty = list.get_ref().as_array().is_some_and(|list| list.is_empty());
    is_empty.then(|| Empty::List(TextRange::new(span.start as u32, span.end as u32)))
}

/// The end of the last line of the table `[name]` that is not blank, without its break.
fn end_of_table(text: &str, name: &str) -> Option<u32> {
    let header = format!("[{name}]");
    let mut at = 0;
    let mut end = None;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end();
        if end.is_some() && body.trim_start().starts_with('[') && !body.trim_start().starts_with("[[ ") {
            break;
        }
        if body.trim_start_matches('\u{feff}') == header || end.is_some() && !body.is_empty() {
            end = Some((at + body.len()) as u32);
        }
        at += line.len();
    }
    end
}

impl Empty {
    /// The edit that puts the item in. A list is replaced whole and a key comes with its neighbour's last character: two
    /// insertions at one place would make two items without a comma, or two lists.
    pub fn edit(&self, text: &str, item: &str, row: &str) -> Option<TextEdit> {
        let ending = line_ending(text);
        Some(match self {
            Self::List(range) => TextEdit { range: *range, text: format!("[{item}]") },
            Self::Row(at) => TextEdit::insert(*at, format!("{ending}{row}")),
            Self::Key(at) => {
                let last = text.get(..*at as usize)?.chars().next_back()?;
                let range = TextRange::new(at - last.len_utf8() as u32, *at);
                TextEdit { range, text: format!("{last}{ending}dependencies = [{item}]") }
            }
        })
    }
}
