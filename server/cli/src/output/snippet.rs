//! A finding as rustc shows one: headline, place, source line with the range marked, notes. Drawn by annotate-snippets, which cuts long
//! lines, expands tabs and knows how wide characters are.

use super::style::{Style, printable, steers};
use crate::place::{self, Position};
use crate::report::Finding;
use annotate_snippets::{Annotation, AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use pinlens_facts::words::codes::Severity;
use std::ops::Range;

/// The cells that are shown of a line at most.
const WIDTH: usize = 140;
/// Of a line of more bytes only the part around the range is given to the renderer: a file of one line may have a finding in each of its words.
const LONG: usize = 4096;

/// What stands below the source line.
#[derive(Debug)]
pub enum Note {
    /// One thing more to know.
    Note(String),
    /// What to do.
    Help(String),
}

/// Draws a finding; `line` is the text of the line in which its range begins, where it can be had.
pub fn draw(finding: &Finding, line: Option<&str>, notes: &[Note], style: Style) -> String {
    let Position { line: number, column } = finding.place.range.start;
    let path = printable(&finding.place.path);
    let headline = printable(finding.headline());
    let title = level(finding.severity).primary_title(&*headline).id(finding.code.as_str());
    let origin = || Origin::path(&*path).line(number as usize).char_column(column as usize);
    let group = match line {
        None => title.element(origin()),
        Some(line) if line.len() <= LONG => title.element(source(line, finding.place.range).path(&*path)),
        // the renderer would count the column in the part of the line that it is given
        Some(line) => title.element(origin()).element(source(line, finding.place.range)),
    };
    let notes = notes.iter().map(|note| match note {
        Note::Note(text) => Element::from(Level::NOTE.message(printable(text))),
        Note::Help(text) => Element::from(Level::HELP.message(printable(text))),
    });
    let renderer = match style {
        Style::Coloured => Renderer::styled(),
        Style::Plain => Renderer::plain(),
    };
    renderer.term_width(WIDTH).render(&[group.elements(notes)])
}

/// The line with the range marked, to its end where the range ends in another line.
fn source(line: &str, range: place::Range) -> Snippet<'static, Annotation<'static>> {
    let from = range.start.column as usize - 1;
    let to = if range.end.line == range.start.line { range.end.column as usize - 1 } else { usize::MAX };
    let (text, range_of_text) = shown(line, from, to);
    let marked = AnnotationKind::Primary.span(range_of_text);
    Snippet::source(text).line_start(range.start.line as usize).fold(false).annotation(marked)
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
        Severity::Hint => Level::INFO.with_name("hint"),
    }
}

/// The line as it may be shown, without what would steer a terminal, and in bytes of it the characters from `start` to `end` of `line`. Of a
/// long line only the part around them.
fn shown(line: &str, start: usize, end: usize) -> (String, Range<usize>) {
    let (line, start, end) = if line.len() > LONG { near(line, start, end) } else { (line, start, end) };
    let may_be_shown = |c: char| c == '\t' || !steers(c);
    let text: String = line.trim_end().chars().map(|c| if may_be_shown(c) { c } else { '\u{fffd}' }).collect();
    let offset = |character: usize| text.char_indices().nth(character).map_or(text.len(), |(at, _)| at);
    let range = offset(start)..offset(end);
    (text, range)
}

/// The part of a long line around the characters from `start` to `end`, with their indices in it.
fn near(line: &str, start: usize, end: usize) -> (&str, usize, usize) {
    let first = start.saturating_sub(2 * WIDTH);
    let offset = |text: &str, characters: usize| text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at);
    let rest = line.get(offset(line, first)..).unwrap_or_default();
    let part = rest.get(..offset(rest, 4 * WIDTH)).unwrap_or_default();
    (part, start - first, end.saturating_sub(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(line: &str, start: usize, end: usize) -> String {
        let (text, range) = shown(line, start, end);
        text[range].to_owned()
    }

    #[test]
    fn the_range_counts_characters() {
        assert_eq!(marked("import redis\n", 7, 12), "redis");
        assert_eq!(marked("x = '漢字'; import a", 17, usize::MAX), "a");
        assert_eq!(marked("ab", 2, 2), "");
    }

    #[test]
    fn nothing_steers_a_terminal() {
        let (text, range) = shown("a\u{1b}[31m\u{202e} import b", 15, 16);
        assert_eq!((text.as_str(), &text[range]), ("a\u{fffd}[31m\u{fffd} import b", "b"));
    }

    #[test]
    fn of_a_line_without_an_end_only_what_is_near_is_looked_at() {
        let line = "x = 1; ".repeat(100_000) + "import redis; " + &"y = 2; ".repeat(100_000);
        let start = line.chars().position(|c| c == 'i').unwrap() + 7;
        let (text, range) = shown(&line, start, start + 5);
        assert!(text.len() <= LONG);
        assert_eq!(&text[range], "redis");
    }
}
