//! What may be typed next, in requirements, in the tables of manifests, and in the comments that silence a finding.

mod comments;
mod item;
mod keys;
mod markers;
mod requirement;

pub use item::{Item, ItemKind};

use super::subject::{declarations, requirement_at};
use super::tokens::comment_start;
use crate::analysis::Analysis;
use crate::fixes::lookup::options_of;
use crate::model::ids::FileId;
use crate::model::releases::Offer;
use item::Spot;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::manifest::script;
use pinlens_facts::requirements::{Format, RequirementsFacts};
use pinlens_facts::words::text::TextRange;

/// What may be typed at byte `offset` of `text`, the file's own: the likeliest first.
pub fn complete(ws: &Analysis, file: FileId, text: &str, offset: u32) -> Vec<Item> {
    let Some(before) = text.get(..offset as usize) else { return Vec::new() };
    let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let head = &before[line..];
    let facts = declarations(ws, file);
    let is_requirements = facts.is_some_and(|facts| facts.format == Format::Requirements);
    let is_in_block = facts.is_some_and(|facts| facts.format == Format::Script) && is_in_block(text, line, offset);
    if is_requirements || !is_in_block && matches!(ws.facts(file), Some(FileFacts::Python(_))) {
        let comment = comment_start(head);
        if comment < head.len() {
            let place = Spot { ws, file, text: &head[comment..], start: (line + comment) as u32 };
            return comments::complete(&place, is_requirements);
        }
    }
    if is_requirements {
        return requirement::complete_line(&Spot { ws, file, text: head, start: line as u32 });
    }
    // elsewhere, only where a requirement has been begun
    let Some(facts) = facts else { return Vec::new() };
    let begun = requirement_at(facts, offset).map(|requirement| requirement.range.start);
    if let Some(start) = begun.filter(|start| *start <= offset).or_else(|| empty_string(facts, text, offset)) {
        let head = before.get(start as usize..).unwrap_or_default();
        return requirement::complete(&Spot { ws, file, text: head, start });
    }
    if keys::is_table_of_requirements(facts.format, &before[..line]) {
        return keys::complete(&Spot { ws, file, text: head, start: line as u32 });
    }
    Vec::new()
}

/// The distribution of which a version is typed at byte `offset`, as the package index is queried for it.
pub fn versioned_at(ws: &Analysis, file: FileId, text: &str, offset: u32) -> Option<Offer> {
    let before = text.get(..offset as usize)?;
    let facts = declarations(ws, file)?;
    let start = match facts.format {
        Format::Requirements => before.rfind(['\n', '\r']).map_or(0, |at| at + 1),
        _ => requirement_at(facts, offset).map(|one| one.range.start as usize)?,
    };
    let name = requirement::versioned(before.get(start..)?.trim_start())?;
    Some(Offer { options: options_of(ws, file), name })
}

/// Whether the line of `offset`, which begins at `line`, is one of a script's block (PEP 723).
fn is_in_block(text: &str, line: usize, offset: u32) -> bool {
    let block = script::block(text);
    block.and_then(|block| Some(!block.get(line..offset as usize)?.trim().is_empty())).unwrap_or_default()
}

/// Where the requirement would begin that is missing in an empty string at `offset`.
fn empty_string(facts: &RequirementsFacts, text: &str, offset: u32) -> Option<u32> {
    let is_empty = |range: TextRange| {
        let quotes = |c| matches!(c, '"' | '\'');
        text.get(range.indices()).is_some_and(|string| string.trim_matches(quotes).trim().is_empty())
    };
    let missing = facts.errors.iter().find(|error| error.range.start < offset && offset < error.range.end)?;
    is_empty(missing.range).then_some(offset)
}
