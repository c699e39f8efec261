//! The formats in which findings are printed. Each takes a [`Report`] and a writer, and decides nothing.

mod concise;
mod fingerprint;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod sarif;
mod snippet;
mod statistics;
mod style;
mod text;

pub use style::{Style, escaped_json, printable, printable_cells, printable_lines, steers};
pub use text::count;

use crate::args::{Format, Options};
use crate::console::warn;
use crate::failure::Failure;
use crate::report::Report;
use std::io::{self, BufWriter, ErrorKind, Write};

/// Prints `report` on standard output, or to the file that the options name, and the files that were skipped on standard error.
pub fn print(report: &Report, options: &Options) -> Result<(), Failure> {
    for skipped in &report.skipped {
        warn(&format!("skipped {}: {}", printable(&skipped.path), printable(&skipped.reason)));
    }
    to_output(options, |out, style| match options.output.format {
        Format::Text => text::write(out, report, options, style),
        Format::Concise => concise::write(out, report, options, style),
        Format::Json => json::write(out, report),
        Format::Github => github::write(out, report),
        Format::Gitlab => gitlab::write(out, report),
        Format::Junit => junit::write(out, report),
        Format::Markdown => markdown::write(out, report, options),
        Format::Sarif => sarif::write(out, report),
    })
}

/// Prints how often each code was found.
pub fn print_statistics(report: &Report, options: &Options) -> Result<(), Failure> {
    to_output(options, |out, _| statistics::write(out, report, options.output.format))
}

/// Lets `write` print where the options send it: to the file that they name, without colours, or to standard output.
fn to_output(options: &Options, write: impl FnOnce(&mut dyn Write, Style) -> io::Result<()>) -> Result<(), Failure> {
    let Some(file) = &options.output.output_file else {
        return to_stdout(|out| write(out, Style::of(options.read.color)));
    };
    let mut bytes = Vec::new();
    let written = write(&mut bytes, Style::Plain).and_then(|()| std::fs::write(file, bytes));
    written.map_err(|cause| Failure::File { path: file.clone(), cause })
}

/// Lets `write` print to standard output. A reader that has gone away (`| head`) has seen what it wanted: no failure.
pub fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Stdout(error)),
        _ => {
            // what is left in the buffer cannot be written either
            let _ = out.into_parts();
            Ok(())
        }
    }
}
