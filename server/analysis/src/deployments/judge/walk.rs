//! The walk from what a process runs first: what it loads, and which of that is not there.

use super::super::demands::{self, Unmet};
use super::super::deployment::{Lack, Moment, What, unknown_needs};
use super::super::image::{About, Python};
use super::super::provided::Provided;
use super::super::view::{Found, View};
use super::One;
use crate::imports;
use crate::model::ids::FileId;
use crate::startup::chains::{self, Fate};
use crate::startup::django;
use crate::startup::entries::{Entry, Run};
use crate::startup::reach::{self, Reach};
use crate::startup::sight::Sight;
use crate::startup::{MAIN, Node, steps};
use pinlens_facts::deploy::paths::{below, joined};
use pinlens_facts::deploy::start::Program;
use pinlens_facts::python::django::{Named, Replaced, When};
use pinlens_facts::python::loading::MODULE;
use pinlens_facts::python::{ImportStatement, ImportedModule, PythonFacts};
use pinlens_facts::words::names::{DistributionName, ModuleName};
use pinlens_facts::words::text::TextRange;

/// What is not there, why that is not sure, and the distribution that would bring it.
type Absent = (What, Option<DistributionName>, Option<Box<str>>);

/// One walk.
struct Walked<'a> {
    view: &'a View<'a>,
    python: &'a Python,
    reach: &'a Reach,
    roots: &'a [Node],
    moment: Moment,
    /// Whether the first file is run as a module of its package.
    is_module: bool,
    /// Whether a file that is loaded changes `sys.path`.
    changes_path: bool,
}

impl One<'_> {
    pub(super) fn view(&self, python: &Python, first: &[String]) -> View<'_> {
        let mut path: Vec<String> = first.to_vec();
        let extra = self.image.environment.get("PYTHONPATH").map_or("", String::as_str);
        path.extend(extra.split(':').filter(|folder| !folder.is_empty()).map(|folder| self.image.absolute(folder)));
        let mut sites = python.sites.clone();
        if python.base.is_none() {
            let folder = super::super::image::folder_of(python.version);
            sites.push(joined(&self.image.home(), &format!(".local/lib/{folder}/site-packages")));
        }
        // what lies in a folder of the path is as good as installed
        let all: Vec<String> = path.iter().chain(&sites).cloned().collect();
        let links =
            self.image.own.links.iter().filter(|link| all.iter().any(|site| below(&link.site, site) == Some("")));
        path.extend(sites.iter().cloned());
        path.extend(links.map(|link| link.to.clone()));
        let provided = Provided::in_sites(self.ws, self.image, &all);
        let arguments: &[String] = match &self.process.program {
            Program::File { arguments, .. } | Program::Module { arguments, .. } => arguments,
            _ => &[],
        };
        View::new(self.ws, self.image, path, provided, python.version.unwrap_or_else(|| self.ws.target()))
            .with_arguments(arguments)
    }

    pub(super) fn walk(&mut self, python: &Python, first: &[String], entry: Entry) {
        let at = self.image.path_of(self.ws, self.ws.path(entry.file).as_str()).unwrap_or_default();
        self.walk_from(python, first, entry, &at);
    }

    /// Follows what the entry loads, and enters what is not there.
    pub(super) fn walk_from(&mut self, python: &Python, first: &[String], entry: Entry, at: &str) {
        let view = self.view(python, first);
        view.place(entry.file, at);
        let mut roots = reach::roots(&view, &entry);
        if self.is_celery() {
            roots.extend(of_worker(&view, entry.file));
        }
        let reach = Reach::from(&view, &roots);
        let walked = Walked {
            view: &view,
            python,
            reach: &reach,
            roots: &roots,
            moment: Moment::Start,
            is_module: entry.run != Run::Script,
            changes_path: self.changes_path(&reach),
        };
        let mut lacks = self.lacks(&walked);
        let mut loads: Vec<FileId> = reach.order.iter().map(|node| node.0).collect();
        // what the first request comes to
        let requests = at_requests(&reach);
        let later = Reach::from(&view, &requests);
        let walked = Walked { reach: &later, roots: &requests, moment: Moment::Request, ..walked };
        let is_known =
            |lack: &Lack| lacks.iter().any(|(_, other)| other.file == lack.file && other.range == lack.range);
        let behind: Vec<_> = self.lacks(&walked).into_iter().filter(|(_, lack)| !is_known(lack)).collect();
        lacks.extend(behind);
        loads.extend(later.order.iter().map(|node| node.0));
        loads.sort_unstable();
        loads.dedup();
        lacks.extend(self.demands(&view, &reach, &loads));
        drop(view);
        self.enter(lacks, loads);
        self.judged.entry = Some(entry);
    }

    /// Whether any file that a walk came to changes `sys.path`.
    fn changes_path(&self, reach: &Reach) -> bool {
        reach.order.iter().any(|node| chains::python(self.ws, node.0).is_some_and(|facts| facts.traits.changes_path))
    }

    /// Keeps what was found, each once.
    fn enter(&mut self, lacks: Vec<(Vec<u32>, Lack)>, loads: Vec<FileId>) {
        for (_, lack) in lacks {
            let same = |other: &Lack| other.file == lack.file && other.range == lack.range && other.what == lack.what;
            if !self.judged.lacks.iter().any(same) {
                self.judged.lacks.push(lack);
            }
        }
        self.judged.loads.extend(loads);
        self.judged.loads.sort_unstable();
        self.judged.loads.dedup();
    }

    /// What a walk comes to that is not there, in the order in which Python comes to it.
    fn lacks(&self, walked: &Walked<'_>) -> Vec<(Vec<u32>, Lack)> {
        let mut lacks: Vec<(Vec<u32>, Lack)> = Vec::new();
        for node in &walked.reach.order {
            let Some(facts) = chains::python(self.ws, node.0) else { continue };
            for index in 0..facts.imports.len() {
                if steps::runs_in(facts, *node, index) {
                    self.import(walked, node.0, facts, index, &mut lacks);
                }
            }
            for (index, named) in django::of(facts).iter().flat_map(|django| django.named.iter().enumerate()) {
                // it is loaded already when its `ready` runs
                if django::is_in(named, node.1) && named.when != When::Ready {
                    self.named(walked, node.0, facts, (index, named), &mut lacks);
                }
            }
        }
        lacks.sort_by(|(a, _), (b, _)| a.cmp(b));
        lacks
    }

    /// What the code requests next to its imports.
    fn demands(&self, view: &View<'_>, reach: &Reach, loads: &[FileId]) -> Vec<(Vec<u32>, Lack)> {
        let has = |name: &DistributionName| view.provided.names.contains(name);
        let opaque = view.provided.opaque.as_ref();
        let opaque = opaque.map(unknown_needs);
        let doubt = self.doubt(About::Installed).or(opaque);
        let mut found = Vec::new();
        for file in loads {
            // the backends of a database are loaded as Django is set up
            let is_set_up = reach
                .phases(*file)
                .iter()
                .any(|scope| django::phase_of(*scope).is_some_and(|(when, _)| when == When::Setup));
            let unmet = demands::unmet(self.ws, *file, view.python, &has, &|_| false);
            // what a call needs ends no start
            for unmet in unmet.into_iter().filter(Unmet::is_of_start) {
                let of_worker = unmet.is_url && self.is_celery() && unmet.host == "celery";
                let of_backend = is_set_up && unmet.host == "django" && unmet.atom.starts_with("setting:ENGINE");
                let lack = Lack {
                    file: *file,
                    range: unmet.range,
                    what: What::Demand { host: unmet.host.into(), source: unmet.source.into() },
                    distribution: Some(unmet.needs),
                    fate: None,
                    import: None,
                    // that the line runs is known of these alone
                    is_certain: self.process.is_certain && (of_worker || of_backend),
                    doubt: doubt.clone(),
                    start: 0,
                    moment: Moment::Start,
                };
                found.push((vec![u32::MAX], lack));
            }
        }
        found
    }

    fn import(
        &self,
        walked: &Walked<'_>,
        file: FileId,
        facts: &PythonFacts,
        index: usize,
        lacks: &mut Vec<(Vec<u32>, Lack)>,
    ) {
        let statement = &facts.imports[index];
        if !steps::runs(walked.view, file, facts, index, statement) {
            return;
        }
        if statement.parsed.level > 0 {
            lacks.extend(self.relative(walked, file, statement, index));
            return;
        }
        let fate = || chains::fate(walked.view, walked.reach, file, index);
        self.statement(walked, file, facts, statement, &fate, &mut |order, absent: Absent, range, fate| {
            lacks.push((order, self.lack(walked, file, range, absent, fate, Some(index))));
        });
    }

    /// A relative import of the file that is run by its path: it has no package.
    fn relative(
        &self,
        walked: &Walked<'_>,
        file: FileId,
        statement: &ImportStatement,
        index: usize,
    ) -> Option<(Vec<u32>, Lack)> {
        if !walked.roots.contains(&(file, MAIN)) || walked.is_module {
            return None;
        }
        let module = statement.parsed.modules.first()?;
        let range = statement.absolute(module.range);
        let fate = chains::fate(walked.view, walked.reach, file, index);
        let what = What::Relative { module: module.name.clone() };
        Some((
            order_of(&fate, walked.roots, range),
            self.lack(walked, file, range, (what, None, None), fate, Some(index)),
        ))
    }

    /// A module that a string of settings names.
    fn named(
        &self,
        walked: &Walked<'_>,
        file: FileId,
        facts: &PythonFacts,
        (index, named): (usize, &Named),
        lacks: &mut Vec<(Vec<u32>, Lack)>,
    ) {
        let fate = || chains::fate_of_named(walked.view, walked.reach, file, index);
        self.statement(walked, file, facts, &named.statement, &fate, &mut |order, (what, name, doubt), range, fate| {
            let what = match what {
                What::Import { module, because } => What::Named { module, because, by: named.by.name() },
                What::NotCopied { .. } => what,
                // of another name it is not known what it is
                _ => return,
            };
            lacks.push((order, self.lack(walked, file, range, (what, name, doubt), fate, None)));
        });
    }

    /// What the modules of a statement lack.
    fn statement(
        &self,
        walked: &Walked<'_>,
        file: FileId,
        facts: &PythonFacts,
        statement: &ImportStatement,
        fate: &dyn Fn() -> Fate,
        found: &mut dyn FnMut(Vec<u32>, Absent, TextRange, Fate),
    ) {
        for module in &statement.parsed.modules {
            for name in imports::lookups(statement.parsed.form, module, Sight::outside(walked.view)) {
                let Some(absent) = self.lack_of(walked, file, facts, module, &name) else {
                    continue;
                };
                let (range, fate) = (statement.absolute(module.range), fate());
                found(order_of(&fate, walked.roots, range), absent, range, fate);
            }
        }
    }

    fn lack(
        &self,
        walked: &Walked<'_>,
        file: FileId,
        range: TextRange,
        (what, distribution, doubt): Absent,
        fate: Fate,
        import: Option<usize>,
    ) -> Lack {
        let (is_certain, fate, start, moment) = (self.process.is_certain, Some(fate), 0, walked.moment);
        Lack { file, range, what, distribution, fate, import, is_certain, doubt, start, moment }
    }

    /// What an import lacks, and why that is not sure.
    fn lack_of(
        &self,
        walked: &Walked<'_>,
        file: FileId,
        facts: &PythonFacts,
        module: &ImportedModule,
        name: &str,
    ) -> Option<Absent> {
        let view = walked.view;
        match view.absolute(file, facts, module, name) {
            Found::Lacking(lacking) => {
                let Some(lacking) = lacking else {
                    let what = What::Unknown { module: ModuleName::new(name) };
                    return Some((what, None, Some(format!("nothing is known to provide `{name}`").into())));
                };
                // one whose name has the module's word may bring it: django-dotenv brings `dotenv`
                let may_bring = view.provided.may_bring(name).map(|by| format!("{by} may provide `{name}`").into());
                let opaque = view.provided.opaque.as_ref();
                let opaque = opaque.map(unknown_needs);
                let doubt = self.doubt(About::Installed).or(may_bring).or(opaque).or_else(|| self.doubt(About::Files));
                let what = What::Import { module: ModuleName::new(name), because: lacking.because.into() };
                Some((what, Some(lacking.best), doubt))
            }
            Found::Removed(last) => {
                let doubt =
                    walked.python.version.is_none().then(|| "the version of the image's Python is not known".into());
                let distribution =
                    pinlens_facts::knowledge::catalog::stdlib_replacements(name.split('.').next().unwrap_or_default())
                        .next();
                let doubt = doubt.or_else(|| self.doubt(About::Installed));
                Some((What::Removed { module: ModuleName::new(name), last }, distribution, doubt))
            }
            Found::OfWorkspace(files) => {
                let Some(gone) = files.iter().find(|file| view.path_of(**file).is_none()) else {
                    return self.not_on_path(walked, *files.first()?, name);
                };
                let changes = walked.changes_path;
                let top = name.split('.').next().unwrap_or_default();
                let absent = self.image.files.absent.iter().find(|one| one.trim_end_matches(".py") == top);
                let absent =
                    absent.map(|one| format!("`{one}` is copied, and is not in the folder of the build").into());
                let doubt = self.doubt(About::Files).or(absent);
                let doubt = doubt.or_else(|| changes.then(|| "the code changes sys.path".into()));
                let what = What::NotCopied { module: ModuleName::new(name), path: self.ws.path(*gone).as_str().into() };
                Some((what, None, doubt))
            }
            Found::Local { .. } | Found::Stdlib | Found::Provided => None,
        }
    }
}

impl One<'_> {
    /// A module that lies in the image, and in no folder in which Python looks.
    fn not_on_path(&self, walked: &Walked<'_>, file: FileId, name: &str) -> Option<Absent> {
        // what the settings name as a root is on the path in a way that nothing shows
        let path = self.ws.path(file).as_str();
        let is_below = |root: &String| below(path, root.trim_matches('/')).is_some();
        if self.ws.config().roots.iter().any(is_below) {
            return None;
        }
        let changed = || walked.changes_path.then(|| "the code changes sys.path".into());
        let open = [About::Path, About::Installed, About::Files].into_iter().find_map(|about| self.doubt(about));
        let what = What::NotOnPath { module: ModuleName::new(name), path: path.into() };
        Some((what, None, open.or_else(changed)))
    }
}

/// What a worker of Celery loads of a project of Django whose application looks for tasks: the settings, and two phases of them.
fn of_worker(view: &View<'_>, file: FileId) -> Vec<Node> {
    let Some(facts) = chains::python(view.ws, file) else { return Vec::new() };
    let of_file = django::of(facts).filter(|django| django.finds_tasks);
    let Some((files, settings)) = of_file.and_then(|of| django::modules(view, file, facts, of)) else {
        return Vec::new();
    };
    let phases =
        [When::Setup, When::Ready, When::Tasks].map(|when| (settings, django::phase(when, Replaced::default())));
    files.into_iter().map(|file| (file, MODULE)).chain(phases).collect()
}

/// What handlers that are made come to with the first request.
fn at_requests(reach: &Reach) -> Vec<Node> {
    let handlers = reach.order.iter().filter_map(|(file, scope)| {
        let (when, replaced) = django::phase_of(*scope)?;
        (when == When::Handler).then(|| (*file, django::phase(When::Request, replaced)))
    });
    handlers.collect()
}

/// When Python comes to a failure: the offsets on the way.
fn order_of(fate: &Fate, roots: &[Node], range: TextRange) -> Vec<u32> {
    match fate {
        Fate::Crash { start, chain, .. } => {
            let root = roots.iter().position(|root| root == start).unwrap_or_default();
            let way = chain.iter().flat_map(|link| [link.range.start, link.number]);
            [root as u32].into_iter().chain(way).chain([range.start]).collect()
        }
        _ => vec![u32::MAX],
    }
}
