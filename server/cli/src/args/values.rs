//! The values of options.

use clap::ValueEnum;
use pinlens_analysis::config::Platform;
use pinlens_facts::words::codes::Severity;
use pinlens_facts::words::names::PythonVersion;
use thiserror::Error;

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: source lines, notes and help.
    #[default]
    #[value(alias = "full")]
    Text,
    /// One line a finding.
    Concise,
    /// For programs.
    Json,
    /// Annotations of a GitHub workflow.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// `JUnit` XML.
    Junit,
    /// A table for a summary page or a comment.
    Markdown,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

impl Format {
    /// Whether people read it where it is printed.
    pub const fn is_for_people(self) -> bool {
        matches!(self, Self::Text | Self::Concise)
    }
}

/// How to print a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// How a start-up is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TraceFormat {
    /// A tree for people.
    Text,
    /// For programs.
    Json,
    /// A graph for Graphviz.
    Dot,
    /// A graph for pages that draw Mermaid.
    Mermaid,
}

/// The least severity that fails a run. Hints never do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)] // the names are the documentation
pub enum FailOn {
    Error,
    #[default]
    Warning,
    Info,
    Never,
}

impl FailOn {
    /// The severity from which on a finding fails the run; `None` where none does.
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// Where standard output is a terminal and `NO_COLOR` is not set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The platform that the code is for; none means any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target(pub Option<Platform>);

/// What an option cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ValueError {
    /// No version of Python.
    #[error("not a version of Python; write it like 3.12")]
    Version,
    /// No platform.
    #[error("write linux, darwin, windows or any")]
    Platform,
}

pub(super) fn python_version(text: &str) -> Result<PythonVersion, ValueError> {
    PythonVersion::parse(text).ok_or(ValueError::Version)
}

/// The names of settings, in any case, and those that `sys.platform` and people use.
pub(super) fn python_platform(text: &str) -> Result<Target, ValueError> {
    let lower = text.to_ascii_lowercase();
    let name = match lower.as_str() {
        "macos" | "mac" | "osx" => "darwin",
        "win32" | "win" => "windows",
        "all" => "any",
        other => other,
    };
    Platform::parse(name).map(Target).ok_or(ValueError::Platform)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_have_several_names() {
        assert_eq!(python_platform("macOS"), Ok(Target(Some(Platform::Darwin))));
        assert_eq!(python_platform("Linux"), Ok(Target(Some(Platform::Linux))));
        assert_eq!(python_platform("any"), Ok(Target(None)));
        assert!(python_platform("beos").is_err());
    }
}
