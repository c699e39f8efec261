//! `textDocument/documentSymbol` and `workspace/symbol`.

use crate::engine::Engine;
use crate::view::View;
use crate::view::spot::Spot;
use pinlens_analysis::features::symbols::{self, Match, Symbol};
use pinlens_facts::words::printable::printable;
use tower_lsp::ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, OneOf, SymbolInformation, SymbolKind,
    WorkspaceSymbol, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

/// The outline of a requirements file.
pub fn document(engine: &Engine, params: &DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
    let spot = engine.spot(&params.text_document.uri)?;
    let found = symbols::outline(spot.workspace(), spot.file);
    Some(if spot.view.session.shapes.symbol_trees {
        DocumentSymbolResponse::Nested(found.into_iter().map(|symbol| nested(&spot, symbol)).collect())
    } else {
        let uri = &params.text_document.uri;
        let flat = found.into_iter().map(|symbol| flat(Location::new(uri.clone(), spot.range(symbol.range)), &symbol));
        DocumentSymbolResponse::Flat(flat.collect())
    })
}

#[allow(deprecated)] // the field `deprecated` has to be filled in
fn nested(spot: &Spot, symbol: Symbol) -> DocumentSymbol {
    DocumentSymbol {
        kind: kind(symbol.kind),
        range: spot.range(symbol.range),
        selection_range: spot.range(symbol.name_range),
        detail: (!symbol.detail.is_empty()).then_some(symbol.detail),
        name: printable(&symbol.name).into_owned(),
        tags: None,
        deprecated: None,
        children: None,
    }
}

#[allow(deprecated)] // the field `deprecated` has to be filled in
fn flat(location: Location, symbol: &Symbol) -> SymbolInformation {
    SymbolInformation {
        name: printable(&symbol.name).into_owned(),
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        location,
        container_name: None,
    }
}

fn kind(kind: symbols::SymbolKind) -> SymbolKind {
    match kind {
        symbols::SymbolKind::Requirement => SymbolKind::PACKAGE,
        symbols::SymbolKind::Include => SymbolKind::FILE,
    }
}

/// The requirements of every folder whose names fit the query.
pub fn workspace(engine: &Engine, params: &WorkspaceSymbolParams) -> WorkspaceSymbolResponse {
    let found = engine.views().flat_map(|view| {
        let matches = symbols::search(&view.folder.workspace, &params.query);
        matches.into_iter().filter_map(move |found| of_match(&view, found))
    });
    WorkspaceSymbolResponse::Nested(found.collect())
}

fn of_match(view: &View, found: Match) -> Option<WorkspaceSymbol> {
    let path = view.folder.workspace.path(found.place.file);
    let container = found.group.map_or(path.to_string(), |group| format!("{path} [{group}]"));
    Some(WorkspaceSymbol {
        name: printable(&found.name).into_owned(),
        kind: SymbolKind::PACKAGE,
        tags: None,
        container_name: Some(container),
        location: OneOf::Left(view.location(&found.place)?),
        data: None,
    })
}
