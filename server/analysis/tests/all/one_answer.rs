//! `trace` and `check` give one answer, over the workspaces of all fixtures: what a trace says that crashes is an error of `check` at
//! that place, and what `check` says that crashes at start-up is on the trace of an entry.

use crate::fixtures::case::{Case, parse};
use pinlens_analysis::answers::deployments;
use pinlens_analysis::model::ids::FileId;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::words::codes::Severity;
use pinlens_facts::words::text::{Encoding, TextRange};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A place of a workspace.
type Place = (FileId, TextRange);

/// What the traces of all entries say that crashes for sure, each with the entry.
fn crashes_of_traces(ws: &Workspace) -> BTreeMap<Place, String> {
    let mut found = BTreeMap::new();
    for entry in deployments::entries(ws) {
        let trace = ws.trace(&entry);
        for (node, need) in trace.nodes.iter().flat_map(|node| node.needs.iter().map(move |need| (node, need))) {
            if need.crashes() && need.is_proved() {
                found.insert((node.file, need.need.range), ws.path(entry.file).to_string());
            }
        }
    }
    found
}

/// The places of errors, and of those that are said to crash a start-up.
fn errors_of_check(ws: &Workspace) -> (BTreeSet<Place>, BTreeSet<Place>) {
    let (mut errors, mut crashes) = (BTreeSet::new(), BTreeSet::new());
    for file in ws.files() {
        for found in ws.diagnostics(file).into_iter().filter(|found| found.severity == Severity::Error) {
            errors.insert((file, found.range));
            if found.message.contains("crashes at start-up") {
                crashes.insert((file, found.range));
            }
        }
    }
    (errors, crashes)
}

/// Whether a comment or a setting of the case makes findings silent or milder.
fn is_silenced(case: &Case) -> bool {
    case.files.values().any(|text| {
        ["pinlens: ignore", "deptry: ignore", "[severity]", "ignore = "].iter().any(|mark| text.contains(mark))
    })
}

fn disagreements(case: &Case) -> Vec<String> {
    let ws = case.workspace();
    let (traced, (errors, crashes)) = (crashes_of_traces(&ws), errors_of_check(&ws));
    let place = |(file, range): &Place| {
        let line = ws.facts(*file).map_or(0, |facts| facts.position(range.start, Encoding::Utf8).line + 1);
        format!("{}: {}:{line}", case.title, ws.path(*file))
    };
    let alone = traced.iter().filter(|(at, _)| !errors.contains(at));
    let mut found: Vec<String> = alone
        .map(|(at, entry)| format!("{}: the trace of {entry} crashes, and check has no error", place(at)))
        .collect();
    let untraced = crashes.iter().filter(|at| !traced.contains_key(at));
    found.extend(untraced.map(|at| format!("{}: check says that it crashes, and no trace does", place(at))));
    found
}

#[test]
fn a_trace_says_what_check_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("the fixtures").map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let (mut found, mut compared) = (Vec::new(), 0);
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a fixture is text");
        for case in parse(&text).iter().filter(|case| !is_silenced(case)) {
            found.extend(disagreements(case));
            compared += 1;
        }
    }
    assert!(compared > 500, "only {compared} cases were compared");
    assert!(found.is_empty(), "{} disagreements:\n{}", found.len(), found.join("\n"));
}
