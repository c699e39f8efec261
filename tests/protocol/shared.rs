//! A file that lies in one workspace folder and is included by another: both follow it, and one reports it.

use pinlens_tests::client::Client;
use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::json;

const MISSING: &str = "0:7-0:12 error undeclared-import";
const UNUSED: &str = "0:0-0:5 warning unused-requirement";

fn watched(client: &mut Client, uri: &str) {
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri, "type": 2}]}));
}

fn repository() -> Folder {
    Folder::new(&[
        (".git/HEAD", ""),
        ("one/app.py", "import redis\n"),
        ("one/requirements.txt", "-r ../two/requirements.txt\n"),
        ("two/app.py", "import os\n"),
        ("two/requirements.txt", "redis\n"),
    ])
}

fn start(folder: &Folder) -> Client {
    Setup::vscode().folder(&folder.path().join("one")).folder(&folder.path().join("two")).start()
}

#[test]
fn the_folder_that_holds_it_reports_it() {
    let folder = repository();
    let shared = folder.uri("two/requirements.txt");
    let mut client = start(&folder);
    client.expect_finally(&shared, &[UNUSED]);
    client.quiet();
    client.open(&shared, "pip-requirements", "redis\n");
    client.append(&shared, "flask\n");
    client.expect_finally(&shared, &[UNUSED, "1:0-1:5 warning unused-requirement"]);
    client.close(&shared);
    client.expect_finally(&shared, &[UNUSED]);
    let two = json!([{"uri": folder.uri("two"), "name": "two"}]);
    client.notify("workspace/didChangeWorkspaceFolders", json!({"event": {"added": [], "removed": two}}));
    client.expect_finally(&shared, &[]);
    client.notify("workspace/didChangeWorkspaceFolders", json!({"event": {"added": two, "removed": []}}));
    client.expect_finally(&shared, &[UNUSED]);
    client.settled(&[&shared]);
    client.quiet();
}

#[test]
fn what_is_typed_or_written_there_counts_in_both() {
    let folder = repository();
    let (app, shared) = (folder.uri("one/app.py"), folder.uri("two/requirements.txt"));
    let mut client = start(&folder);
    client.settled(&[&shared]);
    folder.write("two/requirements.txt", "flask\n");
    watched(&mut client, &shared);
    client.expect_finally(&app, &[MISSING]);
    client.open(&shared, "pip-requirements", "flask\n");
    client.append(&shared, "redis\n");
    client.expect_finally(&app, &[]);
    watched(&mut client, &shared);
    client.quiet();
    client.close(&shared);
    client.expect_finally(&app, &[MISSING]);
    client.open(&shared, "pip-requirements", "redis\n");
    client.expect_finally(&app, &[]);
    client.settled(&[&shared]);
}
