//! Settings: three ways in, changed without a restart.

use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::{Value, json};

const MISSING: &str = "0:7-0:12 error undeclared-import";

fn folder() -> Folder {
    Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", "flask\n")])
}

const UNUSED: &str = "0:0-0:5 warning unused-requirement";

#[test]
fn closed_files_are_told_of_only_in_workspace_mode() {
    let folder = folder();
    let (app, requirements) = (folder.uri("app.py"), folder.uri("requirements.txt"));
    let setup = Setup::neovim().folder(folder.path());
    let mut client = setup.options(json!({"settings": {"diagnosticMode": "openFilesOnly"}})).start();
    client.open(&app, "python", "import redis\n");
    client.expect(&app, &[MISSING]);
    client.quiet();
    client.close(&app);
    client.expect(&app, &[]);
    client
        .notify("workspace/didChangeConfiguration", json!({"settings": {"pinlens": {"diagnosticMode": "workspace"}}}));
    client.expect(&app, &[MISSING]);
    client.expect(&requirements, &[UNUSED]);
}

#[test]
fn pulled_settings_are_asked_for_before_anything_is_told_and_again_when_they_change() {
    let folder = folder();
    let (app, requirements) = (folder.uri("app.py"), folder.uri("requirements.txt"));
    let setup = Setup::vscode().folder(folder.path()).options(json!({"ignore": ["undeclared-import"]}));
    let mut client = setup.settings(json!({"keep": ["flask"], "select": [], "environment": ""})).start();
    client.open(&app, "python", "import redis\n");
    client.quiet();
    client.set_settings(json!({"ignore": ["unresolved-import"]}));
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    client.answer_settings();
    client.expect(&app, &[MISSING]);
    client.expect(&requirements, &[UNUSED]);
    client.set_settings(json!({"enable": false}));
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    client.answer_settings();
    client.expect(&app, &[]);
    client.expect(&requirements, &[]);
}

#[test]
fn a_client_that_cannot_answer_costs_only_its_settings() {
    let folder = folder();
    let setup = Setup::neovim().folder(folder.path()).settings(Value::Null);
    let mut client = setup.start();
    client.expect(&folder.uri("app.py"), &[MISSING]);
    client.expect(&folder.uri("requirements.txt"), &[UNUSED]);
}

#[test]
fn a_bad_value_is_told_with_what_would_be_right() {
    let folder = folder();
    let setup =
        Setup::neovim().folder(folder.path()).options(json!({"pythonVersion": 3.12, "ignore": ["unused-requirement"]}));
    let mut client = setup.start();
    let message = client.notification("window/showMessage");
    let text = message["message"].as_str().expect("a text");
    assert!(text.contains("pinlens.pythonVersion") && text.contains("\"3.12\""), "{text}");
    client.expect(&folder.uri("app.py"), &[MISSING]);
}

#[test]
fn editor_settings_win_over_the_files() {
    let folder = folder();
    folder.write("pinlens.toml", "ignore = [\"undeclared-import\"]\nkeep = [\"flask\"]\n");
    let setup = Setup::neovim().folder(folder.path()).options(json!({"ignore": ["unresolved-import"]}));
    let mut client = setup.start();
    client.expect(&folder.uri("app.py"), &[MISSING]);
    client.quiet();
}

#[test]
fn wrong_settings_are_findings_in_the_open_text() {
    let folder = folder();
    folder.write("pinlens.toml", "ignore = [\"undeclared-import\", \"unused-requirement\"]\n");
    let settings = folder.uri("pinlens.toml");
    let mut client = Setup::neovim().folder(folder.path()).start();
    client.open(&settings, "toml", "colour = 1\n");
    client.expect(&settings, &["0:0-0:6 warning invalid-configuration"]);
    client.close(&settings);
    client.expect(&settings, &[]);
}

#[test]
fn excluded_files_are_emptied_and_come_back() {
    let folder = folder();
    let app = folder.uri("app.py");
    let mut client = Setup::neovim().folder(folder.path()).start();
    client.expect(&app, &[MISSING]);
    client.expect(&folder.uri("requirements.txt"), &[UNUSED]);
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"exclude": ["app.py"]}}));
    client.expect(&app, &[]);
    client.notify("workspace/didChangeConfiguration", json!({"settings": {}}));
    client.expect(&app, &[MISSING]);
}
