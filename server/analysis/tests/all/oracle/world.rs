//! The outside world that a workspace is built from, and how a loader would tell it of changes.

use crate::installed::installed;
use pinlens_analysis::config::Config;
use pinlens_analysis::model::change::Change;
use pinlens_analysis::model::environment::Environment;
use pinlens_analysis::model::ids::FileId;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::python::statement;
use pinlens_facts::words::names::{DistributionName, FilePath, ModuleName};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One step of a world.
#[derive(Clone, Debug)]
pub enum Edit {
    /// A file has another text.
    Write(String, String),
    /// A file is gone.
    Delete(String),
    /// Whether the environment is there.
    Environment(bool),
    /// Whether a module is mapped.
    Map(bool),
    /// Whether entries are set.
    Entries(bool),
    /// Any other environment and settings.
    Around(Arc<Environment>, Arc<Config>),
}

impl Edit {
    /// The file of which it changes the text.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Write(path, _) | Self::Delete(path) => Some(path),
            Self::Environment(_) | Self::Map(_) | Self::Entries(_) | Self::Around(..) => None,
        }
    }
}

/// The outside world that a workspace is built from.
#[derive(Clone, Default)]
pub struct World {
    pub texts: BTreeMap<FilePath, String>,
    pub environment: Arc<Environment>,
    pub config: Arc<Config>,
    /// Files of no kind of their own that were read because others include them.
    included: BTreeSet<FilePath>,
}

fn environment(there: bool) -> Arc<Environment> {
    let all = ["rq==1.0 (rq) -> redis", "nobody==1.0 (nobody_knows) -> six"].map(installed);
    Arc::new(if there { Environment::new(".venv".into(), None, all.into()) } else { Environment::default() })
}

fn config(there: bool) -> Config {
    let mut config = Config::default();
    if there {
        config.map.insert(ModuleName::new("flask"), vec![DistributionName::new("our-flask")]);
    }
    config
}

impl World {
    /// A world of these texts.
    pub fn new(texts: BTreeMap<FilePath, String>, environment: Arc<Environment>, config: Arc<Config>) -> Self {
        Self { texts, environment, config, included: BTreeSet::new() }
    }

    fn kind(&self, path: &FilePath) -> Option<FileKind> {
        let by_text = || FileKind::of_script(path, self.texts.get(path)?.as_bytes());
        self.config.kind_of(path).or_else(by_text)
    }

    fn facts(&self, path: &FilePath) -> Option<FileFacts> {
        let kind = self.kind(path).unwrap_or(FileKind::Requirements);
        Some(FileFacts::of(kind, self.texts.get(path)?, &statement::parse))
    }

    /// Changes the world, and gives the change as the loader would: a file of no known kind is read only when an include
    /// wants it or has wanted it.
    pub fn edit(&mut self, edit: &Edit, workspace: &Workspace) -> Change {
        match edit {
            Edit::Write(path, text) => {
                let path = FilePath::new(path);
                let was_known = workspace.file(&path).is_some_and(|file| workspace.facts(file).is_some());
                self.texts.insert(path.clone(), text.clone());
                let is_read = self.kind(&path).is_some() || was_known;
                let facts = is_read.then(|| self.facts(&path)).flatten();
                Change { files: facts.map(|facts| (path, Some(facts))).into_iter().collect(), ..Change::default() }
            }
            Edit::Delete(path) => {
                let path = FilePath::new(path);
                self.texts.remove(&path);
                Change { files: vec![(path, None)], ..Change::default() }
            }
            Edit::Environment(there) => self.around(Some(environment(*there)), None),
            Edit::Map(there) => self.around(None, Some(config(*there).into())),
            Edit::Entries(there) => {
                let entries = ["one/run.py", "main:run", "main.py"].map(str::to_owned).to_vec();
                let entries = if *there { entries } else { Vec::new() };
                self.around(None, Some(Config { entries, ..config(*there) }.into()))
            }
            Edit::Around(environment, config) => self.around(Some(environment.clone()), Some(config.clone())),
        }
    }

    /// Another environment and other settings. What the settings call a requirements file is read, or let go.
    fn around(&mut self, environment: Option<Arc<Environment>>, config: Option<Arc<Config>>) -> Change {
        let kinds = |world: &Self| world.texts.keys().map(|path| world.kind(path)).collect::<Vec<_>>();
        let before = kinds(self);
        self.environment = environment.clone().unwrap_or_else(|| self.environment.clone());
        self.config = config.clone().unwrap_or_else(|| self.config.clone());
        let differ = before.into_iter().zip(kinds(self)).map(|(old, new)| old != new);
        let others = self.texts.keys().zip(differ).filter(|(path, differs)| *differs && !self.included.contains(*path));
        let files = others.map(|(path, _)| (path.clone(), self.kind(path).and_then(|_| self.facts(path)))).collect();
        Change { files, environment, config }
    }

    /// A workspace that is built of the world at once.
    pub fn fresh(&self) -> Workspace {
        let mut workspace = Workspace::default();
        let known = self.texts.keys().filter(|path| self.kind(path).is_some());
        workspace.apply(Change {
            files: known.map(|path| (path.clone(), self.facts(path))).collect(),
            environment: Some(self.environment.clone()),
            config: Some(self.config.clone()),
        });
        Self { included: BTreeSet::new(), ..self.clone() }.settle(&mut workspace);
        workspace
    }

    /// Reads what includes want, as the loader does, until nothing more is found, and lets go what none wants any more; gives
    /// what was affected. What is not there is looked up once.
    pub fn settle(&mut self, workspace: &mut Workspace) -> Vec<FileId> {
        let mut affected = Vec::new();
        let mut missing = BTreeSet::new();
        loop {
            let only_included = self.included.iter().cloned().collect();
            let still = workspace.included(&only_included);
            let gone: Vec<_> = self.included.iter().filter(|path| !still.contains(*path)).cloned().collect();
            self.included.retain(|path| still.contains(path));
            let wanted = workspace.wanted().into_iter();
            let found = wanted.map(|path| (path.clone(), self.facts(&path)));
            let mut files: Vec<_> =
                found.filter(|(path, facts)| facts.is_some() || missing.insert(path.clone())).collect();
            let included: Vec<_> =
                files.iter().map(|(path, _)| path).filter(|path| self.kind(path).is_none()).cloned().collect();
            self.included.extend(included);
            files.extend(gone.into_iter().map(|path| (path, None)));
            if files.is_empty() {
                return affected;
            }
            affected.extend(workspace.apply(Change { files, ..Change::default() }).files);
        }
    }
}
