//! The workspace: every file's facts, and the one door through which they change.

mod apply;

use crate::analysis::Analysis;
use crate::answers::fact::{self, Fact, Rank};
use crate::answers::summary::{self, Summary};
use crate::answers::trace::{self, Trace, Way};
use crate::answers::why::{self, Why};
use crate::deployments::{self, Deployments};
use crate::diagnostics;
use crate::finding::Diagnostic;
use crate::fixes::install::Install;
use crate::fixes::lookup::{Answer, Lookup};
use crate::fixes::script::BlockError;
use crate::fixes::{self, AddError, Fix, RemoveError};
use crate::model::ids::FileId;
use crate::model::project::Files;
use crate::model::releases::{Offer, Release};
use crate::startup;
use crate::startup::entries::Entry;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::{DistributionName, FilePath};
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;
use std::ops::Deref;

/// One workspace folder. It is changed here alone, and read as the [`Analysis`] that it holds.
///
/// ```
/// use pinlens_analysis::model::change::Change;
/// use pinlens_analysis::workspace::Workspace;
/// use pinlens_facts::facts::{FileFacts, FileKind};
/// use pinlens_facts::python::statement;
/// use pinlens_facts::words::codes::Code;
/// use pinlens_facts::words::names::FilePath;
///
/// let facts = |kind, text| Some(FileFacts::of(kind, text, &statement::parse));
/// let mut workspace = Workspace::default();
/// workspace.apply(Change {
///     files: vec![
///         (FilePath::new("app.py"), facts(FileKind::Python, "import redis\n")),
///         (FilePath::new("requirements.txt"), facts(FileKind::Requirements, "flask==3.0.0\n")),
///     ],
///     ..Change::default()
/// });
/// let app = workspace.file(&FilePath::new("app.py")).expect("it was added");
/// let found = workspace.diagnostics(app);
/// assert_eq!(found[0].code, Code::UndeclaredImport);
/// assert_eq!(workspace.fixes(app, &found[0])[0].title, "Add redis to requirements.txt (unpinned)");
/// ```
#[derive(Debug, Default)]
pub struct Workspace {
    analysis: Analysis,
    /// How often an application may have come to start in another way.
    starts: u64,
}

impl Deref for Workspace {
    type Target = Analysis;

    fn deref(&self) -> &Analysis {
        &self.analysis
    }
}

impl Workspace {
    /// A workspace of which nothing is known yet, in the folder at `trail`: the names of the folders that lead there, with `/`.
    pub fn in_folder(trail: &str) -> Self {
        let mut workspace = Self::default();
        workspace.analysis.model_mut().files.trail = trail.split('/').map(Box::from).collect();
        workspace
    }

    /// Targets of `-r` and `-c`, and lists that deployments install, that no facts are here of. The loader reads those that exist.
    pub fn wanted(&self) -> Vec<FilePath> {
        let mut wanted = self.model().wanted();
        wanted.extend(deployments::of(self).wanted().map(|path| self.model().files.entered(path).into_owned()));
        wanted.sort();
        wanted.dedup();
        wanted
    }

    /// The files that are read because others name them: with `-r` and `-c`, from one file to the next, and as lists that tox, nox or
    /// deployments install. Those that are `only_included` are there for nothing else. All that is [`wanted`](Self::wanted) is among them.
    pub fn included(&self, only_included: &FxHashSet<FilePath>) -> FxHashSet<FilePath> {
        let deployments = deployments::of(self);
        let lists = deployments.lists().map(|file| self.path(file)).chain(deployments.wanted());
        let lists = lists.map(|path| self.model().files.entered(path).into_owned());
        self.model().included_from(only_included, lists.collect())
    }

    /// Every deployment, by the place of its description.
    pub fn deployments(&self) -> std::sync::Arc<Deployments> {
        deployments::of(self)
    }

    /// A number that grows whenever an application may start in another way than before, so that what was reported of a start-up
    /// need only be made again where it has grown.
    pub fn starts(&self) -> u64 {
        self.starts
    }

    /// The findings in one file, in the order of the text, complete but for their fixes.
    pub fn diagnostics(&self, file: FileId) -> Vec<Diagnostic> {
        diagnostics::of_file(self, file)
    }

    /// The findings that the file's own text shows, whatever the rest of the workspace holds (`invalid-requirement`).
    /// What may be reported before the first index is complete.
    pub fn local_diagnostics(&self, file: FileId) -> Vec<Diagnostic> {
        diagnostics::of_text(self, file)
    }

    /// The files whose diagnostics may hold related ranges in `file`, in path order, without `file` itself.
    pub fn pointing_at(&self, file: FileId) -> Vec<FileId> {
        let project = self.project_of(file);
        let mut found: BTreeSet<FileId> = match self.facts(file) {
            Some(FileFacts::Requirements(_)) => {
                let missing = self.index().missing(project);
                missing
                    .into_iter()
                    .flat_map(|name| self.index().importers(project, name))
                    .chain(self.manifests())
                    .collect()
            }
            _ => self.missing_in(file).iter().flat_map(|name| self.index().importers(project, name)).collect(),
        };
        if let (Some(startup), Some(FileFacts::Python(_))) = (startup::known(self), self.facts(file)) {
            found.extend(startup::lacking(self).into_iter().filter(|other| startup.passes(self, *other, file)));
        }
        if let Some(deployments) = deployments::known(self) {
            found.extend(deployments.pointing_at(file));
        }
        found.remove(&file);
        let mut files: Vec<FileId> = found.into_iter().collect();
        files.sort_by(|a, b| self.path(*a).cmp(self.path(*b)));
        files
    }

    fn missing_in(&self, file: FileId) -> BTreeSet<DistributionName> {
        let project = self.project_of(file);
        let names =
            self.index().names_of(file).iter().filter(|name| self.index().satisfying(project, **name).is_empty());
        names.filter_map(|name| self.index().providers(*name)?.candidates.first().cloned()).collect()
    }

    /// What mends one of [`Self::diagnostics`]; the best first.
    pub fn fixes(&self, file: FileId, diagnostic: &Diagnostic) -> Vec<Fix> {
        diagnostics::fixes(self, file, [diagnostic]).pop().unwrap_or_default()
    }

    /// The same of several findings of one file, in their order: in one pass, which costs less than one by one.
    pub fn fixes_of_all(&self, file: FileId, diagnostics: &[Diagnostic]) -> Vec<Vec<Fix>> {
        diagnostics::fixes(self, file, diagnostics)
    }

    /// One fix that adds every missing requirement of the file's project that is known for sure, with their number;
    /// `None` where fewer than two are missing.
    pub fn add_all_missing(&self, file: FileId) -> Option<Fix> {
        diagnostics::all::add_all(self, file)
    }

    /// The fixes that require what provides `module` for the code at `at`, in the file `to` or in those that fit; the best
    /// first.
    ///
    /// # Errors
    ///
    /// Where there is none, with the reason.
    pub fn add_module(&self, at: &FilePath, module: &str, to: Option<FileId>) -> Result<Vec<Fix>, AddError> {
        fixes::named(self, at, module, to)
    }

    /// The fix that removes the distribution `name`, or those that provide the module `name`, from the lists of the code at `at`, or
    /// from the list `from` alone.
    ///
    /// # Errors
    ///
    /// Where no list that people write has it, with the reason.
    pub fn remove_distribution(&self, at: &FilePath, name: &str, from: Option<FileId>) -> Result<Fix, RemoveError> {
        fixes::dropped(self, at, name, from)
    }

    /// The lines of the requirements file of a lookup that say where its index is, as they are written there.
    pub fn index_options(&self, lookup: &Lookup) -> Vec<String> {
        fixes::lookup::options(self, lookup)
    }

    /// The fix of a lookup with what the index says; `None` where the file has no place for it any more.
    pub fn complete(&self, lookup: &Lookup, answer: &Answer) -> Option<Fix> {
        fixes::lookup::complete(self, lookup, answer)
    }

    /// The ways to answer one of [`Self::diagnostics`] without mending it: to ignore it here or everywhere, to map a module.
    /// Only a person may choose one. `text` is the file's, where it is at hand: of Python files nothing else shows where a
    /// line ends. Of a notebook it is the text of its cells, never the JSON around them, which takes no comment.
    pub fn choices(&self, file: FileId, diagnostic: &Diagnostic, text: Option<&str>) -> Vec<Fix> {
        fixes::silence::choices(self, file, diagnostic, text)
    }

    /// What a person may have run to answer one of [`Self::diagnostics`]: the commands that install what is missing.
    pub fn installs(&self, file: FileId, diagnostic: &Diagnostic) -> Vec<Install> {
        fixes::install::of_finding(self, file, diagnostic)
    }

    /// Where the environment that is read lies: relative to the root where it is inside; `None` where none is read.
    pub fn environment_location(&self) -> Option<&str> {
        Some(&*self.environment().location).filter(|location| !location.is_empty())
    }

    /// The fix that writes a block of requirements (PEP 723) into the script `file`, whose text is `text`.
    ///
    /// # Errors
    ///
    /// Where it is no script, or has a block.
    pub fn script_block(&self, file: FileId, text: &str) -> Result<Fix, BlockError> {
        fixes::script::block(self, file, text)
    }

    /// What can be done with the requirement at byte `offset` of a file, though nothing is wrong with it.
    pub fn refactorings(&self, file: FileId, offset: u32) -> Vec<Fix> {
        let mut fixes = fixes::update::updates(self, file, offset);
        fixes.extend(fixes::transfer::refactorings(self, file, offset));
        fixes
    }

    /// Takes in what the package index has of a distribution: editors show it, and no finding depends on it.
    pub fn enter_release(&mut self, offer: Offer, found: Release) {
        self.analysis.model_mut().releases.enter(offer, found);
    }

    /// One fix that removes every unused requirement of the file; `None` where fewer than two are.
    pub fn remove_all_unused(&self, file: FileId) -> Option<Fix> {
        diagnostics::all::all_unused(self, file)
    }

    /// The safe fixes of the findings in `file` as one; `None` where there are none. (`source.fixAll.pinlens`)
    pub fn fix_all(&self, file: FileId) -> Option<Fix> {
        diagnostics::all::fix_all(self, file)
    }

    /// Where the applications of the workspace start, the surest entries first.
    pub fn entries(&self) -> Vec<Entry> {
        startup::start_up(self).entries.clone()
    }

    /// The entry at `path`: the surest that was found there, else the file as a script. `None` where no Python file is there.
    pub fn entry_at(&self, path: &FilePath) -> Option<Entry> {
        startup::entry_at(self, path)
    }

    /// How the entry in `file` starts, for a code lens on its first line; `None` for a file at which no application starts.
    pub fn start_up_summary(&self, file: FileId) -> Option<Summary> {
        summary::start_up_summary(self, file)
    }

    /// What start-up makes of the import at `offset` of a file, for a hover. `None` where no import stands there, or no start-up
    /// comes to it.
    pub fn start_up_of_import(&self, file: FileId, offset: u32) -> Option<String> {
        summary::start_up_of_import(self, file, offset)
    }

    /// What an entry loads, from its first file on.
    pub fn trace(&self, entry: &Entry) -> Trace {
        trace::trace(self, entry)
    }

    /// The ways from an entry to the imports of `name`.
    pub fn ways(&self, entry: &Entry, name: &str) -> Vec<Way> {
        trace::ways(self, entry, name)
    }

    /// The fact that a finding of [`Self::diagnostics`] is about, with the rank of its place; `None` for one that is a fact of its own.
    pub fn fact(&self, file: FileId, diagnostic: &Diagnostic) -> Option<(Fact, Rank)> {
        fact::fact(self, file, diagnostic)
    }

    /// What is known of `name`: a module, dotted, or a distribution.
    pub fn why(&self, name: &str) -> Why {
        why::why(self, name)
    }

    /// The declared distributions that are known to need another one and may bring it; each with what that is known from.
    pub fn needed_by(&self, name: &DistributionName) -> Vec<(DistributionName, String)> {
        why::what_needs(self, name)
    }
}
