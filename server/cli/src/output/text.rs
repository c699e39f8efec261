//! The format for people: each finding with its source line, the places that belong to it and what to do.

use super::snippet::Snippet;
use super::style::{Style, printable};
use crate::args::Options;
use crate::report::{Finding, Report};
use pinlens_facts::words::codes::Severity;
use std::io::{self, Write};

/// Writes the findings and a line that sums them up. Hints are shown only with `--verbose`.
pub fn write(out: &mut dyn Write, report: &Report, options: &Options) -> io::Result<()> {
    let style = Style::of(options.color);
    let shown = |finding: &&Finding| options.verbose || finding.severity > Severity::Hint;
    for finding in report.diagnostics.iter().filter(shown) {
        let range = finding.place.range;
        let snippet = report.lines.of(finding.source, range.start.line).map(|line| Snippet::of(line, range));
        write_finding(out, finding, snippet.as_ref(), style)?;
    }
    writeln!(out, "{}", summary(report, options))
}

fn write_finding(out: &mut dyn Write, finding: &Finding, snippet: Option<&Snippet>, style: Style) -> io::Result<()> {
    let start = finding.place.range.start;
    let head = style.severity(finding.severity, format!("{}[{}]", finding.severity.as_str(), finding.code.as_str()));
    writeln!(out, "{head}{} {}", style.strong(":"), style.strong(printable(&finding.message)))?;
    let number = start.line.to_string();
    let blank = " ".repeat(number.len());
    let arrow = style.frame("-->");
    writeln!(out, "{blank}{arrow} {}:{}:{}", printable(&finding.place.path), start.line, start.column)?;
    let bar = style.frame("|");
    if let Some(Snippet { line, indent, marks }) = snippet {
        writeln!(out, "{blank} {bar}")?;
        writeln!(out, "{} {bar} {line}", style.frame(&number))?;
        writeln!(out, "{blank} {bar} {indent}{}", style.severity(finding.severity, marks))?;
    }
    let equals = style.frame("=");
    for related in &finding.related {
        let start = related.place.range.start;
        let place = format!("{}:{}:{}", printable(&related.place.path), start.line, start.column);
        writeln!(out, "{blank} {equals} {}: {place}: {}", style.strong("note"), printable(&related.message))?;
    }
    for fix in &finding.fixes {
        let command = if fix.applicability == "safe" { "pinlens fix" } else { "pinlens fix --unsafe" };
        writeln!(out, "{blank} {equals} {}: {} (`{command}`)", style.help("help"), printable(&fix.title))?;
    }
    writeln!(out)
}

/// `Found 3 findings (2 errors, 1 warning) in 12 files; 2 fixable with `pinlens fix`.`
fn summary(report: &Report, options: &Options) -> String {
    let of = |severity| report.diagnostics.iter().filter(move |finding| finding.severity == severity).count();
    let kinds = [Severity::Error, Severity::Warning, Severity::Info, Severity::Hint];
    let kinds = &kinds[..if options.verbose { 4 } else { 3 }];
    let found: usize = kinds.iter().map(|&severity| of(severity)).sum();
    let files = count(report.summary.reported, "file", "files");
    let is_known = report.summary.hidden.is_some_and(|hidden| hidden > 0);
    let mut line = if found == 0 && is_known {
        format!("Nothing new in {files}")
    } else if found == 0 && report.summary.reported < report.summary.files {
        format!("Nothing found in {files}")
    } else if found == 0 {
        let imports = count(report.summary.imports, "import", "imports");
        let requirements = count(report.summary.requirements, "requirement", "requirements");
        format!("Nothing found in {files}: {imports} and {requirements} are consistent")
    } else {
        let parts: Vec<String> = kinds.iter().filter_map(|&severity| severity_count(severity, of(severity))).collect();
        format!("Found {} ({}) in {files}", count(found, "finding", "findings"), parts.join(", "))
    };
    for remark in [fixable(report), hidden_hints(of(Severity::Hint), options), hidden(report), skipped(report)]
        .into_iter()
        .flatten()
    {
        line.push_str("; ");
        line.push_str(&remark);
    }
    line + "."
}

fn severity_count(severity: Severity, number: usize) -> Option<String> {
    let (one, many) = match severity {
        Severity::Error => ("error", "errors"),
        Severity::Warning => ("warning", "warnings"),
        Severity::Info => ("info", "infos"),
        Severity::Hint => ("hint", "hints"),
    };
    (number > 0).then(|| count(number, one, many))
}

fn fixable(report: &Report) -> Option<String> {
    let has = |finding: &&Finding, what: &str| finding.fixes.iter().any(|fix| fix.applicability == what);
    let safe = report.diagnostics.iter().filter(|finding| has(finding, "safe")).count();
    let guessed = report.diagnostics.iter().filter(|finding| !has(finding, "safe") && has(finding, "unsafe")).count();
    match (safe, guessed) {
        (0, 0) => None,
        (0, guessed) => Some(format!("{guessed} fixable with `pinlens fix --unsafe`")),
        (safe, 0) => Some(format!("{safe} fixable with `pinlens fix`")),
        (safe, guessed) => Some(format!("{safe} fixable with `pinlens fix`, {guessed} more with `--unsafe`")),
    }
}

fn hidden_hints(hints: usize, options: &Options) -> Option<String> {
    (hints > 0 && !options.verbose).then(|| format!("{} shown with `--verbose`", count(hints, "hint", "hints")))
}

fn hidden(report: &Report) -> Option<String> {
    report.summary.hidden.filter(|hidden| *hidden > 0).map(|hidden| format!("{hidden} hidden by the baseline"))
}

fn skipped(report: &Report) -> Option<String> {
    let number = report.skipped.len();
    (number > 0).then(|| format!("{} could not be read", count(number, "file", "files")))
}

/// `1 file`, `2 files`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
