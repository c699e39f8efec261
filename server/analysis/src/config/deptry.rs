//! What `[tool.deptry]` says, in our words, so that a project that comes from deptry keeps its settings.
//!
//! It is another tool's table: what is not understood is passed over.

use super::glob::PathPattern;
use super::rules::{Level, Override};
use super::settings::{Config, Groups, RequirementsFile};
use pinlens_facts::formats::toml::{Kind, Table, Value};
use pinlens_facts::words::codes::codes_of;
use pinlens_facts::words::names::{DistributionName, ModuleName};
use pinlens_facts::words::roles::Role;

/// Reads the table.
pub(super) fn read(table: &Table) -> Config {
    let list = |key: &str| table.get(key).map(strings).unwrap_or_default();
    let mut config = Config {
        ignore: owned(list("ignore").iter().flat_map(|rule| codes_of(rule)).copied()),
        exclude: list("exclude").iter().chain(&list("extend_exclude")).filter_map(|regex| glob_of(regex)).collect(),
        first_party: owned(list("known_first_party").into_iter()),
        groups: Groups {
            development: Vec::new(),
            // the older of the two keys is about extras too
            development_extras: owned(
                list("pep621_dev_dependency_groups").into_iter().chain(list("optional_dependencies_dev_groups")),
            ),
            runtime: owned(list("non_dev_dependency_groups").into_iter()),
        },
        ..Config::default()
    };
    for (key, role) in [("requirements_files", Role::Runtime), ("requirements_files_dev", Role::Development)] {
        let patterns = list(key).into_iter().filter_map(|file| PathPattern::new(&format!("/{file}")).ok());
        config.requirements.extend(patterns.map(|pattern| RequirementsFile { pattern, role: Some(role) }));
    }
    let rows = |key: &str| table.get(key).and_then(Value::as_table).into_iter().flat_map(Table::sorted);
    for (rule, names) in rows("per_rule_ignores") {
        config.overrides.extend(overrides(&rule.name, &strings(names)));
    }
    for (distribution, modules) in rows("package_module_name_map") {
        for module in strings(modules) {
            let providers = config.map.entry(ModuleName::new(module)).or_default();
            providers.push(DistributionName::new(&distribution.name));
        }
    }
    config
}

/// A list of strings, or one alone.
fn strings(item: &Value) -> Vec<&str> {
    match &item.kind {
        Kind::String(one) => vec![one],
        Kind::List(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn owned<'v>(names: impl Iterator<Item = &'v str>) -> Vec<String> {
    names.map(str::to_owned).collect()
}

/// Rules about requirements name distributions; those about imports name modules, and in newer versions distributions too.
fn overrides(rule: &str, names: &[&str]) -> Vec<Override> {
    if codes_of(rule).is_empty() || names.is_empty() {
        return Vec::new();
    }
    let codes = owned(codes_of(rule).iter().copied());
    let nothing = Override { codes, distributions: vec![], modules: vec![], paths: vec![], level: Level::Off };
    let distributions = names.iter().map(|name| DistributionName::new(name)).collect();
    let by_distribution = Override { distributions, ..nothing.clone() };
    if matches!(rule, "DEP002" | "DEP005") {
        return vec![by_distribution];
    }
    vec![by_distribution, Override { modules: names.iter().map(|name| ModuleName::new(name)).collect(), ..nothing }]
}

/// The pattern that means what a regular expression means, which deptry matches with the beginning of paths; `None` for one
/// that no pattern can mean.
fn glob_of(regex: &str) -> Option<String> {
    let regex = regex.strip_prefix('^').unwrap_or(regex);
    let (prefix, body) = regex.strip_prefix(".*").map_or(("/", regex), |rest| ("**/", rest));
    let body = body.strip_suffix('$').unwrap_or(body);
    let body = body.strip_suffix("/.*").or_else(|| body.strip_suffix('/')).unwrap_or(body);
    let body = if prefix == "/" { body } else { body.strip_prefix('/').unwrap_or(body) };
    let mut glob = String::new();
    let mut rest = body.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => match rest.next()? {
                escaped if escaped.is_alphanumeric() => return None,
                escaped @ ('*' | '?' | '[' | '{') => glob.extend(['\\', escaped]),
                escaped => glob.push(escaped),
            },
            '.' if rest.as_str().starts_with('*') => {
                rest.next();
                glob.push('*');
            }
            '.' => glob.push('?'),
            '(' | ')' | '[' | ']' | '{' | '}' | '|' | '+' | '*' | '?' | '^' | '$' => return None,
            other => glob.push(other),
        }
    }
    (!glob.is_empty()).then(|| format!("{prefix}{glob}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pinlens_facts::words::names::FilePath;

    #[test]
    fn regular_expressions_become_patterns() {
        let cases = [
            ("docs", Some("/docs")),
            (r"a_file\.py", Some("/a_file.py")),
            ("setup.py", Some("/setup?py")),
            ("a_folder/.*", Some("/a_folder")),
            (r"^tests/test_.*\.py$", Some("/tests/test_*.py")),
            (".*/migrations/", Some("**/migrations")),
            ("(a|b)", None),
            (r"\w+", None),
            (".*", None),
        ];
        for (regex, expected) in cases {
            assert_eq!(glob_of(regex).as_deref(), expected, "{regex}");
        }
    }

    #[test]
    fn the_table_is_understood_where_ours_says_nothing() {
        let text = r#"
            [tool.deptry]
            ignore = ["DEP003", "DEP999"]
            extend_exclude = ["docs"]
            known_first_party = ["shop"]
            requirements_files = ["deploy/prod.in"]
            requirements_files_dev = ["qa.txt"]
            experimental_namespace_package = true
            pep621_dev_dependency_groups = ["test"]
            [tool.deptry.per_rule_ignores]
            DEP002 = ["uvicorn"]
            DEP001 = ["plugins"]
            [tool.deptry.package_module_name_map]
            PyYAML = "yaml"
            opencv-python = ["cv2", "cv"]
            [tool.pinlens]
            exclude = ["gen"]
        "#;
        let (config, errors) = Config::parse_pyproject(text);
        assert_eq!(errors, []);
        assert_eq!(config.ignore, ["transitive-import"]);
        assert_eq!(config.exclude, ["gen"]);
        assert!(config.is_first_party("shop.cart") && !config.is_first_party("shopping"));
        assert_eq!(
            (&config.groups.development[..], &config.groups.development_extras[..]),
            (&[][..], &["test".to_owned()][..])
        );
        let role = |path: &str| config.requirements_file(&FilePath::new(path)).and_then(|file| file.role);
        assert_eq!(role("deploy/prod.in"), Some(Role::Runtime));
        assert_eq!(role("qa.txt"), Some(Role::Development));
        assert_eq!(role("x/qa.txt"), None);
        assert_eq!(config.map.get("cv"), Some(&vec![DistributionName::new("opencv-python")]));
        assert_eq!(config.map.get("yaml"), Some(&vec![DistributionName::new("pyyaml")]));
        let names = |rule: &Override| (rule.codes.len(), rule.distributions.len(), rule.modules.len());
        assert_eq!(config.overrides.iter().map(names).collect::<Vec<_>>(), [(2, 1, 0), (2, 0, 1), (1, 1, 0)]);
    }
}
