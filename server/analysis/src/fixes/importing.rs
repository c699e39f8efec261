//! What all code of a project that imports a missing distribution says of the requirement to add.

use super::marker;
use super::purpose::Purpose;
use crate::analysis::{Analysis, Input, Remembered};
use crate::imports;
use crate::model::ids::FileId;
use crate::model::project::ProjectId;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::python::Phase;
use pinlens_facts::words::names::{DistributionName, FilePath};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::sync::Arc;

/// What is known of them, kept until something changes: each finding about the distribution looks it up.
#[derive(Debug, Default)]
struct Known(RefCell<FxHashMap<(ProjectId, DistributionName), Arc<Importing>>>);

impl Remembered for Known {
    const INPUTS: &'static [Input] = &[Input::Structure, Input::Declarations, Input::Code];
}

/// The code of a project that imports a missing distribution.
#[derive(Debug)]
pub(super) struct Importing {
    /// The files, ascending.
    files: Vec<FileId>,
    /// What it is needed for.
    pub purpose: Purpose,
    /// The marker under which every import runs.
    pub marker: Option<String>,
}

/// What the distribution is needed for by all code that imports it.
fn purpose(ws: &Analysis, project: ProjectId, files: &[FileId], name: &DistributionName) -> Purpose {
    let purpose = Purpose::of_code(&ws.projects().all[project], files.iter().map(|file| ws.path(*file)));
    let is_for_checkers =
        purpose == Purpose::Application && files.iter().all(|file| only_checkers_see(ws, *file, name));
    if is_for_checkers { Purpose::Development } else { purpose }
}

/// Whether every import of the distribution in the file is for type checkers alone, which only developers run.
fn only_checkers_see(ws: &Analysis, file: FileId, name: &DistributionName) -> bool {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return false };
    let imports = imports::settled(ws, file, facts);
    let mut own = imports.iter().filter(|import| {
        let providers = ws.index().id(&import.name).and_then(|id| ws.index().providers(id));
        providers.is_some_and(|providers| providers.candidates.contains(name))
    });
    own.all(|import| import.statement.context.phase == Phase::TypeChecking)
}

/// The code that imports the distribution in the project around `at`; `None` where the file there is no part of it.
pub(super) fn of(ws: &Analysis, at: &FilePath, name: &DistributionName) -> Option<Arc<Importing>> {
    let memory = &ws.remembered::<Known>().0;
    let key = (ws.projects().of_path(at.as_str()), name.clone());
    let file = ws.file(at)?;
    let known = memory.borrow().get(&key).cloned();
    let found = known.unwrap_or_else(|| {
        let files = ws.index().importers(key.0, name);
        let purpose = purpose(ws, key.0, &files, name);
        let marker = files.first().and_then(|first| marker::of_imports(ws, ws.path(*first), name));
        let found = Arc::new(Importing { files, purpose, marker });
        memory.borrow_mut().insert(key, found.clone());
        found
    });
    Some(found).filter(|found| found.files.binary_search(&file).is_ok())
}
