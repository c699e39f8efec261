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

#[test]
fn each_folder_has_its_own_settings_and_a_change_of_one_is_told_of_it_alone() {
    let (one, two) = (folder(), folder());
    let (app_one, app_two) = (one.uri("app.py"), two.uri("app.py"));
    let mut setup = Setup::vscode().folder(one.path()).folder(two.path()).settings(json!({}));
    setup = setup.settings_of(one.path(), json!({"severity": {"undeclared-import": "info"}, "keep": ["flask"]}));
    let mut client = setup.settings_of(two.path(), json!({"ignore": ["unused-requirement"]})).start();
    client.expect(&app_one, &["0:7-0:12 info undeclared-import"]);
    client.expect(&app_two, &[MISSING]);
    client.quiet();

    client.set_settings_of(two.path(), json!({"ignore": ["undeclared-import"]}));
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    client.answer_settings();
    client.expect(&app_two, &[]);
    client.expect(&two.uri("requirements.txt"), &[UNUSED]);
    client.quiet();

    client.set_settings_of(one.path(), json!({"enable": false}));
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    client.answer_settings();
    client.expect(&app_one, &[]);
    client.open(&app_one, "python", "import redis\n");
    assert!(client.actions(&app_one, "redis", None).is_empty());
    client.open(&two.uri("requirements.txt"), "pip-requirements", "flask\n");
    assert!(!client.actions(&two.uri("requirements.txt"), "flask", None).is_empty());
}

#[test]
fn a_folder_that_is_added_is_read_once_its_settings_are_known() {
    let (one, two) = (folder(), folder());
    let mut client = Setup::vscode().folder(one.path()).settings(json!({"enable": false})).start();
    client.set_settings_of(two.path(), json!({"keep": ["flask"]}));
    client.change_folders(&[two.path()], &[]);
    client.answer_settings();
    client.expect(&two.uri("app.py"), &[MISSING]);
    client.change_folders(&[], &[two.path()]);
    client.expect(&two.uri("app.py"), &[]);
}

#[test]
fn what_lies_in_no_folder_has_the_settings_of_none() {
    let other = folder();
    let mut client = Setup::vscode().settings(json!({"ignore": ["undeclared-import"]})).start();
    client.open(&other.uri("app.py"), "python", "import redis\n");
    client.expect(&other.uri("requirements.txt"), &[UNUSED]);
    client.close(&other.uri("app.py"));
    client.expect(&other.uri("requirements.txt"), &[]);
}

#[test]
fn initialization_options_may_have_a_list_of_folders() {
    let (one, two) = (folder(), folder());
    let options = json!({
        "settings": [{"workspace": one.uri(""), "keep": ["flask"]}],
        "globalSettings": {"ignore": ["undeclared-import"]},
    });
    let mut client = Setup::bare().folder(one.path()).folder(two.path()).options(options).start();
    client.expect(&one.uri("app.py"), &[MISSING]);
    client.expect(&two.uri("requirements.txt"), &[UNUSED]);
    client.quiet();
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"diagnosticMode": "openFilesOnly"}}));
    client.expect(&one.uri("app.py"), &[]);
    client.expect(&two.uri("requirements.txt"), &[]);
}

#[test]
fn a_settings_file_counts_as_it_is_typed_and_the_disk_counts_again_when_it_is_closed() {
    let folder = folder();
    folder.write("pinlens.toml", "keep = [\"flask\"]\n");
    folder.write("gen/made.py", "import redis\n");
    let (app, made, settings) = (folder.uri("app.py"), folder.uri("gen/made.py"), folder.uri("pinlens.toml"));
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.expect(&app, &[MISSING]);
    client.expect(&made, &[MISSING]);

    client.open(&settings, "toml", "keep = [\"flask\"]\n");
    client.append(&settings, "severity = { undeclared-import = \"info\" }\n");
    client.expect(&app, &["0:7-0:12 info undeclared-import"]);
    client.expect(&made, &["0:7-0:12 info undeclared-import"]);
    // what is half-typed is told, and takes nothing away from what was said before
    client.append(&settings, "exclude = [");
    client.expect(&settings, &["2:11-2:11 error invalid-configuration"]);
    client.append(&settings, "\"gen/\"]\nselct = []\n");
    client.expect(&settings, &["3:0-3:5 warning invalid-configuration"]);
    client.expect(&made, &[]);
    client.expect(&app, &["0:7-0:12 info undeclared-import"]); // no other file needs it any more
    client.quiet();

    client.close(&settings);
    client.expect(&settings, &[]);
    client.expect_finally(&app, &[MISSING]);
    client.expect(&made, &[MISSING]);
}

#[test]
fn settings_in_pyproject_count_as_they_are_typed_until_a_file_of_their_own_is_there() {
    let folder = folder();
    let text = "[project]\nname = \"shop\"\n";
    folder.write("pyproject.toml", text);
    let (app, pyproject, own) = (folder.uri("app.py"), folder.uri("pyproject.toml"), folder.uri("pinlens.toml"));
    let mut client = Setup::neovim().folder(folder.path()).start();
    client.expect(&app, &[MISSING]);
    client.expect(&folder.uri("requirements.txt"), &[UNUSED]);
    client.open(&pyproject, "toml", text);
    client.append(&pyproject, "[tool.pinlens]\nignore = [\"undeclared-import\"]\nkeep = [\"flask\"]\n");
    client.expect(&app, &[]);
    client.expect(&folder.uri("requirements.txt"), &[]);
    client.open(&own, "toml", "keep = [\"flask\"]\n");
    client.expect(&app, &[MISSING]);
    client.close(&own);
    client.expect(&app, &[]);
}
