//! What Python sees as one process of a deployment runs: the files of the image on its path, and the distributions that are there.

use super::image::Image;
use super::provided::Provided;
use crate::analysis::Analysis;
use crate::config::{Config, Platform};
use crate::imports::{self, Target};
use crate::model::ids::FileId;
use crate::model::resolve::{Evidence, Outside, Providers};
use crate::startup::loads;
use crate::startup::sight::Sight;
use crate::startup::steps::Steps;
use pinlens_facts::deploy::paths::joined;
use pinlens_facts::python::{ImportForm, ImportStatement, ImportedModule, PythonFacts};
use pinlens_facts::words::names::{DistributionName, PythonVersion};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::sync::Arc;

/// What one process sees.
pub(crate) struct View<'a> {
    pub ws: &'a Analysis,
    pub image: &'a Image,
    /// The folders of `sys.path` in the image.
    pub path: Vec<String>,
    pub provided: Provided,
    pub python: PythonVersion,
    config: Config,
    /// Where in the image each file lies that was come to.
    places: RefCell<FxHashMap<FileId, String>>,
    /// What stands behind the file or module that is started.
    arguments: &'a [String],
    steps: RefCell<FxHashMap<FileId, Arc<Steps>>>,
}

/// What an import leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// These files of the workspace, packages first, each where it lies; and the path of the module without extension.
    Local { files: Vec<(FileId, String)>, at: String },
    /// A module of the workspace by its own rules, which the image may hold or not: its files.
    OfWorkspace(Vec<FileId>),
    /// The standard library.
    Stdlib,
    /// The standard library of older Pythons.
    Removed(PythonVersion),
    /// A distribution that is there.
    Provided,
    /// Something that is not there.
    Lacking(Option<Lacking>),
}

/// A distribution that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lacking {
    pub best: DistributionName,
    pub because: String,
}

impl<'a> View<'a> {
    pub fn new(
        ws: &'a Analysis,
        image: &'a Image,
        path: Vec<String>,
        provided: Provided,
        python: PythonVersion,
    ) -> Self {
        let config = Config { python_platform: Some(Platform::Linux), ..ws.config().clone() };
        let (places, steps) = (RefCell::default(), RefCell::default());
        Self { ws, image, path, provided, python, config, places, arguments: &[], steps }
    }

    /// The same where these arguments stand behind what is started.
    pub fn with_arguments(self, arguments: &'a [String]) -> Self {
        Self { arguments, ..self }
    }

    /// Notes where a file lies.
    pub fn place(&self, file: FileId, path: &str) {
        self.places.borrow_mut().entry(file).or_insert_with(|| path.to_owned());
    }

    /// Where a file lies in the image.
    pub fn path_of(&self, file: FileId) -> Option<String> {
        if let Some(known) = self.places.borrow().get(&file) {
            return Some(known.clone());
        }
        self.image.path_of(self.ws, self.ws.path(file).as_str())
    }

    fn file(&self, path: &str) -> Option<FileId> {
        let file = self.image.file(self.ws, path)?;
        matches!(
            self.ws.facts(file),
            Some(pinlens_facts::facts::FileFacts::Python(_) | pinlens_facts::facts::FileFacts::Module)
        )
        .then_some(file)
    }

    /// The file of a module or package at a path without extension.
    fn module(&self, at: &str) -> Option<(FileId, String)> {
        let tries = [format!("{at}/__init__.py"), format!("{at}.py")];
        tries.into_iter().find_map(|path| Some((self.file(&path)?, path)))
    }

    /// The module `dotted` in a folder: its packages and itself; whether all of it is there, and whether its top is more than a
    /// folder.
    fn inside(&self, folder: &str, dotted: &str) -> Option<(Vec<(FileId, String)>, String, bool, bool)> {
        let (mut files, mut at, mut is_regular) = (Vec::new(), folder.to_owned(), false);
        for (index, segment) in dotted.split('.').filter(|segment| !segment.is_empty()).enumerate() {
            let next = joined(&at, segment);
            match self.module(&next) {
                Some(found) => {
                    is_regular |= index == 0;
                    files.push(found);
                }
                None if self.image.has_folder(self.ws, &next) => {}
                None if index == 0 => return None,
                None => return Some((files, next, false, is_regular)),
            }
            at = next;
        }
        Some((files, at, true, is_regular))
    }

    /// The module that this process finds on its path.
    fn on_path(&self, dotted: &str, own: Option<FileId>) -> Option<(Vec<(FileId, String)>, String, bool, bool)> {
        let mut namespace = None;
        for folder in &self.path {
            let Some(found) = self.inside(folder, dotted) else { continue };
            // a file that is called like what it imports does not import itself
            if own.is_some() && found.0.last().map(|(file, _)| *file) == own && found.0.len() == 1 {
                continue;
            }
            match found {
                (_, _, _, true) => return Some(found),
                (_, _, true, false) => drop(namespace.get_or_insert(found)),
                _ => {}
            }
        }
        namespace
    }

    /// The module of that name on the path, and where it lies.
    pub fn find_module(&self, dotted: &str) -> Option<(FileId, String)> {
        let (files, at, whole, _) = self.on_path(dotted, None)?;
        files.into_iter().last().filter(|(_, path)| whole && stem(path) == at)
    }

    /// What a module of that name is for a command that names it.
    pub fn look_up(&self, name: &str) -> Found {
        if let Some((files, at, true, _)) = self.on_path(name, None) {
            return Found::Local { files, at };
        }
        self.beyond(name, self.providers(name))
    }

    /// What an absolute import of `name` leads to.
    pub fn absolute(&self, file: FileId, facts: &PythonFacts, module: &ImportedModule, name: &str) -> Found {
        if self.ws.config().is_first_party(name) {
            return Found::Stdlib;
        }
        let found = self.on_path(name, Some(file));
        if let Some((files, at, true, true)) = found {
            return Found::Local { files, at };
        }
        if Sight::outside(self).is_stdlib(name) {
            return Found::Stdlib;
        }
        let providers = self.providers(name);
        let of_host = self.image.base.hosts.iter().any(|host| host.provides(name));
        if of_host || !self.provided.names.satisfying(name, providers.as_ref()).is_empty() {
            return Found::Provided;
        }
        match found {
            Some((files, at, true, false)) => return Found::Local { files, at },
            // a part is not there: what the workspace itself says of it is reported elsewhere
            Some((files, at, false, true)) => return Found::Local { files, at },
            _ => {}
        }
        match imports::absolute(self.ws, self.ws.path(file), facts, module, name) {
            Target::FirstParty | Target::Missing(_) => {
                let statement_files = self.of_workspace(file, facts, module);
                return Found::OfWorkspace(statement_files);
            }
            Target::Outside { fallback } if fallback.beats(providers.as_ref().map(|providers| providers.evidence)) => {
                return Found::OfWorkspace(self.of_workspace(file, facts, module));
            }
            Target::Stdlib | Target::Outside { .. } => {}
        }
        self.beyond(name, providers)
    }

    /// What a name leads to that is no file of the image.
    fn beyond(&self, name: &str, providers: Option<Providers>) -> Found {
        if Sight::outside(self).is_stdlib(name) {
            return Found::Stdlib;
        }
        if !self.provided.names.satisfying(name, providers.as_ref()).is_empty() {
            return Found::Provided;
        }
        let top = name.split('.').next().unwrap_or_default();
        if let pinlens_facts::knowledge::catalog::StdlibStatus::Removed(last) =
            pinlens_facts::knowledge::catalog::stdlib_status(top, self.python)
        {
            return Found::Removed(last);
        }
        let sure = providers.filter(|providers| providers.evidence >= Evidence::Catalog);
        Found::Lacking(sure.and_then(|providers| {
            Some(Lacking { best: providers.candidates.first()?.clone(), because: providers.because })
        }))
    }

    /// The files that the workspace would load for a module.
    fn of_workspace(&self, file: FileId, facts: &PythonFacts, module: &ImportedModule) -> Vec<FileId> {
        let is_it = |statement: &&ImportStatement| statement.parsed.modules.iter().any(|one| std::ptr::eq(one, module));
        let of_django = facts.django.iter().flat_map(|django| &django.named).map(|named| &named.statement);
        let statement = facts.imports.iter().chain(of_django).find(is_it);
        statement.map_or_else(Vec::new, |statement| loads::of(self.ws, self.ws.path(file), facts, statement, module))
    }

    fn providers(&self, name: &str) -> Option<Providers> {
        let known = self.ws.index().id(name).and_then(|id| self.ws.index().providers(id)).cloned();
        known.or_else(|| Sight::outside(self).providers(name))
    }

    /// The files that a relative import loads, and the path of its module.
    fn relative(&self, file: FileId, level: u32, module: &ImportedModule) -> Option<(Vec<(FileId, String)>, String)> {
        let own = self.path_of(file)?;
        let mut folder = own.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        for _ in 1..level {
            folder = folder.rsplit_once('/').map_or("", |(outer, _)| outer).to_owned();
        }
        let mut files: Vec<(FileId, String)> = Vec::new();
        let init = joined(&folder, "__init__.py");
        files.extend(self.file(&init).map(|file| (file, init)));
        if module.name.as_str().is_empty() {
            return Some((files, folder));
        }
        let (inner, at, whole, _) = self.inside(&folder, module.name.as_str())?;
        files.extend(inner);
        whole.then_some((files, at))
    }

    /// The files of an import with where they lie, and the path of its module where it is in the image.
    fn files(
        &self,
        file: FileId,
        facts: &PythonFacts,
        statement: &ImportStatement,
        module: &ImportedModule,
    ) -> (Vec<(FileId, String)>, Option<String>) {
        if statement.parsed.level > 0 {
            return match self.relative(file, statement.parsed.level, module) {
                Some((files, at)) => (files, Some(at)),
                None => (Vec::new(), None),
            };
        }
        match self.absolute(file, facts, module, module.name.as_str()) {
            Found::Local { files, at } => (files, Some(at)),
            Found::OfWorkspace(files) => {
                let placed: Option<Vec<(FileId, String)>> =
                    files.iter().map(|file| Some((*file, self.path_of(*file)?))).collect();
                let placed = placed.unwrap_or_default();
                let at = placed.last().map(|(_, path)| stem(path));
                (placed, at)
            }
            _ => (Vec::new(), None),
        }
    }
}

/// A path without `.py` and `/__init__.py`.
fn stem(path: &str) -> String {
    let bare = path.strip_suffix("/__init__.py").or_else(|| path.strip_suffix(".py"));
    bare.unwrap_or(path).to_owned()
}

impl Sight for View<'_> {
    fn ws(&self) -> &Analysis {
        self.ws
    }

    fn outside(&self) -> Outside<'_> {
        Outside { config: &self.config, environment: self.ws.environment(), python: self.python }
    }

    fn loads(
        &self,
        file: FileId,
        facts: &PythonFacts,
        statement: &ImportStatement,
        module: &ImportedModule,
    ) -> Vec<FileId> {
        let (mut files, at) = self.files(file, facts, statement, module);
        if let Some(at) = at.filter(|_| statement.parsed.form == ImportForm::From) {
            for member in module.members.iter().filter(|member| &*member.name != "*") {
                files.extend(self.module(&joined(&at, &member.name)));
            }
        }
        for (file, path) in &files {
            self.place(*file, path);
        }
        files.into_iter().map(|(file, _)| file).collect()
    }

    fn source(
        &self,
        file: FileId,
        facts: &PythonFacts,
        statement: &ImportStatement,
        module: &ImportedModule,
    ) -> Option<FileId> {
        let (files, at) = self.files(file, facts, statement, module);
        let at = at?;
        files.into_iter().rev().find(|(_, path)| stem(path) == at).map(|(file, _)| file)
    }

    fn packages_of(&self, file: FileId) -> Vec<FileId> {
        let Some(path) = self.path_of(file) else { return Vec::new() };
        let mut found = Vec::new();
        let mut folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        loop {
            let init = joined(folder, "__init__.py");
            let Some(package) = self.file(&init) else { break };
            self.place(package, &init);
            found.push(package);
            match folder.rsplit_once('/') {
                Some((outer, _)) => folder = outer,
                None => break,
            }
        }
        found.reverse();
        found.retain(|package| *package != file);
        found
    }

    fn is_satisfied(&self, file: FileId, facts: &PythonFacts, index: usize) -> bool {
        let Some(statement) = facts.imports.get(index) else { return false };
        statement.parsed.modules.iter().all(|module| {
            if statement.parsed.level > 0 {
                return self.relative(file, statement.parsed.level, module).is_some();
            }
            let mut names = imports::lookups(statement.parsed.form, module, Sight::outside(self));
            names.all(|name| match self.absolute(file, facts, module, &name) {
                Found::Local { .. } | Found::Stdlib | Found::Provided => true,
                Found::OfWorkspace(files) => files.iter().all(|file| self.path_of(*file).is_some()),
                Found::Removed(_) | Found::Lacking(_) => false,
            })
        })
    }

    fn steps(&self, file: FileId) -> Arc<Steps> {
        if let Some(known) = self.steps.borrow().get(&file) {
            return known.clone();
        }
        let steps = Arc::new(Steps::of(self, file));
        self.steps.borrow_mut().insert(file, steps.clone());
        steps
    }

    fn variable(&self, name: &str) -> Option<String> {
        // an option of `manage.py` comes before the environment
        let option = self.arguments.iter().find_map(|word| word.strip_prefix("--settings="));
        let of_option = option.filter(|_| name == "DJANGO_SETTINGS_MODULE").map(str::to_owned);
        let value = of_option.or_else(|| self.image.environment.get(name).cloned());
        value.filter(|value| !value.is_empty() && !value.contains(['$', '\u{2026}']))
    }

    fn command(&self) -> Option<String> {
        self.arguments.first().filter(|word| !word.starts_with('-') && !word.contains(['$', '\u{2026}'])).cloned()
    }
}
