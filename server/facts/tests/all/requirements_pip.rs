//! The reader against pip itself: the same names, extras, specifiers, markers and includes, and an error where pip has one.
//!
//! `requirements/exceptions.txt` lists the lines on which they may differ, each with its reason. Needs `python3` with pip.

use pinlens_facts::requirements::{IncludeKind, Requirement, RequirementsFacts, parse};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/requirements")
}

/// What pip makes of each case.
fn ask_pip(cases: &[&str]) -> Vec<String> {
    let mut python = Command::new("python3")
        .arg("-W")
        .arg("ignore")
        .arg(folder().join("pip_reads.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("this test needs python3 with pip: install python3-pip");
    python.stdin.take().unwrap().write_all(cases.join("\0").as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "this test needs python3 with pip: install python3-pip\n{complaint}");
    let answers: Vec<String> = String::from_utf8(output.stdout).unwrap().split('\n').map(str::to_owned).collect();
    assert_eq!(answers.len(), cases.len());
    answers
}

/// Our reading in the words of `pip_reads.py`.
fn ours(facts: &RequirementsFacts) -> String {
    if !facts.errors.is_empty() {
        return "error".to_owned();
    }
    let requirements = facts.requirements.iter().map(|r| (r.range.start, requirement(r)));
    let includes = facts.includes.iter().map(|include| {
        let kind = if include.kind == IncludeKind::Requirements { "r" } else { "c" };
        (include.range.start, format!("{kind}:{}", include.target))
    });
    let mut parts: Vec<(u32, String)> = requirements.chain(includes).collect();
    parts.sort();
    parts.into_iter().map(|(_, part)| part).collect::<Vec<_>>().join(" & ")
}

fn requirement(requirement: &Requirement) -> String {
    let name = requirement.name.as_ref().map_or("", |name| name.as_str());
    let mut extras: Vec<&str> = requirement.extras.iter().map(|extra| &*extra.text).collect();
    extras.sort_unstable();
    let squeeze = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let specifier = requirement.specifier.as_ref().map(|piece| squeeze(&piece.text)).unwrap_or_default();
    let mut specifiers: Vec<&str> = specifier.split(',').collect();
    specifiers.sort_unstable();
    let marker = requirement.marker.as_ref().map(|piece| squeeze(&piece.text)).unwrap_or_default();
    let marker = marker.replace(['(', ')'], "").replace('\'', "\"").replace("os.name", "os_name");
    format!("{name}|{}|{}|{marker}", extras.join(","), specifiers.join(","))
}

#[test]
fn pip_reads_the_same() {
    let lines = std::fs::read_to_string(folder().join("lines.in")).unwrap();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder().join("files")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    let files: Vec<String> = files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    // pip takes the byte-order mark off with the encoding, before it parses
    let files = files.iter().map(|text| text.trim_start_matches('\u{feff}'));
    let cases: Vec<&str> = lines.lines().chain(files).collect();
    let listed = std::fs::read_to_string(folder().join("exceptions.txt")).unwrap();
    let exceptions: BTreeMap<&str, &str> = listed.lines().filter_map(|line| line.split_once(" #: ")).collect();
    assert!(exceptions.keys().all(|line| cases.contains(line)), "an exception that no line needs");
    let mut differences = String::new();
    for (case, pip) in cases.iter().zip(ask_pip(&cases)) {
        let ours = ours(&parse(case));
        if ours != pip && !exceptions.contains_key(case) {
            differences.extend([case, "\n    pip : ", &pip, "\n    ours: ", &ours, "\n"]);
        }
    }
    assert!(differences.is_empty(), "{differences}");
}
