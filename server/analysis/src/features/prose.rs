//! Text that is shown to people: lines of pieces, rendered as Markdown or as plain text.

use super::places::Place;
use pinlens_facts::words::printable::steers;
use std::fmt::Write;

/// Some lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose {
    /// The lines: the first is a heading, the others are points below it.
    pub lines: Vec<Vec<Piece>>,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Plain words.
    Text(String),
    /// Words that stand out.
    Strong(String),
    /// Code.
    Code(String),
    /// A place in a file.
    Place(Place),
    /// A page.
    Link {
        /// What is shown.
        label: String,
        /// Its address.
        url: String,
    },
}

/// How a place is shown: its label, and its address where it has one.
pub type ShowPlace<'a> = dyn Fn(&Place) -> (String, Option<String>) + 'a;

impl Prose {
    /// The text in Markdown.
    pub fn markdown(&self, show: &ShowPlace) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => escaped(text),
            Piece::Strong(text) => format!("**{}**", escaped(text)),
            Piece::Code(text) => code(text),
            Piece::Place(place) => match show(place) {
                (label, Some(url)) => format!("[{}]({url})", escaped(&label)),
                (label, None) => code(&label),
            },
            Piece::Link { label, url } => format!("[{}](<{url}>)", escaped(label)),
        };
        self.rendered("\n\n", piece)
    }

    /// The text without any marks.
    pub fn plain(&self, show: &ShowPlace) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) | Piece::Strong(text) | Piece::Code(text) => text.clone(),
            Piece::Place(place) => show(place).0,
            Piece::Link { label, url } => format!("{label}: {url}"),
        };
        self.rendered("\n", piece)
    }

    fn rendered(&self, after_heading: &str, piece: impl Fn(&Piece) -> String) -> String {
        let mut out = String::new();
        for (at, line) in self.lines.iter().enumerate() {
            let text: String = line.iter().map(&piece).collect();
            let (before, start) = match at {
                0 => ("", ""),
                1 => (after_heading, "- "),
                _ => ("\n", "- "),
            };
            let _ = write!(out, "{before}{start}{text}"); // a string takes all
        }
        out
    }
}

/// Text whose signs mean nothing in Markdown.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '&' | '|' | '~') {
            out.push('\\');
        }
        out.push(if steers(character) { ' ' } else { character });
    }
    out
}

/// Code that may hold a backtick itself.
fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_markdown_are_escaped() {
        let lines = vec![
            vec![Piece::Strong("a_b".into()), Piece::Text(" <b>*x*".into())],
            vec![Piece::Code("x==1".into()), Piece::Link { label: "Home".into(), url: "https://x.y/_".into() }],
        ];
        let show = |_: &Place| (String::new(), None);
        let prose = Prose { lines };
        assert_eq!(prose.markdown(&show), "**a\\_b** \\<b\\>\\*x\\*\n\n- `x==1`[Home](<https://x.y/_>)");
        assert_eq!(prose.plain(&show), "a_b <b>*x*\n- x==1Home: https://x.y/_");
    }
}
