//! A start-up for programs. The shape is documented in the README.

use super::places::Places;
use crate::output::escaped_json;
use pinlens_analysis::answers::trace::{Trace, TraceNeed, TraceNode, Way};
use pinlens_analysis::answers::tree::Files as _;
use pinlens_analysis::model::ids::FileId;
use pinlens_analysis::startup::chains::{Fate, Link};
use pinlens_analysis::startup::entries::{Entry, Run};
use pinlens_analysis::startup::needs::Lack;
use pinlens_analysis::startup::steps::Decision;
use pinlens_facts::python::loading::{End, Failure, Handler};
use pinlens_facts::words::text::TextRange;
use serde_json::{Value, json};
use std::io::{self, Write};

/// Writes what an entry loads as one JSON object.
pub fn trace(out: &mut dyn Write, places: &Places, trace: &Trace) -> io::Result<()> {
    let nodes: Vec<Value> = trace.nodes.iter().enumerate().map(|(at, node)| self::node(places, at, node)).collect();
    let summary = summary(places, trace);
    print(out, &json!({"version": 1, "entry": entry(places, &trace.entry), "nodes": nodes, "summary": summary}))
}

fn summary(places: &Places, trace: &Trace) -> Value {
    let names = |names: Vec<&pinlens_facts::words::names::DistributionName>| -> Vec<String> {
        names.into_iter().map(ToString::to_string).collect()
    };
    json!({
        "modules": trace.modules(),
        "missing": names(trace.missing()),
        "crashes": names(trace.crashes()),
        "crash": trace.first_crash().map(|(node, found)| need(places, trace.nodes[node].file, found)),
    })
}

/// One entry and what its start-up comes to.
pub fn entry_row(places: &Places, trace: &Trace) -> Value {
    json!({"entry": entry(places, &trace.entry), "summary": summary(places, trace)})
}

/// Writes the entries that were found as one JSON object.
pub fn entries(out: &mut dyn Write, rows: &[Value]) -> io::Result<()> {
    print(out, &json!({"version": 1, "entries": rows}))
}

/// Writes the shortest ways as one JSON object.
pub fn ways(out: &mut dyn Write, places: &Places, from: &Entry, name: &str, ways: &[Way]) -> io::Result<()> {
    let ways: Vec<Value> = ways.iter().map(|way| chain(places, &way.links, Some(way.at))).collect();
    print(out, &json!({"version": 1, "entry": entry(places, from), "to": name, "chains": ways}))
}

fn print(out: &mut dyn Write, value: &Value) -> io::Result<()> {
    writeln!(out, "{}", escaped_json(&serde_json::to_string_pretty(value)?))
}

fn entry(places: &Places, entry: &Entry) -> Value {
    let run = match entry.run {
        Run::Script => "script",
        Run::Module => "module",
        Run::Import => "import",
    };
    json!({
        "path": places.path(entry.file),
        "run": run,
        "call": entry.call,
        "found": entry.known_from(&places.project.workspace),
    })
}

fn node(places: &Places, id: usize, node: &TraceNode) -> Value {
    let by = node.by.as_ref().map(|(parent, link)| {
        json!({"node": parent, "path": places.path(link.file), "line": places.line(link.file, link.range)})
    });
    let guard = node.by.as_ref().zip(node.guard).map(|((_, link), guard)| handler(places, link.file, guard));
    let needs: Vec<Value> = node.needs.iter().map(|need| self::need(places, node.file, need)).collect();
    json!({
        "id": id,
        "path": places.path(node.file),
        "function": node.function,
        "by": by,
        "guard": guard,
        "guarded": node.is_guarded,
        "missing": needs,
    })
}

fn need(places: &Places, file: FileId, need: &TraceNeed) -> Value {
    let (kind, distribution) = match &need.need.lack {
        Lack::Requirement(name) => ("undeclared", Some(name.to_string())),
        Lack::Runtime(name) => ("development-only", Some(name.to_string())),
        Lack::Installed { name, .. } => ("not-installed", Some(name.to_string())),
        Lack::Unknown => ("unknown", None),
        Lack::Part => ("no-module", None),
        Lack::Removed => ("removed", None),
    };
    let (outcome, links, guard) = match &need.fate {
        Fate::Crash { chain, own, .. } => {
            let own = match own {
                Decision::PassedOn(handler) | Decision::Unbound(handler, _) => Some((file, *handler)),
                _ => None,
            };
            let passed = || chain.iter().rev().find_map(|link| Some((link.file, link.passed_by?)));
            ("crash", &chain[..], own.or_else(passed))
        }
        Fate::Stopped { chain, by, .. } => ("stopped", &chain[..], by.1.map(|handler| (by.0, handler))),
        Fate::Unreached => ("unreached", &[][..], None),
    };
    json!({
        "module": need.need.module.as_str(),
        "distribution": distribution,
        "kind": kind,
        "path": places.path(file),
        "line": places.line(file, need.need.range),
        "outcome": outcome,
        "guard": guard.map(|(file, guard)| handler(places, file, guard)),
        "chain": chain(places, links, Some((file, need.shows_at()))),
    })
}

/// The places from the entry to the one where it fails.
fn chain(places: &Places, links: &[Link], end: Option<(FileId, TextRange)>) -> Value {
    let place = |file, range| json!({"path": places.path(file), "line": places.line(file, range)});
    let mut steps: Vec<Value> = links.iter().map(|link| place(link.file, link.range)).collect();
    steps.extend(end.map(|(file, range)| place(file, range)));
    Value::Array(steps)
}

fn handler(places: &Places, file: FileId, handler: Handler) -> Value {
    let end = match handler.end {
        End::CarriesOn => "carries-on",
        End::Reraises => "reraises",
        End::Raises(Failure::Exit) => "exits",
        End::Raises(_) => "raises",
    };
    json!({
        "path": places.path(file),
        "line": places.line(file, handler.range),
        "text": places.text(file, handler.range),
        "end": end,
    })
}
