//! Standard error, for people.

use crate::output::printable_lines;
use std::io::Write;

/// Warns the user of what weakens the answer.
pub fn warn(message: &str) {
    print_line(&format!("warning: {message}"));
}

/// Prints a line, or several, without what would steer a terminal; one that nobody can read any more is no reason to stop.
pub fn print_line(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", printable_lines(line));
}
