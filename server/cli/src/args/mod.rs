//! The command line: its commands, options and their help. Knows nothing of what is done with them.

mod change;
mod codes;
mod options;
mod values;

pub use change::{AddArgs, FixArgs, IndexArgs, ListOptions, RemoveArgs};
pub use codes::CodeParser;
pub use options::{Options, OutputOptions, ReadOptions};
pub use values::{Colour, FailOn, Format, ListFormat, TraceFormat};

use clap::{Args, Parser, Subcommand};
use pinlens_facts::words::codes::Code;
use std::path::PathBuf;

/// Finds imports that your requirements do not install, and requirements that nothing imports.
#[derive(Debug, Parser)]
#[command(name = "pinlens", version, long_version = crate::version::LONG, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check imports against requirements
    Check(CheckArgs),
    /// Fix findings: add what is missing
    Fix(FixArgs),
    /// Add the package that provides a module to the right requirements file
    Add(AddArgs),
    /// Remove a package from the requirements files that have it
    Remove(RemoveArgs),
    /// Show what an application imports at start-up, and where it crashes
    Trace(TraceArgs),
    /// List the projects of a repository, which can be checked one by one
    Projects(ProjectsArgs),
    /// Join reports of `check --project NAME --format json` to one
    Merge(MergeArgs),
    /// Explain why a package is required: who imports it, what depends on it
    Why(WhyArgs),
    /// List what is deployed: what each installs, what it starts, and whether it crashes
    Deployments(DeploymentsArgs),
    /// Show the page of a code; without a code, list all codes
    #[command(alias = "rule")]
    Explain(ExplainArgs),
    /// Show what pinlens found and why, for bug reports: Python, environment, lists, settings, entry points
    Doctor(DoctorArgs),
    /// Write a commented pinlens.toml for this project
    Init(InitArgs),
    /// Run the language server on standard input and output
    #[command(alias = "lsp")]
    Server(ServerArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write the pages of all commands to a folder
    #[command(hide = true)]
    Man(ManArgs),
    /// Print the JSON Schema of the settings
    #[command(hide = true)]
    Schema,
    /// Print the version
    #[command(hide = true)]
    Version,
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
    /// Report only what the deployment of this name lacks; may be given again
    #[arg(long = "deployment", value_name = "NAME")]
    pub deployments: Vec<String>,
    /// Report only the project of this name, as `pinlens projects` lists it; may be given again
    #[arg(long = "project", value_name = "NAME")]
    pub projects: Vec<String>,
    /// Report only what is not in this baseline
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write what is found to the baseline [default: that of --baseline, else pinlens-baseline.json]
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    #[allow(clippy::option_option)] // not given, given alone, or with a file
    pub write_baseline: Option<Option<PathBuf>>,
    /// What is done next to the report.
    #[command(flatten)]
    pub extra: CheckExtra,
}

/// What `check` does next to its report, or in its place.
#[derive(Debug, Default, Args)]
#[allow(clippy::struct_excessive_bools)] // they are the switches of a command line
pub struct CheckExtra {
    /// Count findings by code instead of listing them
    #[arg(long)]
    pub statistics: bool,
    /// Check again whenever a file changes
    #[arg(long, conflicts_with_all = ["output_file", "write_baseline"])]
    pub watch: bool,
    /// Print the settings that apply and where each comes from, then exit
    #[arg(long)]
    pub show_settings: bool,
    /// Print the files that are checked, then exit
    #[arg(long)]
    pub show_files: bool,
    /// Exit with 2 where an entry or a deployment that is named cannot be judged
    #[arg(long)]
    pub strict: bool,
    /// Fix what can be fixed safely, then check: the same as `pinlens fix`
    #[arg(long, conflicts_with_all = ["entries", "baseline", "write_baseline", "watch", "statistics"])]
    pub fix: bool,
}

/// The arguments of `pinlens trace`.
#[derive(Debug, Args)]
pub struct TraceArgs {
    /// The file that is run first; without one, the entry points that are found are listed
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Show every shortest chain to the imports of this module or package instead
    #[arg(long, value_name = "MODULE", requires = "file")]
    pub to: Option<String>,
    /// Show each line of a long tree, also of the branches in which nothing is missing
    #[arg(long, requires = "file")]
    pub all: bool,
    /// Output format
    #[arg(long, alias = "output-format", value_enum, default_value_t = TraceFormat::Text)]
    pub format: TraceFormat,
    /// What `why` takes as well.
    #[command(flatten)]
    pub options: ReadOptions,
}

/// The arguments of `pinlens why`.
#[derive(Debug, Args)]
pub struct WhyArgs {
    /// A module, dotted, or a package
    #[arg(value_name = "NAME")]
    pub name: String,
    /// What `trace` takes as well.
    #[command(flatten)]
    pub options: ReadOptions,
}

/// The arguments of `pinlens deployments`.
#[derive(Debug, Args)]
pub struct DeploymentsArgs {
    /// Show only the deployment of this name
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// Output format
    #[arg(long, alias = "output-format", value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,
    /// What `trace` takes as well.
    #[command(flatten)]
    pub options: ReadOptions,
}

/// The arguments of `pinlens projects`.
#[derive(Debug, Args)]
pub struct ProjectsArgs {
    /// Files and folders to look at [default: the current folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Output format
    #[arg(long, alias = "output-format", value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,
    /// What `check` takes as well.
    #[command(flatten)]
    pub options: ReadOptions,
}

/// The arguments of `pinlens merge`.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// The reports
    #[arg(value_name = "REPORT", required = true)]
    pub reports: Vec<PathBuf>,
    /// Exit with 1 if a finding is at least this severe
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::Warning, help_heading = "Findings")]
    pub fail_on: FailOn,
    /// Exit with 0 whatever is found: the same as `--fail-on never`
    #[arg(long, alias = "no-exit-code", conflicts_with = "fail_on", help_heading = "Findings")]
    pub exit_zero: bool,
    /// How the report is printed.
    #[command(flatten)]
    pub output: OutputOptions,
    /// When to colour the output
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto, help_heading = "Output")]
    pub color: Colour,
}

impl MergeArgs {
    /// The options by which a report is printed.
    pub fn read(&self) -> ReadOptions {
        ReadOptions { color: self.color, ..ReadOptions::default() }
    }
}

/// The arguments of `pinlens doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Files and folders to look at [default: the current folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// What `check` takes as well.
    #[command(flatten)]
    pub options: ReadOptions,
}

/// The arguments of `pinlens init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The folder that gets the file [default: the current folder]
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Print the settings and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Also write a baseline of today's findings: `check --baseline` then reports new ones only
    #[arg(long)]
    pub baseline: bool,
    /// Write the requirements of this script into it (PEP 723), and no pinlens.toml
    #[arg(long, value_name = "FILE", conflicts_with_all = ["folder", "baseline"])]
    pub script: Option<PathBuf>,
    /// What `check` takes as well.
    #[command(flatten)]
    pub options: ReadOptions,
}

/// The arguments of `pinlens completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// The arguments of `pinlens man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write a page for each command to this folder
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// The arguments of `pinlens explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The code, such as undeclared-import
    #[arg(value_name = "CODE", value_parser = CodeParser)]
    pub code: Option<Code>,
}

/// The arguments of `pinlens server`.
#[derive(Debug, Args)]
pub struct ServerArgs {
    /// Taken because editors pass it; the server speaks on nothing else
    #[arg(long, hide = true)]
    pub stdio: bool,
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
        let cli = Cli::try_parse_from(["pinlens", "check", "--select", "unused-requirement,DEP001"]);
        let Ok(Cli { command: Command::Check(check) }) = cli else { panic!("{cli:?}") };
        let expected = [Code::UnusedRequirement, Code::UndeclaredImport, Code::UnresolvedImport];
        assert_eq!(check.options.selected(), expected);
        let again = ["pinlens", "check", "--ignore", "unused-requirement", "--ignore", "invalid-requirement"];
        let Ok(Cli { command: Command::Check(check) }) = Cli::try_parse_from(again) else { panic!() };
        assert_eq!(check.options.ignored(), [Code::UnusedRequirement, Code::InvalidRequirement]);
    }

    #[test]
    fn an_unknown_code_is_answered_with_the_nearest() {
        let error = |word: &str| {
            let error = Cli::try_parse_from(["pinlens", "check", "--select", word]).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            error.to_string()
        };
        assert!(error("undeclared").contains("'undeclared-import'"), "{}", error("undeclared"));
        assert!(error("E501").contains("pinlens explain"), "{}", error("E501"));
    }

    #[test]
    fn a_bad_python_version_is_refused() {
        for version in ["three", "3", "3.x", ""] {
            let result = Cli::try_parse_from(["pinlens", "check", "--python-version", version]);
            assert!(result.is_err(), "{version}");
        }
    }
}
