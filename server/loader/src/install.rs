//! Runs the user's own tool to install packages, where a person has requested it. The tool is found on the `PATH` and never in a
//! workspace; its settings, indexes and credentials are its own affair.

use crate::package_index::Failure;
use crate::package_index::run::{self, Output, Running};
use crate::package_index::tool::{find_program, without_passwords};
use pinlens_analysis::fixes::install::{Install, Tool};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use thiserror::Error;

/// How long an installation may take.
const LIMIT: Duration = Duration::from_mins(10);

/// How many lines of what a failed tool said are shown.
const SHOWN: usize = 6;

/// Why nothing was installed, in words for the user.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InstallError {
    /// The project's tool is not there.
    #[error("{0} is not on the PATH")]
    NoProgram(&'static str),
    /// There is nothing to install with.
    #[error("neither uv nor pip is on the PATH")]
    NoInstaller,
    /// There is nothing to install into.
    #[error("there is no environment to install into")]
    NoEnvironment,
    /// The tool took too long.
    #[error("it took longer than ten minutes")]
    TimedOut,
    /// The user stopped it.
    #[error("cancelled")]
    Cancelled,
    /// What the tool said last.
    #[error("{0}")]
    Failed(String),
}

/// One command with its program found: what is shown before it runs, and what then runs.
#[derive(Debug)]
pub struct Order {
    program: PathBuf,
    arguments: Vec<String>,
    folder: PathBuf,
    environment: Option<PathBuf>,
    tool: Tool,
}

impl Order {
    /// Finds the program of an installation in the workspace at `root`, whose environment is at `environment`.
    /// Nothing in a folder of `never_in` is run.
    ///
    /// # Errors
    ///
    /// Where a program or the environment is missing; it says which.
    pub fn new(
        install: &Install,
        root: &Path,
        environment: Option<&Path>,
        never_in: &[PathBuf],
    ) -> Result<Self, InstallError> {
        let find = |name: &str| find_program(name, never_in);
        let named = |name: &'static str| find(name).ok_or(InstallError::NoProgram(name));
        let own = |program: PathBuf| (program, install.arguments.clone());
        let (program, arguments) = match install.tool {
            Tool::Uv => own(named("uv")?),
            Tool::Poetry => own(named("poetry")?),
            Tool::Pdm => own(named("pdm")?),
            Tool::Pipenv => own(named("pipenv")?),
            Tool::Installer => {
                let environment = environment.ok_or(InstallError::NoEnvironment)?;
                let python = environment.to_string_lossy().into_owned();
                let (program, head) = match (find("uv"), find("pip")) {
                    (Some(uv), _) => (uv, vec!["pip", "install", "--python", &python]),
                    (None, Some(pip)) => (pip, vec!["--python", &python, "install"]),
                    (None, None) => return Err(InstallError::NoInstaller),
                };
                let head = head.into_iter().map(str::to_owned);
                (program, head.chain(install.arguments.clone()).collect())
            }
        };
        let environment = environment.map(Path::to_path_buf);
        Ok(Self { program, arguments, folder: root.join(&*install.folder), environment, tool: install.tool })
    }

    /// The command line, as people read it.
    pub fn shown(&self) -> String {
        let program = self.program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let words = self.arguments.iter().map(|word| {
            let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./=:+,".contains(c));
            if is_plain { word.clone() } else { format!("'{word}'") }
        });
        std::iter::once(program).chain(words).collect::<Vec<String>>().join(" ")
    }

    /// Runs it to its end, or until it is cancelled.
    ///
    /// # Errors
    ///
    /// Where it cannot be started, fails or is cancelled; the error holds the last lines of its output.
    pub fn run(&self, cancelled: &dyn Fn() -> bool) -> Result<(), InstallError> {
        let _running = Running::new();
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&self.folder);
        for variable in ["PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV"] {
            command.env_remove(variable);
        }
        command.env("PIP_NO_INPUT", "1").env("PIP_DISABLE_PIP_VERSION_CHECK", "1").env("NO_COLOR", "1");
        // these take the environment that is active for theirs; uv has one for each project
        if let Some(environment) =
            self.environment.as_ref().filter(|_| !matches!(self.tool, Tool::Uv | Tool::Installer))
        {
            command.env("VIRTUAL_ENV", environment);
        }
        match run::run(command, LIMIT, cancelled) {
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => Err(InstallError::Failed(last_lines(&output))),
            Err(Failure::TimedOut) => Err(InstallError::TimedOut),
            Err(Failure::Cancelled) => Err(InstallError::Cancelled),
            Err(failure) => Err(InstallError::Failed(failure.to_string())),
        }
    }
}

/// The last lines of what a tool said, passwords left out.
fn last_lines(output: &Output) -> String {
    let said = if output.stderr.trim().is_empty() { &output.stdout } else { &output.stderr };
    let lines: Vec<&str> = said.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let start = lines.len().saturating_sub(SHOWN);
    match &lines[start..] {
        [] => format!("it failed without a word ({})", output.status),
        last => without_passwords(&last.join("\n")),
    }
}
