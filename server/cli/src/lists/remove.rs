//! `pinlens remove`: take a distribution out of the lists.

use super::{code_path, named_list, names_among, note, write};
use crate::args::RemoveArgs;
use crate::exit::CLEAN;
use crate::failure::Failure;
use crate::output::count;
use crate::project::{self, Project};
use crate::startup::Places;

/// Runs `pinlens remove` for each name; gives the exit code.
pub fn run(mut args: RemoveArgs) -> Result<u8, Failure> {
    let further = names_among(&mut args.list.options.paths);
    for name in std::iter::once(args.name.clone()).chain(further) {
        one(&args, &name)?;
    }
    Ok(CLEAN)
}

/// Removes one name, with what was removed before it.
fn one(args: &RemoveArgs, name: &str) -> Result<(), Failure> {
    let projects = project::load(&args.list.options)?;
    let project = projects.first().ok_or(Failure::NoProject)?;
    let from = named_list(project, &args.list)?;
    let fix = project.workspace.remove_distribution(&code_path(project, &args.list), name, from)?;
    note_what_needs(project, name);
    write(project, &fix, &args.list)?;
    std::mem::forget(projects);
    Ok(())
}

/// Says who imports it still, and which required distributions need it.
fn note_what_needs(project: &Project, name: &str) {
    let why = project.workspace.why(name);
    if let Some((file, range, _)) = why.importers.first() {
        let place = Places::of(project).at(*file, *range);
        let others = why.importers.len() - 1;
        let others =
            if others == 0 { String::new() } else { format!(" and {}", count(others, "other place", "other places")) };
        note(&format!("{place}{others} still imports it"));
    }
    for (distribution, _) in &why.needed_by {
        note(&format!("{distribution} depends on it and still installs it"));
    }
}
