//! The formats in which findings are printed. Each takes a [`Report`] and a writer, and decides nothing.

mod github;
mod json;
mod sarif;
mod snippet;
mod style;
mod text;

pub use style::{Style, printable};
pub use text::count;

use crate::args::{Format, Options};
use crate::project::{Failure, warn};
use crate::report::Report;
use std::io::{self, BufWriter, ErrorKind, Write};

/// Prints `report` on standard output as the options ask, and the files that were skipped on standard error.
pub fn print(report: &Report, options: &Options) -> Result<(), Failure> {
    for skipped in &report.skipped {
        warn(&format!("skipped {}: {}", printable(&skipped.path), printable(&skipped.reason)));
    }
    to_stdout(|out| match options.format {
        Format::Text => text::write(out, report, options),
        Format::Json => json::write(out, report),
        Format::Github => github::write(out, report),
        Format::Sarif => sarif::write(out, report),
    })
}

/// Lets `write` print to standard output. A reader that has gone away (`| head`) has seen what it wanted: no failure.
pub fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(format!("standard output: {error}")),
        _ => {
            // what is left in the buffer cannot be written either
            let _ = out.into_parts();
            Ok(())
        }
    }
}
