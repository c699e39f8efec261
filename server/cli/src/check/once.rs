//! One check of projects that are loaded, and what its findings mean for the exit code.

use crate::args::{CheckArgs, FailOn, Format, Options};
use crate::console::warn;
use crate::exit::{CLEAN, FAILED, FOUND};
use crate::failure::Failure;
use crate::here::Here;
use crate::project::Project;
use crate::report::{Report, With};
use crate::{baseline, deployments, output, startup};
use std::time::Instant;

/// Checks `projects` once; gives the exit code.
pub fn once(args: &CheckArgs, mut projects: Vec<Project>, started: Instant) -> Result<u8, Failure> {
    for entry in &args.entries {
        let (index, crashes) = startup::crashes(&projects, entry)?;
        projects[index].crashes.get_or_insert_default().extend(crashes);
    }
    let mut open: Vec<String> = Vec::new();
    for entry in &args.entries {
        let (index, found, why) = startup::of_deployments(&projects, entry)?;
        projects[index].crashes.get_or_insert_default().extend(found);
        open.extend(why);
    }
    for name in &args.deployments {
        let (index, found, why) = deployments::lacks(&projects, name)?;
        projects[index].crashes.get_or_insert_default().extend(found);
        open.extend(why);
    }
    for why in &open {
        warn(why);
    }
    if !args.entries.is_empty() || !args.deployments.is_empty() {
        projects.retain(|project| project.crashes.is_some());
    }
    let with = if args.extra.statistics { With::Fixes } else { what(&args.options) };
    let mut report = Report::of(&projects, with, &Here::of(args.options.output.format), started);
    baseline::apply(&mut report, &projects, args)?;
    join_facts(&mut report, &args.options);
    let code = if args.extra.statistics {
        output::print_statistics(&report, &args.options)?;
        exit_code(&report, args.options.fails_on())
    } else {
        print(report, &args.options)?
    };
    let code = if args.extra.strict && code == CLEAN && !open.is_empty() { FAILED } else { code };
    // the process ends: to free some hundred thousand small values one by one would only take time
    std::mem::forget(projects);
    Ok(code)
}

/// Prints the findings of `projects`; gives the exit code.
pub fn report(projects: &[Project], options: &Options, started: Instant) -> Result<u8, Failure> {
    let mut report = Report::of(projects, what(options), &Here::of(options.output.format), started);
    join_facts(&mut report, options);
    print(report, options)
}

/// Lets each fact be reported once, but where the options want all places. JSON keeps every place and marks those that repeat.
fn join_facts(report: &mut Report, options: &Options) {
    if !options.output.all || options.output.format == Format::Json {
        report.join_facts();
    }
    report.summary.facts = report.facts().count();
}

/// What the format shows next to the findings: fixes and lines.
fn what(options: &Options) -> With {
    match options.output.format {
        Format::Text => With::FixesAndLines,
        Format::Concise | Format::Markdown | Format::Json | Format::Sarif => With::Fixes,
        Format::Github | Format::Gitlab | Format::Junit => With::Nothing,
    }
}

/// Prints the report; gives the exit code.
pub fn print(report: Report, options: &Options) -> Result<u8, Failure> {
    output::print(&report, options)?;
    let code = exit_code(&report, options.fails_on());
    std::mem::forget(report);
    Ok(code)
}

/// 2 where a manifest could not be read, 1 where a finding reaches `fail_on`, else 0.
pub fn exit_code(report: &Report, fail_on: FailOn) -> u8 {
    if report.lacks_manifest {
        return FAILED;
    }
    let fails = report.worst().zip(fail_on.severity()).is_some_and(|(worst, least)| worst >= least);
    if fails { FOUND } else { CLEAN }
}
