//! Judges one start: which of its commands, modules and files are not there, and which of these end it.

mod names;
mod pytest;
mod walk;

use super::deployment::{Lack, Moment, What, unknown_needs};
use super::executable::{self, Executable};
use super::image::{About, Image, Python};
use super::provided::Provided;
use super::run::Shell;
use super::starts::Process;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::startup::entries::{By, Entry, Run};
use pinlens_facts::deploy::effects::{self, Ask, Effect, Install, Into, Tool};
use pinlens_facts::deploy::paths::base_name;
use pinlens_facts::deploy::start::Program;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::{DistributionName, PythonVersion};

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
    /// Whether it runs a Python, so that its start is followed.
    pub is_followed: bool,
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
            Program::Command { path, .. } if self.is_handler(path) => {
                let Some(python) = self.interpreter("python") else { return };
                let module = path.rsplit_once('.').map_or(path.as_str(), |(module, _)| module).replace('/', ".");
                self.object(&python, &cwd, &module, "", false);
            }
            Program::Command { path, .. } => match self.executable(path) {
                Executable::Script(python) => {
                    self.judged.is_followed = !self.installs();
                    if let Program::Command { arguments, .. } = &process.program {
                        if matches!(base_name(path), "pytest" | "py.test") {
                            self.plugins(&python, arguments);
                        }
                        self.asked_by_words(&python, base_name(path), arguments);
                    }
                    self.applied(&python, &cwd);
                }
                Executable::Own { python, entry } => {
                    self.judged.is_followed = true;
                    self.walk(&python, &[cwd], entry);
                }
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

    /// The Python that a word names.
    fn interpreter(&mut self, word: &str) -> Option<Python> {
        let found = match self.process.runner {
            Some(runner) => self.image.of_runner(runner, &self.process.folder),
            None => None,
        };
        let found = found.or_else(|| self.image.python(word).cloned());
        let found = found.or_else(|| self.image.python("python3").cloned().filter(|_| !word.contains('/')));
        if found.is_none() {
            self.judged.open = Some(format!("no Python is known in the image for `{word}`").into());
        }
        self.judged.is_followed = found.is_some();
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
        let is_place = |at: &super::image::Place| {
            matches!(self.ws.facts(at.file), Some(FileFacts::Deploy(_) | FileFacts::Settings(_) | FileFacts::Python(_)))
        };
        let Some(at) = self.process.at.filter(is_place) else { return };
        let is_file = matches!(what, What::Entry { .. });
        let is_unreachable = matches!(what, What::Unreachable { .. });
        let about = if is_file { About::Files } else { About::Installed };
        let is_again =
            |known: &Lack| distribution.is_some() && known.import.is_none() && known.distribution == distribution;
        if self.judged.lacks.iter().any(is_again) {
            return;
        }
        let is_command = matches!(what, What::Command { .. });
        let by_default = match &what {
            What::Entry { words, .. } => self.process.defaults.iter().find(|word| word.contains(&**words)),
            _ => None,
        };
        let by_default = by_default.map(|word| format!("a variable may name another than `{word}`").into());
        // any distribution may bring it of which it is not known what it requires
        let opaque = || Provided::of(self.ws, self.image, &|_| true).opaque.filter(|_| !is_file && !is_unreachable);
        let opaque = || opaque().map(|name| unknown_needs(&name));
        let doubt = self.doubt(about).or_else(|| self.doubt_of_entry(&what));
        let doubt = doubt.or_else(|| self.image.commands.fetched.clone().filter(|_| is_command));
        let doubt = doubt.or(by_default).or_else(opaque);
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
            moment: Moment::Start,
        });
    }

    /// Why a lack of that kind is not sure.
    fn doubt(&self, about: About) -> Option<Box<str>> {
        let open = self.image.unknown.iter().find(|unknown| unknown.about == about);
        open.map(|unknown| unknown.why.clone())
    }

    /// Why what is started may be there all the same: a module may be installed, where not all that is installed is known; and what
    /// is copied is not in the folder from which the image is built, so that another one is meant.
    fn doubt_of_entry(&self, what: &What) -> Option<Box<str>> {
        let What::Entry { words, looked_in } = what else { return None };
        let is_module = !words.ends_with(".py") && !words.contains('/');
        let installed = || self.doubt(About::Installed).filter(|_| is_module);
        let source = self.image.absent_source(self.ws, looked_in);
        source.map(|source| format!("{source} is copied, and is not in the workspace").into()).or_else(installed)
    }

    /// Whether the word is the handler of a Lambda image: its entry point imports the module and calls the function.
    fn is_handler(&self, word: &str) -> bool {
        let is_name =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let is_dotted = word.contains('.') && word.split(['.', '/']).all(is_name);
        self.image.environment.contains_key("LAMBDA_TASK_ROOT") && is_dotted
    }

    /// Whether the command installs something, and starts no application.
    fn installs(&self) -> bool {
        let Program::Command { path, arguments } = &self.process.program else { return false };
        let words: Vec<String> = [path].into_iter().chain(arguments).cloned().collect();
        !matches!(effects::effect(&words, None), Effect::Nothing)
    }

    fn is_celery(&self) -> bool {
        application_head(self.process) == "celery"
    }

    fn is_flask(&self) -> bool {
        application_head(self.process) == "flask"
    }

    fn entry(&self, file: FileId, run: Run, call: Option<Box<str>>) -> Entry {
        let at = self.process.at.map(|at| (at.file, at.line));
        let words: String = self.process.words.chars().take(80).collect();
        Entry { file, run, call, found: crate::startup::entries::Found { by: By::Command, at, words: words.into() } }
    }
}

fn application_head(process: &Process) -> &str {
    match &process.program {
        Program::Command { path, .. } => base_name(path),
        Program::Module { module, .. } => module,
        _ => "",
    }
}
