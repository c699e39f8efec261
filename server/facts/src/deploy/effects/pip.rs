//! The command lines of pip, uv and the smaller tools around them.

use super::effect::{Ask, Effect, Install, Into, Selection, Tool};
use super::words::{Word, Words};
use crate::deploy::paths::base_name;

/// pip's options that take a value.
const PIP: &[&str] = &[
    "-r",
    "-c",
    "-e",
    "-t",
    "-i",
    "-f",
    "-w",
    "-d",
    "-b",
    "-C",
    "--requirement",
    "--constraint",
    "--editable",
    "--target",
    "--index-url",
    "--extra-index-url",
    "--find-links",
    "--wheel-dir",
    "--dest",
    "--prefix",
    "--root",
    "--src",
    "--no-binary",
    "--only-binary",
    "--python",
    "--python-version",
    "--platform",
    "--abi",
    "--implementation",
    "--upgrade-strategy",
    "--trusted-host",
    "--timeout",
    "--default-timeout",
    "--retries",
    "--proxy",
    "--cache-dir",
    "--progress-bar",
    "--log",
    "--use-feature",
    "--use-deprecated",
    "--global-option",
    "--install-option",
    "--config-settings",
    "--cert",
    "--client-cert",
    "--report",
    "--group",
    "--exists-action",
    "--root-user-action",
    "--build",
    "--keyring-provider",
    // uv's
    "-p",
    "--extra",
    "--index",
    "--default-index",
    "--link-mode",
    "--resolution",
    "--index-strategy",
    "--torch-backend",
    "--override",
    "--overrides",
    "--exclude-newer",
    "--prerelease",
    "--directory",
    "--project",
    "--config-file",
    "--build-constraint",
    "--build-constraints",
    "--constraints",
    "--requirements",
    "--refresh-package",
    "--upgrade-package",
    "-P",
    "--color",
    "--python-preference",
];

/// `pip install …` and its other commands. `python` is the Python whose pip it is, empty for the current one.
pub(super) fn pip(arguments: &[String], python: &str, output: Option<&str>) -> Effect {
    // options may stand before the command
    let mut words = Words::new(arguments, PIP);
    let mut exact = python.to_owned();
    let command = words.find_map(|word| match word {
        Word::Free(command) => Some(command),
        Word::Option("--python", value) => {
            value.clone_into(&mut exact);
            None
        }
        Word::Option(..) => None,
    });
    let read = read(words, false);
    let into = match read.into {
        Into::Current if !exact.is_empty() => Into::Python(exact),
        into => into,
    };
    match command {
        Some("install") => Effect::Install(Install {
            tool: Tool::Pip,
            asks: read.asks,
            into,
            alone: read.alone,
            folder: String::new(),
        }),
        Some("uninstall") => Effect::Uninstall(read.asks.into_iter().filter_map(named).collect()),
        Some("wheel" | "download") => {
            Effect::Wheels { folder: read.wheels.unwrap_or_else(|| ".".into()), asks: read.asks, alone: read.alone }
        }
        Some("freeze" | "list") if output.is_some() => frozen(output),
        _ => Effect::Nothing,
    }
}

/// A file that lists what is installed as the command runs.
fn frozen(output: Option<&str>) -> Effect {
    let asks = vec![Ask::Unknown("what is installed then".to_owned())];
    Effect::Writes { file: output.unwrap_or_default().to_owned(), asks }
}

fn named(ask: Ask) -> Option<String> {
    match ask {
        Ask::Named(name) => Some(name),
        _ => None,
    }
}

struct Read {
    asks: Vec<Ask>,
    into: Into,
    alone: bool,
    wheels: Option<String>,
    selection: Selection,
}

/// The arguments of an installing command.
fn read(words: Words<'_>, of_uv: bool) -> Read {
    let mut read =
        Read { asks: Vec::new(), into: Into::Current, alone: false, wheels: None, selection: Selection::default() };
    for word in words {
        match word {
            Word::Option("-r" | "--requirement" | "--requirements", value) => {
                read.asks.extend(value.split(if of_uv { ' ' } else { '\0' }).map(|file| Ask::File(file.to_owned())));
            }
            Word::Option("-e" | "--editable", value) => read.asks.push(ask(value, true)),
            Word::Option("-t" | "--target", value) => read.into = Into::Target(value.to_owned()),
            Word::Option("--prefix" | "--root", value) => read.into = Into::Prefix(value.to_owned()),
            Word::Option("--user", _) => read.into = Into::User,
            Word::Option("--system", _) if of_uv => read.into = Into::System,
            Word::Option("-p" | "--python", value) if of_uv => read.into = Into::Python(value.to_owned()),
            Word::Option("--no-deps", _) => read.alone = true,
            Word::Option("-w" | "--wheel-dir" | "-d" | "--dest", value) => read.wheels = Some(value.to_owned()),
            Word::Option("--group", value) => read.selection.groups.push(value.to_owned()),
            Word::Option("--extra", value) => read.selection.extras.push(value.to_owned()),
            Word::Option("--all-extras", _) => read.selection.all_extras = true,
            Word::Option(..) => {}
            Word::Free(word) => read.asks.push(ask(word, false)),
        }
    }
    for group in std::mem::take(&mut read.selection.groups) {
        // `path/pyproject.toml:group`
        let group = group.rsplit(':').next().unwrap_or_default().to_owned();
        read.asks.push(Ask::Own(Selection { only: vec![group], no_project: true, ..Selection::default() }));
    }
    // `uv pip install -r pyproject.toml --extra web`
    for ask in &mut read.asks {
        match ask {
            Ask::File(file) if base_name(file) == "pyproject.toml" => {
                *ask = Ask::Own(Selection { no_project: true, no_dev: true, ..read.selection.clone() });
            }
            _ => {}
        }
    }
    read
}

/// What one word requests.
fn ask(word: &str, editable: bool) -> Ask {
    let (bare, extras) = extras_of(word);
    if word.contains('\u{2026}') && !word.contains("==") {
        return Ask::Unknown(word.to_owned());
    }
    if bare.ends_with(".whl") || bare.contains('*') && bare.contains('/') || bare == "*.whl" {
        return Ask::Wheels(word.to_owned());
    }
    if word.contains("://") || word.contains(" @ ") {
        return Ask::Named(word.to_owned());
    }
    let is_path = bare.starts_with(['.', '/', '~']) || bare.contains('/');
    if is_path || editable {
        let path = if bare == "." { "." } else { bare.trim_end_matches('/') };
        return Ask::Project { path: path.to_owned(), extras, editable };
    }
    Ask::Named(word.to_owned())
}

/// `.[a,b]` without its extras, and these.
fn extras_of(word: &str) -> (&str, Vec<String>) {
    let Some((bare, rest)) = word.split_once('[') else { return (word, Vec::new()) };
    let inside = rest.split(']').next().unwrap_or_default();
    (bare, inside.split(',').map(|extra| extra.trim().to_owned()).filter(|extra| !extra.is_empty()).collect())
}

/// uv's options that take a value.
const UV: &[&str] = &[
    "--extra",
    "--group",
    "--only-group",
    "--no-group",
    "--no-extra",
    "--package",
    "-p",
    "--python",
    "--project",
    "--directory",
    "--index",
    "--default-index",
    "--index-url",
    "--extra-index-url",
    "-i",
    "-f",
    "--find-links",
    "--link-mode",
    "--config-setting",
    "-C",
    "--no-install-package",
    "--no-build-package",
    "--no-binary-package",
    "--cache-dir",
    "--config-file",
    "-P",
    "--upgrade-package",
    "--refresh-package",
    "--reinstall-package",
    "--resolution",
    "--prerelease",
    "--format",
    "-o",
    "--output-file",
    "--color",
    "--allow-insecure-host",
    "--python-preference",
    "--index-strategy",
    "--exclude-newer",
    "--only-dev-x",
    "--prune",
    "--no-emit-package",
    "--with",
    "--env-file",
];

/// `uv sync`, `uv pip install`, `uv venv`, `uv export`…
pub(super) fn uv(arguments: &[String], output: Option<&str>) -> Effect {
    let mut words = Words::new(arguments, UV);
    let mut folder = String::new();
    let command = words.find_map(|word| match word {
        Word::Free(command) => Some(command),
        Word::Option("--directory" | "--project", value) => {
            value.clone_into(&mut folder);
            None
        }
        Word::Option(..) => None,
    });
    let rest = &arguments[words.at.min(arguments.len())..];
    match command {
        Some("sync") => sync(rest, folder),
        Some("pip") => uv_pip(rest, output),
        Some("venv") => venv(rest, ""),
        Some("export") => {
            let (selection, file, _) = selection(rest);
            written(file.as_deref().or(output), vec![Ask::Own(selection)])
        }
        Some("python") => match rest {
            [install, version, ..] if install == "install" => Effect::Python(version.clone()),
            _ => Effect::Nothing,
        },
        Some("tool") => match rest.split_first() {
            Some((install, rest)) if install == "install" => apart(rest),
            _ => Effect::Nothing,
        },
        Some("add") => {
            let read = read(Words::new(rest, PIP), true);
            Effect::Install(Install { tool: Tool::Uv, asks: read.asks, folder, ..Install::default() })
        }
        _ => Effect::Nothing,
    }
}

fn sync(words: &[String], folder: String) -> Effect {
    let (selection, _, directory) = selection(words);
    let into = if words.iter().any(|word| word == "--active") { Into::Current } else { Into::Prefix(String::new()) };
    let folder = directory.unwrap_or(folder);
    Effect::Install(Install { tool: Tool::Uv, asks: vec![Ask::Own(selection)], into, alone: false, folder })
}

/// Which parts uv's options choose, the file that they name, and the folder.
pub(crate) fn selection(words: &[String]) -> (Selection, Option<String>, Option<String>) {
    let mut found = Selection::default();
    let (mut file, mut folder) = (None, None);
    for word in Words::new(words, UV) {
        match word {
            Word::Option("--extra", value) => found.extras.push(value.to_owned()),
            Word::Option("--all-extras", _) => found.all_extras = true,
            Word::Option("--group", value) => found.groups.push(value.to_owned()),
            Word::Option("--all-groups", _) => found.all_groups = true,
            Word::Option("--only-group", value) => found.only.push(value.to_owned()),
            Word::Option("--only-dev", _) => found.only.push("dev".to_owned()),
            Word::Option("--no-group", value) => found.without.push(value.to_owned()),
            Word::Option("--no-dev", _) => found.no_dev = true,
            Word::Option("--no-default-groups", _) => found.no_dev = true,
            Word::Option("--no-install-project" | "--no-emit-project", _) => found.no_project = true,
            Word::Option("--no-install-workspace" | "--no-install-local", _) => found.no_project = true,
            Word::Option("--package", value) => found.package = Some(value.to_owned()),
            Word::Option("--all-packages", _) => found.all_packages = true,
            Word::Option("-o" | "--output-file", value) => file = Some(value.to_owned()),
            Word::Option("--directory" | "--project", value) => folder = Some(value.to_owned()),
            Word::Option(..) | Word::Free(_) => {}
        }
    }
    (found, file, folder)
}

fn uv_pip(words: &[String], output: Option<&str>) -> Effect {
    let Some((command, rest)) = words.split_first() else { return Effect::Nothing };
    match command.as_str() {
        "install" | "sync" => {
            let mut read = read(Words::new(rest, PIP), true);
            if command == "sync" {
                // the free words are files
                read.asks.iter_mut().for_each(|ask| {
                    if let Ask::Named(file) | Ask::Project { path: file, .. } = ask {
                        *ask = Ask::File(std::mem::take(file));
                    }
                });
            }
            let alone = read.alone;
            Effect::Install(Install {
                tool: Tool::UvPip,
                asks: read.asks,
                into: read.into,
                alone,
                folder: String::new(),
            })
        }
        "uninstall" => {
            Effect::Uninstall(read(Words::new(rest, PIP), true).asks.into_iter().filter_map(named).collect())
        }
        "compile" => others("pip-compile", rest, output),
        "freeze" if output.is_some() => frozen(output),
        _ => Effect::Nothing,
    }
}

/// `python -m venv /opt/venv`, `uv venv`, `virtualenv -p python3.11 x`.
pub(super) fn venv(words: &[String], python: &str) -> Effect {
    let mut folder = None;
    let (mut python, mut sees_system) = (python.to_owned(), false);
    for word in Words::new(words, &["-p", "--python", "--prompt", "--upgrade-deps", "--seed"]) {
        match word {
            Word::Option("-p" | "--python", value) => value.clone_into(&mut python),
            Word::Option("--system-site-packages", _) => sees_system = true,
            Word::Option(..) => {}
            Word::Free(word) => drop(folder.get_or_insert_with(|| word.to_owned())),
        }
    }
    Effect::Venv { folder: folder.unwrap_or_else(|| ".venv".to_owned()), python, sees_system }
}

fn apart(words: &[String]) -> Effect {
    let read = read(Words::new(words, PIP), false);
    Effect::Install(Install { tool: Tool::Apart, asks: read.asks, ..Install::default() })
}

/// The smaller tools.
pub(super) fn others(head: &str, arguments: &[String], output: Option<&str>) -> Effect {
    match head {
        "pip-sync" => {
            let mut asks: Vec<Ask> = Vec::new();
            for word in Words::new(arguments, PIP) {
                if let Word::Free(file) = word {
                    asks.push(Ask::File(file.to_owned()));
                }
            }
            if asks.is_empty() {
                asks.push(Ask::File("requirements.txt".to_owned()));
            }
            Effect::Install(Install { asks, ..Install::default() })
        }
        "pip-compile" => compiled(arguments, output),
        "easy_install" => {
            Effect::Install(Install { asks: read(Words::new(arguments, PIP), false).asks, ..Install::default() })
        }
        "virtualenv" => venv(arguments, ""),
        "pipx" => match arguments.split_first() {
            Some((install, rest)) if install == "install" => apart(rest),
            _ => Effect::Nothing,
        },
        "flit" | "rye" | "hatch"
            if arguments.iter().any(|word| matches!(word.as_str(), "install" | "sync" | "create")) =>
        {
            Effect::Opaque(format!(
                "what `{head} {}` installs is not known",
                arguments.first().map_or("", String::as_str)
            ))
        }
        _ => Effect::Nothing,
    }
}

/// `pip-compile requirements.in -o requirements.txt`.
fn compiled(arguments: &[String], output: Option<&str>) -> Effect {
    const VALUED: &[&str] =
        &["-o", "--output-file", "--extra", "--python-version", "-p", "--python", "-c", "--constraint", "--resolver"];
    let (mut file, mut asks, mut selection) =
        (None, Vec::new(), Selection { no_project: true, no_dev: true, ..Selection::default() });
    let mut sources = Vec::new();
    for word in Words::new(arguments, VALUED) {
        match word {
            Word::Option("-o" | "--output-file", value) => file = Some(value.to_owned()),
            Word::Option("--extra", value) => selection.extras.push(value.to_owned()),
            Word::Option("--all-extras", _) => selection.all_extras = true,
            Word::Option(..) => {}
            Word::Free(source) => sources.push(source.to_owned()),
        }
    }
    let default = sources.first().filter(|source| source.ends_with(".in")).map(|source| source.replace(".in", ".txt"));
    for source in sources {
        asks.push(match base_name(&source) {
            "pyproject.toml" | "setup.py" | "setup.cfg" => Ask::Own(selection.clone()),
            _ => Ask::File(source),
        });
    }
    written(file.as_deref().or(output).or(default.as_deref()).or(Some("requirements.txt")), asks)
}

/// A list that is written to a file; nothing where no file is named.
pub(super) fn written(file: Option<&str>, asks: Vec<Ask>) -> Effect {
    match file {
        Some(file) => Effect::Writes { file: file.to_owned(), asks },
        None => Effect::Nothing,
    }
}
