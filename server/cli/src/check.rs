//! `pinlens check`: load, look, print.

pub mod once;

use crate::args::{CheckArgs, FixArgs, IndexArgs};
use crate::failure::Failure;
use crate::{fix, project, shards, show, watch};
use once::once;
use std::time::Instant;

/// Runs `pinlens check`; gives the exit code.
pub fn run(mut args: CheckArgs, started: Instant) -> Result<u8, Failure> {
    if args.extra.fix {
        return fix::run(&fix_args(args), started);
    }
    args.options.entries.clone_from(&args.entries);
    if args.extra.watch {
        return watch::run(&args);
    }
    let mut projects = project::load(&args.options)?;
    shards::limit(&mut projects, &args.projects)?;
    if args.extra.show_files {
        return show::files(&projects);
    }
    if args.extra.show_settings {
        return show::settings(&projects);
    }
    once(&args, projects, started)
}

/// `check --fix` as `fix`.
fn fix_args(args: CheckArgs) -> FixArgs {
    let index = IndexArgs { index: false, index_timeout: 20 };
    FixArgs { options: args.options, unsafe_too: false, diff: false, index }
}
