//! Taking requirements out: the line, with its continuation lines, hashes and own trailing comment; a heading above it goes
//! only where it heads nothing else.

use super::{Applicability, FileEdit, Fix, SourceEdit, place};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{Format, Requirement, RequirementsFacts};
use pinlens_facts::words::text::{TextEdit, TextRange};

/// Removes `requirement` from `file`. Never safe: what uses a distribution cannot all be known.
pub(crate) fn fix(workspace: &Analysis, file: FileId, requirement: &Requirement, title: &str) -> Fix {
    let path = workspace.path(file).clone();
    let facts = workspace.facts(file).and_then(FileFacts::declarations);
    let name = requirement.name.as_ref().map_or("", |name| name.as_str());
    let edits = facts.map(|facts| TextEdit::delete(range(facts, requirement))).into_iter().collect();
    Fix {
        applicability: Applicability::Unsafe,
        ..Fix::safe(
            format!("{title} {name} from {path}"),
            SourceEdit { files: vec![FileEdit { path, create: false, edits }] },
        )
    }
}

/// What goes with a requirement.
pub(crate) fn range(facts: &RequirementsFacts, requirement: &Requirement) -> TextRange {
    let line = requirement.line_range;
    if facts.format != Format::Requirements {
        return without_comma(&facts.text, line);
    }
    let line = TextRange::new(line.start, place::end_of(facts, requirement));
    lines_to_remove(&facts.text, with_heading(&facts.text, line))
}

/// The last item of a list goes with the comma before it.
fn without_comma(text: &str, item: TextRange) -> TextRange {
    let removed = text.get(item.indices()).unwrap_or_default();
    let before = text.get(..item.start as usize).unwrap_or_default();
    let kept = before.trim_end_matches([' ', '\t']);
    let is_last = !removed.trim_end().ends_with([',', ';']) && !removed.ends_with(['\n', '\r']);
    match kept.strip_suffix([',', ';']).filter(|_| is_last) {
        Some(kept) => TextRange::new(kept.len() as u32, item.end),
        None => item,
    }
}

/// The lines with the comments right above them, where these head nothing else: a blank line, another heading or the end
/// follows. Comments at the top of the file are the file's.
fn with_heading(text: &str, lines: TextRange) -> TextRange {
    let after = text.get(lines.end as usize..).unwrap_or_default();
    let next = after.lines().next().unwrap_or_default();
    if !next.trim().is_empty() && !next.starts_with('#') {
        return lines;
    }
    let before = text.get(..lines.start as usize).unwrap_or_default();
    let mut start = before.len();
    for line in before.split_inclusive('\n').rev() {
        if !is_heading(line) {
            break;
        }
        start -= line.len();
    }
    if start == before.len() || text[..start].trim_start_matches('\u{feff}').is_empty() {
        return lines;
    }
    // the blank line above would stand next to the one below, or at the end
    let above = before.get(..start).unwrap_or_default();
    let blank = above.split_inclusive('\n').next_back().filter(|line| line.trim().is_empty()).map_or(0, str::len);
    TextRange::new((start - blank) as u32, lines.end)
}

/// Whether a line is a comment in words: not a requirement that is switched off, and nothing that a tool reads.
fn is_heading(line: &str) -> bool {
    let Some(comment) = line.strip_prefix('#') else { return false };
    !comment.contains(['=', '<', '>', '~']) && !comment.trim_start().starts_with("pinlens")
}

/// The last line of a text that ends without a line break goes with the break before it, so that the end stays as it was.
fn lines_to_remove(text: &str, line: TextRange) -> TextRange {
    let removed = &text[line.indices()];
    if line.end as usize != text.len() || removed.ends_with(['\n', '\r']) {
        return line;
    }
    let before = &text[..line.start as usize];
    let kept = before.strip_suffix("\r\n").or_else(|| before.strip_suffix(['\n', '\r'])).unwrap_or(before);
    TextRange::new(kept.len() as u32, line.end)
}
