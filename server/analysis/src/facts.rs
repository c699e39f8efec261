//! What pinlens keeps of a file, and the one table of the kinds of files that it reads.

use crate::names::{FilePath, PythonVersion};
use crate::python::{self, ParseStatement, PythonFacts};
use crate::requirements::{self, RequirementsFacts};
use crate::text::{Encoding, Position, SparseLines};
use crate::uses::{self, Mentions};

/// The kinds of files that pinlens reads. The loader, the watcher and the document selectors all ask this.
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
    /// `pyproject.toml`, `setup.cfg` and `pinlens.toml`.
    Settings,
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
            "py" if uses::is_settings(path) => Some(Self::PythonSettings),
            "py" => Some(Self::Python),
            "pyi" => Some(Self::Stub),
            "ipynb" => Some(Self::Notebook),
            "so" | "pyd" | "pyx" => Some(Self::Module),
            "toml" | "cfg" if matches!(name, "pyproject.toml" | "pinlens.toml" | "setup.cfg") => Some(Self::Settings),
            "txt" | "in" if is_requirements(path) => Some(Self::Requirements),
            _ => uses::is_written_down_in(path).then_some(Self::Mentions),
        }
    }

    /// Whether a file without a kind by its path may be a script that says so in its first line: its name has no dot.
    pub fn may_be_script(path: &FilePath) -> bool {
        !path.file_name().contains('.')
    }

    /// The kind of a file whose path gives none, by its first bytes: `#!/usr/bin/env python3` makes it Python.
    pub fn of_script(path: &FilePath, start: &[u8]) -> Option<Self> {
        let line = start.strip_prefix(b"#!")?.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
        (Self::may_be_script(path) && is_python_command(&String::from_utf8_lossy(line))).then_some(Self::Python)
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

/// `*requirement*.{txt,in}`, `*constraint*.{txt,in}`, and every `.txt` or `.in` in a folder called `requirements`.
fn is_requirements(path: &FilePath) -> bool {
    let name = path.file_name().to_ascii_lowercase();
    let folder = path.folder().rsplit('/').next().unwrap_or_default();
    name.contains("requirement") || name.contains("constraint") || folder == "requirements" || folder == "reqs"
}

/// What is kept of one file.
#[derive(Clone, Debug, PartialEq)]
pub enum FileFacts {
    /// A Python file, a stub or a notebook.
    Python(PythonFacts),
    /// A requirements or constraints file.
    Requirements(Box<RequirementsFacts>),
    /// A settings file.
    Settings(Box<SettingsFacts>),
    /// A file that mentions commands and plugins.
    Mentions(Box<Mentions>),
    /// A module that is not read.
    Module,
}

/// What pyproject.toml says beside pinlens's own settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsFacts {
    /// The lower bound of `requires-python`.
    pub python: Option<PythonVersion>,
    /// The project's own name.
    pub name: Option<crate::names::DistributionName>,
    /// Every distribution that a table of dependencies names; empty where there is no such table.
    pub declared: Vec<crate::names::DistributionName>,
}

impl FileFacts {
    /// Reads `text` as `kind`. Pure and total: any text gives a value.
    pub fn of(kind: FileKind, text: &str, parse: &ParseStatement) -> Self {
        match kind {
            FileKind::Python => Self::Python(python::scan::scan(text, parse)),
            FileKind::Stub => Self::Python(python::scan::stub(text, parse)),
            FileKind::Notebook => Self::Python(python::notebook::read(text, parse)),
            FileKind::PythonSettings => {
                Self::Python(PythonFacts { mentions: Mentions::of_strings(text), ..python::scan::scan(text, parse) })
            }
            FileKind::Requirements => Self::Requirements(Box::new(requirements::parse(text))),
            FileKind::Settings => Self::Settings(Box::new(crate::config::settings_facts(text))),
            FileKind::Mentions => Self::Mentions(Box::new(Mentions::of(text))),
            FileKind::Module => Self::Module,
        }
    }

    /// The position of `offset`, which must be an end of a range that these facts hold.
    pub fn position(&self, offset: u32, encoding: Encoding) -> Position {
        match self {
            Self::Python(facts) => facts.lines.position(offset, encoding),
            Self::Requirements(facts) => facts.lines.position(&facts.text, offset, encoding),
            Self::Settings(_) | Self::Mentions(_) | Self::Module => SparseLines::default().position(offset, encoding),
        }
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
        for line in [
            "",
            "#!",
            "#!/bin/sh",
            "#!/usr/bin/env bash",
            "#!/usr/bin/env uv sync",
            "#!/usr/bin/pythonista",
            " #!/bin/python",
        ] {
            assert_eq!(kind("bin/tool", line), None, "{line}");
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
