//! The format for people: each finding with its source line, the places that belong to it and what to do.

use super::snippet::{self, Note};
use super::style::Style;
use crate::args::Options;
use crate::report::{Finding, FixReport, RelatedPlace, Report};
use pinlens_facts::words::codes::{Code, Severity};
use std::cmp::Reverse;
use std::io::{self, Write};

/// Writes the findings and the lines that sum them up. Hints are shown only with `--verbose`.
pub fn write(out: &mut dyn Write, report: &Report, options: &Options, style: Style) -> io::Result<()> {
    for finding in worst_first(report, options) {
        let line = report.lines.of(finding.source, finding.place.range.start.line);
        let notes = notes(finding, options.output.verbose);
        writeln!(out, "{}\n", snippet::draw(finding, line, &notes, style))?;
    }
    if options.output.quiet { Ok(()) } else { writeln!(out, "{}", summary(report, options).join("\n")) }
}

/// The findings that people are shown, the worst first, else by their places.
pub fn worst_first<'a>(report: &'a Report, options: &Options) -> Vec<&'a Finding> {
    let mut shown: Vec<&Finding> = report.diagnostics.iter().filter(|finding| is_shown(finding, options)).collect();
    shown.sort_by_key(|finding| Reverse(finding.severity));
    shown
}

/// Whether people are shown the finding.
pub fn is_shown(finding: &Finding, options: &Options) -> bool {
    finding.repeats.is_none() && (options.output.verbose || finding.severity > Severity::Hint)
}

/// What stands below the line of a finding: its notes, the places that belong to it, and what to do, the first way or every one.
fn notes(finding: &Finding, every_fix: bool) -> Vec<Note> {
    let mut notes: Vec<Note> = finding.notes().map(|note| Note::Note(note.to_owned())).collect();
    // the note of the chain has the places of its steps
    let is_step = |related: &&RelatedPlace| related.message.starts_with("start-up, step ");
    let is_shown = |related: &&RelatedPlace| !is_step(related) && !finding.others.contains(&related.place);
    notes.extend(finding.related.iter().filter(is_shown).map(|related| {
        let line = related.place.range.start.line;
        Note::Note(format!("{}:{line}: {}", related.place.path, related.message))
    }));
    notes.extend(others(finding).map(Note::Note));
    let number = if every_fix { finding.fixes.len() } else { 1 };
    notes.extend(finding.fixes.iter().take(number).map(|fix| Note::Help(help(finding.code, fix))));
    notes
}

/// `also at 9 other places: app/a.py:3, app/b.py:1, app/c.py:7, ...`
pub fn others(finding: &Finding) -> Option<String> {
    let all = finding.others.len();
    let first = finding.others.iter().take(MOST_NAMED);
    let mut named: Vec<String> = first.map(|place| format!("{}:{}", place.path, place.range.start.line)).collect();
    if all > named.len() {
        named.push("...".to_owned());
    }
    (all > 0).then(|| format!("also at {}: {}", count(all, "other place", "other places"), named.join(", ")))
}

/// The most other places that are named in a line.
const MOST_NAMED: usize = 3;

/// ``run `pinlens fix` to add redis to requirements.txt``
fn help(code: Code, fix: &FixReport) -> String {
    let otherwise = if code == Code::UnusedRequirement { ", or add `# keep` to the line" } else { "" };
    let command = if fix.applicability == "safe" { "pinlens fix" } else { "pinlens fix --unsafe" };
    let mut title = fix.title.chars();
    let first = title.next().map(|first| first.to_ascii_lowercase());
    format!("run `{command}` to {}{}{otherwise}", first.map(String::from).unwrap_or_default(), title.as_str())
}

/// What a run comes to, and what to do next, in lines: the first is what was found.
pub fn summary(report: &Report, options: &Options) -> Vec<String> {
    let shown: Vec<&Finding> = report.diagnostics.iter().filter(|finding| is_shown(finding, options)).collect();
    let mut lines = vec![if shown.is_empty() { nothing_found(report) } else { found(&shown) }];
    lines.extend(fixable(&shown));
    lines.extend(report.used.iter().cloned());
    let hints = report.facts().count() - shown.len();
    lines.extend((hints > 0).then(|| format!("{} not shown: use `--verbose`.", count(hints, "hint", "hints"))));
    let hidden = report.summary.hidden.filter(|hidden| *hidden > 0);
    lines.extend(hidden.map(|hidden| format!("{} hidden by the baseline.", count(hidden, "finding", "findings"))));
    let skipped = report.skipped.len();
    lines.extend((skipped > 0).then(|| format!("{} could not be read.", count(skipped, "file", "files"))));
    lines
}

fn nothing_found(report: &Report) -> String {
    let summary = &report.summary;
    let files = count(summary.reported, "file", "files");
    if summary.hidden.is_some_and(|hidden| hidden > 0) {
        return format!("No new findings in {files}.");
    }
    if summary.reported == 0 {
        return "Nothing was checked: no Python or requirements file was read.".to_owned();
    }
    if summary.reported < summary.files {
        return format!("All checks passed: {files}.");
    }
    let imports = count(summary.imports, "import", "imports");
    format!("All checks passed: {files}, {imports}, {}.", count(summary.requirements, "requirement", "requirements"))
}

/// `Found 2 errors and 1 warning (2 undeclared-import, 1 unused-requirement).`
fn found(shown: &[&Finding]) -> String {
    let severities = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Info, "info"),
        (Severity::Hint, "hint"),
    ];
    let kinds: Vec<String> = severities
        .iter()
        .map(|(severity, word)| (shown.iter().filter(|finding| finding.severity == *severity).count(), word))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| count(number, word, &format!("{word}s")))
        .collect();
    let kinds = match kinds.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => kinds.concat(),
    };
    let mut codes: Vec<(usize, &str)> = Vec::new();
    for finding in shown {
        match codes.iter_mut().find(|(_, code)| *code == finding.code.as_str()) {
            Some((number, _)) => *number += 1,
            None => codes.push((1, finding.code.as_str())),
        }
    }
    codes.sort_by(|(a, code), (b, other)| b.cmp(a).then(code.cmp(other)));
    if codes.len() < 2 {
        return format!("Found {kinds}.");
    }
    let codes: Vec<String> = codes.iter().map(|(number, code)| format!("{number} {code}")).collect();
    format!("Found {kinds} ({}).", codes.join(", "))
}

/// What to run next, of what is shown.
fn fixable(shown: &[&Finding]) -> Option<String> {
    let has = |finding: &Finding, what: &str| finding.fixes.iter().any(|fix| fix.applicability == what);
    let safe = shown.iter().filter(|finding| has(finding, "safe")).count();
    let guessed = shown.iter().filter(|finding| !has(finding, "safe") && has(finding, "unsafe")).count();
    match (safe, guessed) {
        (0, 0) => None,
        (0, guessed) => Some(format!("{guessed} fixable with `pinlens fix --unsafe`.")),
        (safe, 0) => Some(format!("{safe} fixable with `pinlens fix`.")),
        (safe, guessed) => Some(format!("{safe} fixable with `pinlens fix`, {guessed} more with `--unsafe`.")),
    }
}

/// `1 file`, `2 files`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
