//! `textDocument/semanticTokens/full`.

use crate::engine::Engine;
use pinlens_analysis::features::tokens::{TokenKind, tokens};
use tower_lsp::ls_types::{
    SemanticToken, SemanticTokenType, SemanticTokens, SemanticTokensLegend, SemanticTokensParams, SemanticTokensResult,
};

/// The types in the order of their numbers.
pub fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend { token_types: TokenKind::ALL.map(kind).into(), token_modifiers: Vec::new() }
}

/// What the protocol calls a kind; of its own types, for every theme has colours for these.
fn kind(kind: TokenKind) -> SemanticTokenType {
    match kind {
        TokenKind::Distribution => SemanticTokenType::NAMESPACE,
        TokenKind::Extra => SemanticTokenType::PARAMETER,
        TokenKind::Operator => SemanticTokenType::OPERATOR,
        TokenKind::Version => SemanticTokenType::NUMBER,
        TokenKind::Variable => SemanticTokenType::VARIABLE,
        TokenKind::Keyword => SemanticTokenType::KEYWORD,
        TokenKind::Text => SemanticTokenType::STRING,
        TokenKind::Comment => SemanticTokenType::COMMENT,
    }
}

/// The colours of a requirements file.
pub fn answer(engine: &Engine, params: &SemanticTokensParams) -> Option<SemanticTokensResult> {
    let spot = engine.spot(&params.text_document.uri)?;
    let (mut line, mut column) = (0, 0);
    let mut data = Vec::new();
    for token in tokens(spot.workspace(), spot.file) {
        let range = spot.range(token.range);
        let delta_line = range.start.line - line;
        let delta_start = if delta_line == 0 { range.start.character - column } else { range.start.character };
        (line, column) = (range.start.line, range.start.character);
        data.push(SemanticToken {
            delta_line,
            delta_start,
            length: range.end.character - range.start.character,
            token_type: token.kind as u32,
            token_modifiers_bitset: 0,
        });
    }
    Some(SemanticTokensResult::Tokens(SemanticTokens { result_id: None, data }))
}
