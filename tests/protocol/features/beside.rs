//! What stands beside the text of a requirements file: lenses, hints, links, folds, colours.

use pinlens_tests::client::Client;
use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::{Value, json};

const REQUIREMENTS: &str = "# one\n# two\n-r base.txt\nredis==5.0.1  # é\n";

fn shop(setup: Setup) -> (Folder, Client, String) {
    let folder = Folder::new(&[
        ("app.py", "import redis\n"),
        ("web.py", "import flask\n"),
        ("base.txt", "flask\n"),
        ("requirements.txt", REQUIREMENTS),
        (".venv/pyvenv.cfg", "version = 3.12.1\n"),
        (".venv/lib/python3.12/site-packages/redis-4.6.0.dist-info/METADATA", "Name: redis\nVersion: 4.6.0\n"),
        (".venv/lib/python3.12/site-packages/redis-4.6.0.dist-info/RECORD", "redis/__init__.py,,\n"),
    ]);
    let uri = folder.uri("requirements.txt");
    let mut client = setup.folder(folder.path()).start();
    client.open(&uri, "pip-requirements", REQUIREMENTS);
    assert_eq!(client.published(&uri)["diagnostics"][0]["code"], json!("version-mismatch"));
    (folder, client, uri)
}

fn of_document(client: &mut Client, method: &str, uri: &str) -> Value {
    client.request(method, json!({"textDocument": {"uri": uri}}))
}

fn hints(client: &mut Client, uri: &str) -> Value {
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}});
    client.request("textDocument/inlayHint", json!({"textDocument": {"uri": uri}, "range": range}))
}

#[test]
fn lenses_tell_who_imports_and_lead_there() {
    let commands = json!({"commands": {"commands": ["pinlens.showReferences"]}});
    let (_folder, mut client, uri) = shop(Setup::vscode().capability("/experimental", commands));
    let lenses = of_document(&mut client, "textDocument/codeLens", &uri);
    let at = json!({"line": 3, "character": 0});
    let command = json!({
        "title": "imported by 1 file", "command": "pinlens.showReferences", "arguments": [uri, at],
    });
    assert_eq!(lenses[0]["command"], command);
    assert_eq!(lenses[0]["range"]["start"], at);
}

#[test]
fn a_client_without_the_command_gets_words_alone() {
    let (_folder, mut client, uri) = shop(Setup::neovim());
    let lenses = of_document(&mut client, "textDocument/codeLens", &uri);
    assert_eq!(lenses[0]["command"], json!({"title": "imported by 1 file", "command": ""}));
}

#[test]
fn an_entry_tells_how_it_starts_and_leads_to_the_chain() {
    let files = [("main.py", "import app\n"), ("app.py", "import redis\n"), ("Procfile", "web: python main.py\n")];
    let folder = Folder::new(&files);
    let (main, app) = (folder.uri("main.py"), folder.uri("app.py"));
    let title = "start-up: 2 modules, 1 missing requirement";
    let chain = json!({"title": title, "command": "pinlens.showStartupChain", "arguments": [main]});
    let commands = json!({"commands": {"commands": ["pinlens.showStartupChain"]}});
    let with = Setup::vscode().capability("/experimental", commands);
    for (setup, command) in [(with, chain), (Setup::neovim(), json!({"title": title, "command": ""}))] {
        let mut client = setup.folder(folder.path()).start();
        client.open(&main, "python", "import app\n");
        client.open(&app, "python", "import redis\n");
        let lenses = of_document(&mut client, "textDocument/codeLens", &main);
        let start = json!({"line": 0, "character": 0});
        let range = json!({"start": start, "end": start});
        let verdict = "web (Procfile:1): cannot be judged because no list of requirements is known for it";
        let deployment = json!({"title": verdict, "command": ""});
        let expected = [command, deployment].map(|command| json!({"range": range, "command": command}));
        assert_eq!(lenses, json!(expected));
        assert_eq!(of_document(&mut client, "textDocument/codeLens", &app), json!([]));
        client.append(&app, "import yaml\n");
        let lenses = of_document(&mut client, "textDocument/codeLens", &main);
        assert_eq!(lenses[0]["command"]["title"], json!("start-up: 2 modules, 2 missing requirements"));
        client.settled(&[&main, &app]);
    }
}

#[test]
fn lenses_and_hints_are_asked_for_again_when_other_files_change_them() {
    let setup = Setup::vscode()
        .capability("/workspace/codeLens", json!({"refreshSupport": true}))
        .capability("/workspace/inlayHint", json!({"refreshSupport": true}));
    let (folder, mut client, uri) = shop(setup);
    let web = folder.uri("web.py");
    of_document(&mut client, "textDocument/codeLens", &uri);
    hints(&mut client, &uri);
    client.open(&web, "python", "import flask\n");
    client.append(&web, "x = 1\n");
    client.quiet();
    client.append(&web, "import redis\n");
    client.answer("workspace/codeLens/refresh", &Value::Null);
    let lenses = of_document(&mut client, "textDocument/codeLens", &uri);
    assert_eq!(lenses[0]["command"]["title"], json!("imported by 2 files"));
    client.quiet();

    let site = ".venv/lib/python3.12/site-packages";
    folder.write(&format!("{site}/flask-3.0.dist-info/METADATA"), "Name: flask\nVersion: 3.0\n");
    folder.write(&format!("{site}/redis-4.6.0.dist-info/METADATA"), "Name: redis\nVersion: 5.0.1\n");
    client.save(&web);
    client.answer("workspace/inlayHint/refresh", &Value::Null);
    assert_eq!(client.published(&uri)["diagnostics"], json!([]), "what is required is installed now");
    assert_eq!(hints(&mut client, &uri), json!([]));
    client.quiet();
}

#[test]
fn the_lens_of_an_entry_is_asked_for_again_when_another_file_starts_otherwise() {
    let files = [("main.py", "import app\n"), ("app.py", "import redis\n"), ("Procfile", "web: python main.py\n")];
    let folder = Folder::new(&files);
    let (main, app) = (folder.uri("main.py"), folder.uri("app.py"));
    let setup = Setup::vscode().capability("/workspace/codeLens", json!({"refreshSupport": true}));
    let mut client = setup.folder(folder.path()).start();
    client.open(&main, "python", "import app\n");
    client.open(&app, "python", "import redis\n");
    of_document(&mut client, "textDocument/codeLens", &main);
    client.append(&app, "import yaml\n");
    client.answer("workspace/codeLens/refresh", &Value::Null);
    let lenses = of_document(&mut client, "textDocument/codeLens", &main);
    assert_eq!(lenses[0]["command"]["title"], json!("start-up: 2 modules, 2 missing requirements"));
    // a module that is loaded, and needs nothing that is not there
    folder.write("more.py", "import os\n");
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": folder.uri("more.py"), "type": 1}]}));
    client.append(&app, "import more\n");
    client.answer("workspace/codeLens/refresh", &Value::Null);
    let lenses = of_document(&mut client, "textDocument/codeLens", &main);
    assert_eq!(lenses[0]["command"]["title"], json!("start-up: 3 modules, 2 missing requirements"));
    client.settled(&[&main, &app]);
    client.append(&app, "x = 1\n");
    client.settled(&[&main, &app]);
}

#[test]
fn hints_tell_the_installed_version() {
    let (_folder, mut client, uri) = shop(Setup::vscode());
    let hints = hints(&mut client, &uri);
    assert_eq!(hints[0]["label"], json!("installed 4.6.0"));
    assert_eq!(hints[0]["position"], json!({"line": 3, "character": 12}));
}

#[test]
fn links_folds_and_colours() {
    let (folder, mut client, uri) = shop(Setup::vscode());
    let links = of_document(&mut client, "textDocument/documentLink", &uri);
    assert_eq!(links[0]["target"], json!(folder.uri("base.txt")));
    let folds = of_document(&mut client, "textDocument/foldingRange", &uri);
    assert_eq!(folds, json!([{"startLine": 0, "endLine": 1, "kind": "comment"}]));
    let tokens = of_document(&mut client, "textDocument/semanticTokens/full", &uri);
    let data: Vec<i64> = tokens["data"].as_array().expect("numbers").iter().filter_map(Value::as_i64).collect();
    let expected = [
        [0, 0, 5, 7, 0],
        [1, 0, 5, 7, 0],
        [1, 0, 2, 5, 0],
        [0, 3, 8, 6, 0],
        [1, 0, 5, 0, 0],
        [0, 5, 2, 2, 0],
        [0, 2, 5, 3, 0],
        [0, 7, 3, 7, 0],
    ];
    assert_eq!(data, expected.concat());
}
