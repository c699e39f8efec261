//! `check --watch`: checks again whenever a file has changed.

use crate::args::CheckArgs;
use crate::check::once::once;
use crate::console::print_line;
use crate::failure::Failure;
use crate::project::{self, Project};
use pinlens_analysis::config::Config;
use pinlens_loader::{Loader, Snapshot};
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// How long to wait before files are looked at again.
const PAUSE: Duration = Duration::from_millis(500);

/// Checks until the process is ended. A run that fails is reported, and the next change starts another.
pub fn run(args: &CheckArgs) -> Result<u8, Failure> {
    loop {
        let started = Instant::now();
        let projects = project::load(&args.options)?;
        let watched: Vec<(Loader, Config)> = projects.iter().map(folder).collect();
        let seen = stamps(&watched);
        clear();
        if let Err(reason) = once(args, projects, started) {
            print_line(&format!("error: {reason}"));
        }
        print_line("Waiting for changes. Press Ctrl-C to stop.");
        while stamps(&watched) == seen {
            std::thread::sleep(PAUSE);
        }
    }
}

fn folder(project: &Project) -> (Loader, Config) {
    (project.loader.clone(), project.workspace.config().clone())
}

fn stamps(watched: &[(Loader, Config)]) -> Vec<Snapshot> {
    watched.iter().map(|(loader, config)| loader.walk(config)).collect()
}

/// Clears the screen of a terminal, so that only the newest report is on it.
fn clear() {
    let mut out = std::io::stdout();
    if out.is_terminal() {
        // a terminal that is gone is noticed when the report is printed
        let _ = write!(out, "\x1b[2J\x1b[H");
    }
}
