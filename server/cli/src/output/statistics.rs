//! How often each code was found, in place of the findings (`--statistics`).

use crate::args::Format;
use crate::report::Report;
use pinlens_facts::words::codes::Code;
use serde_json::json;
use std::io::{self, Write};

/// Writes the codes that were found, the most frequent first: for programs as a JSON array, else as a table.
pub fn write(out: &mut dyn Write, report: &Report, format: Format) -> io::Result<()> {
    let count = |code: Code| report.facts().filter(|finding| finding.code == code).count();
    let fixable =
        |code: Code| report.diagnostics.iter().any(|finding| finding.code == code && !finding.fixes.is_empty());
    let mut rows: Vec<(usize, Code)> =
        Code::ALL.into_iter().map(|code| (count(code), code)).filter(|row| row.0 > 0).collect();
    rows.sort_by(|(a, code), (b, other)| b.cmp(a).then(code.cmp(other)));
    if format == Format::Json {
        let rows = rows.iter().map(|(number, code)| {
            json!({ "code": code.as_str(), "count": number, "fixable": fixable(*code), "summary": pinlens_analysis::diagnostics::summary(*code) })
        });
        serde_json::to_writer_pretty(&mut *out, &rows.collect::<Vec<_>>())?;
        return writeln!(out);
    }
    let width = rows.first().map_or(0, |row| row.0.to_string().len());
    let longest = rows.iter().map(|(_, code)| code.as_str().len()).max().unwrap_or_default();
    rows.iter().try_for_each(|(number, code)| {
        writeln!(out, "{number:width$}  {:longest$}  {}", code.as_str(), pinlens_analysis::diagnostics::summary(*code))
    })
}
