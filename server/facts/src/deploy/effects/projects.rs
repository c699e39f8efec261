//! The command lines of the tools that install a project as its own files say: poetry, pdm, pipenv, conda.

use super::effect::{Ask, Effect, Install, Into, Selection, Tool};
use super::pip::written;
use super::words::{Word, Words};

const POETRY: &[&str] = &[
    "--with",
    "--without",
    "--only",
    "-E",
    "--extras",
    "--extra",
    "-C",
    "--directory",
    "-P",
    "--project",
    "-f",
    "--format",
    "-o",
    "--output",
];

/// `poetry install`, `poetry export`, `poetry config`.
pub(super) fn poetry(arguments: &[String], output: Option<&str>) -> Effect {
    let mut selection = Selection::default();
    let (mut command, mut file, mut folder) = (None, None, String::new());
    let mut free = Vec::new();
    for word in Words::new(arguments, POETRY) {
        match word {
            Word::Option("--with", value) => selection.groups.extend(list(value)),
            Word::Option("--without", value) => selection.without.extend(list(value)),
            Word::Option("--only", value) => selection.only.extend(list(value)),
            Word::Option("-E" | "--extras" | "--extra", value) => selection.extras.extend(list(value)),
            Word::Option("--all-extras", _) => selection.all_extras = true,
            Word::Option("--all-groups", _) => selection.all_groups = true,
            Word::Option("--no-dev" | "--only-main", _) => selection.no_dev = true,
            Word::Option("--dev", _) => selection.groups.push("dev".to_owned()),
            Word::Option("--no-root" | "--no-directory", _) => selection.no_project = true,
            Word::Option("--only-root", _) => selection.only.push(String::new()),
            Word::Option("-o" | "--output", value) => file = Some(value.to_owned()),
            Word::Option("-C" | "--directory" | "-P" | "--project", value) => value.clone_into(&mut folder),
            Word::Option(..) => {}
            Word::Free(word) => match command {
                None => command = Some(word),
                Some(_) => free.push(word),
            },
        }
    }
    match (command, &free[..]) {
        (Some("install" | "sync"), _) => {
            let into = Into::Prefix(String::new());
            Effect::Install(Install { tool: Tool::Poetry, asks: vec![Ask::Own(selection)], into, alone: false, folder })
        }
        (Some("add"), names) => {
            let mut asks = vec![Ask::Own(Selection::default())];
            asks.extend(names.iter().map(|name| Ask::Named((*name).to_owned())));
            let into = Into::Prefix(String::new());
            Effect::Install(Install { tool: Tool::Poetry, asks, into, alone: false, folder })
        }
        (Some("export"), _) => {
            // without options it writes what the project itself requires
            let main = selection.groups.is_empty() && selection.only.is_empty() && !selection.all_groups;
            let selection = Selection { no_dev: main, no_project: true, ..selection };
            written(file.as_deref().or(output), vec![Ask::Own(selection)])
        }
        (Some("config"), ["virtualenvs.create", value, ..]) => {
            Effect::Sets("POETRY_VIRTUALENVS_CREATE", (*value).to_owned())
        }
        (Some("config"), ["virtualenvs.in-project", value, ..]) => {
            Effect::Sets("POETRY_VIRTUALENVS_IN_PROJECT", (*value).to_owned())
        }
        _ => Effect::Nothing,
    }
}

/// `a,b c`
fn list(value: &str) -> impl Iterator<Item = String> + '_ {
    value.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned)
}

/// `pdm install --prod -G web`, `pdm sync`, `pdm export`.
pub(super) fn pdm(arguments: &[String], output: Option<&str>) -> Effect {
    const VALUED: &[&str] = &[
        "-G",
        "--group",
        "--with",
        "--without",
        "-p",
        "--project",
        "-L",
        "--lockfile",
        "-o",
        "--output",
        "-f",
        "--format",
    ];
    let mut selection = Selection::default();
    let (mut command, mut file, mut folder) = (None, None, String::new());
    let mut is_config = Vec::new();
    for word in Words::new(arguments, VALUED) {
        match word {
            // a group may be an extra of the project
            Word::Option("-G" | "--group" | "--with", value) => {
                for name in list(value) {
                    if name == ":all" {
                        (selection.all_extras, selection.all_groups) = (true, true);
                    } else {
                        selection.extras.push(name.clone());
                        selection.groups.push(name);
                    }
                }
            }
            Word::Option("--without", value) => selection.without.extend(list(value)),
            Word::Option("--prod" | "--production" | "--no-dev", _) => selection.no_dev = true,
            Word::Option("--no-self", _) => selection.no_project = true,
            Word::Option("-o" | "--output", value) => file = Some(value.to_owned()),
            Word::Option("-p" | "--project", value) => value.clone_into(&mut folder),
            Word::Option(..) => {}
            Word::Free(word) => match command {
                None => command = Some(word),
                Some(_) => is_config.push(word),
            },
        }
    }
    match (command, &is_config[..]) {
        (Some("install" | "sync"), _) => {
            let into = Into::Prefix(String::new());
            Effect::Install(Install { tool: Tool::Pdm, asks: vec![Ask::Own(selection)], into, alone: false, folder })
        }
        (Some("export"), _) => {
            let selection = Selection { no_project: true, ..selection };
            written(file.as_deref().or(output), vec![Ask::Own(selection)])
        }
        (Some("config"), ["python.use_venv", value, ..]) => Effect::Sets("PDM_USE_VENV", (*value).to_owned()),
        _ => Effect::Nothing,
    }
}

/// `pipenv install --system --deploy`, `pipenv sync`, `pipenv requirements`.
pub(super) fn pipenv(arguments: &[String], output: Option<&str>) -> Effect {
    const VALUED: &[&str] = &["--categories", "-r", "--requirements", "--python", "-i", "--index", "-e", "--editable"];
    let mut selection = Selection { no_dev: true, no_project: true, ..Selection::default() };
    let (mut command, mut free) = (None, Vec::new());
    let mut into = Into::Prefix(String::new());
    for word in Words::new(arguments, VALUED) {
        match word {
            Word::Option("--system", _) => into = Into::Current,
            Word::Option("--dev" | "-d", _) => selection.no_dev = false,
            Word::Option("--dev-only", _) => selection.only.push("dev".to_owned()),
            Word::Option("--categories", value) => selection.only.extend(list(value)),
            Word::Option("-r" | "--requirements", value) => free.push(Ask::File(value.to_owned())),
            Word::Option("-e" | "--editable", value) => {
                let path = value.split('[').next().unwrap_or_default().to_owned();
                free.push(Ask::Project { path, extras: Vec::new(), editable: true });
            }
            Word::Option(..) => {}
            Word::Free(word) => match command {
                None => command = Some(word),
                Some(_) => free.push(Ask::Named(word.to_owned())),
            },
        }
    }
    match command {
        Some("install" | "sync" | "update") => {
            let asks = if free.is_empty() { vec![Ask::Own(selection)] } else { free };
            Effect::Install(Install { tool: Tool::Pipenv, asks, into, alone: false, folder: String::new() })
        }
        Some("requirements" | "lock") if output.is_some() => written(output, vec![Ask::Own(selection)]),
        _ => Effect::Nothing,
    }
}

/// `conda install -n app flask`, `conda env update -f environment.yml`, `micromamba install -f env.yaml`.
pub(super) fn conda(head: &str, arguments: &[String]) -> Effect {
    const VALUED: &[&str] = &[
        "-n",
        "--name",
        "-p",
        "--prefix",
        "-c",
        "--channel",
        "-f",
        "--file",
        "-r",
        "--root-prefix",
        "--solver",
        "-e",
        "--environment",
        "--manifest-path",
    ];
    let (mut asks, mut into) = (Vec::new(), Into::Current);
    let mut words = Vec::new();
    for word in Words::new(arguments, VALUED) {
        match word {
            Word::Option("-n" | "--name", value) => into = Into::Named(value.to_owned()),
            Word::Option("-p" | "--prefix", value) => into = Into::Prefix(value.to_owned()),
            Word::Option("-f" | "--file", value) => asks.push(Ask::Environment(value.to_owned())),
            Word::Option(..) => {}
            Word::Free(word) => words.push(word),
        }
    }
    // a file of conda names the environment that is made of it
    if matches!(words[..], ["env" | "create", ..]) && into == Into::Current {
        into = Into::Named(String::new());
    }
    let names = match words[..] {
        ["env", "create" | "update", ref rest @ ..] => {
            asks.extend(rest.iter().map(|file| Ask::Environment((*file).to_owned())));
            if asks.is_empty() {
                asks.push(Ask::Environment("environment.yml".to_owned()));
            }
            &[][..]
        }
        ["install" | "create" | "update", ref names @ ..] if head != "pixi" => names,
        ["install", ..] => {
            return Effect::Opaque("what `pixi install` installs is not read".to_owned());
        }
        _ => return Effect::Nothing,
    };
    asks.extend(names.iter().map(|name| match *name {
        // `conda create -n x --clone`, and files that list packages
        _ if name.ends_with(".yml") || name.ends_with(".yaml") => Ask::Environment((*name).to_owned()),
        _ => Ask::Named(conda_name(name)),
    }));
    Effect::Install(Install { tool: Tool::Conda, asks, into, alone: false, folder: String::new() })
}

/// `conda-forge::flask=3.0` as a requirement.
fn conda_name(word: &str) -> String {
    let name = word.rsplit("::").next().unwrap_or_default();
    let end = name.find(['=', '<', '>', '!', ' ', '~']).unwrap_or(name.len());
    name[..end].to_owned()
}
