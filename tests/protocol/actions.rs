//! Code actions: offered, applied as an editor applies them, and their findings go.

use pinlens_tests::client::Client;
use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::{Value, json};

fn titled<'a>(actions: &'a [Value], start: &str) -> &'a Value {
    let found = actions.iter().find(|action| action["title"].as_str().is_some_and(|title| title.starts_with(start)));
    found.unwrap_or_else(|| panic!("no {start:?} among {actions:#?}"))
}

/// An application whose import is missing, both files open.
fn both_open(setup: Setup, requirements: &str) -> (Folder, Client) {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", requirements)]);
    let mut client = setup.folder(folder.path()).start();
    client.open(&folder.uri("app.py"), "python", "import redis\n");
    client.open(&folder.uri("requirements.txt"), "pip-requirements", requirements);
    (folder, client)
}

#[test]
fn the_missing_requirement_is_added_in_the_open_buffer() {
    let (folder, mut client) = both_open(Setup::vscode(), "flask\r\n");
    let (app, requirements) = (folder.uri("app.py"), folder.uri("requirements.txt"));
    client.expect_finally(&app, &["0:7-0:12 error undeclared-import"]);
    client.expect_finally(&requirements, &["0:0-0:5 warning unused-requirement"]);
    let actions = client.actions(&app, "redis", None);
    let action = titled(&actions, "Add redis");
    assert_eq!(action["kind"], json!("quickfix"));
    assert_eq!(action["isPreferred"], json!(true));
    assert_eq!(action["diagnostics"][0]["code"], json!("undeclared-import"));
    assert_eq!(action["edit"]["documentChanges"][0]["textDocument"]["version"], json!(1));
    client.apply(action);
    assert_eq!(client.text(&requirements), "flask\r\nredis\r\n");
    client.expect(&app, &[]);

    let actions = client.actions(&requirements, "flask", Some("quickfix"));
    client.apply(titled(&actions, "Remove"));
    client.expect(&requirements, &[]);
    assert_eq!(client.text(&requirements), "redis\r\n");
    assert_eq!(folder.read("requirements.txt"), "flask\r\n");
}

#[test]
fn the_version_comes_from_what_is_pinned() {
    let files = [
        ("app.py", "import redis\n"),
        ("requirements.txt", "-c constraints.txt\n"),
        ("constraints.txt", "redis==5.0.1\n"),
    ];
    let folder = Folder::new(&files);
    let app = folder.uri("app.py");
    let mut client = Setup::neovim().folder(folder.path()).start();
    client.expect(&app, &["0:7-0:12 error undeclared-import"]);
    client.open(&app, "python", "import redis\n");
    let actions = client.actions(&app, "redis", None);
    let action = titled(&actions, "Add redis==5.0.1 to requirements.txt (as in constraints.txt)");
    assert_eq!(action["edit"]["documentChanges"][0]["textDocument"]["version"], Value::Null);
}

#[test]
fn all_that_is_missing_is_added_at_once() {
    let text = "import redis\nimport rq\n";
    let folder = Folder::new(&[("app.py", text), ("requirements.txt", "")]);
    let (app, requirements) = (folder.uri("app.py"), folder.uri("requirements.txt"));
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.open(&requirements, "pip-requirements", "");
    client.open(&app, "python", text);
    client.expect_finally(&app, &["0:7-0:12 error undeclared-import", "1:7-1:9 error undeclared-import"]);
    let actions = client.actions(&app, "redis", None);
    client.apply(titled(&actions, "Add all 2 missing requirements"));
    assert_eq!(client.text(&requirements), "redis\nrq\n");
    client.expect_finally(&app, &[]);
}

#[test]
fn kinds_are_filtered_by_their_dots() {
    let (folder, mut client) = both_open(Setup::neovim(), "");
    let app = folder.uri("app.py");
    client.expect_finally(&app, &["0:7-0:12 error undeclared-import"]);
    let kinds = |actions: Vec<Value>| -> Vec<String> {
        let mut kinds: Vec<String> =
            actions.iter().map(|action| action["kind"].as_str().unwrap_or_default().to_owned()).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    };
    for only in ["source", "source.fixAll", "source.fixAll.pinlens"] {
        assert_eq!(kinds(client.actions(&app, "redis", Some(only))), ["source.fixAll.pinlens"], "{only}");
    }
    assert_eq!(kinds(client.actions(&app, "redis", Some("quickfix"))), ["quickfix"]);
    assert_eq!(kinds(client.actions(&app, "redis", Some("refactor"))), [] as [&str; 0]);
    assert_eq!(kinds(client.actions(&app, "redis", None)), ["quickfix", "source.fixAll.pinlens"]);
    assert_eq!(kinds(client.actions(&app, "\n", Some("quickfix"))), ["quickfix"]);
}

#[test]
fn fix_all_mends_on_save() {
    let (folder, mut client) = both_open(Setup::vscode(), "flask\n");
    let (app, requirements) = (folder.uri("app.py"), folder.uri("requirements.txt"));
    client.expect_finally(&app, &["0:7-0:12 error undeclared-import"]);
    client.expect_finally(&requirements, &["0:0-0:5 warning unused-requirement"]);
    let actions = client.actions(&app, "redis", Some("source.fixAll"));
    client.apply(&actions[0]);
    // a removal is not safe
    assert_eq!(client.text(&requirements), "flask\nredis\n");
    client.expect(&app, &[]);
}

#[test]
fn an_action_sees_the_edits_that_came_before_it() {
    let (folder, mut client) = both_open(Setup::neovim(), "");
    let app = folder.uri("app.py");
    client.edit(&app, "redis", "rq");
    let actions = client.actions(&app, "rq", Some("quickfix"));
    titled(&actions, "Add rq");
    client.expect_finally(&app, &["0:7-0:9 error undeclared-import"]);
}

#[test]
fn a_client_without_document_changes_gets_changes() {
    let (folder, mut client) = both_open(Setup::bare(), "");
    let (app, requirements) = (folder.uri("app.py"), folder.uri("requirements.txt"));
    client.expect_finally(&app, &["0:7-0:12 error undeclared-import"]);
    let actions = client.actions(&app, "redis", None);
    let action = titled(&actions, "Add redis");
    assert!(action["edit"].get("documentChanges").is_none());
    client.apply(action);
    assert_eq!(client.text(&requirements), "redis\n");
    client.expect(&app, &[]);
}

#[test]
fn where_there_are_no_requirements_a_file_is_created() {
    let folder = Folder::new(&[("app.py", "import redis\n")]);
    let app = folder.uri("app.py");
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.expect(&app, &["0:7-0:12 info undeclared-import"]);
    client.open(&app, "python", "import redis\n");
    let actions = client.actions(&app, "redis", Some("quickfix"));
    let action = &actions[0];
    assert_eq!(action["edit"]["documentChanges"][0]["kind"], json!("create"));
    client.apply(action);
    assert_eq!(folder.read("requirements.txt"), "redis\n");
    let event = json!({"changes": [{"uri": folder.uri("requirements.txt"), "type": 1}]});
    client.notify("workspace/didChangeWatchedFiles", event);
    client.expect(&app, &[]);
}

#[test]
fn a_client_without_code_actions_gets_none() {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", "")]);
    let app = folder.uri("app.py");
    let mut client = Setup::with(json!({})).folder(folder.path()).start();
    client.expect(&app, &["0:7-0:12 error undeclared-import"]);
    client.open(&app, "python", "import redis\n");
    assert!(client.actions(&app, "redis", None).is_empty());
}

#[test]
fn hashes_are_demanded_and_the_action_says_so() {
    let requirements = format!("flask==3.0 --hash=sha256:{}\n", "0".repeat(64));
    let files = [("app.py", "import flask, redis\n"), ("requirements.txt", requirements.as_str())];
    let folder = Folder::new(&files);
    let app = folder.uri("app.py");
    let code_action = |disabled: bool| {
        json!({"textDocument": {"codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}, "disabledSupport": disabled,
        }}})
    };
    for shows in [true, false] {
        let mut client = Setup::with(code_action(shows)).folder(folder.path()).start();
        client.expect(&app, &["0:14-0:19 error undeclared-import"]);
        client.open(&app, "python", "import flask, redis\n");
        let actions = client.actions(&app, "redis", Some("quickfix"));
        let adds: Vec<&Value> = actions
            .iter()
            .filter(|action| action["title"].as_str().is_some_and(|title| title.starts_with("Add")))
            .collect();
        assert_eq!(adds.len(), usize::from(shows), "{actions:#?}");
        for action in adds {
            assert!(action["disabled"]["reason"].as_str().is_some_and(|reason| reason.contains("hash")), "{action}");
            assert!(action.get("edit").is_none(), "{action}");
        }
    }
}

#[test]
fn a_requirement_is_moved_by_hand() {
    let files =
        [("app.py", "import flask\n"), ("requirements.txt", "flask\npytest\n"), ("requirements-dev.txt", "black\n")];
    let folder = Folder::new(&files);
    let (runtime, dev) = (folder.uri("requirements.txt"), folder.uri("requirements-dev.txt"));
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.expect(&runtime, &["1:0-1:6 warning unused-requirement"]);
    client.open(&runtime, "pip-requirements", "flask\npytest\n");
    client.open(&dev, "pip-requirements", "black\n");
    let actions = client.actions(&runtime, "pytest", Some("refactor"));
    client.apply(titled(&actions, "Move pytest from requirements.txt to requirements-dev.txt"));
    assert_eq!((client.text(&runtime), client.text(&dev)), ("flask\n", "black\npytest\n"));
    client.expect_finally(&runtime, &[]);
}

#[test]
fn a_finding_is_silenced_in_the_open_buffer() {
    let (folder, mut client) = both_open(Setup::neovim(), "");
    let app = folder.uri("app.py");
    client.expect_finally(&app, &["0:7-0:12 error undeclared-import"]);
    let actions = client.actions(&app, "redis", Some("quickfix"));
    let last = actions.last().and_then(|action| action["title"].as_str()).unwrap_or_default();
    assert!(last.starts_with("Ignore undeclared-import of redis everywhere"), "what mends stands first: {actions:#?}");
    client.apply(titled(&actions, "Ignore undeclared-import here"));
    assert_eq!(client.text(&app), "import redis  # pinlens: ignore[undeclared-import]\n");
    client.expect_finally(&app, &[]);
}

/// A client that asks for the edit of an action when it is taken.
fn resolving() -> Setup {
    Setup::with(json!({"textDocument": {"codeAction": {
        "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
        "dataSupport": true, "resolveSupport": {"properties": ["edit"]},
    }}}))
}

#[test]
fn the_index_is_not_asked_unless_the_user_says_so() {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", "")]);
    let app = folder.uri("app.py");
    let asks =
        |action: &Value| action["title"].as_str().is_some_and(|title| title.contains("that the package index has"));
    let options = json!({"index": {"enabled": true}});
    // off; on, but the client cannot ask for an edit; on
    let setups =
        [(resolving(), false), (Setup::bare().options(options.clone()), false), (resolving().options(options), true)];
    for (setup, expected) in setups {
        let mut client = setup.folder(folder.path()).start();
        client.expect(&app, &["0:7-0:12 error undeclared-import"]);
        client.open(&app, "python", "import redis\n");
        let actions = client.actions(&app, "redis", Some("quickfix"));
        assert_eq!(actions.iter().any(asks), expected, "{actions:#?}");
        assert_eq!(actions.iter().filter(|action| action["isPreferred"] == json!(true)).count(), 1);
    }
}

#[test]
fn an_action_of_an_older_session_is_answered_with_the_reason() {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", "")]);
    let app = folder.uri("app.py");
    let mut client = resolving().folder(folder.path()).start();
    client.expect(&app, &["0:7-0:12 error undeclared-import"]);
    let data = json!({"folder": 0, "at": "app.py", "target": "requirements.txt", "name": "redis", "version": null, "hashes": false});
    let id = client.ask("codeAction/resolve", json!({"title": "Add redis", "data": data}));
    let response = client.response(id);
    assert!(response["error"]["message"].as_str().is_some_and(|text| text.contains("switched off")), "{response}");
    // what has its edit, or is none of ours, comes back as it is
    let action = json!({"title": "something else", "data": {"x": 1}});
    assert_eq!(client.request("codeAction/resolve", action.clone()), action);
}
