//! `pinlens init --script FILE`: writes the requirements of a script into it (PEP 723).

use crate::apply;
use crate::args::InitArgs;
use crate::exit::CLEAN;
use crate::failure::Failure;
use crate::fix;
use crate::here::Here;
use crate::output::{self, Style, printable};
use crate::project;
use pinlens_analysis::fixes::script::BlockError;
use std::path::Path;

/// Writes the block into the script at `file`, or prints the change as a diff; gives the exit code.
pub fn init(file: &Path, args: &InitArgs) -> Result<u8, Failure> {
    let named = || file.to_owned();
    let absolute = file.canonicalize().map_err(|cause| Failure::File { path: named(), cause })?;
    let mut options = args.options.options();
    options.paths = vec![named()];
    let projects = project::load(&options)?;
    let project = projects.first().ok_or(Failure::NoProject)?;
    let path = project.loader.path_of(&absolute).ok_or_else(|| Failure::OutsideProject(named()))?;
    let script = project.workspace.file(&path).ok_or_else(|| BlockError::NoScript(path.clone()).to_string());
    let script = script.map_err(Failure::NoFix)?;
    let text = std::fs::read_to_string(&absolute).map_err(|cause| Failure::File { path: named(), cause })?;
    let block = project.workspace.script_block(script, &text).map_err(|why| Failure::NoFix(why.to_string()))?;
    let here = Here::for_people();
    for changed in &apply::one(project, &block)? {
        let shown = here.show(&project.loader.absolute(&changed.path));
        if args.dry_run {
            let style = Style::of(args.options.color);
            output::to_stdout(|out| fix::write_diff(out, &shown, changed, style))?;
        } else {
            fix::write_one(project, changed, &shown)?;
        }
    }
    if !args.dry_run {
        output::to_stdout(|out| {
            writeln!(out, "{}\nNext: `uv run {}`.", printable(&block.title), printable(&here.show(&absolute)))
        })?;
    }
    std::mem::forget(projects);
    Ok(CLEAN)
}
