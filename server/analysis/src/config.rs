//! What the user has configured: options, editor settings, `pinlens.toml` and `[tool.pinlens]` of pyproject.toml, as one value.
//!
//! Knows the text of settings files, not where they lie. One wrong setting costs only itself: it becomes a
//! [`ConfigError`] at its place, and all others are taken.

mod base;
pub(crate) mod deptry;
pub(crate) mod entries;
mod glob;
pub(crate) mod near;
mod platform;
mod read;
mod rules;
mod scope;
mod settings;

use pinlens_facts::formats::toml::with_table;
use pinlens_facts::words::names::FilePath;
use read::{Item, Reader};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

pub use base::PathBase;
pub use glob::{PathPattern, PatternError};
pub(crate) use near::nearest;
pub use platform::Platform;
pub(crate) use rules::is_meant;
pub use rules::{Level, Override, Subject};
pub(crate) use scope::{Scope, idle_below_root};
pub use settings::{Config, ConfigError, FixStyle, Groups, RequirementsFile};

impl Config {
    /// Reads the text of the settings file at `path`; all is default where that is none of ours.
    pub fn parse(path: &FilePath, text: &str) -> (Self, Vec<ConfigError>) {
        match path.file_name() {
            "pinlens.toml" => Self::parse_pinlens_toml(text),
            "pyproject.toml" => Self::parse_pyproject(text),
            _ => (Self::default(), Vec::new()),
        }
    }

    /// Reads the text of a `pinlens.toml`, whose keys stand at the top. Of a text that is no TOML, what reads well is taken,
    /// and there is one error under the key `pinlens.toml`.
    #[allow(clippy::redundant_closure_for_method_calls)] // the method is of one lifetime, the closure of any
    pub fn parse_pinlens_toml(text: &str) -> (Self, Vec<ConfigError>) {
        parsed("pinlens.toml", "", text, |reader, root| reader.settings(root))
    }

    /// Reads `[tool.pinlens]` of the text of a `pyproject.toml`, and what it leaves open from `[tool.deptry]`; without
    /// these tables all is default. Of a text that is no TOML, what reads well is taken, and there is one error under the key
    /// `pyproject.toml`.
    #[allow(clippy::redundant_closure_for_method_calls)] // the same
    pub fn parse_pyproject(text: &str) -> (Self, Vec<ConfigError>) {
        parsed("pyproject.toml", "tool.pinlens.", text, |reader, root| reader.pyproject(root))
    }
}

impl Reader<'_> {
    /// The settings of a whole pyproject.toml.
    fn pyproject(&mut self, root: &DeTable) -> Config {
        let tool = |name: &str| root.get("tool").and_then(|tool| tool.get_ref().get(name));
        let ours = match tool("pinlens").map(|item| (item, item.get_ref())) {
            None => None,
            Some((_, DeValue::Table(ours))) => Some(ours),
            Some((item, other)) => {
                let message = format!("expected a table of settings, found {}", read::described(other));
                self.errors.push(self.error("tool.pinlens", item.span(), message));
                None
            }
        };
        let mut config = ours.map(|table| self.settings(table)).unwrap_or_default();
        if let Some(deptry) = tool("deptry").and_then(|item: &Item| item.get_ref().as_table()) {
            config.fill(ours, &deptry::read(deptry));
        }
        config
    }

    /// Notes that the file `file` is no TOML. What else seems to be wrong in it is not reported: it may be what is half-typed.
    fn no_toml(&mut self, file: &str, error: &toml::de::Error) {
        let at = error.span().unwrap_or(0..0);
        let message = error.message().lines().next().unwrap_or("a syntax error");
        let line = self.text.get(..at.start).map(|before| before.matches('\n').count() + 1);
        let message =
            line.map_or_else(|| format!("not TOML: {message}"), |line| format!("not TOML: {message} (line {line})"));
        let error = self.error(file, at, message);
        self.errors = vec![ConfigError { fatal: true, ..error }];
    }

    fn error(&self, key: &str, at: Range<usize>, message: String) -> ConfigError {
        ConfigError { range: Some(self.range(at)), ..ConfigError::new(key, message) }
    }
}

/// Reads the text of a settings file by `read`, which is given the whole table.
fn parsed(
    file: &str,
    prefix: &str,
    text: &str,
    read: impl Fn(&mut Reader<'_>, &DeTable<'_>) -> Config,
) -> (Config, Vec<ConfigError>) {
    let (text, shift) = without_mark(text);
    let mut reader = Reader::new(prefix, text, shift);
    let config = with_table(text, |table, errors| {
        let config = read(&mut reader, table);
        if let Some(error) = errors.first() {
            reader.no_toml(file, error);
        }
        config
    });
    (config, reader.errors)
}

/// The text without its byte-order mark, and how many bytes that takes.
fn without_mark(text: &str) -> (&str, u32) {
    text.strip_prefix('\u{feff}').map_or((text, 0), |rest| (rest, 3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pinlens_facts::words::names::{DistributionName, PythonVersion};
    use proptest::prelude::*;

    fn keys(errors: &[ConfigError]) -> Vec<&str> {
        errors.iter().map(|error| error.key.as_str()).collect()
    }

    #[test]
    fn every_setting_is_read() {
        let (config, errors) = Config::parse_pinlens_toml(
            r#"
            root = true
            python-version = "3.11"
            environment = "none"
            select = ["undeclared-import"]
            ignore = ["unused-requirement"]
            exclude = ["gen/**"]
            roots = ["lib"]
            keep = ["Gunicorn"]
            [map]
            yaml = "PyYAML"
            "google.cloud" = ["google_cloud.storage", "other"]
            "#,
        );
        assert_eq!(errors, []);
        assert!(config.is_root);
        assert_eq!(config.python_version, Some(PythonVersion { major: 3, minor: 11 }));
        assert_eq!(config.environment.as_deref(), Some("none"));
        assert_eq!(config.select, ["undeclared-import"]);
        assert_eq!(config.ignore, ["unused-requirement"]);
        assert_eq!(config.exclude, ["gen/**"]);
        assert_eq!(config.roots, ["lib"]);
        assert_eq!(config.keep, [DistributionName::new("gunicorn")]);
        assert_eq!(config.map.get("yaml"), Some(&vec![DistributionName::new("pyyaml")]));
        let google = vec![DistributionName::new("google-cloud-storage"), DistributionName::new("other")];
        assert_eq!(config.map.get("google.cloud"), Some(&google));
    }

    #[test]
    fn a_wrong_setting_costs_only_itself() {
        let text = "[tool.pinlens]\npython-version = 3.10\nselct = []\nroots = 'src'\nkeep = ['a>=1']\nignore = ['unused-requirement']\nselect = ['x']\nmap = {a.b = 'c'}";
        let (config, errors) = Config::parse_pyproject(text);
        let mut found = keys(&errors);
        found.sort_unstable();
        let expected =
            ["keep", "map", "python-version", "roots", "selct", "select"].map(|key| format!("tool.pinlens.{key}"));
        assert_eq!(found, expected);
        assert_eq!(config.ignore, ["unused-requirement"]);
        assert_eq!(config.python_version, None);
        let version = errors.iter().find(|error| error.key.ends_with("python-version"));
        assert!(version.is_some_and(|error| error.message.contains("\"3.12\"") && error.message.contains("3.1")));
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_line() {
        let (config, errors) = Config::parse_pyproject("[project]\nname = ");
        assert_eq!(config, Config::default());
        let (config, errors_of_ours) =
            Config::parse_pinlens_toml("keep = ['flask']\nignore =\nselct = 1\nroots = ['src']\nmap = {");
        assert_eq!((config.keep.len(), config.roots.len(), errors_of_ours.len()), (1, 1, 1), "{errors_of_ours:?}");
        assert_eq!(keys(&errors), ["pyproject.toml"]);
        assert!(errors[0].message.contains("line 2"), "{}", errors[0].message);
        assert_eq!(keys(&Config::parse_pinlens_toml("=").1), ["pinlens.toml"]);
    }

    #[test]
    fn a_project_without_our_table_has_defaults() {
        assert_eq!(Config::parse_pyproject("\u{feff}[tool.other]\nx = 1"), (Config::default(), Vec::new()));
        assert_eq!(keys(&Config::parse_pyproject("tool.pinlens = 1").1), ["tool.pinlens"]);
    }

    proptest! {
        #[test]
        fn any_text_gives_a_value(text in "\\PC{0,60}|[a-z=.\\[\\]\"'\n {}0-9-]{0,80}") {
            let (_, errors) = Config::parse_pinlens_toml(&text);
            prop_assert!(errors.iter().all(|error| !error.message.is_empty()));
            prop_assert!(errors.iter().filter_map(|error| error.range).all(|range| text.get(range.indices()).is_some()));
        }
    }
}
