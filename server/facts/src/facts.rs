//! What pinlens keeps of a file, and the one table of the kinds of files that it reads.

mod parts;

pub use parts::{Declares, Frame, Kind};

use crate::deploy::DeployFacts;
use crate::formats::toml;
use crate::manifest::{self, Layout, SettingsFacts, lock::LockFacts};
use crate::mentions::{self, Family, MentionKind, Mentions};
use crate::python::notebook::ReadCell;
use crate::python::{self, ParseStatement, PythonFacts};
use crate::requirements::{self, Format, Group, RequirementsFacts, Unknown, UnknownReason};
use crate::words::names::{DistributionName, FilePath};
use crate::words::text::{Encoding, LineIndex, Position, SparseLines, TextRange};
use std::sync::Arc;
use thiserror::Error;

/// The kinds of files that pinlens reads. The loader, the watcher and the document selectors all use this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// `*.py`, and scripts that say so; see [`FileKind::of_script`].
    Python,
    /// `*.pyi`: read by type checkers only.
    Stub,
    /// `*.ipynb`, a Jupyter notebook.
    Notebook,
    /// A Python file that configures something (`settings.py`, `conf.py`, `setup.py`…): its strings name what it uses.
    PythonSettings,
    /// A requirements or constraints file, by its name; or any file that a `-r` or `-c` reaches.
    Requirements,
    /// `pyproject.toml`.
    Settings,
    /// `pinlens.toml`: it declares nothing.
    OwnSettings,
    /// A manifest that holds no settings of pinlens: `setup.cfg`, `Pipfile`, conda's `environment.yml`.
    Manifest(Format),
    /// `setup.py`: a [`FileKind::PythonSettings`] that declares requirements.
    Setup,
    /// A lock file: `uv.lock`, `poetry.lock`, `pdm.lock`, `Pipfile.lock`, `pylock.toml`.
    Lock,
    /// `pytest.ini` and `tox.ini`: it may put folders on `sys.path`, and commands and plugins are written down in it.
    Pytest,
    /// A file in which projects write commands and plugins down: Procfile, Dockerfile, CI workflows, tool settings…
    Mentions(Family),
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
            "py" if mentions::is_settings(path) => Some(Self::PythonSettings),
            "py" => Some(Self::Python),
            "pyi" => Some(Self::Stub),
            "ipynb" => Some(Self::Notebook),
            "so" | "pyd" | "pyx" => Some(Self::Module),
            "toml" if name == "pyproject.toml" => Some(Self::Settings),
            "toml" if name == "pinlens.toml" => Some(Self::OwnSettings),
            "cfg" if name == "setup.cfg" => Some(Self::Manifest(Format::SetupCfg)),
            "toml" if name == "pixi.toml" => Some(Self::Manifest(Format::Pixi)),
            "" if name == "Pipfile" => Some(Self::Manifest(Format::Pipfile)),
            "yml" | "yaml" if is_environment(path.stem()) => Some(Self::Manifest(Format::Conda)),
            "ini" if matches!(name, "pytest.ini" | ".pytest.ini" | "tox.ini") => Some(Self::Pytest),
            "lock" if matches!(name, "uv.lock" | "poetry.lock" | "pdm.lock" | "Pipfile.lock") => Some(Self::Lock),
            "toml" if name == "pylock.toml" || name.starts_with("pylock.") => Some(Self::Lock),
            "txt" | "in" if is_requirements(path) => Some(Self::Requirements),
            _ => Family::of(path).map(Self::Mentions),
        }
    }

    /// Whether it is code in Python.
    pub fn is_python(self) -> bool {
        matches!(self, Self::Python | Self::Stub | Self::Notebook | Self::PythonSettings | Self::Setup)
    }

    /// The format in which such a file declares requirements, where it is a manifest.
    pub fn format(self) -> Option<Format> {
        match self {
            Self::Requirements => Some(Format::Requirements),
            Self::Settings => Some(Format::Pyproject),
            Self::Manifest(format) => Some(format),
            Self::Setup => Some(Format::SetupPy),
            Self::Python
            | Self::Stub
            | Self::Notebook
            | Self::PythonSettings
            | Self::OwnSettings
            | Self::Lock
            | Self::Pytest
            | Self::Mentions(_)
            | Self::Module => None,
        }
    }

    /// Whether settings of pinlens may stand in the file.
    pub fn has_settings(self) -> bool {
        matches!(self, Self::Settings | Self::OwnSettings)
    }

    /// Whether a file without a kind by its path may be a script that says so in its first line: its name has no dot.
    pub fn may_be_script(path: &FilePath) -> bool {
        !path.file_name().contains('.')
    }

    /// The kind of a file whose path gives none, by its first bytes: `#!/usr/bin/env python3` makes it Python, and
    /// `#!/bin/sh` a script of commands.
    pub fn of_script(path: &FilePath, start: &[u8]) -> Option<Self> {
        let line = start.strip_prefix(b"#!")?.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
        let line = String::from_utf8_lossy(line);
        match Self::may_be_script(path) {
            true if is_python_command(&line) => Some(Self::Python),
            true if is_shell(&line) => Some(Self::Mentions(Family::SHELL)),
            _ => None,
        }
    }
}

/// Whether a `#!` line runs Python: `/usr/bin/python3.12 -u`, `/usr/bin/env -S uv run --script`.
fn is_python_command(line: &str) -> bool {
    let mut words = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or_default());
    let is_python = |word: &str| {
        ["python", "pypy"].iter().filter_map(|name| word.strip_prefix(name)).any(|version| {
            let version = version.strip_suffix(".exe").unwrap_or(version);
            version.trim_start_matches('w').bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        })
    };
    match words.next() {
        Some("env") => {
            let words: Vec<&str> = words.filter(|word| !word.starts_with('-') && !word.contains('=')).collect();
            match words.as_slice() {
                [tool, "run", ..] => matches!(*tool, "uv" | "pipx" | "hatch" | "pdm" | "poetry"),
                [program, ..] => is_python(program) || matches!(*program, "ipython" | "ipython3" | "sage"),
                [] => false,
            }
        }
        Some("uv" | "pipx") => words.any(|word| word == "run"),
        Some(program) => is_python(program),
        None => false,
    }
}

/// Whether a `#!` line runs a shell: `/bin/sh -e`, `/usr/bin/env bash`.
fn is_shell(line: &str) -> bool {
    let mut words = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or_default());
    let first = words.next().unwrap_or_default();
    // `env` and the wrappers of supervisors (`with-contenv sh`) run what follows
    let shell = if matches!(first, "env" | "with-contenv" | "execlineb" | "nice" | "setuidgid") {
        words.find(|word| !word.starts_with('-')).unwrap_or_default()
    } else {
        first
    };
    matches!(shell, "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh")
}

/// `*requirement*.{txt,in}`, `*constraint*.{txt,in}`, and every `.txt` or `.in` in a folder called `requirements`.
fn is_requirements(path: &FilePath) -> bool {
    let name = path.file_name().to_ascii_lowercase();
    let folder = path.folder().rsplit('/').next().unwrap_or_default();
    name.contains("requirement") || name.contains("constraint") || folder == "requirements" || folder == "reqs"
}

/// `environment.yml` and `env.yml`, and those for a purpose: `environment-dev.yml`, `dev-environment.yml`; `conda.yml`.
fn is_environment(stem: &str) -> bool {
    let is_word = |word: Option<&str>| matches!(word, Some("environment" | "env"));
    let mut words = stem.split(['-', '_', '.']);
    stem == "conda" || is_word(words.next()) || is_word(words.next_back())
}

/// What is kept of one file.
#[derive(Clone, Debug, PartialEq)]
pub enum FileFacts {
    /// A Python file, a stub or a notebook.
    Python(PythonFacts),
    /// A requirements or constraints file.
    Requirements(Box<RequirementsFacts>),
    /// A settings file, or a manifest that is no requirements file.
    Settings(Box<SettingsFacts>),
    /// A lock file.
    Lock(Box<LockFacts>),
    /// A file that mentions commands and plugins.
    Mentions(Box<Mentions>),
    /// A file that says something of deployments, and mentions commands.
    Deploy(Box<DeployFacts>),
    /// A module that is not read.
    Module,
    /// A file or folder that is there, but whose content is not known.
    Unread(Box<UnreadFacts>),
}

/// Why the content of a file or folder is not known.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnreadReason {
    /// It lies outside of what may be read, or it is a link that leads there.
    #[error("it lies outside the workspace and its repository")]
    Outside,
    /// It could not be read or decoded; why, in words for the user.
    #[error("{0}")]
    Failed(Box<str>),
}

/// What is known of a file or folder that is there and was not read.
#[derive(Clone, Debug, PartialEq)]
pub struct UnreadFacts {
    /// Why not.
    pub reason: UnreadReason,
    /// What it would have been read as; `None` for a folder.
    pub kind: Option<FileKind>,
    /// Of a manifest, declarations of which all is unknown.
    pub declares: Option<Box<RequirementsFacts>>,
}

impl UnreadFacts {
    /// Whether it can be imported, whatever it holds.
    pub fn is_module(&self) -> bool {
        matches!(
            self.kind,
            Some(FileKind::Python | FileKind::PythonSettings | FileKind::Setup | FileKind::Stub | FileKind::Module)
        )
    }

    /// Whether something in it may use a requirement. A folder outside may be any data that is linked.
    pub fn may_use(&self) -> bool {
        match self.kind {
            None => self.reason != UnreadReason::Outside,
            Some(FileKind::Requirements | FileKind::OwnSettings | FileKind::Module) => false,
            Some(_) => true,
        }
    }
}

impl FileFacts {
    /// Reads `text` as `kind`. Pure and total: any text gives a value.
    ///
    /// ```
    /// use pinlens_facts::facts::{FileFacts, FileKind};
    /// use pinlens_facts::python::statement;
    ///
    /// let facts = FileFacts::of(FileKind::Python, "import redis.asyncio\ndef broken(", &statement::parse);
    /// let FileFacts::Python(facts) = facts else { panic!("it is Python") };
    /// assert_eq!(facts.imports.len(), 1);
    /// ```
    pub fn of(kind: FileKind, text: &str, parse: &ParseStatement) -> Self {
        match kind {
            FileKind::Python => Self::Python(python_facts(text, parse, false)),
            FileKind::Stub => Self::Python(python::scan::stub(text, parse)),
            FileKind::Notebook => Self::Python(of_notebook(text, python::notebook::read(text, parse))),
            FileKind::PythonSettings => Self::Python(python_facts(text, parse, true)),
            FileKind::Setup => Self::Python(setup_facts(text, parse)),
            FileKind::Requirements => Self::Requirements(Box::new(requirements::parse(text))),
            FileKind::Settings => Self::Settings(Box::new(SettingsFacts {
                text: text.into(),
                ..manifest::settings(Format::Pyproject, text)
            })),
            FileKind::OwnSettings => Self::Settings(Box::new(SettingsFacts {
                is_own: true,
                text: text.into(),
                document: Arc::new(toml::read(text)),
                ..SettingsFacts::default()
            })),
            FileKind::Manifest(format) => Self::Settings(Box::new(manifest::settings(format, text))),
            FileKind::Pytest => Self::Settings(Box::new(SettingsFacts {
                layout: manifest::setup_cfg::pytest_layout(text),
                mentions: mentions::ini_file(text),
                // its environments are read as a deployment's are
                text: if text.contains("[testenv") { text.into() } else { Box::default() },
                ..SettingsFacts::default()
            })),
            FileKind::Lock => Self::Lock(Box::new(manifest::lock::parse(text))),
            FileKind::Mentions(family) => {
                let mentions = mentions::read(family, text);
                match family.reader() {
                    Some(reader) => Self::Deploy(Box::new(DeployFacts::of(reader, text, mentions))),
                    None => Self::Mentions(Box::new(mentions)),
                }
            }
            FileKind::Module => Self::Module,
        }
    }

    /// The facts of a file of that kind, or of a folder where it is `None`, which is there and could not be read.
    pub fn unread(kind: Option<FileKind>, reason: UnreadReason) -> Self {
        let declares = kind.and_then(FileKind::format).map(|format| {
            let group = if format == Format::Requirements { Group::File } else { Group::Runtime };
            let unknown = Unknown { range: TextRange::default(), reason: UnknownReason::Unread, group };
            Box::new(RequirementsFacts { format, unknowns: vec![unknown], ..requirements::parse("") })
        });
        Self::Unread(Box::new(UnreadFacts { reason, kind, declares }))
    }

    /// Why the file could not be read, where that is so.
    pub fn unread_reason(&self) -> Option<&UnreadReason> {
        match self {
            Self::Unread(facts) => Some(&facts.reason),
            Self::Python(_)
            | Self::Requirements(_)
            | Self::Settings(_)
            | Self::Lock(_)
            | Self::Mentions(_)
            | Self::Deploy(_)
            | Self::Module => None,
        }
    }

    /// What the file says that may show a use.
    pub fn mentions(&self) -> Option<&Mentions> {
        match self {
            Self::Python(facts) => Some(&facts.mentions),
            Self::Settings(facts) => Some(&facts.mentions),
            Self::Mentions(mentions) => Some(mentions),
            Self::Deploy(facts) => Some(&facts.mentions),
            Self::Requirements(_) | Self::Lock(_) | Self::Module | Self::Unread(_) => None,
        }
    }

    /// The requirements that the file declares, whatever its format.
    pub fn declarations(&self) -> Option<&RequirementsFacts> {
        match self {
            Self::Requirements(facts) => Some(facts),
            Self::Settings(facts) => facts.declarations.as_deref(),
            Self::Python(facts) => facts.declares.as_deref(),
            Self::Unread(facts) => facts.declares.as_deref(),
            Self::Mentions(_) | Self::Deploy(_) | Self::Lock(_) | Self::Module => None,
        }
    }

    /// Where a manifest says that modules lie.
    pub fn layout(&self) -> Option<&Layout> {
        match self {
            Self::Settings(facts) => Some(&facts.layout),
            Self::Python(facts) => facts.layout.as_deref(),
            Self::Requirements(_)
            | Self::Mentions(_)
            | Self::Deploy(_)
            | Self::Lock(_)
            | Self::Module
            | Self::Unread(_) => None,
        }
    }

    /// The folders, relative to the file's own, that a manifest puts on `sys.path`.
    pub fn roots(&self) -> &[Box<str>] {
        self.layout().map_or(&[], |layout| &layout.roots)
    }

    /// The name of the project that the file is a manifest of, where it says it.
    pub fn own_name(&self) -> Option<&DistributionName> {
        match self {
            Self::Settings(facts) => facts.name.as_ref(),
            Self::Python(facts) => facts.declares.as_ref()?.project.as_ref(),
            Self::Requirements(_)
            | Self::Mentions(_)
            | Self::Deploy(_)
            | Self::Lock(_)
            | Self::Module
            | Self::Unread(_) => None,
        }
    }

    /// The position of `offset`, which must be an end of a range that these facts hold.
    pub fn position(&self, offset: u32, encoding: Encoding) -> Position {
        match self {
            Self::Python(PythonFacts { declares: None, lines, .. }) => lines.position(offset, encoding),
            Self::Settings(facts) if facts.declarations.is_none() => {
                LineIndex::new(&facts.text).position(&facts.text, offset, encoding)
            }
            Self::Deploy(facts) => facts.lines.position(&facts.text, offset, encoding),
            Self::Python(_)
            | Self::Requirements(_)
            | Self::Settings(_)
            | Self::Mentions(_)
            | Self::Lock(_)
            | Self::Module
            | Self::Unread(_) => match self.declarations() {
                Some(facts) => facts.lines.position(&facts.text, offset, encoding),
                None => SparseLines::default().position(offset, encoding),
            },
        }
    }
}

/// What a notebook says whose imports and cells were read.
fn of_notebook(text: &str, (facts, cells): (PythonFacts, Vec<ReadCell>)) -> PythonFacts {
    PythonFacts { mentions: mentions::with_written(mentions::mentions_of_cells(&cells, &facts.imports), text), ..facts }
}

/// What the cells of a notebook say that is open in an editor; see [`python::notebook::read_cells`].
pub fn of_cells(text: &str, cells: &[TextRange], parse: &ParseStatement) -> PythonFacts {
    of_notebook(text, python::notebook::read_cells(text, cells, parse))
}

/// What a Python file says: its imports, what it uses without one, and what the block of a script declares (PEP 723).
fn python_facts(text: &str, parse: &ParseStatement, is_settings: bool) -> PythonFacts {
    let mut facts = python::scan::scan(text, parse);
    let is_settings = is_settings || mentions::sets_up_django(text);
    facts.mentions = mentions::mentions_of_code(text, &facts.imports, is_settings);
    facts.traits.is_bare = python::is_bare(text);
    facts.used = lines_of_uses(text, &facts.mentions);
    facts.installs = python::installs::of_code(text);
    facts.django = python::django::read(text, &facts.imports, facts.loading.as_deref(), is_settings);
    let of_django = facts.django.iter().flat_map(|django| django.offsets());
    let of_uses = facts.used.iter().flat_map(|line| [line.range.start, line.range.end]);
    let offsets: Vec<u32> = of_uses.chain(of_django).collect();
    if !offsets.is_empty() {
        facts.lines = std::mem::take(&mut facts.lines).with(text, offsets);
    }
    match manifest::script::read(text) {
        Some((declares, python)) => PythonFacts { declares: Some(Box::new(declares)), python, ..facts },
        None => facts,
    }
}

/// The lines on which code of the tables stands, or a URL: their numbers, from 1, and their bytes without the blanks around them.
fn lines_of_uses(text: &str, mentions: &Mentions) -> Vec<python::UsedLine> {
    let kind = [MentionKind::Code, MentionKind::Url];
    let mut numbers: Vec<u32> =
        kind.into_iter().flat_map(|kind| mentions.of(kind)).map(|mention| mention.line).collect();
    if numbers.is_empty() {
        return Vec::new();
    }
    numbers.sort_unstable();
    numbers.dedup();
    let lines = LineIndex::new(text);
    let range = |number: u32| {
        let whole = lines.line_range(text, number.saturating_sub(1));
        let line = text.get(whole.indices())?;
        let start = whole.start + (line.len() - line.trim_start().len()) as u32;
        let range = TextRange::new(start, start + line.trim().len() as u32);
        let ignores = python::scan::lexer::ignores_at(text, range.start as usize);
        (!range.is_empty()).then_some(python::UsedLine { number, range, ignores })
    };
    numbers.into_iter().filter_map(range).collect()
}

fn setup_facts(text: &str, parse: &ParseStatement) -> PythonFacts {
    let setup = manifest::setup_py::read(text);
    let facts = python::scan::scan(text, parse);
    PythonFacts {
        // the names in its strings are declared, not used
        mentions: mentions::with_extensions(mentions::mentions_of_code(text, &facts.imports, false), text),
        declares: Some(Box::new(setup.declares)),
        python: setup.python,
        newest_python: setup.newest_python,
        layout: (setup.layout != Layout::default()).then(|| Box::new(setup.layout)),
        ..facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_known_by_their_first_line() {
        let kind = |name: &str, start: &str| FileKind::of_script(&FilePath::new(name), start.as_bytes());
        for line in [
            "#!/usr/bin/env python3",
            "#!/usr/bin/python",
            "#! /usr/local/bin/python3.12 -u\r\nx",
            "#!/usr/bin/env -S uv run --script\n",
            "#!/usr/bin/env -S PYTHONPATH=. python -u",
            "#!/usr/bin/env pypy3",
            "#!/opt/venv/bin/python3",
        ] {
            assert_eq!(kind("bin/tool", line), Some(FileKind::Python), "{line}");
        }
        for line in ["", "#!", "#!/bin/shell", "#!/usr/bin/env uv sync", "#!/usr/bin/pythonista", " #!/bin/python"] {
            assert_eq!(kind("bin/tool", line), None, "{line}");
        }
        for line in ["#!/bin/sh", "#! /bin/bash -e", "#!/usr/bin/env -S bash -e", "#!/usr/bin/env zsh"] {
            assert_eq!(kind("bin/tool", line), Some(FileKind::Mentions(Family::SHELL)), "{line}");
        }
        assert_eq!(kind("bin/tool.x", "#!/usr/bin/python"), None);
    }

    #[test]
    fn stubs_are_for_type_checkers() {
        let parse = python::statement::parse;
        let FileFacts::Python(facts) = FileFacts::of(FileKind::Stub, "import a\nif False: import b\n", &parse) else {
            panic!("a stub is Python");
        };
        let phases: Vec<_> = facts.imports.iter().map(|import| import.context.phase).collect();
        assert_eq!(phases, [python::Phase::TypeChecking, python::Phase::Never]);
        assert_eq!(FileKind::of(&FilePath::new("a.pyi")), Some(FileKind::Stub));
    }
}
