//! Reads settings out of TOML, and notes what is wrong with each at its place.

use super::glob::PathPattern;
use super::near::nearest;
use super::platform::Platform;
use super::rules::{Level, Override};
use super::settings::{Config, ConfigError, FixStyle, RequirementsFile};
use pinlens_facts::formats::toml::{Kind, Table, Value};
use pinlens_facts::words::codes::{code_names, is_code};
use pinlens_facts::words::names::{DistributionName, ModuleName, PythonVersion};
use pinlens_facts::words::roles::Role;
use pinlens_facts::words::text::TextRange;
use std::collections::BTreeMap;

/// Every key, for the message about an unknown one.
const KEYS: [&str; 18] = [
    "root",
    "python-version",
    "python-platform",
    "environment",
    "select",
    "ignore",
    "severity",
    "overrides",
    "exclude",
    "requirements",
    "roots",
    "first-party",
    "map",
    "keep",
    "fix-style",
    "dev-groups",
    "entries",
    "off-start-up",
];

/// The keys of an override.
const OVERRIDE_KEYS: [&str; 5] = ["codes", "distributions", "modules", "paths", "severity"];

/// Reads values. What is wrong is noted, and nothing is taken in its place.
pub(super) struct Reader<'a> {
    /// What was wrong.
    pub errors: Vec<ConfigError>,
    /// What stands before the keys in the errors.
    prefix: &'a str,
    /// The key that is being read.
    key: String,
}

impl<'a> Reader<'a> {
    /// A reader of settings whose keys the errors name behind `prefix`.
    pub fn new(prefix: &'a str) -> Self {
        Self { errors: Vec::new(), prefix, key: String::new() }
    }

    /// Takes every setting of `table`.
    pub fn settings(&mut self, table: &Table) -> Config {
        let mut config = Config::default();
        for (key, value) in table {
            self.key = key.name.to_string();
            self.set(&mut config, key.range, value);
        }
        config
    }

    fn set(&mut self, config: &mut Config, key: TextRange, value: &Value) {
        match self.key.as_str() {
            "root" => config.is_root = self.boolean(value).unwrap_or_default(),
            "python-version" => config.python_version = self.python_version(value),
            "python-platform" => config.python_platform = self.platform(value),
            "environment" => config.environment = self.string(value).map(str::to_owned),
            "select" => config.select = self.codes(value),
            "ignore" => config.ignore = self.codes(value),
            "severity" => config.severity = self.severities(value),
            "overrides" => config.overrides = self.overrides(value),
            "exclude" => config.exclude = self.exclude(value),
            "requirements" => config.requirements = self.requirements(value),
            "roots" => config.roots = self.strings(value),
            "first-party" => config.first_party = self.strings(value),
            "map" => config.map = self.map(value),
            "keep" => config.keep = self.patterns_of_names(value),
            "fix-style" => config.fix_style = self.fix_style(value),
            "dev-groups" => config.groups.development = self.strings(value),
            "entries" => config.entries = self.strings(value),
            "off-start-up" => config.off_start_up = self.level(value),
            _ => self.unknown(key, &self.key.clone(), "setting", &KEYS),
        }
    }

    /// Notes that something is wrong.
    fn wrong(&mut self, at: TextRange, message: String) {
        let error = ConfigError::new(format!("{}{}", self.prefix, self.key), message);
        self.errors.push(ConfigError { range: Some(at), ..error });
    }

    /// Notes that a word is none of those that could stand there.
    fn unknown(&mut self, at: TextRange, word: &str, what: &str, known: &[&str]) {
        let right = match nearest(word, known) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("the {what}s are {}", known.join(", ")),
        };
        let word = if what == "setting" { String::new() } else { format!(" \"{word}\"") };
        self.wrong(at, format!("unknown {what}{word}; {right}"));
    }

    fn expected<T>(&mut self, wanted: &str, found: &Value) -> Option<T> {
        self.wrong(found.range, format!("expected {wanted}, found {}", described(found)));
        None
    }

    fn python_version(&mut self, value: &Value) -> Option<PythonVersion> {
        // 3.10 without quotes is the number 3.1, so a number is never taken
        let version = value.as_str().and_then(PythonVersion::parse);
        version.or_else(|| self.expected("a version in quotes, such as \"3.12\"", value))
    }

    fn platform(&mut self, value: &Value) -> Option<Platform> {
        let platform = value.as_str().and_then(Platform::parse);
        platform.or_else(|| self.expected("\"linux\", \"darwin\", \"windows\" or \"any\"", value)).flatten()
    }

    fn fix_style(&mut self, value: &Value) -> Option<FixStyle> {
        let style = value.as_str().and_then(FixStyle::parse);
        style.or_else(|| self.expected(FixStyle::NAMES, value))
    }

    fn boolean(&mut self, value: &Value) -> Option<bool> {
        value.as_bool().or_else(|| self.expected("true or false", value))
    }

    fn string<'v>(&mut self, value: &'v Value) -> Option<&'v str> {
        value.as_str().or_else(|| self.expected("a string", value))
    }

    /// The strings of a list, with their places.
    fn spanned_strings<'v>(&mut self, value: &'v Value) -> Vec<(TextRange, &'v str)> {
        let Some(items) = value.as_list() else {
            return self.expected("a list of strings", value).unwrap_or_default();
        };
        items.iter().filter_map(|item| Some((item.range, self.string(item)?))).collect()
    }

    fn strings(&mut self, value: &Value) -> Vec<String> {
        self.spanned_strings(value).into_iter().map(|(_, text)| text.to_owned()).collect()
    }

    /// A list of codes; one that does not exist is an error, for a mistyped `ignore` would silently do nothing.
    fn codes(&mut self, value: &Value) -> Vec<String> {
        let names = self.spanned_strings(value).into_iter();
        names.filter(|(at, name)| self.is_code(*at, name)).map(|(_, name)| name.to_owned()).collect()
    }

    fn is_code(&mut self, at: TextRange, name: &str) -> bool {
        if !is_code(name) {
            self.unknown(at, name, "code", &code_names());
        }
        is_code(name)
    }

    fn severities(&mut self, value: &Value) -> BTreeMap<String, Level> {
        let Some(table) = value.as_table() else {
            return self.expected("a table of code = \"severity\"", value).unwrap_or_default();
        };
        let rows = table.iter().filter_map(|(code, level)| {
            let known = self.is_code(code.range, &code.name);
            let level = self.level(level)?;
            known.then(|| (code.name.to_string(), level))
        });
        rows.collect()
    }

    fn level(&mut self, value: &Value) -> Option<Level> {
        let name = self.string(value)?;
        let level = Level::parse(name);
        if level.is_none() {
            self.wrong(value.range, format!("unknown severity \"{name}\"; the severities are {}", Level::NAMES));
        }
        level
    }

    fn overrides(&mut self, value: &Value) -> Vec<Override> {
        let Some(items) = value.as_list() else {
            return self.expected("a list of tables: [[…overrides]]", value).unwrap_or_default();
        };
        items.iter().filter_map(|item| self.one_override(item)).collect()
    }

    /// One override. With a part that cannot be read it would match more than was meant: it is left out.
    fn one_override(&mut self, value: &Value) -> Option<Override> {
        let Some(table) = value.as_table() else { return self.expected("a table", value) };
        let before = self.errors.len();
        let mut rule =
            Override { codes: vec![], distributions: vec![], modules: vec![], paths: vec![], level: Level::Off };
        for (key, value) in table {
            match &*key.name {
                "codes" => rule.codes = self.codes(value),
                "distributions" => rule.distributions = self.patterns_of_names(value),
                "modules" => rule.modules = self.strings(value).iter().map(|name| ModuleName::new(name)).collect(),
                "paths" => rule.paths = self.patterns(value),
                "severity" => rule.level = self.level(value)?,
                other => self.unknown(key.range, other, "key of an override", &OVERRIDE_KEYS),
            }
        }
        (self.errors.len() == before).then_some(rule)
    }

    /// Patterns of files to leave out, of which one with `!` takes a file back in.
    fn exclude(&mut self, value: &Value) -> Vec<String> {
        let texts = self.spanned_strings(value).into_iter();
        let right = texts.filter(|(at, text)| self.pattern(*at, text.strip_prefix('!').unwrap_or(text)).is_some());
        right.map(|(_, text)| text.to_owned()).collect()
    }

    fn patterns(&mut self, value: &Value) -> Vec<PathPattern> {
        let texts = self.spanned_strings(value).into_iter();
        texts.filter_map(|(at, text)| self.pattern(at, text)).collect()
    }

    fn pattern(&mut self, at: TextRange, text: &str) -> Option<PathPattern> {
        match PathPattern::new(text) {
            Ok(pattern) => Some(pattern),
            Err(reason) => {
                self.wrong(at, format!("\"{text}\" is no pattern: {reason}"));
                None
            }
        }
    }

    /// `["qa.txt"]`, or `{"qa.txt" = "development"}` with what the files are for.
    fn requirements(&mut self, value: &Value) -> Vec<RequirementsFile> {
        let Some(table) = value.as_table() else {
            if value.as_list().is_none() {
                return self.expected("a list of files, or a table of file = \"role\"", value).unwrap_or_default();
            }
            return self.patterns(value).into_iter().map(|pattern| RequirementsFile { pattern, role: None }).collect();
        };
        let rows = table.iter().filter_map(|(file, role)| {
            let pattern = self.pattern(file.range, &file.name)?;
            Some(RequirementsFile { pattern, role: Some(self.role(role)?) })
        });
        rows.collect()
    }

    fn role(&mut self, value: &Value) -> Option<Role> {
        match value.as_str() {
            Some("runtime") => Some(Role::Runtime),
            Some("development") => Some(Role::Development),
            _ => self.expected("\"runtime\" or \"development\"", value),
        }
    }

    fn distributions(&mut self, value: &Value) -> Vec<DistributionName> {
        let names = self.spanned_strings(value).into_iter();
        names.filter_map(|(at, name)| self.distribution(at, name)).collect()
    }

    /// Names of distributions, in which `*` may stand for any letters.
    fn patterns_of_names(&mut self, value: &Value) -> Vec<DistributionName> {
        let names = self.spanned_strings(value).into_iter();
        let read = names.filter_map(|(at, name)| {
            let is_right = self.distribution(at, &name.replace('*', "x")).is_some();
            is_right.then(|| DistributionName::new(name))
        });
        read.collect()
    }

    /// The name, if it could be one: of letters, digits, `.`, `_` and `-`, and not empty.
    fn distribution(&mut self, at: TextRange, name: &str) -> Option<DistributionName> {
        if pinlens_facts::words::names::leading_name(name).is_some_and(|whole| whole.len() == name.len()) {
            return Some(DistributionName::new(name));
        }
        self.wrong(at, format!("\"{name}\" is no distribution's name; expected one without version or extras"));
        None
    }

    /// `module = "dist"` or `module = ["d1", "d2"]`, best first.
    fn map(&mut self, value: &Value) -> BTreeMap<ModuleName, Vec<DistributionName>> {
        let wanted = "a table of module = \"distribution\" or module = [\"best\", \"other\"]";
        let Some(table) = value.as_table() else {
            return self.expected(wanted, value).unwrap_or_default();
        };
        let mut rows = BTreeMap::new();
        for (module, providers) in table {
            let found = match &providers.kind {
                Kind::String(name) => self.distribution(providers.range, name).into_iter().collect(),
                Kind::List(_) => self.distributions(providers),
                // an unquoted `a.b = "x"` is a table in a table
                Kind::Table(_) => {
                    let module = &module.name;
                    let message = format!("put dotted module names in quotes: \"{module}.…\" = \"distribution\"");
                    self.wrong(providers.range, message);
                    continue;
                }
                _ => self.expected(wanted, providers).unwrap_or_default(),
            };
            if !found.is_empty() {
                rows.insert(ModuleName::new(&module.name), found);
            }
        }
        rows
    }
}

/// A value in the words of the user: `the number 3.1`.
pub(super) fn described(value: &Value) -> String {
    match &value.kind {
        Kind::String(text) => format!("\"{text}\""),
        Kind::Integer(number) => format!("the number {number}"),
        Kind::Float(number) => format!("the number {number}"),
        Kind::Boolean(truth) => truth.to_string(),
        Kind::List(_) => "a list".into(),
        Kind::Table(_) => "a table".into(),
        Kind::Date => "a date".into(),
    }
}
