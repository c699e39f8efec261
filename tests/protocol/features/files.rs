//! Files that the user creates, renames and deletes in the editor.

use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::{Value, json};

#[test]
fn includes_follow_a_file_that_is_renamed() {
    let folder = Folder::new(&[
        ("app.py", "import redis\n"),
        ("requirements.txt", "# é\n-r deploy/base.txt\n"),
        ("deploy/base.txt", "-c ../limits.txt\nredis\n"),
        ("limits.txt", "redis==5\n"),
    ]);
    let (old, new) = (folder.uri("deploy/base.txt"), folder.uri("common-requirements.txt"));
    let mut client = Setup::neovim().folder(folder.path()).start();
    client.quiet();
    let params = json!({"files": [{"oldUri": old, "newUri": new}]});
    let edit = client.request("workspace/willRenameFiles", params.clone());
    let changes = edit["documentChanges"].as_array().expect("changes");
    let mut told: Vec<(&str, &str)> = changes
        .iter()
        .map(|change| {
            (change["textDocument"]["uri"].as_str().unwrap(), change["edits"][0]["newText"].as_str().unwrap())
        })
        .collect();
    told.sort_unstable();
    let (requirements, base) = (folder.uri("requirements.txt"), old.clone());
    let mut expected = [(base.as_str(), "limits.txt"), (requirements.as_str(), "common-requirements.txt")];
    expected.sort_unstable();
    assert_eq!(told, expected);

    // done, without the edit: the include leads nowhere, and no watcher was needed to see it
    folder.write("common-requirements.txt", "-c limits.txt\nredis\n");
    folder.delete("deploy/base.txt");
    client.notify("workspace/didRenameFiles", params);
    client.expect_finally(&requirements, &["1:3-1:18 error unresolved-include"]);
    client.settled(&[&folder.uri("app.py")]);
}

#[test]
fn a_module_that_is_created_or_deleted_is_seen_at_once() {
    let folder = Folder::new(&[("app.py", "import shop.cart\n"), ("shop/__init__.py", ""), ("requirements.txt", "")]);
    let app = folder.uri("app.py");
    let mut client = Setup::neovim().folder(folder.path()).start();
    let missing = client.published(&app);
    assert_eq!(missing["diagnostics"].as_array().map(Vec::len), Some(1), "{missing:#}");
    folder.write("shop/cart.py", "");
    client.notify("workspace/didCreateFiles", json!({"files": [{"uri": folder.uri("shop/cart.py")}]}));
    client.expect(&app, &[]);
    folder.delete("shop/cart.py");
    client.notify("workspace/didDeleteFiles", json!({"files": [{"uri": folder.uri("shop/cart.py")}]}));
    assert_eq!(client.published(&app)["diagnostics"], missing["diagnostics"]);
}

#[test]
fn a_file_that_nothing_leads_to_needs_no_edit() {
    let folder = Folder::new(&[("app.py", "import os\n"), ("requirements.txt", "")]);
    let mut client = Setup::vscode().folder(folder.path()).start();
    let params = json!({"files": [{"oldUri": folder.uri("app.py"), "newUri": folder.uri("web.py")}]});
    assert_eq!(client.request("workspace/willRenameFiles", params), Value::Null);
}

#[test]
fn a_folder_that_is_renamed_takes_its_includes_and_findings_along() {
    let files =
        [("shop/app.py", "import redis\n"), ("requirements.txt", "-r deploy/base.txt\n"), ("deploy/base.txt", "rq\n")];
    let folder = Folder::new(&files);
    let (old_app, new_app) = (folder.uri("shop/app.py"), folder.uri("store/app.py"));
    let mut client = Setup::neovim().folder(folder.path()).start();
    let missing = client.published(&old_app)["diagnostics"].take();
    client.settled(&[&folder.uri("deploy/base.txt")]);
    let moved = |old: &str, new: &str| json!({"files": [{"oldUri": folder.uri(old), "newUri": folder.uri(new)}]});
    let edit = client.request("workspace/willRenameFiles", moved("deploy", "ops"));
    assert_eq!(edit["documentChanges"][0]["edits"][0]["newText"], json!("ops/base.txt"), "{edit:#}");

    std::fs::rename(folder.path().join("shop"), folder.path().join("store")).expect("it is renamed");
    client.notify("workspace/didRenameFiles", moved("shop", "store"));
    client.expect(&old_app, &[]);
    assert_eq!(client.published(&new_app)["diagnostics"], missing);
    client.settled(&[&folder.uri("deploy/base.txt")]);
}

#[test]
fn the_text_of_a_renamed_file_speaks_for_nothing_until_it_is_edited_or_its_file_is_back() {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", "")]);
    let (old, new) = (folder.uri("app.py"), folder.uri("shop.py"));
    let moved = |from: &str, to: &str| json!({"files": [{"oldUri": from, "newUri": to}]});
    let rename = |from: &str, to: &str| {
        std::fs::rename(folder.path().join(from), folder.path().join(to)).expect("it is renamed");
    };
    let missing = "0:7-0:12 error undeclared-import";
    let mut client = Setup::neovim().folder(folder.path()).start();
    client.expect(&old, &[missing]);
    client.open(&old, "python", "import redis\n");
    client.settled(&[&folder.uri("requirements.txt")]);

    // the client does not close the old name
    rename("app.py", "shop.py");
    client.notify("workspace/didRenameFiles", moved(&old, &new));
    client.expect(&old, &[]);
    client.expect(&new, &[missing]);

    // its file is back: the text that is still open counts
    rename("shop.py", "app.py");
    client.notify("workspace/didRenameFiles", moved(&new, &old));
    client.expect(&old, &[missing]);
    client.expect(&new, &[]);
    client.edit(&old, "redis", "os");
    client.expect(&old, &[]);

    // it was deleted in the editor, and is typed on
    std::fs::remove_file(folder.path().join("app.py")).expect("it is deleted");
    client.notify("workspace/didDeleteFiles", json!({"files": [{"uri": old}]}));
    client.edit(&old, "os", "rq");
    client.expect(&old, &["0:7-0:9 error undeclared-import"]);
    client.close(&old);
    client.expect(&old, &[]);
}
