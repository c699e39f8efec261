//! `pinlens add`: require what provides a module.

use crate::args::AddArgs;
use crate::console::print_line;
use crate::exit::CLEAN;
use crate::failure::Failure;
use crate::here::Here;
use crate::output::{self, Style, printable};
use crate::package_index::PackageIndex;
use crate::project::{self, Project};
use crate::{apply, fix};
use pinlens_analysis::fixes::Fix;
use pinlens_analysis::model::ids::FileId;
use pinlens_facts::words::names::FilePath;
use std::path::{Path, PathBuf};

/// Runs `pinlens add` for each module; gives the exit code.
pub fn run(mut args: AddArgs) -> Result<u8, Failure> {
    // what is no path that exists is one more module
    let (modules, paths): (Vec<PathBuf>, Vec<PathBuf>) =
        std::mem::take(&mut args.options.paths).into_iter().partition(|path| is_module(path));
    args.options.paths = paths;
    one(&args)?;
    for module in modules {
        args.module = module.to_string_lossy().into_owned();
        one(&args)?;
    }
    Ok(CLEAN)
}

/// Whether an argument names a module or a distribution, and no file or folder.
fn is_module(argument: &Path) -> bool {
    let is_name = |text: &str| !text.contains(['/', '\\']) && text.starts_with(|c: char| c.is_ascii_alphanumeric());
    !argument.exists() && argument.to_str().is_some_and(is_name)
}

/// Adds one module, with what was added before it.
fn one(args: &AddArgs) -> Result<(), Failure> {
    let projects = project::load(&args.options)?;
    let project = projects.first().ok_or(Failure::NoProject)?;
    let at = code_path(project, args);
    let to = args.file.as_deref().map(|file| target(project, file)).transpose()?;
    let fixes = project.workspace.add_module(&at, &args.module, to)?;
    let index = PackageIndex::new(&args.index);
    let (fix, others) = choose(fixes.into_iter().map(|fix| index.complete(project, fix)).collect())?;
    for other in others {
        print_line(&format!("note: {} is possible too", printable(&other)));
    }
    let changed = apply::one(project, &fix)?;
    let here = Here::for_people();
    for file in &changed {
        let path = here.show(&project.loader.absolute(&file.path));
        if args.diff {
            let style = Style::of(args.options.read.color);
            output::to_stdout(|out| fix::write_diff(out, &path, file, style))?;
        } else {
            fix::write_one(project, file, &path)?;
        }
    }
    if !args.diff {
        output::to_stdout(|out| writeln!(out, "{}", printable(&fix.title)))?;
    }
    std::mem::forget(projects);
    Ok(())
}

/// The first fix that can be made, and the titles of the others.
fn choose(fixes: Vec<Fix>) -> Result<(Fix, Vec<String>), Failure> {
    let why = fixes.first().and_then(|fix| fix.disabled.clone());
    let mut able = fixes.into_iter().filter(|fix| fix.disabled.is_none());
    let first =
        able.next().ok_or_else(|| Failure::NoFix(why.unwrap_or_else(|| "no file has a place for it".to_owned())))?;
    Ok((first, able.map(|fix| fix.title).collect()))
}

/// The path, in the project, of the code that needs the module: the first PATH, else something at the top.
fn code_path(project: &Project, args: &AddArgs) -> FilePath {
    let first = args.options.paths.first().and_then(|path| path.canonicalize().ok());
    let inside = first.and_then(|path| if path == project.loader.root { None } else { project.loader.path_of(&path) });
    match inside {
        Some(path) if path.file_name().contains('.') => path,
        Some(folder) => FilePath::new(&format!("{folder}/__init__.py")),
        None => FilePath::new("__init__.py"),
    }
}

fn target(project: &Project, file: &Path) -> Result<FileId, Failure> {
    let named = || file.to_owned();
    let absolute: PathBuf = file.canonicalize().map_err(|cause| Failure::File { path: named(), cause })?;
    let path = project.loader.path_of(&absolute).ok_or_else(|| Failure::OutsideProject(named()))?;
    project.workspace.file(&path).ok_or_else(|| Failure::NoManifest(named()))
}
