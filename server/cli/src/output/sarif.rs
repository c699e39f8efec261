//! SARIF 2.1.0 (OASIS), the format of code scanning services.

use super::fingerprint;
use super::style::escaped_json;
use crate::place::{Place, Range};
use crate::report::{Finding, FixReport, Report};
use pinlens_analysis::diagnostics;
use pinlens_facts::words::codes::{Code, Severity};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

/// Writes a log with one run.
pub fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    writeln!(out, "{}", escaped_json(&serde_json::to_string_pretty(&log(report))?))
}

fn log(report: &Report) -> Value {
    let rules: Vec<Value> = Code::ALL.into_iter().map(rule).collect();
    let notifications: Vec<Value> = report
        .skipped
        .iter()
        .map(|file| {
            let location = json!({ "physicalLocation": { "artifactLocation": artifact(&file.path) } });
            json!({ "level": "warning", "message": { "text": file.reason }, "locations": [location] })
        })
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "pinlens", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": !report.lacks_manifest, "toolExecutionNotifications": notifications }],
            "results": results(report),
        }],
    })
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.as_str(),
        "shortDescription": { "text": diagnostics::summary(code) },
        "defaultConfiguration": default_configuration(code),
    })
}

fn default_configuration(code: Code) -> Value {
    let level = level(code.severity());
    if code.is_off_by_default() { json!({ "level": level, "enabled": false }) } else { json!({ "level": level }) }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "note",
    }
}

fn results(report: &Report) -> Vec<Value> {
    let fingerprints = fingerprint::of(report);
    let all = report.diagnostics.iter().zip(&fingerprints).filter(|(finding, _)| finding.repeats.is_none());
    all.map(|(finding, fingerprint)| result(finding, fingerprint)).collect()
}

fn result(finding: &Finding, fingerprint: &str) -> Value {
    let mut result = json!({
        "ruleId": finding.code.as_str(),
        "ruleIndex": Code::ALL.iter().position(|&code| code == finding.code),
        "level": level(finding.severity),
        "message": { "text": finding.message },
        "locations": [{ "physicalLocation": location(&finding.place) }],
        "partialFingerprints": { "pinlensFinding/v1": fingerprint },
    });
    let others = finding.other_places();
    if !finding.related.is_empty() || !others.is_empty() {
        let related = finding.related.iter().chain(&others).enumerate().map(|(id, related)| {
            let message = json!({ "text": related.message });
            json!({ "id": id, "physicalLocation": location(&related.place), "message": message })
        });
        result["relatedLocations"] = related.collect();
    }
    let fixes: Vec<Value> = finding.fixes.iter().filter(|fix| !fix.edits.is_empty()).map(fix).collect();
    if !fixes.is_empty() {
        result["fixes"] = fixes.into();
    }
    result
}

fn fix(fix: &FixReport) -> Value {
    let mut files: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        let replacement =
            json!({ "deletedRegion": region(edit.place.range), "insertedContent": { "text": edit.text } });
        files.entry(&edit.place.path).or_default().push(replacement);
    }
    let changes = files
        .into_iter()
        .map(|(path, replacements)| json!({ "artifactLocation": artifact(path), "replacements": replacements }));
    json!({ "description": { "text": fix.title }, "artifactChanges": changes.collect::<Vec<_>>() })
}

fn location(place: &Place) -> Value {
    json!({ "artifactLocation": artifact(&place.path), "region": region(place.range) })
}

/// A file below the current folder, which the reader of the log knows as `%SRCROOT%`; another one by its whole URI.
fn artifact(path: &str) -> Value {
    if path.starts_with('/') {
        json!({ "uri": format!("file://{}", percent_encoded(path)) })
    } else if path.as_bytes().get(1) == Some(&b':') {
        json!({ "uri": format!("file:///{}", percent_encoded(path)) })
    } else {
        json!({ "uri": percent_encoded(path), "uriBaseId": "%SRCROOT%" })
    }
}

fn region(range: Range) -> Value {
    json!({
        "startLine": range.start.line,
        "startColumn": range.start.column,
        "endLine": range.end.line,
        "endColumn": range.end.column,
    })
}

/// `path` as the path of a URI (RFC 3986).
fn percent_encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(byte.into()),
            // writing to a string cannot fail
            other => drop(write!(uri, "%{other:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(artifact("a b/ü.py"), json!({ "uri": "a%20b/%C3%BC.py", "uriBaseId": "%SRCROOT%" }));
        assert_eq!(artifact("/x/y.py"), json!({ "uri": "file:///x/y.py" }));
    }
}
