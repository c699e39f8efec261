//! Findings that the client asks for, and those that it is still told.

use pinlens_tests::client::{Client, brief};
use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const APP: &str = "import redis\n";

fn shop(setup: Setup) -> (Folder, Client) {
    let folder = Folder::new(&[("app.py", APP), ("web.py", "import rq\n"), ("requirements.txt", "flask\n")]);
    let client = setup.folder(folder.path()).start();
    (folder, client)
}

/// Asks for a document's findings.
fn pull(client: &mut Client, uri: &str, previous: Option<&Value>) -> Value {
    let mut params = json!({"textDocument": {"uri": uri}, "identifier": "pinlens"});
    if let Some(previous) = previous {
        params["previousResultId"] = previous.clone();
    }
    client.request("textDocument/diagnostic", params)
}

fn found(report: &Value) -> Vec<String> {
    assert_eq!(report["kind"], json!("full"), "{report:#}");
    brief(&json!({"diagnostics": report["items"]}))
}

#[test]
fn what_is_open_is_asked_for_and_what_is_not_is_told() {
    let (folder, mut client) = shop(Setup::vscode().pulling());
    let (app, web, requirements) = (folder.uri("app.py"), folder.uri("web.py"), folder.uri("requirements.txt"));
    client.expect(&app, &["0:7-0:12 error undeclared-import"]);
    client.expect(&web, &["0:7-0:9 error undeclared-import"]);
    client.expect(&requirements, &["0:0-0:5 warning unused-requirement"]);

    client.open(&app, "python", APP);
    // the client holds nothing twice
    client.expect(&app, &[]);
    let report = pull(&mut client, &app, None);
    assert_eq!(found(&report), ["0:7-0:12 error undeclared-import"]);
    let again = pull(&mut client, &app, Some(&report["resultId"]));
    assert_eq!(again, json!({"kind": "unchanged", "resultId": report["resultId"]}));

    // an edit of a document: its own findings are asked for, those of closed files are told
    client.edit(&app, "redis", "flask");
    let report = pull(&mut client, &app, Some(&report["resultId"]));
    assert_eq!(found(&report), [] as [&str; 0]);
    client.expect(&requirements, &[]);

    client.close(&app);
    client.expect(&app, &["0:7-0:12 error undeclared-import"]);
    client.expect(&requirements, &["0:0-0:5 warning unused-requirement"]);
}

#[test]
fn the_client_is_told_to_ask_again_where_another_file_changed_the_answer() {
    let (folder, mut client) = shop(Setup::neovim().pulling());
    let (app, requirements) = (folder.uri("app.py"), folder.uri("requirements.txt"));
    for uri in [&app, &requirements, &folder.uri("web.py")] {
        client.published(uri);
    }
    client.open(&app, "python", APP);
    client.open(&requirements, "pip-requirements", "flask\n");
    client.expect(&app, &[]);
    client.expect(&requirements, &[]);
    let before = pull(&mut client, &app, None);
    assert_eq!(found(&pull(&mut client, &requirements, None)), ["0:0-0:5 warning unused-requirement"]);

    client.append(&requirements, "redis\n");
    // a client asks by itself for what it edits
    pull(&mut client, &requirements, None);
    client.answer("workspace/diagnostic/refresh", &Value::Null);
    assert_eq!(found(&pull(&mut client, &app, Some(&before["resultId"]))), [] as [&str; 0]);
    client.append(&app, "import flask\n");
    assert_eq!(found(&pull(&mut client, &app, None)), [] as [&str; 0]);
    client.answer("workspace/diagnostic/refresh", &Value::Null);
    assert_eq!(found(&pull(&mut client, &requirements, None)), [] as [&str; 0]);
    client.quiet();
}

#[test]
fn the_whole_workspace_is_asked_for() {
    let (folder, mut client) = shop(Setup::vscode().pulling());
    let (app, web, requirements) = (folder.uri("app.py"), folder.uri("web.py"), folder.uri("requirements.txt"));
    for uri in [&app, &web, &requirements] {
        client.published(uri);
    }
    // from here on nothing is told, and what was told is taken back
    let report = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    for uri in [&app, &web, &requirements] {
        client.expect(uri, &[]);
    }
    let previous = |report: &Value| -> Vec<Value> {
        let items = report["items"].as_array().expect("a list").iter();
        items.map(|item| json!({"uri": item["uri"], "value": item["resultId"]})).collect()
    };
    let mut held = previous(&report);
    assert_eq!(held.len(), 3, "{report:#}");

    // the next question waits until there is something new
    let waiting = client.ask("workspace/diagnostic", json!({"previousResultIds": held}));
    client.quiet();
    folder.write("web.py", "import os\n");
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": web, "type": 2}]}));
    let report = client.response(waiting)["result"].take();
    assert_eq!(report["items"].as_array().map(Vec::len), Some(1), "{report:#}");
    assert_eq!((&report["items"][0]["uri"], &report["items"][0]["items"]), (&json!(web), &json!([])));

    held.retain(|item| item["uri"] != json!(web));
    held.extend(previous(&report));
    // of a document that is closed the client holds nothing any more, whatever it said when it asked; it may still let go of the first
    // answer, for it asks for the document itself at that moment
    client.open(&app, "python", APP);
    pull(&mut client, &app, None);
    let waiting = client.ask("workspace/diagnostic", json!({"previousResultIds": held}));
    client.quiet();
    client.close(&app);
    let mut waiting = Some(waiting);
    for _ in 0..2 {
        let asked = json!({"previousResultIds": held});
        let asked = waiting.take().unwrap_or_else(|| client.ask("workspace/diagnostic", asked));
        let report = client.response(asked)["result"].take();
        assert_eq!(report["items"][0]["uri"], json!(app), "{report:#}");
        assert_eq!(report["items"][0]["items"].as_array().map(Vec::len), Some(1), "{report:#}");
        held.retain(|item| item["uri"] != json!(app));
        held.extend(previous(&report));
    }

    let waiting = client.ask("workspace/diagnostic", json!({"previousResultIds": held}));
    client.notify("$/cancelRequest", json!({"id": waiting}));
    assert_eq!(client.response(waiting)["error"]["code"], json!(-32800));
}

/// A client that asks for the whole workspace, and what it was told by the answer to its first question.
fn asking() -> (Folder, Client, Value) {
    let (folder, mut client) = shop(Setup::vscode().pulling());
    for file in ["app.py", "web.py", "requirements.txt"] {
        client.published(&folder.uri(file));
    }
    let report = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    for file in ["app.py", "web.py", "requirements.txt"] {
        client.expect(&folder.uri(file), &[]);
    }
    (folder, client, report)
}

/// Requests reports, each time with what it then holds, until one says that `uri` has no findings.
fn until_clean(client: &mut Client, first: &Value, uri: &str) {
    let mut held: BTreeMap<String, Value> = BTreeMap::new();
    let mut report = first.clone();
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        let items = report["items"].as_array().expect("a list").iter();
        held.extend(
            items.map(|item| (item["uri"].to_string(), json!({"uri": item["uri"], "value": item["resultId"]}))),
        );
        let previous: Vec<&Value> = held.values().collect();
        report = client.request("workspace/diagnostic", json!({"previousResultIds": previous}));
        let mut items = report["items"].as_array().expect("a list").iter();
        if items.any(|item| item["uri"] == uri && item["items"] == json!([])) {
            return;
        }
    }
    panic!("{uri} still has findings");
}

/// How long the server may take to report a change.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn a_document_that_no_editor_shows_is_told_with_the_workspace() {
    let (folder, mut client, report) = asking();
    let (app, requirements) = (folder.uri("app.py"), folder.uri("requirements.txt"));
    client.open(&app, "python", APP);
    folder.write("requirements.txt", "flask\nredis\n");
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": requirements, "type": 2}]}));
    until_clean(&mut client, &report, &app);
}

#[test]
fn a_file_that_was_renamed_is_told_to_be_clean_while_the_editor_keeps_its_text() {
    let (folder, mut client, report) = asking();
    let (app, shop) = (folder.uri("app.py"), folder.uri("shop.py"));
    client.open(&app, "python", APP);
    pull(&mut client, &app, None);
    std::fs::rename(folder.path().join("app.py"), folder.path().join("shop.py")).expect("it is renamed");
    client.notify("workspace/didRenameFiles", json!({"files": [{"oldUri": app, "newUri": shop}]}));
    client.answer("workspace/diagnostic/refresh", &Value::Null);
    until_clean(&mut client, &report, &app);
}

#[test]
fn a_question_before_the_first_index_waits_for_it() {
    let folder = Folder::new(&[("app.py", APP), ("requirements.txt", "")]);
    let app = folder.uri("app.py");
    let mut client = Setup::neovim().pulling().settings(json!({})).folder(folder.path()).spawn();
    client.initialize();
    client.notify("initialized", json!({}));
    client.open(&app, "python", APP);
    let early = client.ask("textDocument/diagnostic", json!({"textDocument": {"uri": app}}));
    client.answer_settings();
    let report = client.response(early)["result"].take();
    assert_eq!(found(&report), ["0:7-0:12 error undeclared-import"]);
}

#[test]
fn a_client_that_does_not_ask_is_not_offered_it() {
    let folder = Folder::new(&[("requirements.txt", "")]);
    let mut client = Setup::vscode().folder(folder.path()).spawn();
    assert!(client.initialize()["capabilities"].get("diagnosticProvider").is_none());
    // one that cannot be told to ask again would hold what another file has made wrong
    let asks = Setup::neovim().capability("/textDocument/diagnostic", json!({"dynamicRegistration": false}));
    let mut client = asks.folder(folder.path()).spawn();
    assert!(client.initialize()["capabilities"].get("diagnosticProvider").is_none());
    let mut client = Setup::vscode().pulling().folder(folder.path()).spawn();
    assert_eq!(client.initialize()["capabilities"]["diagnosticProvider"]["identifier"], json!("pinlens"));
}
