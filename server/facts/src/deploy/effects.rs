//! What a command of a build does to what is installed: from its words to an [`Effect`].
//!
//! Knows the installers' command lines, and nothing of files, images or which distribution has which modules.

mod effect;
mod pip;
pub(crate) use pip::selection;
mod projects;
mod system;
mod words;

pub use effect::{Ask, Effect, Install, Into, Selection, Tool};
pub(crate) use words::{Word, Words};

use super::paths::base_name;
use crate::words::lists::List;

/// The commands that the script at an address installs; none where that is not known.
pub fn commands_of_script(address: &str) -> Vec<&'static str> {
    let row = List::InstallerScript.rows().iter().find(|(part, _)| address.contains(part));
    row.map(|(_, commands)| commands.split(' ').collect()).unwrap_or_default()
}

/// What a command of these words does. `words` are without assignments and wrappers; `output` is the file that its output is
/// written to.
pub fn effect(words: &[String], output: Option<&str>) -> Effect {
    let Some((first, arguments)) = words.split_first() else { return Effect::Nothing };
    let head = base_name(first);
    // `/venv/bin/pip` installs for the Python in its folder
    let python = if first.contains('/') { first.as_str() } else { "" };
    match head {
        _ if is_python(head) => python_effect(first, arguments, output),
        _ if is_pip(head) => pip::pip(arguments, python, output),
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
