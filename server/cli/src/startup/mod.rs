//! `pinlens trace` and `pinlens why`: load, query the workspace, print. Paths are shown from the current folder, lines from 1.

mod graph;
mod json;
mod places;
mod text;
mod why;

use crate::args::{Options, TraceArgs, TraceFormat, WhyArgs};
use crate::exit::{CLEAN, FOUND};
use crate::failure::Failure;
use crate::output::{Style, to_stdout};
use crate::project::{self, Project};
use pinlens_analysis::answers::deployments;
use pinlens_analysis::model::ids::FileId;
use pinlens_analysis::startup::chains::Fate;
use pinlens_analysis::startup::entries::Entry;
use pinlens_facts::words::text::TextRange;
pub use places::Places;
use std::path::{Path, PathBuf};

/// Runs `pinlens trace`; gives the exit code.
pub fn trace(args: &TraceArgs) -> Result<u8, Failure> {
    let style = Style::of(args.options.color);
    let Some(file) = &args.file else { return entries(args, style) };
    let options = Options { paths: folder_of(file), ..args.options.options() };
    let projects = project::load(&options)?;
    let (project, entry) = entry(&projects, file)?;
    let place = Places::of(project);
    if let Some(name) = &args.to {
        let ways = project.workspace.ways(&entry, name);
        to_stdout(|out| match args.format {
            TraceFormat::Text => text::ways(out, &place, &entry, name, &ways, style),
            TraceFormat::Json => json::ways(out, &place, &entry, name, &ways),
            TraceFormat::Dot => graph::ways(out, &place, &ways, graph::Language::Dot),
            TraceFormat::Mermaid => graph::ways(out, &place, &ways, graph::Language::Mermaid),
        })?;
        return Ok(if ways.is_empty() { FOUND } else { CLEAN });
    }
    let trace = project.workspace.trace(&entry);
    to_stdout(|out| match args.format {
        TraceFormat::Text => text::trace(out, &place, &trace, args.all, style),
        TraceFormat::Json => json::trace(out, &place, &trace),
        TraceFormat::Dot => graph::trace(out, &place, &trace, graph::Language::Dot),
        TraceFormat::Mermaid => graph::trace(out, &place, &trace, graph::Language::Mermaid),
    })?;
    Ok(CLEAN)
}

/// Lists the entries that were found; the exit code is 1 where there is none.
fn entries(args: &TraceArgs, style: Style) -> Result<u8, Failure> {
    if matches!(args.format, TraceFormat::Dot | TraceFormat::Mermaid) {
        return Err(Failure::GraphOfNothing);
    }
    let projects = project::load(&args.options.options())?;
    let (mut number, mut first, mut nowhere) = (0, None, Vec::new());
    let mut rows = Vec::new();
    for project in &projects {
        let places = Places::of(project);
        nowhere.extend(deployments::nowhere(&project.workspace));
        for entry in deployments::entries(&project.workspace) {
            let trace = project.workspace.trace(&entry);
            match args.format {
                TraceFormat::Json => rows.push(json::entry_row(&places, &trace)),
                _ => to_stdout(|out| text::entry(out, &places, &trace, style))?,
            }
            number += 1;
            first.get_or_insert_with(|| places.path(entry.file));
        }
    }
    to_stdout(|out| match args.format {
        TraceFormat::Json => json::entries(out, &rows),
        _ => text::entries(out, number, first.as_deref(), &nowhere),
    })?;
    Ok(if number == 0 { FOUND } else { CLEAN })
}

/// Runs `pinlens why`; gives the exit code: 1 where nothing is known of the name.
pub fn why(args: &WhyArgs) -> Result<u8, Failure> {
    let projects = project::load(&args.options.options())?;
    let style = Style::of(args.options.color);
    let mut is_known = false;
    for project in &projects {
        let why = project.workspace.why(&args.name);
        is_known |= !why.importers.is_empty() || !why.declared.is_empty() || !why.needed_by.is_empty();
        to_stdout(|out| why::write(out, &Places::of(project), &args.name, &why, style))?;
    }
    Ok(if is_known { CLEAN } else { FOUND })
}

/// The project and the entry that the user means by a path.
pub fn entry<'a>(projects: &'a [Project], file: &Path) -> Result<(&'a Project, Entry), Failure> {
    let absolute = file.canonicalize().map_err(|_| Failure::NoEntry(file.to_owned()))?;
    let found = projects.iter().rev().find_map(|project| {
        let path = project.loader.path_of(&absolute)?;
        Some((project, project.workspace.entry_at(&path)?))
    });
    found.ok_or_else(|| Failure::NotPython { file: file.to_owned(), entries: entry_paths(projects) })
}

/// The paths of the entry points that are found.
fn entry_paths(projects: &[Project]) -> Vec<String> {
    let paths = projects.iter().flat_map(|project| {
        let places = Places::of(project);
        deployments::entries(&project.workspace).into_iter().map(move |entry| places.path(entry.file))
    });
    paths.collect()
}

/// The index of the entry's project, and the imports that crash its start-up.
pub fn crashes(projects: &[Project], file: &Path) -> Result<(usize, Vec<(FileId, TextRange)>), Failure> {
    let (project, entry) = entry(projects, file)?;
    let index = projects.iter().position(|one| std::ptr::eq(one, project)).unwrap_or_default();
    let trace = project.workspace.trace(&entry);
    let needs = trace.nodes.iter().flat_map(|node| node.needs.iter().map(|need| (node.file, need)));
    let crashes = needs.filter(|(_, need)| matches!(need.fate, Fate::Crash { .. }));
    Ok((index, crashes.map(|(file, need)| (file, need.need.range)).collect()))
}

/// The index of the entry's project, the places of what deployments lack that start with it, and why one cannot be judged.
#[allow(clippy::type_complexity)]
pub fn of_deployments(
    projects: &[Project],
    file: &Path,
) -> Result<(usize, std::collections::BTreeSet<(FileId, TextRange)>, Option<String>), Failure> {
    let (project, entry) = entry(projects, file)?;
    let index = projects.iter().position(|one| std::ptr::eq(one, project)).unwrap_or_default();
    let (found, open) = crate::deployments::of_entry(&project.workspace, entry.file);
    Ok((index, found, open))
}

/// What is loaded for an entry: the current folder, if the entry lies in it, else the entry's own.
fn folder_of(file: &Path) -> Vec<PathBuf> {
    let here = std::env::current_dir().and_then(|folder| folder.canonicalize()).ok();
    let absolute = file.canonicalize().ok();
    let home = std::env::home_dir().and_then(|home| home.canonicalize().ok());
    let is_inside = here.as_ref().zip(absolute.as_ref()).is_some_and(|(here, file)| file.starts_with(here));
    if is_inside && here != home { vec![PathBuf::from(".")] } else { vec![file.to_owned()] }
}
