//! `textDocument/completion` and `completionItem/resolve`.

use crate::engine::Engine;
use pinlens_analysis::features::card::Card;
use pinlens_analysis::features::completion::{self, Item, ItemKind};
use pinlens_analysis::features::places;
use pinlens_facts::words::names::DistributionName;
use serde_json::json;
use tower_lsp::ls_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionList, CompletionParams,
    CompletionResponse, CompletionTextEdit, Documentation, MarkupContent, MarkupKind, TextEdit, Uri,
};

/// The signs behind which something else may be typed.
pub const TRIGGERS: [&str; 11] = ["=", "<", ">", "~", "!", "[", ",", ";", "/", "\"", "'"];

/// What may be typed at a position.
pub fn answer(engine: &mut Engine, params: &CompletionParams) -> Option<CompletionResponse> {
    let at = &params.text_document_position;
    let uri = &at.text_document.uri;
    let spot = engine.spot(uri)?;
    let document = spot.view.document(spot.workspace().path(spot.file))?;
    let offset = spot.offset(at.position)?;
    let found = completion::complete(spot.workspace(), spot.file, document.text(), offset);
    let versioned = completion::versioned_at(spot.workspace(), spot.file, document.text(), offset);
    let file = (spot.view.folder.key, spot.file);
    let item = |(rank, item): (usize, Item)| CompletionItem {
        kind: Some(kind(item.kind)),
        // clients sort by this text: the order is ours
        sort_text: Some(format!("{rank:04}")),
        // and filter by what stands in the document
        filter_text: Some(as_typed(&item, document.text())),
        detail: (!item.detail.is_empty()).then(|| item.detail.clone()),
        label_details: short(&item),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(spot.range(item.replaces), item.label.clone()))),
        data: item.distribution.map(|name| json!({"uri": uri, "distribution": name.as_str()})),
        label: item.label,
        ..CompletionItem::default()
    };
    let is_incomplete = found.iter().any(|item| item.kind == ItemKind::Distribution);
    let items: Vec<CompletionItem> = found.into_iter().enumerate().map(item).collect();
    // the versions of the package index are there when the next letter is typed
    let is_looked_up = versioned.is_some_and(|offer| engine.look_up_versions(file, offer));
    let is_incomplete = is_incomplete || is_looked_up;
    Some(CompletionResponse::List(CompletionList { is_incomplete, items }))
}

/// The label with the separators that have been typed: editors filter by the letters, and `_` means `-` here.
fn as_typed(item: &Item, text: &str) -> String {
    let typed = text.get(item.replaces.indices()).unwrap_or_default();
    match typed.chars().find(|c| matches!(c, '_' | '.')) {
        Some(separator) if item.kind == ItemKind::Distribution => item.label.replace('-', &separator.to_string()),
        _ => item.label.clone(),
    }
}

/// What is shown in the list itself.
fn short(item: &Item) -> Option<CompletionItemLabelDetails> {
    let is_shown = matches!(item.kind, ItemKind::Version | ItemKind::Distribution) && !item.detail.is_empty();
    is_shown.then(|| CompletionItemLabelDetails { detail: None, description: Some(item.detail.clone()) })
}

fn kind(kind: ItemKind) -> CompletionItemKind {
    match kind {
        ItemKind::Distribution => CompletionItemKind::MODULE,
        ItemKind::Version | ItemKind::Value => CompletionItemKind::VALUE,
        ItemKind::Extra => CompletionItemKind::ENUM_MEMBER,
        ItemKind::File => CompletionItemKind::FILE,
        ItemKind::Option | ItemKind::Comment => CompletionItemKind::KEYWORD,
        ItemKind::Variable => CompletionItemKind::VARIABLE,
        ItemKind::Operator => CompletionItemKind::OPERATOR,
        ItemKind::Code => CompletionItemKind::CONSTANT,
    }
}

/// The item with all that is known of its distribution.
pub fn resolve(engine: &Engine, mut item: CompletionItem) -> CompletionItem {
    item.documentation = documentation(engine, &item).or(item.documentation);
    item
}

fn documentation(engine: &Engine, item: &CompletionItem) -> Option<Documentation> {
    let data = item.data.as_ref()?;
    let uri: Uri = data["uri"].as_str()?.parse().ok()?;
    let name = DistributionName::new(data["distribution"].as_str()?);
    let spot = engine.spot(&uri)?;
    let mut card = Card::new(spot.workspace(), &name);
    card.add_installed();
    card.add_importers(&places::projects_of(spot.workspace(), spot.file));
    card.add_required_by(&[]);
    card.add_links();
    let value = card.finish().markdown(&|place| spot.view.shown(place));
    Some(Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value }))
}
