//! One edit of a text, as the protocol has it.

use crate::border;
use pinlens_facts::words::text::{Encoding, LineIndex, TextRange};
use thiserror::Error;
use tower_lsp::ls_types::TextDocumentContentChangeEvent;

/// Why a change does not fit what is known of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Misfit {
    /// It is of an older version than the text.
    #[error("it is of an older version than the text")]
    OlderVersion,
    /// Its range does not lie in the text.
    #[error("its range does not lie in the text")]
    OutsideText,
}

/// Applies one edit to a text, whose lines are `index`. A column behind the end of its line means that end, and the line behind the
/// last one the end of the text, as the protocol has it.
pub fn apply(
    text: &mut String,
    index: &mut LineIndex,
    change: TextDocumentContentChangeEvent,
    encoding: Encoding,
) -> Result<(), Misfit> {
    let Some(range) = change.range else {
        *text = change.text;
        *index = LineIndex::new(text);
        return Ok(());
    };
    if range.start > range.end || range.end.line > index.len() {
        return Err(Misfit::OutsideText);
    }
    let offset = |position| index.offset(text, border::position(position), encoding);
    let old = TextRange::new(offset(range.start), offset(range.end));
    let new = TextRange::new(old.start, old.start + change.text.len() as u32);
    text.replace_range(old.indices(), &change.text);
    index.follow(old, new, text);
    Ok(())
}
