//! `pinlens check`: load, look, tell.

use crate::args::{CheckArgs, FailOn, Format, Options};
use crate::output;
use crate::project::{self, Failure, Project};
use crate::report::{Report, WithFixes};
use std::time::Instant;

/// The exit code of a run with nothing to report.
pub const CLEAN: u8 = 0;
/// The exit code of a run that found something.
pub const FOUND: u8 = 1;
/// The exit code of a command that could not run.
pub const FAILED: u8 = 2;

/// Runs `pinlens check`; gives the exit code.
pub fn run(args: &CheckArgs, started: Instant) -> Result<u8, Failure> {
    let projects = project::load(&args.options)?;
    let code = report(&projects, &args.options, started)?;
    // the process ends: to free some hundred thousand small values one by one would only take time
    std::mem::forget(projects);
    Ok(code)
}

/// Prints the findings of `projects`; gives the exit code.
pub fn report(projects: &[Project], options: &Options, started: Instant) -> Result<u8, Failure> {
    let with_fixes = if options.format == Format::Github { WithFixes::No } else { WithFixes::Yes };
    let report = Report::of(projects, with_fixes, started);
    output::print(&report, projects, options)?;
    let code = exit_code(&report, options.fail_on);
    std::mem::forget(report);
    Ok(code)
}

/// 1 where a finding reaches `fail_on`, else 0.
pub fn exit_code(report: &Report, fail_on: FailOn) -> u8 {
    if report.worst().is_some_and(|worst| worst >= fail_on.severity()) { FOUND } else { CLEAN }
}
