//! `textDocument/codeLens` and `textDocument/inlayHint`.

use crate::client::outbox::Refresh;
use crate::client::session::{SHOW_REFERENCES, SHOW_START_UP};
use crate::engine::Engine;
use crate::state::shown::{Start, digest, hashed};
use pinlens_analysis::features::hints;
use pinlens_analysis::features::lenses;
use pinlens_analysis::features::shown::{Lens, LensAction};
use pinlens_facts::words::text::TextRange;
use serde_json::json;
use tower_lsp::ls_types::{
    CodeLens, CodeLensParams, Command, InlayHint, InlayHintLabel, InlayHintParams, InlayHintTooltip, Range, Uri,
};

/// The lenses of a document.
pub fn lenses(engine: &mut Engine, params: &CodeLensParams) -> Option<Vec<CodeLens>> {
    let uri = &params.text_document.uri;
    let spot = engine.spot(uri)?;
    if spot.view.folder.reading.is_stopped() {
        return None; // who imports what is not known
    }
    let (key, workspace) = ((spot.view.folder.key, spot.file), spot.workspace());
    let session = spot.view.session;
    let lens = |lens: Lens| {
        let range = spot.range(lens.range);
        let command = match lens.action {
            LensAction::References(offset) if session.lenses.shows_references => {
                references(lens.title, uri, spot.range(TextRange::empty(offset)))
            }
            LensAction::StartUp if session.lenses.shows_start_up => {
                Command::new(lens.title, SHOW_START_UP.to_owned(), Some(vec![json!(uri)]))
            }
            LensAction::References(_) | LensAction::StartUp | LensAction::None => {
                Command::new(lens.title, String::new(), None)
            }
        };
        CodeLens { range, command: Some(command), data: None }
    };
    let digest = digest(workspace, spot.file, Refresh::Lenses);
    let all = lenses::lenses(workspace, spot.file);
    let start = all.iter().find(|lens| lens.action == LensAction::StartUp).map(|lens| lens.title.clone());
    let start = Start { at: workspace.starts(), digest: hashed(start.as_deref()) };
    let is_here = |lens: &Lens| spot.cell.is_none_or(|cell| cell.range.touches(lens.range.start));
    let found = all.into_iter().filter(is_here).map(lens).collect();
    engine.shows(key, Refresh::Lenses, digest);
    engine.shows_start(key, start);
    Some(found)
}

fn references(title: String, uri: &Uri, at: Range) -> Command {
    Command::new(title, SHOW_REFERENCES.to_owned(), Some(vec![json!(uri), json!(at.start)]))
}

/// The hints in a part of a document.
pub fn hints(engine: &mut Engine, params: &InlayHintParams) -> Option<Vec<InlayHint>> {
    let spot = engine.spot(&params.text_document.uri)?;
    let range = TextRange::new(spot.offset(params.range.start)?, spot.offset(params.range.end)?);
    let hint = |hint: hints::Hint| InlayHint {
        position: spot.range(TextRange::empty(hint.offset)).start,
        label: InlayHintLabel::String(hint.label),
        kind: None,
        text_edits: None,
        tooltip: Some(InlayHintTooltip::String(hint.tooltip)),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    };
    let found = hints::hints(spot.workspace(), spot.file, range).into_iter().map(hint).collect();
    let (key, digest) = ((spot.view.folder.key, spot.file), digest(spot.workspace(), spot.file, Refresh::Hints));
    engine.shows(key, Refresh::Hints, digest);
    engine.look_up_releases(key);
    Some(found)
}
