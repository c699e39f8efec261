//! Requests that have to wait for the first load of their folder: each is answered, whatever else happens meanwhile.

use pinlens_tests::client::Client;
use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::{Value, json};

const MISSING: &str = "0:7-0:12 error undeclared-import";

fn folder() -> Folder {
    Folder::new(&[(".git/HEAD", ""), ("app.py", "import redis\n"), ("requirements.txt", "")])
}

/// A client that is initialized, and has not answered what its settings are: nothing is read before.
fn without_settings(setup: Setup) -> Client {
    let mut client = setup.settings(json!({})).spawn();
    client.initialize();
    client.notify("initialized", json!({}));
    client
}

fn hover(client: &mut Client, uri: &str) -> i64 {
    client.ask("textDocument/hover", json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 8}}))
}

#[test]
fn what_comes_in_one_go_with_initialize_is_taken_in() {
    let folder = folder();
    let app = folder.uri("app.py");
    let root = json!([{"uri": pinlens_tests::client::uri(folder.path()), "name": "folder"}]);
    let mut client = Setup::bare().spawn();
    let messages = [
        json!({"jsonrpc": "2.0", "id": 500, "method": "initialize", "params": {"workspaceFolders": root, "capabilities": {}}}),
        json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}),
        json!({"jsonrpc": "2.0", "id": 501, "method": "workspace/symbol", "params": {"query": "redis"}}),
    ];
    let framed =
        messages.iter().map(Value::to_string).map(|body| format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    client.send_bytes(framed.collect::<String>().as_bytes());
    assert!(client.response(500)["result"].is_object());
    assert!(client.response(501)["result"].is_array());
    client.expect(&app, &[MISSING]);
}

#[test]
fn an_initialize_that_fails_keeps_nothing_waiting() {
    let mut client = Setup::bare().spawn();
    let wrong = client.ask("initialize", json!([3]));
    let early = client.ask("workspace/symbol", json!({"query": ""}));
    assert_eq!(client.response(wrong)["error"]["code"], json!(-32602));
    assert_eq!(client.response(early)["error"]["code"], json!(-32002));
    client.initialize();
    client.notify("initialized", json!({}));
    client.quiet();
}

#[test]
fn a_request_is_answered_though_its_folder_goes_with_the_document() {
    let folder = folder();
    let app = folder.uri("app.py");
    let mut client = without_settings(Setup::vscode());
    client.open(&app, "python", "import redis\n");
    let waiting = hover(&mut client, &app);
    client.close(&app);
    assert_eq!(client.response(waiting)["result"], Value::Null);
    client.answer("client/registerCapability", &Value::Null);
    client.answer_settings();
    client.quiet();
}

#[test]
fn thousands_of_requests_that_wait_keep_no_settings_back() {
    let folder = folder();
    let app = folder.uri("app.py");
    let mut client = without_settings(Setup::neovim().folder(folder.path()));
    client.set_settings(json!({"ignore": ["undeclared-import"]}));
    client.open(&app, "python", "import redis\n");
    let waiting: Vec<i64> = (0..5000).map(|_| hover(&mut client, &app)).collect();
    // without them after some seconds, it would be reported
    client.answer_settings();
    for id in waiting {
        assert!(client.response(id)["result"].is_object());
    }
    client.quiet();
}

#[test]
fn a_cancelled_request_is_answered_at_every_point() {
    let folder = folder();
    let app = folder.uri("app.py");
    let cancel = |client: &mut Client, id: i64| client.notify("$/cancelRequest", json!({"id": id}));
    let is_cancelled = |client: &mut Client, id: i64| client.response(id)["error"]["code"] == json!(-32800);
    let mut client = without_settings(Setup::neovim().folder(folder.path()));
    client.open(&app, "python", "import redis\n");
    // before it comes, and while it waits for the first load
    cancel(&mut client, 2);
    let waiting = [hover(&mut client, &app), hover(&mut client, &app), hover(&mut client, &app)];
    cancel(&mut client, waiting[1]);
    assert!(is_cancelled(&mut client, waiting[1]), "while the folder is not read");
    client.answer_settings();
    // about when the load ends
    cancel(&mut client, waiting[2]);
    for id in [waiting[0], waiting[2]] {
        let either = client.response(id);
        assert!(either["error"]["code"] == json!(-32800) || either["result"].is_object(), "{either}");
    }
    // twice, and after the answer
    for id in waiting {
        cancel(&mut client, id);
        cancel(&mut client, id);
    }
    let after = hover(&mut client, &app);
    assert!(client.response(after)["result"].is_object());
    client.expect(&app, &[MISSING]);
    client.quiet();
}
