//! Commands of the server, and how it is.

use pinlens_tests::client::Client;
use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::{Value, json};

fn execute(client: &mut Client, command: &str, arguments: &Value) -> Value {
    client.request("workspace/executeCommand", json!({"command": command, "arguments": arguments}))
}

#[test]
fn the_editor_is_told_how_the_server_is() {
    let folder = Folder::new(&[("app.py", "import os\n"), ("requirements.txt", "")]);
    let setup = Setup::vscode().capability("/experimental", json!({"serverStatusNotification": true}));
    let mut client = setup.folder(folder.path()).start();
    assert_eq!(client.notification("pinlens/status")["state"], json!("loading"));
    let ready = json!({"state": "ready", "message": "2 files, 0 requirements, no environment"});
    assert_eq!(client.notification("pinlens/status"), ready);
    assert_eq!(execute(&mut client, "pinlens.server.status", &json!([])), ready);
    client.quiet();
}

#[test]
fn a_folder_is_read_again() {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", "")]);
    let app = folder.uri("app.py");
    let mut client = Setup::neovim().folder(folder.path()).start();
    client.expect(&app, &["0:7-0:12 error undeclared-import"]);
    folder.write("requirements.txt", "redis\n");
    execute(&mut client, "pinlens.server.reload", &json!([]));
    client.expect(&app, &[]);
}

#[test]
fn all_safe_fixes_of_a_file_are_applied() {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", "")]);
    let app = folder.uri("app.py");
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.expect(&app, &["0:7-0:12 error undeclared-import"]);
    execute(&mut client, "pinlens.server.fixAll", &json!([app]));
    let asked = client.answer("workspace/applyEdit", &json!({"applied": true}));
    let edits = &asked["edit"]["documentChanges"][0];
    assert_eq!(edits["textDocument"]["uri"], json!(folder.uri("requirements.txt")));
    assert_eq!(edits["edits"][0]["newText"], json!("redis\n"));
}

#[test]
fn what_is_no_command_is_an_error() {
    let folder = Folder::new(&[("requirements.txt", "")]);
    let mut client = Setup::vscode().folder(folder.path()).start();
    for (command, arguments) in [("pinlens.server.nothing", json!([])), ("pinlens.server.fixAll", json!([1]))] {
        let params = json!({"command": command, "arguments": arguments});
        let asked = client.ask("workspace/executeCommand", params);
        assert_eq!(client.response(asked)["error"]["code"], json!(-32602), "{command}");
    }
}

#[test]
fn reading_is_shown_with_a_button_that_stops_it() {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", "flask==\n")]);
    let (app, requirements) = (folder.uri("app.py"), folder.uri("requirements.txt"));
    let setup = Setup::vscode().settings(json!({})).capability("/window", json!({"workDoneProgress": true}));
    let mut client =
        setup.capability("/experimental", json!({"serverStatusNotification": true})).folder(folder.path()).spawn();
    client.initialize();
    client.notify("initialized", json!({}));
    client.answer("client/registerCapability", &Value::Null);
    assert_eq!(client.notification("pinlens/status")["state"], json!("loading"));
    // what is not shown is not there to be stopped
    client.notify("window/workDoneProgress/cancel", json!({"token": "pinlens/load/7"}));
    client.answer_settings();
    let asked = client.answer("window/workDoneProgress/create", &Value::Null);
    assert_eq!(asked["token"], json!("pinlens/load/0"));
    let begin = client.notification("$/progress");
    assert_eq!(begin["value"]["cancellable"], json!(true));
    client.expect_finally(&app, &["0:7-0:12 error undeclared-import"]);
    client.published(&requirements);
    assert_eq!(client.notification("pinlens/status")["state"], json!("ready"));
    while client.notification("$/progress")["value"]["kind"] != json!("end") {}
}

#[test]
fn a_start_up_is_shown_of_the_texts_as_they_are_typed() {
    let folder = Folder::new(&[("main.py", "import app\n"), ("app.py", "import redis\n"), ("requirements.txt", "")]);
    let (main, app) = (folder.uri("main.py"), folder.uri("app.py"));
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.expect(&app, &["0:7-0:12 error undeclared-import"]);
    let shown = execute(&mut client, "pinlens.server.startUp", &json!([main]));
    let text = "main.py\n\
                └── app.py       main.py:1\n    \
                └── ✗ redis  app.py:1   not in requirements.txt  ← crashes here\n\
                \n\
                main.py crashes at app.py:1: redis is missing.\n\
                1 package is missing: redis.\n";
    assert_eq!(shown["text"], json!(text));
    let range = json!({"start": {"line": 0, "character": 7}, "end": {"line": 0, "character": 12}});
    assert_eq!(shown["places"][1], json!({"line": 2, "location": {"uri": app, "range": range}}));

    client.open(&folder.uri("requirements.txt"), "pip-requirements", "redis\n");
    client.expect(&app, &[]);
    let shown = execute(&mut client, "pinlens.server.startUp", &json!([main]));
    let end = "\nmain.py starts: 2 modules, no missing requirement.\n";
    assert!(shown["text"].as_str().is_some_and(|text| text.ends_with(end)), "{shown}");
    assert_eq!(execute(&mut client, "pinlens.server.startUp", &json!([folder.uri("requirements.txt")])), Value::Null);
}
