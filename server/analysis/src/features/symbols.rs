//! The outline of a requirements file, and the search for requirements in the whole workspace.

use super::card::written;
use super::places::Place;
use super::subject::declarations;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::requirements::{Format, Group, Include, Requirement};
use pinlens_facts::words::text::TextRange;

/// The most symbols that one search gives: whoever wants others types on.
const MOST: usize = 200;

/// One entry of an outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// What it is called.
    pub name: String,
    /// What is shown next to it: a specifier, a marker.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All of its bytes.
    pub range: TextRange,
    /// The bytes of its name, inside `range`.
    pub name_range: TextRange,
}

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A requirement.
    Requirement,
    /// A `-r` or `-c` line.
    Include,
}

/// The requirements and includes of a requirements file, in the order of the text. Other manifests have servers of their own
/// for an outline.
pub fn outline(ws: &Analysis, file: FileId) -> Vec<Symbol> {
    let Some(facts) = declarations(ws, file).filter(|facts| facts.format == Format::Requirements) else {
        return Vec::new();
    };
    let requirements = facts.requirements.iter().map(|requirement| of_requirement(&facts.text, requirement));
    let mut symbols: Vec<Symbol> = requirements.chain(facts.includes.iter().map(of_include)).collect();
    symbols.sort_by_key(|symbol| symbol.range);
    symbols
}

fn of_requirement(text: &str, requirement: &Requirement) -> Symbol {
    let as_written = text.get(requirement.name_range.indices()).unwrap_or_default();
    let specifier = requirement.specifier.as_ref().map(|specifier| &*specifier.text);
    let marker = requirement.marker.as_ref().map(|marker| format!("; {}", marker.text));
    Symbol {
        name: as_written.to_owned(),
        detail: format!("{}{}", specifier.unwrap_or_default(), marker.unwrap_or_default()),
        kind: SymbolKind::Requirement,
        range: around(requirement.range, requirement.name_range),
        name_range: requirement.name_range,
    }
}

fn of_include(include: &Include) -> Symbol {
    Symbol {
        name: include.target.to_string(),
        detail: String::new(),
        kind: SymbolKind::Include,
        range: around(include.range, include.target_range),
        name_range: include.target_range,
    }
}

/// The protocol wants the name inside the whole.
fn around(whole: TextRange, name: TextRange) -> TextRange {
    TextRange::new(whole.start.min(name.start), whole.end.max(name.end))
}

/// A requirement that a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The requirement as written.
    pub name: String,
    /// The group that it stands in, in manifests that have some.
    pub group: Option<String>,
    /// Where it is.
    pub place: Place,
}

/// The requirements of all manifests whose names hold the letters of `query` in their order, files in path order.
pub fn search(ws: &Analysis, query: &str) -> Vec<Match> {
    let query: Vec<char> = query.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let mut found = Vec::new();
    for file in ws.manifests_in_order() {
        for requirement in declarations(ws, file).into_iter().flat_map(|facts| &facts.requirements) {
            let is_it = requirement.name.as_ref().is_some_and(|name| holds(name.as_str(), &query));
            if is_it && found.len() < MOST {
                found.push(Match {
                    name: written(ws, file, requirement),
                    group: group(&requirement.group),
                    place: Place { file, range: requirement.name_range },
                });
            }
        }
    }
    found
}

fn group(group: &Group) -> Option<String> {
    match group {
        Group::Extra(name) | Group::Development(name) => Some(name.to_string()),
        Group::Build => Some("build".to_owned()),
        Group::File | Group::Runtime | Group::Constraint => None,
    }
}

/// Whether the letters stand in `name` in their order.
fn holds(name: &str, letters: &[char]) -> bool {
    let mut rest = name.chars();
    letters.iter().all(|letter| rest.any(|c| c == *letter))
}
