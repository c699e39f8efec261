//! Open documents: what is typed is told, in both directions, saved or not.

use pinlens_tests::client::brief;
use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::{Value, json};

const MISSING: &str = "0:7-0:12 error undeclared-import";

#[test]
fn typing_an_import_tells_it_and_undoing_it_takes_it_back() {
    let folder = Folder::new(&[("app.py", "import os\n"), ("requirements.txt", "flask\n")]);
    let (app, requirements) = (folder.uri("app.py"), folder.uri("requirements.txt"));
    let mut client = Setup::neovim().folder(folder.path()).start();
    client.expect(&requirements, &["0:0-0:5 warning unused-requirement"]);
    client.open(&app, "python", "import os\n");
    client.quiet();

    client.append(&app, "import redis\n");
    let told = client.expect(&app, &["1:7-1:12 error undeclared-import"]);
    assert_eq!(told["version"], json!(2));
    let diagnostic = &told["diagnostics"][0];
    assert_eq!(diagnostic["source"], json!("pinlens"));
    assert_eq!(diagnostic["data"], json!({"module": "redis", "distribution": "redis"}));

    client.append(&app, "import flask\n");
    client.expect(&requirements, &[]);
    client.edit(&app, "import redis\n", "");
    client.expect(&app, &[]);
    client.edit(&app, "import flask\n", "");
    let told = client.expect(&requirements, &["0:0-0:5 warning unused-requirement"]);
    assert_eq!(told["diagnostics"][0]["tags"], json!([1]));
    assert_eq!(folder.read("app.py"), "import os\n");
}

#[test]
fn editing_the_requirements_tells_every_importer() {
    let folder =
        Folder::new(&[("a.py", "import redis\n"), ("b.py", "import redis\n"), ("requirements.txt", "redis\n")]);
    let requirements = folder.uri("requirements.txt");
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.open(&requirements, "pip-requirements", "redis\n");
    client.open(&folder.uri("a.py"), "python", "import redis\n");
    client.quiet();

    client.edit(&requirements, "redis", "six");
    let told = client.expect(&folder.uri("a.py"), &[MISSING]);
    assert_eq!(told["version"], json!(1));
    let told = client.expect(&folder.uri("b.py"), &[MISSING]);
    assert!(told.get("version").is_none());
    client.published(&requirements);
    client.edit(&requirements, "six", "redis");
    for uri in [folder.uri("a.py"), folder.uri("b.py"), requirements] {
        client.expect(&uri, &[]);
    }
}

#[test]
fn columns_count_in_the_clients_unit() {
    let text = "note = '\u{1d11e}é'; import redis\r\n";
    let other = text.replace("redis", "celery");
    for (encoding, column) in [("utf-8", 24), ("utf-16", 21), ("utf-32", 20)] {
        let folder = Folder::new(&[("app.py", text), ("closed.py", &other), ("requirements.txt", "")]);
        let app = folder.uri("app.py");
        let mut client = Setup::neovim().encodings(&[encoding]).folder(folder.path()).start();
        let expected = format!("0:{column}-0:{} error undeclared-import", column + 5);
        client.expect(&app, &[&expected]);
        let closed = format!("0:{column}-0:{} error undeclared-import", column + 6);
        client.expect(&folder.uri("closed.py"), &[&closed]);
        client.open(&app, "python", text);
        client.edit(&app, "redis", "os");
        client.expect(&app, &[]);
        client.edit(&app, "\u{1d11e}é'; import os\r\n", "\u{1d11e}é'; import redis\r\n");
        client.expect(&app, &[&expected]);
    }
}

#[test]
fn edits_of_one_message_build_on_each_other_and_wild_positions_are_clamped() {
    let folder = Folder::new(&[("requirements.txt", "")]);
    let app = folder.uri("app.py");
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.open(&app, "python", "x = 1\r\n");
    client.change(
        &app,
        &[
            json!({"range": {"start": {"line": 0, "character": 99}, "end": {"line": 0, "character": 99}}, "text": "\r\nimport re"}),
            json!({"range": {"start": {"line": 1, "character": 9}, "end": {"line": 1, "character": 9}}, "text": "dis"}),
        ],
    );
    client.expect(&app, &["1:7-1:12 error undeclared-import"]);
    client.change(&app, &[json!({"text": "import redis\n"})]);
    client.expect(&app, &[MISSING]);
}

#[test]
fn at_close_the_disk_speaks_again() {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", "")]);
    let app = folder.uri("app.py");
    let mut client = Setup::neovim().folder(folder.path()).start();
    client.expect(&app, &[MISSING]);
    client.open(&app, "python", "import os\n");
    client.expect(&app, &[]);
    client.close(&app);
    assert!(client.expect(&app, &[MISSING]).get("version").is_none());
}

#[test]
fn a_buffer_that_was_never_saved_leaves_nothing_behind() {
    let folder = Folder::new(&[("requirements.txt", "")]);
    let app = folder.uri("new.py");
    let mut client = Setup::neovim().folder(folder.path()).start();
    client.open(&app, "python", "import redis\n");
    client.expect(&app, &[MISSING]);
    client.close(&app);
    client.expect(&app, &[]);
}

#[test]
fn uris_are_told_as_the_client_spells_them() {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", "")]);
    let (plain, odd) = (folder.uri("app.py"), folder.uri("%61pp.py"));
    let mut client = Setup::neovim().folder(folder.path()).start();
    client.expect(&plain, &[MISSING]);
    client.open(&odd, "python", "import redis\n");
    client.expect(&plain, &[]);
    client.expect(&odd, &[MISSING]);
    client.close(&odd);
    client.expect(&odd, &[]);
    client.expect(&plain, &[MISSING]);
}

#[test]
fn hundreds_of_edits_keep_their_order() {
    let folder = Folder::new(&[("requirements.txt", "")]);
    let app = folder.uri("app.py");
    let mut client = Setup::neovim().folder(folder.path()).start();
    client.open(&app, "python", "");
    let lines: Vec<String> = (0..20).map(|number| format!("import redis  # {number:>2} some padding\n")).collect();
    let text = lines.concat();
    for at in 0..text.len().min(700) {
        client.append(&app, &text[at..=at]);
        if at % 7 == 0 {
            let (line, column) = (text[..at].matches('\n').count(), at - text[..at].rfind('\n').map_or(0, |nl| nl + 1));
            let place = json!({"line": line, "character": column});
            client.change(&app, &[json!({"range": {"start": place, "end": place}, "text": ""})]);
        }
    }
    let written = client.text(&app).to_owned();
    assert_eq!(written, text[..text.len().min(700)]);
    let whole = written.lines().count() - usize::from(!written.ends_with('\n'));
    let expected: Vec<String> = (0..whole).map(|line| format!("{line}:7-{line}:12 error undeclared-import")).collect();
    let mut last = 0;
    loop {
        let told = client.published(&app);
        let version = told["version"].as_i64().expect("a version");
        assert!(version > last, "{version} after {last}");
        last = version;
        if brief(&told)[..] == expected[..] {
            break;
        }
    }
}

#[test]
fn what_is_no_file_or_no_ones_is_left_alone() {
    let folder = Folder::new(&[("requirements.txt", ""), (".gitignore", "built/\n")]);
    let mut client = Setup::neovim().folder(folder.path()).start();
    client.open("untitled:Untitled-1", "python", "import redis\n");
    client.edit("untitled:Untitled-1", "redis", "rq");
    client.open(&folder.uri("notes.md"), "markdown", "import redis\n");
    client.open(&folder.uri(".venv/lib/python3.12/site-packages/six.py"), "python", "import redis\n");
    client.close("untitled:Untitled-1");
    client.quiet();
}

#[test]
fn a_file_is_known_by_its_language_where_its_name_says_nothing() {
    let folder = Folder::new(&[("requirements.txt", "")]);
    let script = folder.uri("tool");
    let mut client = Setup::neovim().folder(folder.path()).start();
    client.open(&script, "python", "import redis\n");
    client.expect(&script, &[MISSING]);
    client.close(&script);
    client.expect(&script, &[]);
}

#[test]
fn related_places_follow_the_text() {
    let folder = Folder::new(&[("requirements.txt", "redis\nredis\n"), ("app.py", "import redis\n")]);
    let requirements = folder.uri("requirements.txt");
    let mut client = Setup::vscode().folder(folder.path()).start();
    let told = client.expect(&requirements, &["1:0-1:5 warning duplicate-requirement"]);
    let related =
        |told: &Value| told["diagnostics"][0]["relatedInformation"][0]["location"]["range"]["start"]["line"].clone();
    assert_eq!(related(&told), json!(0));
    client.open(&requirements, "pip-requirements", "redis\nredis\n");
    client.edit(&requirements, "redis\n", "# both\nredis\n");
    let told = client.expect(&requirements, &["2:0-2:5 warning duplicate-requirement"]);
    assert_eq!(related(&told), json!(1));
}

#[test]
fn a_client_of_little_means_is_told_in_little_words() {
    let folder = Folder::new(&[("requirements.txt", "flask\nflask\n"), ("app.py", "import redis\n")]);
    let mut client = Setup::bare().folder(folder.path()).start();
    client.expect(&folder.uri("app.py"), &[MISSING]);
    let told = client.published(&folder.uri("requirements.txt"));
    for diagnostic in told["diagnostics"].as_array().expect("a list") {
        for key in ["relatedInformation", "tags", "data"] {
            assert!(diagnostic.get(key).is_none(), "{diagnostic}");
        }
    }
}

#[test]
fn a_code_is_linked_to_the_page_that_the_client_has() {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", "")]);
    let setup =
        Setup::vscode().folder(folder.path()).options(json!({"docs": "file:///extension/docs", "settings": {}}));
    let links = "/textDocument/publishDiagnostics/codeDescriptionSupport";
    let mut client = setup.capability(links, json!(true)).start();
    let list = client.published(&folder.uri("app.py"));
    let href = &list["diagnostics"][0]["codeDescription"]["href"];
    assert_eq!(*href, json!("file:///extension/docs/undeclared-import.md"));
}

#[test]
fn an_equal_list_is_told_again_for_each_text_and_only_then() {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt", "")]);
    let app = folder.uri("app.py");
    let mut client = Setup::vscode().folder(folder.path()).start();
    client.expect(&app, &[MISSING]);
    client.open(&app, "python", "import redis\n");
    assert_eq!(client.told_version(&app), json!(1));
    client.append(&app, "# a remark\n");
    assert_eq!(client.told_version(&app), json!(2));
    client.append(&app, "# another\n");
    client.append(&app, "# and one more\n");
    assert_eq!(client.told_version(&app), json!(4));
    client.edit(&app, "import redis\n", "");
    client.expect(&app, &[]);
    // nothing is no news for another text
    client.append(&app, "# the last\n");
    client.quiet();
    assert_eq!(client.told_version(&app), json!(5));
}
