//! The code quality report of GitLab, which it shows in merge requests.

use super::fingerprint;
use crate::report::{Finding, Report};
use pinlens_facts::words::codes::Severity;
use serde_json::{Value, json};
use std::io::{self, Write};

/// Writes the report as one JSON array.
pub fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let fingerprints = fingerprint::of(report);
    let issues: Vec<Value> = report
        .diagnostics
        .iter()
        .zip(&fingerprints)
        .filter(|(finding, _)| finding.repeats.is_none())
        .map(|(finding, id)| issue(finding, id))
        .collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

fn issue(finding: &Finding, fingerprint: &str) -> Value {
    let range = finding.place.range;
    json!({
        "type": "issue",
        "content": { "body": finding.message },
        "check_name": finding.code.as_str(),
        "description": finding.headline(),
        "categories": ["Compatibility"],
        "severity": severity(finding.severity),
        "fingerprint": fingerprint,
        "location": {
            "path": finding.place.path,
            "positions": {
                "begin": { "line": range.start.line, "column": range.start.column },
                "end": { "line": range.end.line, "column": range.end.column },
            },
        },
    })
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Info => "minor",
        Severity::Hint => "info",
    }
}
