//! The disk: files that change behind the editor's back, and folders that come and go.

use pinlens_tests::client::Client;
use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::json;

const MISSING: &str = "0:7-0:12 error undeclared-import";

fn watched(client: &mut Client, uri: &str, kind: u8) {
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri, "type": kind}]}));
}

#[test]
fn the_clients_watcher_is_heard() {
    let folder = Folder::new(&[("app.py", "import os\n"), ("requirements.txt", "")]);
    let app = folder.uri("app.py");
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.open(&folder.uri("requirements.txt"), "pip-requirements", "");
    client.quiet();
    folder.write("app.py", "import redis\n");
    watched(&mut client, &app, 2);
    client.expect_finally(&app, &[MISSING]);
    folder.delete("app.py");
    watched(&mut client, &app, 3);
    client.expect(&app, &[]);
    watched(&mut client, &app, 3);
    client.quiet();
    folder.write("sub/new.py", "import redis\n");
    watched(&mut client, &folder.uri("sub/new.py"), 1);
    client.expect(&folder.uri("sub/new.py"), &[MISSING]);
    folder.write(".gitignore", "sub/\n");
    watched(&mut client, &folder.uri(".gitignore"), 1);
    client.expect(&folder.uri("sub/new.py"), &[]);
}

#[test]
fn without_a_watcher_a_save_looks_at_the_disk() {
    let folder =
        Folder::new(&[("app.py", "import os\n"), ("other.py", "import os\n"), ("requirements.txt", "redis\n")]);
    let mut client = Setup::neovim().folder(folder.path()).start();
    client.expect(&folder.uri("requirements.txt"), &["0:0-0:5 warning unused-requirement"]);
    client.open(&folder.uri("app.py"), "python", "import os\n");
    folder.write("other.py", "import redis\nimport requests\n");
    client.save(&folder.uri("app.py"));
    client.expect(&folder.uri("requirements.txt"), &[]);
    client.expect(&folder.uri("other.py"), &["1:7-1:15 error undeclared-import"]);
    folder.delete("other.py");
    client.save(&folder.uri("app.py"));
    client.expect(&folder.uri("other.py"), &[]);
    client.expect(&folder.uri("requirements.txt"), &["0:0-0:5 warning unused-requirement"]);
}

#[test]
fn an_open_document_beats_the_disk() {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", "")]);
    let app = folder.uri("app.py");
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.expect(&app, &[MISSING]);
    client.open(&app, "python", "import os\n");
    client.expect(&app, &[]);
    folder.write("app.py", "import redis, requests\n");
    watched(&mut client, &app, 2);
    client.quiet();
    folder.delete("app.py");
    watched(&mut client, &app, 3);
    client.quiet();
    client.append(&app, "import redis\n");
    client.expect(&app, &["1:7-1:12 error undeclared-import"]);
}

#[test]
fn included_files_are_read_whatever_they_are_called() {
    let folder = Folder::new(&[
        ("app.py", "import redis\n"),
        ("requirements.txt", "-r deps/base.list\n"),
        ("deps/base.list", "redis\n"),
    ]);
    let (requirements, base) = (folder.uri("requirements.txt"), folder.uri("deps/base.list"));
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.open(&base, "plaintext", "redis\n");
    client.quiet();
    client.edit(&base, "redis", "flask");
    client.expect(&folder.uri("app.py"), &[MISSING]);
    client.expect(&base, &["0:0-0:5 warning unused-requirement"]);
    client.close(&base);
    client.expect(&folder.uri("app.py"), &[]);
    client.expect(&base, &[]);
    folder.delete("deps/base.list");
    watched(&mut client, &base, 3);
    client.expect_finally(&requirements, &["0:3-0:17 error unresolved-include"]);
    client.published(&folder.uri("app.py"));
}

#[test]
fn each_folder_has_its_own_requirements_and_the_inner_one_wins() {
    let folder = Folder::new(&[
        ("one/app.py", "import redis\n"),
        ("one/requirements.txt", "redis\n"),
        ("one/inner/app.py", "import redis\n"),
        ("one/inner/requirements.txt", ""),
        ("two/app.py", "import redis\n"),
        ("two/requirements.txt", ""),
    ]);
    let one = folder.path().join("one");
    let mut client = Setup::neovim().folder(&one).folder(&one.join("inner")).folder(&folder.path().join("two")).start();
    client.expect(&folder.uri("one/inner/app.py"), &[MISSING]);
    client.expect(&folder.uri("two/app.py"), &[MISSING]);
    client.quiet();
}

#[test]
fn folders_come_and_go() {
    let folder =
        Folder::new(&[("one/requirements.txt", ""), ("two/app.py", "import redis\n"), ("two/requirements.txt", "")]);
    let two = json!({"uri": folder.uri("two"), "name": "two"});
    let mut client = Setup::vscode().folder(&folder.path().join("one")).start();
    client.notify("workspace/didChangeWorkspaceFolders", json!({"event": {"added": [two], "removed": []}}));
    client.expect(&folder.uri("two/app.py"), &[MISSING]);
    client.notify("workspace/didChangeWorkspaceFolders", json!({"event": {"added": [], "removed": [two]}}));
    client.expect(&folder.uri("two/app.py"), &[]);
    client.quiet();
}

#[test]
fn a_document_outside_every_folder_gets_one_of_its_own() {
    let folder = Folder::new(&[
        ("repository/.git/HEAD", ""),
        ("repository/requirements.txt", ""),
        ("repository/src/app.py", "import redis\n"),
        ("repository/src/other.py", "import redis\n"),
        ("lone/app.py", "import beside\nimport redis\n"),
        ("lone/beside.py", ""),
        ("lone/requirements.txt", ""),
    ]);
    let mut client = Setup::neovim().start();
    client.open(&folder.uri("repository/src/app.py"), "python", "import redis\n");
    client.expect(&folder.uri("repository/src/app.py"), &[MISSING]);
    client.expect(&folder.uri("repository/src/other.py"), &[MISSING]);
    client.open(&folder.uri("lone/app.py"), "python", "import beside\nimport redis\n");
    client.expect(&folder.uri("lone/app.py"), &["1:7-1:12 error undeclared-import"]);
    client.close(&folder.uri("repository/src/app.py"));
    client.expect(&folder.uri("repository/src/app.py"), &[]);
    client.expect(&folder.uri("repository/src/other.py"), &[]);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", "")]);
    std::fs::write(folder.path().join("latin.py"), b"name = '\xe9'\n").expect("the file is written");
    let mut client = Setup::neovim().folder(folder.path()).start();
    let message = client.notification("window/logMessage");
    assert!(message["message"].as_str().is_some_and(|text| text.contains("latin.py")), "{message}");
    client.expect(&folder.uri("app.py"), &[MISSING]);
}

#[test]
fn what_is_installed_later_is_seen() {
    let folder = Folder::new(&[
        ("app.py", "import homegrown\n"),
        ("requirements.txt", "brewery\n"),
        (".venv/pyvenv.cfg", "version = 3.12.1\n"),
    ]);
    let site = ".venv/lib/python3.12/site-packages";
    folder.write(&format!("{site}/README.txt"), "");
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.expect(&folder.uri("app.py"), &["0:7-0:16 warning unresolved-import"]);
    client.expect(&folder.uri("requirements.txt"), &["0:0-0:7 info not-installed"]);
    // nobody knows yet what brewery provides: it may be what is unresolved, so it is not called unused
    let info = format!("{site}/brewery-1.0.dist-info");
    folder.write(&format!("{info}/METADATA"), "Name: brewery\nVersion: 1.0\n");
    folder.write(&format!("{info}/RECORD"), "homegrown/__init__.py,,\nbrewery-1.0.dist-info/METADATA,,\n");
    folder.write(&format!("{site}/homegrown/__init__.py"), "");
    watched(&mut client, &folder.uri(&info), 1);
    client.expect(&folder.uri("app.py"), &[]);
    client.expect(&folder.uri("requirements.txt"), &[]);
}

#[test]
fn an_installation_that_is_still_going_on_is_followed_to_its_end() {
    let folder = Folder::new(&[
        ("app.py", "import homegrown\n"),
        ("requirements.txt", "brewery\n"),
        (".venv/pyvenv.cfg", "version = 3.12.1\n"),
    ]);
    let info = ".venv/lib/python3.12/site-packages/brewery-1.0.dist-info";
    folder.write(&format!("{info}/METADATA"), "Name: brewery\nVer");
    let mut client = Setup::vscode().folder(folder.path()).start();
    let unresolved = "0:7-0:16 warning unresolved-import";
    client.expect(&folder.uri("app.py"), &[unresolved]);
    client.quiet();
    folder.write(&format!("{info}/METADATA"), "Name: brewery\nVersion: 1.0\n");
    watched(&mut client, &folder.uri(&format!("{info}/METADATA")), 2);
    client.quiet();
    folder.write(&format!("{info}/RECORD"), "homegrown/__init__.py,,\n");
    watched(&mut client, &folder.uri(&format!("{info}/RECORD")), 1);
    client.expect(&folder.uri("app.py"), &[]);
    // it is written anew: the folder itself has not changed
    folder.write(&format!("{info}/RECORD"), "housemade/__init__.py,,\n");
    watched(&mut client, &folder.uri(info), 2);
    client.expect(&folder.uri("app.py"), &[unresolved]);
    client.expect(&folder.uri("requirements.txt"), &["0:0-0:7 warning unused-requirement"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_list_of_any_name_that_tox_or_an_image_installs_is_read_once() {
    for list in ["deps.lst", "gone.lst"] {
        let folder = Folder::new(&[
            ("app.py", "import redis\n"),
            ("deps.lst", "redis\n"),
            ("tox.ini", &format!("[testenv]\ndeps =\n  -r {list}\n")),
            ("Dockerfile", &format!("FROM python:3.12\nCOPY . .\nRUN pip install -r {list}\nCMD python app.py\n")),
        ]);
        let mut client = Setup::vscode().folder(folder.path()).start();
        client.settled(&[
            &folder.uri("app.py"),
            &folder.uri("Dockerfile"),
            &folder.uri("tox.ini"),
            &folder.uri("deps.lst"),
        ]);
        // what it does is done: a server that reads the list again and again never rests
        let rests = (0..50).any(|_| {
            let before = client.processor_time();
            std::thread::sleep(std::time::Duration::from_millis(200));
            client.processor_time() == before
        });
        assert!(rests, "{list}");
    }
}

#[cfg(unix)]
#[test]
fn what_comes_to_where_a_link_leads_is_reached_through_it() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new(&[
        ("one/app.py", "import alias.part, late, shared.part\n"),
        ("one/pkg/__init__.py", ""),
        ("one/requirements.txt", ""),
        ("two/pkg/__init__.py", ""),
    ]);
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    symlink("pkg", one.join("alias")).expect("a link");
    symlink("sub/module.py", one.join("late.py")).expect("a link to nothing");
    symlink("../two/pkg", one.join("shared")).expect("a link into another folder");
    let app = folder.uri("one/app.py");
    let (alias, late, shared) = (
        "0:7-0:17 warning unresolved-import",
        "0:19-0:23 warning unresolved-import",
        "0:25-0:36 warning unresolved-import",
    );
    let mut client = Setup::vscode().folder(&one).folder(&two).start();
    client.expect(&app, &[alias, late, shared]);
    for (file, left) in
        [("one/pkg/part.py", &[late, shared][..]), ("one/sub/module.py", &[shared][..]), ("two/pkg/part.py", &[][..])]
    {
        folder.write(file, "");
        watched(&mut client, &folder.uri(file), 1);
        client.expect(&app, left);
    }
    folder.delete("two/pkg/part.py");
    watched(&mut client, &folder.uri("two/pkg/part.py"), 3);
    client.expect(&app, &[shared]);
}

#[cfg(unix)]
#[test]
fn a_link_to_an_open_document_whose_file_is_gone_is_none() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new(&[
        ("app.py", "import alias.part\n"),
        ("pkg/__init__.py", ""),
        ("pkg/part.py", "import redis\n"),
        ("requirements.txt", ""),
    ]);
    symlink("pkg", folder.path().join("alias")).expect("a link");
    let (app, part) = (folder.uri("app.py"), folder.uri("pkg/part.py"));
    let unresolved = "0:7-0:17 warning unresolved-import";
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.expect(&part, &[MISSING]);
    client.open(&part, "python", "import redis\n");
    folder.delete("pkg/part.py");
    watched(&mut client, &part, 3);
    client.expect(&app, &[unresolved]);
    client.append(&part, "import requests\n");
    client.expect_finally(&part, &[MISSING, "1:7-1:15 error undeclared-import"]);
    client.quiet();
    client.settled(&[&part]);
    folder.write("pkg/part.py", "import redis\nimport os\n");
    watched(&mut client, &part, 1);
    client.expect(&app, &[]);
}

#[cfg(unix)]
#[test]
fn a_link_into_another_folder_is_looked_at_where_it_lies() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new(&[
        ("one/app.py", "import other.part\n"),
        ("one/requirements.txt", ""),
        ("two/pkg/__init__.py", ""),
        ("two/pkg/part.py", ""),
    ]);
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let app = folder.uri("one/app.py");
    let mut client = Setup::vscode().folder(&one).folder(&two).start();
    client.expect(&app, &["0:7-0:17 warning unresolved-import"]);
    symlink("../two/pkg", one.join("other")).expect("a link");
    watched(&mut client, &folder.uri("one/other"), 1);
    client.expect(&app, &[]);
}

#[test]
fn a_file_that_was_deleted_in_the_editor_stays_so_when_folders_come() {
    let folder =
        Folder::new(&[("one/app.py", "import redis\n"), ("one/requirements.txt", ""), ("two/requirements.txt", "")]);
    let app = folder.uri("one/app.py");
    let mut client = Setup::vscode().folder(&folder.path().join("one")).start();
    client.expect(&app, &[MISSING]);
    client.open(&app, "python", "import redis\n");
    folder.delete("one/app.py");
    client.notify("workspace/didDeleteFiles", json!({"files": [{"uri": app}]}));
    watched(&mut client, &app, 3);
    client.expect(&app, &[]);
    client.change_folders(&[&folder.path().join("two")], &[]);
    client.quiet();
    client.append(&app, "import os\n");
    client.expect(&app, &[MISSING]);
}

#[test]
fn what_git_ignores_counts_in_the_folders_below() {
    let folder = Folder::new(&[
        ("one/.git/HEAD", ""),
        ("one/.gitignore", ""),
        ("one/sub/app.py", "import redis\n"),
        ("one/sub/requirements.txt", ""),
    ]);
    let (one, app) = (folder.path().join("one"), folder.uri("one/sub/app.py"));
    let mut client = Setup::vscode().folder(&one).folder(&one.join("sub")).start();
    client.expect(&app, &[MISSING]);
    folder.write("one/.gitignore", "app.py\n");
    watched(&mut client, &folder.uri("one/.gitignore"), 2);
    client.expect(&app, &[]);
}

#[test]
fn a_list_that_is_included_by_a_detour_is_read_again() {
    let folder = Folder::new(&[
        ("shop/app.py", "import redis\n"),
        ("shop/requirements.txt", "-r ../shop/base.list\n"),
        ("shop/base.list", "flask\n"),
    ]);
    let (app, base) = (folder.uri("shop/app.py"), folder.uri("shop/base.list"));
    let mut client = Setup::vscode().folder(&folder.path().join("shop")).start();
    client.expect_finally(&app, &[MISSING]);
    client.settled(&[&base]);
    folder.write("shop/base.list", "redis\n");
    watched(&mut client, &base, 2);
    client.expect_finally(&app, &[]);
    client.open(&base, "pip-requirements", "redis\n");
    client.edit(&base, "redis", "six");
    client.expect(&app, &[MISSING]);
}

#[test]
fn a_folder_that_cannot_be_read_is_named() {
    let folder = Folder::new(&[("file.txt", ""), ("app/app.py", "import redis\n"), ("app/requirements.txt", "")]);
    let (gone, file, app) = (folder.path().join("gone"), folder.path().join("file.txt"), folder.path().join("app"));
    let mut client = Setup::vscode().folder(&gone).folder(&app).start();
    let named = |client: &mut Client, path: &std::path::Path| {
        let message = client.notification("window/showMessage")["message"].to_string();
        assert!(message.contains(&format!("Cannot read the folder {}: ", path.display())), "{message}");
    };
    named(&mut client, &gone);
    client.expect(&folder.uri("app/app.py"), &[MISSING]);
    client.change_folders(&[&file], &[]);
    named(&mut client, &file);
    client.quiet();
}

#[test]
fn what_is_told_holds_nothing_that_turns_text_around() {
    let folder = Folder::new(&[("app.py", "import os\n"), ("requirements.txt", "re\u{202e}dis\u{7}==1\n")]);
    let mut client = Setup::vscode().folder(folder.path()).start();
    let told = client.published(&folder.uri("requirements.txt")).to_string();
    assert!(told.contains("invalid-requirement"), "{told}");
    let symbols = client.request("workspace/symbol", json!({"query": ""})).to_string();
    for text in [told, symbols] {
        assert!(!text.contains('\u{202e}') && !text.contains('\u{7}') && !text.contains("\\u0007"), "{text}");
    }
}

#[test]
fn a_document_that_is_not_saved_leaves_the_folder_that_it_was_in() {
    let folder = Folder::new(&[
        ("one/app.py", "import sub.new\n"),
        ("one/requirements.txt", ""),
        ("one/sub/requirements.txt", ""),
    ]);
    let (one, app, new) = (folder.path().join("one"), folder.uri("one/app.py"), folder.uri("one/sub/new.py"));
    let unresolved = "0:7-0:14 warning unresolved-import";
    let mut client = Setup::vscode().folder(&one).start();
    client.expect(&app, &[unresolved]);
    client.open(&new, "python", "");
    client.expect(&app, &[]);
    client.change_folders(&[&one.join("sub")], &[]);
    client.expect(&app, &[unresolved]);
}
