//! What the user has configured: options, editor settings, `pinlens.toml` and `[tool.pinlens]` of pyproject.toml, as one value.
//!
//! Knows the text of settings files, not where they lie. One wrong setting costs only itself: it becomes a
//! [`ConfigError`], and all others are taken.

use crate::diagnostics::Code;
use crate::names::{DistributionName, ModuleName, PythonVersion, leading_name};
use std::collections::BTreeMap;
use toml::{Table, Value};

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

/// Every key, for the message about an unknown one.
const KEYS: &str = "python-version, environment, select, ignore, exclude, roots, map, keep";

impl Config {
    /// Reads the text of a `pinlens.toml`, whose keys stand at the top. A text that is no TOML gives the defaults and
    /// one error under the key `pinlens.toml`.
    pub fn parse_pinlens_toml(text: &str) -> (Self, Vec<ConfigError>) {
        match parse(text) {
            Ok(table) => Self::from_table(&table, ""),
            Err(message) => (Self::default(), vec![ConfigError { key: "pinlens.toml".into(), message }]),
        }
    }

    /// Reads `[tool.pinlens]` of the text of a `pyproject.toml`; without that table all is default. A text that is no
    /// TOML gives one error under the key `pyproject.toml`.
    pub fn parse_pyproject(text: &str) -> (Self, Vec<ConfigError>) {
        let table = match parse(text) {
            Ok(table) => table,
            Err(message) => return (Self::default(), vec![ConfigError { key: "pyproject.toml".into(), message }]),
        };
        match table.get("tool").and_then(|tool| tool.get("pinlens")) {
            None => (Self::default(), Vec::new()),
            Some(Value::Table(ours)) => Self::from_table(ours, "tool.pinlens."),
            Some(other) => {
                let message = format!("expected a table of settings, found {}", other.type_str());
                (Self::default(), vec![ConfigError { key: "tool.pinlens".into(), message }])
            }
        }
    }

    /// Takes every setting of `table`; `prefix` stands before the keys in the errors.
    fn from_table(table: &Table, prefix: &str) -> (Self, Vec<ConfigError>) {
        let mut config = Self::default();
        let mut errors = Vec::new();
        for (key, value) in table {
            if let Err(message) = config.set(key, value) {
                errors.push(ConfigError { key: format!("{prefix}{key}"), message });
            }
        }
        (config, errors)
    }

    /// Takes one setting; the error says what would be right.
    fn set(&mut self, key: &str, value: &Value) -> Result<(), String> {
        match key {
            "python-version" => self.python_version = Some(python_version(value)?),
            "environment" => self.environment = Some(string(value)?),
            "select" => self.select = codes(value)?,
            "ignore" => self.ignore = codes(value)?,
            "exclude" => self.exclude = strings(value)?,
            "roots" => self.roots = strings(value)?,
            "map" => self.map = map(value)?,
            "keep" => self.keep = distributions(value)?,
            _ => return Err(format!("unknown setting; the settings are {KEYS}")),
        }
        Ok(())
    }
}

/// The table of a TOML text, or what is wrong and on which line.
fn parse(text: &str) -> Result<Table, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.parse::<Table>().map_err(|error| {
        let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
        let message = error.message().lines().next().unwrap_or("a syntax error");
        line.map_or_else(|| format!("not TOML: {message}"), |line| format!("not TOML: {message} (line {line})"))
    })
}

fn python_version(value: &Value) -> Result<PythonVersion, String> {
    let wanted = "expected a version in quotes, such as \"3.12\"";
    match value {
        Value::String(text) => PythonVersion::parse(text).ok_or_else(|| format!("{wanted}, found \"{text}\"")),
        // 3.10 without quotes is the number 3.1, so a number is never taken
        other => Err(format!("{wanted}, found {}", described(other))),
    }
}

fn string(value: &Value) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| format!("expected a string, found {}", described(value)))
}

fn strings(value: &Value) -> Result<Vec<String>, String> {
    let array = value.as_array().ok_or_else(|| format!("expected a list of strings, found {}", described(value)))?;
    array.iter().map(string).collect()
}

/// A list of codes; one that does not exist is an error, for a mistyped `ignore` would silently do nothing.
fn codes(value: &Value) -> Result<Vec<String>, String> {
    let names = strings(value)?;
    match names.iter().find(|name| Code::parse(name).is_none()) {
        Some(unknown) => {
            Err(format!("unknown code \"{unknown}\"; the codes are {}", Code::ALL.map(Code::as_str).join(", ")))
        }
        None => Ok(names),
    }
}

fn distributions(value: &Value) -> Result<Vec<DistributionName>, String> {
    strings(value)?.iter().map(|name| distribution(name)).collect()
}

/// The name, if it could be one: of letters, digits, `.`, `_` and `-`, and not empty.
fn distribution(name: &str) -> Result<DistributionName, String> {
    match leading_name(name) {
        Some(whole) if whole.len() == name.len() => Ok(DistributionName::new(name)),
        _ => Err(format!("\"{name}\" is no distribution's name; expected one without version or extras")),
    }
}

/// `module = "dist"` or `module = ["d1", "d2"]`, best first. One wrong row makes the whole table an error, which names it.
fn map(value: &Value) -> Result<BTreeMap<ModuleName, Vec<DistributionName>>, String> {
    let wanted = "expected a table of module = \"distribution\" or module = [\"best\", \"other\"]";
    let mut rows = BTreeMap::new();
    let table = value.as_table().ok_or_else(|| format!("{wanted}, found {}", described(value)))?;
    for (module, providers) in table {
        let providers = match providers {
            Value::String(name) => vec![distribution(name)?],
            Value::Array(_) => distributions(providers)?,
            // an unquoted `a.b = "x"` is a table in a table
            Value::Table(_) => {
                return Err(format!("put dotted module names in quotes: \"{module}.…\" = \"distribution\""));
            }
            other => return Err(format!("{wanted}, found {} for {module}", described(other))),
        };
        rows.insert(ModuleName::new(module), providers);
    }
    Ok(rows)
}

/// A value in the words of the user: `the number 3.1`.
fn described(value: &Value) -> String {
    match value {
        Value::String(text) => format!("\"{text}\""),
        Value::Integer(number) => format!("the number {number}"),
        Value::Float(number) => format!("the number {number}"),
        Value::Boolean(truth) => truth.to_string(),
        Value::Array(_) => "a list".into(),
        Value::Table(_) => "a table".into(),
        Value::Datetime(_) => "a date".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(errors: &[ConfigError]) -> Vec<&str> {
        errors.iter().map(|error| error.key.as_str()).collect()
    }

    #[test]
    fn every_setting_is_read() {
        let (config, errors) = Config::parse_pinlens_toml(
            r#"
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
        }
    }
}
