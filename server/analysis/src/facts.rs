//! What pinlens keeps of a file, and the one table of the kinds of files that it reads.

use crate::manifest::{self, lock::LockFacts};
use crate::names::{FilePath, PythonVersion};
use crate::python::{self, ParseStatement, PythonFacts};
use crate::requirements::{self, Format, RequirementsFacts};
use crate::text::{Encoding, LineIndex, Position, SparseLines};
use crate::uses::{self, Mentions};

/// The kinds of files that pinlens reads. The loader, the watcher and the document selectors all ask this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// `*.py`, `*.pyi`.
    Python,
    /// A Python file that configures something (`settings.py`, `conf.py`, `setup.py`…): its strings name what it uses.
    PythonSettings,
    /// A requirements or constraints file, by its name; or any file that a `-r` or `-c` reaches.
    Requirements,
    /// `pyproject.toml` and `pinlens.toml`.
    Settings,
    /// A manifest that holds no settings of pinlens: `setup.cfg`, `Pipfile`, conda's `environment.yml`.
    Manifest(Format),
    /// `setup.py`: a [`FileKind::PythonSettings`] that declares requirements.
    Setup,
    /// A lock file: `uv.lock`, `poetry.lock`, `pdm.lock`, `Pipfile.lock`, `pylock.toml`.
    Lock,
    /// `pytest.ini`: it may put folders on `sys.path`, and commands and plugins are written down in it.
    Pytest,
    /// A file in which projects write commands and plugins down: Procfile, Dockerfile, CI workflows, tool settings…
    Mentions,
    /// Not read, but it may be a module: `*.so`, `*.pyd`, `*.pyx`.
    Module,
}

impl FileKind {
    /// What a file is, by its path; `None` for what is none of ours.
    pub fn of(path: &FilePath) -> Option<Self> {
        let name = path.file_name();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        match extension {
            "py" if name == "setup.py" => Some(Self::Setup),
            "py" if uses::is_settings(path) => Some(Self::PythonSettings),
            "py" | "pyi" => Some(Self::Python),
            "so" | "pyd" | "pyx" => Some(Self::Module),
            "toml" if matches!(name, "pyproject.toml" | "pinlens.toml") => Some(Self::Settings),
            "cfg" if name == "setup.cfg" => Some(Self::Manifest(Format::SetupCfg)),
            "" if name == "Pipfile" => Some(Self::Manifest(Format::Pipfile)),
            "yml" | "yaml" if is_environment(path.stem()) => Some(Self::Manifest(Format::Conda)),
            "ini" if matches!(name, "pytest.ini" | ".pytest.ini") => Some(Self::Pytest),
            "lock" if matches!(name, "uv.lock" | "poetry.lock" | "pdm.lock" | "Pipfile.lock") => Some(Self::Lock),
            "toml" if name == "pylock.toml" || name.starts_with("pylock.") => Some(Self::Lock),
            "txt" | "in" if is_requirements(path) => Some(Self::Requirements),
            _ => uses::is_written_down_in(path).then_some(Self::Mentions),
        }
    }
}

/// `*requirement*.{txt,in}`, `*constraint*.{txt,in}`, and every `.txt` or `.in` in a folder called `requirements`.
fn is_requirements(path: &FilePath) -> bool {
    let name = path.file_name().to_ascii_lowercase();
    let folder = path.folder().rsplit('/').next().unwrap_or_default();
    name.contains("requirement") || name.contains("constraint") || folder == "requirements" || folder == "reqs"
}

/// `environment.yml`, and those for a purpose: `environment-dev.yml`, `dev-environment.yml`.
fn is_environment(stem: &str) -> bool {
    let mut words = stem.split(['-', '_', '.']);
    words.next() == Some("environment") || words.next_back() == Some("environment")
}

/// What is kept of one file.
#[derive(Clone, Debug, PartialEq)]
pub enum FileFacts {
    /// A Python file.
    Python(PythonFacts),
    /// A requirements or constraints file.
    Requirements(Box<RequirementsFacts>),
    /// A settings file, or a manifest that is no requirements file.
    Settings(Box<SettingsFacts>),
    /// A lock file.
    Lock(Box<LockFacts>),
    /// A file that mentions commands and plugins.
    Mentions(Box<Mentions>),
    /// A module that is not read.
    Module,
}

/// What a manifest says of its project beside pinlens's own settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SettingsFacts {
    /// The lower bound of the Python that it asks for.
    pub python: Option<PythonVersion>,
    /// The project's own name.
    pub name: Option<crate::names::DistributionName>,
    /// Every distribution that pyproject.toml or setup.cfg declares, sorted, each once; empty for other files.
    pub declared: Vec<crate::names::DistributionName>,
    /// The requirements of every table of dependencies, with their places; `None` for a file that never declares any.
    pub declarations: Option<Box<RequirementsFacts>>,
    /// Folders, relative to the file's own, that it puts on `sys.path`: where it says that packages lie, or tests are run.
    pub roots: Vec<Box<str>>,
    /// The commands and plugins that it names, where its kind of file is asked for them.
    pub mentions: Mentions,
    /// The whole text: pinlens's own settings in it are checked where it stands.
    pub text: Box<str>,
}

impl FileFacts {
    /// Reads `text` as `kind`. Pure and total: any text gives a value.
    pub fn of(kind: FileKind, text: &str, parse: &ParseStatement) -> Self {
        match kind {
            FileKind::Python => Self::Python(python_facts(text, parse)),
            FileKind::PythonSettings => {
                Self::Python(PythonFacts { mentions: Mentions::of_strings(text), ..python_facts(text, parse) })
            }
            FileKind::Setup => Self::Python(setup_facts(text, parse)),
            FileKind::Requirements => Self::Requirements(Box::new(requirements::parse(text))),
            FileKind::Settings => Self::Settings(Box::new(SettingsFacts {
                text: text.into(),
                ..manifest::settings(Format::Pyproject, text)
            })),
            FileKind::Manifest(format) => Self::Settings(Box::new(manifest::settings(format, text))),
            FileKind::Pytest => Self::Settings(Box::new(SettingsFacts {
                roots: manifest::setup_cfg::pytest_roots(text),
                mentions: Mentions::of(text),
                ..SettingsFacts::default()
            })),
            FileKind::Lock => Self::Lock(Box::new(manifest::lock::parse(text))),
            FileKind::Mentions => Self::Mentions(Box::new(Mentions::of(text))),
            FileKind::Module => Self::Module,
        }
    }

    /// The requirements that the file declares, whatever its format.
    pub fn declarations(&self) -> Option<&RequirementsFacts> {
        match self {
            Self::Requirements(facts) => Some(facts),
            Self::Settings(facts) => facts.declarations.as_deref(),
            Self::Python(facts) => facts.declares.as_deref(),
            Self::Mentions(_) | Self::Lock(_) | Self::Module => None,
        }
    }

    /// The position of `offset`, which must be an end of a range that these facts hold.
    pub fn position(&self, offset: u32, encoding: Encoding) -> Position {
        match self {
            Self::Python(PythonFacts { declares: None, lines, .. }) => lines.position(offset, encoding),
            Self::Settings(facts) if facts.declarations.is_none() => {
                LineIndex::new(&facts.text).position(&facts.text, offset, encoding)
            }
            Self::Python(_)
            | Self::Requirements(_)
            | Self::Settings(_)
            | Self::Mentions(_)
            | Self::Lock(_)
            | Self::Module => match self.declarations() {
                Some(facts) => facts.lines.position(&facts.text, offset, encoding),
                None => SparseLines::default().position(offset, encoding),
            },
        }
    }
}

/// What a Python file says: its imports, and what the block of a script declares (PEP 723).
fn python_facts(text: &str, parse: &ParseStatement) -> PythonFacts {
    let facts = python::scan::scan(text, parse);
    match manifest::script::read(text) {
        Some((declares, python)) => PythonFacts { declares: Some(Box::new(declares)), python, ..facts },
        None => facts,
    }
}

fn setup_facts(text: &str, parse: &ParseStatement) -> PythonFacts {
    let setup = manifest::setup_py::read(text);
    PythonFacts {
        mentions: Mentions::of_strings(text),
        declares: Some(Box::new(setup.declares)),
        python: setup.python,
        roots: setup.roots.into(),
        ..python::scan::scan(text, parse)
    }
}
