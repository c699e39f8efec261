//! A table in Markdown, for the summary of a workflow run or a comment on a merge request.

use super::text::{is_shown, summary};
use crate::args::Options;
use crate::report::{Finding, Report};
use pinlens_facts::words::codes::Severity;
use std::io::{self, Write};

/// Writes a heading with the sum, and a row for each finding.
pub fn write(out: &mut dyn Write, report: &Report, options: &Options) -> io::Result<()> {
    let mut lines = summary(report, options).into_iter();
    writeln!(out, "### pinlens: {}\n", lines.next().unwrap_or_default().trim_end_matches('.'))?;
    let mut rows = report.diagnostics.iter().filter(|finding| is_shown(finding, options)).peekable();
    if rows.peek().is_some() {
        writeln!(out, "| | Where | What | Code |\n|---|---|---|---|")?;
    }
    let is_any = rows.peek().is_some();
    rows.try_for_each(|finding| writeln!(out, "{}", row(finding)))?;
    if is_any {
        writeln!(out)?;
    }
    lines.try_for_each(|line| writeln!(out, "{line}  "))
}

fn row(finding: &Finding) -> String {
    let mark = match finding.severity {
        Severity::Error => "❌",
        Severity::Warning => "⚠️",
        Severity::Info | Severity::Hint => "ℹ️",
    };
    let place = format!("{}:{}", finding.place.path, finding.place.range.start.line);
    format!("| {mark} | {} | {} | {} |", code(&place), text(finding.headline()), finding.code.as_str())
}

/// Text in a cell. Names stand in backticks already, where only `|` must not end the cell.
fn text(message: &str) -> String {
    let mut out = String::new();
    for (number, part) in message.split('`').enumerate() {
        if number > 0 {
            out.push('`');
        }
        let part = part.replace('|', "\\|").replace(['\r', '\n'], " ");
        out += &if number % 2 == 0 { escaped(&part) } else { part };
    }
    out
}

/// Without what Markdown or HTML would take for its own.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '<' => out += "&lt;",
            '&' => out += "&amp;",
            '*' | '_' | '[' | ']' | '#' | '~' => out.extend(['\\', character]),
            other => out.push(other),
        }
    }
    out
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|").replace('`', "'").replace(['\r', '\n'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_hold_any_text() {
        assert_eq!(text("`a_b|c` is not in *x*\n<b>"), "`a_b\\|c` is not in \\*x\\* &lt;b>");
        assert_eq!(code("a`b|c.py:1"), "`a'b\\|c.py:1`");
    }
}
