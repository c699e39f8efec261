//! The workspace: every file's facts, and the one door through which they change.

use crate::catalog::Catalog;
use crate::config::{Config, Platform, RequirementsFile};
use crate::diagnostics::undeclared_import::Importers;
use crate::diagnostics::{self, Diagnostic};
use crate::environment::Environment;
use crate::facts::FileFacts;
use crate::fixes::lookup::{Answer, Lookup};
use crate::fixes::{self, Fix};
use crate::imports;
use crate::index::{Index, NameId, Touched};
use crate::markers::Target;
use crate::modules::{Found, ModuleTree};
use crate::names::{DistributionName, FilePath, PythonVersion};
use crate::project::{Files, Project, ProjectId, Projects};
use crate::python::PythonFacts;
use crate::resolve::Outside;
use crate::startup::{Memory, Startup};
use crate::uses::{Evidence, Mentions, Named};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A file of the workspace. Ids are given out once and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// What has changed. Every event, of the editor or the disk, becomes one of these first.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// New facts of a file, or `None` where it is gone.
    pub files: Vec<(FilePath, Option<FileFacts>)>,
    /// Another environment.
    pub environment: Option<Arc<Environment>>,
    /// Another configuration.
    pub config: Option<Arc<Config>>,
}

/// The files whose diagnostics may be others than before: each that changed, and maybe some that did not. In path order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affected {
    /// The files.
    pub files: Vec<FileId>,
}

/// How much was read, for the summary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files with facts: Python, requirements and settings.
    pub files: usize,
    /// Imported modules, one a module a statement.
    pub imports: usize,
    /// Requirements in requirements files that declare.
    pub requirements: usize,
}

/// One workspace folder: all that is known of it.
///
/// The facts of the files are the truth; every other field is derived from them, and equals what a fresh workspace with
/// the same facts would hold.
#[derive(Debug, Default)]
pub struct Workspace {
    ids: FxHashMap<FilePath, FileId>,
    files: Vec<File>,
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
    /// Who needs a missing distribution, kept from one finding to the next until something changes.
    importers: RefCell<FxHashMap<(ProjectId, DistributionName), Arc<Importers>>>,
    /// What runs at start-up, worked out as it is asked for.
    startup: Memory,
}

#[derive(Debug)]
struct File {
    path: FilePath,
    facts: Option<FileFacts>,
}

/// What storing a file's facts means for the rest.
struct Stored {
    id: FileId,
    depth: Depth,
    /// It says other things than before that may show a use.
    other_uses: bool,
}

/// How deep a change goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Depth {
    /// Only imports of files that were here before.
    Imports,
    /// What manifests declare.
    Declarations,
    /// Which files there are, what is installed, or how it is configured.
    Structure,
}

impl Workspace {
    /// Takes a change in. Afterwards every answer is as if the workspace had been built afresh.
    pub fn apply(&mut self, change: Change) -> Affected {
        let mut depth = Depth::Imports;
        self.importers.get_mut().clear();
        let startup = self.startup.forget_whole();
        if let Some(environment) = change.environment.filter(|new| *new != self.environment) {
            self.environment = environment;
            depth = Depth::Structure;
        }
        if let Some(config) = change.config.filter(|new| *new != self.config) {
            self.config = config;
            depth = Depth::Structure;
        }
        let mut changed = Vec::new();
        let mut other_uses = false;
        for (path, facts) in change.files {
            let stored = self.store(path, facts);
            depth = depth.max(stored.depth);
            other_uses |= stored.other_uses;
            changed.push(stored.id);
        }
        if depth > Depth::Imports || other_uses {
            self.named.take();
        }
        match depth {
            Depth::Structure => self.rebuild(),
            Depth::Declarations => {
                // which alternative is tried depends on what is declared
                self.startup.clear();
                let affected = self.redeclare(&changed);
                self.with_start_up(affected, startup)
            }
            Depth::Imports => {
                let affected = self.reindex(&changed, other_uses);
                // what other files say may start something, or say it on another line
                let is_python = |id: &&FileId| matches!(self.facts(**id), Some(FileFacts::Python(_)));
                let all_python = changed.iter().all(|id| is_python(&id));
                if self.startup.look_again(self, &changed) || !all_python {
                    // a Python file that is edited stays, or becomes, no entry without a change of structure
                    if let Some(before) = startup.as_ref().filter(|_| all_python) {
                        self.startup.start(self, before.entries.clone());
                    }
                    return self.with_start_up(affected, startup);
                }
                self.startup.remember(startup);
                affected
            }
        }
    }

    /// What is affected, with the files of which another start-up is told than before.
    fn with_start_up(&self, mut affected: Affected, before: Option<Arc<Startup>>) -> Affected {
        // nobody has asked: nothing was told
        let Some(before) = before else { return affected };
        let now = self.start_up();
        let told = self.lacking().into_iter().filter(|file| !before.tells_the_same(&now, self, *file));
        affected.files.extend(told);
        affected.files.sort_by(|a, b| self.path(*a).cmp(self.path(*b)));
        affected.files.dedup();
        affected
    }

    /// The files that import what no requirement declares.
    pub(crate) fn lacking(&self) -> BTreeSet<FileId> {
        let projects = 0..self.projects.all.len();
        let missing = projects.flat_map(|id| self.index.missing(id).into_iter().map(move |name| (id, name)));
        missing.flat_map(|(id, name)| self.index.importers(id, name)).collect()
    }

    /// Keeps the facts of one file.
    fn store(&mut self, path: FilePath, facts: Option<FileFacts>) -> Stored {
        let id = *self.ids.entry(path.clone()).or_insert_with(|| {
            self.files.push(File { path, facts: None });
            FileId(self.files.len() as u32 - 1)
        });
        let old = &self.files[id.0 as usize].facts;
        let depth = match (old, &facts) {
            (Some(FileFacts::Python(old)), Some(FileFacts::Python(new)))
                if old.traits == new.traits
                    && old.roots == new.roots
                    && old.declares.is_some() == new.declares.is_some() =>
            {
                if old.declares == new.declares {
                    Depth::Imports
                } else {
                    Depth::Declarations
                }
            }
            (Some(FileFacts::Requirements(_)), Some(FileFacts::Requirements(_))) => Depth::Declarations,
            (Some(FileFacts::Mentions(_)), Some(FileFacts::Mentions(_))) | (None, None) => Depth::Imports,
            _ => Depth::Structure,
        };
        let nothing = Mentions::default();
        let said = old.as_ref().and_then(FileFacts::mentions).unwrap_or(&nothing);
        let says = facts.as_ref().and_then(FileFacts::mentions).unwrap_or(&nothing);
        let other_uses = !said.says_the_same(says);
        if other_uses {
            self.evidence.replace(id, said, says);
        }
        self.files[id.0 as usize].facts = facts;
        Stored { id, depth, other_uses }
    }

    /// Derives everything again.
    fn rebuild(&mut self) -> Affected {
        self.tested.take();
        let module_paths =
            self.files.iter().filter(|file| matches!(file.facts, Some(FileFacts::Python(_) | FileFacts::Module)));
        self.modules = ModuleTree::new(module_paths.map(|file| &file.path));
        self.python = self.find_python();
        let files = self.files();
        self.manifests = self.find_manifests(&files);
        let writes = |id: &&FileId| matches!(self.facts(**id), Some(FileFacts::Mentions(_) | FileFacts::Settings(_)));
        self.written_down = files.iter().filter(writes).copied().collect();
        self.made = self.find_made();
        self.projects = Projects::new(&*self);
        self.index = Index::new(&self.projects);
        self.roots.clear();
        self.idle.clear();
        self.startup.clear();
        for id in files {
            self.index_file(id);
        }
        Affected { files: self.all_ids() }
    }

    fn find_manifests(&self, files: &[FileId]) -> Vec<FileId> {
        let is_manifest = |id: &&FileId| match self.facts(**id) {
            Some(FileFacts::Requirements(_) | FileFacts::Settings(_) | FileFacts::Lock(_)) => true,
            Some(FileFacts::Python(facts)) => facts.declares.is_some(),
            _ => false,
        };
        files.iter().filter(is_manifest).copied().collect()
    }

    fn find_made(&self) -> FxHashSet<DistributionName> {
        let settings = self.files.iter().filter_map(|file| match &file.facts {
            Some(FileFacts::Settings(settings)) => settings.name.clone(),
            _ => None,
        });
        settings.collect()
    }

    /// The target: the configured one, the environment's, or the lower bound of the root's requires-python.
    fn find_python(&self) -> Option<PythonVersion> {
        let of_settings = |name: &str| match self.facts(self.file(&FilePath::new(name))?)? {
            FileFacts::Settings(settings) => settings.python,
            _ => None,
        };
        let lower_bound = || of_settings("pyproject.toml").or_else(|| of_settings("setup.cfg"));
        self.config.python_version.or(self.environment.python).or_else(lower_bound)
    }

    /// Derives again what follows from the manifests, whose number and places are as they were.
    fn redeclare(&mut self, changed: &[FileId]) -> Affected {
        let before = std::mem::take(&mut self.projects);
        self.projects = Projects::new(&*self);
        let same_folders = before.all.len() == self.projects.all.len()
            && before
                .all
                .iter()
                .zip(&self.projects.all)
                .all(|(old, new)| old.folder == new.folder && old.parent == new.parent);
        if !same_folders {
            return self.rebuild();
        }
        let mut touched = self.index.redeclare(&self.projects);
        let pairs = before.all.iter().zip(&self.projects.all).enumerate();
        for (id, _) in pairs.filter(|(_, (old, new))| !old.says_the_same(new) || !new.constraints.is_empty()) {
            touched.extend(self.index.missing(id).into_iter().map(|name| (id, name.clone())));
        }
        let mut files = Vec::new();
        for (id, (old, new)) in before.all.iter().zip(&self.projects.all).enumerate() {
            // what is declared for development only counts where the rest is known and for the application
            let same =
                old.for_runtime == new.for_runtime && old.weakness == new.weakness && old.declared == new.declared;
            let differs = |name: &&DistributionName| old.roles.get(*name) != new.roles.get(*name) || !same;
            for name in old.roles.keys().chain(new.roles.keys()).filter(differs) {
                files.extend(self.index.importers_satisfied_by(id, name));
                // type checkers are content with stubs
                touched.extend(name.host_of_stubs().map(|host| (id, host)));
            }
        }
        if before.all.iter().zip(&self.projects.all).any(|(old, new)| old.names != new.names) {
            // what hides a requirement, and which code is idle, depends on what is declared
            for suspect in self.shadow_suspects() {
                touched.extend(self.index_file(suspect));
                files.push(suspect);
            }
        }
        for &id in changed {
            touched.extend(self.index_file(id));
        }
        // a requirement counts as a duplicate or as unused by what other manifests say
        let manifests = self.manifests();
        self.affected(changed.iter().copied().chain(manifests).chain(files), &touched)
    }

    /// Updates the index for files whose imports may have changed; `other_uses` tells that what they say otherwise has.
    fn reindex(&mut self, changed: &[FileId], other_uses: bool) -> Affected {
        let mut touched = Touched::default();
        let mut other_names = other_uses;
        for &id in changed {
            let before = (self.index.names_of(id).to_vec(), self.idle.get(&id).cloned());
            touched.extend(self.index_file(id));
            other_names |= before.0 != self.index.names_of(id) || before.1.as_ref() != self.idle.get(&id);
        }
        // what uses a requirement depends on every import; manifests are few
        let manifests = if other_names { self.manifests() } else { Vec::new() };
        self.affected(changed.iter().copied().chain(manifests), &touched)
    }

    /// The given files and the importers of the touched distributions, each once, in path order.
    fn affected(&self, files: impl Iterator<Item = FileId>, touched: &Touched) -> Affected {
        let mut all: BTreeSet<FileId> = files.collect();
        for (project, distribution) in touched {
            all.extend(self.index.importers_with_candidate(*project, distribution));
        }
        let mut files: Vec<FileId> = all.into_iter().collect();
        files.sort_by(|a, b| self.path(*a).cmp(self.path(*b)));
        Affected { files }
    }

    /// Enters the names that a file imports from outside.
    fn index_file(&mut self, id: FileId) -> Touched {
        let file = &self.files[id.0 as usize];
        let path = file.path.clone();
        if !self.roots.contains_key(path.folder()) {
            let mut roots = self.config.roots.iter().map(|root| FilePath::new(root).to_string()).collect::<Vec<_>>();
            roots.extend(self.written_roots(path.folder()));
            roots.extend(self.modules.roots_above(path.folder()));
            self.roots.insert(path.folder().into(), roots);
        }
        let around: Vec<ProjectId> = self.projects.around(path.as_str()).collect();
        self.idle.remove(&id);
        let Some(FileFacts::Python(facts)) = &self.files[id.0 as usize].facts else {
            return self.index.set(id, Vec::new(), &around, &self.projects);
        };
        let (mut names, new) = self.outside_names(&path, facts);
        let idle = self.idle_names(id, facts);
        if !idle.is_empty() {
            self.idle.insert(id, idle);
        }
        let outside = Outside { config: &self.config, environment: &self.environment, python: self.target() };
        names.extend(new.iter().map(|name| self.index.name(name, outside)));
        self.index.set(id, names, &around, &self.projects)
    }

    /// The folders that settings around `folder` put on `sys.path`: setuptools' package folders, pytest's `pythonpath`.
    fn written_roots(&self, folder: &str) -> Vec<String> {
        let all = self.manifests.iter().filter_map(|id| {
            let roots = match self.facts(*id)? {
                FileFacts::Settings(settings) => &settings.roots[..],
                FileFacts::Python(facts) => &facts.roots,
                _ => return None,
            };
            Some((self.path(*id).folder(), roots))
        });
        let around = all.filter(|(outer, _)| {
            outer.is_empty() || folder.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        let joined = around.flat_map(|(outer, roots)| {
            roots.iter().map(move |root| FilePath::new(&format!("{outer}/{root}")).to_string())
        });
        joined.collect()
    }

    /// The names that a file imports from outside: those that the index has, and those that are new to it.
    fn outside_names(&self, path: &FilePath, facts: &PythonFacts) -> (Vec<NameId>, Vec<String>) {
        let (mut known, mut new) = (Vec::new(), Vec::new());
        for import in imports::resolve(self, path, facts) {
            if matches!(import.target, imports::Target::Outside { .. }) {
                match self.index.id(&import.name) {
                    Some(id) => known.push(id),
                    None => new.push(import.name.into_owned()),
                }
            }
        }
        (known, new)
    }

    /// The distributions for which a file has an import that the target never runs, or that a module of the workspace hides.
    fn idle_names(&self, file: FileId, facts: &PythonFacts) -> Vec<DistributionName> {
        let outside = self.outside();
        let idle = facts.imports.iter().filter(|statement| !imports::can_run(&statement.context, outside));
        let names = idle.flat_map(|statement| &statement.parsed.modules).map(|module| module.name.as_str());
        let mut found: Vec<DistributionName> =
            names.filter_map(|name| outside.providers(name)).flat_map(|providers| providers.candidates).collect();
        let tops = facts.imports.iter().filter(|statement| statement.parsed.level == 0);
        let tops = tops.flat_map(|statement| &statement.parsed.modules).map(|module| module.name.top());
        found.extend(tops.filter_map(|top| diagnostics::shadowed_module::hidden(self, file, top)));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The files whose imports a declaration may hide: those that import a module of the workspace called like a
    /// distribution.
    fn shadow_suspects(&self) -> Vec<FileId> {
        let python = (0..self.files.len() as u32).map(FileId).filter(|id| match self.facts(*id) {
            Some(FileFacts::Python(facts)) => facts.imports.iter().any(|statement| {
                statement.parsed.level == 0
                    && statement.parsed.modules.iter().any(|module| {
                        !self.modules.holders(module.name.top()).is_empty() && self.may_be_declared(module.name.top())
                    })
            }),
            _ => false,
        });
        python.collect()
    }

    fn all_ids(&self) -> Vec<FileId> {
        let mut ids: Vec<FileId> = (0..self.files.len() as u32).map(FileId).collect();
        ids.sort_by(|a, b| self.path(*a).cmp(self.path(*b)));
        ids
    }

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
        let mut ids = self.all_ids();
        ids.retain(|id| self.facts(*id).is_some());
        ids
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
        diagnostics::fixes(self, file, diagnostic)
    }

    /// One fix that adds every missing requirement of the file's project that is known for sure, with their number;
    /// `None` where fewer than two are missing.
    pub fn add_all_missing(&self, file: FileId) -> Option<Fix> {
        diagnostics::undeclared_import::add_all(self, file)
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
        fixes::remove::all_unused(self, file)
    }

    /// The safe fixes of the findings in `file` as one; `None` where there are none. (`source.fixAll.pinlens`)
    pub fn fix_all(&self, file: FileId) -> Option<Fix> {
        fixes::fix_all(self, file)
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

/// What the other rooms of this crate ask.
impl Workspace {
    pub(crate) fn outside(&self) -> Outside<'_> {
        Outside { config: &self.config, environment: &self.environment, python: self.target() }
    }

    /// Whether anything says which Python the code is for.
    pub(crate) fn knows_target(&self) -> bool {
        self.python.is_some()
    }

    /// What markers are evaluated for.
    pub(crate) fn marker_target(&self) -> Target<'_> {
        Target { python: self.python, platform: self.config.python_platform.map(Platform::sys_platform) }
    }

    /// Whether an import that the target never runs, or that is hidden, would need the distribution.
    pub(crate) fn uses_idly(&self, distribution: &DistributionName) -> bool {
        self.idle.values().any(|names| names.binary_search(distribution).is_ok())
    }

    /// What the cells of a notebook install; empty for other files.
    pub(crate) fn installs(&self, file: FileId) -> &[DistributionName] {
        match self.facts(file) {
            Some(FileFacts::Python(facts)) => &facts.installs,
            _ => &[],
        }
    }

    /// Whether the workspace itself makes the distribution.
    pub(crate) fn makes(&self, distribution: &DistributionName) -> bool {
        self.made.contains(distribution)
    }

    /// Whether a module called `top` is one that a known distribution provides.
    pub(crate) fn may_be_declared(&self, top: &str) -> bool {
        Catalog::bundled().row_of(top).is_some_and(|row| row.sure)
            || self.environment.providers(top).is_some()
            || self.config.map.contains_key(top)
    }

    /// The module or package `top` of the workspace that hides every other for the code of `file`: in its own folder, or
    /// where its outermost package lies.
    pub(crate) fn nearest_module(&self, file: FileId, top: &str) -> Option<FilePath> {
        let root = self.modules.roots_above(self.path(file).folder()).into_iter().next();
        let roots = self.config.roots.iter().map(|root| FilePath::new(root).to_string()).chain(root);
        let found = roots.into_iter().find_map(|root| match self.modules.find(&root, top) {
            Found::Whole(path) => Some(path),
            _ => None,
        })?;
        let itself = self.path(file).as_str().rsplit_once('.').is_some_and(|(stem, _)| *stem == *found);
        (!itself).then(|| FilePath::new(&found))
    }

    /// The Python that the code is for.
    pub(crate) fn target(&self) -> PythonVersion {
        self.python.unwrap_or(PythonVersion::NEWEST)
    }

    /// The settings in force.
    pub fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    pub(crate) fn modules(&self) -> &ModuleTree {
        &self.modules
    }

    pub(crate) fn projects(&self) -> &Projects {
        &self.projects
    }

    pub(crate) fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// Whether tests lie in the project's folder.
    pub(crate) fn has_tests(&self, project: ProjectId) -> bool {
        let find = || {
            let code = self.files.iter().filter(|file| matches!(file.facts, Some(FileFacts::Python(_))));
            let tests = code.filter(|file| is_test(&file.path));
            let governing = tests.map(|file| self.projects.of_path(file.path.as_str()));
            governing.flat_map(|id| self.projects.with_parents(id)).collect()
        };
        self.tested.get_or_init(find).contains(&project)
    }

    /// What the files that are no code say of commands and plugins, in path order.
    pub(crate) fn mentions(&self) -> impl Iterator<Item = (&FilePath, &Mentions)> {
        self.written_down.iter().filter_map(|id| Some((self.path(*id), self.facts(*id)?.mentions()?)))
    }

    pub(crate) fn index(&self) -> &Index {
        &self.index
    }

    /// The files of a project that need a missing distribution.
    pub(crate) fn importers(&self, project: ProjectId, distribution: &DistributionName) -> Arc<Importers> {
        let key = (project, distribution.clone());
        if let Some(found) = self.importers.borrow().get(&key) {
            return found.clone();
        }
        let found = Arc::new(Importers::find(self, project, distribution));
        self.importers.borrow_mut().insert(key, found.clone());
        found
    }

    /// Which distributions the files name.
    pub(crate) fn named(&self) -> Arc<Named> {
        let known = self.named.borrow().clone();
        known.unwrap_or_else(|| {
            let named = Arc::new(Named::of(self));
            *self.named.borrow_mut() = Some(named.clone());
            named
        })
    }

    /// What was worked out of start-up.
    pub(crate) fn memory(&self) -> &Memory {
        &self.startup
    }

    /// How the applications of the workspace start.
    pub(crate) fn start_up(&self) -> Arc<Startup> {
        self.startup.startup(self)
    }

    /// The project that governs a file.
    pub(crate) fn project_of(&self, file: FileId) -> ProjectId {
        self.projects.of_path(self.path(file).as_str())
    }

    /// The entries of `sys.path` for the code in `folder`.
    pub(crate) fn roots(&self, folder: &str) -> &[String] {
        self.roots.get(folder).map_or(&[], Vec::as_slice)
    }

    /// Whether the package or module at `package` makes submodules appear that no file shows.
    pub(crate) fn makes_submodules(&self, package: &str) -> bool {
        let tries = [format!("{package}/__init__.py"), format!("{package}.py"), format!("{package}/__init__.pyi")];
        tries.iter().any(|path| match self.ids.get(path.as_str()).and_then(|id| self.facts(*id)) {
            Some(FileFacts::Python(facts)) => facts.traits.makes_submodules,
            _ => false,
        })
    }
}

impl Files for Workspace {
    fn at(&self, path: &FilePath) -> Option<(FileId, &FileFacts)> {
        let id = self.file(path)?;
        Some((id, self.facts(id)?))
    }

    fn get(&self, file: FileId) -> Option<(&FilePath, &FileFacts)> {
        let entry = &self.files[file.0 as usize];
        Some((&entry.path, entry.facts.as_ref()?))
    }

    fn manifests(&self) -> Vec<FileId> {
        self.manifests.clone()
    }

    fn configured(&self, path: &FilePath) -> Option<&RequirementsFile> {
        self.config.requirements_file(path)
    }

    fn is_dev_group(&self, name: &str) -> bool {
        self.config.dev_groups.iter().any(|group| group == name)
    }

    fn has_code(&self, folder: &str) -> bool {
        self.modules.has_folder(folder)
    }

    fn environment(&self) -> &Environment {
        &self.environment
    }

    fn target(&self) -> Target<'_> {
        self.marker_target()
    }
}

impl Project {
    /// Whether what is told of a missing requirement is the same under both: how sure the declarations are, and where to
    /// add to.
    fn says_the_same(&self, other: &Self) -> bool {
        self.weakness == other.weakness
            && self.files == other.files
            && self.constraints == other.constraints
            && self.brought == other.brought
            && self.elsewhere == other.elsewhere
    }
}

/// Whether a file is one of tests, by the folders above it or by its own name.
fn is_test(path: &FilePath) -> bool {
    let stem = path.stem();
    path.folder().split('/').any(|folder| matches!(folder, "test" | "tests" | "testing"))
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem == "conftest"
}
