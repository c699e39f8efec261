//! What lies outside a workspace and its repository is neither read nor written, by whatever path it is named.
#![cfg(unix)]

mod support;

use pinlens_analysis::config::Config;
use pinlens_facts::facts::{FileFacts, FileKind, UnreadReason};
use pinlens_loader::{Loader, SourceText};
use std::fs;
use std::os::unix::fs::symlink;
use support::{Folder, at};

const FOREIGN: &str = "opossum==1\n";

/// A repository with a workspace folder `repository/app`, and links that lead out of it.
fn folder() -> Folder {
    let folder = Folder::new(&[
        ("repository/.git/HEAD", ""),
        ("repository/base.txt", "six\n"),
        ("repository/app/a.py", ""),
        ("outside/list.txt", FOREIGN),
        ("outside/mod.py", "import opossum\n"),
    ]);
    for (target, link) in [
        ("../../outside/list.txt", "list.txt"),
        ("../../outside", "folder"),
        ("../../outside/mod.py", "helper.py"),
        ("../base.txt", "base.txt"),
        ("folder/list.txt", "twice.txt"),
    ] {
        symlink(target, folder.path("repository/app").join(link)).unwrap();
    }
    folder
}

fn outside(folder: &Folder) -> [String; 6] {
    let absolute = folder.path("outside/list.txt").to_string_lossy().into_owned();
    let others =
        ["../../outside/list.txt", "list.txt", "folder/list.txt", "twice.txt", "../app/../../outside/list.txt"];
    let [up, list, folder, twice, round] = others.map(str::to_owned);
    [absolute, up, list, folder, twice, round]
}

fn reason(loader: &Loader, path: &str) -> Option<UnreadReason> {
    loader.read(&at(path), FileKind::Requirements).err().map(|skipped| skipped.reason)
}

#[test]
fn what_lies_outside_is_not_read() {
    let folder = folder();
    let loader = folder.loader("repository/app");
    for path in outside(&folder) {
        assert_eq!(reason(&loader, &path), Some(UnreadReason::Outside), "{path}");
        assert!(loader.text(&at(&path), FileKind::Requirements).is_err(), "{path}");
    }
    for path in ["../base.txt", "base.txt", "../app/base.txt"] {
        assert!(
            matches!(loader.read(&at(path), FileKind::Requirements), Ok(Some(FileFacts::Requirements(_)))),
            "{path}"
        );
    }
    assert_eq!(loader.read(&at("../../outside/gone.txt"), FileKind::Requirements), Ok(None));
}

#[test]
fn without_a_repository_the_folder_is_all() {
    let folder = Folder::new(&[("app/a.py", ""), ("base.txt", "six\n")]);
    assert_eq!(reason(&folder.loader("app"), "../base.txt"), Some(UnreadReason::Outside));
    assert_eq!(reason(&folder.loader(""), "base.txt"), None);
}

#[test]
fn the_folders_of_a_workspace_may_read_each_other() {
    let folder = Folder::new(&[("one/a.py", ""), ("two/base.txt", "six\n")]);
    let mut loader = folder.loader("one");
    loader.bounds.extend(&folder.loader("two").bounds);
    assert_eq!(reason(&loader, "../two/base.txt"), None);
}

#[test]
fn the_walk_says_what_leads_out() {
    let folder = folder();
    let loader = folder.loader("repository/app");
    let listing = loader.list(&Config::default());
    assert_eq!(listing.files, [at("a.py")]);
    let skipped: Vec<(&str, bool)> =
        listing.skipped.iter().map(|file| (file.path.as_str(), file.reason == UnreadReason::Outside)).collect();
    assert_eq!(skipped, [("folder", true), ("helper.py", true)]);
}

#[test]
fn what_lies_outside_is_not_written() {
    let folder = folder();
    let loader = folder.loader("repository/app");
    let text = SourceText { text: "changed\n".into(), encoding: encoding_rs::UTF_8 };
    for path in outside(&folder).iter().map(String::as_str).chain(["folder/new.txt", "../../outside/new.txt"]) {
        assert!(loader.write(&at(path), &text).is_err(), "{path}");
    }
    assert_eq!(fs::read_to_string(folder.path("outside/list.txt")).unwrap(), FOREIGN);
    assert!(!folder.path("outside/new.txt").exists());
    loader.write(&at("base.txt"), &text).unwrap();
    assert_eq!(fs::read_to_string(folder.path("repository/base.txt")).unwrap(), "changed\n");
    assert!(folder.path("repository/app/base.txt").is_symlink());
}
