//! The exit codes.

/// Of a run with nothing to report.
pub const CLEAN: u8 = 0;
/// Of a run that found something.
pub const FOUND: u8 = 1;
/// Of a command that could not run.
pub const FAILED: u8 = 2;
