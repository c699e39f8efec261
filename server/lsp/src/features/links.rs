//! `textDocument/documentLink`.

use crate::engine::Engine;
use pinlens_analysis::features::links::{self, LinkTarget};
use tower_lsp::ls_types::{DocumentLink, DocumentLinkParams};

/// The files and pages that a manifest leads to.
pub fn answer(engine: &Engine, params: &DocumentLinkParams) -> Option<Vec<DocumentLink>> {
    let spot = engine.spot(&params.text_document.uri)?;
    let link = |link: links::Link| {
        let target = match link.target {
            LinkTarget::File(file) => spot.view.uri(spot.workspace().path(file))?,
            LinkTarget::Page(url) => url.parse().ok()?,
        };
        let tooltip = Some(link.tooltip);
        Some(DocumentLink { range: spot.range(link.range), target: Some(target), tooltip, data: None })
    };
    Some(links::links(spot.workspace(), spot.file).into_iter().filter_map(link).collect())
}
