//! The format for programs. The contract is the shape of [`Report`]; the README documents it.

use super::style::escaped_json;
use crate::report::Report;
use std::io::{self, Write};

/// Writes the report as one JSON object.
pub fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    writeln!(out, "{}", escaped_json(&serde_json::to_string_pretty(report)?))
}
