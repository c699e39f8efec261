//! Settings as the text of a `pinlens.toml`: for `--show-settings`, `doctor` and `init`.

use pinlens_analysis::config::{Config, FixStyle, Level, Override, PathPattern};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::roles::Role;
use std::fmt::Write as _;

/// The settings that `config` holds, a line each, those that are not set left out. Read again, the text gives `config`.
pub fn text(config: &Config) -> String {
    let mut out = String::new();
    for (key, value) in values(config) {
        // writing to a string cannot fail
        let _ = writeln!(out, "{key} = {value}");
    }
    for (table, rows) in tables(config) {
        let _ = writeln!(out, "\n[{table}]");
        for (key, value) in rows {
            let _ = writeln!(out, "{} = {value}", quoted(&key));
        }
    }
    for one in &config.overrides {
        let _ = write!(out, "\n[[overrides]]\n{}", override_text(one));
    }
    out.trim_start().to_owned()
}

fn values(config: &Config) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    let mut set = |key: &'static str, value: Option<String>| rows.extend(value.map(|value| (key, value)));
    set("root", config.is_root.then(|| "true".to_owned()));
    set("python-version", config.python_version.map(|version| quoted(&version.to_string())));
    set("python-platform", config.python_platform.map(|platform| quoted(platform.as_str())));
    set("environment", config.environment.as_deref().map(quoted));
    set("select", list(&config.select));
    set("ignore", list(&config.ignore));
    set("exclude", list(&config.exclude));
    set("roots", list(&config.roots));
    set("first-party", list(&config.first_party));
    set("keep", list(&config.keep));
    set("fix-style", config.fix_style.and_then(style).map(quoted));
    set("dev-groups", list(&config.groups.development));
    set("entries", list(&config.entries));
    set("off-start-up", config.off_start_up.map(level).map(quoted));
    if config.requirements.iter().all(|file| file.role.is_none()) {
        set("requirements", list(config.requirements.iter().map(|file| file.pattern.as_str())));
    }
    rows
}

/// The name of a table and its rows.
type Table = (&'static str, Vec<(String, String)>);

fn tables(config: &Config) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    if config.requirements.iter().any(|file| file.role.is_some()) {
        let role = |role| match role {
            Some(Role::Development) => "development",
            Some(Role::Runtime) | None => "runtime",
        };
        let rows = config.requirements.iter().map(|file| (file.pattern.as_str().to_owned(), quoted(role(file.role))));
        tables.push(("requirements", rows.collect()));
    }
    let severities = config.severity.iter().map(|(code, one)| (code.clone(), quoted(level(*one))));
    tables.push(("severity", severities.collect()));
    let map = config.map.iter().map(|(module, providers)| {
        let value = match &providers[..] {
            [one] => quoted(one.as_str()),
            several => list(several).unwrap_or_else(|| "[]".to_owned()),
        };
        (module.to_string(), value)
    });
    tables.push(("map", map.collect()));
    tables.retain(|(_, rows)| !rows.is_empty());
    tables
}

fn override_text(one: &Override) -> String {
    let rows = [
        ("codes", list(&one.codes)),
        ("distributions", list(&one.distributions)),
        ("modules", list(one.modules.iter().map(ToString::to_string))),
        ("paths", list(one.paths.iter().map(PathPattern::as_str))),
        ("severity", Some(quoted(level(one.level)))),
    ];
    rows.into_iter().filter_map(|(key, value)| Some(format!("{key} = {}\n", value?))).collect()
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Off => "off",
        Level::At(severity) => severity.as_str(),
    }
}

const fn style(style: FixStyle) -> Option<&'static str> {
    match style {
        FixStyle::Exact => Some("=="),
        FixStyle::Compatible => Some("~="),
        FixStyle::AtLeast => Some(">="),
        FixStyle::Bare => Some("bare"),
        // no setting stands for it
        FixStyle::Caret => None,
    }
}

/// What has a name that stands in a list.
trait Named {
    fn name(&self) -> &str;
}

impl Named for String {
    fn name(&self) -> &str {
        self
    }
}

impl Named for &str {
    fn name(&self) -> &str {
        self
    }
}

impl Named for &String {
    fn name(&self) -> &str {
        self
    }
}

impl Named for &DistributionName {
    fn name(&self) -> &str {
        self.as_str()
    }
}

/// `["a", "b"]`; `None` for an empty list.
fn list<T: Named>(items: impl IntoIterator<Item = T>) -> Option<String> {
    let items: Vec<String> = items.into_iter().map(|item| quoted(item.name())).collect();
    (!items.is_empty()).then(|| format!("[{}]", items.join(", ")))
}

/// A string of TOML.
pub fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            control if control.is_control() => {
                // writing to a string cannot fail
                let _ = write!(out, "\\u{:04X}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_gives_the_settings_again() {
        let text_in = r#"
            root = true
            python-version = "3.11"
            python-platform = "linux"
            environment = "none"
            select = ["undeclared-import"]
            ignore = ["unused-requirement"]
            exclude = ["gen/**", 'a"b']
            roots = ["lib"]
            first-party = ["shop"]
            keep = ["Gunicorn"]
            fix-style = "~="
            dev-groups = ["qa"]
            entries = ["main.py"]
            off-start-up = "hint"
            [requirements]
            "deploy/prod.in" = "runtime"
            "qa.txt" = "development"
            [severity]
            unused-requirement = "info"
            [map]
            yaml = "PyYAML"
            "google.cloud" = ["google-cloud-storage", "other"]
            [[overrides]]
            codes = ["undeclared-import"]
            distributions = ["redis"]
            modules = ["rq.job"]
            paths = ["scripts/"]
            severity = "off"
        "#;
        let (config, errors) = Config::parse_pinlens_toml(text_in);
        assert_eq!(errors, []);
        let (again, errors) = Config::parse_pinlens_toml(&text(&config));
        assert_eq!(errors, [], "{}", text(&config));
        assert_eq!(again, config, "{}", text(&config));
        assert_eq!(text(&Config::default()), "");
    }
}
