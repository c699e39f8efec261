//! Notebooks that are open as such: findings stand on the cells, and what a cell is asked is answered of it.

use pinlens_tests::client::{Client, brief};
use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::{Value, json};

const ON_DISK: &str = r#"{"cells": [{"cell_type": "code", "source": ["import rq"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"#;

fn cell(number: usize) -> String {
    format!("vscode-notebook-cell:/shop/a.ipynb#{number}")
}

fn item(number: usize, text: &str) -> Value {
    json!({"uri": cell(number), "languageId": "python", "version": 1, "text": text})
}

/// A workspace with a notebook, which is open with these cells.
fn open(setup: Setup, texts: &[&str]) -> (Folder, Client) {
    let folder = Folder::new(&[("a.ipynb", ON_DISK), ("requirements.txt", "flask\n")]);
    let setup = setup.capability("/notebookDocument", json!({"synchronization": {"dynamicRegistration": true}}));
    let mut client = setup.folder(folder.path()).start();
    client.expect(&folder.uri("a.ipynb"), &["0:52-0:54 error undeclared-import"]);
    client.expect(&folder.uri("requirements.txt"), &["0:0-0:5 warning unused-requirement"]);
    let cells: Vec<Value> = (0..texts.len()).map(|number| json!({"kind": 2, "document": cell(number)})).collect();
    let items: Vec<Value> = texts.iter().enumerate().map(|(number, text)| item(number, text)).collect();
    let notebook =
        json!({"uri": folder.uri("a.ipynb"), "notebookType": "jupyter-notebook", "version": 1, "cells": cells});
    client.notify("notebookDocument/didOpen", json!({"notebookDocument": notebook, "cellTextDocuments": items}));
    (folder, client)
}

fn change(client: &mut Client, folder: &Folder, version: i32, cells: &Value) {
    let params = json!({
        "notebookDocument": {"uri": folder.uri("a.ipynb"), "version": version}, "change": {"cells": cells},
    });
    client.notify("notebookDocument/didChange", params);
}

#[test]
fn findings_stand_on_the_cells() {
    let (folder, mut client) =
        open(Setup::vscode(), &["x = 'é'\nimport redis", "%pip install rq\nimport rq\nimport yaml"]);
    let notebook = folder.uri("a.ipynb");
    client.expect(&notebook, &[]);
    client.expect(&cell(0), &["1:7-1:12 error undeclared-import"]);
    client.expect(&cell(1), &["2:7-2:11 error undeclared-import"]);

    let edit = json!({
        "range": {"start": {"line": 1, "character": 7}, "end": {"line": 1, "character": 12}}, "text": "flask",
    });
    change(
        &mut client,
        &folder,
        2,
        &json!({"textContent": [{"document": {"uri": cell(0), "version": 2}, "changes": [edit]}]}),
    );
    let list = client.expect(&cell(0), &[]);
    assert_eq!(list["version"], json!(2));
    client.expect(&folder.uri("requirements.txt"), &[]);

    // a cell comes before the others, one goes
    let structure = json!({
        "array": {"start": 0, "deleteCount": 1, "cells": [{"kind": 2, "document": cell(7)}]},
        "didOpen": [item(7, "\nimport boto3")],
        "didClose": [{"uri": cell(0)}],
    });
    change(&mut client, &folder, 3, &json!({"structure": structure}));
    client.expect(&cell(7), &["1:7-1:12 error undeclared-import"]);
    client.expect(&folder.uri("requirements.txt"), &["0:0-0:5 warning unused-requirement"]);

    // closed, the file on disk speaks again
    let closed =
        json!({"notebookDocument": {"uri": notebook}, "cellTextDocuments": [{"uri": cell(7)}, {"uri": cell(1)}]});
    client.notify("notebookDocument/didClose", closed);
    client.expect_finally(&cell(7), &[]);
    client.expect_finally(&cell(1), &[]);
    client.expect_finally(&notebook, &["0:52-0:54 error undeclared-import"]);
}

#[test]
fn a_cell_is_asked_like_a_document() {
    let (folder, mut client) = open(Setup::vscode(), &["import os", "import flask\nimport yaml"]);
    let at = |line: u32| json!({"textDocument": {"uri": cell(1)}, "position": {"line": line, "character": 8}});
    let hover = client.request("textDocument/hover", at(0));
    assert_eq!(hover["range"]["start"], json!({"line": 0, "character": 7}), "{hover:#}");
    let links = client.request("textDocument/definition", at(0));
    assert_eq!(links[0]["targetUri"], json!(folder.uri("requirements.txt")));
    let params = json!({
        "textDocument": {"uri": folder.uri("requirements.txt")}, "position": {"line": 0, "character": 1},
        "context": {"includeDeclaration": false},
    });
    let found = client.request("textDocument/references", params);
    assert_eq!((&found[0]["uri"], &found[0]["range"]["start"]["line"]), (&json!(cell(1)), &json!(0)));
    client.settled(&[&folder.uri("a.ipynb"), &cell(0), &cell(1), &folder.uri("requirements.txt")]);
}

#[test]
fn cells_are_asked_for_their_findings() {
    let (folder, mut client) = open(Setup::vscode().pulling(), &["import os", "import yaml"]);
    let notebook = folder.uri("a.ipynb");
    client.expect(&notebook, &[]);
    for (number, expected) in [(0, &[][..]), (1, &["0:7-0:11 error undeclared-import"][..])] {
        let report = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": cell(number)}}));
        assert_eq!(brief(&json!({"diagnostics": report["items"]})), expected, "{report:#}");
    }
    client.quiet();
}

#[test]
fn a_cell_offers_what_mends_its_own_findings() {
    let (folder, mut client) = open(Setup::vscode(), &["import redis", "import flask\nx = 'é'; import yaml"]);
    let (notebook, requirements) = (folder.uri("a.ipynb"), folder.uri("requirements.txt"));
    client.settled(&[&notebook, &cell(0), &cell(1), &requirements]);
    let mut actions = |number: usize, line: u32| {
        let at = |character: u32| json!({"line": line, "character": character});
        let params = json!({
            "textDocument": {"uri": cell(number)}, "range": {"start": at(0), "end": at(20)},
            "context": {"diagnostics": [], "only": ["quickfix"]},
        });
        client.request("textDocument/codeAction", params).as_array().cloned().unwrap_or_default()
    };
    let titles = |actions: &[Value]| -> Vec<String> {
        actions.iter().filter_map(|action| Some(action["title"].as_str()?.to_owned())).collect()
    };
    let (first, other, second) = (actions(0, 0), actions(1, 0), actions(1, 1));
    assert!(titles(&first).iter().any(|title| title.starts_with("Add redis")), "{first:#?}");
    assert!(!titles(&first).iter().any(|title| title.contains("yaml")), "{first:#?}");
    assert_eq!(other, [] as [Value; 0], "the findings of the first cell stand on the same line of it");
    assert!(titles(&second).iter().any(|title| title.starts_with("Add pyyaml")), "{second:#?}");
    // what is written into the code goes to the cell, counted from its start
    let ignore = second.iter().find(|action| action["edit"]["documentChanges"][0]["textDocument"]["uri"] == cell(1));
    let edit = &ignore.unwrap_or_else(|| panic!("{second:#?}"))["edit"]["documentChanges"][0];
    assert_eq!(edit["edits"][0]["range"]["start"], json!({"line": 1, "character": 20}), "{edit:#}");
    let edit = json!({"range": edit["edits"][0]["range"], "text": edit["edits"][0]["newText"]});
    let content = json!([{"document": {"uri": cell(1), "version": 2}, "changes": [edit]}]);
    change(&mut client, &folder, 2, &json!({"textContent": content}));
    client.expect_finally(&cell(1), &[]);
    client.settled(&[&notebook, &cell(0), &cell(1), &requirements]);
}
