//! The command line: its commands, options and their help. Knows nothing of what is done with them.

use clap::{Args, Parser, Subcommand, ValueEnum};
use pinlens_analysis::config::Platform;
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::PythonVersion;
use std::path::PathBuf;

/// Keeps a Python workspace's imports and its requirements consistent.
#[derive(Debug, Parser)]
#[command(name = "pinlens", version, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Report imports that no requirement declares, requirements that nothing imports, and lines that pip would refuse
    Check(CheckArgs),
    /// Show what an entry point loads as it starts, and where it would crash
    Trace(TraceArgs),
    /// Tell which requirement provides a module or distribution, who imports it and who needs it
    Why(WhyArgs),
    /// Apply the safe fixes, and report what remains
    Fix(FixArgs),
    /// Require what provides a module, in the file that fits
    Add(AddArgs),
    /// Tell what a diagnostic means and how to mend it; without a code, list them all
    Explain(ExplainArgs),
    /// Speak the language server protocol on standard input and output
    Server(ServerArgs),
}

/// The arguments of `pinlens check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// What `fix` takes as well.
    #[command(flatten)]
    pub options: Options,
    /// Report only what crashes the start-up of this file; may be given again
    #[arg(long = "entry", value_name = "FILE")]
    pub entries: Vec<PathBuf>,
    /// Report only what is not in this baseline
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write what is found to the baseline [default: that of --baseline, else pinlens-baseline.json]
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    #[allow(clippy::option_option)] // not given, given alone, or with a file
    pub write_baseline: Option<Option<PathBuf>>,
}

/// The arguments of `pinlens trace`.
#[derive(Debug, Args)]
pub struct TraceArgs {
    /// The file that is run first; without one, the entries that are found are listed
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Show every shortest chain to the imports of this module or distribution instead
    #[arg(long, value_name = "MODULE", requires = "file")]
    pub to: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = TraceFormat::Text)]
    pub format: TraceFormat,
    /// What `why` takes as well.
    #[command(flatten)]
    pub options: ReadOptions,
}

/// The arguments of `pinlens why`.
#[derive(Debug, Args)]
pub struct WhyArgs {
    /// A module, dotted, or a distribution
    #[arg(value_name = "NAME")]
    pub name: String,
    /// What `trace` takes as well.
    #[command(flatten)]
    pub options: ReadOptions,
}

/// How to print a start-up.
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

/// The options of the commands that only read.
#[derive(Debug, Args)]
pub struct ReadOptions {
    /// The Python that the code will run on, like 3.12
    #[arg(long, value_name = "X.Y", value_parser = python_version)]
    pub python_version: Option<PythonVersion>,
    /// The platform that the code will run on, or `any`
    #[arg(long, value_name = "linux|darwin|windows|any", value_parser = python_platform)]
    pub python_platform: Option<Target>,
    /// The environment that holds what is installed, or `none` to read nothing installed
    #[arg(long = "env", value_name = "DIR|none", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub environment: Option<String>,
    /// When to colour the text format
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    pub color: Colour,
}

impl ReadOptions {
    /// The options by which a workspace is loaded.
    pub fn options(&self) -> Options {
        Options {
            paths: Vec::new(),
            format: Format::Text,
            fail_on: FailOn::Warning,
            select: Vec::new(),
            ignore: Vec::new(),
            python_version: self.python_version,
            python_platform: self.python_platform,
            environment: self.environment.clone(),
            color: self.color,
            verbose: false,
            entries: Vec::new(),
        }
    }
}

/// The arguments of `pinlens fix`.
#[derive(Debug, Args)]
pub struct FixArgs {
    /// What `check` takes as well.
    #[command(flatten)]
    pub options: Options,
    /// Apply unsafe fixes too: guesses from a module's name, and removals
    #[arg(long = "unsafe")]
    pub unsafe_too: bool,
    /// Print the fixes as a unified diff and write nothing
    #[arg(long)]
    pub diff: bool,
    /// Whether and how the package index is asked.
    #[command(flatten)]
    pub index: IndexArgs,
}

/// Whether and how the package index is asked.
#[derive(Debug, Args)]
pub struct IndexArgs {
    /// Ask the package index, through your pip or uv, for versions and hashes that nothing else tells
    #[arg(long)]
    pub index: bool,
    /// How long the index may take to answer
    #[arg(long, value_name = "SECONDS", default_value_t = 20, requires = "index", value_parser = clap::value_parser!(u64).range(1..))]
    pub index_timeout: u64,
}

/// The arguments of `pinlens add`.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// The module, as it is imported, or the name of the distribution
    #[arg(value_name = "MODULE")]
    pub module: String,
    /// What `check` takes as well; the first PATH is the code that needs it.
    #[command(flatten)]
    pub options: Options,
    /// The requirements file or manifest to add to [default: the one that governs the code]
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Print the change as a unified diff and write nothing
    #[arg(long)]
    pub diff: bool,
    /// Whether and how the package index is asked.
    #[command(flatten)]
    pub index: IndexArgs,
}

/// The arguments of `pinlens explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The code, like undeclared-import
    #[arg(value_name = "CODE", value_parser = code)]
    pub code: Option<Code>,
}

/// The arguments of `pinlens server`.
#[derive(Debug, Args)]
pub struct ServerArgs {
    /// Taken because editors pass it; the server speaks on nothing else
    #[arg(long, hide = true)]
    pub stdio: bool,
}

/// The options that `check` and `fix` share.
#[derive(Debug, Args)]
pub struct Options {
    /// Files and folders to report on [default: the current folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to print findings
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// The least severity that makes the exit code 1
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::Warning)]
    pub fail_on: FailOn,
    /// Report only these codes, separated by commas
    #[arg(long, value_name = "CODES", value_delimiter = ',', value_parser = code)]
    pub select: Vec<Code>,
    /// Do not report these codes, separated by commas
    #[arg(long, value_name = "CODES", value_delimiter = ',', value_parser = code)]
    pub ignore: Vec<Code>,
    /// The Python that the code will run on, like 3.12
    #[arg(long, value_name = "X.Y", value_parser = python_version)]
    pub python_version: Option<PythonVersion>,
    /// The platform that the code will run on, or `any`
    #[arg(long, value_name = "linux|darwin|windows|any", value_parser = python_platform)]
    pub python_platform: Option<Target>,
    /// The environment that holds what is installed, or `none` to read nothing installed
    #[arg(long = "env", value_name = "DIR|none", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub environment: Option<String>,
    /// When to colour the text format
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    pub color: Colour,
    /// Show hints too in the text format
    #[arg(short, long)]
    pub verbose: bool,
    /// The entries whose start-up alone is looked at; set by commands that take them
    #[arg(skip)]
    pub entries: Vec<PathBuf>,
}

/// How to print findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// Annotations of a GitHub workflow.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// The least severity that fails a run. Hints never do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)] // the names say it
pub enum FailOn {
    Error,
    Warning,
    Info,
}

impl FailOn {
    /// The severity from which on a finding fails the run.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
        }
    }
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// Where standard output is a terminal and `NO_COLOR` is not set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

fn code(name: &str) -> Result<Code, String> {
    Code::parse(name.trim()).ok_or_else(|| {
        let known: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        format!("no such code; the codes are {}", known.join(", "))
    })
}

fn python_version(text: &str) -> Result<PythonVersion, String> {
    PythonVersion::parse(text).ok_or_else(|| String::from("not a version of Python; write it like 3.12"))
}

/// The platform that the code is for; none means any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target(pub Option<Platform>);

fn python_platform(text: &str) -> Result<Target, String> {
    Platform::parse(text).map(Target).ok_or_else(|| String::from("it is one of linux, darwin, windows and any"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn codes_come_in_lists_and_again() {
        let cli = Cli::try_parse_from(["pinlens", "check", "--select", "unused-requirement,unresolved-import"]);
        let Ok(Cli { command: Command::Check(check) }) = cli else { panic!("{cli:?}") };
        assert_eq!(check.options.select, [Code::UnusedRequirement, Code::UnresolvedImport]);
        let again = ["pinlens", "check", "--ignore", "unused-requirement", "--ignore", "invalid-requirement"];
        let Ok(Cli { command: Command::Check(check) }) = Cli::try_parse_from(again) else { panic!() };
        assert_eq!(check.options.ignore, [Code::UnusedRequirement, Code::InvalidRequirement]);
    }

    #[test]
    fn an_unknown_code_is_answered_with_the_known_ones() {
        let error = Cli::try_parse_from(["pinlens", "check", "--select", "E501"]).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        for code in Code::ALL {
            assert!(error.to_string().contains(code.as_str()), "{error}");
        }
    }

    #[test]
    fn a_bad_python_version_is_refused() {
        for version in ["three", "3", "3.x", ""] {
            let result = Cli::try_parse_from(["pinlens", "check", "--python-version", version]);
            assert!(result.is_err(), "{version}");
        }
    }
}
