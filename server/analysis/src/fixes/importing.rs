//! What all code of a project that imports a missing distribution says of the requirement to add.

use super::marker;
use super::purpose::Purpose;
use crate::analysis::{Analysis, Input, Remembered};
use crate::model::ids::FileId;
use crate::model::project::ProjectId;
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

/// The code that imports the distribution in the project around `at`; `None` where the file there is no part of it.
pub(super) fn of(ws: &Analysis, at: &FilePath, name: &DistributionName) -> Option<Arc<Importing>> {
    let memory = &ws.remembered::<Known>().0;
    let key = (ws.projects().of_path(at.as_str()), name.clone());
    let file = ws.file(at)?;
    let known = memory.borrow().get(&key).cloned();
    let found = known.unwrap_or_else(|| {
        let files = ws.index().importers(key.0, name);
        let purpose = Purpose::of_code(&ws.projects().all[key.0], files.iter().map(|file| ws.path(*file)));
        let marker = files.first().and_then(|first| marker::of_imports(ws, ws.path(*first), name));
        let found = Arc::new(Importing { files, purpose, marker });
        memory.borrow_mut().insert(key, found.clone());
        found
    });
    Some(found).filter(|found| found.files.binary_search(&file).is_ok())
}
