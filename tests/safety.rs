//! What `pinlens` must not do, whatever stands in a folder: leave it, take what it cannot read for absent, wait for what is no file,
//! leave half a file behind, steer a terminal.
#![cfg(unix)]

use pinlens_tests::binary;
use pinlens_tests::folder::Folder;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(binary::path());
    command.args(args).args(["--env", "none"]).current_dir(folder).env("HOME", "/nonexistent").env_remove("NO_COLOR");
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let began = Instant::now();
    while child.try_wait().expect("it can be waited for").is_none() {
        if began.elapsed() > Duration::from_secs(30) {
            child.kill().expect("it can be killed");
            panic!("{args:?} hangs");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().expect("it has ended")
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

fn report(folder: &Path, args: &[&str]) -> Value {
    let output = run(folder, &[&["check", "--format", "json"], args].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", told(&output)))
}

/// A repository whose requirements lead out of it on every way.
fn leading_out() -> Folder {
    let folder = Folder::new(&[
        ("repository/.git/HEAD", ""),
        ("repository/app.py", "import redis\n"),
        ("repository/requirements.txt", "-r ../outside/climb.txt\n-r link.txt\n-c folder/deep.txt\n"),
        ("outside/climb.txt", "opossum-one==1\nthe wombat sleeps\n"),
        ("outside/link.txt", "opossum-two==1\n"),
        ("outside/deep.txt", "opossum-three==1\nopossum-three==1\n"),
        ("outside/linked-requirements.txt", "opossum-four==1\n"),
        ("outside/tool.py", "import opossum\n"),
    ]);
    let absolute = folder.path().join("outside/deep.txt");
    let more = format!("{}-r {}\n", folder.read("repository/requirements.txt"), absolute.display());
    folder.write("repository/requirements.txt", &more);
    for (target, link) in [
        ("../outside/link.txt", "link.txt"),
        ("../outside", "folder"),
        ("../outside/tool.py", "tool.py"),
        ("../outside/linked-requirements.txt", "dev-requirements.txt"),
    ] {
        symlink(target, folder.path().join("repository").join(link)).expect("a link");
    }
    folder
}

fn outside(folder: &Folder) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder.path().join("outside")).expect("a folder").flatten();
    let mut files: Vec<_> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .map(|name| (folder.read(&format!("outside/{name}")), name))
        .collect();
    files.sort_unstable();
    files
}

#[test]
fn nothing_outside_is_shown_or_written() {
    let folder = leading_out();
    let before = outside(&folder);
    let repository = folder.path().join("repository");
    let commands: [&[&str]; 9] = [
        &["check", "--verbose"],
        &["check", "--format", "json"],
        &["check", "--format", "github"],
        &["check", "--format", "sarif"],
        &["fix", "--diff", "--unsafe"],
        &["fix"],
        &["fix", "--unsafe"],
        &["trace", "app.py"],
        &["why", "redis"],
    ];
    for args in commands {
        let told = told(&run(&repository, args));
        assert!(!told.contains("opossum") && !told.contains("wombat"), "{args:?}: {told}");
    }
    assert_eq!(outside(&folder), before);
}

#[test]
fn what_leads_out_is_told_where_it_is_named() {
    let folder = leading_out();
    let report = report(&folder.path().join("repository"), &[]);
    let found = report["diagnostics"].as_array().expect("findings");
    let includes = found.iter().filter(|one| one["code"] == "unresolved-include");
    let lines: Vec<_> = includes.map(|one| (one["range"]["start"]["line"].clone(), one["severity"].clone())).collect();
    assert_eq!(lines, [1, 2, 3, 4].map(|line| (line.into(), "warning".into())));
    let skipped: Vec<&Value> = report["skipped"].as_array().expect("a list").iter().map(|one| &one["path"]).collect();
    assert_eq!(skipped, ["dev-requirements.txt", "tool.py"]);
    // a manifest of the folder is not read: nothing is said of the project for sure
    assert_eq!(run(&folder.path().join("repository"), &["check"]).status.code(), Some(2));
}

#[test]
fn an_unread_manifest_is_not_taken_for_absent() {
    type Make = fn(&Path);
    let ways: [(&str, Make); 5] = [
        ("not UTF-8", |path| fs::write(path, b"flask\n# caf\xe9\n").expect("a file")),
        ("too long", |path| fs::File::create(path).and_then(|file| file.set_len(40 << 20)).expect("a file")),
        ("a folder", |path| fs::create_dir(path).expect("a folder")),
        ("a pipe", |path| assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success())),
        ("a link that leads out", |path| symlink("/etc/passwd", path).expect("a link")),
    ];
    for name in ["requirements.txt", "pyproject.toml"] {
        for (what, make) in ways {
            let folder = Folder::new(&[(".git/HEAD", ""), ("app.py", "import redis\nimport yaml\n")]);
            make(&folder.path().join(name));
            let output = run(folder.path(), &["check"]);
            assert_eq!(output.status.code(), Some(2), "{name} is {what}: {}", told(&output));
            assert!(told(&output).contains(&format!("skipped {name}")), "{name} is {what}: {}", told(&output));
            let report = report(folder.path(), &[]);
            for finding in report["diagnostics"].as_array().expect("findings") {
                assert!(!finding["message"].as_str().expect("words").contains("no requirements file"), "{finding}");
                assert_eq!(finding["fixes"], Value::Array(vec![]), "{name} is {what}: {finding}");
            }
            let fixed = run(folder.path(), &["fix", "--unsafe"]);
            assert_eq!(fixed.status.code(), Some(2), "{name} is {what}: {}", told(&fixed));
            assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 3, "{name} is {what}");
        }
    }
}

#[test]
fn what_is_no_regular_file_is_not_waited_for() {
    let folder = Folder::new(&[
        (".git/info/x", ""),
        ("app.py", "import redis\n"),
        ("requirements.txt", "redis\n-r pipe\n-r zero\n-r socket\n"),
        ("device/x.py", ""),
    ]);
    for pipe in [".gitignore", ".git/info/exclude", "pipe", "other-requirements.txt", "baseline.json"] {
        assert!(Command::new("mkfifo").arg(folder.path().join(pipe)).status().expect("mkfifo").success());
    }
    for link in ["device/.gitignore", "zero", "zero.json"] {
        symlink("/dev/zero", folder.path().join(link)).expect("a link");
    }
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).expect("a socket");
    let output = run(folder.path(), &["check"]);
    assert!(told(&output).contains("skipped .gitignore"), "{}", told(&output));
    for baseline in ["baseline.json", "zero.json", "socket", "device"] {
        let output = run(folder.path(), &["check", "--baseline", baseline]);
        assert_eq!(output.status.code(), Some(2), "{baseline}: {}", told(&output));
    }
}

#[test]
fn no_output_steers_a_terminal() {
    let folder = Folder::new(&[
        ("app.py", "import redis\nimport caf\u{202e}e\nimport missing.x  # \u{1b}[31m\u{202e}\n"),
        (
            "requirements.txt",
            "flask\u{1b}[31m==3\nsix==1\u{9b}31m\n-r \u{1b}[31mgone.txt\n\u{202e}x y\n# \u{1b}]0;t\u{7}\n",
        ),
        ("a\u{1b}[31m\u{202e}.py", "import yaml\n"),
        ("pinlens.toml", "select = [\"\u{202e}x\"]\n\"\u{9f}key\" = 1\n"),
    ]);
    let name = "gone\u{1b}[31m\u{7}\u{202e}.py";
    let commands: [&[&str]; 16] = [
        &["check", "--verbose"],
        &["check", "--verbose", "--format", "json"],
        &["check", "--verbose", "--format", "github"],
        &["check", "--verbose", "--format", "sarif"],
        &["fix", "--diff", "--unsafe"],
        &["trace", "app.py"],
        &["trace", "a\u{1b}[31m\u{202e}.py"],
        &["trace", "a\u{1b}[31m\u{202e}.py", "--format", "json"],
        &["trace", "a\u{1b}[31m\u{202e}.py", "--format", "dot"],
        &["trace", "a\u{1b}[31m\u{202e}.py", "--format", "mermaid"],
        &["check", name],
        &["trace", name],
        &["why", name],
        &["add", name],
        &["check", "--baseline", name],
        &["check", "--select", name],
    ];
    for args in commands {
        let told = told(&run(folder.path(), args));
        let raw: Vec<char> = told
            .chars()
            .filter(|c| c.is_control() && !"\n\t".contains(*c) || "\u{202e}\u{2028}\u{200f}\u{2066}".contains(*c))
            .collect();
        assert_eq!(raw, [], "{args:?}: {told:?}");
        assert!(!told.is_empty(), "{args:?}");
    }
}

#[test]
fn a_file_that_a_fix_makes_is_readable_as_any_other() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[("app.py", "import redis\n")]);
    run(folder.path(), &["fix", "--unsafe"]);
    assert_eq!(folder.read("requirements.txt"), "redis\n");
    let mode = fs::metadata(folder.path().join("requirements.txt")).expect("a file").permissions().mode();
    let usual = fs::metadata(folder.path().join("app.py")).expect("a file").permissions().mode();
    assert_eq!(mode, usual);
    let names: Vec<_> =
        fs::read_dir(folder.path()).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}
