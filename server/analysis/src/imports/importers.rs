//! Which files need a distribution that no requirement declares, and where they import it first.

use super::memory::{Importer, Importers, KnownImporters};
use super::verdict::missing;
use super::{Import, of_statement};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::project::ProjectId;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::DistributionName;
use std::sync::Arc;

/// The most places of other importers that a finding names.
const MOST: usize = 5;

impl Importers {
    pub(crate) fn find(ws: &Analysis, project: ProjectId, distribution: &DistributionName) -> Self {
        let files = ws.index().importers(project, distribution);
        let mut by_path = files.clone();
        by_path.sort_by(|a, b| ws.path(*a).cmp(ws.path(*b)));
        let places = by_path.into_iter().filter_map(|file| place(ws, file, distribution));
        Self { first: places.take(MOST + 1).collect(), files }
    }
}

/// Where `file` imports the distribution first.
fn place(ws: &Analysis, file: FileId, distribution: &DistributionName) -> Option<Importer> {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return None };
    let imports = (0..facts.imports.len()).flat_map(|index| of_statement(ws, ws.path(file), facts, index));
    let is_it = |import: &Import| missing(ws, file, import).is_some_and(|found| found.best == distribution);
    let import = imports.into_iter().find(is_it)?;
    Some(Importer { file, range: import.range, name: import.name.clone().into_owned() })
}

/// The files of a project that need a missing distribution.
pub(crate) fn of(ws: &Analysis, project: ProjectId, distribution: &DistributionName) -> Arc<Importers> {
    let key = (project, distribution.clone());
    if let Some(found) = ws.remembered::<KnownImporters>().0.borrow().get(&key) {
        return found.clone();
    }
    let found = Arc::new(Importers::find(ws, project, distribution));
    ws.remembered::<KnownImporters>().0.borrow_mut().insert(key, found.clone());
    found
}
