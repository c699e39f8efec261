//! What of a requirements file can be folded: comments of several lines, and requirements with their hashes and `# via` lines.

use super::subject::declarations;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::requirements::Format;

/// Some lines that fold into their first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fold {
    /// The first line, from 0.
    pub first: u32,
    /// The last line.
    pub last: u32,
    /// Whether they are comments alone.
    pub is_comment: bool,
}

/// The folds of a requirements file, in the order of the text.
pub fn folds(ws: &Analysis, file: FileId) -> Vec<Fold> {
    let Some(facts) = declarations(ws, file).filter(|facts| facts.format == Format::Requirements) else {
        return Vec::new();
    };
    let (text, lines) = (&*facts.text, &facts.lines);
    let mut folds: Vec<Fold> = Vec::new();
    for requirement in &facts.requirements {
        let whole = text.get(requirement.line_range.indices()).unwrap_or_default();
        let end = requirement.line_range.start + whole.trim_end().len() as u32;
        let (first, last) = (lines.line_of(requirement.range.start), lines.line_of(end));
        folds.extend((last > first).then_some(Fold { first, last, is_comment: false }));
    }
    let mut open: Option<u32> = None;
    for line in 0..=lines.len() {
        let content = text.get(lines.line_range(text, line).indices()).unwrap_or_default();
        // indented ones belong to the requirement above
        match (content.starts_with('#') && line < lines.len(), open) {
            (true, None) => open = Some(line),
            (false, Some(first)) => {
                open = None;
                folds.extend((line - 1 > first).then_some(Fold { first, last: line - 1, is_comment: true }));
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    folds.sort_unstable();
    folds
}
