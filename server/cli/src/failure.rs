//! Why a command could not run: each failure gives its place and its cause. The exit code is then 2.

use pinlens_analysis::fixes::{AddError, RemoveError};
use pinlens_loader::{EnvironmentError, FolderError, Skipped, WriteCause, WriteError};
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why a command could not run, in words for the user.
#[derive(Debug, Error)]
pub enum Failure {
    /// A PATH that was named cannot be used.
    #[error("{}: {}", path.display(), reason(cause))]
    Path {
        /// The PATH.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// No project has the name that `--project` gives.
    #[error("--project {0}: there is no such project; `pinlens projects` lists their names")]
    UnknownProject(String),
    /// A file that is to be merged is no report of `--format json`.
    #[error("{}: no report of `pinlens check --format json`: {cause}", path.display())]
    NoReport {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: serde_json::Error,
    },
    /// A report is of another version of pinlens.
    #[error("{}: a report of version {version}, which this pinlens does not know", path.display())]
    OtherReport {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
    /// The home folder was named.
    #[error("{}: this is the home folder, which is no project; name a folder in it", .0.display())]
    Home(PathBuf),
    /// A root cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// There are more files than are indexed.
    #[error("{}: more than {limit} files; name a smaller folder, or leave some out with `exclude`", root.display())]
    TooManyFiles {
        /// The root.
        root: PathBuf,
        /// The most that are indexed.
        limit: usize,
    },
    /// The file of `--config` does not exist.
    #[error("--config: there is no file {}", .0.display())]
    NoConfig(PathBuf),
    /// The file of `--config` cannot be read.
    #[error("--config: {}: {cause}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The folder of `--env` is no environment.
    #[error("--env: {0}")]
    Environment(#[source] EnvironmentError),
    /// A file that is needed was not read.
    #[error("{}: {}", .0.path, .0.reason)]
    Unread(Skipped),
    /// A file is not what it was when it was analysed.
    #[error("{path}: changed while it was read; nothing was fixed, try again")]
    ChangedWhileRead {
        /// The file.
        path: String,
    },
    /// The same, noticed before it was written.
    #[error("{path}: changed while it was being fixed; it was left as it is, try again")]
    ChangedWhileFixed {
        /// The file.
        path: String,
    },
    /// A fix cannot be written.
    #[error("{path}: {cause}")]
    Fix {
        /// The file, as it is shown.
        path: String,
        /// Why.
        #[source]
        cause: WriteCause,
    },
    /// A file that was named cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A file that was named cannot be opened.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// Standard output cannot be written.
    #[error("standard output: {0}")]
    Stdout(#[source] io::Error),
    /// Several failures, each of its own file.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\nerror: "))]
    Several(Vec<Self>),
    /// The file of `--baseline` cannot be used.
    #[error("{}: {problem}", file.display())]
    Baseline {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        #[source]
        problem: BaselineProblem,
    },
    /// There is no project to add to, or to set up.
    #[error("there is no project here")]
    NoProject,
    /// A module cannot be added.
    #[error(transparent)]
    Add(#[from] AddError),
    /// A requirement cannot be removed.
    #[error(transparent)]
    Remove(#[from] RemoveError),
    /// No fix can be made, and why.
    #[error("{0}")]
    NoFix(String),
    /// The file of `--file` lies outside.
    #[error("{}: it lies outside the project", .0.display())]
    OutsideProject(PathBuf),
    /// The file of `--file` does not exist.
    #[error("{} does not exist; create it first, or leave out `--file`", .0.display())]
    NoList(PathBuf),
    /// The file of `--file` is no manifest.
    #[error("{}: it declares no requirements", .0.display())]
    NoManifest(PathBuf),
    /// `init` would write over settings.
    #[error("{file} {what} already; `pinlens init --dry-run` prints what would be written")]
    HasSettings {
        /// The file.
        file: String,
        /// What it has or is.
        what: &'static str,
    },
    /// The file that is run first does not exist.
    #[error("{}: there is no such file", .0.display())]
    NoEntry(PathBuf),
    /// The file that is run first is none of the project's.
    #[error("{}: not a Python file of the project; name the file that starts your application{}", file.display(), found(entries))]
    NotPython {
        /// What was named.
        file: PathBuf,
        /// The entry points that were found.
        entries: Vec<String>,
    },
    /// A graph was wanted without a file that is run first.
    #[error("name the file that is run first: a graph is drawn of one start-up")]
    GraphOfNothing,
    /// There is no such deployment.
    #[error("{name}: {}", known_deployments(known))]
    NoDeployment {
        /// The name.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A manual page cannot be made.
    #[error("the manual page of {command}: {cause}")]
    Page {
        /// The command.
        command: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

/// What is wrong with a baseline.
#[derive(Debug, Error)]
pub enum BaselineProblem {
    /// It does not exist.
    #[error("there is no such baseline; make it with `--write-baseline={0}`")]
    Missing(String),
    /// It was not read.
    #[error("{0}")]
    Unread(pinlens_facts::facts::UnreadReason),
    /// It is not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// It is not JSON of the right shape.
    #[error("not a baseline: {cause}; fix it, or write it again with `--write-baseline={file}`")]
    NotOne {
        /// The file, as it is shown.
        file: String,
        /// Why.
        #[source]
        cause: serde_json::Error,
    },
    /// It is of another version.
    #[error(
        "a baseline of version {version}, where this pinlens knows version 1; fix it, or write it again with \
         `--write-baseline={file}`"
    )]
    OtherVersion {
        /// The file, as it is shown.
        file: String,
        /// Its version.
        version: u32,
    },
    /// It cannot be made.
    #[error("{0}")]
    NotWritten(#[source] serde_json::Error),
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => String::from("there is no such file or folder"),
        io::ErrorKind::PermissionDenied => String::from("permission denied"),
        _ => error.to_string(),
    }
}

fn found(entries: &[String]) -> String {
    match entries {
        [] => String::new(),
        [first, second, _, ..] => format!(" (found: {first}, {second}, …)"),
        few => format!(" (found: {})", few.join(", ")),
    }
}

fn known_deployments(known: &[String]) -> String {
    if known.is_empty() {
        "no deployment was found".to_owned()
    } else {
        format!("no such deployment; there are {}", known.join(", "))
    }
}
