//! Looks up a version, or hashes, in the package index, through the user's own pip or uv.
//!
//! There is no network code here and no address of a package index: the tool runs in an empty folder with the options of the
//! requirements file, so that private indexes, proxies and credentials are its affair. Nothing is built or installed: only
//! wheels are looked at, for a source distribution would run its build script. Callers look up only where the user allowed it.

mod cache;
mod query;
pub(crate) mod run;
pub(crate) mod tool;

use cache::Cache;
pub use query::{Failure, Found, Query};
pub use run::stop;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
pub use tool::Tool;

/// How long a tool may take.
pub const TIME_LIMIT: Duration = Duration::from_secs(20);

/// The way to the package index.
#[derive(Clone, Debug)]
pub struct PackageIndex {
    /// Programs in these folders are never run: the workspace's own.
    pub never_in: Vec<PathBuf>,
    /// How long the tool may take.
    pub limit: Duration,
    /// Where answers are kept; `None` keeps none.
    pub cache: Option<PathBuf>,
    /// The tool to take; `None` takes the first that is found.
    pub tool: Option<Tool>,
}

impl PackageIndex {
    /// One that keeps its answers in the user's folder for caches, and runs no program of the workspace at `root`.
    pub fn new(root: PathBuf) -> Self {
        Self { never_in: vec![root], limit: TIME_LIMIT, cache: cache::folder(), tool: None }
    }

    /// Runs the tool, and waits for its answer; `cancelled` is evaluated again and again meanwhile.
    ///
    /// # Errors
    ///
    /// Where there is no answer, with the reason.
    pub fn look_up(&self, query: &Query, cancelled: &dyn Fn() -> bool) -> Result<Found, Failure> {
        if !is_name(&query.name) || query.version.as_deref().is_some_and(|version| !is_version(version)) {
            return Err(Failure::Other(format!("{} is no name of a distribution", query.name)));
        }
        let program = tool::find(query.hashes, self.tool, &self.never_in).ok_or(if query.hashes {
            Failure::NoToolForHashes
        } else {
            Failure::NoTool
        })?;
        self.kept(&program, query, "", cancelled)
    }

    /// The answer that is kept, or else the tool's: within `specifier`, or in the version of the query.
    fn kept(
        &self,
        program: &tool::Program,
        query: &Query,
        specifier: &str,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Found, Failure> {
        let cache = self.cache.as_ref().map(|folder| Cache::new(folder, query, program.tool, specifier));
        if let Some(found) = cache.as_ref().and_then(Cache::read) {
            return Ok(found);
        }
        let version = query.version.as_ref().map(|version| format!("=={version}"));
        let version = version.unwrap_or_else(|| specifier.to_owned());
        let found =
            self.run(program, query, &version, cancelled, |folder, output| program.read(query, folder, output))?;
        if let Some(cache) = &cache {
            cache.write(&found);
        }
        Ok(found)
    }

    /// The newest version within `specifier`.
    ///
    /// # Errors
    ///
    /// Where there is no answer, with the reason.
    pub fn newest_within(
        &self,
        query: &Query,
        specifier: &str,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Found, Failure> {
        let program = tool::find(query.hashes, self.tool, &self.never_in).ok_or(Failure::NoTool)?;
        self.kept(&program, query, specifier, cancelled)
    }

    /// The versions that have a wheel, the oldest first. Only pip says them all: it is requested a version that there is not.
    ///
    /// # Errors
    ///
    /// Where there is no answer, with the reason.
    pub fn versions(&self, query: &Query, cancelled: &dyn Fn() -> bool) -> Result<Vec<String>, Failure> {
        if !is_name(&query.name) {
            return Err(Failure::Other(format!("{} is no name of a distribution", query.name)));
        }
        let program = tool::find(false, Some(Tool::Pip), &self.never_in).ok_or(Failure::NoTool)?;
        let cache = self.cache.as_ref().map(|folder| Cache::new(folder, query, program.tool, "versions"));
        if let Some(found) = cache.as_ref().and_then(Cache::read_lines) {
            return Ok(found);
        }
        let found =
            self.run(&program, query, "===pinlens", cancelled, |_, output| program.read_versions(query, output))?;
        if let Some(cache) = &cache {
            cache.write_lines(&found);
        }
        Ok(found)
    }

    /// Runs the tool for the distribution in a version, written as in a list, and reads its answer.
    fn run<T>(
        &self,
        program: &tool::Program,
        query: &Query,
        version: &str,
        cancelled: &dyn Fn() -> bool,
        read: impl FnOnce(&Path, &run::Output) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let failed = |error: std::io::Error| Failure::Other(error.to_string());
        // dropped after the folder
        let _running = run::Running::new();
        let folder = tempfile::Builder::new().prefix("pinlens-index-").tempdir().map_err(failed)?;
        // in a file, the tool expands `${VARIABLES}` itself, and no password stands in the list of processes
        let mut lines = query.options.clone();
        lines.push(format!("{}{version}", query.name));
        fs::write(folder.path().join(tool::REQUEST), lines.join("\n") + "\n").map_err(failed)?;
        let mut command = program.command(query, self.limit);
        command.current_dir(folder.path());
        let output = run::run(command, self.limit, cancelled)?;
        read(folder.path(), &output)
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
    fn only_names_are_looked_up() {
        for name in ["redis", "ruamel.yaml", "zope-interface", "A_b"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "-r", "a b", "a\nb", "--index-url=x", "a-", "é"] {
            assert!(!is_name(name), "{name}");
        }
        let index = PackageIndex { cache: None, ..PackageIndex::new(PathBuf::from("/nowhere")) };
        let query = Query { name: "-r".into(), version: None, hashes: false, options: vec![], python: None };
        assert!(matches!(index.look_up(&query, &|| false), Err(Failure::Other(_))));
    }
}
