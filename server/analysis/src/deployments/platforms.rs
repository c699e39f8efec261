//! What platforms that build an application themselves put where: Heroku, App Runner, Lambda, App Engine, Render, jobs of CI.

use super::image::{About, Context, Direct, From, Image, Installed, Layer, Place, Python};
use super::run::Shell;
use super::starts::Process;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::deploy::effects::{Ask, Effect, Install, Into, Selection, Tool};
use pinlens_facts::deploy::paths::{base_name, joined};
use pinlens_facts::deploy::service::{self, Platform, Service};
use pinlens_facts::deploy::shell;
use pinlens_facts::deploy::start::{Program, started};
use pinlens_facts::words::names::{DistributionName, FilePath, PythonVersion};
use std::sync::Arc;

/// Where the application lies.
const APP: &str = "/app";

/// What the machine holds that runs a service; `None` for a service that starts nothing of the workspace.
pub(super) fn image(ws: &Analysis, file: FileId, service: &Service) -> Option<Image> {
    let at = Place { file, line: service.line };
    let here = if service.platform.is_ci() { "" } else { ws.path(file).folder() };
    let folder = service.folder.as_deref().map_or_else(|| here.to_owned(), |folder| joined(here, folder));
    let mut image = Image::new();
    for why in &service.unknown {
        image.leave_open(About::Installed, why.clone(), Some(at));
    }
    let python = python_of(ws, &folder, service);
    image.python_said = service.python.as_ref().map(|(_, line)| Place { file, line: *line });
    image.pythons.push(Python::at("/usr/local", python));
    provide(&mut image, "pip", at, "the platform");
    if python.is_none_or(|python| python < PythonVersion { major: 3, minor: 12 }) {
        provide(&mut image, "setuptools", at, "the platform");
    }
    image.folder = APP.to_owned();
    let context = Arc::new(Context::default());
    image
        .layers
        .push(Layer { to: APP.to_owned(), from: From::Workspace { path: folder.clone(), context: context.clone() } });
    match service.platform {
        Platform::Procfile => {
            if ws.path(file).file_name() != "Procfile" {
                return None;
            }
            by_files(ws, &mut image, &folder, at);
        }
        Platform::AppRunner | Platform::Render => steps(ws, &mut image, file, service),
        Platform::Nixpacks => {
            by_files(ws, &mut image, &folder, at);
            steps(ws, &mut image, file, service);
        }
        Platform::GitHub | Platform::GitLab => steps(ws, &mut image, file, service),
        Platform::AppEngine => {
            install_list(ws, &mut image, "requirements.txt", at);
            provide(&mut image, "gunicorn", at, "the platform");
        }
        Platform::Sam | Platform::Serverless => function(ws, &mut image, file, service, at),
        Platform::Systemd => {
            image.leave_open(About::Installed, "a unit does not say what is installed", Some(at));
            image.leave_open(About::Files, "a unit does not say which files are there", Some(at));
        }
        Platform::Compose | Platform::Fly => return None,
    }
    Some(image)
}

/// What is called next to commands: the handler of a function.
pub(super) fn processes(image: &Image, service: &Service, at: Place) -> Vec<Process> {
    if service.platform.is_ci() {
        return tests(service, at, image);
    }
    let Some((handler, line)) = &service.handler else { return Vec::new() };
    // `folder/module.function`
    let module = handler.rsplit_once('.').map_or(&**handler, |(module, _)| module).replace('/', ".");
    vec![Process {
        at: Some(Place { line: *line, ..at }),
        words: handler.clone(),
        is_certain: true,
        program: Program::Imported { module },
        folder: image.folder.clone(),
        environment: image.environment.clone(),
        ..Process::default()
    }]
}

/// The runs of pytest among the commands of a job.
fn tests(service: &Service, at: Place, image: &Image) -> Vec<Process> {
    let mut found = Vec::new();
    for step in &service.steps {
        for command in shell::commands(&step.text, step.line as usize) {
            let begun = started(&command.words);
            let arguments = match &begun.program {
                Program::Command { path, arguments } if matches!(base_name(path), "pytest" | "py.test") => arguments,
                Program::Module { module, arguments, .. } if module == "pytest" => arguments,
                _ => continue,
            };
            // what a runner installs by itself is not seen
            if begun.runner.is_some() || command.flow.depth > 0 {
                continue;
            }
            found.push(Process {
                at: Some(Place { line: u32::try_from(command.line).unwrap_or(u32::MAX), ..at }),
                words: command.words.join(" ").into(),
                is_certain: true,
                program: Program::Command { path: "pytest".to_owned(), arguments: arguments.clone() },
                folder: image.folder.clone(),
                environment: image.environment.clone(),
                ..Process::default()
            });
        }
    }
    found
}

fn provide(image: &mut Image, name: &str, at: Place, words: &str) {
    image.installed.push(Installed {
        direct: vec![Direct::named(DistributionName::new(name))],
        site: Some(image.pythons[0].sites[0].clone()),
        bin: Some(image.pythons[0].bin.clone()),
        runs_by: Some(image.pythons[0].bin.clone()),
        at,
        words: words.into(),
        lists: Vec::new(),
        alone: false,
        is_whole: false,
    });
}

/// The Python that a service names, or a file of the platform next to it.
fn python_of(ws: &Analysis, folder: &str, service: &Service) -> Option<PythonVersion> {
    let own = service.python.as_ref().and_then(|(text, _)| version_in(text));
    own.or_else(|| ws.python().filter(|_| !folder.is_empty() || service.platform == Platform::Procfile))
}

/// `python3.11`, `python311`, `3.11.9`.
fn version_in(text: &str) -> Option<PythonVersion> {
    let rest = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    match rest.strip_prefix('3').filter(|minor| !minor.contains('.') && !minor.is_empty()) {
        Some(minor) => Some(PythonVersion { major: 3, minor: minor.parse().ok()? }),
        None => PythonVersion::parse(rest).filter(|_| rest.contains('.')),
    }
}

/// Runs the commands that build a service.
fn steps(ws: &Analysis, image: &mut Image, file: FileId, service: &Service) {
    for step in &service.steps {
        if let Some(folder) = &step.folder {
            image.folder = joined(APP, folder);
        }
        Shell::new(ws, file, 0, image).script(&step.text, step.line);
        image.folder = APP.to_owned();
    }
}

fn install(ws: &Analysis, image: &mut Image, tool: Tool, asks: Vec<Ask>, words: &str, at: Place) {
    let install = Install { tool, asks, into: Into::Python("/usr/local/bin/python".to_owned()), ..Install::default() };
    Shell::new(ws, at.file, 0, image).apply(Effect::Install(install), words, at);
}

fn install_list(ws: &Analysis, image: &mut Image, name: &str, at: Place) {
    if image.file(ws, &image.absolute(name)).is_some() {
        install(ws, image, Tool::Pip, vec![Ask::File(name.to_owned())], &format!("pip install -r {name}"), at);
    }
}

/// What a buildpack installs by the files that it finds, in its order.
fn by_files(ws: &Analysis, image: &mut Image, folder: &str, at: Place) {
    let is_there =
        |name: &str| ws.file(&FilePath::new(&joined(folder, name))).is_some_and(|file| ws.facts(file).is_some());
    let runtime = Selection { no_dev: true, ..Selection::default() };
    if is_there("Pipfile") || is_there("Pipfile.lock") {
        install(
            ws,
            image,
            Tool::Pipenv,
            vec![Ask::Own(Selection { no_project: true, ..runtime })],
            "pipenv install --deploy",
            at,
        );
    } else if is_there("requirements.txt") {
        install_list(ws, image, "requirements.txt", at);
    } else if is_there("poetry.lock") {
        install(ws, image, Tool::Poetry, vec![Ask::Own(runtime)], "poetry sync --only main", at);
    } else if is_there("uv.lock") {
        install(ws, image, Tool::Uv, vec![Ask::Own(runtime)], "uv sync --locked --no-default-groups", at);
    } else if is_there("pyproject.toml") || is_there("setup.py") {
        let project = Ask::Project { path: ".".to_owned(), extras: Vec::new(), editable: true };
        install(ws, image, Tool::Pip, vec![project], "pip install .", at);
    } else {
        image.leave_open(About::Installed, "no list of requirements is known for it", Some(at));
    }
}

/// A function: its folder with what the list in it brings, its layers, and what the runtime provides.
fn function(ws: &Analysis, image: &mut Image, file: FileId, service: &Service, at: Place) {
    provide(image, "boto3", at, "the runtime of AWS Lambda");
    install_list(ws, image, "requirements.txt", at);
    for layer in &service.layers {
        match layer {
            service::Layer::Foreign(name) => {
                image.leave_open(About::Installed, format!("it is not known what the layer {name} holds"), Some(at));
                image.leave_open(About::Files, format!("it is not known what the layer {name} holds"), Some(at));
            }
            service::Layer::Folder { path, is_built, line } => {
                let folder = joined(ws.path(file).folder(), path);
                let inside = if *is_built { folder.clone() } else { joined(&folder, "python") };
                let context = Arc::new(Context::default());
                image
                    .layers
                    .push(Layer { to: "/opt/python".to_owned(), from: From::Workspace { path: inside, context } });
                let at = Place { line: *line, ..at };
                if *is_built {
                    install_list(ws, image, "/opt/python/requirements.txt", at);
                }
            }
        }
    }
    image.environment.insert("PYTHONPATH".to_owned(), "/opt/python".to_owned());
}

/// A machine on which a project of the workspace is installed by `pip install .`.
pub(super) fn of_project(ws: &Analysis, manifest: FileId, at: Place) -> Image {
    let mut image = Image::new();
    image.pythons.push(Python::at("/usr/local", ws.python()));
    provide(&mut image, "pip", at, "pip");
    let path = ws.path(manifest).folder().to_owned();
    image
        .layers
        .push(Layer { to: "/src".to_owned(), from: From::Workspace { path, context: Arc::new(Context::default()) } });
    let project = Ask::Project { path: "/src".to_owned(), extras: Vec::new(), editable: false };
    install(ws, &mut image, Tool::Pip, vec![project], "pip install .", at);
    image
}
