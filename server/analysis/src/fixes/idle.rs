//! Taking out a comment that silences nothing.

use super::Fix;
use super::change::of_file;
use crate::analysis::Analysis;
use crate::finding::Diagnostic;
use crate::model::ids::FileId;
use pinlens_facts::words::text::{TextEdit, TextRange};

/// Takes the comment out that silences nothing, or the codes of it that do.
pub(crate) fn comment(ws: &Analysis, file: FileId, diagnostic: &Diagnostic, text: &str) -> Option<Fix> {
    let end = diagnostic.range.end as usize;
    let rest = text.get(end..)?;
    let at = end + rest.find("# pinlens:")?;
    let line_end = at + text.get(at..)?.find(['\n', '\r']).unwrap_or(text.len() - at);
    let written_comment = text.get(at..line_end)?;
    let named =
        diagnostic.message.split_once("ignore[").and_then(|(_, rest)| rest.split_once(']')).map(|(codes, _)| codes);
    let idle: Vec<&str> = named.map(|codes| codes.split(", ").collect()).unwrap_or_default();
    let written = written_comment.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    let left: Vec<&str> = match written {
        Some((codes, _)) if !idle.is_empty() => {
            codes.split(',').map(str::trim).filter(|code| !code.is_empty() && !idle.contains(code)).collect()
        }
        _ => Vec::new(),
    };
    let edit = if left.is_empty() {
        let length = written_comment.get(1..)?.find('#').map_or(written_comment.len(), |next| next + 1);
        let blanks = text.get(..at)?.len() - text.get(..at)?.trim_end_matches([' ', '\t']).len();
        let start = if length == written_comment.len() { at - blanks } else { at };
        TextEdit::delete(TextRange::new(start as u32, (at + length) as u32))
    } else {
        let open = at + written_comment.find('[')? + 1;
        let close = at + written_comment.find(']')?;
        TextEdit { range: TextRange::new(open as u32, close as u32), text: left.join(", ") }
    };
    let title = if left.is_empty() {
        "Remove the comment that silences nothing".to_owned()
    } else {
        format!("Remove {} from the comment", idle.join(", "))
    };
    Some(of_file(ws, file, title, vec![edit]))
}
