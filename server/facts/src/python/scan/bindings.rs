//! Which names a text binds: those of an import statement, and whether a name may be bound elsewhere.

use super::lexer::is_word;
use crate::python::{ImportForm, ImportStatement};
use crate::words::text::TextRange;
use rustc_hash::FxHashMap;

/// The names that an import statement binds.
pub(super) fn bound_names<'a>(text: &'a str, import: &ImportStatement) -> Vec<&'a str> {
    let renamed = |range: TextRange| {
        let rest = text.get(import.absolute(range).end as usize..)?.trim_start_matches([' ', '\t']);
        let rest = rest.strip_prefix("as")?;
        let name = rest.trim_start_matches([' ', '\t']);
        (name.len() < rest.len()).then(|| name.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()).flatten()
    };
    let word = |range: TextRange| text.get(import.absolute(range).indices()).unwrap_or_default();
    let modules = import.parsed.modules.iter();
    match import.parsed.form {
        ImportForm::Import => modules
            .map(|module| {
                renamed(module.range).unwrap_or_else(|| word(module.range).split('.').next().unwrap_or_default())
            })
            .collect(),
        ImportForm::From => modules
            .flat_map(|module| &module.members)
            .filter(|member| &*member.name != "*")
            .map(|member| renamed(member.range).unwrap_or_else(|| word(member.range)))
            .collect(),
        ImportForm::Dynamic => Vec::new(),
    }
}

/// Leaves out of `suspects` what anything else in the file may bind. Generous: a doubt is no finding.
pub(super) fn remove_bound(text: &str, suspects: &mut FxHashMap<&str, usize>) {
    if suspects.is_empty() {
        return;
    }
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !is_word(bytes[at]) {
            at += 1;
            continue;
        }
        let end = at + bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
        if let Some(word) = text.get(at..end).filter(|word| suspects.contains_key(word))
            && binds(text, at, word)
        {
            suspects.remove(word);
        }
        at = end;
    }
}

/// How much of a long line before a name is looked at.
const FARTHEST_BACK: usize = 1_000;

/// Whether the name at `at` is bound there.
fn binds(text: &str, at: usize, name: &str) -> bool {
    let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + name.len()..).unwrap_or_default());
    let near = before.len().saturating_sub(FARTHEST_BACK);
    let near = before.get(before.ceil_char_boundary(near)..).unwrap_or_default();
    let line = near.rsplit(['\n', '\r', ';']).next().unwrap_or_default();
    let after = after.trim_start_matches([' ', '\t']);
    let is_keyword_of_call = line.trim_end().ends_with(['(', ',']) && !line.contains('=') && line.contains('(');
    let is_assigned = after.starts_with('=') && !after.starts_with("==") && !is_keyword_of_call;
    let starts_line = line.trim().is_empty();
    let last = line.trim_end().rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    is_assigned
        || starts_line && after.starts_with([',', ':'])
        || matches!(last, "def" | "class" | "for" | "global" | "del")
        || after.starts_with(":=")
}
