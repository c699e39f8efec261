//! What is made of the command line and the settings for other programs: completions, manual pages, the JSON Schema.

use crate::args::{Cli, CompletionsArgs, ManArgs};
use crate::exit::CLEAN;
use crate::failure::Failure;
use crate::output::to_stdout;
use clap::{Command, CommandFactory};
use std::path::Path;

/// Prints the completion script of a shell.
pub fn completions(args: &CompletionsArgs) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "pinlens", &mut script);
    to_stdout(|out| out.write_all(&script))?;
    Ok(CLEAN)
}

/// Prints the manual page of pinlens, or writes those of all its commands to a folder.
pub fn man(args: &ManArgs) -> Result<u8, Failure> {
    let mut command = Cli::command();
    command.build();
    match &args.dir {
        None => {
            let page = page(&command)?;
            to_stdout(|out| out.write_all(&page))?;
        }
        Some(folder) => pages(&command, folder)?,
    }
    Ok(CLEAN)
}

fn pages(command: &Command, folder: &Path) -> Result<(), Failure> {
    let failed = |path: &Path, cause| Failure::File { path: path.to_owned(), cause };
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let of_sub = command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help");
    for one in std::iter::once(command).chain(of_sub) {
        let name = one.get_display_name().unwrap_or(one.get_name());
        let path = folder.join(format!("{name}.1"));
        std::fs::write(&path, page(one)?).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

fn page(command: &Command) -> Result<Vec<u8>, Failure> {
    let failed = |cause| Failure::Page { command: command.get_name().to_owned(), cause };
    let mut bytes = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Prints the JSON Schema of `pinlens.toml`.
pub fn schema() -> Result<u8, Failure> {
    let text = crate::schema::text();
    to_stdout(|out| out.write_all(text.as_bytes()))?;
    Ok(CLEAN)
}
