//! Words of an option line, split as a POSIX shell splits them, for that is what pip does.

use super::lines::Span;
use super::report::{Cursor, Report};

/// One word.
pub(super) struct Word {
    /// Its text, quotes and escapes resolved.
    pub text: String,
    /// Its bytes as written, quotes included.
    pub span: Span,
    /// The bytes of `text` itself, where it stands in the line as it is.
    verbatim: Option<usize>,
}

impl Word {
    /// The span of a part of `text`; the whole word where escapes hide the part's place.
    pub fn part(&self, part: &Span) -> Span {
        self.verbatim_part(part).unwrap_or_else(|| self.span.clone())
    }

    /// The span of a part of `text`, if the part stands in the line as it is.
    pub fn verbatim_part(&self, part: &Span) -> Option<Span> {
        self.verbatim.map(|start| start + part.start..start + part.end)
    }

    /// What of the word begins at byte `at` of its text.
    pub fn tail(&self, at: usize) -> Self {
        let text = self.text.get(at..).unwrap_or_default().to_owned();
        let verbatim = self.verbatim.map(|start| start + at);
        let span = verbatim.map_or_else(|| self.span.clone(), |start| start..self.span.end);
        Self { text, span, verbatim }
    }

    /// The span of the whole text without its quotes.
    pub fn inner(&self) -> Span {
        self.part(&(0..self.text.len()))
    }
}

/// Splits a span. A quote that is not closed is reported and ends with the span.
pub(super) fn split(report: &mut Report<'_>, span: &Span) -> Vec<Word> {
    let mut words = Vec::new();
    let mut cursor = Cursor::new(report, span);
    loop {
        cursor.take_while(|c| matches!(c, ' ' | '\t' | '\r' | '\n'));
        if cursor.is_done() {
            return words;
        }
        words.push(word(report, &mut cursor));
    }
}

fn word(report: &mut Report<'_>, cursor: &mut Cursor<'_>) -> Word {
    let start = cursor.at;
    let mut text = String::new();
    while let Some(next) = cursor.peek().filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n')) {
        let at = cursor.at;
        cursor.at += next.len_utf8();
        match next {
            '\\' => push_next(cursor, &mut text),
            '"' | '\'' if !quoted(cursor, next, &mut text) => {
                report.error(&(at..at + 1), "this quote is never closed");
            }
            '"' | '\'' => {}
            other => text.push(other),
        }
    }
    let span = start..cursor.at;
    let verbatim = report.slice(&span).find(text.as_str()).filter(|_| !text.is_empty()).map(|at| start + at);
    Word { text, span, verbatim }
}

/// Reads up to the closing `quote`; gives whether there is one.
fn quoted(cursor: &mut Cursor<'_>, quote: char, text: &mut String) -> bool {
    while let Some(next) = cursor.peek() {
        cursor.at += next.len_utf8();
        let escapes = next == '\\' && quote == '"' && matches!(cursor.peek(), Some('"' | '\\'));
        match next {
            _ if escapes => push_next(cursor, text),
            _ if next == quote => return true,
            other => text.push(other),
        }
    }
    false
}

fn push_next(cursor: &mut Cursor<'_>, text: &mut String) {
    if let Some(next) = cursor.peek() {
        cursor.at += next.len_utf8();
        text.push(next);
    }
}
