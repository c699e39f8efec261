//! What is remembered of imports from one query to the next.

use crate::model::ids::FileId;
use crate::model::project::ProjectId;
use crate::model::store::Model;
use pinlens_facts::knowledge::catalog::{self, StdlibStatus};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where a file imports a distribution first.
#[derive(Clone, Debug)]
pub(crate) struct Importer {
    /// The file.
    pub file: FileId,
    /// The dotted name in it.
    pub range: TextRange,
    /// The dotted name.
    pub name: String,
}

/// The files of a project that need a missing distribution, and where the first of them import it.
#[derive(Debug)]
pub(crate) struct Importers {
    /// Ascending.
    pub files: Vec<FileId>,
    /// By path; one more than is told, for a file does not tell of itself.
    pub first: Vec<Importer>,
}

/// What is remembered.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// The distributions that imports would need which the target never runs, and those whose modules the workspace's own
    /// hide, by file: requirements for them are used after all.
    pub idle: BTreeMap<FileId, Vec<DistributionName>>,
    /// The files that import a part of the workspace which is not there.
    pub broken: FxHashSet<FileId>,
    /// Who needs a missing distribution, kept from one finding to the next until something changes.
    pub importers: RefCell<FxHashMap<(ProjectId, DistributionName), Arc<Importers>>>,
    /// Which required distribution has the module of each name, by project, kept until declarations change.
    pub declared_modules: RefCell<FxHashMap<ProjectId, ModulesDeclared>>,
}

/// By the name of a module, the required distribution that provides it; `None` where none does.
type ModulesDeclared = FxHashMap<Box<str>, Option<DistributionName>>;

/// The memory of the model.
pub(crate) fn of(ws: &Model) -> &Memory {
    ws.slots.get()
}

/// Whether an import that the target never runs, or that is hidden, would need the distribution.
pub(crate) fn uses_idly(ws: &Model, distribution: &DistributionName) -> bool {
    of(ws).idle.values().any(|names| names.binary_search(distribution).is_ok())
}

/// Whether the newest Python that the target's range lets in lacks a module of the target's standard library.
pub(super) fn leaves_later(ws: &Model, top: &str) -> bool {
    ws.newest_target().is_some_and(|newest| matches!(catalog::stdlib_status(top, newest), StdlibStatus::Removed(_)))
}
