//! Hover, definition, references and symbols, from an import to its requirement and back.

use super::ask;
use pinlens_tests::client::Client;
use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::json;

const APP: &str = "s = '\u{1d11e}' ; import redis\n";
const REQUIREMENTS: &str = "flask\nredis==5.0.1\n";

fn shop(setup: Setup) -> (Folder, Client) {
    let folder =
        Folder::new(&[("app.py", APP), ("web.py", "import flask, redis\n"), ("requirements.txt", REQUIREMENTS)]);
    let mut client = setup.folder(folder.path()).start();
    client.open(&folder.uri("app.py"), "python", APP);
    client.open(&folder.uri("requirements.txt"), "pip-requirements", REQUIREMENTS);
    (folder, client)
}

#[test]
fn an_import_is_explained_in_the_clients_columns() {
    for (encoding, start) in [("utf-8", 20), ("utf-16", 18), ("utf-32", 17)] {
        let (folder, mut client) = shop(Setup::neovim().encodings(&[encoding]));
        let app = folder.uri("app.py");
        let hover = ask(&mut client, "textDocument/hover", &app, "redis");
        assert_eq!(hover["range"]["start"], json!({"line": 0, "character": start}), "{encoding}: {hover:#}");
        assert_eq!(hover["contents"]["kind"], json!("markdown"));
        let text = hover["contents"]["value"].as_str().expect("a text");
        let line = format!("required: `redis==5.0.1` in [requirements.txt:2]({}#L2)", folder.uri("requirements.txt"));
        assert!(text.starts_with("**redis**") && text.contains(&line), "{text}");
        assert!(ask(&mut client, "textDocument/hover", &app, "s =").is_null());
    }
}

#[test]
fn an_import_tells_by_which_chain_start_up_comes_to_it() {
    let folder = Folder::new(&[
        ("main.py", "import app\n"),
        ("app.py", "import redis\n"),
        ("Procfile", "web: python main.py\n"),
        ("requirements.txt", "redis\n"),
    ]);
    let mut client = Setup::vscode().folder(folder.path()).start();
    let app = folder.uri("app.py");
    client.open(&app, "python", "import redis\n");
    let hover = ask(&mut client, "textDocument/hover", &app, "redis");
    let text = hover["contents"]["value"].as_str().expect("a text");
    let line = "- start-up of main.py: main.py → app.py; a failure here ends the program";
    assert!(text.lines().any(|one| one == line), "{text}");
    client.settled(&[&app]);
}

#[test]
fn a_client_without_markdown_gets_plain_text() {
    let (folder, mut client) = shop(Setup::bare());
    let hover = ask(&mut client, "textDocument/hover", &folder.uri("requirements.txt"), "redis");
    assert_eq!(hover["contents"]["kind"], json!("plaintext"));
    assert_eq!(
        hover["contents"]["value"],
        json!(
            "redis – Python client for Redis database and key-value store\n- imported by 2 files: app.py:1, web.py:1"
        )
    );
}

#[test]
fn definition_and_references_lead_there_and_back() {
    let (folder, mut client) = shop(Setup::vscode());
    let (app, requirements) = (folder.uri("app.py"), folder.uri("requirements.txt"));
    let links = ask(&mut client, "textDocument/definition", &app, "redis");
    let line = json!({"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 5}});
    assert_eq!(links[0]["targetUri"], json!(requirements));
    assert_eq!(links[0]["targetSelectionRange"], line);
    assert_eq!(links[0]["originSelectionRange"]["start"], json!({"line": 0, "character": 18}));

    let position = client.position(&requirements, "redis");
    let params = json!({
        "textDocument": {"uri": requirements}, "position": position, "context": {"includeDeclaration": true},
    });
    let found = client.request("textDocument/references", params);
    let uris: Vec<_> = found.as_array().expect("a list").iter().map(|place| place["uri"].clone()).collect();
    assert_eq!(uris, [json!(requirements), json!(app), json!(folder.uri("web.py"))]);
}

#[test]
fn an_answer_sees_the_edits_before_it() {
    let (folder, mut client) = shop(Setup::neovim());
    let app = folder.uri("app.py");
    client.edit(&app, "import redis", "import flask");
    let found = ask(&mut client, "textDocument/definition", &app, "flask");
    assert_eq!(found[0]["targetRange"]["start"]["line"], json!(0), "{found:#}");
}

#[test]
fn requirements_are_symbols() {
    let (folder, mut client) = shop(Setup::vscode());
    let uri = folder.uri("requirements.txt");
    let outline = client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": uri}}));
    assert_eq!((&outline[1]["name"], &outline[1]["detail"]), (&json!("redis"), &json!("==5.0.1")), "{outline:#}");
    let found = client.request("workspace/symbol", json!({"query": "rds"}));
    assert_eq!(found.as_array().expect("a list").len(), 1);
    assert_eq!(found[0]["location"]["uri"], json!(uri));
    assert_eq!(found[0]["containerName"], json!("requirements.txt"));
}

#[test]
fn what_is_none_of_ours_is_answered_with_nothing() {
    let (_folder, mut client) = shop(Setup::vscode());
    let params = json!({"textDocument": {"uri": "untitled:Untitled-1"}, "position": {"line": 9, "character": 9}});
    for method in ["textDocument/hover", "textDocument/definition"] {
        assert!(client.request(method, params.clone()).is_null(), "{method}");
    }
}
