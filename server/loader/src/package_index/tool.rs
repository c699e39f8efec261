//! The tools that can query a package index: how each is found, called and read.

use super::query::{Failure, Found, Query};
use super::run::Output;
use pinlens_facts::words::lists::List;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The file that holds the question, in the folder where the tool runs.
pub const REQUEST: &str = "request.in";

/// The file that pip's report goes to, in the same folder.
const REPORT: &str = "report.json";

/// A tool that can query a package index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tool {
    /// `uv pip compile`, for versions and hashes.
    Uv,
    /// `pip install --dry-run --report`, for versions.
    Pip,
    /// `pip-compile` of pip-tools, for hashes.
    PipCompile,
}

impl Tool {
    /// The tool that users call `name`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "uv" => Some(Self::Uv),
            "pip" => Some(Self::Pip),
            "pip-compile" => Some(Self::PipCompile),
            _ => None,
        }
    }

    const fn program(self) -> &'static str {
        match self {
            Self::Uv => "uv",
            Self::Pip => "pip",
            Self::PipCompile => "pip-compile",
        }
    }
}

/// A tool at its place.
#[derive(Debug)]
pub struct Program {
    /// Which.
    pub tool: Tool,
    path: PathBuf,
}

/// The first tool on the `PATH` that can answer: pip's report has the hashes of one platform's file only. Folders that are not
/// absolute, or lie in one of `never_in`, are passed over: nothing of a workspace is run.
pub fn find(hashes: bool, wanted: Option<Tool>, never_in: &[PathBuf]) -> Option<Program> {
    let able = if hashes { [Tool::Uv, Tool::PipCompile] } else { [Tool::Uv, Tool::Pip] };
    let mut tools = able.into_iter().filter(|tool| wanted.is_none_or(|wanted| wanted == *tool));
    tools.find_map(|tool| Some(Program { tool, path: find_program(tool.program(), never_in)? }))
}

/// The first program of that name on the `PATH`. Folders that are not absolute, or lie in one of `never_in`, are passed over.
pub(crate) fn find_program(name: &str, never_in: &[PathBuf]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).filter(|folder| folder.is_absolute()).find_map(|folder| {
        let path = folder.join(name).with_extension(env::consts::EXE_EXTENSION);
        let real = path.canonicalize().ok().filter(|real| real.is_file())?;
        let is_ours = |folder: &Path| path.starts_with(folder) || real.starts_with(folder);
        (!never_in.iter().any(|folder| is_ours(folder))).then_some(path)
    })
}

impl Program {
    /// The command that answers `query` from the file [`REQUEST`].
    pub fn command(&self, query: &Query, limit: Duration) -> Command {
        let mut command = Command::new(&self.path);
        // a workspace's folder on these would bring its modules into the tool
        for variable in ["PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV", "PIP_REQUIRE_VIRTUALENV"] {
            command.env_remove(variable);
        }
        command.env("PYTHONSAFEPATH", "1").env("PIP_NO_INPUT", "1").env("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        let seconds = limit.as_secs().clamp(1, 15).to_string();
        match self.tool {
            Tool::Uv => {
                command.args(["pip", "compile", REQUEST, "--no-deps", "--no-build", "--no-header", "--no-annotate"]);
                command.args(["--no-progress", "--no-python-downloads"]);
                // that a version was yanked is said aside
                if !query.is_of_version() {
                    command.arg("--quiet");
                }
                command.env("UV_HTTP_TIMEOUT", &seconds);
                if query.hashes {
                    command.arg("--generate-hashes");
                }
                if let Some(python) = &query.python {
                    command.args(["--python-version", python]);
                }
            }
            Tool::Pip => {
                command.args(["install", "--dry-run", "--no-deps", "--ignore-installed", "--only-binary", ":all:"]);
                // only a very verbose pip reports that a package index refused the user
                command.args(["--report", REPORT, "-vv", "--retries", "1", "--timeout", &seconds]);
                command.args(["-r", REQUEST]);
                if let Some(python) = &query.python {
                    // an older pip looks for another Python only where it would install for it
                    command.args(["--python-version", python, "--target", "target"]);
                }
            }
            Tool::PipCompile => {
                command.args(["--quiet", "--no-header", "--no-annotate", "--generate-hashes", "--strip-extras"]);
                // hashes that are given without dependencies are those of the one line
                command.args(["--pip-args", "--only-binary :all: --no-deps", "--output-file", "-", REQUEST]);
            }
        }
        command
    }

    /// What the tool answered that ran in `folder`.
    pub fn read(&self, query: &Query, folder: &Path, output: &Output) -> Result<Found, Failure> {
        if !output.status.success() {
            return Err(failure(&[output.stderr.as_str(), &output.stdout].join("\n")));
        }
        let found = match self.tool {
            Tool::Pip => std::fs::read_to_string(folder.join(REPORT)).ok().and_then(|report| of_report(&report)),
            Tool::Uv | Tool::PipCompile => of_lines(&output.stdout, query),
        };
        let found = found.ok_or_else(|| self.no_version(query))?;
        let yanked = yanked(&output.stderr).or_else(|| yanked(&output.stdout)).filter(|_| query.is_of_version());
        Ok(Found { yanked, ..found })
    }

    /// The versions of which the tool says that there are no others than these: no version is like the one of the query.
    pub fn read_versions(&self, query: &Query, output: &Output) -> Result<Vec<String>, Failure> {
        let printed = [output.stderr.as_str(), &output.stdout].join("\n");
        let list = printed.lines().find_map(|line| line.split_once("(from versions: ")?.1.split_once(')'));
        let Some((list, _)) = list.filter(|_| !output.status.success()) else { return Err(failure(&printed)) };
        let versions: Vec<String> = list.split(", ").filter(|one| *one != "none").map(str::to_owned).collect();
        if versions.is_empty() { Err(self.no_version(query)) } else { Ok(versions) }
    }

    fn no_version(&self, query: &Query) -> Failure {
        Failure::Other(format!("{} gave no version of {}", self.tool.program(), query.name))
    }
}

/// Why a version was yanked, by what uv or pip says of it; nothing where it was not.
fn yanked(printed: &str) -> Option<String> {
    let mut lines = printed.lines();
    let line = lines.find(|line| line.contains("is yanked") || line.contains("is a yanked version"))?;
    let of_uv = || Some(line.split_once("(reason: ")?.1.trim_end_matches(')').trim_matches('"').to_owned());
    let of_pip = || lines.find_map(|line| Some(line.trim().strip_prefix("Reason for being yanked: ")?.to_owned()));
    let reason = of_uv().or_else(of_pip).filter(|reason| !reason.starts_with("<none given>"));
    Some(reason.unwrap_or_default())
}

/// pip's report: one distribution would be installed.
fn of_report(report: &str) -> Option<Found> {
    let report: serde_json::Value = serde_json::from_str(report).ok()?;
    let version = report["install"][0]["metadata"]["version"].as_str()?.to_owned();
    Some(Found { version, ..Found::default() })
}

/// The line of the distribution, `name==1.2`, with its hashes behind it or on the lines that follow.
fn of_lines(text: &str, query: &Query) -> Option<Found> {
    let normal = |name: &str| name.to_ascii_lowercase().replace(['_', '.'], "-");
    let is_it = |line: &&str| line.split_once("==").is_some_and(|(name, _)| normal(name.trim()) == normal(&query.name));
    let line = text.lines().find(is_it)?;
    let version = line.split_once("==")?.1.split([' ', ';', '\\']).next()?.trim().to_owned();
    let start = text.find(line)?;
    let words = text.get(start..)?.split_whitespace();
    let hashes: Vec<String> = words.filter_map(|word| word.strip_prefix("--hash=")).map(str::to_owned).collect();
    let is_whole = !version.is_empty() && (!query.hashes || !hashes.is_empty());
    is_whole.then_some(Found { version, hashes, yanked: None })
}

/// What went wrong, by what the tool prints; passwords are left out.
fn failure(printed: &str) -> Failure {
    let lines = || printed.lines().map(str::trim).filter(|line| !line.is_empty());
    let has = |list: List, line: &str| list.words().any(|words| line.contains(words));
    if let Some(line) = lines().find(|line| has(List::NetworkMessage, line)) {
        return Failure::Other(without_passwords(line));
    }
    if lines().any(|line| has(List::NoWheelMessage, line)) {
        return Failure::NoWheel;
    }
    let last = lines().rfind(|line| line.contains("rror")).or_else(|| lines().next_back());
    Failure::Other(without_passwords(last.unwrap_or("it failed without a message")))
}

/// The text without what stands between `://` and `@`.
pub(crate) fn without_passwords(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        kept += before;
        kept += "://";
        let end = after.find(|c: char| c.is_whitespace() || matches!(c, '/' | '\'' | '"')).unwrap_or(after.len());
        let host = after.get(..end).and_then(|host| host.rfind('@')).map_or(0, |at| at + 1);
        rest = after.get(host..).unwrap_or_default();
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(name: &str, hashes: bool) -> Query {
        Query { name: name.into(), version: None, hashes, options: vec![], python: None }
    }

    #[test]
    fn answers_are_read() {
        let report = r#"{"version": "1", "install": [{"metadata": {"name": "redis", "version": "5.0.1"}}]}"#;
        assert_eq!(of_report(report).unwrap().version, "5.0.1");
        assert_eq!(of_report("{}"), None);
        let text = "--index-url x\n\nRuamel_Yaml==0.18 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n";
        let found = of_lines(text, &query("ruamel.yaml", true)).unwrap();
        assert_eq!((found.version.as_str(), found.hashes.len()), ("0.18", 2));
        assert_eq!(of_lines("redis==5.0.1\n", &query("redis", true)), None);
    }

    #[test]
    fn yanked_versions_are_known_by_what_is_said() {
        let uv = "Resolved 1 package in 5ms\nwarning: `redis==5.0.1` is yanked (reason: \"broken wire\")\n";
        assert_eq!(yanked(uv).as_deref(), Some("broken wire"));
        let pip = "WARNING: The candidate selected for download or install is a yanked version: 'redis' candidate \
                   (version 5.0.1)\nReason for being yanked: broken wire\n";
        assert_eq!(yanked(pip).as_deref(), Some("broken wire"));
        assert_eq!(yanked("warning: `redis==5.0.1` is yanked\n").as_deref(), Some(""));
        assert_eq!(yanked("Resolved 1 package in 5ms\n"), None);
    }

    #[test]
    fn failures_are_told_apart() {
        assert_eq!(failure("ERROR: No matching distribution found for x\n"), Failure::NoWheel);
        let down =
            "WARNING: Retrying (Retry(total=0)) after connection broken\nERROR: No matching distribution found for x";
        assert!(matches!(failure(down), Failure::Other(_)));
    }

    #[test]
    fn passwords_are_not_shown() {
        let text = "error: HTTP error 401 for url (http://me:secret@host/simple/) and https://a@b";
        assert_eq!(without_passwords(text), "error: HTTP error 401 for url (http://host/simple/) and https://b");
    }
}
