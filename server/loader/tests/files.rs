//! Reading, loading and writing files, and their paths.

mod support;

use pinlens_analysis::config::Config;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_loader::{Loaded, Loader, SourceText};
use std::fs;
use std::sync::Mutex;
use support::{Folder, at};

#[test]
fn a_load_tells_every_file_once() {
    let folder = Folder::new(&[("bad.py", ""), ("m.so", ""), ("more.list", "six\n")]);
    folder.write("bad.py", b"# caf\xe9\n");
    for number in 0..300 {
        folder.write(&format!("pkg/m{number}.py"), b"import six\n");
    }
    let loader = folder.loader("");
    let mut files: Vec<_> = loader.walk(&Config::default()).files.into_keys().collect();
    files.extend([at("more.list"), at("gone.py")]);
    let parts = Mutex::new((Vec::new(), Vec::new(), 0));
    loader.load(files, &|part| {
        let mut parts = parts.lock().unwrap();
        match part {
            Loaded::Found(count) => parts.2 = count,
            Loaded::Files(files) => parts.0.extend(files),
            Loaded::Skipped(files) => parts.1.extend(files),
        }
    });
    let (mut found, skipped, count) = parts.into_inner().unwrap();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found.dedup_by(|a, b| a.0 == b.0);
    assert_eq!((found.len(), count), (302, 304));
    assert!(found.iter().any(|(path, facts)| path.as_str() == "m.so" && *facts == FileFacts::Module));
    assert!(
        found.iter().any(|(path, facts)| path.as_str() == "more.list" && matches!(facts, FileFacts::Requirements(_)))
    );
    let skipped: Vec<String> = skipped.iter().map(|one| format!("{}: {}", one.path, one.reason)).collect();
    let advice = "save it as UTF-8, or declare its encoding in its first line: # -*- coding: latin-1 -*-";
    assert_eq!(skipped, [format!("bad.py: not UTF-8 (byte 0xE9 at offset 5, line 1); {advice}")]);
}

#[test]
fn one_file_is_read_as_it_is_asked() {
    let folder = Folder::new(&[("deps", "six"), ("a.py", "import a"), ("sub/x.py", "")]);
    let loader = folder.loader("");
    assert!(matches!(loader.read(&at("deps"), FileKind::Requirements), Ok(Some(FileFacts::Requirements(_)))));
    assert!(matches!(loader.read(&at("a.py"), FileKind::Python), Ok(Some(FileFacts::Python(_)))));
    assert_eq!(loader.read(&at("gone.py"), FileKind::Python), Ok(None));
    assert_eq!(loader.read(&at("a.py/x.py"), FileKind::Python), Ok(None));
    let folder_as_file = loader.read(&at("sub"), FileKind::Requirements).unwrap_err();
    assert_eq!(folder_as_file.reason.to_string(), "is a folder, not a file");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_skipped_without_waiting() {
    let folder = Folder::new(&[]);
    let pipe = folder.path("pipe.py");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let loader = folder.loader("");
    assert!(loader.walk(&Config::default()).files.is_empty());
    assert!(loader.text(&at("pipe.py"), FileKind::Python).is_err());
}

#[test]
fn a_file_that_is_too_long_is_skipped() {
    let folder = Folder::new(&[]);
    let file = fs::File::create(folder.path("long.py")).unwrap();
    file.set_len(Loader::MAX_LEN + 1).unwrap();
    let skipped = folder.loader("").text(&at("long.py"), FileKind::Python).unwrap_err();
    assert_eq!(skipped.reason.to_string(), "longer than 32 MB; exclude it");
}

#[test]
fn a_text_is_written_back_in_its_encoding() {
    let folder = Folder::new(&[]);
    let bytes = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    folder.write("requirements.txt", &bytes("\u{feff}six\r\n"));
    let loader = folder.loader("");
    let path = at("requirements.txt");
    let mut source = loader.text(&path, FileKind::Requirements).unwrap().unwrap();
    assert_eq!(source.text, "\u{feff}six\r\n");
    source.text.push_str("redis\r\n");
    loader.write(&path, &source).unwrap();
    assert_eq!(fs::read(folder.path("requirements.txt")).unwrap(), bytes("\u{feff}six\r\nredis\r\n"));
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 1, "no temporary file is left");
}

fn utf_8(text: &str) -> SourceText {
    SourceText { text: text.into(), encoding: encoding_rs::UTF_8 }
}

#[test]
fn a_missing_file_is_created() {
    let folder = Folder::new(&[]);
    folder.loader("").write(&at("requirements.txt"), &utf_8("six\n")).unwrap();
    assert_eq!(fs::read(folder.path("requirements.txt")).unwrap(), b"six\n");
}

#[cfg(unix)]
#[test]
fn permissions_stay_and_links_are_written_through() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[(".git/", ""), ("shared/real.txt", "a"), ("app/", "")]);
    let real = folder.path("shared/real.txt");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("../shared/real.txt", folder.path("app/requirements.txt")).unwrap();
    let loader = folder.loader("app");
    loader.write(&at("requirements.txt"), &utf_8("b")).unwrap();
    assert_eq!(fs::read(&real).unwrap(), b"b");
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(folder.path("app/requirements.txt")).unwrap().is_symlink());
}

#[test]
fn a_read_only_file_stays() {
    let folder = Folder::new(&[("requirements.txt", "a")]);
    let path = folder.path("requirements.txt");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let error = folder.loader("").write(&at("requirements.txt"), &utf_8("b")).unwrap_err();
    assert_eq!(error.to_string(), format!("{}: the file is read-only", path.display()));
    assert_eq!(fs::read(&path).unwrap(), b"a");
}

#[test]
fn what_cannot_be_encoded_is_not_written() {
    let folder = Folder::new(&[("requirements.txt", "a")]);
    let text = SourceText { text: "あ".into(), encoding: encoding_rs::WINDOWS_1252 };
    assert!(folder.loader("").write(&at("requirements.txt"), &text).is_err());
    assert_eq!(fs::read(folder.path("requirements.txt")).unwrap(), b"a");
}

#[test]
fn paths_go_there_and_back() {
    let folder = Folder::new(&[("w/app/a.py", ""), ("shared/base.txt", "")]);
    let loader = folder.loader("w/app");
    for path in ["a.py", "new/b.py", "../c.txt", "../../shared/base.txt", "../../shared/gone.txt"] {
        assert_eq!(loader.path_of(&loader.absolute(&at(path))), Some(at(path)), "{path}");
    }
    assert_eq!(loader.absolute(&at("../../shared/base.txt")), folder.path("shared/base.txt"));
    assert_eq!(loader.path_of(std::path::Path::new("a.py")), None);
    assert_eq!(loader.path_of(&folder.path("w/app/x/../a.py")), Some(at("a.py")));
}

#[cfg(unix)]
#[test]
fn a_path_through_a_link_is_the_walked_file() {
    let folder = Folder::new(&[("app/a.py", "")]);
    std::os::unix::fs::symlink(folder.path("app"), folder.path("linked")).unwrap();
    let loader = folder.loader("app");
    assert_eq!(loader.path_of(&folder.path("linked/a.py")), Some(at("a.py")));
    assert_eq!(loader.path_of(&folder.path("linked/new.py")), Some(at("new.py")));
}

#[test]
fn settings_come_from_one_file() {
    let folder = Folder::new(&[("pyproject.toml", "[tool.pinlens]\nroots = ['src']\nexclude = ['a', '[z-a]']\nx = 1")]);
    let (config, errors) = folder.loader("").config();
    assert_eq!(config.roots, ["src"]);
    let keys: Vec<&str> = errors.iter().map(|error| error.key.as_str()).collect();
    assert_eq!(keys, ["tool.pinlens.exclude", "tool.pinlens.x"]);
    folder.write("pinlens.toml", b"environment = 'none'");
    let (config, errors) = folder.loader("").config();
    assert_eq!((config.environment.as_deref(), config.roots.len(), errors.len()), (Some("none"), 0, 0));
    folder.write("pinlens.toml", b"\xff");
    assert_eq!(folder.loader("").config().1.len(), 1);
}
