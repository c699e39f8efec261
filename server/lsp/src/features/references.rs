//! `textDocument/references`.

use crate::engine::Engine;
use pinlens_analysis::features::references::{Declarations, references};
use tower_lsp::ls_types::{Location, ReferenceParams};

/// Every import of what a requirement brings.
pub fn answer(engine: &Engine, params: &ReferenceParams) -> Option<Vec<Location>> {
    let at = &params.text_document_position;
    let spot = engine.spot(&at.text_document.uri)?;
    let wanted = if params.context.include_declaration { Declarations::With } else { Declarations::Without };
    let found = references(spot.workspace(), spot.file, spot.offset(at.position)?, wanted);
    Some(found.iter().filter_map(|place| spot.view.location(place)).collect())
}
