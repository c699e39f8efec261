//! `pinlens add` and `pinlens remove`: changing the lists of requirements by name.

pub mod add;
pub mod remove;

use crate::apply;
use crate::args::ListOptions;
use crate::console::print_line;
use crate::failure::Failure;
use crate::fix;
use crate::here::Here;
use crate::output::{self, Style, printable};
use crate::project::Project;
use pinlens_analysis::fixes::Fix;
use pinlens_analysis::model::ids::FileId;
use pinlens_facts::words::names::FilePath;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Takes what is not a path that exists out of the paths: further names.
fn names_among(paths: &mut Vec<PathBuf>) -> Vec<String> {
    let (names, others): (Vec<PathBuf>, Vec<PathBuf>) =
        std::mem::take(paths).into_iter().partition(|path| is_name(path));
    *paths = others;
    names.into_iter().map(|name| name.to_string_lossy().into_owned()).collect()
}

/// Whether an argument names a module or a distribution, and no file or folder.
fn is_name(argument: &Path) -> bool {
    let is_name = |text: &str| !text.contains(['/', '\\']) && text.starts_with(|c: char| c.is_ascii_alphanumeric());
    !argument.exists() && argument.to_str().is_some_and(is_name)
}

/// Writes what the fix changes, or prints it as a diff, and then its title.
fn write(project: &Project, fix: &Fix, options: &ListOptions) -> Result<(), Failure> {
    let here = Here::for_people();
    for file in &apply::one(project, fix)? {
        let path = here.show(&project.loader.absolute(&file.path));
        if options.diff {
            let style = Style::of(options.options.read.color);
            output::to_stdout(|out| fix::write_diff(out, &path, file, style))?;
        } else {
            fix::write_one(project, file, &path)?;
        }
    }
    if options.diff {
        return Ok(());
    }
    output::to_stdout(|out| writeln!(out, "{}", printable(&fix.title)))
}

/// The path, in the project, of the code that is meant: the first PATH, else something at the top.
fn code_path(project: &Project, options: &ListOptions) -> FilePath {
    let first = options.options.paths.first().and_then(|path| path.canonicalize().ok());
    let inside = first.and_then(|path| if path == project.loader.root { None } else { project.loader.path_of(&path) });
    match inside {
        Some(path) if path.file_name().contains('.') => path,
        Some(folder) => FilePath::new(&format!("{folder}/__init__.py")),
        None => FilePath::new("__init__.py"),
    }
}

/// The list that `--file` names.
fn named_list(project: &Project, options: &ListOptions) -> Result<Option<FileId>, Failure> {
    let Some(file) = options.file.as_deref() else { return Ok(None) };
    let named = || file.to_owned();
    let absolute: PathBuf = file.canonicalize().map_err(|cause| match cause.kind() {
        ErrorKind::NotFound => Failure::NoList(named()),
        _ => Failure::File { path: named(), cause },
    })?;
    let path = project.loader.path_of(&absolute).ok_or_else(|| Failure::OutsideProject(named()))?;
    project.workspace.file(&path).map(Some).ok_or_else(|| Failure::NoManifest(named()))
}

/// Prints a note for people.
fn note(text: &str) {
    print_line(&format!("note: {}", printable(text)));
}
