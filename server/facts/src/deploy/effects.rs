//! What a command of a build does to what is installed: from its words to an [`Effect`].
//!
//! Knows the installers' command lines, and nothing of files, images or which distribution has which modules.

mod pip;
pub(crate) use pip::selection;
mod projects;
mod system;

use super::paths::base_name;

/// What a command does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It installs something.
    Install(Install),
    /// It removes distributions.
    Uninstall(Vec<String>),
    /// It makes a virtual environment.
    Venv {
        /// Its folder.
        folder: String,
        /// The command of the Python that it is made of, as written; empty where it is the current one.
        python: String,
        /// Whether it sees what is installed for that Python.
        sees_system: bool,
    },
    /// It writes a list of requirements.
    Writes {
        /// The file.
        file: String,
        /// What the list holds.
        asks: Vec<Ask>,
    },
    /// It builds wheels into a folder.
    Wheels {
        /// The folder.
        folder: String,
        /// What the wheels are of.
        asks: Vec<Ask>,
        /// Whether the wheels of what these require are left out.
        alone: bool,
    },
    /// It copies, moves or links a file or a folder.
    Copies {
        /// From where.
        from: Vec<String>,
        /// To where.
        to: String,
        /// Whether `from` is there afterwards.
        keeps: bool,
    },
    /// It removes files.
    Removes(Vec<String>),
    /// It sets a variable that changes what other commands do: the same as in the environment.
    Sets(&'static str, String),
    /// It installs a Python of this version.
    Python(String),
    /// It may install or make something that its words do not tell; why, for messages.
    Opaque(String),
    /// Nothing that matters.
    Nothing,
}

/// What a command installs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Install {
    /// By which tool.
    pub tool: Tool,
    /// What is asked for.
    pub asks: Vec<Ask>,
    /// Where to.
    pub into: Into,
    /// Whether what that requires is left out (`--no-deps`).
    pub alone: bool,
    /// The folder in which the tool looks for the project; empty for the current one.
    pub folder: String,
}

/// Which tool installs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    /// pip, and what hands its words on to it; `easy_install` too.
    #[default]
    Pip,
    /// `uv pip install`: into an active environment, or with `--system`.
    UvPip,
    /// `uv sync`.
    Uv,
    /// `poetry install`.
    Poetry,
    /// `pdm install`, `pdm sync`.
    Pdm,
    /// `pipenv install`, `pipenv sync`.
    Pipenv,
    /// `conda install`, `mamba env update` and the like.
    Conda,
    /// Debian's packages.
    Apt,
    /// Alpine's packages.
    Apk,
    /// Packages of Fedora and the like.
    Dnf,
    /// `pipx install`, `uv tool install`: an environment for each command.
    Apart,
}

/// Where distributions are installed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Into {
    /// Where the command's Python looks.
    #[default]
    Current,
    /// The user's own folder: `--user`.
    User,
    /// A folder as such: `--target`.
    Target(String),
    /// A folder with `lib` and `bin`: `--prefix`, `--root`.
    Prefix(String),
    /// The system's Python, whatever is active: `--system`.
    System,
    /// Where this Python looks: `--python`, `python3.12 -m pip`, `/venv/bin/pip`.
    Python(String),
    /// A named environment of conda.
    Named(String),
}

/// One thing that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The requirements of a file: `-r`.
    File(String),
    /// A requirement by its words: `celery[redis]==5.4`.
    Named(String),
    /// A folder or an archive of a project.
    Project {
        /// Its path.
        path: String,
        /// The extras.
        extras: Vec<String>,
        /// Whether its code is used where it is.
        editable: bool,
    },
    /// Wheels by a pattern: `/wheels/*`.
    Wheels(String),
    /// What the project in the current folder locks or declares.
    Own(Selection),
    /// A file of conda: `environment.yml`.
    Environment(String),
    /// A package of the system.
    Package(String),
    /// Something that the words do not tell, as they are.
    Unknown(String),
}

/// Which parts of a project a tool installs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // each is an option of the command line
pub struct Selection {
    /// The extras that are named.
    pub extras: Vec<String>,
    /// All extras.
    pub all_extras: bool,
    /// The groups that are named beside those of every run.
    pub groups: Vec<String>,
    /// All groups.
    pub all_groups: bool,
    /// The groups that are left out.
    pub without: Vec<String>,
    /// Only these groups; `main` is what the project itself requires.
    pub only: Vec<String>,
    /// Whether development is left out: `--no-dev`, `--prod`, `--only main`.
    pub no_dev: bool,
    /// Whether the project itself is left out.
    pub no_project: bool,
    /// The member of the workspace that is installed in place of the current one.
    pub package: Option<String>,
    /// All members.
    pub all_packages: bool,
}

/// What a command of these words does. `words` are without assignments and wrappers; `output` is the file that its output is
/// written to.
pub fn effect(words: &[String], output: Option<&str>) -> Effect {
    let Some((first, arguments)) = words.split_first() else { return Effect::Nothing };
    let head = base_name(first);
    let python = if first.contains('/') { first.as_str() } else { "" };
    match head {
        _ if is_python(head) => python_effect(first, arguments, output),
        _ if is_pip(head) => pip::pip(arguments, python_beside(python), output),
        "uv" => pip::uv(arguments, output),
        "poetry" => projects::poetry(arguments, output),
        "pdm" => projects::pdm(arguments, output),
        "pipenv" => projects::pipenv(arguments, output),
        "pip-sync" | "pip-compile" | "easy_install" | "pipx" | "virtualenv" | "flit" | "hatch" | "rye"
        | "pip-tools" => pip::others(head, arguments, output),
        "conda" | "mamba" | "micromamba" | "pixi" => projects::conda(head, arguments),
        _ => system::effect(head, first, arguments, output),
    }
}

/// `python -m pip …`, `python setup.py install`, `python -m venv`.
fn python_effect(python: &str, arguments: &[String], output: Option<&str>) -> Effect {
    let Some((at, module)) = module_of(arguments) else {
        let file = arguments.iter().find(|word| !word.starts_with('-')).map(|word| base_name(word));
        let installs = arguments.iter().any(|word| matches!(word.as_str(), "install" | "develop"));
        return match file {
            Some("setup.py") if installs => {
                let path = arguments.iter().find(|word| base_name(word) == "setup.py").map_or(".", String::as_str);
                let path = path.rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned();
                let editable = arguments.iter().any(|word| word == "develop");
                let into = into_python(python);
                let asks = vec![Ask::Project { path, extras: Vec::new(), editable }];
                Effect::Install(Install { asks, into, ..Install::default() })
            }
            Some("get-pip.py" | "get-poetry.py" | "install-poetry.py" | "-") | None => Effect::Nothing,
            Some(_) => Effect::Nothing,
        };
    };
    let rest = arguments.get(at..).unwrap_or_default();
    let exact = if is_exact(python) { python } else { "" };
    match module {
        "pip" => pip::pip(rest, exact, output),
        "uv" => pip::uv(rest, output),
        "poetry" => projects::poetry(rest, output),
        "pdm" => projects::pdm(rest, output),
        "pipenv" => projects::pipenv(rest, output),
        "venv" | "virtualenv" => pip::venv(rest, python),
        "piptools" => match rest.split_first() {
            Some((first, rest)) => pip::others(&format!("pip-{first}"), rest, output),
            None => Effect::Nothing,
        },
        _ => Effect::Nothing,
    }
}

/// The module of `-m`, and where its arguments begin.
pub(crate) fn module_of(arguments: &[String]) -> Option<(usize, &str)> {
    let mut at = 0;
    while let Some(word) = arguments.get(at) {
        match word.as_str() {
            "-m" | "--module" => return Some((at + 2, arguments.get(at + 1)?)),
            "-W" | "-X" | "-Q" => at += 2,
            "-c" | "-" => return None,
            _ if word.starts_with("-m") => return Some((at + 1, &word[2..])),
            // `-um pip`
            _ if word.starts_with('-') && !word.starts_with("--") && word.ends_with('m') => {
                return Some((at + 2, arguments.get(at + 1)?));
            }
            _ if word.starts_with('-') => at += 1,
            _ => return None,
        }
    }
    None
}

/// `python`, `python3`, `python3.12`, `pypy3`.
pub(crate) fn is_python(head: &str) -> bool {
    let version = ["python", "pypy"].iter().find_map(|name| head.strip_prefix(name));
    version.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

fn is_pip(head: &str) -> bool {
    head.strip_prefix("pip").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

/// Whether a word names one Python, and not whichever is first on the path.
fn is_exact(python: &str) -> bool {
    python.contains('/') || python.contains('.')
}

fn into_python(python: &str) -> Into {
    if is_exact(python) { Into::Python(python.to_owned()) } else { Into::Current }
}

/// The Python of `/venv/bin/pip`: what stands in its folder.
fn python_beside(pip: &str) -> &str {
    pip
}

/// Options that take a value, by their names; what follows a word of them, or its `=`.
#[allow(clippy::struct_field_names)] // the words are what it holds
pub(crate) struct Words<'a> {
    words: &'a [String],
    valued: &'static [&'static str],
    at: usize,
}

/// A word of a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word<'a> {
    /// An option, with its value where it takes one.
    Option(&'a str, &'a str),
    /// Another word.
    Free(&'a str),
}

impl<'a> Words<'a> {
    pub fn new(words: &'a [String], valued: &'static [&'static str]) -> Self {
        Self { words, valued, at: 0 }
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        let word = self.words.get(self.at)?.as_str();
        self.at += 1;
        if !word.starts_with('-') || word == "-" {
            return Some(Word::Free(word));
        }
        if word.starts_with("--") {
            if let Some((name, value)) = word.split_once('=') {
                return Some(Word::Option(name, value));
            }
            if !self.valued.contains(&word) {
                return Some(Word::Option(word, ""));
            }
        } else if !self.valued.contains(&word) {
            // `-rfile`
            let glued = word.char_indices().nth(2).map(|(at, _)| word.split_at(at));
            return Some(match glued.filter(|(name, _)| self.valued.contains(name)) {
                Some((name, value)) => Word::Option(name, value.trim_start_matches('=')),
                None => Word::Option(word, ""),
            });
        }
        let value = self.words.get(self.at).map_or("", String::as_str);
        self.at += 1;
        Some(Word::Option(word, value))
    }
}
