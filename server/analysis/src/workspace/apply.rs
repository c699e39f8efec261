//! How a change is taken in: which inputs differ, what is derived again, and which files' findings may be others.

use super::Workspace;
use crate::analysis::{Input, Inputs, mutations};
use crate::deployments::{self, Deployments};
use crate::imports::memory::Idle;
use crate::imports::{self, Target};
use crate::model::change::{Affected, Change};
use crate::model::ids::FileId;
use crate::model::index::{Index, NameId, Touched};
use crate::model::project::{Files, ProjectId, Projects};
use crate::model::resolve::Outside;
use crate::startup::{self, Startup};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::hosts;
use pinlens_facts::mentions::Mentions;
use pinlens_facts::python::PythonFacts;
use pinlens_facts::words::names::{DistributionName, FilePath};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What was reported before a change, as far as it depends on more than one file's imports.
struct Before {
    /// The projects of which one finding takes the place of those at each import.
    unread: Vec<ProjectId>,
    /// How applications start; `None` where nobody needs them.
    startup: Option<Arc<Startup>>,
    /// The deployments; `None` where nobody needs them.
    deployments: Option<Arc<Deployments>>,
}

/// What a file imports that is not simply there.
#[derive(Default)]
struct Names {
    /// The names from outside that the index has.
    known: Vec<NameId>,
    /// Those that are new to it.
    new: Vec<String>,
}

/// A part of what is affected; nothing where a test of the tests forgets it.
fn kept<T: Default>(part: &'static str, value: T) -> T {
    if mutations::forgets("Affected", part) { T::default() } else { value }
}

impl Workspace {
    /// Takes a change in. Afterwards every answer is as if the workspace had been built afresh.
    pub fn apply(&mut self, change: Change) -> Affected {
        let before = Before {
            unread: self.unread_projects(),
            startup: startup::known(self),
            deployments: deployments::known(self),
        };
        let (changed, mut differs) = self.store_all(change);
        if let Some(deployments) = &before.deployments {
            differs.add(Input::Deployed, !deployments.is_apart_from(&changed));
        }
        self.analysis.forget(differs);
        let mut affected = if differs.has_any(&[Input::Structure]) {
            self.rebuild()
        } else if differs.has_any(&[Input::Declarations]) {
            self.redeclare(&changed)
        } else {
            self.reindex(&changed, &mut differs)
        };
        self.starts += u64::from(differs.has_any_of("Starts", startup::INPUTS));
        // whether each import is reported or one finding for all depends on all imports
        if kept("unread lists", self.unread_projects() != before.unread) {
            affected.files = self.all_ids().to_vec();
        }
        self.add_reported(&mut affected, &before);
        self.analysis.model_mut().files.let_go(&changed);
        affected
    }

    /// Stores all that a change brings; gives the files of it, and which inputs differ by it.
    fn store_all(&mut self, change: Change) -> (Vec<FileId>, Inputs) {
        let mut differs = Inputs::default();
        let model = self.analysis.model_mut();
        if let Some(environment) = change.environment {
            differs.add(Input::Structure, environment != model.environment);
            model.environment = environment;
        }
        if let Some(config) = change.config {
            differs.add(Input::Structure, config != model.config);
            model.config = config;
        }
        let changed = change.files.into_iter().map(|(path, facts)| self.store(&path, facts, &mut differs)).collect();
        (changed, differs)
    }

    /// Keeps the facts of one file, and adds which inputs they change.
    fn store(&mut self, path: &FilePath, facts: Option<FileFacts>, differs: &mut Inputs) -> FileId {
        let model = self.analysis.model_mut();
        let path = model.files.entered(path).into_owned();
        let (id, old) = model.files.replace(path, facts);
        let new = &model.files.list[id.0 as usize].facts;
        if old == *new {
            return id;
        }
        differs.add(Input::Structure, old.as_ref().map(FileFacts::frame) != new.as_ref().map(FileFacts::frame));
        differs
            .add(Input::Declarations, old.as_ref().map(FileFacts::declares) != new.as_ref().map(FileFacts::declares));
        let is_code = |facts: &Option<FileFacts>| matches!(facts, Some(FileFacts::Python(_)));
        differs.add(Input::Code, is_code(&old) || is_code(new));
        // the sessions of a noxfile are read as the text of a tool's file is
        let has_sessions =
            |facts: &Option<FileFacts>| matches!(facts, Some(FileFacts::Python(facts)) if !facts.sessions.is_empty());
        differs.add(Input::Texts, !is_code(&old) || !is_code(new) || has_sessions(&old) || has_sessions(new));
        let nothing = Mentions::default();
        let old_mentions = old.as_ref().and_then(FileFacts::mentions).unwrap_or(&nothing);
        let new_mentions = new.as_ref().and_then(FileFacts::mentions).unwrap_or(&nothing);
        if old_mentions.texts().ne(new_mentions.texts()) {
            differs.add(Input::Mentions, true);
            model.evidence.replace(id, old_mentions, new_mentions);
        }
        id
    }

    /// Adds the files of which start-up or deployments report another thing than before.
    fn add_reported(&self, affected: &mut Affected, before: &Before) {
        let known = affected.files.len();
        if let Some(before) = before.startup.as_ref().filter(|_| startup::known(self).is_none()) {
            let now = startup::start_up(self);
            let lacking = startup::lacking(self).into_iter();
            let differing = lacking.filter(|file| before.report_of(self, *file) != now.report_of(self, *file));
            affected.files.extend(kept("start-up", differing.collect::<Vec<_>>()));
        }
        if let Some(before) = before.deployments.as_ref().filter(|_| deployments::known(self).is_none()) {
            affected.files.extend(kept("deployments", deployments::of(self).differing(before)));
        }
        if affected.files.len() > known {
            affected.files.sort_by(|a, b| self.path(*a).cmp(self.path(*b)));
            affected.files.dedup();
        }
    }

    /// Derives everything again.
    fn rebuild(&mut self) -> Affected {
        let mut all = Inputs::default();
        all.add(Input::Structure, true);
        self.analysis.forget(all);
        let model = self.analysis.model_mut();
        model.structure = model.make_structure();
        model.present = crate::model::store::Present::default();
        model.projects = Projects::new(&*model);
        model.index = Index::new(&model.projects);
        model.roots.clear();
        for id in self.files() {
            self.index_file(id);
        }
        Affected { files: self.all_ids().to_vec() }
    }

    /// Derives again what follows from what manifests declare. What is reported of code reads of that its own project, those
    /// whose requirements this sees, and the lists that are of no project.
    fn redeclare(&mut self, changed: &[FileId]) -> Affected {
        let model = self.analysis.model_mut();
        let before = std::mem::take(&mut model.projects);
        model.projects = Projects::new(&*model);
        let places = |projects: &Projects| projects.all.iter().map(|one| (one.folder.clone(), one.parent)).collect();
        let (old, new): (Vec<_>, Vec<_>) = (places(&before), places(&model.projects));
        if old != new {
            return self.rebuild();
        }
        let renames = |id: ProjectId| before.all[id].names != model.projects.all[id].names;
        model.index.redeclare(&model.projects, renames);
        let pairs = before.all.iter().zip(&model.projects.all);
        let all = before.apart != model.projects.apart || before.workspaces != model.projects.workspaces;
        let differs: Vec<bool> = pairs.map(|(old, new)| all || old != new).collect();
        // whether a module of the workspace hides a required one, and so what an import is, depends on what is declared
        let suspects: Vec<FileId> = self.remembered::<Idle>().suspects.iter().copied().collect();
        let mut touched = Touched::default();
        for &id in suspects.iter().chain(changed) {
            touched.extend(self.index_file(id));
        }
        // a requirement counts as a duplicate or as unused by what other manifests say
        let lists = kept("lists, by declarations", self.manifests());
        let code = kept("code of projects that differ", self.code_of(&differs));
        let rest = lists.into_iter().chain(code).chain(kept("hidden modules", suspects)).chain(self.lacking());
        self.affected(changed.iter().copied().chain(rest), &touched)
    }

    /// The files that import what their own project does not declare, where another one may: what the lists there declare counts.
    fn lacking(&self) -> Vec<FileId> {
        let projects = 0..self.projects().all.len();
        let lacking = projects.filter(|_| self.projects().all.len() > 1).flat_map(|id| self.index().lacking(id));
        kept("code that lacks what other projects declare", lacking.collect())
    }

    /// The Python files of the projects that are marked, and of those that see the requirements of one.
    fn code_of(&self, marked: &[bool]) -> Vec<FileId> {
        let projects = self.projects();
        let is_marked: Vec<bool> =
            (0..projects.all.len()).map(|id| projects.with_parents(id).any(|id| marked[id])).collect();
        if !is_marked.contains(&true) {
            return Vec::new();
        }
        let is_code = |id: &FileId| matches!(self.facts(*id), Some(FileFacts::Python(_)));
        let code = self.all_ids().iter().copied().filter(is_code);
        code.filter(|id| is_marked[self.project_of(*id)]).collect()
    }

    /// Updates the index for files whose imports may have changed.
    fn reindex(&mut self, changed: &[FileId], differs: &mut Inputs) -> Affected {
        let mut touched = Touched::default();
        let mut shows_host = false;
        for &id in changed {
            let before = (self.index().names_of(id).to_vec(), self.remembered::<Idle>().by_file.get(&id).cloned());
            touched.extend(self.index_file(id));
            let now = self.index().names_of(id);
            shows_host |= before.0 != now && before.0.iter().chain(now).any(|name| self.is_of_host(*name));
            let idle = self.remembered::<Idle>().by_file.get(&id);
            differs.add(Input::Imports, before.0 != self.index().names_of(id) || before.1.as_ref() != idle);
        }
        let mut steps = Inputs::default();
        steps.add(Input::Steps, startup::look_again(self, changed));
        steps.add(Input::Imports, differs.has_any(&[Input::Imports]));
        differs.add(Input::Steps, steps.has_any(&[Input::Steps]));
        self.analysis.forget(steps);
        // what uses a requirement depends on every import and every mention; manifests are few
        let uses = differs.has_any(&[Input::Imports, Input::Mentions]);
        let manifests = if uses { kept("lists, by uses", self.manifests()) } else { Vec::new() };
        // a script with requirements of its own has them for the modules that it imports
        let is_script =
            |id: &&FileId| matches!(self.facts(**id), Some(FileFacts::Python(facts)) if facts.declares.is_some());
        let behind = if changed.iter().any(|id| is_script(&id)) { self.lacking() } else { Vec::new() };
        // what only a host has shows for the other code of the project that it is for that host
        let hosted = (0..self.projects().all.len()).filter(|_| shows_host).flat_map(|id| self.index().lacking(id));
        self.affected(changed.iter().copied().chain(manifests).chain(behind).chain(hosted), &touched)
    }

    /// Whether only a host provides what a name stands for.
    fn is_of_host(&self, name: NameId) -> bool {
        hosts::sole_provider(self.index().dotted(name).as_str()).is_some()
    }

    /// The given files and the importers of the touched distributions, each once, in path order.
    fn affected(&self, files: impl Iterator<Item = FileId>, touched: &Touched) -> Affected {
        let mut all: BTreeSet<FileId> = files.collect();
        // whether a list elsewhere is for its own code alone decides on other projects' code
        let distributions: BTreeSet<&DistributionName> = touched.iter().map(|(_, distribution)| distribution).collect();
        for distribution in distributions {
            for project in 0..self.projects().all.len() {
                let importers = self.index().importers_with_candidate(project, distribution);
                all.extend(kept("importers of what is touched", importers.into_iter().collect::<Vec<_>>()));
            }
        }
        // a requirement that nothing imports may hold what nobody is known to provide
        let projects: BTreeSet<ProjectId> = touched.iter().map(|(project, _)| *project).collect();
        let unresolved = projects.into_iter().flat_map(|project| self.index().importers_of_unresolved(project));
        all.extend(kept("importers of what nobody provides", unresolved.collect::<Vec<_>>()));
        let mut files: Vec<FileId> = all.into_iter().collect();
        files.sort_by(|a, b| self.path(*a).cmp(self.path(*b)));
        Affected { files }
    }

    /// Enters the names that a file imports from outside.
    fn index_file(&mut self, id: FileId) -> Touched {
        let path = self.path(id).clone();
        if !self.roots.contains_key(path.folder()) {
            let roots = self.roots_for(path.folder());
            self.analysis.model_mut().roots.insert(path.folder().into(), roots);
        }
        let around: Vec<ProjectId> = self.projects().around(path.as_str()).collect();
        let (mut names, mut idle, mut is_suspect) = (Names::default(), Vec::new(), false);
        if let Some(FileFacts::Python(facts)) = self.facts(id) {
            names = self.names(&path, facts);
            idle = imports::idle::idle_names(self, id, facts);
            is_suspect = imports::idle::is_suspect(self, facts);
        }
        let known = self.analysis.remembered_mut::<Idle>();
        known.set(id, idle);
        if is_suspect {
            known.suspects.insert(id)
        } else {
            known.suspects.remove(&id)
        };
        let python = self.target();
        let model = self.analysis.model_mut();
        let outside = Outside { config: &model.config, environment: &model.environment, python };
        let Names { known: mut all, new } = names;
        all.extend(new.iter().map(|name| model.index.name(name, outside)));
        model.index.set(id, all, &around, &model.projects)
    }

    /// The entries of `sys.path` for the code in `folder`.
    fn roots_for(&self, folder: &str) -> Vec<String> {
        let mut roots = self.config().roots.iter().map(|root| FilePath::new(root).to_string()).collect::<Vec<_>>();
        roots.extend(self.written_roots(folder));
        roots.extend(self.roots_above(folder));
        for folder in self.modules().script_folders_above(folder) {
            if !roots.contains(&folder) {
                roots.push(folder);
            }
        }
        // the code of a manifest is run from its folder, though that may lie inside a package
        let own = self.projects().all.get(self.projects().of_path(folder)).map_or("", |project| &project.folder);
        if !own.is_empty() && !self.modules().is_package(own) && !roots.iter().any(|root| root == own) {
            roots.push(own.to_owned());
        }
        roots
    }

    /// What a file imports that is not simply there.
    fn names(&self, path: &FilePath, facts: &PythonFacts) -> Names {
        let mut names = Names::default();
        for import in imports::each(self, path, facts).filter(|import| matches!(import.target, Target::Outside { .. }))
        {
            match self.index().id(&import.name) {
                Some(id) => names.known.push(id),
                None => names.new.push(import.name.into_owned()),
            }
        }
        names
    }
}
