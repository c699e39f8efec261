//! The command line, end to end: each folder of `tests/cli` is a project with the commands to run in it and what they print.
//!
//! `case.json` says what the case is `about`, the folder to run in (`cwd`) and the `runs`: `args`, `env`, the `exit` code, the
//! files that hold the expected `stdout` and `stderr`, and `after`: the files of the project that the run changes, each with the
//! one that holds its expected text. `project` is copied to a temporary folder first, where `dot-x` becomes `.x`, so that
//! no tool takes what belongs to a case for its own. With `PINLENS_BLESS` set the expected files are written instead of compared.

use pinlens_tests::binary;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

#[test]
fn commands_print_what_is_expected() {
    let mut wrong = Vec::new();
    let mut runs = 0;
    for case in cases() {
        let sheet = fs::read_to_string(case.join("case.json")).expect("a case has a case.json");
        let sheet: Value = serde_json::from_str(&sheet).unwrap_or_else(|error| panic!("{}: {error}", case.display()));
        let sandbox = Sandbox::of(&case.join("project"));
        for run in sheet["runs"].as_array().expect("a case has runs") {
            runs += 1;
            wrong.extend(check_run(&case, &sheet, run, &sandbox));
        }
    }
    assert!(runs > 0, "no case was found");
    assert!(wrong.is_empty(), "{} of {runs} runs differ:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn a_fix_keeps_bytes_as_they_are() {
    let utf16 = |text: &str| -> Vec<u8> {
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    };
    let cases: [(&str, &[u8], &[u8]); 6] = [
        ("CRLF", b"flask==3.0.0\r\npyyaml==6.0\r\n", b"flask==3.0.0\r\npyyaml==6.0\r\nredis\r\n"),
        ("no final newline", b"flask==3.0.0\npyyaml==6.0", b"flask==3.0.0\npyyaml==6.0\nredis"),
        ("BOM", b"\xef\xbb\xbfflask==3.0.0\n", b"\xef\xbb\xbfflask==3.0.0\nredis\n"),
        (
            "latin-1",
            b"# -*- coding: latin-1 -*-\nflask==3.0.0  # gr\xf6\xdfe\n",
            b"# -*- coding: latin-1 -*-\nflask==3.0.0  # gr\xf6\xdfe\nredis\n",
        ),
        ("empty", b"", b"redis\n"),
        ("UTF-16", &utf16("flask==3.0.0\n"), &utf16("flask==3.0.0\nredis\n")),
    ];
    for (name, before, after) in cases {
        let sandbox = Sandbox::empty();
        sandbox.write("app.py", b"import redis\n");
        sandbox.write("requirements.txt", before);
        let output = sandbox.run(&["fix", "--select", "undeclared-import"]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}{}", text(&output.stdout), text(&output.stderr));
        let written = fs::read(sandbox.folder().join("requirements.txt")).expect("the file is still there");
        assert_eq!(String::from_utf8_lossy(&written), String::from_utf8_lossy(after), "{name}");
        assert_eq!(written, after, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_fix_keeps_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::empty();
    sandbox.write("app.py", b"import redis\n");
    sandbox.write("requirements.txt", b"");
    let file = sandbox.folder().join("requirements.txt");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("own files can be changed");
    sandbox.run(&["fix"]);
    assert_eq!(fs::read_to_string(&file).expect("the file is still there"), "redis\n");
    assert_eq!(fs::metadata(&file).expect("the file is still there").permissions().mode() & 0o777, 0o640);
}

#[test]
fn the_exit_code_is_2_where_nothing_can_be_said() {
    let sandbox = Sandbox::empty();
    sandbox.write("app.py", b"import os\n");
    let cases: [(&[&str], &str); 10] = [
        (&["check", "nowhere"], "nowhere: there is no such file or folder"),
        (&["check", "--env", "nowhere"], "--env"),
        (&["check", "--python-version", "three"], "write it like 3.12"),
        (&["check", "--select", "F401"], "pinlens explain"),
        (&["check", "--select", "undeclared"], "'undeclared-import'"),
        (&["explain", "unused_requirement"], "'unused-requirement'"),
        (&["check", "--fail-on", "hint"], "possible values"),
        (&["check", "--config", "none.toml"], "there is no file none.toml"),
        (&["check", "../home"], "home folder"),
        (&["mend"], "unrecognized subcommand"),
    ];
    for (args, reason) in cases {
        let output = sandbox.run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(reason), "{args:?}: {}", text(&output.stderr));
        assert_eq!(text(&output.stdout), "", "{args:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let sandbox = Sandbox::empty();
    let imports: Vec<String> = (0..300).map(|number| format!("import no_such_module_{number}\n")).collect();
    sandbox.write("app.py", imports.concat().as_bytes());
    sandbox.write("requirements.txt", b"six\n");
    let mut child =
        sandbox.command(&["check"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_report_is_written_to_a_file() {
    let sandbox = Sandbox::empty();
    sandbox.write("app.py", b"import redis\n");
    sandbox.write("requirements.txt", b"");
    let output = sandbox.run(&["check", "--format", "sarif", "-o", "report.sarif"]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), String::new()));
    let report = fs::read_to_string(sandbox.folder().join("report.sarif")).expect("it is written");
    assert_eq!(report, text(&sandbox.run(&["check", "--format", "sarif"]).stdout));
    let output = sandbox.run(&["check", "-o", "no/such/folder/report.txt"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
}

#[test]
fn paths_count_from_the_top_where_a_service_names_it() {
    let sandbox = Sandbox::empty();
    sandbox.write("back/app.py", b"import redis\n");
    sandbox.write("back/requirements.txt", b"");
    let top = sandbox.folder();
    let run = |format: &str, variable: &str| {
        let mut command = sandbox.command(&["check", "--format", format]);
        text(&command.current_dir(top.join("back")).env(variable, &top).output().expect("it runs").stdout)
    };
    assert!(run("github", "GITHUB_WORKSPACE").contains("file=back/app.py,"));
    assert!(run("gitlab", "CI_PROJECT_DIR").contains("\"path\": \"back/app.py\""));
    assert!(run("concise", "GITHUB_WORKSPACE").starts_with("app.py:1:8: "));
}

/// How long a command that watches may take to see a change.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn a_watched_project_is_checked_again() {
    let sandbox = Sandbox::empty();
    sandbox.write("app.py", b"import redis\n");
    sandbox.write("requirements.txt", b"");
    let mut command = sandbox.command(&["check", "--watch", "--format", "concise", "--env", "none"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let lines = BufReader::new(child.stdout.take().expect("an output")).lines().map_while(Result::ok);
    let (sender, summaries) = mpsc::channel();
    // a command that prints nothing must fail the test, not keep it waiting
    std::thread::spawn(move || {
        lines.filter(|line| line.starts_with("Found") || line.starts_with("All")).try_for_each(|line| sender.send(line))
    });
    let first = summaries.recv_timeout(PATIENCE).ok();
    sandbox.write("requirements.txt", b"redis\n");
    let second = summaries.recv_timeout(PATIENCE).ok();
    child.kill().expect("it runs until it is ended");
    child.wait().expect("it ends");
    assert_eq!(first.as_deref(), Some("Found 1 error."));
    assert!(second.is_some_and(|line| line.starts_with("All checks passed")));
}

#[test]
fn settings_of_another_file_are_used() {
    let sandbox = Sandbox::empty();
    sandbox.write("app.py", b"import redis\n");
    sandbox.write("requirements.txt", b"");
    sandbox.write("other/ci.toml", b"ignore = ['undeclared-import']\n");
    assert_eq!(sandbox.run(&["check"]).status.code(), Some(1));
    assert_eq!(sandbox.run(&["check", "--config", "other/ci.toml"]).status.code(), Some(0));
}

#[test]
fn what_init_writes_keeps_the_settings() {
    let sandbox = Sandbox::empty();
    sandbox.write("app.py", b"import redis, yaml\n");
    sandbox.write("pyproject.toml", b"[project]\nname = 'x'\ndependencies = []\n[tool.deptry]\nignore = ['DEP002']\n[tool.deptry.per_rule_ignores]\nDEP001 = ['redis']\n");
    let found = |sandbox: &Sandbox| text(&sandbox.run(&["check", "--format", "concise", "--quiet"]).stdout);
    let before = found(&sandbox);
    assert!(before.contains("yaml") && !before.contains("redis"), "{before}");
    let printed = text(&sandbox.run(&["init", "--dry-run"]).stdout);
    let output = sandbox.run(&["init", "--baseline"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let written = fs::read_to_string(sandbox.folder().join("pinlens.toml")).expect("it is written");
    assert_eq!(written, printed);
    assert!(written.contains("ignore = [\"unused-requirement\"]"), "{written}");
    assert_eq!(found(&sandbox), before);
    assert_eq!(sandbox.run(&["check", "--baseline", "pinlens-baseline.json"]).status.code(), Some(0));
    assert_eq!(sandbox.run(&["init"]).status.code(), Some(2), "nothing is replaced");
}

#[test]
fn the_doctor_says_what_was_found() {
    let sandbox = Sandbox::empty();
    sandbox.write("main.py", b"import redis\nif __name__ == '__main__':\n    pass\n");
    sandbox.write("requirements.txt", b"redis==5.0.1\n");
    sandbox.write("pinlens.toml", b"python-version = '3.12'\n");
    let printed = text(&sandbox.run(&["doctor"]).stdout);
    for line in [
        "Python: 3.12",
        "settings: pinlens.toml",
        "    requirements.txt: 1 requirement",
        "    main.py: by `if __name__",
    ] {
        assert!(printed.contains(line), "{line}: {printed}");
    }
}

#[test]
fn completions_and_pages_are_made_of_the_command_line() {
    let sandbox = Sandbox::empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(text(&sandbox.run(&["completions", shell]).stdout).contains("output-file"), "{shell}");
    }
    assert!(text(&sandbox.run(&["man"]).stdout).starts_with(".ie"));
    assert_eq!(sandbox.run(&["man", "--dir", "pages"]).status.code(), Some(0));
    let page = fs::read_to_string(sandbox.folder().join("pages/pinlens-check.1")).expect("each command has a page");
    assert!(page.contains("watch"), "{page}");
}

#[test]
fn an_edit_of_json_can_be_applied_as_it_says() {
    let sandbox = Sandbox::empty();
    sandbox.write("app.py", "größe = '𝄞'; import redis\n".as_bytes());
    sandbox.write("requirements.txt", b"six==1.16.0\n");
    let report: Value =
        serde_json::from_slice(&sandbox.run(&["check", "--format", "json"]).stdout).expect("it is JSON");
    let findings = report["diagnostics"].as_array().expect("there are findings");
    let redis = findings.iter().find(|finding| finding["module"] == "redis").expect("redis is undeclared");
    assert_eq!(redis["range"]["start"], serde_json::json!({ "line": 1, "column": 21 }));
    assert_eq!(redis["range"]["end"], serde_json::json!({ "line": 1, "column": 26 }));
    let edit = &redis["fixes"][0]["edits"][0];
    assert_eq!(edit["path"], "requirements.txt");
    assert_eq!(edit["range"]["start"], edit["range"]["end"]);
    assert!(edit["text"].as_str().is_some_and(|text| text.contains("redis")), "{edit}");
}

/// The folders of `tests/cli`, by name.
fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cli");
    let entries = fs::read_dir(&folder).expect("tests/cli exists");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("tests/cli can be read").path()).collect();
    cases.retain(|case| case.is_dir());
    cases.sort();
    cases
}

/// Runs one command of a case; gives what differs.
fn check_run(case: &Path, sheet: &Value, run: &Value, sandbox: &Sandbox) -> Option<String> {
    let args: Vec<&str> = run["args"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut command = sandbox.command(&args);
    command.current_dir(sandbox.folder().join(sheet["cwd"].as_str().unwrap_or("")));
    for (name, value) in run["env"].as_object().into_iter().flatten() {
        command.env(name, value.as_str().unwrap_or(""));
    }
    let output = command.output().expect("the binary starts");
    let mut wrong = Vec::new();
    if output.status.code().map(i64::from) != run["exit"].as_i64() {
        wrong.push(format!("exit code {:?} instead of {}", output.status.code(), run["exit"]));
    }
    for (stream, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        let told = sandbox.anonymous(&text(bytes));
        match run[stream].as_str() {
            Some(file) => wrong.extend(compare(&case.join(file), &told)),
            None if stream == "stderr" && !told.is_empty() => wrong.push(format!("stderr: {told}")),
            None => {}
        }
    }
    for (file, expected) in run["after"].as_object().into_iter().flatten() {
        let now = fs::read_to_string(sandbox.folder().join(file)).unwrap_or_else(|error| error.to_string());
        wrong.extend(compare(&case.join(expected.as_str().unwrap_or(file)), &now));
    }
    let name = case.file_name().unwrap_or_default().to_string_lossy();
    (!wrong.is_empty()).then(|| format!("{name}: pinlens {}\n{}", args.join(" "), wrong.join("\n")))
}

/// Compares `told` with the expected text of a file, or writes it there where asked to.
fn compare(file: &Path, told: &str) -> Option<String> {
    if std::env::var_os("PINLENS_BLESS").is_some() {
        fs::write(file, told).expect("the fixture can be written");
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    (expected != told).then(|| format!("--- {name}\n{expected}\n+++ told\n{told}\n"))
}

/// A project in a temporary folder, beside a home folder that is empty.
struct Sandbox {
    keep: tempfile::TempDir,
}

impl Sandbox {
    fn empty() -> Self {
        let keep = tempfile::tempdir().expect("a temporary folder can be made");
        fs::create_dir_all(keep.path().join("home")).expect("it can be written");
        fs::create_dir_all(keep.path().join("project")).expect("it can be written");
        Self { keep }
    }

    fn of(project: &Path) -> Self {
        let sandbox = Self::empty();
        copy(project, &sandbox.folder());
        sandbox
    }

    fn folder(&self) -> PathBuf {
        self.keep.path().canonicalize().expect("it is there").join("project")
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.folder().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("it can be written");
        fs::write(path, bytes).expect("it can be written");
    }

    /// The command in the project, with none of the settings of whoever runs the tests.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary::path());
        command.args(args).current_dir(self.folder()).env("HOME", self.keep.path().join("home"));
        for name in
            ["VIRTUAL_ENV", "CONDA_PREFIX", "NO_COLOR", "CLICOLOR_FORCE", "TERM", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"]
        {
            command.env_remove(name);
        }
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the binary starts")
    }

    /// What was told, with the sandbox's path as `[SANDBOX]` and without what differs from run to run and
    /// from release to release: the seconds and the version.
    fn anonymous(&self, told: &str) -> String {
        let folder = self.folder();
        let told = told.replace(&*folder.to_string_lossy(), "[SANDBOX]");
        let Ok(mut report) = serde_json::from_str::<Value>(&told) else { return told };
        let has_findings = report.get("diagnostics").is_some_and(Value::is_array);
        if let Some(summary) = report.get_mut("summary").and_then(Value::as_object_mut).filter(|_| has_findings) {
            assert!(summary.remove("seconds").is_some_and(|seconds| seconds.is_f64()), "{summary:?}");
        }
        if let Some(version) = report.pointer_mut("/runs/0/tool/driver/version") {
            *version = "[VERSION]".into();
        }
        format!("{report:#}\n")
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("it can be written");
    for entry in fs::read_dir(from).expect("a case has a project") {
        let entry = entry.expect("a project can be read");
        let name = entry.file_name().to_string_lossy().into_owned();
        let target = to.join(name.strip_prefix("dot-").map_or(name.clone(), |rest| format!(".{rest}")));
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("it can be copied");
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
