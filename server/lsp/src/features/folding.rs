//! `textDocument/foldingRange`.

use crate::engine::Engine;
use pinlens_analysis::features::folding;
use tower_lsp::ls_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};

/// What of a requirements file can be folded.
pub fn answer(engine: &Engine, params: &FoldingRangeParams) -> Option<Vec<FoldingRange>> {
    let spot = engine.spot(&params.text_document.uri)?;
    let fold = |fold: folding::Fold| FoldingRange {
        start_line: fold.first,
        end_line: fold.last,
        kind: fold.is_comment.then_some(FoldingRangeKind::Comment),
        ..FoldingRange::default()
    };
    Some(folding::folds(spot.workspace(), spot.file).into_iter().map(fold).collect())
}
