//! The pages of `docs/diagnostics`: one for each code, with an example and what `check` reports of it.

use pinlens_tests::{binary, folder::Folder};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn pages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/diagnostics")
}

fn pinlens(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(binary::path());
    command.args(arguments).current_dir(folder).env_remove("VIRTUAL_ENV").env_remove("CONDA_PREFIX");
    let output = command.output().expect("pinlens runs");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The codes, as `pinlens explain` lists them.
fn codes() -> Vec<String> {
    let list = pinlens(&pages(), &["explain"]);
    list.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// The files of a page's example: each is a fence below a line that is its path in backticks and a colon. Below `Installed:`
/// stand distributions with their versions.
fn example(page: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = page.lines().collect();
    let mut files = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let name = line.strip_prefix('`').and_then(|line| line.strip_suffix("`:"));
        let Some(name) = name.or((*line == "Installed:").then_some(*line)) else { continue };
        assert!(lines[at + 1].is_empty() && lines[at + 2].starts_with("```"), "no fence below {line}");
        let body = lines[at + 3..].iter().take_while(|line| !line.starts_with("```"));
        let text: String = body.flat_map(|line| [line, "\n"]).collect();
        if name == "Installed:" {
            files.extend(text.lines().map(installed));
            files.push((".venv/pyvenv.cfg".to_owned(), "version = 3.12.1\n".to_owned()));
        } else {
            files.push((name.to_owned(), text));
        }
    }
    files
}

fn installed(line: &str) -> (String, String) {
    let (name, version) = line.split_once(' ').expect("a name and a version");
    let path = format!(".venv/lib/python3.12/site-packages/{name}-{version}.dist-info/METADATA");
    (path, format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\n"))
}

#[test]
fn every_code_has_its_page_and_every_page_its_code() {
    let files = std::fs::read_dir(pages()).expect("pages").map(|entry| entry.expect("a page").file_name());
    let files: BTreeSet<String> = files.map(|name| name.into_string().expect("a name")).collect();
    let expected: BTreeSet<String> = codes().iter().map(|code| format!("{code}.md")).collect();
    assert_eq!(files, expected);
}

#[test]
fn explain_prints_the_page() {
    for code in codes() {
        let page = std::fs::read_to_string(pages().join(format!("{code}.md"))).expect("a page");
        assert_eq!(pinlens(&pages(), &["explain", &code]), page);
    }
    let unknown = Command::new(binary::path()).args(["explain", "no-such-code"]).output().expect("pinlens runs");
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("pinlens explain"));
}

/// The lines of the fence below "`pinlens check` reports:".
fn reported(page: &str) -> BTreeSet<&str> {
    let fence = page.split("`pinlens check` reports:\n\n```text\n").nth(1).expect("what is reported");
    fence.lines().take_while(|line| *line != "```").collect()
}

#[test]
fn check_reports_of_the_example_what_the_page_says() {
    for code in codes() {
        let page = std::fs::read_to_string(pages().join(format!("{code}.md"))).expect("a page");
        let files = example(&page);
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let folder = Folder::new(&files);
        let report = pinlens(folder.path(), &["check", "--format", "concise"]);
        let of_the_code: BTreeSet<&str> = report.lines().filter(|line| line.contains(&format!("[{code}]"))).collect();
        assert!(!of_the_code.is_empty(), "{code} is not reported: {report}");
        assert_eq!(of_the_code, reported(&page), "{code}");
    }
}

#[test]
fn pages_link_to_each_other_and_to_nothing_else() {
    for code in codes() {
        let page = std::fs::read_to_string(pages().join(format!("{code}.md"))).expect("a page");
        assert!(!page.contains("://"), "{code}: no host may be named");
        for link in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(pages().join(link).is_file(), "{code}: there is no {link}");
        }
    }
}
