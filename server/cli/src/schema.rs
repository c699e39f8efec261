//! The JSON Schema of the settings, from which editors complete `pinlens.toml` and `[tool.pinlens]`.
//!
//! The types here are only described, never read: the analysis reads settings itself, to point at what is wrong. A test holds the
//! two together.

use schemars::{JsonSchema, generate::SchemaSettings};
use std::collections::BTreeMap;

/// Settings of pinlens: which imports and requirements it checks, and how.
#[derive(JsonSchema)]
#[schemars(title = "pinlens", deny_unknown_fields, rename_all = "kebab-case")]
#[allow(dead_code)] // it is only described
struct Settings {
    /// Whether this folder is a project of its own, although a repository or another project holds it.
    root: Option<bool>,
    /// The Python version that the code runs on, such as "3.12". Default: found in the project.
    #[schemars(regex(pattern = r"^\d+\.\d+$"))]
    python_version: Option<String>,
    /// The platform that the code runs on.
    python_platform: Option<Platform>,
    /// The virtual environment to read installed packages from, or "none" to ignore installed packages.
    environment: Option<String>,
    /// The only codes to report. They take precedence over `severity` and `overrides`.
    select: Option<Vec<Code>>,
    /// Codes not to report.
    ignore: Option<Vec<Code>>,
    /// The highest severity of each code.
    severity: Option<BTreeMap<Code, Level>>,
    /// What becomes of findings that match. If several match, the last one wins.
    overrides: Option<Vec<Override>>,
    /// Files to leave out: patterns as in .gitignore.
    exclude: Option<Vec<String>>,
    /// More requirements files: patterns, or a table from pattern to role.
    requirements: Option<Requirements>,
    /// Folders that are on `sys.path` at run time.
    roots: Option<Vec<String>>,
    /// Modules that are your own, wherever they come from.
    first_party: Option<Vec<String>>,
    /// The package, or packages, that provide a module.
    map: Option<BTreeMap<String, OneOrMore>>,
    /// Packages that are never reported as unused.
    keep: Option<Vec<String>>,
    /// How fixes write versions. Default: as the surrounding lines do.
    fix_style: Option<FixStyle>,
    /// Groups of pyproject.toml that are for development.
    dev_groups: Option<Vec<String>>,
    /// Where the application starts: files, or "package.module:function".
    entries: Option<Vec<String>>,
    /// The highest severity of missing requirements that no entry point reaches.
    off_start_up: Option<Level>,
}

/// What becomes of findings that match every key.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code)] // it is only described
struct Override {
    /// Codes of the findings.
    codes: Option<Vec<Code>>,
    /// Packages that the findings are about.
    distributions: Option<Vec<String>>,
    /// Modules that the findings are about.
    modules: Option<Vec<String>>,
    /// Files of the findings: patterns as in .gitignore.
    paths: Option<Vec<String>>,
    /// Their severity. Default: "off".
    severity: Option<Level>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[allow(dead_code)] // it is only described
enum Platform {
    Linux,
    Darwin,
    Windows,
    Any,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[allow(dead_code)] // it is only described
enum Level {
    Error,
    Warning,
    Info,
    Hint,
    Off,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[allow(dead_code)] // it is only described
enum Role {
    Runtime,
    Development,
}

#[derive(JsonSchema)]
#[allow(dead_code)] // it is only described
enum FixStyle {
    #[schemars(rename = "==")]
    Exact,
    #[schemars(rename = "~=")]
    Compatible,
    #[schemars(rename = ">=")]
    AtLeast,
    #[schemars(rename = "bare")]
    Bare,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code)] // it is only described
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code)] // it is only described
enum Requirements {
    List(Vec<String>),
    Roles(BTreeMap<String, Role>),
}

/// A code of a finding.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Code;

impl JsonSchema for Code {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Code".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let codes = pinlens_facts::words::codes::Code::ALL;
        let codes = codes.map(|code| serde_json::json!({ "const": code.as_str(), "description": pinlens_analysis::diagnostics::summary(code) }));
        schemars::json_schema!({ "type": "string", "oneOf": codes })
    }
}

/// The schema as JSON text (draft 7, which editors know).
pub fn text() -> String {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Settings>();
    let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use pinlens_analysis::config::Config;
    use serde_json::Value;
    use std::collections::BTreeSet;

    fn schema() -> Value {
        serde_json::from_str(&text()).unwrap()
    }

    /// The words of the error about a setting or a key of an override that does not exist, which lists those that do.
    fn known(text: &str) -> BTreeSet<String> {
        let (_, errors) = Config::parse_pinlens_toml(text);
        let message = errors.into_iter().next().unwrap().message;
        let words = message.split(" are ").nth(1).unwrap().split(", ");
        words.map(str::to_owned).collect()
    }

    fn properties(schema: &Value) -> BTreeSet<String> {
        schema["properties"].as_object().unwrap().keys().cloned().collect()
    }

    #[test]
    fn the_schema_has_the_settings_that_are_read() {
        assert_eq!(properties(&schema()), known("zzzzzzzzzzzz = 1"));
        let overrides = &schema()["definitions"]["Override"];
        assert_eq!(properties(overrides), known("[[overrides]]\nzzzzzzzzzzzz = 1"));
    }

    #[test]
    fn every_value_that_the_schema_names_is_read() {
        let words = |name: &str| -> Vec<String> {
            let definition = &schema()["definitions"][name];
            let listed = definition["enum"].as_array().into_iter().flatten().cloned();
            let constants = definition["oneOf"].as_array().into_iter().flatten().map(|one| one["const"].clone());
            listed.chain(constants).filter_map(|word| word.as_str().map(str::to_owned)).collect()
        };
        let settings = [
            ("Platform", 4, "python-platform = {}"),
            ("Level", 5, "off-start-up = {}"),
            ("FixStyle", 4, "fix-style = {}"),
            ("Code", pinlens_facts::words::codes::Code::ALL.len(), "select = [{}]"),
            ("Role", 2, "requirements = { 'a.txt' = {} }"),
        ];
        for (name, number, text) in settings {
            let words = words(name);
            assert_eq!(words.len(), number, "{name}: {words:?}");
            for word in words {
                let text = text.replace("{}", &format!("\"{word}\""));
                assert_eq!(Config::parse_pinlens_toml(&text).1, [], "{text}");
            }
        }
    }

    #[test]
    fn the_published_schema_is_this_one() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pinlens.schema.json");
        if std::env::var_os("PINLENS_BLESS").is_some() {
            std::fs::write(&path, text()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), text(), "set PINLENS_BLESS to write it again");
    }
}
