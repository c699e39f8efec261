//! Which lines of a text are one statement: a header, or a key with its value.
//!
//! A value may go on over lines while a bracket is open. Where the next line can be no part of it, the bracket was never
//! closed, and the statement ends there: a text that is TOML is never cut so.

use super::build::Builder;
use super::value::Document;
use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

/// How many brackets of one statement are looked into. The rest of it is not kept, and an error stands there.
const MOST_OPEN: usize = 1_000;

/// A text with more mistakes is none of a person's: the rest of it is not read.
const MOST_MISTAKES: usize = 1_000;

/// How often reading begins anew behind a string of several lines that is never closed.
const MOST_RESTARTS: usize = 8;

/// Reads each statement of `text` into `document`.
pub(super) fn each(text: &str, document: &mut Document) {
    let mut builder = Builder::new(document);
    let mut start = 0;
    for _ in 0..MOST_RESTARTS {
        let Some(rest) = text.get(start..).filter(|rest| start == 0 || !rest.is_empty()) else { return };
        match (Statements { source: Source::new(rest), statement: Vec::new(), open: Vec::new() })
            .read(&mut builder, start)
        {
            Some(next) => start += next,
            None => return,
        }
    }
}

struct Statements<'t> {
    source: Source<'t>,
    /// The tokens of the statement so far.
    statement: Vec<Token>,
    /// Its brackets that are open.
    open: Vec<TokenKind>,
}

impl Statements<'_> {
    /// Reads up to the end, or to a string that is never closed: then the line behind the one on which that begins is returned.
    fn read(mut self, builder: &mut Builder<'_>, shift: usize) -> Option<usize> {
        let source = self.source;
        let text = source.input();
        let mut line: Vec<Token> = Vec::new();
        let mut lexer = source.lex();
        loop {
            line.clear();
            let mut again = None;
            // of a line with very many brackets the rest is passed over
            let mut brackets = 0_usize;
            let mut is_last = true;
            for token in lexer.by_ref() {
                if is_unclosed(text, token) {
                    let start = token.span().start();
                    let length = text[start..].find('\n').map_or(text.len() - start, |at| at + 1);
                    again = Some(start + length);
                    builder.unclosed(token.span(), shift);
                    break;
                }
                brackets += usize::from(is_bracket(token.kind()));
                if brackets <= MOST_OPEN || matches!(token.kind(), TokenKind::Newline | TokenKind::Eof) {
                    line.push(token);
                }
                if token.kind() == TokenKind::Newline {
                    is_last = false;
                    break;
                }
            }
            if !self.open.is_empty() && self.is_behind(&line) {
                self.finish(builder, shift);
            }
            self.add(&line);
            if self.open.is_empty() || is_last || again.is_some() {
                self.finish(builder, shift);
            }
            if again.is_some() || is_last || builder.mistakes() > MOST_MISTAKES {
                return again;
            }
        }
    }

    fn finish(&mut self, builder: &mut Builder<'_>, shift: usize) {
        builder.statement(self.source, shift, &self.statement);
        self.statement.clear();
        self.open.clear();
    }

    /// Takes a line into the statement. The brackets of a header, and those before the `=`, are none of a value.
    fn add(&mut self, line: &[Token]) {
        let has_value = |token: &Token| token.kind() == TokenKind::Equals;
        let value = match self.open.is_empty() {
            false => line,
            true if first(line) == Some(TokenKind::LeftSquareBracket) => &[],
            true => line.iter().position(has_value).map_or(&[][..], |at| &line[at..]),
        };
        if self.open.len() < MOST_OPEN {
            self.statement.extend_from_slice(line);
        }
        for token in value {
            match token.kind() {
                kind @ (TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket) if self.open.len() < MOST_OPEN => {
                    self.open.push(kind);
                }
                TokenKind::RightSquareBracket => self.close(TokenKind::LeftSquareBracket),
                TokenKind::RightCurlyBracket => self.close(TokenKind::LeftCurlyBracket),
                _ => {}
            }
        }
    }

    /// Closes the last bracket of that kind, and those inside it that were left open.
    fn close(&mut self, kind: TokenKind) {
        if let Some(at) = self.open.iter().rposition(|open| *open == kind) {
            self.open.truncate(at);
        }
    }

    /// Whether `line` can be no part of the value that is open: a header of bare keys, or a key with `=` in a list or where a comma
    /// is missing.
    fn is_behind(&self, line: &[Token]) -> bool {
        let mut tokens = line.iter().filter(|token| token.kind() != TokenKind::Whitespace).peekable();
        let mut is_header = false;
        for _ in 0..2 {
            is_header |= tokens.next_if(|token| token.kind() == TokenKind::LeftSquareBracket).is_some();
        }
        let mut is_bare = false;
        loop {
            let Some(key) = tokens.next() else { return false };
            match key.kind() {
                TokenKind::Atom => is_bare |= self.is_bare_key(*key),
                TokenKind::BasicString | TokenKind::LiteralString => {}
                _ => return false,
            }
            if tokens.next_if(|token| token.kind() == TokenKind::Dot).is_none() {
                break;
            }
        }
        if !is_header {
            let goes_on = || {
                let mut before = self.statement.iter().rev().map(Token::kind);
                let last = before
                    .find(|kind| !matches!(kind, TokenKind::Whitespace | TokenKind::Newline | TokenKind::Comment));
                matches!(last, Some(TokenKind::Comma | TokenKind::LeftCurlyBracket))
            };
            let is_row = tokens.next().is_some_and(|token| token.kind() == TokenKind::Equals);
            return is_row && !(self.open.last() == Some(&TokenKind::LeftCurlyBracket) && goes_on());
        }
        while tokens.next_if(|token| token.kind() == TokenKind::RightSquareBracket).is_some() {}
        let ends = tokens
            .peek()
            .is_none_or(|token| matches!(token.kind(), TokenKind::Comment | TokenKind::Newline | TokenKind::Eof));
        is_bare && ends
    }

    /// Whether a word is a key and cannot be a value.
    fn is_bare_key(&self, token: Token) -> bool {
        let word = self.source.get(token).map_or("", |raw| raw.as_str());
        word.starts_with(|c: char| c.is_ascii_alphabetic()) && !matches!(word, "true" | "false" | "inf" | "nan")
    }
}

/// The first token of a line that is no blank.
fn first(line: &[Token]) -> Option<TokenKind> {
    line.iter().map(Token::kind).find(|kind| *kind != TokenKind::Whitespace)
}

fn is_bracket(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket)
}

/// Whether a token is a string of several lines that runs to the end of the text unclosed.
fn is_unclosed(text: &str, token: Token) -> bool {
    let quote = match token.kind() {
        TokenKind::MlBasicString => "\"\"\"",
        TokenKind::MlLiteralString => "'''",
        _ => return false,
    };
    let span = token.span();
    if span.end() < text.len() {
        return false;
    }
    let body = text.get(span.start() + quote.len()..).unwrap_or_default();
    let Some(inside) = body.strip_suffix(quote) else { return true };
    // an odd number of `\` escapes the first of the quotes
    let escapes = inside.len() - inside.trim_end_matches('\\').len();
    quote == "\"\"\"" && escapes % 2 == 1
}
