//! Adding what a person names: a module, or a distribution.

use super::Fix;
use super::add::{self, Addition};
use super::purpose::Purpose;
use crate::model::ids::FileId;
use crate::model::project;
use crate::model::resolve::Evidence;
use crate::model::store::Model;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::catalog::{self, StdlibStatus};
use pinlens_facts::requirements::Format;
use pinlens_facts::words::names::{DistributionName, FilePath, leading_name};

/// One fix for each file and candidate, the best first, that requires what provides `module` for the code at the path.
/// The error says, in words for the user, why there is none.
pub(crate) fn fixes(ws: &Model, at: &FilePath, module: &str, to: Option<FileId>) -> Result<Vec<Fix>, String> {
    let names = distributions(ws, module)?;
    let declared = |file: FileId, name: &DistributionName| {
        let facts = ws.facts(file).and_then(FileFacts::declarations);
        facts.is_some_and(|facts| facts.requirements.iter().any(|one| one.name.as_ref() == Some(name)))
    };
    let project = &ws.projects().all[ws.projects().of_path(at.as_str())];
    if let Some(file) = to {
        if let Some(name) = names.iter().find(|name| declared(file, name)) {
            return Err(format!("{} requires {name} already", ws.shown(ws.path(file))));
        }
        let facts = ws.facts(file).and_then(FileFacts::declarations);
        let facts = facts.ok_or_else(|| format!("{} declares no requirements", ws.shown(ws.path(file))))?;
        if let Some(reason) = ws.facts(file).and_then(FileFacts::unread_reason) {
            return Err(format!("{}: {reason}", ws.shown(ws.path(file))));
        }
        let path = ws.path(file);
        let purpose = match facts.format {
            Format::Requirements => Purpose::of_role(project::configured_role(path, ws)),
            _ => Purpose::of_code(project, [at].into_iter()),
        };
        let found = names.iter().filter_map(|name| add::to_file(ws, at, file, &purpose, &[Addition::of(ws, at, name)]));
        return Ok(found.collect());
    }
    if let Some(name) = names.iter().find(|name| project.names.contains(name)) {
        let id = project.declared.get(name).and_then(|ids| ids.first());
        let place = id.map_or_else(String::new, |id| format!("{}: ", ws.shown(ws.path(id.file))));
        return Err(format!("{place}{name} is required already"));
    }
    Ok(names.iter().flat_map(|name| add::fixes(ws, at, &[Addition::of(ws, at, name)])).collect())
}

/// The distributions that provide a module, the best first; or the one that is called so.
fn distributions(ws: &Model, module: &str) -> Result<Vec<DistributionName>, String> {
    if leading_name(module).is_none_or(|name| name.len() != module.len()) {
        return Err(format!("{module} is no name of a module or distribution"));
    }
    let top = module.split('.').next().unwrap_or_default();
    if catalog::stdlib_status(top, ws.target()) == StdlibStatus::Present {
        return Err(format!("{top} is part of the standard library of Python {}: nothing is to be added", ws.target()));
    }
    match ws.outside().providers(module) {
        Some(found) if found.evidence >= Evidence::Catalog => Ok(found.candidates),
        // a distribution's own name (`pyyaml`) is as good as its module's
        found => {
            match catalog::known_distribution(module).or(found.and_then(|found| found.candidates.into_iter().next())) {
                Some(name) => Ok(vec![name]),
                None => Err(format!(
                    "nothing is known to provide {module}: map it to its distribution in the settings (`map`)"
                )),
            }
        }
    }
}
