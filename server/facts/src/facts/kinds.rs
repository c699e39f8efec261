//! The one table of the kinds of files that pinlens reads.

use crate::mentions::{self, Family};
use crate::requirements::Format;
use crate::words::names::FilePath;

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
}
