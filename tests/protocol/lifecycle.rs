//! How the server begins and ends.

use pinlens_tests::client::Client;
use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::{Value, json};

#[test]
fn shutdown_and_exit_end_it_with_0() {
    let mut client = Setup::neovim().start();
    assert_eq!(client.request("shutdown", Value::Null), Value::Null);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), Some(0));
}

#[test]
fn exit_alone_ends_it_with_1() {
    let mut client = Setup::neovim().start();
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), Some(1));
}

#[test]
fn exit_before_initialize_ends_it_with_1() {
    let mut client = Setup::neovim().spawn();
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), Some(1));
}

#[test]
fn the_end_of_the_input_ends_it() {
    let mut client = Setup::neovim().start();
    client.hang_up();
    assert_eq!(client.exit_code(), Some(1));
    let mut client = Setup::neovim().start();
    client.request("shutdown", Value::Null);
    client.hang_up();
    assert_eq!(client.exit_code(), Some(0));
}

#[test]
fn a_client_that_does_not_read_cannot_keep_it_alive() {
    let mut client = Setup::neovim().deaf().spawn();
    client.ask("initialize", json!({"capabilities": {}}));
    // their errors are far more than a pipe holds
    for _ in 0..5000 {
        client.ask("textDocument/nonsense", json!({}));
    }
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), Some(1));
}

#[test]
fn it_dies_with_its_parent() {
    let mut parent = std::process::Command::new("sleep").arg("60").spawn().expect("a parent");
    let mut client = Setup::neovim().parent(parent.id()).start();
    client.quiet();
    parent.kill().expect("the parent dies");
    parent.wait().expect("the parent is gone");
    assert_eq!(client.exit_code(), Some(1));
}

#[test]
fn a_parent_that_was_never_there_is_not_missed() {
    let mut client = Setup::neovim().parent(u32::MAX).start();
    client.quiet();
}

#[test]
fn requests_out_of_time_are_errors() {
    let mut client = Setup::neovim().spawn();
    let early = client.ask("textDocument/codeAction", json!({}));
    assert_eq!(client.response(early)["error"]["code"], json!(-32002));
    client.initialize();
    let twice = client.ask("initialize", json!({"capabilities": {}}));
    assert_eq!(client.response(twice)["error"]["code"], json!(-32600));
    client.notify("initialized", json!({}));
    let unknown = client.ask("textDocument/nonsense", json!({}));
    assert_eq!(client.response(unknown)["error"]["code"], json!(-32601));
    client.notify("textDocument/nonsense", json!({}));
    client.notify("$/nonsense", json!({}));
    client.request("shutdown", Value::Null);
    let late = client.ask("textDocument/codeAction", json!({}));
    assert_eq!(client.response(late)["error"]["code"], json!(-32600));
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), Some(0));
}

#[test]
fn the_encoding_is_the_clients_first() {
    for (offered, chosen) in [(&["utf-32", "utf-8"][..], "utf-32"), (&["utf-16"], "utf-16"), (&["utf-7"], "utf-16")] {
        let mut client = Setup::neovim().encodings(offered).spawn();
        let capabilities = client.initialize()["capabilities"].take();
        assert_eq!(capabilities["positionEncoding"], json!(chosen));
        assert_eq!(capabilities["textDocumentSync"]["change"], json!(2));
        client.request("shutdown", Value::Null);
        client.notify("exit", Value::Null);
        assert_eq!(client.exit_code(), Some(0));
    }
}

#[test]
fn watchers_and_settings_are_registered() {
    let mut client = Setup::vscode().spawn();
    client.initialize();
    client.notify("initialized", json!({}));
    let params = client.answer("client/registerCapability", &Value::Null);
    let methods: Vec<&Value> =
        params["registrations"].as_array().expect("a list").iter().map(|entry| &entry["method"]).collect();
    assert_eq!(methods, ["workspace/didChangeWatchedFiles", "workspace/didChangeConfiguration"]);
}

#[test]
fn a_uri_that_is_none_is_logged() {
    let mut client = Setup::neovim().start();
    client.notify(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": "file:///a b.py", "languageId": "python", "version": 1, "text": "import redis"}}),
    );
    let message = client.notification("window/logMessage");
    assert!(message["message"].as_str().is_some_and(|text| text.contains("file:///a b.py")), "{message}");
}

#[test]
fn a_broken_message_is_answered_and_the_next_one_works() {
    let mut client = Setup::neovim().start();
    client.send_bytes(b"Content-Length: 9\r\n\r\n{\"json\": ");
    assert_eq!(client.error_without_request()["code"], json!(-32700));
    client.quiet();
}

#[test]
fn a_cancelled_request_is_answered_so() {
    let mut client = Setup::neovim().start();
    let mut cancelled = 0;
    for _ in 0..20 {
        let params = json!({
            "textDocument": {"uri": "file:///nowhere.py"},
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
            "context": {"diagnostics": []},
        });
        let id = client.ask("textDocument/codeAction", params);
        client.notify("$/cancelRequest", json!({"id": id}));
        let response = client.response(id);
        // it may have been answered already, but never twice, and never not at all
        match response.get("error") {
            Some(error) => {
                assert_eq!(error["code"], json!(-32800), "{response}");
                cancelled += 1;
            }
            None => assert!(response["result"].is_array(), "{response}"),
        }
    }
    assert!(cancelled <= 20);
    client.quiet();
}

#[test]
fn the_first_load_shows_its_progress() {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", "redis\n")]);
    let setup = Setup::with(json!({"window": {"workDoneProgress": true}})).folder(folder.path());
    let mut client = setup.start();
    let token = client.answer("window/workDoneProgress/create", &Value::Null)["token"].take();
    let mut kinds = Vec::new();
    while kinds.last() != Some(&json!("end")) {
        let mut progress = client.notification("$/progress");
        assert_eq!(progress["token"], token);
        kinds.push(progress["value"]["kind"].take());
    }
    assert_eq!(kinds[0], json!("begin"));
}

/// Waits for the end of what is shown as progress.
fn progress_ends(client: &mut Client) {
    while client.notification("$/progress")["value"]["kind"] != json!("end") {}
}

#[test]
fn a_first_reading_that_is_stopped_leaves_answers_and_a_way_on() {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", "flask==\n")]);
    // more than are read between two looks at whether the user has stopped it
    for number in 0..9000 {
        folder.write(&format!("pkg/m{}/n{number}.py", number % 90), "import os\n");
    }
    let (app, requirements) = (folder.uri("app.py"), folder.uri("requirements.txt"));
    let setup = Setup::vscode()
        .folder(folder.path())
        .capability("/window", json!({"workDoneProgress": true}))
        .capability("/experimental", json!({"serverStatusNotification": true}));
    let mut client = setup.start();
    let token = client.answer("window/workDoneProgress/create", &Value::Null)["token"].take();
    client.notify("window/workDoneProgress/cancel", json!({"token": token}));
    client.open(&app, "python", "import redis\n");
    client.open(&requirements, "pip-requirements", "flask==\n");
    let waiting = client.ask(
        "textDocument/codeAction",
        json!({
            "textDocument": {"uri": app}, "context": {"diagnostics": []},
            "range": {"start": {"line": 0, "character": 7}, "end": {"line": 0, "character": 12}},
        }),
    );
    assert_eq!(client.response(waiting)["result"], json!([]), "an action of what was not read");
    let told = client.notification("window/showMessage")["message"].take();
    assert!(told.as_str().is_some_and(|told| told.contains("pinlens.server.reload")), "{told}");
    progress_ends(&mut client);
    client.expect(&requirements, &["0:5-0:7 error invalid-requirement"]);
    while client.notification("pinlens/status")["state"] != json!("stopped") {}
    let lenses = client.request("textDocument/codeLens", json!({"textDocument": {"uri": requirements}}));
    assert_eq!(lenses, Value::Null, "who imports what is not known");
    client.quiet();

    client.request("workspace/executeCommand", json!({"command": "pinlens.server.reload"}));
    assert_eq!(client.notification("pinlens/status")["state"], json!("loading"));
    client.answer("window/workDoneProgress/create", &Value::Null);
    progress_ends(&mut client);
    client.expect(&app, &["0:7-0:12 error undeclared-import"]);
    while client.notification("pinlens/status")["state"] != json!("ready") {}
    assert!(!client.actions(&app, "redis", None).is_empty());
    client.settled(&[&app, &requirements]);
}

#[test]
fn a_request_that_is_cancelled_is_answered_so_and_the_next_one_as_ever() {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", "redis\n")]);
    let mut client = Setup::vscode().pulling().folder(folder.path()).start();
    client.open(&folder.uri("app.py"), "python", "import redis\n");
    // nothing is found, so it waits for news
    let waiting = client.ask("workspace/diagnostic", json!({"previousResultIds": []}));
    client.notify("$/cancelRequest", json!({"id": waiting}));
    assert_eq!(client.response(waiting)["error"]["code"], json!(-32800));
    client.notify("$/cancelRequest", json!({"id": waiting}));
    client.notify("$/cancelRequest", json!({"id": 9999}));
    let waiting = client.ask("workspace/diagnostic", json!({"previousResultIds": []}));
    folder.write("web.py", "import rq\n");
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": folder.uri("web.py"), "type": 1}]}));
    let items = client.response(waiting)["result"]["items"].take();
    assert_eq!(items[0]["uri"], json!(folder.uri("web.py")));
}
