//! Asks the package index for a version, or for hashes, through the user's own pip or uv.
//!
//! There is no network code here and no address of an index: the tool runs in an empty folder with the options of the
//! requirements file, so that private indexes, proxies and credentials are its affair. Nothing is built or installed: only
//! wheels are looked at, for a source distribution would run its build script. Callers ask only where the user said so.

mod cache;
mod run;
mod tool;

use cache::Cache;
pub use run::stop;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;
pub use tool::Tool;

/// How long a tool may take.
pub const TIME_LIMIT: Duration = Duration::from_secs(20);

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    /// The distribution's name.
    pub name: String,
    /// The version whose hashes are wanted; `None` asks for the newest.
    pub version: Option<String>,
    /// Whether the hashes of all its files are wanted.
    pub hashes: bool,
    /// The lines of the requirements file that say where its index is: `--index-url …`, `--extra-index-url …`.
    pub options: Vec<String>,
    /// The Python that the code is for, like `3.12`.
    pub python: Option<String>,
}

/// What the index has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The version.
    pub version: String,
    /// The hashes of its files, like `sha256:…`; empty where none were asked for.
    pub hashes: Vec<String>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Neither pip nor uv is on the `PATH`.
    NoTool,
    /// The index has no wheel of it for this Python and platform.
    NoWheel,
    /// The tool took longer than it may.
    TimedOut,
    /// Nobody waits for the answer any more.
    Cancelled,
    /// Whatever else the tool says.
    Other(String),
}

impl Failure {
    /// The reason in words for the user.
    pub fn message(&self) -> String {
        match self {
            Self::NoTool => "neither pip nor uv is on the PATH, and for hashes uv or pip-compile is needed".to_owned(),
            Self::NoWheel => "the package index has no wheel of it for this Python and platform".to_owned(),
            Self::TimedOut => "the package index did not answer in time".to_owned(),
            Self::Cancelled => "cancelled".to_owned(),
            Self::Other(reason) => format!("the package index could not be asked: {reason}"),
        }
    }
}

/// How to ask.
#[derive(Clone, Debug)]
pub struct Asker {
    /// Programs in these folders are never run: the workspace's own.
    pub never_in: Vec<PathBuf>,
    /// How long the tool may take.
    pub limit: Duration,
    /// Where answers are kept; `None` keeps none.
    pub cache: Option<PathBuf>,
    /// The tool to take; `None` takes the first that is found.
    pub tool: Option<Tool>,
}

impl Asker {
    /// One that keeps its answers in the user's folder for caches, and runs no program of the workspace at `root`.
    pub fn new(root: PathBuf) -> Self {
        Self { never_in: vec![root], limit: TIME_LIMIT, cache: cache::folder(), tool: None }
    }

    /// Asks, and waits for the answer; `cancelled` is looked at again and again meanwhile.
    pub fn ask(&self, query: &Query, cancelled: &dyn Fn() -> bool) -> Result<Found, Failure> {
        if !is_name(&query.name) || query.version.as_deref().is_some_and(|version| !is_version(version)) {
            return Err(Failure::Other(format!("{} is no name of a distribution", query.name)));
        }
        let program = tool::find(query.hashes, self.tool, &self.never_in).ok_or(Failure::NoTool)?;
        let cache = self.cache.as_ref().map(|folder| Cache::new(folder, query, program.tool));
        if let Some(found) = cache.as_ref().and_then(Cache::read) {
            return Ok(found);
        }
        let found = self.run(&program, query, cancelled)?;
        if let Some(cache) = &cache {
            cache.write(&found);
        }
        Ok(found)
    }

    fn run(&self, program: &tool::Program, query: &Query, cancelled: &dyn Fn() -> bool) -> Result<Found, Failure> {
        let failed = |error: std::io::Error| Failure::Other(error.to_string());
        // dropped after the folder
        let _running = run::Running::new();
        let folder = tempfile::Builder::new().prefix("pinlens-index-").tempdir().map_err(failed)?;
        // in a file, the tool expands `${VARIABLES}` itself, and no password stands in the list of processes
        let mut lines = query.options.clone();
        lines.push(query.version.as_ref().map_or(query.name.clone(), |version| format!("{}=={version}", query.name)));
        fs::write(folder.path().join(tool::REQUEST), lines.join("\n") + "\n").map_err(failed)?;
        let mut command = program.command(query, self.limit);
        command.current_dir(folder.path());
        let output = run::run(command, self.limit, cancelled)?;
        program.read(query, folder.path(), &output)
    }
}

/// Whether a name is one of a distribution (PEP 508), and no option of a tool.
fn is_name(name: &str) -> bool {
    let is_end = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    is_end(name.bytes().next())
        && is_end(name.bytes().next_back())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

fn is_version(version: &str) -> bool {
    version.starts_with(|c: char| c.is_ascii_digit())
        && version.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'!'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_are_asked_for() {
        for name in ["redis", "ruamel.yaml", "zope-interface", "A_b"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "-r", "a b", "a\nb", "--index-url=x", "a-", "é"] {
            assert!(!is_name(name), "{name}");
        }
        let asker = Asker { cache: None, ..Asker::new(PathBuf::from("/nowhere")) };
        let query = Query { name: "-r".into(), version: None, hashes: false, options: vec![], python: None };
        assert!(matches!(asker.ask(&query, &|| false), Err(Failure::Other(_))));
    }
}
