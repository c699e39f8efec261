//! What the server reads, and that it keeps up with what git ignores, links and includes.

use pinlens_tests::client::Client;
use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::{Value, json};

const MISSING: &str = "0:7-0:12 error undeclared-import";

fn watched(client: &mut Client, uri: &str, kind: u8) {
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri, "type": kind}]}));
}

#[cfg(unix)]
#[test]
fn what_lies_outside_is_told_where_it_is_named_and_not_shown() {
    let folder = Folder::new(&[
        ("work/app.py", "import os\n"),
        ("work/requirements.txt", "-r ../outside/list.txt\n-r link.txt\n"),
        ("outside/list.txt", "opossum==1\nthe wombat sleeps\n"),
    ]);
    std::os::unix::fs::symlink("../outside/list.txt", folder.path().join("work/link.txt")).expect("a link");
    let requirements = folder.uri("work/requirements.txt");
    let mut client = Setup::vscode().folder(&folder.path().join("work")).start();
    let told =
        client.expect(&requirements, &["0:3-0:22 warning unresolved-include", "1:3-1:11 warning unresolved-include"]);
    assert!(!told.to_string().contains("opossum"), "{told}");
    client.open(&requirements, "pip-requirements", &folder.read("work/requirements.txt"));
    client.quiet();
    client.settled(&[&requirements]);
    let at = json!({"textDocument": {"uri": requirements}, "position": {"line": 0, "character": 8}});
    let mut answers: Vec<Value> =
        ["textDocument/hover", "textDocument/definition"].map(|method| client.request(method, at.clone())).into();
    for query in ["", "opossum", "wombat"] {
        answers.push(client.request("workspace/symbol", json!({"query": query})));
    }
    let answers = json!(answers).to_string();
    assert!(!answers.contains("opossum") && !answers.contains("wombat"), "{answers}");
    for path in ["outside/list.txt", "work/link.txt"] {
        watched(&mut client, &folder.uri(path), 2);
    }
    client.quiet();
}

#[test]
fn a_lone_document_outside_the_workspace_is_left_alone() {
    let folder = Folder::new(&[
        ("work/app.py", "import os\n"),
        ("outside/app.py", "import redis\n"),
        ("outside/other.py", "import redis\n"),
        ("outside/requirements.txt", "opossum==\n"),
        ("outside/.git/HEAD", ""),
    ]);
    let mut client = Setup::neovim().folder(&folder.path().join("work")).start();
    client.open(&folder.uri("outside/app.py"), "python", "import redis\n");
    client.edit(&folder.uri("outside/app.py"), "redis", "yaml");
    let at = json!({"textDocument": {"uri": folder.uri("outside/app.py")}, "position": {"line": 0, "character": 8}});
    assert!(client.request("textDocument/hover", at).is_null());
    client.close(&folder.uri("outside/app.py"));
    client.quiet();
}

#[test]
fn the_repository_around_a_folder_is_its_own() {
    let folder = Folder::new(&[
        (".git/HEAD", ""),
        ("base.txt", "redis\n"),
        ("work/app.py", "import redis\nimport yaml\n"),
        ("work/requirements.txt", "-r ../base.txt\n"),
    ]);
    let mut client = Setup::neovim().folder(&folder.path().join("work")).start();
    client.expect(&folder.uri("work/app.py"), &["1:7-1:11 error undeclared-import"]);
    client.quiet();
}

#[test]
fn what_is_included_no_longer_is_let_go() {
    let folder = Folder::new(&[
        ("app.py", "import os\n"),
        ("requirements.txt", "-r deps/base.list\n"),
        ("deps/base.list", "-r more.list\n"),
        ("deps/more.list", "redis\n-r base.list\n"),
    ]);
    let (requirements, more) = (folder.uri("requirements.txt"), folder.uri("deps/more.list"));
    let cycle = "1:3-1:12 error unresolved-include";
    let unused = "0:0-0:5 warning unused-requirement";
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.expect_finally(&more, &[unused, cycle]);
    client.published(&folder.uri("deps/base.list"));
    client.open(&requirements, "pip-requirements", "-r deps/base.list\n");
    client.edit(&requirements, "-r deps/base.list\n", "");
    client.expect_finally(&more, &[]);
    client.expect_finally(&folder.uri("deps/base.list"), &[]);
    client.append(&requirements, "-r deps/more.list\n");
    client.expect_finally(&more, &[unused, cycle]);
    // a list of a moment before may be sent or not, so the last one may come twice
    client.settled(&[&requirements, &more, &folder.uri("deps/base.list")]);
    client.quiet();
}

#[test]
fn what_git_comes_to_ignore_or_leaves_follows_also_where_it_is_open() {
    let folder = Folder::new(&[("requirements.txt", ""), ("sub/app.py", "import redis\n"), (".gitignore", "new.py\n")]);
    let (app, new) = (folder.uri("sub/app.py"), folder.uri("new.py"));
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.open(&app, "python", "import redis\n");
    client.open(&new, "python", "import redis\n");
    client.expect_finally(&app, &[MISSING]);
    client.quiet();
    folder.write(".gitignore", "sub/\n");
    watched(&mut client, &folder.uri(".gitignore"), 2);
    client.expect(&new, &[MISSING]);
    client.expect_finally(&app, &[]);
    client.edit(&app, "redis", "yaml");
    client.quiet();
}

#[test]
fn what_is_ignored_by_the_time_that_folders_change_is_let_go_though_it_is_open() {
    let folder = Folder::new(&[("one/requirements.txt", "flask\n"), ("one/app.py", "import os\n"), ("two/app.py", "")]);
    let list = folder.uri("one/base.list");
    let mut client = Setup::vscode().folder(&folder.path().join("one")).start();
    client.settled(&[&folder.uri("one/requirements.txt")]);
    // never written: no walk comes to it
    client.open(&list, "pip-requirements", "\n\n-r gone.txt\n");
    client.expect_finally(&list, &["2:3-2:11 error unresolved-include"]);
    folder.write("one/.gitignore", "*.list\n");
    client.change_folders(&[&folder.path().join("two")], &[]);
    // what was known of it was of a longer text
    let short = json!([{"text": "x"}]);
    client.notify(
        "textDocument/didChange",
        json!({"textDocument": {"uri": list, "version": 2}, "contentChanges": short}),
    );
    watched(&mut client, &folder.uri("one/.gitignore"), 1);
    client.expect_finally(&list, &[]);
    client.settled(&[&folder.uri("two/app.py")]);
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_that_a_link_leads_to_are_followed_as_they_come_and_go() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new(&[
        (".git/HEAD", ""),
        ("one/requirements.txt", ""),
        ("one/app.py", "import os\n"),
        ("two/pkg/a.py", "import os\n"),
        ("two/deep/er/d.py", "import redis\n"),
    ]);
    symlink("../two/pkg", folder.path().join("one/other")).expect("a link");
    let linked = folder.uri("one/other/linked.py");
    let mut client = Setup::vscode().folder(&folder.path().join("one")).start();
    client.quiet();
    symlink("../deep/er/d.py", folder.path().join("two/pkg/linked.py")).expect("a link");
    watched(&mut client, &folder.uri("two/pkg/linked.py"), 1);
    client.expect_finally(&linked, &[MISSING]);
    std::fs::remove_dir_all(folder.path().join("two/deep")).expect("the folder goes");
    watched(&mut client, &folder.uri("two/deep"), 3);
    client.expect_finally(&linked, &[]);
    folder.write("two/deep/er/d.py", "import redis\n");
    watched(&mut client, &folder.uri("two/deep/er/d.py"), 1);
    client.expect_finally(&linked, &[MISSING]);
}

#[cfg(unix)]
#[test]
fn links_are_followed_as_they_come_and_go() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new(&[
        ("app.py", "import alias.part\n"),
        ("requirements.txt", ""),
        ("real/__init__.py", ""),
        ("real/part.py", "import redis\n"),
    ]);
    let (app, part) = (folder.uri("app.py"), folder.uri("real/part.py"));
    let unresolved = "0:7-0:17 warning unresolved-import";
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.expect(&app, &[unresolved]);
    client.expect(&part, &[MISSING]);
    symlink("real", folder.path().join("alias")).expect("a link");
    watched(&mut client, &folder.uri("alias"), 1);
    client.expect(&app, &[]);
    client.expect_finally(&part, &[MISSING]);
    folder.write("real/part.py", "import os\n");
    watched(&mut client, &part, 2);
    client.expect_finally(&part, &[]);
    std::fs::remove_file(folder.path().join("alias")).expect("the link goes");
    watched(&mut client, &folder.uri("alias"), 3);
    client.expect(&app, &[unresolved]);
}

#[cfg(unix)]
#[test]
fn a_document_speaks_for_links_to_it_only_while_it_is_looked_at() {
    let folder = Folder::new(&[("app.py", "import os\n"), ("requirements.txt", ""), ("real/part.py", "import os\n")]);
    std::os::unix::fs::symlink("real", folder.path().join("alias")).expect("a link");
    let (part, alias) = (folder.uri("real/part.py"), folder.uri("alias/part.py"));
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.open(&part, "python", "import redis\n");
    client.expect_finally(&part, &[MISSING]);
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"exclude": ["real/"]}}));
    client.expect_finally(&part, &[]);
    // the disk speaks at the link
    client.quiet();
    client.notify("workspace/didChangeConfiguration", json!({"settings": {}}));
    client.expect_finally(&part, &[MISSING]);
    client.settled(&[&alias]);
}

#[test]
fn what_a_platform_finds_is_no_reason_to_keep_it() {
    let folder = Folder::new(&[
        ("app.py", "import os\n"),
        ("Procfile", "web: gunicorn app:app\n"),
        (".gitignore", "requirements.txt\n"),
        ("requirements.txt", "redis\n"),
        ("dev-requirements.txt", "-r requirements.txt\n"),
    ]);
    let (requirements, dev) = (folder.uri("requirements.txt"), folder.uri("dev-requirements.txt"));
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.settled(&[&folder.uri("Procfile"), &dev]);
    client.expect_finally(&requirements, &["0:0-0:5 warning unused-requirement"]);
    client.open(&dev, "pip-requirements", "-r requirements.txt\n");
    client.edit(&dev, "-r requirements.txt\n", "");
    client.expect_finally(&requirements, &[]);
}
