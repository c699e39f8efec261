//! The incident that pinlens exists for: `tests/workspaces/deploy-crash` installs without a complaint and dies at start-up, because
//! redis and rq are imported and not required. In CI, and live.

use pinlens_tests::binary;
use pinlens_tests::client::Client;
use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const FILES: [&str; 5] = ["main.py", "app.py", "rq_config.py", "rq_tasks.py", "requirements.txt"];

/// A copy of the application, outside every repository.
fn application() -> Folder {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("workspaces/deploy-crash");
    let texts = FILES.map(|name| (name, std::fs::read_to_string(source.join(name)).expect("the application is here")));
    Folder::new(&texts.each_ref().map(|(name, text)| (*name, text.as_str())))
}

/// Runs pinlens in the application; gives its exit code and the findings, each as `path:line:column code distribution`.
fn run(folder: &Folder, command: &str) -> (Option<i32>, Vec<String>) {
    let output = Command::new(binary::path())
        .args([command, "--format", "json", "--env", "none"])
        .current_dir(folder.path())
        .output()
        .expect("pinlens runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows = report["diagnostics"].as_array().expect("a list").iter().map(|found| {
        let start = &found["range"]["start"];
        let text = |key: &str| found[key].as_str().unwrap_or("null").to_owned();
        format!("{}:{}:{} {} {}", text("path"), start["line"], start["column"], text("code"), text("distribution"))
    });
    (output.status.code(), rows.collect())
}

#[test]
fn in_ci_it_is_found_and_mended() {
    let folder = application();
    let unused = "requirements.txt:6:1 unused-requirement celery";
    let missing = [
        "app.py:7:10 undeclared-import rq",
        unused,
        "rq_config.py:5:6 undeclared-import redis",
        "rq_config.py:6:6 undeclared-import rq",
    ];
    assert_eq!(run(&folder, "check"), (Some(1), missing.map(str::to_owned).to_vec()));
    assert_eq!(run(&folder, "fix"), (Some(1), vec![unused.to_owned()]));
    let requirements = folder.read("requirements.txt");
    assert!(requirements.lines().any(|line| line == "redis") && requirements.lines().any(|line| line == "rq"));
    assert!(requirements.contains("celery==5.3.4\n"), "a removal is never safe");
    assert_eq!(run(&folder, "check"), (Some(1), vec![unused.to_owned()]));
}

/// Takes the action that adds a distribution, offered at the first `needle` of a file.
fn add(client: &mut Client, file: &str, needle: &str, distribution: &str) {
    let title = format!("Add {distribution} to requirements.txt");
    let actions = client.actions(file, needle, Some("quickfix"));
    let offered = |action: &&Value| action["title"].as_str().is_some_and(|found| found.starts_with(&title));
    client.apply(actions.iter().find(offered).expect("the requirement can be added"));
}

#[test]
fn live_it_shows_as_it_is_typed_and_goes_with_one_action() {
    let folder = application();
    let (config, app) = (folder.uri("rq_config.py"), folder.uri("app.py"));
    let requirements = folder.uri("requirements.txt");
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.expect(&app, &["6:9-6:15 error undeclared-import"]);
    client.expect(&config, &["4:5-4:10 error undeclared-import", "5:5-5:7 error undeclared-import"]);
    client.expect(&requirements, &["5:0-5:13 warning unused-requirement"]);

    // typing the import uses the requirement, unsaved
    client.open(&requirements, "pip-requirements", &folder.read("requirements.txt"));
    client.open(&app, "python", &folder.read("app.py"));
    client.append(&app, "import celery\n");
    client.expect_finally(&requirements, &[]);

    add(&mut client, &app, "rq.job", "rq");
    client.open(&config, "python", &folder.read("rq_config.py"));
    add(&mut client, &config, "redis", "redis");
    client.expect_finally(&app, &[]);
    client.expect_finally(&config, &[]);
    assert!(client.text(&requirements).ends_with("celery==5.3.4\nredis\nrq\n"));
}
