//! What a command names: the file, the module or the application that it runs first, and what its options name.

use super::super::deployment::What;
use super::super::image::Python;
use super::super::starts::application::application;
use super::super::view::Found;
use super::{One, application_head};
use crate::model::ids::FileId;
use crate::startup::entries::Run;
use pinlens_facts::deploy::paths::joined;
use pinlens_facts::deploy::start::{Application, Named, Program, names_attributes_by_dots};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::demands;
use pinlens_facts::knowledge::table::distributions_of_command;
use pinlens_facts::words::names::DistributionName;

impl One<'_> {
    /// `python -m module`.
    pub(super) fn module(&mut self, python: &Python, module: &str, cwd: &str) {
        if module.contains(['\u{2026}', '$']) {
            self.judged.open = Some(format!("`{module}` is not known").into());
            return;
        }
        let view = self.view(python, &[cwd.to_owned()]);
        let main = format!("{module}.__main__");
        let found = view.find_module(&main).or_else(|| view.find_module(module));
        if let Some((file, at)) = found {
            drop(view);
            let entry = self.entry(file, Run::Module, None);
            return self.walk_from(python, &[cwd.to_owned()], entry, &at);
        }
        match view.look_up(module) {
            Found::Provided | Found::Stdlib => {
                drop(view);
                self.applied(python, cwd);
            }
            Found::Lacking(Some(lacking)) => {
                drop(view);
                let what = What::Module { name: module.into() };
                self.lack_at_start(what, Some(lacking.best));
            }
            _ if self.ws.modules().holders(module.split('.').next().unwrap_or_default()).is_empty() => {
                drop(view);
                self.judged.open = Some(format!("nothing is known to provide `{module}`").into());
            }
            _ => {
                drop(view);
                self.lack_at_start(What::Entry { words: module.into(), looked_in: cwd.into() }, None);
            }
        }
    }

    /// What the words of a command ask for beside its distribution: `celery -P gevent`, `fastapi run`.
    pub(super) fn asked_by_words(&mut self, python: &Python, command: &str, arguments: &[String]) {
        let view = self.view(python, std::slice::from_ref(&self.process.folder));
        let has = |name: &DistributionName| view.provided.names.contains(name);
        let hosts: Vec<DistributionName> = distributions_of_command(command).into_iter().filter(has).collect();
        let words: Vec<&str> = [command].into_iter().chain(arguments.iter().map(String::as_str)).collect();
        let unmet = demands::of_line(&hosts, &words).into_iter().filter(|one| one.applies_to(view.python));
        let unmet: Vec<_> = unmet.filter(|one| !one.is_met(has)).collect();
        let first = |demand: &&demands::Demand| demand.ways().next()?.into_iter().find(|name| !has(name));
        let lacking: Vec<_> = unmet.into_iter().filter_map(|demand| Some((demand, first(&demand)?))).collect();
        drop(view);
        for (demand, name) in lacking {
            let what = What::Demand { host: demand.host.into(), source: demand.source.into() };
            self.lack_at_start(what, Some(name));
        }
    }

    /// The application that the arguments of a command name.
    pub(super) fn applied(&mut self, python: &Python, cwd: &str) {
        let Some(found) = application(self.ws, self.image, self.process) else { return };
        let Application { named, folder, modules, configuration, environment } = found;
        let own = environment.and_then(|home| self.image.python(&format!("{home}/.")).cloned());
        let python = own.as_ref().unwrap_or(python);
        let folder = folder.map_or_else(|| cwd.to_owned(), |folder| joined(cwd, &folder));
        if !self.configured(python, cwd, configuration.as_deref()) {
            return;
        }
        for module in modules {
            self.option_module(python, &folder, &module);
        }
        match named {
            Named::Object { module, attribute, is_called } => {
                self.object(python, &folder, &module, &attribute, is_called);
            }
            Named::File(path) => self.file(python, &path, Run::Script),
            Named::Imported(path) => self.imported(python, &path),
            Named::FirstOf(paths) => {
                if let Some(named) = self.entry_point(cwd) {
                    let (module, attribute) = named.split_once(':').unwrap_or((&named, ""));
                    return self.object(python, &folder, module, attribute, false);
                }
                let found = paths.iter().find(|path| self.image.file(self.ws, &self.image.absolute(path)).is_some());
                match found {
                    Some(path) => self.imported(python, path),
                    None => self.judged.open = Some("nothing says which application it starts".into()),
                }
            }
            Named::Elsewhere => self.judged.open = Some("nothing says which application it starts".into()),
        }
    }

    /// The file that configures a server, which is run before the application is loaded; whether it is there.
    fn configured(&mut self, python: &Python, cwd: &str, named: Option<&str>) -> bool {
        let is_gunicorn = application_head(self.process) == "gunicorn";
        let path = named.or(is_gunicorn.then_some("gunicorn.conf.py"));
        let Some(path) = path.filter(|path| path.ends_with(".py")) else { return true };
        let at = self.image.absolute(path);
        let Some(file) = self.image.file(self.ws, &at) else {
            let is_lacking = named.is_some() && !self.image.is_foreign(&at) && !path.contains(['$', '\u{2026}']);
            if is_lacking {
                self.lack_at_start(What::Entry { words: path.into(), looked_in: at.into() }, None);
            }
            return !is_lacking;
        };
        let entry = self.entry(file, Run::Import, None);
        self.walk_from(python, &[cwd.to_owned()], entry, &at);
        true
    }

    /// The entry point that the pyproject.toml of a folder names for `FastAPI`'s command line.
    fn entry_point(&self, cwd: &str) -> Option<String> {
        if application_head(self.process) != "fastapi" {
            return None;
        }
        let file = self.image.file(self.ws, &joined(cwd, "pyproject.toml"))?;
        let FileFacts::Settings(settings) = self.ws.facts(file)? else { return None };
        pinlens_facts::deploy::start::fastapi_entry(&settings.document.root).map(str::to_owned)
    }

    /// The function of a file that Flask calls where no application is named.
    fn factory(&self, file: FileId) -> Option<Box<str>> {
        let loading = crate::startup::chains::python(self.ws, file)?.loading.as_deref()?;
        ["create_app", "make_app"].into_iter().find(|name| loading.scope_of(name).is_some()).map(Into::into)
    }

    /// A file that is imported as a module: what is above its outermost package is on the path.
    pub(super) fn imported(&mut self, python: &Python, path: &str) {
        let at = self.image.absolute(path);
        let mut folder = at.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        while self.image.file(self.ws, &joined(&folder, "__init__.py")).is_some() {
            folder = folder.rsplit_once('/').map_or("", |(outer, _)| outer).to_owned();
        }
        let Some(file) = self.image.file(self.ws, &at) else { return self.file(python, path, Run::Import) };
        let call = self.is_flask().then(|| self.factory(file)).flatten();
        let entry = self.entry(file, Run::Import, call);
        self.walk_from(python, &[folder, self.process.folder.clone()], entry, &at);
    }

    /// A module that an option names: `-k uvicorn.workers.UvicornWorker`, `-k gevent`.
    pub(super) fn option_module(&mut self, python: &Python, folder: &str, module: &str) {
        let builtin = ["sync", "gthread", "tornado", "eventlet", "gevent"];
        let name = if builtin.contains(&module) { module } else { module.split(':').next().unwrap_or(module) };
        if matches!(name, "sync" | "gthread") || !builtin.contains(&name) && !name.contains('.') {
            return;
        }
        let view = self.view(python, &[folder.to_owned()]);
        let name = name.strip_prefix("egg").unwrap_or(name).to_owned();
        let found = view.look_up(&name);
        drop(view);
        if let Found::Lacking(Some(lacking)) = found {
            self.lack_at_start(What::Module { name: name.into() }, Some(lacking.best));
        }
    }

    /// `module:attribute` as a server imports it.
    pub(super) fn object(&mut self, python: &Python, folder: &str, module: &str, attribute: &str, is_called: bool) {
        let view = self.view(python, &[folder.to_owned()]);
        let (mut found, mut looked) = (view.find_module(module), view.look_up(module));
        let by_dots = names_attributes_by_dots(application_head(self.process)) && attribute.is_empty();
        if let Some((outer, _)) = module.rsplit_once('.').filter(|_| by_dots && found.is_none()) {
            found = view.find_module(outer);
            looked = if looked == Found::Provided { looked } else { view.look_up(outer) };
        }
        drop(view);
        let is_celery = self.is_celery();
        match (found, looked) {
            (Some((file, at)), _) => {
                // Celery looks into the package for a module of that name
                let inner =
                    at.strip_suffix("__init__.py").map(|folder| format!("{folder}celery.py")).filter(|_| is_celery);
                let inner = inner.and_then(|path| Some((self.image.file(self.ws, &path)?, path)));
                let (file, at): (FileId, String) = inner.unwrap_or((file, at));
                let named = Some(Box::<str>::from(attribute)).filter(|name| !name.is_empty());
                let call = match self.is_flask() {
                    // Flask calls what is no application, and looks for a factory where nothing is named
                    true => named.or_else(|| self.factory(file)),
                    false => named.filter(|_| is_called),
                };
                let entry = self.entry(file, Run::Import, call);
                self.walk_from(python, &[folder.to_owned()], entry, &at);
            }
            (None, Found::Provided) => {}
            (None, Found::Lacking(Some(lacking))) => {
                self.lack_at_start(What::Module { name: module.into() }, Some(lacking.best));
            }
            (None, _) => self.lack_at_start(What::Entry { words: module.into(), looked_in: folder.into() }, None),
        }
    }

    /// A file that is run or imported.
    pub(super) fn file(&mut self, python: &Python, path: &str, run: Run) {
        if path.contains(['\u{2026}', '$']) || path.starts_with('-') {
            self.judged.open = Some(format!("`{path}` is not known").into());
            return;
        }
        let at = self.image.absolute(path);
        let python_file = |path: &str| {
            let file = self.image.file(self.ws, path)?;
            matches!(self.ws.facts(file), Some(FileFacts::Python(_))).then_some((file, path.to_owned()))
        };
        // a folder or an archive with a `__main__`
        let found = python_file(&at).or_else(|| python_file(&joined(&at, "__main__.py")));
        let Some((file, at)) = found else {
            if self.image.is_foreign(&at) || self.image.list(&at).is_some() || !path.ends_with(".py") {
                self.judged.open = Some(format!("it is not known what {path} is").into());
            } else {
                self.lack_at_start(What::Entry { words: path.into(), looked_in: at.into() }, None);
            }
            return;
        };
        let folder = at.rsplit_once('/').map_or("/", |(folder, _)| folder).to_owned();
        let folder = if folder.is_empty() { "/".to_owned() } else { folder };
        let entry = self.entry(file, run, None);
        // what another program runs may see the current folder too
        let is_own = matches!(self.process.program, Program::File { .. });
        let folders = if is_own { vec![folder] } else { vec![folder, self.process.folder.clone()] };
        self.walk_from(python, &folders, entry, &at);
    }

    /// A command that no distribution is known to bring: an executable file of the workspace, or the system's.
    pub(super) fn foreign(&mut self, path: &str) {
        let at = self.image.absolute(path);
        if !path.contains('/') {
            return;
        }
        if let Some(file) = self.image.file(self.ws, &at)
            && let Some(FileFacts::Python(_)) = self.ws.facts(file)
            && let Some(python) = self.interpreter("python3")
        {
            self.file(&python, path, Run::Script);
        }
    }
}
