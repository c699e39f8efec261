//! The options that commands share: how a project is read, what is reported, and how it is printed.

use super::codes::{Codes, CodesParser};
use super::values::{self, Colour, FailOn, Format, Target};
use clap::{ArgAction, Args};
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::PythonVersion;
use std::path::PathBuf;

/// The options by which a project is read.
#[derive(Clone, Debug, Default, Args)]
pub struct ReadOptions {
    /// The Python version that the code runs on, such as 3.12 [default: found in the project]
    #[arg(long, value_name = "X.Y", value_parser = values::python_version, help_heading = "Project")]
    pub python_version: Option<PythonVersion>,
    /// The platform that the code runs on: linux, darwin, windows or any
    #[arg(long, value_name = "PLATFORM", value_parser = values::python_platform, help_heading = "Project")]
    pub python_platform: Option<Target>,
    /// Virtual environment to read installed packages from; `none` ignores installed packages
    #[arg(
        long = "env",
        value_name = "DIR|none",
        value_parser = clap::builder::NonEmptyStringValueParser::new(),
        help_heading = "Project"
    )]
    pub environment: Option<String>,
    /// Settings file to use in place of the project's: a pinlens.toml or a pyproject.toml
    #[arg(long, value_name = "FILE", help_heading = "Project")]
    pub config: Option<PathBuf>,
    /// Leave out files that match, as in .gitignore; added to the setting `exclude`; may be given again
    #[arg(long, value_name = "PATTERN", alias = "extend-exclude", value_delimiter = ',', help_heading = "Project")]
    pub exclude: Vec<String>,
    /// When to colour the output
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto, help_heading = "Output")]
    pub color: Colour,
}

impl ReadOptions {
    /// The options by which a workspace is loaded.
    pub fn options(&self) -> Options {
        Options { read: self.clone(), ..Options::default() }
    }
}

/// The options that `check` and `fix` share.
#[derive(Clone, Debug, Default, Args)]
pub struct Options {
    /// Files and folders to report on [default: the current folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How the project is read.
    #[command(flatten)]
    pub read: ReadOptions,
    /// Report only these codes, with commas between them; ALL for every code, also those that are off by default
    #[arg(long, value_name = "CODES", value_delimiter = ',', value_parser = CodesParser, help_heading = "Findings")]
    pub select: Vec<Codes>,
    /// Do not report these codes, with commas between them
    #[arg(long, value_name = "CODES", value_delimiter = ',', value_parser = CodesParser, help_heading = "Findings")]
    pub ignore: Vec<Codes>,
    /// Exit with 1 if a finding is at least this severe
    #[arg(
        long,
        value_enum,
        value_name = "SEVERITY",
        default_value_t = FailOn::Warning,
        help_heading = "Findings"
    )]
    pub fail_on: FailOn,
    /// Exit with 0 whatever is found: the same as `--fail-on never`
    #[arg(long, alias = "no-exit-code", conflicts_with = "fail_on", help_heading = "Findings")]
    pub exit_zero: bool,
    /// How the report is printed.
    #[command(flatten)]
    pub output: OutputOptions,
    /// The entries whose start-up alone is looked at; set by commands that take them
    #[arg(skip)]
    pub entries: Vec<PathBuf>,
}

/// How a report is printed.
#[derive(Clone, Debug, Default, Args)]
pub struct OutputOptions {
    /// Output format
    #[arg(long, alias = "output-format", value_enum, default_value_t = Format::Text, help_heading = "Output")]
    pub format: Format,
    /// Write the report to this file
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub output_file: Option<PathBuf>,
    /// Print a finding at each of its places, not one for each fact
    #[arg(long, help_heading = "Output")]
    pub all: bool,
    /// Show hints, and which Python, environment and settings were used
    #[arg(short, long, help_heading = "Output")]
    pub verbose: bool,
    /// Print findings only: no summary
    #[arg(short, long, action = ArgAction::SetTrue, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,
}

impl Options {
    /// The codes to report; empty for all that are on.
    pub fn selected(&self) -> Vec<Code> {
        flat(&self.select)
    }

    /// The codes not to report.
    pub fn ignored(&self) -> Vec<Code> {
        flat(&self.ignore)
    }

    /// What decides the exit code.
    pub fn fails_on(&self) -> FailOn {
        if self.exit_zero { FailOn::Never } else { self.fail_on }
    }
}

fn flat(codes: &[Codes]) -> Vec<Code> {
    codes.iter().flat_map(|codes| codes.0.iter().copied()).collect()
}
