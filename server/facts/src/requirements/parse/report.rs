//! What reading one logical line yields next to its value: errors and unknowns, placed in the file.

use super::lines::{Line, Span};
use crate::requirements::{Group, Spanned, SyntaxError, Unknown, UnknownReason};
use crate::words::suppress::Ignores;
use crate::words::text::TextRange;

/// One logical line while it is read, and what was found wrong in it.
pub(super) struct Report<'a> {
    pub line: &'a Line<'a>,
    pub ignores: Ignores,
    pub errors: Vec<SyntaxError>,
    pub unknowns: Vec<Unknown>,
}

impl<'a> Report<'a> {
    pub fn new(line: &'a Line<'a>, text: &str) -> Self {
        let comment = line.comment.and_then(|range| text.get(range.indices()));
        let ignores = comment.map(Ignores::of_comment).unwrap_or_default();
        Self { line, ignores, errors: Vec::new(), unknowns: Vec::new() }
    }

    /// The text of a span.
    pub fn slice(&self, span: &Span) -> &'a str {
        self.line.text.get(span.clone()).unwrap_or_default()
    }

    /// The bytes of the file that a span stands for.
    pub fn range(&self, span: &Span) -> TextRange {
        self.line.range(span)
    }

    /// A span as a piece of text: as written, without the line breaks of joined lines.
    pub fn spanned(&self, span: &Span) -> Spanned {
        Spanned { text: self.slice(span).into(), range: self.range(span) }
    }

    /// Reports that something is wrong with `span`.
    pub fn error(&mut self, span: &Span, message: impl Into<String>) {
        let range = self.range(&self.visible(span));
        self.errors.push(SyntaxError { range, message: message.into(), ignores: self.ignores.clone() });
    }

    /// Reports that `span` hides something.
    pub fn unknown(&mut self, span: &Span, reason: UnknownReason) {
        let range = self.range(&self.visible(span));
        self.unknowns.push(Unknown { range, reason, group: Group::File });
    }

    /// An empty span grows to the next character of the content, or the one before: nobody sees an empty underline.
    fn visible(&self, span: &Span) -> Span {
        if !span.is_empty() {
            return span.clone();
        }
        let content = &self.line.content;
        let at = span.start.clamp(content.start, content.end);
        match self.slice(&(at..content.end)).chars().next() {
            Some(next) => at..at + next.len_utf8(),
            None => at - self.slice(&(content.start..at)).chars().next_back().map_or(0, char::len_utf8)..at,
        }
    }
}

/// A place in a part of a logical line.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    /// The next byte, in the line's text.
    pub at: usize,
    /// The end of the part.
    pub end: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(report: &Report<'a>, span: &Span) -> Self {
        Self { text: &report.line.text, at: span.start, end: span.end }
    }

    /// What is left.
    pub fn rest(&self) -> &'a str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    /// The next character.
    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Steps over spaces and tabs.
    pub fn skip_spaces(&mut self) {
        self.take_while(|c| c == ' ' || c == '\t');
    }

    /// Steps over `token`, if it is next.
    pub fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Steps over the characters that `accept` takes, and gives their span.
    pub fn take_while(&mut self, accept: impl Fn(char) -> bool) -> Span {
        let start = self.at;
        let rest = self.rest();
        self.at += rest.find(|c| !accept(c)).unwrap_or(rest.len());
        start..self.at
    }

    /// Whether nothing is left.
    pub fn is_done(&self) -> bool {
        self.at >= self.end
    }
}
