//! Judges one start: which of its commands, modules and files are not there, and which of these end it.

use super::deployment::{Lack, What};
use super::executable::{self, Executable};
use super::image::{About, Image, Python};
use super::provided::Provided;
use super::run::Shell;
use super::starts::{Process, application};
use super::view::{Found, View};
use crate::analysis::Analysis;
use crate::imports;
use crate::model::ids::FileId;
use crate::startup::chains::{self, Fate};
use crate::startup::entries::{By, Entry, Run};
use crate::startup::reach::Reach;
use crate::startup::sight::Sight;
use crate::startup::steps;
use pinlens_facts::deploy::effects::{Ask, Effect, Install, Into, Tool};
use pinlens_facts::deploy::paths::{base_name, joined};
use pinlens_facts::deploy::start::{Application, Named, Program};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::python::PythonFacts;
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::names::{ModuleName, PythonVersion};
use pinlens_facts::words::text::TextRange;

/// What one process comes to.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    /// What is not there, in the order in which Python comes to it.
    pub lacks: Vec<Lack>,
    /// Where it starts in the workspace.
    pub entry: Option<Entry>,
    /// Why it cannot be followed to its end, where nothing it lacks says more.
    pub open: Option<Box<str>>,
    pub python: Option<PythonVersion>,
    /// The files of the workspace that it loads.
    pub loads: Vec<FileId>,
}

/// Judges one process of an image.
pub(crate) fn judge(ws: &Analysis, image: &Image, process: &Process) -> Judged {
    let mut seen = image.clone();
    seen.environment.clone_from(&process.environment);
    seen.folder.clone_from(&process.folder);
    let at = process.at;
    if let (Some(selection), Some(at)) = (&process.syncs, at) {
        let asks = vec![Ask::Own(selection.clone())];
        let install = Install { tool: Tool::Uv, asks, into: Into::Prefix(String::new()), ..Install::default() };
        Shell::new(ws, at.file, 0, &mut seen).apply(Effect::Install(install), "uv run", at);
    }
    let mut one = One { ws, image: &seen, process, judged: Judged::default() };
    one.run();
    one.judged
}

struct One<'a> {
    ws: &'a Analysis,
    image: &'a Image,
    process: &'a Process,
    judged: Judged,
}

impl One<'_> {
    fn run(&mut self) {
        for wrapper in &self.process.wrappers {
            // the wrapper's own lack ends the start before anything else
            if let Executable::Lacking { .. } | Executable::Unreachable { .. } = self.executable(wrapper) {
                return;
            }
        }
        let process = self.process;
        let cwd = process.folder.clone();
        match &process.program {
            Program::File { python, path, .. } => {
                let Some(python) = self.interpreter(python) else { return };
                self.file(&python, path, Run::Script);
            }
            Program::Module { python, module, .. } => {
                let Some(python) = self.interpreter(python) else { return };
                self.module(&python, module, &cwd);
            }
            Program::Command { path, .. } => match self.executable(path) {
                Executable::Script(python) => {
                    if let ("pytest", Program::Command { arguments, .. }) = (base_name(path), &process.program) {
                        self.plugins(&python, arguments);
                    }
                    self.applied(&python, &cwd);
                }
                Executable::Own { python, entry } => self.walk(&python, &[cwd], entry),
                Executable::Lacking { .. } | Executable::Unreachable { .. } => {}
                Executable::System => self.foreign(path),
            },
            Program::Imported { module } => {
                let Some(python) = self.interpreter("python") else { return };
                self.object(&python, &cwd, module, "", false);
            }
            Program::Code { .. } | Program::Shell(_) | Program::Nothing => {}
        }
    }

    /// A command that no distribution is known to bring: an executable file of the workspace, or the system's.
    fn foreign(&mut self, path: &str) {
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

    /// The Python that a word names.
    fn interpreter(&mut self, word: &str) -> Option<Python> {
        let found = match self.process.runner {
            Some(runner) => executable::of_runner(self.image, runner, &self.process.folder),
            None => None,
        };
        let found = found.or_else(|| self.image.python(word).cloned());
        let found = found.or_else(|| self.image.python("python3").cloned().filter(|_| !word.contains('/')));
        if found.is_none() {
            self.judged.open = Some(format!("no Python is known in the image for `{word}`").into());
        }
        self.judged.python = found.as_ref().and_then(|python| python.version);
        found
    }

    /// Looks an executable up; what it lacks is entered.
    fn executable(&mut self, command: &str) -> Executable {
        let found = executable::find(self.ws, self.image, self.process, command);
        let name = base_name(command);
        let (what, distribution) = match &found {
            Executable::Lacking { distributions } => {
                (What::Command { name: name.into() }, distributions.first().cloned())
            }
            Executable::Unreachable { why, distribution } => {
                (What::Unreachable { name: name.into(), why: why.clone() }, Some(distribution.clone()))
            }
            _ => return found,
        };
        self.lack_at_start(what, distribution);
        found
    }

    fn lack_at_start(&mut self, what: What, distribution: Option<DistributionName>) {
        let is_place = |at: &super::image::Place| matches!(self.ws.facts(at.file), Some(FileFacts::Deploy(_)));
        let Some(at) = self.process.at.filter(is_place) else { return };
        let is_file = matches!(what, What::Entry { .. });
        let about = if is_file { About::Files } else { About::Installed };
        let doubt = self.doubt(about);
        self.judged.lacks.push(Lack {
            file: at.file,
            range: super::range_of(self.ws, at),
            what,
            distribution,
            fate: None,
            import: None,
            is_certain: self.process.is_certain,
            doubt,
            start: 0,
        });
    }

    /// Why a lack of that kind is not sure.
    fn doubt(&self, about: About) -> Option<Box<str>> {
        let open = self.image.unknown.iter().find(|unknown| unknown.about == about);
        open.map(|unknown| unknown.why.clone())
    }

    /// A file that is run or imported.
    fn file(&mut self, python: &Python, path: &str, run: Run) {
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
        self.walk_from(python, &[folder], entry, &at);
    }

    fn entry(&self, file: FileId, run: Run, call: Option<Box<str>>) -> Entry {
        let at = self.process.at.map(|at| (at.file, at.line));
        let words: String = self.process.words.chars().take(80).collect();
        Entry { file, run, call, found: crate::startup::entries::Found { by: By::Command, at, words: words.into() } }
    }

    /// `python -m module`.
    fn module(&mut self, python: &Python, module: &str, cwd: &str) {
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

    /// The plugins that options of pytest are of.
    fn plugins(&mut self, python: &Python, arguments: &[String]) {
        let view = self.view(python, std::slice::from_ref(&self.process.folder));
        let has = |name: &DistributionName| view.provided.names.contains(name);
        let mut lacking: Vec<(String, DistributionName)> = Vec::new();
        for word in arguments.iter().take_while(|word| *word != "--") {
            let option = word.split('=').next().unwrap_or_default();
            let brings = pinlens_facts::knowledge::table::plugins_of_option("pytest", option);
            if let Some(first) = brings.first().filter(|_| !brings.iter().any(&has))
                && !lacking.iter().any(|(_, name)| name == first)
            {
                lacking.push((option.to_owned(), first.clone()));
            }
        }
        drop(view);
        for (option, name) in lacking {
            self.lack_at_start(What::Command { name: format!("pytest {option}").into() }, Some(name));
        }
    }

    /// The application that the arguments of a command name.
    fn applied(&mut self, python: &Python, cwd: &str) {
        let Some(Application { named, folder, modules }) = application(self.process) else { return };
        let folder = folder.map_or_else(|| cwd.to_owned(), |folder| joined(cwd, &folder));
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
                let found = paths.iter().find(|path| self.image.file(self.ws, &self.image.absolute(path)).is_some());
                match found {
                    Some(path) => self.imported(python, path),
                    None => self.judged.open = Some("nothing says which application it starts".into()),
                }
            }
            Named::Elsewhere => self.judged.open = Some("nothing says which application it starts".into()),
        }
    }

    /// A file that is imported as a module: what is above its outermost package is on the path.
    fn imported(&mut self, python: &Python, path: &str) {
        let at = self.image.absolute(path);
        let mut folder = at.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        while self.image.file(self.ws, &joined(&folder, "__init__.py")).is_some() {
            folder = folder.rsplit_once('/').map_or("", |(outer, _)| outer).to_owned();
        }
        let Some(file) = self.image.file(self.ws, &at) else { return self.file(python, path, Run::Import) };
        let entry = self.entry(file, Run::Import, None);
        self.walk_from(python, &[folder, self.process.folder.clone()], entry, &at);
    }

    /// A module that an option names: `-k uvicorn.workers.UvicornWorker`, `-k gevent`.
    fn option_module(&mut self, python: &Python, folder: &str, module: &str) {
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
    fn object(&mut self, python: &Python, folder: &str, module: &str, attribute: &str, is_called: bool) {
        let view = self.view(python, &[folder.to_owned()]);
        let found = view.find_module(module);
        let looked = view.look_up(module);
        drop(view);
        let is_celery = application_head(self.process) == "celery";
        match (found, looked) {
            (Some((file, at)), _) => {
                // Celery looks into the package for a module of that name
                let inner =
                    at.strip_suffix("__init__.py").map(|folder| format!("{folder}celery.py")).filter(|_| is_celery);
                let inner = inner.and_then(|path| Some((self.image.file(self.ws, &path)?, path)));
                let (file, at): (FileId, String) = inner.unwrap_or((file, at));
                let call = is_called.then(|| Box::<str>::from(attribute)).filter(|name| !name.is_empty());
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

    fn view(&self, python: &Python, first: &[String]) -> View<'_> {
        let mut path: Vec<String> = first.to_vec();
        let extra = self.image.environment.get("PYTHONPATH").map_or("", String::as_str);
        path.extend(extra.split(':').filter(|folder| !folder.is_empty()).map(|folder| self.image.absolute(folder)));
        let mut sites = python.sites.clone();
        if python.base.is_none() {
            let folder = super::image::folder_of(python.version);
            sites.push(joined(&self.image.home(), &format!(".local/lib/{folder}/site-packages")));
        }
        // what lies in a folder of the path is as good as installed
        let all: Vec<String> = path.iter().chain(&sites).cloned().collect();
        let links =
            self.image.links.iter().filter(|link| {
                all.iter().any(|site| pinlens_facts::deploy::paths::below(&link.site, site) == Some(""))
            });
        path.extend(sites.iter().cloned());
        path.extend(links.map(|link| link.to.clone()));
        let provided = Provided::in_sites(self.ws, self.image, &all);
        View::new(self.ws, self.image, path, provided, python.version.unwrap_or_else(|| self.ws.target()))
    }

    fn walk(&mut self, python: &Python, first: &[String], entry: Entry) {
        let at = self.image.path_of(self.ws.path(entry.file).as_str()).unwrap_or_default();
        self.walk_from(python, first, entry, &at);
    }

    /// Follows what the entry loads, and enters what is not there.
    fn walk_from(&mut self, python: &Python, first: &[String], entry: Entry, at: &str) {
        let view = self.view(python, first);
        view.place(entry.file, at);
        let reach = Reach::of(&view, std::slice::from_ref(&entry));
        let mut lacks: Vec<(Vec<u32>, Lack)> = Vec::new();
        let roots = crate::startup::reach::roots(&view, &entry);
        for node in &reach.order {
            let Some(facts) = chains::python(self.ws, node.0) else { continue };
            for index in 0..facts.imports.len() {
                if !steps::runs_in(facts, *node, index) {
                    continue;
                }
                self.import(&view, &reach, &roots, node.0, facts, index, python, &mut lacks);
            }
        }
        lacks.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut loads: Vec<FileId> = reach.order.iter().map(|node| node.0).collect();
        loads.sort_unstable();
        loads.dedup();
        let is_celery = application_head(self.process) == "celery";
        let has = |name: &DistributionName| view.provided.names.contains(name);
        let doubt = self.doubt(About::Installed);
        for file in &loads {
            for unmet in super::demands::unmet(self.ws, *file, view.python, &has) {
                lacks.push((
                    vec![u32::MAX],
                    Lack {
                        file: *file,
                        range: unmet.range,
                        what: What::Demand { host: unmet.host.into(), source: unmet.source.into() },
                        distribution: Some(unmet.needs),
                        fate: None,
                        import: None,
                        // that the line runs is known of what a worker is told alone
                        is_certain: self.process.is_certain && unmet.is_url && is_celery && unmet.host == "celery",
                        doubt: doubt.clone(),
                        start: 0,
                    },
                ));
            }
        }
        drop(view);
        for (_, lack) in lacks {
            let same = |other: &Lack| other.file == lack.file && other.range == lack.range && other.what == lack.what;
            if !self.judged.lacks.iter().any(same) {
                self.judged.lacks.push(lack);
            }
        }
        self.judged.loads = loads;
        self.judged.entry = Some(entry);
    }

    #[allow(clippy::too_many_arguments)]
    fn import(
        &self,
        view: &View<'_>,
        reach: &Reach,
        roots: &[crate::startup::Node],
        file: FileId,
        facts: &PythonFacts,
        index: usize,
        python: &Python,
        lacks: &mut Vec<(Vec<u32>, Lack)>,
    ) {
        let statement = &facts.imports[index];
        if !steps::runs(view, file, facts, index, statement) || statement.parsed.level > 0 {
            return;
        }
        for module in &statement.parsed.modules {
            for name in imports::lookups(statement.parsed.form, module, Sight::outside(view)) {
                let range = statement.absolute(module.range);
                let Some((what, distribution, doubt)) = self.lack_of(view, file, facts, module, &name, python) else {
                    continue;
                };
                let fate = chains::fate(view, reach, file, index);
                let order = order_of(&fate, roots, range);
                let lack = Lack {
                    file,
                    range,
                    what,
                    distribution,
                    fate: Some(fate),
                    import: Some(index),
                    is_certain: self.process.is_certain,
                    doubt,
                    start: 0,
                };
                lacks.push((order, lack));
            }
        }
    }

    /// What an import lacks, and why that is not sure.
    fn lack_of(
        &self,
        view: &View<'_>,
        file: FileId,
        facts: &PythonFacts,
        module: &pinlens_facts::python::ImportedModule,
        name: &str,
        python: &Python,
    ) -> Option<(What, Option<DistributionName>, Option<Box<str>>)> {
        match view.absolute(file, facts, module, name) {
            Found::Lacking(lacking) => {
                let Some(lacking) = lacking else {
                    let what = What::Unknown { module: ModuleName::new(name) };
                    return Some((what, None, Some(format!("nothing is known to provide `{name}`").into())));
                };
                let opaque = view.provided.opaque.as_ref();
                let opaque = opaque.map(|name| format!("it is not known what {name} requires").into());
                let doubt = self.doubt(About::Installed).or(opaque).or_else(|| self.doubt(About::Files));
                let what = What::Import { module: ModuleName::new(name), because: lacking.because.into() };
                Some((what, Some(lacking.best), doubt))
            }
            Found::Removed(last) => {
                let doubt = python.version.is_none().then(|| "the version of the image's Python is not known".into());
                let distribution =
                    pinlens_facts::knowledge::catalog::stdlib_replacements(name.split('.').next().unwrap_or_default())
                        .next();
                let doubt = doubt.or_else(|| self.doubt(About::Installed));
                Some((What::Removed { module: ModuleName::new(name), last }, distribution, doubt))
            }
            Found::OfWorkspace(files) => {
                let gone = files.iter().find(|file| view.path_of(**file).is_none())?;
                let changes = facts.traits.changes_path;
                let doubt = self.doubt(About::Files).or_else(|| changes.then(|| "the code changes sys.path".into()));
                let what = What::NotCopied { module: ModuleName::new(name), path: self.ws.path(*gone).as_str().into() };
                Some((what, None, doubt))
            }
            Found::Local { .. } | Found::Stdlib | Found::Provided => None,
        }
    }
}

/// When Python comes to a failure: the offsets on the way.
fn order_of(fate: &Fate, roots: &[crate::startup::Node], range: TextRange) -> Vec<u32> {
    match fate {
        Fate::Crash { start, chain, .. } => {
            let root = roots.iter().position(|root| root == start).unwrap_or_default();
            let way = chain.iter().flat_map(|link| [link.range.start, link.number]);
            [root as u32].into_iter().chain(way).chain([range.start]).collect()
        }
        _ => vec![u32::MAX],
    }
}

fn application_head(process: &Process) -> &str {
    match &process.program {
        Program::Command { path, .. } => base_name(path),
        Program::Module { module, .. } => module,
        _ => "",
    }
}
