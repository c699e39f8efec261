//! The editor's settings: read leniently, merged over the configuration files.

mod scoped;

use pinlens_analysis::config::{Config, ConfigError, FixStyle, Level, Override, Platform, RequirementsFile};
use pinlens_facts::words::codes::{code_names, is_code};
use pinlens_facts::words::names::{DistributionName, FilePath, ModuleName, PythonVersion};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub use scoped::Scoped;

/// The editor's part of a folder's configuration.
#[derive(Clone, Debug, Default)]
pub struct EditorSettings {
    /// The settings of the editor itself.
    pub settings: Arc<Settings>,
    /// What is in the settings files that are open at the folder's root.
    pub open: BTreeMap<FilePath, Arc<Config>>,
}

/// Which files' findings are published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DiagnosticMode {
    /// Every file's of the workspace.
    #[default]
    Workspace,
    /// Those of the files that are open.
    OpenFilesOnly,
}

/// The settings of the editor; `None` where it leaves one to the configuration files. An empty text, list or object is as good
/// as none, for editors send their defaults.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Whether anything is published at all.
    pub enable: Option<bool>,
    /// Which files' findings are.
    pub mode: Option<DiagnosticMode>,
    /// Whether the package index may be queried. No file of a workspace can allow it.
    pub index: Option<bool>,
    /// How long it may take to answer.
    pub index_limit: Option<Duration>,
    python_version: Option<PythonVersion>,
    /// The platform; `Some(None)` for any.
    #[allow(clippy::option_option)] // not set, set to any platform, or to one
    python_platform: Option<Option<Platform>>,
    environment: Option<String>,
    select: Option<Vec<String>>,
    ignore: Option<Vec<String>>,
    severity: Option<BTreeMap<String, Level>>,
    overrides: Option<Vec<Override>>,
    exclude: Option<Vec<String>>,
    requirements: Option<Vec<RequirementsFile>>,
    roots: Option<Vec<String>>,
    first_party: Option<Vec<String>>,
    map: Option<BTreeMap<ModuleName, Vec<DistributionName>>>,
    keep: Option<Vec<DistributionName>>,
    fix_style: Option<FixStyle>,
    entries: Option<Vec<String>>,
    off_start_up: Option<Level>,
}

impl Settings {
    /// Which files' findings are published; `None` where none are.
    pub fn published(&self) -> Option<DiagnosticMode> {
        self.enable.unwrap_or(true).then(|| self.mode.unwrap_or_default())
    }

    /// Reads settings: the bare object, or one inside `settings` or `pinlens`. A value that is of the wrong kind is left out
    /// and reported; unknown keys are the editor's own affair.
    pub fn read(value: &Value) -> (Self, Vec<ConfigError>) {
        let empty = Map::new();
        let mut reader = Reader { values: settings_value(value).as_object().unwrap_or(&empty), errors: Vec::new() };
        let settings = Self {
            enable: reader.get("enable", "true or false", Value::as_bool),
            index: reader
                .get("index", r#"an object: {"enabled": true}"#, |value| value.as_object().map(|_| index(value)))
                .flatten(),
            index_limit: reader
                .get("index", r#"an object: {"timeout": 20}"#, |value| value.as_object().map(|_| seconds(value)))
                .flatten(),
            mode: reader.get("diagnosticMode", r#""workspace" or "openFilesOnly""#, mode),
            python_version: reader.get("pythonVersion", r#"a version such as "3.12""#, version),
            python_platform: reader.get("pythonPlatform", r#""linux", "darwin", "windows" or "any""#, platform),
            environment: reader.get("environment", r#"a folder, or "none""#, text),
            select: reader.get("select", &codes_hint(), codes),
            ignore: reader.get("ignore", &codes_hint(), codes),
            severity: reader.table("severity", |config| config.severity),
            overrides: reader.table("overrides", |config| config.overrides),
            requirements: reader.table("requirements", |config| config.requirements),
            exclude: reader.get("exclude", "a list of patterns, as in .gitignore", texts),
            roots: reader.get("roots", "a list of folders", texts),
            first_party: reader.get("firstParty", "a list of modules", texts),
            map: reader.get("map", r#"an object of modules and their distributions: {"cv2": ["opencv-python"]}"#, map),
            keep: reader.get("keep", "a list of distributions", distributions),
            fix_style: reader.get("fixStyle", FixStyle::NAMES, |value| FixStyle::parse(value.as_str()?)),
            entries: reader.get("entries", "a list of files or of package.module:function", texts),
            off_start_up: reader
                .get("offStartUp", &format!("one of {}", Level::NAMES), |value| value.as_str().and_then(Level::parse)),
        };
        (settings, reader.errors)
    }

    /// These settings where they are set, else `below`'s.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self {
            enable: self.enable.or(below.enable),
            mode: self.mode.or(below.mode),
            index: self.index.or(below.index),
            index_limit: self.index_limit.or(below.index_limit),
            python_version: self.python_version.or(below.python_version),
            python_platform: self.python_platform.or(below.python_platform),
            environment: self.environment.or(below.environment),
            select: self.select.or(below.select),
            ignore: self.ignore.or(below.ignore),
            severity: self.severity.or(below.severity),
            overrides: self.overrides.or(below.overrides),
            requirements: self.requirements.or(below.requirements),
            exclude: self.exclude.or(below.exclude),
            roots: self.roots.or(below.roots),
            first_party: self.first_party.or(below.first_party),
            map: self.map.or(below.map),
            keep: self.keep.or(below.keep),
            fix_style: self.fix_style.or(below.fix_style),
            entries: self.entries.or(below.entries),
            off_start_up: self.off_start_up.or(below.off_start_up),
        }
    }

    /// The keys that are set here and that a subfolder's settings could set too.
    fn set_of_scopes(&self) -> Vec<&'static str> {
        let set = [
            ("select", self.select.is_some()),
            ("ignore", self.ignore.is_some()),
            ("severity", self.severity.is_some()),
            ("overrides", self.overrides.is_some()),
            ("keep", self.keep.is_some()),
            ("fix-style", self.fix_style.is_some()),
            ("off-start-up", self.off_start_up.is_some()),
        ];
        set.into_iter().filter(|(_, is_set)| *is_set).map(|(key, _)| key).collect()
    }

    /// The configuration that holds when the files give `file`.
    pub fn merged(&self, file: Config) -> Config {
        let this = self.clone();
        Config {
            base: file.base,
            is_root: file.is_root,
            python_version: this.python_version.or(file.python_version),
            python_platform: this.python_platform.unwrap_or(file.python_platform),
            environment: this.environment.or(file.environment),
            select: this.select.unwrap_or(file.select),
            ignore: this.ignore.unwrap_or(file.ignore),
            severity: this.severity.unwrap_or(file.severity),
            overrides: this.overrides.unwrap_or(file.overrides),
            requirements: this.requirements.unwrap_or(file.requirements),
            exclude: this.exclude.unwrap_or(file.exclude),
            roots: this.roots.unwrap_or(file.roots),
            first_party: this.first_party.unwrap_or(file.first_party),
            map: this.map.unwrap_or(file.map),
            keep: this.keep.unwrap_or(file.keep),
            fix_style: this.fix_style.or(file.fix_style),
            groups: file.groups,
            set_by_user: self.set_of_scopes(),
            entries: this.entries.unwrap_or(file.entries),
            off_start_up: this.off_start_up.or(file.off_start_up),
        }
    }
}

/// The value that holds the settings themselves: an object, or a list of one for each folder.
fn settings_value(value: &Value) -> &Value {
    let holds = |inner: &&Value| inner.is_object() || inner.is_array();
    let inner = ["settings", "pinlens"].into_iter().find_map(|key| value.get(key).filter(holds));
    inner.map_or(value, settings_value)
}

struct Reader<'a> {
    values: &'a Map<String, Value>,
    errors: Vec<ConfigError>,
}

impl Reader<'_> {
    /// The value of `key` as `read` takes it. `right` is what would be right, for the error.
    fn get<T>(&mut self, key: &str, right: &str, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let value = self.values.get(key).filter(|value| !is_unset(value))?;
        let taken = read(value);
        if taken.is_none() {
            let key = format!("pinlens.{key}");
            let message = format!("{key} is {value}; it must be {right}");
            self.errors.push(ConfigError::new(key, message));
        }
        taken
    }

    /// The value of a key that is read as the configuration files' is, for it has parts.
    fn table<T>(&mut self, key: &str, take: impl Fn(Config) -> T) -> Option<T> {
        let value = self.values.get(key).filter(|value| !is_unset(value))?;
        let (config, errors) = Config::parse_pinlens_toml(&format!("{key} = {}", toml_of(value)));
        self.errors.extend(errors.into_iter().map(|error| ConfigError::new(format!("pinlens.{key}"), error.message)));
        Some(take(config))
    }
}

fn is_unset(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// JSON as TOML. The escapes of JSON's strings mean the same there.
fn toml_of(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(toml_of).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) => {
            let rows = entries.iter().filter(|(_, value)| !value.is_null());
            let rows = rows.map(|(key, value)| format!("{} = {}", Value::from(key.as_str()), toml_of(value)));
            format!("{{{}}}", rows.collect::<Vec<_>>().join(", "))
        }
        // what is no setting becomes a value that no setting has
        Value::Null => "false".to_owned(),
        other => other.to_string(),
    }
}

#[allow(clippy::option_option)] // no platform, any, or one
fn platform(value: &Value) -> Option<Option<Platform>> {
    Platform::parse(value.as_str()?)
}

fn mode(value: &Value) -> Option<DiagnosticMode> {
    match value.as_str()? {
        "workspace" => Some(DiagnosticMode::Workspace),
        "openFilesOnly" => Some(DiagnosticMode::OpenFilesOnly),
        _ => None,
    }
}

fn index(value: &Value) -> Option<bool> {
    value.as_object()?.get("enabled")?.as_bool()
}

fn seconds(value: &Value) -> Option<Duration> {
    value.as_object()?.get("timeout")?.as_u64().filter(|seconds| *seconds > 0).map(Duration::from_secs)
}

fn version(value: &Value) -> Option<PythonVersion> {
    PythonVersion::parse(value.as_str()?)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(text).collect()
}

fn codes(value: &Value) -> Option<Vec<String>> {
    texts(value).filter(|names| names.iter().all(|name| is_code(name)))
}

fn codes_hint() -> String {
    format!("a list of {}", code_names().join(", "))
}

fn distributions(value: &Value) -> Option<Vec<DistributionName>> {
    Some(texts(value)?.iter().map(|name| DistributionName::new(name)).collect())
}

/// Each module's distributions: a list of them, or one alone.
fn map(value: &Value) -> Option<BTreeMap<ModuleName, Vec<DistributionName>>> {
    let one = |value: &Value| text(value).map(|name| vec![DistributionName::new(&name)]);
    let entries = value.as_object()?.iter();
    entries
        .map(|(module, value)| Some((ModuleName::new(module), one(value).or_else(|| distributions(value))?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_are_found_in_every_wrapping() {
        let bare = json!({"diagnosticMode": "openFilesOnly"});
        for value in
            [bare.clone(), json!({"settings": bare}), json!({"pinlens": bare}), json!({"settings": {"pinlens": bare}})]
        {
            let (settings, errors) = Settings::read(&value);
            assert_eq!(settings.mode, Some(DiagnosticMode::OpenFilesOnly), "{value}");
            assert!(errors.is_empty());
        }
        assert_eq!(Settings::read(&Value::Null).0, Settings::default());
    }

    #[test]
    fn a_bad_value_is_reported_and_the_others_count() {
        let (settings, errors) = Settings::read(&json!({
            "enable": "yes", "pythonVersion": "three", "select": ["no-such-code"], "keep": ["Gunicorn"], "environment": "",
        }));
        let keys: Vec<&str> = errors.iter().map(|error| error.key.as_str()).collect();
        assert_eq!(keys, ["pinlens.enable", "pinlens.pythonVersion", "pinlens.select"]);
        assert!(errors[1].message.contains("3.12"), "{errors:?}");
        assert_eq!(settings.merged(Config::default()).keep, [DistributionName::new("gunicorn")]);
    }

    #[test]
    fn settings_with_parts_are_read_as_in_the_files() {
        let (settings, errors) = Settings::read(&json!({
            "severity": {"unused-requirement": "info", "unsed": "off"},
            "overrides": [{"codes": ["undeclared-import"], "paths": ["a\"b/", "ü"]}],
            "requirements": {"qa.txt": "development"},
            "pythonPlatform": "linux",
            "firstParty": ["shop"],
        }));
        let config = settings.merged(Config::default());
        assert_eq!(config.severity.len(), 1);
        assert_eq!(config.overrides[0].paths[0].as_str(), "a\"b/");
        assert_eq!(config.requirements.len(), 1);
        assert_eq!(config.python_platform, Some(Platform::Linux));
        assert_eq!(config.first_party, ["shop"]);
        let keys: Vec<&str> = errors.iter().map(|error| error.key.as_str()).collect();
        assert_eq!(keys, ["pinlens.severity"]);
    }

    #[test]
    fn what_the_editor_leaves_open_the_files_decide() {
        let file = Config { exclude: vec!["old/".to_owned()], roots: vec!["src".to_owned()], ..Config::default() };
        let (upper, _) = Settings::read(&json!({"exclude": ["new/"], "roots": []}));
        let (lower, _) = Settings::read(&json!({"exclude": ["lower/"], "map": {"cv2": "opencv-python"}}));
        let config = upper.over(lower).merged(file);
        assert_eq!(config.exclude, ["new/"]);
        assert_eq!(config.roots, ["src"]);
        assert_eq!(config.map[&ModuleName::new("cv2")], [DistributionName::new("opencv-python")]);
    }
}
