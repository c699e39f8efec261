//! Completion in requirements files and in comments.

use pinlens_tests::client::Client;
use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::{Value, json};

/// A workspace with an environment, whose requirements file is open with `text`.
fn shop(text: &str) -> (Folder, Client, String) {
    let folder = Folder::new(&[
        ("app.py", "import redis\n"),
        ("requirements.txt", text),
        (".venv/pyvenv.cfg", "version = 3.12.1\n"),
        (
            ".venv/lib/python3.12/site-packages/redis-5.0.1.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: redis\nVersion: 5.0.1\nSummary: Python client for Redis\n\
             Project-URL: Documentation, https://docs.example/redis\nProvides-Extra: hiredis\n\n",
        ),
        (".venv/lib/python3.12/site-packages/redis-5.0.1.dist-info/RECORD", "redis/__init__.py,,\n"),
    ]);
    let uri = folder.uri("requirements.txt");
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.open(&uri, "pip-requirements", text);
    (folder, client, uri)
}

/// What may be typed at the end of the document.
fn complete(client: &mut Client, uri: &str) -> Vec<Value> {
    let position = client.end(uri);
    let params = json!({"textDocument": {"uri": uri}, "position": position});
    let result = client.request("textDocument/completion", params);
    result["items"].as_array().cloned().unwrap_or_default()
}

#[test]
fn names_versions_and_extras_are_completed() {
    let (folder, mut client, uri) = shop("re");
    let items = complete(&mut client, &uri);
    assert_eq!((&items[0]["label"], &items[0]["detail"]), (&json!("redis"), &json!("imported, but not declared")));
    let edit = json!({
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 2}}, "newText": "redis",
    });
    assert_eq!(items[0]["textEdit"], edit);
    let resolved = client.request("completionItem/resolve", items[0].clone());
    let text = resolved["documentation"]["value"].as_str().expect("a text");
    assert!(text.contains("Python client for Redis") && text.contains("https://docs.example/redis"), "{text}");

    client.append(&uri, "dis[");
    assert_eq!(complete(&mut client, &uri)[0]["label"], json!("hiredis"));
    client.append(&uri, "hiredis]==");
    let items = complete(&mut client, &uri);
    assert_eq!((&items[0]["label"], &items[0]["detail"]), (&json!("5.0.1"), &json!("installed in .venv")));
    client.append(&uri, "5.0.1 ; sys_pl");
    assert_eq!(complete(&mut client, &uri)[0]["label"], json!("sys_platform"));
    client.append(&uri, "atform == 'linux'  # pinlens: ig");
    assert_eq!(complete(&mut client, &uri)[0]["label"], json!("pinlens: ignore"));
    client.settled(&[&uri, &folder.uri("app.py")]);
}

#[test]
fn the_other_spelling_of_a_name_is_not_filtered_out() {
    let (folder, mut client, uri) = shop("typing_ext");
    let items = complete(&mut client, &uri);
    assert_eq!(
        (&items[0]["label"], &items[0]["filterText"]),
        (&json!("typing-extensions"), &json!("typing_extensions"))
    );
    client.settled(&[&uri, &folder.uri("app.py")]);
}

#[test]
fn comments_are_completed_in_python() {
    let (folder, mut client, requirements) = shop("");
    let app = folder.uri("app.py");
    client.open(&app, "python", "import redis  # pinlens: ignore[undeclared-i");
    let items = complete(&mut client, &app);
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["label"], json!("undeclared-import"));
    client.settled(&[&app, &requirements]);
}
