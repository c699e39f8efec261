//! One line a finding, as compilers print them: editors and scripts know where each is.

use super::style::{Style, printable};
use super::text::{count, summary, worst_first};
use crate::args::Options;
use crate::report::Report;
use std::io::{self, Write};

/// Writes `path:line:column: severity[code] message` for each finding, and the line that sums them up.
pub fn write(out: &mut dyn Write, report: &Report, options: &Options, style: Style) -> io::Result<()> {
    for finding in worst_first(report, options) {
        let start = finding.place.range.start;
        let severity = format!("{}[{}]", finding.severity.as_str(), finding.code.as_str());
        let place = format!("{}:{}:{}", printable(&finding.place.path), start.line, start.column);
        let others = match finding.others.len() {
            0 => String::new(),
            number => format!(" ({})", count(number, "other place", "other places")),
        };
        let message = format!("{}{others}", printable(finding.headline()));
        writeln!(out, "{}: {} {message}", style.strong(place), style.severity(finding.severity, severity))?;
    }
    if options.output.quiet { Ok(()) } else { writeln!(out, "{}", summary(report, options).join("\n")) }
}
