//! The arguments of commands that change files: `fix`, `add`, `remove`.

use super::options::Options;
use clap::Args;
use std::path::PathBuf;

/// The arguments of `pinlens fix`.
#[derive(Debug, Args)]
pub struct FixArgs {
    /// What `check` takes as well.
    #[command(flatten)]
    pub options: Options,
    /// Also apply fixes that may be wrong: removing requirements, guessing a package from its module's name
    #[arg(long = "unsafe", alias = "unsafe-fixes")]
    pub unsafe_too: bool,
    /// Print the changes as a unified diff and write nothing
    #[arg(long, alias = "dry-run")]
    pub diff: bool,
    /// Whether and how the package index is queried.
    #[command(flatten)]
    pub index: IndexArgs,
}

/// Whether and how the package index is queried.
#[derive(Clone, Debug, Args)]
pub struct IndexArgs {
    /// Look up versions and hashes in the package index, through your pip or uv, where no lock file or environment has them
    #[arg(long)]
    pub index: bool,
    /// How long the package index may take to answer
    #[arg(long, value_name = "SECONDS", default_value_t = 20, requires = "index", value_parser = clap::value_parser!(u64).range(1..))]
    pub index_timeout: u64,
}

/// The arguments of `pinlens add`.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// The module, as it is imported, or the name of the distribution; more may follow it. Versions and extras may stand behind a
    /// name: 'redis==5.0'
    #[arg(value_name = "MODULE")]
    pub module: String,
    /// Where it is added, and how.
    #[command(flatten)]
    pub list: ListOptions,
    /// Whether and how the package index is queried.
    #[command(flatten)]
    pub index: IndexArgs,
}

/// The arguments of `pinlens remove`.
#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// The package, or a module that it provides; more may follow it
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Where it is removed, and how.
    #[command(flatten)]
    pub list: ListOptions,
}

/// What `add` and `remove` have in common.
#[derive(Debug, Args)]
pub struct ListOptions {
    /// What `check` takes as well; the first PATH is the code that is meant.
    #[command(flatten)]
    pub options: Options,
    /// The requirements file or manifest to change [default: those that apply to the code]
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Print the change as a unified diff and write nothing
    #[arg(long, alias = "dry-run")]
    pub diff: bool,
}
