//! What pyproject.toml and setup.cfg say of their project: the Python it needs, its name, and what it depends on.

mod setup_cfg;

use super::parse;
use crate::facts::SettingsFacts;
use crate::names::{DistributionName, PythonVersion};
use toml::{Table, Value};

/// What `pyproject.toml` says beside pinlens's own settings. A file that is no TOML says nothing.
///
/// Read are `[project]` (PEP 621), `[dependency-groups]` (PEP 735) and the tables of poetry, pdm and uv. The names are
/// sorted, each once.
pub fn settings_facts(text: &str) -> SettingsFacts {
    let Ok(root) = parse(text) else { return setup_cfg::facts(text) };
    let root = Value::Table(root);
    let mut declared = standard_names(&root);
    declared.extend(tool_names(&root));
    let mut declared: Vec<DistributionName> = declared.into_iter().map(DistributionName::new).collect();
    declared.sort_unstable();
    declared.dedup();
    let name = at(&root, &["project", "name"]).or_else(|| at(&root, &["tool", "poetry", "name"]));
    SettingsFacts {
        python: python(&root),
        name: name.and_then(Value::as_str).map(DistributionName::new),
        declared,
        ..SettingsFacts::default()
    }
}

/// The distribution's name that a requirement (PEP 508) begins with.
pub(super) fn leading_name(requirement: &str) -> Option<&str> {
    let requirement = requirement.trim_start();
    let end = requirement.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')));
    let name = end.map_or(requirement, |end| &requirement[..end]);
    name.starts_with(|c: char| c.is_ascii_alphanumeric()).then_some(name)
}

/// The lower bound of `requires-python`, else of poetry's `python`.
fn python(root: &Value) -> Option<PythonVersion> {
    let specifiers = at(root, &["project", "requires-python"])
        .or_else(|| at(root, &["tool", "poetry", "dependencies", "python"]))
        .and_then(|python| python.as_str().or_else(|| python.get("version")?.as_str()))?;
    // poetry joins alternatives with `||`; the lowest of them counts
    specifiers.split("||").filter_map(lower_bound).min()
}

/// The highest of the lower bounds of a comma-separated list: `>=3.8,<4` gives 3.8.
fn lower_bound(specifiers: &str) -> Option<PythonVersion> {
    specifiers.split(',').filter_map(|one| bound(one.trim())).max()
}

/// The version of a specifier that bounds from below (PEP 440, and poetry's `^`, `~` and bare version). `>3.8` lets 3.8.1 in.
fn bound(specifier: &str) -> Option<PythonVersion> {
    let version = specifier.trim_start_matches(['>', '=', '~', '^']).trim();
    if specifier.starts_with(['<', '!']) {
        return None;
    }
    let mut parts = version.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next().and_then(|minor| minor.parse().ok()).unwrap_or(0);
    Some(PythonVersion { major, minor })
}

/// The names in the tables that a PEP describes.
fn standard_names(root: &Value) -> Vec<&str> {
    let mut names = Vec::new();
    requirements(at(root, &["project", "dependencies"]), &mut names);
    for groups in [at(root, &["project", "optional-dependencies"]), at(root, &["dependency-groups"])] {
        for group in tables(groups).flat_map(Table::values) {
            requirements(Some(group), &mut names);
        }
    }
    names
}

/// The names in the tables of poetry, pdm and uv.
fn tool_names(root: &Value) -> Vec<&str> {
    let mut names = Vec::new();
    requirements(at(root, &["tool", "uv", "dev-dependencies"]), &mut names);
    for group in tables(at(root, &["tool", "pdm", "dev-dependencies"])).flat_map(Table::values) {
        requirements(Some(group), &mut names);
    }
    let poetry = ["dependencies", "dev-dependencies"].map(|table| at(root, &["tool", "poetry", table]));
    let groups = tables(at(root, &["tool", "poetry", "group"])).flat_map(Table::values);
    for table in poetry.into_iter().chain(groups.map(|group| group.get("dependencies"))) {
        names.extend(tables(table).flat_map(Table::keys).map(String::as_str).filter(|name| *name != "python"));
    }
    names
}

/// The names of a list of requirements; what is no string (`{include-group = "x"}`) names nothing.
fn requirements<'a>(list: Option<&'a Value>, names: &mut Vec<&'a str>) {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    names.extend(list.filter_map(Value::as_str).filter_map(leading_name));
}

/// The value at the end of a path of keys.
fn at<'a>(root: &'a Value, keys: &[&str]) -> Option<&'a Value> {
    keys.iter().try_fold(root, |value, key| value.get(*key))
}

fn tables(value: Option<&Value>) -> impl Iterator<Item = &Table> {
    value.and_then(Value::as_table).into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        settings_facts(text).declared.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_standard_tables() {
        let text = r#"
            [project]
            name = "My_App"
            requires-python = ">=3.9, <4"
            dependencies = ["Redis[hiredis]>=5 ; python_version > '3'", "six", " spaced @ https://h/x.whl"]
            [project.optional-dependencies]
            docs = ["Sphinx"]
            [dependency-groups]
            test = ["pytest", {include-group = "docs"}]
            "#;
        assert_eq!(names(text), ["pytest", "redis", "six", "spaced", "sphinx"]);
        let facts = settings_facts(text);
        assert_eq!(facts.name, Some(DistributionName::new("my-app")));
        assert_eq!(facts.python, Some(PythonVersion { major: 3, minor: 9 }));
    }

    #[test]
    fn the_tables_of_tools() {
        let text = r#"
            [tool.poetry]
            name = "app"
            [tool.poetry.dependencies]
            python = "^3.8"
            django = {version = "^4", extras = ["x"]}
            [tool.poetry.group.dev.dependencies]
            black = "*"
            [tool.poetry.dev-dependencies]
            tox = "*"
            [tool.pdm.dev-dependencies]
            lint = ["flake8"]
            [tool.uv]
            dev-dependencies = ["mypy>1"]
            "#;
        assert_eq!(names(text), ["black", "django", "flake8", "mypy", "tox"]);
        assert_eq!(settings_facts(text).python, Some(PythonVersion { major: 3, minor: 8 }));
    }

    #[test]
    fn lower_bounds() {
        let bound = |text: &str| lower_bound(text).map(|version| version.to_string());
        let cases = [
            (">=3.8", Some("3.8")),
            ("<4,>=3.10.2", Some("3.10")),
            ("~=3.11", Some("3.11")),
            ("==3.12.*", Some("3.12")),
            (">3.7,!=3.8.1", Some("3.7")),
            (">=3", Some("3.0")),
            ("<3.9", None),
            ("*", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(bound(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn wrong_shapes_say_nothing() {
        assert_eq!(settings_facts("project = 1\ndependency-groups = []\ntool = 'x'"), SettingsFacts::default());
        assert_eq!(
            settings_facts("[project]\ndependencies = 'x'\nname = 3\nrequires-python = 3"),
            SettingsFacts::default()
        );
        assert_eq!(settings_facts("]"), SettingsFacts::default());
    }
}
