//! Which findings are reported, and with which severity: `select`, `ignore`, `severity` and `overrides`.

use super::glob::PathPattern;
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::{DistributionName, FilePath, ModuleName};

/// What the user makes of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It is not reported.
    Off,
    /// It is reported so.
    At(Severity),
}

impl Level {
    /// The names of all levels, for messages.
    pub const NAMES: &'static str = "error, warning, info, hint, off";

    /// The level of that name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "off" => Some(Self::Off),
            "error" => Some(Self::At(Severity::Error)),
            "warning" => Some(Self::At(Severity::Warning)),
            "info" => Some(Self::At(Severity::Info)),
            "hint" => Some(Self::At(Severity::Hint)),
            _ => None,
        }
    }
}

/// What the user makes of the findings that match every part which is given; an empty part matches all.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// Their codes.
    pub codes: Vec<String>,
    /// Their distributions.
    pub distributions: Vec<DistributionName>,
    /// Modules that they, or packages around them, are about.
    pub modules: Vec<ModuleName>,
    /// The files that they stand in.
    pub paths: Vec<PathPattern>,
    /// What becomes of them.
    pub level: Level,
}

/// A finding as the rules see it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its code.
    pub code: Code,
    /// Its file.
    pub path: &'a FilePath,
    /// Its distribution.
    pub distribution: Option<&'a DistributionName>,
    /// Its module.
    pub module: Option<&'a ModuleName>,
}

/// Whether a pattern of the settings means the name: `*` stands for any letters, as in `opentelemetry-*`.
pub(crate) fn is_meant(pattern: &str, name: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(head) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    // each part where it stands first leaves the most for the others
    for part in parts {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(last)
}

/// Whether a pattern means the module or a package around it.
fn means_module(pattern: &str, module: &ModuleName) -> bool {
    module.prefixes().any(|prefix| is_meant(without_star(pattern), prefix))
}

/// `a.b` of `a.b.*`: a module stands for what is inside it, with the star or without.
pub(super) fn without_star(module: &str) -> &str {
    module.strip_suffix(".*").unwrap_or(module)
}

impl Override {
    pub(super) fn matches(&self, subject: Subject) -> bool {
        fn holds<T>(part: &[T], matches: impl Fn(&T) -> bool) -> bool {
            part.is_empty() || part.iter().any(matches)
        }
        holds(&self.codes, |code| code == subject.code.as_str())
            && holds(&self.distributions, |name| {
                subject.distribution.is_some_and(|own| is_meant(name.as_str(), own.as_str()))
            })
            && holds(&self.modules, |name| subject.module.is_some_and(|own| means_module(name.as_str(), own)))
            && holds(&self.paths, |pattern| pattern.matches(subject.path))
    }
}

#[cfg(test)]
mod names {
    use super::*;

    #[test]
    fn patterns_mean_names() {
        for (pattern, name, is) in [
            ("opentelemetry-*", "opentelemetry-api", true),
            ("opentelemetry-*", "opentelemetry", false),
            ("*-stubs", "redis-stubs", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c", false),
            ("a*a", "a", false),
            ("redis", "redis-py", false),
        ] {
            assert_eq!(is_meant(pattern, name), is, "{pattern} {name}");
        }
        assert!(means_module("zzq.*", &ModuleName::new("zzq.b")) && means_module("zz*", &ModuleName::new("zzq.b.c")));
        assert!(!means_module("zzq.b", &ModuleName::new("zzq.bc")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn reported(settings: &str, path: &str, severity: Severity) -> Option<Severity> {
        let (config, errors) = Config::parse_pinlens_toml(settings);
        assert_eq!(errors, []);
        let (distribution, module) = (DistributionName::new("redis"), ModuleName::new("redis.asyncio"));
        let path = FilePath::new(path);
        let subject = Subject {
            code: Code::UndeclaredImport,
            path: &path,
            distribution: Some(&distribution),
            module: Some(&module),
        };
        config.severity_of(subject, severity)
    }

    #[test]
    fn the_table_changes_the_worst_and_caps_the_rest() {
        let warning = "severity = {undeclared-import = 'warning'}";
        assert_eq!(reported(warning, "a.py", Severity::Error), Some(Severity::Warning));
        assert_eq!(reported(warning, "a.py", Severity::Hint), Some(Severity::Hint));
        assert_eq!(reported("severity = {undeclared-import = 'off'}", "a.py", Severity::Hint), None);
        assert_eq!(reported("severity = {unused-requirement = 'off'}", "a.py", Severity::Info), Some(Severity::Info));
    }

    #[test]
    fn every_part_of_an_override_must_match_and_the_last_one_wins() {
        let rules = r#"
            [[overrides]]
            codes = ["undeclared-import"]
            modules = ["redis"]
            paths = ["scripts/"]
            [[overrides]]
            distributions = ["Redis"]
            paths = ["scripts/keep.py", "loud.py"]
            severity = "info"
            [[overrides]]
            modules = ["red"]
            severity = "hint"
        "#;
        assert_eq!(reported(rules, "scripts/a.py", Severity::Error), None);
        assert_eq!(reported(rules, "scripts/keep.py", Severity::Error), Some(Severity::Info));
        assert_eq!(reported(rules, "loud.py", Severity::Hint), Some(Severity::Info));
        assert_eq!(reported(rules, "app.py", Severity::Error), Some(Severity::Error));
    }

    #[test]
    fn what_is_ignored_stays_ignored() {
        let text = "ignore = ['undeclared-import']\noverrides = [{severity = 'error'}]";
        assert_eq!(reported(text, "a.py", Severity::Error), None);
        assert_eq!(reported("select = ['unused-requirement']", "a.py", Severity::Error), None);
    }
}
