//! A repository that is checked in parts: the reports of all projects, merged, are the report of one check of everything.

use pinlens_tests::binary;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Three projects, a layer of one of them, a script with requirements of its own, code that no list is for, and a manifest that
/// cannot be read as TOML.
const FILES: [(&str, &str); 15] = [
    ("api/pyproject.toml", "[project]\nname = \"api\"\nversion = \"1\"\ndependencies = [\"flask\", \"celery\"]\n"),
    ("api/api/__init__.py", "import flask\nimport redis\n"),
    ("api/api/jobs.py", "import redis\nfrom . import gone\nimport shared.tools\n"),
    ("api/tests/requirements.txt", "pytest\n"),
    ("api/tests/test_api.py", "import pytest\nimport api\nimport responses\n"),
    ("shared/requirements.txt", "pyyaml==6.0\npyyaml==5.4\n"),
    ("shared/tools.py", "import yaml\nimport redis\n"),
    ("shared/more.py", "import redis\nimport redis.client\n"),
    ("web/requirements.txt", "django\n-r missing.txt\n"),
    ("web/manage.py", "import django\nimport psycopg2\n"),
    ("web/broken/pyproject.toml", "[project\nname = \"x\"\n"),
    ("web/broken/a.py", "import requests\n"),
    ("tools/script.py", "# /// script\n# dependencies = [\"rich\"]\n# ///\nimport rich\nimport httpx\n"),
    ("loose.py", "import redis\nimport os\n"),
    ("setup.cfg", "[flake8]\nmax-line-length = 100\n"),
];

#[test]
fn the_parts_merged_are_the_whole() {
    let folder = repository();
    let whole = json(&run(folder.path(), &["check", "--env", "none", "--format", "json"]));
    let projects = json(&run(folder.path(), &["projects", "--env", "none", "--format", "json"]));
    let names: Vec<&str> =
        projects["projects"].as_array().expect("a list").iter().map(|one| text(&one["name"])).collect();
    assert!(names.len() >= 5, "{names:?}");
    assert!(names.contains(&".") && names.contains(&"api") && names.contains(&"tools/script.py"), "{names:?}");
    let mut reports = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let file = folder.path().join(format!("part-{number}.report"));
        let output = ["check", "--env", "none", "--format", "json", "--project", name, "--output-file"];
        let path = file.to_str().expect("a path of the test");
        run(folder.path(), &[&output[..], &[path]].concat());
        reports.push(path.to_owned());
    }
    let reports: Vec<&str> = reports.iter().map(String::as_str).collect();
    let merged = run(folder.path(), &[&["merge", "--format", "json"][..], &reports].concat());
    assert_eq!(merged.status.code(), Some(1));
    assert_eq!(without_time(json(&merged)), without_time(whole));
    // for people too, but for what was checked against
    let printed = |args: &[&str]| {
        let output = String::from_utf8_lossy(&run(folder.path(), args).stdout).into_owned();
        output.lines().filter(|line| !line.starts_with("Checked against ")).map(str::to_owned).collect::<Vec<_>>()
    };
    let all = printed(&["check", "--env", "none", "--format", "concise"]);
    assert_eq!(printed(&[&["merge", "--format", "concise"][..], &reports].concat()), all);
}

#[test]
fn a_part_holds_its_own_project_alone() {
    let folder = repository();
    let part = json(&run(folder.path(), &["check", "--env", "none", "--format", "json", "--project", "shared/"]));
    let paths: Vec<&str> =
        part["diagnostics"].as_array().expect("a list").iter().map(|one| text(&one["path"])).collect();
    assert!(!paths.is_empty() && paths.iter().all(|path| path.starts_with("shared/")), "{paths:?}");
    assert_eq!(part["summary"]["files"], 3);
}

#[test]
fn what_cannot_be_joined_is_refused() {
    let folder = repository();
    let unknown = run(folder.path(), &["check", "--env", "none", "--project", "nowhere"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("there is no such project"), "{unknown:?}");
    fs::write(folder.path().join("other.json"), "{\"version\": 7}").expect("the folder is ours");
    let other = run(folder.path(), &["merge", "other.json"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&other.stderr).contains("other.json: no report"), "{other:?}");
}

fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join(".git")).expect("the folder is ours");
    for (name, text) in FILES {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the folder is ours");
        fs::write(path, text).expect("the folder is ours");
    }
    folder
}

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(binary::path()).args(args).current_dir(folder).output().expect("the binary is built")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn without_time(mut report: Value) -> Value {
    report["summary"]["seconds"] = Value::Null;
    report
}
