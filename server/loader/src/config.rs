//! Which file the settings are in.

use crate::folder::Loader;
use pinlens_analysis::config::{Config, ConfigError};
use pinlens_facts::facts::FileKind;
use pinlens_facts::words::names::FilePath;

/// Reads the text of a settings file.
type Parser = fn(&str) -> (Config, Vec<ConfigError>);

impl Loader {
    /// The settings of `pinlens.toml`, else of `[tool.pinlens]` in `pyproject.toml`, at the root. A file that cannot be
    /// read or is no TOML is one of the errors.
    pub fn config(&self) -> (Config, Vec<ConfigError>) {
        read(self, &|_| None)
    }

    /// The same where the text of a file at the root may be known better than the disk does: `open` gives what it holds, and
    /// its errors are reported elsewhere.
    pub fn config_over(&self, open: &dyn Fn(&FilePath) -> Option<Config>) -> (Config, Vec<ConfigError>) {
        read(self, open)
    }
}

/// `pinlens.toml` where it exists, whatever it holds; else `pyproject.toml`. What `open` gives for a file is what counts of it.
fn read(loader: &Loader, open: &dyn Fn(&FilePath) -> Option<Config>) -> (Config, Vec<ConfigError>) {
    let parsers: [(&str, Parser); 2] =
        [("pinlens.toml", Config::parse_pinlens_toml), ("pyproject.toml", Config::parse_pyproject)];
    for (name, parse) in parsers {
        let path = FilePath::new(name);
        if let Some(config) = open(&path) {
            return (config, Vec::new());
        }
        match loader.text(&path, FileKind::Settings) {
            Ok(Some(source)) => return parse(&source.text),
            Ok(None) => {}
            Err(skipped) => {
                return (Config::default(), vec![ConfigError::new(name, skipped.reason.to_string())]);
            }
        }
    }
    (Config::default(), Vec::new())
}
