//! Colours, and what a terminal may be shown.

use crate::args::Colour;
use anstyle::{AnsiColor, Style as Ansi};
use pinlens_facts::words::codes::Severity;
pub use pinlens_facts::words::printable::{printable, printable_lines, steers};
use std::borrow::Cow;
use std::fmt::Display;
use std::io::IsTerminal;

/// The colours of the text format; none where it is plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// For terminals.
    Coloured,
    /// For files and pipes.
    Plain,
}

impl Style {
    /// What `--color`, the environment and standard output lead to together.
    pub fn of(option: Colour) -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let forced = set("CLICOLOR_FORCE") && std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let coloured = match option {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => !set("NO_COLOR") && (forced || !dumb && std::io::stdout().is_terminal()),
        };
        if coloured { Self::Coloured } else { Self::Plain }
    }

    /// `text` as a finding's severity is shown.
    pub fn severity(self, severity: Severity, text: impl Display) -> String {
        let colour = match severity {
            Severity::Error => AnsiColor::BrightRed,
            Severity::Warning => AnsiColor::BrightYellow,
            Severity::Info => AnsiColor::BrightCyan,
            Severity::Hint => AnsiColor::BrightBlue,
        };
        self.paint(colour.on_default().bold(), text)
    }

    /// `text` as what matters most.
    pub fn strong(self, text: impl Display) -> String {
        self.paint(Ansi::new().bold(), text)
    }

    /// `text` as what frames the rest: arrows, bars and line numbers.
    pub fn frame(self, text: impl Display) -> String {
        self.paint(AnsiColor::BrightBlue.on_default().bold(), text)
    }

    /// `text` as help is shown.
    pub fn help(self, text: impl Display) -> String {
        self.paint(AnsiColor::BrightCyan.on_default().bold(), text)
    }

    /// A line that a diff adds.
    pub fn added(self, text: impl Display) -> String {
        self.paint(AnsiColor::Green.on_default(), text)
    }

    /// A line that a diff removes.
    pub fn removed(self, text: impl Display) -> String {
        self.paint(AnsiColor::Red.on_default(), text)
    }

    fn paint(self, style: Ansi, text: impl Display) -> String {
        match self {
            Self::Coloured => format!("{style}{}{style:#}", printable_cells(&text.to_string())),
            Self::Plain => printable_cells(&text.to_string()).into_owned(),
        }
    }
}

/// [`printable`] of a line whose tabs stay, as that of a diff.
pub fn printable_cells(text: &str) -> Cow<'_, str> {
    let steers = |c| c != '\t' && steers(c);
    if text.contains(steers) { text.replace(steers, "\u{fffd}").into() } else { text.into() }
}

/// JSON whose strings hold nothing raw that would steer a terminal: it is escaped, and means the same.
pub fn escaped_json(json: &str) -> Cow<'_, str> {
    // outside of strings the only control characters are those that lay it out
    let steers = |c| c != '\n' && steers(c);
    if !json.contains(steers) {
        return json.into();
    }
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if steers(c) {
            out.extend(["\\u", &format!("{:04x}", u32::from(c))]);
        } else {
            out.push(c);
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_is_plain() {
        assert_eq!(Style::Plain.severity(Severity::Error, "error"), "error");
        assert_eq!(Style::Coloured.severity(Severity::Error, "error"), "\u{1b}[1m\u{1b}[91merror\u{1b}[0m");
    }

    #[test]
    fn what_steers_a_terminal_is_not_printed() {
        assert_eq!(Style::Plain.strong("a\u{7}"), "a\u{fffd}");
    }

    #[test]
    fn json_means_the_same() {
        let text = "a\u{7f}\u{9b}\u{202e}é\u{1b}\n";
        let json = serde_json::to_string_pretty(&[text]).unwrap();
        let escaped = escaped_json(&json);
        assert!(!escaped.contains(|c| c != '\n' && steers(c)), "{escaped}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&escaped).unwrap(), [text]);
    }
}
