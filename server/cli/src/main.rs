//! The command `pinlens`. No logic of its own: it turns options into a configuration, lets the loader read and the
//! workspace decide, and prints.

#![forbid(unsafe_code)]

mod apply;
mod args;
mod baseline;
mod check;
mod console;
mod deployments;
mod doctor;
mod exit;
mod explain;
mod failure;
mod fix;
mod generate;
mod here;
mod init;
mod lines;
mod lists;
mod next;
mod output;
mod package_index;
mod place;
mod progress;
mod project;
mod report;
mod roots;
mod schema;
mod script;
mod settings;
mod shards;
mod show;
mod startup;
mod version;
mod watch;
mod words;

use args::{Cli, Command};
use clap::Parser;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let started = Instant::now();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // help or the version, and not an error that repeats what was typed
        Err(error) if !error.use_stderr() => error.exit(),
        Err(error) => {
            console::print_line(without_escape_tip(&error.render().to_string()).trim_end());
            return ExitCode::from(exit::FAILED);
        }
    };
    let result = match cli.command {
        Command::Check(args) => check::run(args, started),
        Command::Trace(args) => startup::trace(&args),
        Command::Why(args) => startup::why(&args),
        Command::Deployments(args) => deployments::run(&args),
        Command::Projects(args) => shards::list(&args),
        Command::Merge(args) => shards::merge(&args),
        Command::Fix(args) => fix::run(&args, started),
        Command::Add(args) => lists::add::run(args),
        Command::Remove(args) => lists::remove::run(args),
        Command::Explain(args) => Ok(explain::run(&args)),
        Command::Doctor(args) => doctor::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Completions(args) => generate::completions(&args),
        Command::Man(args) => generate::man(&args),
        Command::Schema => generate::schema(),
        Command::Version => output::to_stdout(|out| writeln!(out, "pinlens {}", version::LONG)).map(|()| exit::CLEAN),
        Command::Server(_) => return pinlens_lsp::serve(),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            console::print_line(&format!("error: {failure}"));
            ExitCode::from(exit::FAILED)
        }
    }
}

/// What clap says of wrong arguments, without its tip to pass an unknown option as a value: no command takes one.
fn without_escape_tip(text: &str) -> String {
    let is_tip = |part: &&str| !part.trim_start().starts_with("tip: to pass '-");
    text.split("\n\n").filter(is_tip).collect::<Vec<_>>().join("\n\n")
}
