//! `textDocument/definition`.

use crate::engine::Engine;
use pinlens_analysis::features::definition;
use tower_lsp::ls_types::{GotoDefinitionParams, GotoDefinitionResponse, Location, LocationLink};

/// The requirement of an import, the file of an include.
pub fn answer(engine: &Engine, params: &GotoDefinitionParams) -> Option<GotoDefinitionResponse> {
    let at = &params.text_document_position_params;
    let spot = engine.spot(&at.text_document.uri)?;
    let found = definition::definition(spot.workspace(), spot.file, spot.offset(at.position)?)?;
    let locations: Vec<Location> = found.places.iter().filter_map(|place| spot.view.location(place)).collect();
    if !spot.view.session.shapes.definition_links {
        return Some(GotoDefinitionResponse::Array(locations));
    }
    let origin = spot.range(found.origin);
    let link = |location: Location| LocationLink {
        origin_selection_range: Some(origin),
        target_uri: location.uri,
        target_range: location.range,
        target_selection_range: location.range,
    };
    Some(GotoDefinitionResponse::Link(locations.into_iter().map(link).collect()))
}
