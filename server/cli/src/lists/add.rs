//! `pinlens add`: require what provides a module.

use super::{code_path, named_list, names_among, note, write};
use crate::args::AddArgs;
use crate::exit::CLEAN;
use crate::failure::Failure;
use crate::package_index::PackageIndex;
use crate::project;
use pinlens_analysis::fixes::{AddError, Fix};

/// Runs `pinlens add` for each module; gives the exit code. What is required already is noted, and is no failure.
pub fn run(mut args: AddArgs) -> Result<u8, Failure> {
    let further = names_among(&mut args.list.options.paths);
    for module in std::iter::once(args.module.clone()).chain(further) {
        match one(&args, &module) {
            Err(Failure::Add(error @ (AddError::Required { .. } | AddError::RequiredIn { .. }))) => {
                note(&error.to_string());
            }
            other => other?,
        }
    }
    Ok(CLEAN)
}

/// Adds one module, with what was added before it.
fn one(args: &AddArgs, module: &str) -> Result<(), Failure> {
    let projects = project::load(&args.list.options)?;
    let project = projects.first().ok_or(Failure::NoProject)?;
    let to = named_list(project, &args.list)?;
    let fixes = project.workspace.add_module(&code_path(project, &args.list), module, to)?;
    let index = PackageIndex::new(&args.index);
    let (fix, others) = choose(fixes.into_iter().map(|fix| index.complete(project, fix)).collect())?;
    for other in others {
        note(&format!("{other} is possible too"));
    }
    write(project, &fix, &args.list)?;
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
