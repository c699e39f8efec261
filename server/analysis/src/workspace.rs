//! The workspace: every file's facts, and the one door through which they change.

mod apply;
mod asked;
mod derived;

pub(crate) use asked::is_test;

use crate::config::Config;
use crate::diagnostics;
use crate::finding::Diagnostic;
use crate::fixes::lookup::{Answer, Lookup};
use crate::fixes::{self, Fix};
use crate::imports::importers::Importers;
use crate::model::change::Counts;
use crate::model::environment::Environment;
use crate::model::evidence::Evidence;
use crate::model::ids::FileId;
use crate::model::index::Index;
use crate::model::modules::ModuleTree;
use crate::model::project::{Files, ProjectId, Projects};
use crate::startup::Memory;
use crate::uses::Named;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::{DistributionName, FilePath, PythonVersion};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One workspace folder: all that is known of it.
///
/// The facts of the files are the truth; every other field is derived from them, and equals what a fresh workspace with
/// the same facts would hold.
#[derive(Debug, Default)]
pub struct Workspace {
    ids: FxHashMap<FilePath, FileId>,
    files: Vec<File>,
    /// The ids by path, sorted when that is first asked for after a file came.
    in_order: OnceCell<Vec<FileId>>,
    environment: Arc<Environment>,
    config: Arc<Config>,
    /// The Python that the code is for, and whether anything says so.
    python: Option<PythonVersion>,
    modules: ModuleTree,
    projects: Projects,
    index: Index,
    /// The requirements and settings files, in path order.
    manifests: Vec<FileId>,
    /// The files that are no code and in which commands may be written down, in path order.
    written_down: Vec<FileId>,
    /// Who says what that may show a use; it follows every file's facts.
    evidence: Evidence,
    /// The entries of `sys.path` for the code in each folder, nearest first.
    roots: FxHashMap<Box<str>, Vec<String>>,
    /// The distributions that imports would need which the target never runs, and those whose modules the workspace's own
    /// hide, by file: requirements for them are used after all.
    idle: BTreeMap<FileId, Vec<DistributionName>>,
    /// The distributions that the workspace itself makes, by the names in its packaging metadata.
    made: FxHashSet<DistributionName>,
    /// Who provides what files name, looked up when it is first asked for after they or the environment may have changed.
    named: RefCell<Option<Arc<Named>>>,
    /// The projects in whose folders tests lie, found when it is first asked for after files came or went.
    tested: OnceCell<FxHashSet<ProjectId>>,
    /// Whether documentation is at hand; asked first after a change of structure.
    documented: OnceCell<bool>,
    /// Who needs a missing distribution, kept from one finding to the next until something changes.
    importers: RefCell<FxHashMap<(ProjectId, DistributionName), Arc<Importers>>>,
    /// Which required distribution has the module of each name, by project, kept until declarations change.
    declared_modules: RefCell<FxHashMap<ProjectId, ModulesDeclared>>,
    /// The files that import a part of the workspace which is not there.
    broken: FxHashSet<FileId>,
    /// What runs at start-up, worked out as it is asked for.
    startup: Memory,
}

/// By the name of a module, the required distribution that provides it; `None` where none does.
type ModulesDeclared = FxHashMap<Box<str>, Option<DistributionName>>;

#[derive(Debug)]
struct File {
    path: FilePath,
    facts: Option<FileFacts>,
}

impl Workspace {
    /// The id of a file that has, or had, facts.
    pub fn file(&self, path: &FilePath) -> Option<FileId> {
        self.ids.get(path).copied()
    }

    /// The path of a file.
    pub fn path(&self, file: FileId) -> &FilePath {
        &self.files[file.0 as usize].path
    }

    /// The facts of a file; `None` once it is gone.
    pub fn facts(&self, file: FileId) -> Option<&FileFacts> {
        self.files[file.0 as usize].facts.as_ref()
    }

    /// Every file that has facts, in path order.
    pub fn files(&self) -> Vec<FileId> {
        self.all_ids().iter().copied().filter(|id| self.facts(*id).is_some()).collect()
    }

    /// The files that declare requirements, in path order.
    pub fn manifests_in_order(&self) -> Vec<FileId> {
        self.manifests.clone()
    }

    /// Targets of `-r` and `-c` that no facts are here of. The loader reads those that exist.
    pub fn wanted(&self) -> Vec<FilePath> {
        self.projects.missing.clone()
    }

    /// The paths of the files that have facts, in no order.
    pub(crate) fn files_with_facts(&self) -> impl Iterator<Item = &FilePath> {
        self.files.iter().filter(|file| file.facts.is_some()).map(|file| &file.path)
    }

    /// A number that grows whenever an application may start in another way than before, so that what was told of a start-up
    /// need only be made again where it has grown.
    pub fn starts(&self) -> u64 {
        self.startup.changes()
    }

    /// The findings in one file, in the order of the text, complete but for their fixes.
    pub fn diagnostics(&self, file: FileId) -> Vec<Diagnostic> {
        diagnostics::of_file(self, file)
    }

    /// The findings that the file's own text shows, whatever the rest of the workspace holds (`invalid-requirement`).
    /// What may be told before the first index is complete.
    pub fn local_diagnostics(&self, file: FileId) -> Vec<Diagnostic> {
        diagnostics::of_text(self, file)
    }

    /// The files whose diagnostics may hold related ranges in `file`, in path order, without `file` itself.
    pub fn pointing_at(&self, file: FileId) -> Vec<FileId> {
        let project = self.project_of(file);
        let mut found: BTreeSet<FileId> = match self.facts(file) {
            Some(FileFacts::Requirements(_)) => {
                let missing = self.index.missing(project);
                missing
                    .into_iter()
                    .flat_map(|name| self.index.importers(project, name))
                    .chain(self.manifests())
                    .collect()
            }
            _ => self.missing_in(file).iter().flat_map(|name| self.index.importers(project, name)).collect(),
        };
        if let (Some(startup), Some(FileFacts::Python(_))) = (self.startup.known(), self.facts(file)) {
            found.extend(self.lacking().into_iter().filter(|other| startup.passes(self, *other, file)));
        }
        found.remove(&file);
        let mut files: Vec<FileId> = found.into_iter().collect();
        files.sort_by(|a, b| self.path(*a).cmp(self.path(*b)));
        files
    }

    fn missing_in(&self, file: FileId) -> BTreeSet<DistributionName> {
        let project = self.project_of(file);
        let names = self.index.names_of(file).iter().filter(|name| self.index.satisfying(project, **name).is_empty());
        names.filter_map(|name| self.index.providers(*name)?.candidates.first().cloned()).collect()
    }

    /// What mends one of [`Self::diagnostics`]; the best first.
    pub fn fixes(&self, file: FileId, diagnostic: &Diagnostic) -> Vec<Fix> {
        diagnostics::fixes(self, file, [diagnostic]).pop().unwrap_or_default()
    }

    /// The same of several findings of one file, in their order: in one pass, which costs less than to ask one by one.
    pub fn fixes_of_all(&self, file: FileId, diagnostics: &[Diagnostic]) -> Vec<Vec<Fix>> {
        diagnostics::fixes(self, file, diagnostics)
    }

    /// One fix that adds every missing requirement of the file's project that is known for sure, with their number;
    /// `None` where fewer than two are missing.
    pub fn add_all_missing(&self, file: FileId) -> Option<Fix> {
        diagnostics::all::add_all(self, file)
    }

    /// The fixes that require what provides `module` for the code at `at`, in the file `to` or in those that fit; the best
    /// first. The error says why there is none, in words for the user.
    pub fn add_module(&self, at: &FilePath, module: &str, to: Option<FileId>) -> Result<Vec<Fix>, String> {
        fixes::asked(self, at, module, to)
    }

    /// The lines of the requirements file of a lookup that say where its index is, as they are written there.
    pub fn index_options(&self, lookup: &Lookup) -> Vec<String> {
        fixes::lookup::options(self, lookup)
    }

    /// The fix of a lookup with what the index says; `None` where the file has no place for it any more.
    pub fn complete(&self, lookup: &Lookup, answer: &Answer) -> Option<Fix> {
        fixes::lookup::complete(self, lookup, answer)
    }

    /// The Python that the code is for, where anything says so.
    pub fn python(&self) -> Option<PythonVersion> {
        self.python
    }

    /// The ways to answer one of [`Self::diagnostics`] without mending it: to ignore it here or everywhere, to map a module.
    /// Only a person may choose one. `text` is the file's, where it is at hand: of Python files nothing else tells where a
    /// line ends. Of a notebook it is the text of its cells, never the JSON around them, which takes no comment.
    pub fn choices(&self, file: FileId, diagnostic: &Diagnostic, text: Option<&str>) -> Vec<Fix> {
        fixes::silence::choices(self, file, diagnostic, text)
    }

    /// What can be done with the requirement at byte `offset` of a file, though nothing is wrong with it.
    pub fn refactorings(&self, file: FileId, offset: u32) -> Vec<Fix> {
        fixes::transfer::refactorings(self, file, offset)
    }

    /// One fix that removes every unused requirement of the file; `None` where fewer than two are.
    pub fn remove_all_unused(&self, file: FileId) -> Option<Fix> {
        diagnostics::all::all_unused(self, file)
    }

    /// The safe fixes of the findings in `file` as one; `None` where there are none. (`source.fixAll.pinlens`)
    pub fn fix_all(&self, file: FileId) -> Option<Fix> {
        diagnostics::all::fix_all(self, file)
    }

    /// The environment that is looked at, for people: `Python 3.12 in .venv`; `None` where none is.
    pub fn environment_in_words(&self) -> Option<String> {
        let location = Some(&self.environment.location).filter(|location| !location.is_empty())?;
        Some(match self.environment.python {
            Some(python) => format!("Python {python} in {location}"),
            None => location.clone(),
        })
    }

    /// How much was read.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for facts in self.files.iter().filter_map(|file| file.facts.as_ref()) {
            match facts {
                FileFacts::Python(facts) => {
                    counts.files += 1;
                    counts.imports += facts.imports.iter().map(|import| import.parsed.modules.len()).sum::<usize>();
                }
                FileFacts::Requirements(facts) => {
                    counts.files += 1;
                    counts.requirements += facts.requirements.len();
                }
                FileFacts::Settings(facts) => {
                    counts.files += 1;
                    counts.requirements += facts.declarations.as_ref().map_or(0, |facts| facts.requirements.len());
                }
                FileFacts::Lock(_) | FileFacts::Mentions(_) | FileFacts::Module => {}
            }
        }
        counts
    }
}
