//! Workflow commands, which GitHub shows as annotations next to the lines of a change.

use super::style::printable;
use crate::report::{Finding, Report};
use pinlens_facts::words::codes::Severity;
use std::io::{self, Write};

/// Writes one workflow command a fact.
pub fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    report.facts().try_for_each(|finding| writeln!(out, "{}", command(finding)))
}

fn command(finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "notice",
    };
    let range = finding.place.range;
    let mut properties =
        format!("file={},line={},endLine={}", property(&finding.place.path), range.start.line, range.end.line);
    // columns are only allowed within one line
    if range.start.line == range.end.line {
        properties.extend([",col=", &range.start.column.to_string(), ",endColumn=", &range.end.column.to_string()]);
    }
    let title = property(&format!("pinlens ({})", finding.code.as_str()));
    format!("::{level} {properties},title={title}::{}", message(&finding.message))
}

/// Escapes the text of a command.
fn message(text: &str) -> String {
    // of what steers a terminal, in which logs are read, only line breaks have an escape
    let escaped = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    printable(&escaped).into_owned()
}

/// Escapes the value of a command's property.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_escaped() {
        assert_eq!(message("50%: a,b\r\nc"), "50%25: a,b%0D%0Ac");
        assert_eq!(message("a\u{1b}[31m\u{202e}"), "a\u{fffd}[31m\u{fffd}");
        assert_eq!(property("C:\\a,b%.py"), "C%3A\\a%2Cb%25.py");
    }
}
