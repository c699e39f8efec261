//! How a change is taken in, and how deep it goes.

use super::{File, Workspace};
use crate::imports::{self, Target};
use crate::model::change::{Affected, Change};
use crate::model::ids::FileId;
use crate::model::index::{Index, NameId, Touched};
use crate::model::modules::ModuleTree;
use crate::model::project::{Files, Project, ProjectId, Projects};
use crate::model::resolve::Outside;
use crate::startup::Startup;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::mentions::Mentions;
use pinlens_facts::python::PythonFacts;
use pinlens_facts::words::names::{DistributionName, FilePath};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What storing a file's facts means for the rest.
struct Stored {
    id: FileId,
    depth: Depth,
    /// It says other things than before that may show a use.
    other_uses: bool,
}

/// What a file imports that is not simply there.
#[derive(Default)]
struct Names {
    /// The names from outside that the index has.
    known: Vec<NameId>,
    /// Those that are new to it.
    new: Vec<String>,
    /// A part of the workspace is imported that is not there.
    is_broken: bool,
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
        let unread = self.unread_projects();
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
        if depth > Depth::Imports {
            self.declared_modules.get_mut().clear();
        }
        let affected = self.derive(depth, &changed, other_uses, startup);
        // whether each import is told or one finding for all depends on all imports
        if self.unread_projects() == unread { affected } else { Affected { files: self.all_ids().to_vec() } }
    }

    /// Derives again what follows from the changed files, as deep as the change goes.
    fn derive(
        &mut self,
        depth: Depth,
        changed: &[FileId],
        other_uses: bool,
        startup: Option<Arc<Startup>>,
    ) -> Affected {
        match depth {
            Depth::Structure => self.rebuild(),
            Depth::Declarations => {
                // which alternative is tried depends on what is declared
                self.startup.clear();
                let affected = self.redeclare(changed);
                self.with_start_up(affected, startup)
            }
            Depth::Imports => {
                let affected = self.reindex(changed, other_uses);
                // what other files say may start something, or say it on another line
                let is_python = |id: &&FileId| matches!(self.facts(**id), Some(FileFacts::Python(_)));
                let all_python = changed.iter().all(|id| is_python(&id));
                if self.startup.look_again(self, changed) || !all_python {
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
            self.in_order.take();
            FileId(self.files.len() as u32 - 1)
        });
        let old = &self.files[id.0 as usize].facts;
        let depth = match (old, &facts) {
            (Some(FileFacts::Python(old)), Some(FileFacts::Python(new)))
                if old.traits == new.traits
                    && old.layout == new.layout
                    && old.declares.is_some() == new.declares.is_some() =>
            {
                if old.declares == new.declares {
                    Depth::Imports
                } else {
                    Depth::Declarations
                }
            }
            (Some(FileFacts::Requirements(_)), Some(FileFacts::Requirements(_))) => Depth::Declarations,
            (Some(FileFacts::Settings(old)), Some(FileFacts::Settings(new))) if old.frames_the_same(new) => {
                Depth::Declarations
            }
            (Some(FileFacts::Mentions(_)), Some(FileFacts::Mentions(_))) | (None, None) => Depth::Imports,
            _ => Depth::Structure,
        };
        let nothing = Mentions::default();
        let said = old.as_ref().and_then(FileFacts::mentions).unwrap_or(&nothing);
        let says = facts.as_ref().and_then(FileFacts::mentions).unwrap_or(&nothing);
        let depth = if said.installs_the_same(says) { depth } else { depth.max(Depth::Declarations) };
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
        self.documented.take();
        let module_paths =
            self.files.iter().filter(|file| matches!(file.facts, Some(FileFacts::Python(_) | FileFacts::Module)));
        self.python = self.find_python();
        let files = self.files();
        self.manifests = self.find_manifests(&files);
        self.modules = ModuleTree::new(module_paths.map(|file| &file.path), self.renamed_packages());
        let writes = |id: &&FileId| matches!(self.facts(**id), Some(FileFacts::Mentions(_) | FileFacts::Settings(_)));
        self.written_down = files.iter().filter(writes).copied().collect();
        self.made = self.find_made();
        self.projects = Projects::new(&*self);
        self.index = Index::new(&self.projects);
        self.roots.clear();
        self.idle.clear();
        self.broken.clear();
        self.startup.clear();
        for id in files {
            self.index_file(id);
        }
        Affected { files: self.all_ids().to_vec() }
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
        let (mut touched, unknown) = self.index.redeclare(&self.projects);
        let pairs = before.all.iter().zip(&self.projects.all).enumerate();
        let mut files = Vec::new();
        for (id, _) in pairs.filter(|(_, (old, new))| !old.says_the_same(new) || !new.constraints.is_empty()) {
            // a requirement of unknown modules may provide what nothing is known to
            files.extend(self.index.lacking(id));
            touched.extend(self.index.missing(id).into_iter().map(|name| (id, name.clone())));
        }
        files.extend(unknown.into_iter().flat_map(|id| self.index.importers_of_unknown(id)));
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
        if other_names {
            self.startup.note_change();
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
        // a requirement that nothing imports may hold what nobody is known to provide
        let projects: BTreeSet<ProjectId> = touched.iter().map(|(project, _)| *project).collect();
        all.extend(projects.into_iter().flat_map(|project| self.index.importers_of_unresolved(project)));
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
            roots.extend(self.roots_above(path.folder()));
            for folder in self.modules.script_folders_above(path.folder()) {
                if !roots.contains(&folder) {
                    roots.push(folder);
                }
            }
            // the code of a manifest is run from its folder, though that may lie inside a package
            let own = self.projects.all.get(self.projects.of_path(path.folder())).map_or("", |project| &project.folder);
            if !own.is_empty() && !self.modules.is_package(own) && !roots.iter().any(|root| root == own) {
                roots.push(own.to_owned());
            }
            self.roots.insert(path.folder().into(), roots);
        }
        let around: Vec<ProjectId> = self.projects.around(path.as_str()).collect();
        self.idle.remove(&id);
        self.broken.remove(&id);
        let Some(FileFacts::Python(facts)) = &self.files[id.0 as usize].facts else {
            return self.index.set(id, Vec::new(), &around, &self.projects);
        };
        let Names { known: mut names, new, is_broken } = self.names(&path, facts);
        let idle = self.idle_names(id, facts);
        if !idle.is_empty() {
            self.idle.insert(id, idle);
        }
        if is_broken {
            self.broken.insert(id);
        }
        let outside = Outside { config: &self.config, environment: &self.environment, python: self.target() };
        names.extend(new.iter().map(|name| self.index.name(name, outside)));
        self.index.set(id, names, &around, &self.projects)
    }

    /// What a file imports that is not simply there.
    fn names(&self, path: &FilePath, facts: &PythonFacts) -> Names {
        let mut names = Names::default();
        for import in imports::each(self, path, facts) {
            match import.target {
                Target::Outside { .. } => match self.index.id(&import.name) {
                    Some(id) => names.known.push(id),
                    None => names.new.push(import.name.into_owned()),
                },
                Target::Missing(_) => names.is_broken = true,
                Target::Stdlib | Target::FirstParty => {}
            }
        }
        names
    }

    /// Every file that has, or had, facts, in path order.
    pub(super) fn all_ids(&self) -> &[FileId] {
        self.in_order.get_or_init(|| {
            let mut ids: Vec<FileId> = (0..self.files.len() as u32).map(FileId).collect();
            ids.sort_by(|a, b| self.path(*a).cmp(self.path(*b)));
            ids
        })
    }
}

impl Project {
    /// Whether what is told of a missing requirement is the same under both: how sure the declarations are, and where to
    /// add to.
    fn says_the_same(&self, other: &Self) -> bool {
        self.weakness == other.weakness
            && self.names == other.names
            && self.installed_for_tests == other.installed_for_tests
            && self.hidden.is_some() == other.hidden.is_some()
            && self.files == other.files
            && self.constraints == other.constraints
            && self.brought == other.brought
            && self.known_needs == other.known_needs
            && self.requires_unknown == other.requires_unknown
            && self.requires_for_development() == other.requires_for_development()
            && self.elsewhere == other.elsewhere
    }
}
