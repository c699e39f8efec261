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

use pinlens_facts::formats::toml::{self, Document, Kind, Mistake, Table, Value, at, table_at};
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::text::{LineIndex, TextRange};
use read::Reader;

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
        Self::of(path, text, &toml::read(text))
    }

    /// The same of a text that has been read.
    pub fn of(path: &FilePath, text: &str, document: &Document) -> (Self, Vec<ConfigError>) {
        match path.file_name() {
            "pinlens.toml" => taken(path.file_name(), "", text, document, Reader::settings),
            "pyproject.toml" => taken(path.file_name(), "tool.pinlens.", text, document, Reader::pyproject),
            _ => (Self::default(), Vec::new()),
        }
    }

    /// Reads the text of a `pinlens.toml`, whose keys stand at the top. Of a text that is no TOML, what reads well is taken,
    /// and there is one error under the key `pinlens.toml`.
    pub fn parse_pinlens_toml(text: &str) -> (Self, Vec<ConfigError>) {
        Self::parse(&FilePath::new("pinlens.toml"), text)
    }

    /// Reads `[tool.pinlens]` of the text of a `pyproject.toml`, and what it leaves open from `[tool.deptry]`; without
    /// these tables all is default. Of a text that is no TOML, what reads well is taken, and there is one error under the key
    /// `pyproject.toml`.
    pub fn parse_pyproject(text: &str) -> (Self, Vec<ConfigError>) {
        Self::parse(&FilePath::new("pyproject.toml"), text)
    }
}

impl Reader<'_> {
    /// The settings of a whole pyproject.toml.
    fn pyproject(&mut self, root: &Table) -> Config {
        let ours = match at(root, &["tool", "pinlens"]) {
            None => None,
            Some(Value { kind: Kind::Table(ours), .. }) => Some(ours),
            Some(other) => {
                let message = format!("expected a table of settings, found {}", read::described(other));
                self.errors.push(error("tool.pinlens", other.range, message));
                None
            }
        };
        let mut config = ours.map(|table| self.settings(table)).unwrap_or_default();
        if let Some(deptry) = table_at(root, &["tool", "deptry"]) {
            config.fill(ours, &deptry::read(deptry));
        }
        config
    }
}

/// What `read` takes of the tree of the settings file `file`. Where that is no TOML, what else seems to be wrong is not reported:
/// it may be what is half-typed.
fn taken<'a>(
    file: &str,
    prefix: &'a str,
    text: &str,
    document: &Document,
    read: impl Fn(&mut Reader<'a>, &Table) -> Config,
) -> (Config, Vec<ConfigError>) {
    let mut reader = Reader::new(prefix);
    let config = read(&mut reader, &document.root);
    if let Some(Mistake { range, message }) = document.mistakes.first() {
        let line = LineIndex::new(text).line_of(range.start) + 1;
        let error = error(file, *range, format!("not TOML: {message} (line {line})"));
        reader.errors = vec![ConfigError { fatal: true, ..error }];
    }
    (config, reader.errors)
}

fn error(key: &str, at: TextRange, message: String) -> ConfigError {
    ConfigError { range: Some(at), ..ConfigError::new(key, message) }
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
    fn what_is_no_toml_is_reported_with_its_line() {
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
