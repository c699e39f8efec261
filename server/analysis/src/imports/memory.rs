//! What is remembered of imports from one query to the next.

use crate::analysis::{Analysis, Input, Remembered};
use crate::model::ids::FileId;
use crate::model::project::ProjectId;
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextRange;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
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
    /// By path; one more than is reported, for a file does not report itself.
    pub first: Vec<Importer>,
}

/// Of each file: the distributions that imports would need which the target never runs, and those whose modules the
/// workspace's own hide. Requirements for them are used after all. The workspace keeps it in step with each file that it
/// enters into the index.
#[derive(Debug, Default)]
pub(crate) struct Idle {
    pub by_file: BTreeMap<FileId, Vec<DistributionName>>,
    /// The files that import a module of the workspace which is called like a distribution: whether one hides the other
    /// depends on what is declared.
    pub suspects: BTreeSet<FileId>,
    /// In how many files each distribution is.
    files: FxHashMap<DistributionName, usize>,
}

impl Idle {
    /// Replaces the distributions of a file; they are sorted.
    pub fn set(&mut self, file: FileId, names: Vec<DistributionName>) {
        for name in self.by_file.remove(&file).into_iter().flatten() {
            if let Some(files) = self.files.get_mut(&name) {
                *files -= 1;
                if *files == 0 {
                    self.files.remove(&name);
                }
            }
        }
        for name in &names {
            *self.files.entry(name.clone()).or_default() += 1;
        }
        if !names.is_empty() {
            self.by_file.insert(file, names);
        }
    }
}

impl Remembered for Idle {
    const INPUTS: &'static [Input] = &[Input::Structure];
}

/// Who needs a missing distribution.
#[derive(Debug, Default)]
pub(super) struct KnownImporters(pub RefCell<FxHashMap<(ProjectId, DistributionName), Arc<Importers>>>);

impl Remembered for KnownImporters {
    const INPUTS: &'static [Input] = &[Input::Structure, Input::Declarations, Input::Code];
}

/// Which required distribution has the module of each name, by project.
#[derive(Debug, Default)]
pub(super) struct DeclaredModules(pub RefCell<FxHashMap<ProjectId, ModulesDeclared>>);

impl Remembered for DeclaredModules {
    const INPUTS: &'static [Input] = &[Input::Structure, Input::Declarations];
}

/// By the name of a module, the required distribution that provides it; `None` where none does.
type ModulesDeclared = FxHashMap<Box<str>, Option<DistributionName>>;

/// Whether an import that the target never runs, or that is hidden, would need the distribution.
pub(crate) fn uses_idly(ws: &Analysis, distribution: &DistributionName) -> bool {
    ws.remembered::<Idle>().files.contains_key(distribution)
}
