//! What the user has configured: options, editor settings, `pinlens.toml` and `[tool.pinlens]` of pyproject.toml, as one value.

use crate::names::{DistributionName, ModuleName, PythonVersion};
use std::collections::BTreeMap;

/// The settings that the analysis and the loader obey. Settings of the editor alone live in the protocol crate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// The Python that the code will run on; `None` where nothing says it.
    pub python_version: Option<PythonVersion>,
    /// The environment to read: a folder relative to the root or absolute, or `none` for none at all; `None` searches.
    pub environment: Option<String>,
    /// The only codes to report; empty for all.
    pub select: Vec<String>,
    /// Codes not to report.
    pub ignore: Vec<String>,
    /// Glob patterns, as in .gitignore, of files to leave out.
    pub exclude: Vec<String>,
    /// Folders, relative to the root, that are on `sys.path` at run time.
    pub roots: Vec<String>,
    /// Dotted module prefix -> distributions that provide it, best first.
    pub map: BTreeMap<ModuleName, Vec<DistributionName>>,
    /// Distributions that are never called unused.
    pub keep: Vec<DistributionName>,
}

/// A setting that could not be taken, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The key with its table: `tool.pinlens.python-version`.
    pub key: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// What `pyproject.toml` says beside pinlens's own settings. A file that is no TOML says nothing.
pub fn settings_facts(_text: &str) -> crate::facts::SettingsFacts {
    crate::facts::SettingsFacts::default()
}
