//! Colours, and what a terminal may be shown.

use crate::args::Colour;
use anstyle::{AnsiColor, Style as Ansi};
use pinlens_facts::words::codes::Severity;
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
    /// What `--color`, the environment and standard output ask for together.
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
            Self::Coloured => format!("{style}{text}{style:#}"),
            Self::Plain => text.to_string(),
        }
    }
}

/// `text` without what would steer a terminal: each control character is shown as `�`.
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_control) { text.replace(char::is_control, "\u{fffd}").into() } else { text.into() }
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
        assert_eq!(printable("a\u{1b}[31mb\rc"), "a\u{fffd}[31mb\u{fffd}c");
        assert_eq!(printable("größe"), "größe");
    }
}
