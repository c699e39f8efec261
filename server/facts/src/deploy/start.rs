//! What a command starts: the wrappers before it, the executable, and the application that its arguments name.
//!
//! Knows command lines, and nothing of files: whether a module or a script is there is looked up elsewhere.

mod application;

pub use application::{application, fastapi_entry, names_attributes_by_dots};

use super::effects::{Selection, is_python, selection};
use super::paths::base_name;
use crate::mentions::command::wrappers::{self, Inner, assignment};

/// A command without its wrappers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Started {
    /// The variables that it is given.
    pub environment: Vec<(String, String)>,
    /// The executables before it that come from distributions: `ddtrace-run`, `poetry`.
    pub wrappers: Vec<String>,
    /// What `uv run` installs before it starts the command; `None` where it installs nothing.
    pub syncs: Option<Selection>,
    /// Whether it runs in the environment that poetry, pipenv, pdm or uv keep for the project.
    pub runner: Option<&'static str>,
    /// The environment of conda in which it runs: its name, or its folder.
    pub conda: Option<String>,
    /// What is run.
    pub program: Program,
}

/// What is run.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Program {
    /// Nothing that is known.
    #[default]
    Nothing,
    /// `python main.py`
    File {
        /// The interpreter as written.
        python: String,
        /// The file.
        path: String,
        /// What stands behind it.
        arguments: Vec<String>,
    },
    /// `python -m pkg.main`
    Module {
        /// The interpreter as written.
        python: String,
        /// The module.
        module: String,
        /// What stands behind it.
        arguments: Vec<String>,
    },
    /// `python -c "import app"`
    Code {
        /// The interpreter as written.
        python: String,
        /// The code.
        code: String,
    },
    /// The text of a shell script.
    Shell(String),
    /// A module that a platform imports, to call a function of it.
    Imported {
        /// The module.
        module: String,
    },
    /// Another executable.
    Command {
        /// As written: a name, or a path.
        path: String,
        /// What stands behind it.
        arguments: Vec<String>,
    },
}

/// An application that the arguments of a command name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// How it is named.
    pub named: Named,
    /// The folder in which it is looked up, where an option says so.
    pub folder: Option<String>,
    /// Modules that other options name: `-k uvicorn.workers.UvicornWorker`.
    pub modules: Vec<String>,
    /// The file that configures the server.
    pub configuration: Option<String>,
    /// The environment whose packages it sees, where an option says so.
    pub environment: Option<String>,
}

/// How an application is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// `package.module:attribute`, with whether the attribute is called as a function.
    Object {
        /// The module.
        module: String,
        /// The attribute; empty for none.
        attribute: String,
        /// Whether it is called.
        is_called: bool,
    },
    /// A file that is run.
    File(String),
    /// A file that is imported.
    Imported(String),
    /// The first of these files that is there.
    FirstOf(&'static [&'static str]),
    /// The name stands in a variable, a configuration or nowhere.
    Elsewhere,
}

/// How deep commands run others.
const DEEPEST: usize = 12;

/// Takes the wrappers off a command.
pub fn started(words: &[String]) -> Started {
    let mut found = Started::default();
    let mut words = words;
    for _ in 0..DEEPEST {
        while let Some((name, value)) = words.first().and_then(|word| assignment(word)) {
            found.environment.push((name.to_owned(), value.to_owned()));
            words = &words[1..];
        }
        let Some((first, arguments)) = words.split_first() else { return found };
        let head = base_name(first);
        if is_python(head) {
            found.program = python(first, arguments);
            return found;
        }
        if let Some(text) = shell_text(head, arguments) {
            found.program = Program::Shell(text);
            return found;
        }
        if is_shell(head) {
            // `bash -e start.sh arg`
            let Some(at) = arguments.iter().position(|word| !word.starts_with('-')) else { return found };
            words = &arguments[at..];
            found.program = Program::Command { path: words[0].clone(), arguments: words[1..].to_vec() };
            return found;
        }
        if matches!(head, "env") {
            found
                .environment
                .extend(arguments.iter().map_while(|word| assignment(word)).map(|(k, v)| (k.to_owned(), v.to_owned())));
        }
        // what is a command of the shell itself has no path: `/start` is a script
        let is_file = first.contains('/') && matches!(head, "start" | "exec" | "command" | "builtin");
        let Some((wrapper, inner)) = wrappers::unwrap(head, arguments).filter(|_| !is_file) else {
            found.program = Program::Command { path: first.clone(), arguments: arguments.to_vec() };
            return found;
        };
        note_runner(&mut found, head, arguments);
        if wrapper.counts {
            found.wrappers.push(first.clone());
        }
        match inner {
            Inner::Command(inner) => words = inner,
            Inner::Python(inner) => {
                found.program = python("python", inner);
                return found;
            }
            Inner::Scripts(scripts) => {
                found.program = Program::Shell(scripts.join("\n"));
                return found;
            }
            Inner::Nothing => return found,
        }
    }
    found
}

/// Keeps which environment a wrapper chooses, and what it installs first.
fn note_runner(found: &mut Started, head: &str, arguments: &[String]) {
    found.runner = match head {
        "poetry" => Some("poetry"),
        "pipenv" => Some("pipenv"),
        "pdm" => Some("pdm"),
        "uv" => Some("uv"),
        _ => found.runner,
    };
    if is_conda(head) {
        found.conda = option_of_conda(arguments).map(str::to_owned).or_else(|| found.conda.take());
    }
    let is_uv = head == "uv" && arguments.iter().any(|word| word == "run");
    let no_sync = ["--no-sync", "--no-project", "--isolated", "--script"];
    if is_uv && !arguments.iter().any(|word| no_sync.contains(&word.as_str())) {
        // options behind the command are its own
        let own = arguments.iter().skip_while(|word| *word != "run").skip(1);
        let mut valued = false;
        let end = own.clone().take_while(|word| {
            let is_own = word.starts_with('-') || valued;
            valued = word.starts_with("--") && !word.contains('=') && TAKES_VALUE.contains(&word.as_str());
            is_own
        });
        found.syncs = Some(selection(&end.cloned().collect::<Vec<_>>()).0);
    }
}

/// The environment of conda that a command makes the current one: `conda activate app`, `source activate app`.
pub fn activated(words: &[String]) -> Option<&str> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [head, "activate", name, ..] if is_conda(head) => Some(name),
        ["." | "source", "activate", name, ..] => Some(name),
        _ => None,
    }
    .filter(|name| !name.starts_with('-'))
}

fn is_conda(head: &str) -> bool {
    matches!(head, "conda" | "mamba" | "micromamba")
}

/// The value of `-n` or `-p` before the command that is run.
fn option_of_conda(arguments: &[String]) -> Option<&str> {
    let own = arguments.iter().position(|word| word == "run")?;
    let rest = arguments.get(own + 1..)?;
    for (at, word) in rest.iter().enumerate() {
        match word.as_str() {
            "-n" | "--name" | "-p" | "--prefix" => return rest.get(at + 1).map(String::as_str),
            _ if word.starts_with('-') => {
                let value = ["--name=", "--prefix="].iter().find_map(|name| word.strip_prefix(name));
                if value.is_some() {
                    return value;
                }
            }
            _ => return None,
        }
    }
    None
}

const TAKES_VALUE: [&str; 9] =
    ["--extra", "--group", "--only-group", "--no-group", "--package", "--python", "--with", "--project", "--directory"];

fn is_shell(head: &str) -> bool {
    matches!(head, "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh")
}

/// The text of `sh -c 'text'`, or of `su user -c 'text'`.
fn shell_text(head: &str, arguments: &[String]) -> Option<String> {
    let takes = |word: &String| {
        let letters = word.strip_prefix('-').unwrap_or_default();
        letters.ends_with('c') && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    let at = arguments.iter().position(takes).filter(|_| is_shell(head) || matches!(head, "su" | "runuser"))?;
    arguments.get(at + 1).cloned()
}

/// The arguments of an interpreter.
fn python(python: &str, arguments: &[String]) -> Program {
    let python = python.to_owned();
    let mut at = 0;
    while let Some(word) = arguments.get(at) {
        let rest = || arguments.get(at + 2..).unwrap_or_default().to_vec();
        let next = || arguments.get(at + 1).cloned().unwrap_or_default();
        let letters = word.strip_prefix('-').filter(|rest| !rest.starts_with('-')).unwrap_or_default();
        match letters {
            _ if word == "--module" => return Program::Module { python, module: next(), arguments: rest() },
            "W" | "X" | "Q" => at += 2,
            _ if letters.len() < 5 && letters.ends_with('m') => {
                return Program::Module { python, module: next(), arguments: rest() };
            }
            _ if letters.len() < 5 && letters.ends_with('c') => return Program::Code { python, code: next() },
            _ if word.starts_with('-') => at += 1,
            _ => {
                let arguments = arguments.get(at + 1..).unwrap_or_default().to_vec();
                return Program::File { python, path: word.clone(), arguments };
            }
        }
    }
    Program::Nothing
}
