//! `textDocument/hover`.

use crate::engine::Engine;
use pinlens_analysis::features::hover;
use tower_lsp::ls_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

/// What is known of the import or requirement at a position.
pub fn answer(engine: &Engine, params: &HoverParams) -> Option<Hover> {
    let at = &params.text_document_position_params;
    let spot = engine.spot(&at.text_document.uri)?;
    let found = hover::hover(spot.workspace(), spot.file, spot.offset(at.position)?)?;
    let show = |place: &_| spot.view.shown(place);
    let (kind, value) = if spot.view.session.shapes.markdown {
        (MarkupKind::Markdown, found.text.markdown(&show))
    } else {
        (MarkupKind::PlainText, found.text.plain(&show))
    };
    let contents = HoverContents::Markup(MarkupContent { kind, value });
    Some(Hover { contents, range: Some(spot.range(found.range)) })
}
