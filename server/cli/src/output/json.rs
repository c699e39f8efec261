//! The format for programs. The contract is the shape of [`Report`]; the README documents it.

use crate::report::Report;
use std::io::{self, Write};

/// Writes the report as one JSON object.
pub fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    writeln!(out)
}
