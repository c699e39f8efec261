//! What could not be read is not taken for absent: it weakens what depends on it.

mod support;

use pinlens_analysis::config::Config;
use pinlens_analysis::finding::Diagnostic;
use pinlens_analysis::model::change::Change;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::words::codes::Severity;
use pinlens_loader::Loaded;
use std::sync::Mutex;
use support::{Folder, at};

/// The workspace of all that a walk finds.
fn workspace(folder: &Folder) -> Workspace {
    let loader = folder.loader("");
    let config = Config::default();
    let listing = loader.list(&config);
    let files = Mutex::new(Vec::new());
    files.lock().unwrap().extend(listing.skipped.iter().map(|file| (file.path.clone(), file.facts())));
    loader.load(listing.files, &|loaded| match loaded {
        Loaded::Found(_) => {}
        Loaded::Files(read) => files.lock().unwrap().extend(read.into_iter().map(|(path, facts)| (path, Some(facts)))),
        Loaded::Skipped(skipped) => {
            files.lock().unwrap().extend(skipped.iter().map(|file| (file.path.clone(), file.facts())));
        }
    });
    let mut workspace = Workspace::default();
    workspace.apply(Change { files: files.into_inner().unwrap(), ..Change::default() });
    workspace
}

fn findings(workspace: &Workspace, path: &str) -> Vec<Diagnostic> {
    workspace.file(&at(path)).map(|file| workspace.diagnostics(file)).unwrap_or_default()
}

fn brief(found: &[Diagnostic]) -> Vec<(&str, Severity)> {
    found.iter().map(|found| (found.code.as_str(), found.severity)).collect()
}

#[test]
fn an_unread_manifest_is_there() {
    for name in ["requirements.txt", "pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "environment.yml"] {
        let folder = Folder::new(&[("app.py", "import redis\n")]);
        folder.write(name, b"# caf\xe9\nflask\n");
        let workspace = workspace(&folder);
        let found = findings(&workspace, "app.py");
        assert_eq!(brief(&found), [("undeclared-import", Severity::Warning)], "{name}");
        assert!(!found[0].message.contains("no requirements file"), "{}", found[0].message);
        let file = workspace.file(&at("app.py")).unwrap();
        assert_eq!(workspace.fixes(file, &found[0]), [], "{name}");
    }
}

#[test]
fn a_folder_in_the_place_of_a_manifest_is_no_manifest_that_is_missing() {
    let folder = Folder::new(&[("app.py", "import redis\n"), ("requirements.txt/", "")]);
    let workspace = workspace(&folder);
    let found = findings(&workspace, "app.py");
    assert_eq!(brief(&found), [("undeclared-import", Severity::Warning)]);
    assert_eq!(workspace.fixes(workspace.file(&at("app.py")).unwrap(), &found[0]), []);
}

#[test]
fn unread_code_may_use_what_is_required() {
    let folder = Folder::new(&[("requirements.txt", "redis\n"), ("app.py", "import helper\n")]);
    folder.write("helper.py", b"name = '\xe9'\nimport redis\n");
    let workspace = workspace(&folder);
    assert_eq!(brief(&findings(&workspace, "app.py")), []);
    let found = findings(&workspace, "requirements.txt");
    assert_eq!(brief(&found), [("unused-requirement", Severity::Info)]);
    assert!(found[0].message.contains("helper.py could not be read"), "{}", found[0].message);
    let file = workspace.file(&at("requirements.txt")).unwrap();
    assert_eq!(workspace.fixes(file, &found[0]), []);
}

#[test]
fn unread_code_of_another_project_says_nothing_of_this_one() {
    let folder = Folder::new(&[
        ("one/requirements.txt", "redis\n"),
        ("one/app.py", ""),
        ("two/requirements.txt", "redis\n"),
        ("two/app.py", ""),
    ]);
    folder.write("two/helper.py", b"name = '\xe9'\n");
    let workspace = workspace(&folder);
    assert_eq!(brief(&findings(&workspace, "one/requirements.txt")), [("unused-requirement", Severity::Warning)]);
    assert_eq!(brief(&findings(&workspace, "two/requirements.txt")), [("unused-requirement", Severity::Info)]);
}

#[cfg(unix)]
#[test]
fn what_a_linked_folder_outside_holds_is_unknown() {
    let folder = Folder::new(&[
        ("work/.git/HEAD", ""),
        ("work/app.py", "import shared.tools\nimport more\n"),
        ("work/requirements.txt", ""),
        ("shared/tools.py", "import opossum\n"),
        ("more.py", ""),
    ]);
    for name in ["shared", "more.py"] {
        std::os::unix::fs::symlink(format!("../{name}"), folder.path("work").join(name)).unwrap();
    }
    let loader = folder.loader("work");
    let listing = loader.list(&Config::default());
    let mut workspace = Workspace::default();
    let mut files: Vec<_> = listing.skipped.iter().map(|file| (file.path.clone(), file.facts())).collect();
    loader.load(listing.files, &|_| {});
    for path in ["app.py", "requirements.txt"] {
        let kind = loader.kind(&at(path), &Config::default()).unwrap();
        files.push((at(path), loader.read(&at(path), kind).unwrap()));
    }
    workspace.apply(Change { files, ..Change::default() });
    assert_eq!(brief(&findings(&workspace, "app.py")), []);
}

#[test]
fn an_include_that_is_not_read_is_told_where_it_is_named() {
    let folder = Folder::new(&[
        ("app/app.py", "import redis\n"),
        ("app/requirements.txt", "-r ../list.txt\nflask\n"),
        ("list.txt", "opossum==1\nwombat\n"),
    ]);
    let loader = folder.loader("app");
    let mut workspace = Workspace::default();
    let mut files = Vec::new();
    for path in ["app.py", "requirements.txt"] {
        let kind = loader.kind(&at(path), &Config::default()).unwrap();
        files.push((at(path), loader.read(&at(path), kind).unwrap()));
    }
    workspace.apply(Change { files, ..Change::default() });
    let wanted = workspace.wanted();
    assert_eq!(wanted, [at("../list.txt")]);
    let skipped = loader.read(&wanted[0], pinlens_facts::facts::FileKind::Requirements).unwrap_err();
    workspace.apply(Change { files: vec![(wanted[0].clone(), skipped.facts())], ..Change::default() });
    assert_eq!(workspace.wanted(), []);
    let found = findings(&workspace, "requirements.txt");
    assert_eq!(brief(&found)[0], ("unresolved-include", Severity::Warning));
    assert!(found[0].message.contains("lies outside"), "{}", found[0].message);
    assert_eq!(brief(&findings(&workspace, "../list.txt")), []);
    assert_eq!(brief(&findings(&workspace, "app.py")), [("undeclared-import", Severity::Warning)]);
    let everything: String = found.iter().map(|found| found.message.as_str()).collect();
    assert!(!everything.contains("opossum") && !everything.contains("wombat"), "{everything}");
}
