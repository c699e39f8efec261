//! Taking a requirement out: its line, with its continuation lines, hashes and own trailing comment.

use super::{Applicability, FileEdit, Fix, SourceEdit};
use crate::facts::FileFacts;
use crate::requirements::Requirement;
use crate::text::{TextEdit, TextRange};
use crate::workspace::{FileId, Workspace};

/// Removes `requirement` from `file`. Never safe: what uses a distribution cannot all be known.
pub(crate) fn fix(workspace: &Workspace, file: FileId, requirement: &Requirement, title: &str) -> Fix {
    let path = workspace.path(file).clone();
    let text = workspace.facts(file).and_then(FileFacts::declarations).map_or("", |facts| &*facts.text);
    let name = requirement.name.as_ref().map_or("", |name| name.as_str());
    let edits = vec![TextEdit::delete(lines_to_remove(text, requirement.line_range))];
    Fix {
        title: format!("{title} {name} from {path}"),
        applicability: Applicability::Unsafe,
        preferred: false,
        disabled: None,
        edit: SourceEdit { files: vec![FileEdit { path, create: false, edits }] },
    }
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
