//! `check --show-files` and `check --show-settings`.

use crate::exit::CLEAN;
use crate::failure::Failure;
use crate::here::Here;
use crate::output::{self, printable};
use crate::project::Project;
use crate::settings;

/// Prints the files that are checked, one a line.
pub fn files(projects: &[Project]) -> Result<u8, Failure> {
    let here = Here::for_people();
    let mut paths = Vec::new();
    for project in projects {
        let files = project.reported().into_iter().filter(|&file| project.is_read(file));
        paths.extend(files.map(|file| here.show(&project.loader.absolute(project.workspace.path(file)))));
    }
    paths.sort();
    output::to_stdout(|out| paths.iter().try_for_each(|path| writeln!(out, "{}", printable(path))))?;
    Ok(CLEAN)
}

/// Prints the settings of each project as a `pinlens.toml`, with where they come from.
pub fn settings(projects: &[Project]) -> Result<u8, Failure> {
    let here = Here::for_people();
    output::to_stdout(|out| {
        for project in projects {
            writeln!(out, "# project: {}", printable(&here.folder(&project.loader.root)))?;
            writeln!(out, "# settings: {}", printable(&project.settings))?;
            let text = settings::text(project.workspace.config());
            writeln!(out, "{}", if text.is_empty() { "# every setting has its default\n" } else { &text })?;
        }
        Ok(())
    })?;
    Ok(CLEAN)
}
