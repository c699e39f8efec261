//! Adding what a person names: a module, or a distribution.

use super::Fix;
use super::add::{self, Addition};
use super::purpose::Purpose;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::project;
use crate::model::resolve::Evidence;
use pinlens_facts::facts::{FileFacts, UnreadReason};
use pinlens_facts::knowledge::catalog::{self, StdlibStatus};
use pinlens_facts::requirements::Format;
use pinlens_facts::words::names::{DistributionName, FilePath, PythonVersion, leading_name};
use thiserror::Error;

/// Why a module cannot be added.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AddError {
    /// The file requires it.
    #[error("{file} requires {name} already")]
    RequiredIn {
        /// The distribution.
        name: DistributionName,
        /// The file, as it is shown.
        file: String,
    },
    /// The project requires it.
    #[error("{}{name} is required already", file.as_ref().map(|file| format!("{file}: ")).unwrap_or_default())]
    Required {
        /// The distribution.
        name: DistributionName,
        /// The file that does, as it is shown.
        file: Option<String>,
    },
    /// The file is no manifest.
    #[error("{file} declares no requirements")]
    NoManifest {
        /// The file, as it is shown.
        file: String,
    },
    /// The file was not read.
    #[error("{file}: {reason}")]
    Unread {
        /// The file, as it is shown.
        file: String,
        /// Why.
        reason: UnreadReason,
    },
    /// What was named cannot be a name.
    #[error("{text} is no name of a module or distribution")]
    NoName {
        /// What was named.
        text: String,
    },
    /// The list has rows of its own, and no place for what is wanted.
    #[error("{wanted} has no place in that list as it is written: add it by hand")]
    NoVersion {
        /// The extras and versions.
        wanted: String,
    },
    /// Python has the module.
    #[error("`{module}` is part of Python {python}; you do not need to add it")]
    Stdlib {
        /// The module.
        module: String,
        /// The Python that the code is for.
        python: PythonVersion,
    },
    /// No distribution is known that provides the module.
    #[error(
        "no package is known to provide `{module}`: name the package, or set `map.{module} = \"PACKAGE\"` in the settings"
    )]
    NoProvider {
        /// The module.
        module: String,
    },
}

/// One fix for each file and candidate, the best first, that requires what provides `module` for the code at the path. Extras and
/// versions may stand behind the name: `redis==5.0`, `celery[redis]>=5`.
pub(crate) fn fixes(ws: &Analysis, at: &FilePath, module: &str, to: Option<FileId>) -> Result<Vec<Fix>, AddError> {
    let (module, wanted) = parts(module)?;
    let names = distributions(ws, module)?;
    let found = fixes_of(ws, at, &names, wanted, to)?;
    if found.iter().any(|fix| !wanted.is_empty() && !writes(fix, wanted)) {
        return Err(AddError::NoVersion { wanted: wanted.to_owned() });
    }
    Ok(found)
}

/// Whether a fix writes the extras and versions as they are wanted; one that only says why it cannot be made writes nothing.
fn writes(fix: &Fix, wanted: &str) -> bool {
    fix.disabled.is_some() || fix.edit.files.iter().flat_map(|file| &file.edits).any(|edit| edit.text.contains(wanted))
}

/// The name, and the extras and versions behind it.
fn parts(text: &str) -> Result<(&str, &str), AddError> {
    let no_name = || AddError::NoName { text: text.to_owned() };
    let (name, wanted) = text.split_at(leading_name(text).ok_or_else(no_name)?.len());
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "[]<>=!~,.*+-_".contains(c);
    let begins = wanted.is_empty() || wanted.starts_with(['[', '<', '>', '=', '!', '~']);
    if begins && wanted.chars().all(is_plain) { Ok((name, wanted)) } else { Err(no_name()) }
}

/// The requirement to add: in the version that is wanted, else in the one that is known.
fn addition(ws: &Analysis, at: &FilePath, name: &DistributionName, wanted: &str) -> Addition {
    if wanted.is_empty() {
        return Addition::of(ws, at, name);
    }
    Addition { verbatim: Some(format!("{name}{wanted}")), ..Addition::bare(name) }
}

fn fixes_of(
    ws: &Analysis,
    at: &FilePath,
    names: &[DistributionName],
    wanted: &str,
    to: Option<FileId>,
) -> Result<Vec<Fix>, AddError> {
    let declared = |file: FileId, name: &DistributionName| {
        let facts = ws.facts(file).and_then(FileFacts::declarations);
        facts.is_some_and(|facts| facts.requirements.iter().any(|one| one.name.as_ref() == Some(name)))
    };
    let project = &ws.projects().all[ws.projects().of_path(at.as_str())];
    if let Some(file) = to {
        if let Some(name) = names.iter().find(|name| declared(file, name)) {
            return Err(AddError::RequiredIn { name: name.clone(), file: ws.shown(ws.path(file)) });
        }
        let facts = ws.facts(file).and_then(FileFacts::declarations);
        let facts = facts.ok_or_else(|| AddError::NoManifest { file: ws.shown(ws.path(file)) })?;
        if let Some(reason) = ws.facts(file).and_then(FileFacts::unread_reason) {
            return Err(AddError::Unread { file: ws.shown(ws.path(file)), reason: reason.clone() });
        }
        let path = ws.path(file);
        let purpose = match facts.format {
            Format::Requirements => Purpose::of_role(project::configured_role(path, ws.model())),
            _ => Purpose::of_code(project, [at].into_iter()),
        };
        let found =
            names.iter().filter_map(|name| add::to_file(ws, at, file, &purpose, &[addition(ws, at, name, wanted)]));
        return Ok(found.collect());
    }
    if let Some(name) = names.iter().find(|name| project.names.contains(name)) {
        let id = project.required.declared.get(name).and_then(|ids| ids.first());
        let file = id.map(|id| ws.shown(ws.path(id.file)));
        return Err(AddError::Required { name: name.clone(), file });
    }
    Ok(names.iter().flat_map(|name| add::fixes(ws, at, &[addition(ws, at, name, wanted)])).collect())
}

/// The distributions that provide a module, the best first; or the one that is called so.
fn distributions(ws: &Analysis, module: &str) -> Result<Vec<DistributionName>, AddError> {
    if leading_name(module).is_none_or(|name| name.len() != module.len()) {
        return Err(AddError::NoName { text: module.to_owned() });
    }
    let top = module.split('.').next().unwrap_or_default();
    if catalog::stdlib_status(top, ws.target()) == StdlibStatus::Present {
        return Err(AddError::Stdlib { module: top.to_owned(), python: ws.target() });
    }
    match ws.outside().providers(module) {
        Some(found) if found.evidence >= Evidence::Catalog => Ok(found.candidates),
        // a distribution's own name (`pyyaml`) is as good as its module's
        found => {
            match catalog::known_distribution(module).or(found.and_then(|found| found.candidates.into_iter().next())) {
                Some(name) => Ok(vec![name]),
                None => Err(AddError::NoProvider { module: module.to_owned() }),
            }
        }
    }
}
