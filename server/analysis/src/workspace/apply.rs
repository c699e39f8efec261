//! How a change is taken in, and how deep it goes.

use super::Workspace;
use crate::deployments::{self, Deployments};
use crate::imports::memory::Memory as ImportMemory;
use crate::imports::{self, Target};
use crate::model::change::{Affected, Change};
use crate::model::ids::FileId;
use crate::model::index::{Index, NameId, Touched};
use crate::model::project::{Files, ProjectId, Projects, in_folder};
use crate::model::resolve::Outside;
use crate::model::store::File;
use crate::model::surroundings::Surroundings;
use crate::startup::{self, Startup};
use crate::uses::named;
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
        self.model.slots.get_mut::<ImportMemory>().importers.get_mut().clear();
        let startup = startup::memory(self).forget_whole();
        let deployments = deployments::memory(self).take();
        let unread = self.unread_projects();
        if let Some(environment) = change.environment.filter(|new| *new != self.model.environment) {
            self.model.environment = environment;
            depth = Depth::Structure;
        }
        if let Some(config) = change.config.filter(|new| *new != self.model.config) {
            self.model.config = config;
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
            self.model.slots.get_mut::<named::Memory>().clear();
        }
        if depth > Depth::Imports {
            self.model.slots.get_mut::<ImportMemory>().declared_modules.get_mut().clear();
        }
        let affected = self.derive(depth, &changed, other_uses, startup);
        let affected = self.with_deployments(affected, depth, &changed, deployments);
        // whether each import is told or one finding for all depends on all imports
        if self.unread_projects() == unread { affected } else { Affected { files: self.all_ids().to_vec() } }
    }

    /// What is affected, with the files of which deployments tell another thing than before.
    fn with_deployments(
        &self,
        mut affected: Affected,
        depth: Depth,
        changed: &[FileId],
        before: Option<Arc<Deployments>>,
    ) -> Affected {
        // nobody has asked: nothing was told
        let Some(before) = before else { return affected };
        let is_python = |id: &FileId| matches!(self.facts(*id), Some(FileFacts::Python(_)));
        if depth == Depth::Imports && changed.iter().all(is_python) && before.is_apart_from(changed) {
            deployments::memory(self).remember(before);
            return affected;
        }
        affected.files.extend(deployments::of(self).differing(&before));
        affected.files.sort_by(|a, b| self.path(*a).cmp(self.path(*b)));
        affected.files.dedup();
        affected
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
                self.model.slots.get_mut::<startup::StartupMemory>().clear();
                let affected = self.redeclare(changed);
                self.with_start_up(affected, startup)
            }
            Depth::Imports => {
                let affected = self.reindex(changed, other_uses);
                // what other files say may start something, or say it on another line
                let is_python = |id: &&FileId| matches!(self.facts(**id), Some(FileFacts::Python(_)));
                let all_python = changed.iter().all(|id| is_python(&id));
                if startup::memory(self).look_again(self, changed) || !all_python {
                    // a Python file that is edited stays, or becomes, no entry without a change of structure
                    if let Some(before) = startup.as_ref().filter(|_| all_python) {
                        startup::memory(self).start(self, before.entries.clone());
                    }
                    return self.with_start_up(affected, startup);
                }
                startup::memory(self).remember(startup);
                affected
            }
        }
    }

    /// What is affected, with the files of which another start-up is told than before.
    fn with_start_up(&self, mut affected: Affected, before: Option<Arc<Startup>>) -> Affected {
        // nobody has asked: nothing was told
        let Some(before) = before else { return affected };
        let now = startup::start_up(self);
        let told = startup::lacking(self).into_iter().filter(|file| !before.tells_the_same(&now, self, *file));
        affected.files.extend(told);
        affected.files.sort_by(|a, b| self.path(*a).cmp(self.path(*b)));
        affected.files.dedup();
        affected
    }

    /// Keeps the facts of one file.
    fn store(&mut self, path: FilePath, facts: Option<FileFacts>) -> Stored {
        let id = *self.model.files.ids.entry(path.clone()).or_insert_with(|| {
            self.model.files.list.push(File { path, facts: None });
            self.model.files.in_order.take();
            FileId(self.model.files.list.len() as u32 - 1)
        });
        let old = &self.model.files.list[id.0 as usize].facts;
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
            // the Python of an image is that of the code
            (Some(FileFacts::Deploy(old)), Some(FileFacts::Deploy(new))) => {
                let same = old.python() == new.python();
                if same { Depth::Imports } else { Depth::Structure }
            }
            (Some(FileFacts::Mentions(_)), Some(FileFacts::Mentions(_))) | (None, None) => Depth::Imports,
            _ => Depth::Structure,
        };
        let nothing = Mentions::default();
        let said = old.as_ref().and_then(FileFacts::mentions).unwrap_or(&nothing);
        let says = facts.as_ref().and_then(FileFacts::mentions).unwrap_or(&nothing);
        let depth = if said.installs_the_same(says) { depth } else { depth.max(Depth::Declarations) };
        let depth = if said.surrounds_the_same(says) { depth } else { Depth::Structure };
        let other_uses = !said.says_the_same(says);
        if other_uses {
            self.model.evidence.replace(id, said, says);
        }
        self.model.files.list[id.0 as usize].facts = facts;
        Stored { id, depth, other_uses }
    }

    /// Derives everything again.
    fn rebuild(&mut self) -> Affected {
        self.model.present.tests.take();
        self.model.present.documentation.take();
        let files = self.model.files.list.iter();
        self.model.present.around = Surroundings::of(files.filter_map(|file| Some((&file.path, file.facts.as_ref()?))));
        self.model.python = self.find_python();
        self.model.present.newest_python = self.find_newest_python();
        let files = self.files();
        let is_unread = |id: &&FileId| matches!(self.facts(**id), Some(FileFacts::Unread(_)));
        self.model.files.unread = files.iter().filter(is_unread).copied().collect();
        self.model.files.manifests = self.find_manifests(&files);
        self.model.modules = self.find_modules();
        let writes = |id: &&FileId| {
            matches!(self.facts(**id), Some(FileFacts::Mentions(_) | FileFacts::Deploy(_) | FileFacts::Settings(_)))
        };
        self.model.files.written_down = files.iter().filter(writes).copied().collect();
        self.model.made = self.find_made();
        self.model.projects = Projects::new(&self.model);
        self.model.index = Index::new(&self.model.projects);
        self.model.roots.clear();
        self.model.slots.get_mut::<ImportMemory>().idle.clear();
        self.model.slots.get_mut::<ImportMemory>().broken.clear();
        self.model.slots.get_mut::<startup::StartupMemory>().clear();
        for id in files {
            self.index_file(id);
        }
        Affected { files: self.all_ids().to_vec() }
    }

    /// Derives again what follows from the manifests, whose number and places are as they were.
    fn redeclare(&mut self, changed: &[FileId]) -> Affected {
        // the head of a compiled list may name another Python
        if self.find_python() != self.model.python || self.find_newest_python() != self.model.present.newest_python {
            return self.rebuild();
        }
        let before = std::mem::take(&mut self.model.projects);
        self.model.projects = Projects::new(&self.model);
        let same_folders = before.all.len() == self.model.projects.all.len()
            && before
                .all
                .iter()
                .zip(&self.model.projects.all)
                .all(|(old, new)| old.folder == new.folder && old.parent == new.parent);
        if !same_folders {
            return self.rebuild();
        }
        let (mut touched, unknown) = self.model.index.redeclare(&self.model.projects);
        let pairs = before.all.iter().zip(&self.model.projects.all).enumerate();
        let mut files = Vec::new();
        for (id, _) in pairs.filter(|(_, (old, new))| !old.says_the_same(new) || !new.constraints.is_empty()) {
            // a requirement of unknown modules may provide what nothing is known to
            files.extend(self.model.index.lacking(id));
            // what it imports may be declared, and not for the build
            let setup = FilePath::new(&in_folder(&self.model.projects.all[id].folder, "setup.py"));
            files.extend(self.model.file(&setup));
            touched.extend(self.model.index.missing(id).into_iter().map(|name| (id, name.clone())));
        }
        files.extend(unknown.into_iter().flat_map(|id| self.model.index.importers_of_unknown(id)));
        for (id, (old, new)) in before.all.iter().zip(&self.model.projects.all).enumerate() {
            // what is declared for development only counts where the rest is known and for the application
            let same =
                old.for_runtime == new.for_runtime && old.weakness == new.weakness && old.declared == new.declared;
            let differs = |name: &&DistributionName| old.roles.get(*name) != new.roles.get(*name) || !same;
            for name in old.roles.keys().chain(new.roles.keys()).filter(differs) {
                files.extend(self.model.index.importers_satisfied_by(id, name));
                // type checkers are content with stubs
                touched.extend(name.host_of_stubs().map(|host| (id, host)));
            }
        }
        if before.all.iter().zip(&self.model.projects.all).any(|(old, new)| old.names != new.names) {
            // what hides a requirement, and which code is idle, depends on what is declared
            for suspect in imports::quiet::shadow_suspects(self) {
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
            let before = (self.model.index.names_of(id).to_vec(), imports::memory::of(self).idle.get(&id).cloned());
            touched.extend(self.index_file(id));
            other_names |= before.0 != self.model.index.names_of(id)
                || before.1.as_ref() != imports::memory::of(self).idle.get(&id);
        }
        if other_names {
            startup::memory(self).note_change();
        }
        // what uses a requirement depends on every import; manifests are few
        let manifests = if other_names { self.manifests() } else { Vec::new() };
        self.affected(changed.iter().copied().chain(manifests), &touched)
    }

    /// The given files and the importers of the touched distributions, each once, in path order.
    fn affected(&self, files: impl Iterator<Item = FileId>, touched: &Touched) -> Affected {
        let mut all: BTreeSet<FileId> = files.collect();
        for (project, distribution) in touched {
            all.extend(self.model.index.importers_with_candidate(*project, distribution));
        }
        // a requirement that nothing imports may hold what nobody is known to provide
        let projects: BTreeSet<ProjectId> = touched.iter().map(|(project, _)| *project).collect();
        all.extend(projects.into_iter().flat_map(|project| self.model.index.importers_of_unresolved(project)));
        let mut files: Vec<FileId> = all.into_iter().collect();
        files.sort_by(|a, b| self.path(*a).cmp(self.path(*b)));
        Affected { files }
    }

    /// Enters the names that a file imports from outside.
    fn index_file(&mut self, id: FileId) -> Touched {
        let file = &self.model.files.list[id.0 as usize];
        let path = file.path.clone();
        if !self.model.roots.contains_key(path.folder()) {
            let mut roots =
                self.model.config.roots.iter().map(|root| FilePath::new(root).to_string()).collect::<Vec<_>>();
            roots.extend(self.written_roots(path.folder()));
            roots.extend(self.roots_above(path.folder()));
            for folder in self.model.modules.script_folders_above(path.folder()) {
                if !roots.contains(&folder) {
                    roots.push(folder);
                }
            }
            // the code of a manifest is run from its folder, though that may lie inside a package
            let own = self
                .model
                .projects
                .all
                .get(self.model.projects.of_path(path.folder()))
                .map_or("", |project| &project.folder);
            if !own.is_empty() && !self.model.modules.is_package(own) && !roots.iter().any(|root| root == own) {
                roots.push(own.to_owned());
            }
            self.model.roots.insert(path.folder().into(), roots);
        }
        let around: Vec<ProjectId> = self.model.projects.around(path.as_str()).collect();
        self.model.slots.get_mut::<ImportMemory>().idle.remove(&id);
        self.model.slots.get_mut::<ImportMemory>().broken.remove(&id);
        let Some(FileFacts::Python(facts)) = &self.model.files.list[id.0 as usize].facts else {
            return self.model.index.set(id, Vec::new(), &around, &self.model.projects);
        };
        let Names { known: mut names, new, is_broken } = self.names(&path, facts);
        let idle = imports::quiet::idle_names(self, id, facts);
        if !idle.is_empty() {
            self.model.slots.get_mut::<ImportMemory>().idle.insert(id, idle);
        }
        if is_broken {
            self.model.slots.get_mut::<ImportMemory>().broken.insert(id);
        }
        let outside =
            Outside { config: &self.model.config, environment: &self.model.environment, python: self.target() };
        names.extend(new.iter().map(|name| self.model.index.name(name, outside)));
        self.model.index.set(id, names, &around, &self.model.projects)
    }

    /// What a file imports that is not simply there.
    fn names(&self, path: &FilePath, facts: &PythonFacts) -> Names {
        let mut names = Names::default();
        for import in imports::each(self, path, facts) {
            match import.target {
                Target::Outside { .. } => match self.model.index.id(&import.name) {
                    Some(id) => names.known.push(id),
                    None => names.new.push(import.name.into_owned()),
                },
                Target::Missing(_) => names.is_broken = true,
                Target::Stdlib | Target::FirstParty => {}
            }
        }
        names
    }
}
