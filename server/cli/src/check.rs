//! `pinlens check`: load, look, tell.

use crate::args::{CheckArgs, FailOn, Format, Options};
use crate::baseline;
use crate::output;
use crate::project::{self, Failure, Project};
use crate::report::{Report, With};
use std::time::Instant;

/// The exit code of a run with nothing to report.
pub const CLEAN: u8 = 0;
/// The exit code of a run that found something.
pub const FOUND: u8 = 1;
/// The exit code of a command that could not run.
pub const FAILED: u8 = 2;

/// Runs `pinlens check`; gives the exit code.
pub fn run(mut args: CheckArgs, started: Instant) -> Result<u8, Failure> {
    args.options.entries.clone_from(&args.entries);
    let args = &args;
    let mut projects = project::load(&args.options)?;
    for entry in &args.entries {
        let (index, crashes) = crate::startup::crashes(&projects, entry)?;
        projects[index].crashes.get_or_insert_default().extend(crashes);
    }
    if !args.entries.is_empty() {
        projects.retain(|project| project.crashes.is_some());
    }
    let mut report = Report::of(&projects, what(&args.options), started);
    baseline::apply(&mut report, &projects, args)?;
    let code = print(report, &args.options)?;
    // the process ends: to free some hundred thousand small values one by one would only take time
    std::mem::forget(projects);
    Ok(code)
}

/// Prints the findings of `projects`; gives the exit code.
pub fn report(projects: &[Project], options: &Options, started: Instant) -> Result<u8, Failure> {
    print(Report::of(projects, what(options), started), options)
}

/// What the format shows of findings: annotations of GitHub show no fixes, and only people see lines.
fn what(options: &Options) -> With {
    match options.format {
        Format::Text => With::FixesAndLines,
        Format::Json | Format::Sarif => With::Fixes,
        Format::Github => With::Nothing,
    }
}

fn print(report: Report, options: &Options) -> Result<u8, Failure> {
    output::print(&report, options)?;
    let code = exit_code(&report, options.fail_on);
    std::mem::forget(report);
    Ok(code)
}

/// 1 where a finding reaches `fail_on`, else 0.
pub fn exit_code(report: &Report, fail_on: FailOn) -> u8 {
    if report.worst().is_some_and(|worst| worst >= fail_on.severity()) { FOUND } else { CLEAN }
}
