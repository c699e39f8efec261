//! Adding to a manifest that is no requirements file: behind or before a neighbour of the same table, written as that one is.
//!
//! Nothing but the new item is written, so the file keeps its formatting.

use crate::names::{DistributionName, FilePath};
use crate::project::{Role, role_of_requirement};
use crate::requirements::{Format, Group, Requirement, RequirementsFacts, Source};
use crate::text::{TextEdit, line_ending};

/// The edit that adds the requirement `name` with `specifier` (`==1.2`, or nothing) for `role`; `None` where the file has no
/// table for that role in which a place can be told.
pub(super) fn insertion(
    path: &FilePath,
    facts: &RequirementsFacts,
    role: Role,
    name: &DistributionName,
    specifier: &str,
) -> Option<TextEdit> {
    let group = group_for(path, facts, role)?;
    let is_neighbour = |one: &&Requirement| one.group == group && one.source == Source::Index && one.name.is_some();
    let neighbours: Vec<&Requirement> = facts.requirements.iter().filter(is_neighbour).collect();
    if neighbours.is_empty() {
        return into_empty_list(facts, name, specifier);
    }
    let is_sorted = neighbours.len() > 1 && neighbours.is_sorted_by_key(|one| &one.name);
    let at = if is_sorted {
        neighbours.partition_point(|one| one.name.as_ref().is_some_and(|other| other < name))
    } else {
        neighbours.len()
    };
    match at.checked_sub(1) {
        Some(before) => behind(facts, neighbours[before], name, specifier),
        None => in_front_of(facts, neighbours[0], name, specifier),
    }
}

/// Whether the file has a table for `role` to which something can be added.
pub(super) fn has_role(path: &FilePath, facts: &RequirementsFacts, role: Role) -> bool {
    group_for(path, facts, role).is_some()
}

fn group_for(path: &FilePath, facts: &RequirementsFacts, role: Role) -> Option<Group> {
    let fits = |group: &&Group| match group {
        Group::Runtime => role == Role::Runtime,
        Group::Development(_) => role_of_requirement(path, group) == role,
        Group::File | Group::Extra(_) | Group::Build | Group::Constraint => false,
    };
    let known = facts.requirements.iter().map(|one| &one.group).find(fits).cloned();
    known.or_else(|| (role == Role::Runtime && empty_list(facts).is_some()).then_some(Group::Runtime))
}

/// How an item is written.
enum Shape {
    /// In quotes, one of a list.
    Quoted,
    /// `name = "constraint"`, a row of a table.
    Row,
    /// A line of its own, without quotes.
    Line,
}

fn shape(facts: &RequirementsFacts, item: &Requirement) -> Option<Shape> {
    let text = &facts.text;
    let around = |at: usize| text.as_bytes().get(at).is_some_and(|byte| matches!(byte, b'"' | b'\''));
    let (start, end) = (item.range.start as usize, item.range.end as usize);
    if start > 0 && around(start - 1) && around(end) {
        return Some(Shape::Quoted);
    }
    match facts.format {
        Format::Pyproject | Format::Pipfile => Some(Shape::Row),
        Format::SetupCfg => before_on_line(text, start).trim().is_empty().then_some(Shape::Line),
        Format::Requirements | Format::SetupPy | Format::Conda | Format::Script => None,
    }
}

fn before_on_line(text: &str, at: usize) -> &str {
    let line = text[..at].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    &text[line..at]
}

fn behind(facts: &RequirementsFacts, item: &Requirement, name: &DistributionName, specifier: &str) -> Option<TextEdit> {
    let text = &facts.text;
    let (start, end) = (item.range.start as usize, item.range.end as usize);
    Some(match shape(facts, item)? {
        Shape::Quoted => {
            let (quote, between) = (&text[start - 1..start], separator(text, start - 1));
            TextEdit::insert(end as u32 + 1, format!(",{between}{quote}{name}{specifier}{quote}"))
        }
        Shape::Row => next_line(text, item.line_range.end, &row(name, specifier)),
        Shape::Line => {
            let line = format!("{}{name}{specifier}", before_on_line(text, start));
            next_line(text, item.line_range.end.max(item.range.end), &line)
        }
    })
}

fn in_front_of(
    facts: &RequirementsFacts,
    item: &Requirement,
    name: &DistributionName,
    specifier: &str,
) -> Option<TextEdit> {
    let text = &facts.text;
    let start = item.range.start as usize;
    Some(match shape(facts, item)? {
        Shape::Quoted => {
            let (quote, between) = (&text[start - 1..start], separator(text, start - 1));
            TextEdit::insert(start as u32 - 1, format!("{quote}{name}{specifier}{quote},{between}"))
        }
        Shape::Row => {
            let line = item.line_range.start;
            TextEdit::insert(line, format!("{}{}", row(name, specifier), line_ending(text)))
        }
        Shape::Line => {
            let (indent, ending) = (before_on_line(text, start), line_ending(text));
            TextEdit::insert(start as u32, format!("{name}{specifier}{ending}{indent}"))
        }
    })
}

/// What stands between two items: a line break with the indentation of one that has a line of its own, else a blank.
fn separator(text: &str, quote: usize) -> String {
    let before = before_on_line(text, quote);
    let is_own_line = before.chars().all(|c| c.is_whitespace() || c == '#');
    if is_own_line { format!("{}{before}", line_ending(text)) } else { " ".to_owned() }
}

fn row(name: &DistributionName, specifier: &str) -> String {
    format!("{name} = \"{}\"", if specifier.is_empty() { "*" } else { specifier })
}

/// Puts `line` after the line that ends at `end`, with its break or without.
fn next_line(text: &str, end: u32, line: &str) -> TextEdit {
    let ending = line_ending(text);
    let has_break = text[..end as usize].ends_with(['\n', '\r']);
    let line = if has_break { format!("{line}{ending}") } else { format!("{ending}{line}") };
    TextEdit::insert(end, line)
}

/// Inside the brackets of an empty `dependencies = []` of `[project]`.
fn empty_list(facts: &RequirementsFacts) -> Option<usize> {
    if facts.format != Format::Pyproject {
        return None;
    }
    let text = &facts.text;
    let table = if text.starts_with("[project]") { 0 } else { text.find("\n[project]")? + 1 };
    let body = &text[table + "[project]".len()..];
    let body = &body[..body.find("\n[").unwrap_or(body.len())];
    let key = body.find("\ndependencies")? + 1;
    let rest = body[key + "dependencies".len()..].trim_start().strip_prefix('=')?.trim_start().strip_prefix('[')?;
    rest.trim_start()
        .starts_with(']')
        .then(|| text.len() - (text.len() - table - "[project]".len()) + body.len() - rest.len())
}

fn into_empty_list(facts: &RequirementsFacts, name: &DistributionName, specifier: &str) -> Option<TextEdit> {
    let at = empty_list(facts)?;
    Some(TextEdit::insert(at as u32, format!("\"{name}{specifier}\"")))
}
