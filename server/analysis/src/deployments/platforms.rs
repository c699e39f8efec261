//! What platforms that build an application themselves put where: Heroku, App Runner, Lambda, App Engine, Render, jobs of CI.

use super::image::{About, Context, Direct, From, Image, Installed, Layer, Place, Python};
use super::run::Shell;
use super::starts::Process;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::deploy::effects::{Ask, Effect, Install, Into, Selection, Tool};
use pinlens_facts::deploy::paths::{base_name, below, joined, matches};
use pinlens_facts::deploy::service::{self, Platform, Service};
use pinlens_facts::deploy::shell;
use pinlens_facts::deploy::start::{Program, started};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::{DistributionName, FilePath, PythonVersion};
use std::sync::Arc;

/// Where the application lies.
const APP: &str = "/app";

/// What the machine holds that runs a service; `None` for a service that starts nothing of the workspace.
pub(super) fn image(ws: &Analysis, file: FileId, service: &Service) -> Option<Image> {
    let at = Place { file, line: service.line };
    let here = base_of(ws, file, service.platform);
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
            // who builds the Dockerfile starts the processes in its image; runtime.txt is for a buildpack
            let has_runtime = ws.file(&ws.path(file).sibling("runtime.txt")).is_some();
            if !has_runtime && let Some(dockerfile) = dockerfile_beside(ws, file) {
                let why = format!("it is not known whether {} builds what it runs in", ws.path(dockerfile));
                image.leave_open(About::Installed, why.clone(), Some(at));
                image.leave_open(About::Files, why, Some(at));
            }
        }
        Platform::AppRunner | Platform::Render => steps(ws, &mut image, file, service),
        Platform::Nixpacks => {
            by_files(ws, &mut image, &folder, at);
            steps(ws, &mut image, file, service);
        }
        Platform::GitHub | Platform::GitLab | Platform::Tox => steps(ws, &mut image, file, service),
        Platform::Vercel => {
            let inside =
                service.handler.as_ref().and_then(|(path, _)| path.rsplit_once('/')).map_or("", |(inside, _)| inside);
            let own = joined(APP, inside);
            provide(&mut image, "werkzeug", at, "the runtime of Vercel");
            install_list(ws, &mut image, &joined(&own, "requirements.txt"), at);
            by_files(ws, &mut image, &folder, at);
            image.environment.insert("PYTHONPATH".to_owned(), own);
        }
        Platform::Azure => {
            provide(&mut image, "azure-functions", at, "the runtime of Azure Functions");
            install_list(ws, &mut image, "requirements.txt", at);
        }
        Platform::CloudFunction => {
            provide(&mut image, "functions-framework", at, "the runtime of Cloud Functions");
            install_list(ws, &mut image, "requirements.txt", at);
        }
        Platform::Streamlit => {
            provide(&mut image, "streamlit", at, "the platform");
            by_files(ws, &mut image, &folder, at);
        }
        Platform::Space => {
            let sdk = service.image.as_ref().map_or("gradio", |(sdk, _)| sdk);
            for name in [
                sdk,
                "huggingface-hub",
                "spaces",
                "datasets",
                "hf-transfer",
                "protobuf",
                "click",
                "pydantic",
                "uvicorn",
            ] {
                provide(&mut image, name, at, "the Space");
            }
            install_list(ws, &mut image, "pre-requirements.txt", at);
            install_list(ws, &mut image, "requirements.txt", at);
        }
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

/// The Dockerfile next to a file.
pub(super) fn dockerfile_beside(ws: &Analysis, file: FileId) -> Option<FileId> {
    let dockerfile = ws.file(&ws.path(file).sibling("Dockerfile"));
    dockerfile.filter(|dockerfile| matches!(ws.facts(*dockerfile), Some(FileFacts::Deploy(_))))
}

/// The folder from which a description's paths begin: the repository's own for jobs and for Render, else its own.
pub(super) fn base_of(ws: &Analysis, file: FileId, platform: Platform) -> &str {
    let of_repository =
        matches!(platform, Platform::GitHub | Platform::GitLab | Platform::Render | Platform::CloudFunction);
    if of_repository { "" } else { ws.path(file).folder() }
}

/// The services that a service stands for: those of platforms that find files by convention have one for each file that is there.
pub(super) fn found(ws: &Analysis, file: FileId, service: &Service) -> Vec<Service> {
    let folder = ws.path(file).folder();
    let is_there = |path: &str| {
        let file = ws.file(&FilePath::new(path)).and_then(|file| ws.facts(file));
        matches!(file, Some(FileFacts::Python(_)))
    };
    let Some((handler, line)) = &service.handler else { return vec![service.clone()] };
    match service.platform {
        Platform::Vercel => {
            let inside = |file: FileId| {
                let path = ws.path(file).as_str();
                let rest = if folder.is_empty() { path } else { below(path, folder)? };
                // files with such names are no functions
                let is_function = !rest.split('/').any(|part| part.starts_with(['_', '.']));
                (is_function && matches(rest, handler) && is_there(path)).then(|| rest.to_owned())
            };
            let of_file = |path: String| Service {
                name: path.as_str().into(),
                handler: Some((path.into(), *line)),
                ..service.clone()
            };
            ws.files().into_iter().filter_map(inside).map(of_file).collect()
        }
        // the file of one function lies beside its description, and the application around both
        Platform::Azure if ws.path(file).file_name() == "function.json" => {
            let name = base_name(folder);
            let path = joined(name, handler);
            let around = folder.rsplit_once('/').map_or("", |(outer, _)| outer);
            let handler = Some((path.as_str().into(), *line));
            let named = Service { name: name.into(), handler, folder: Some("..".into()), ..service.clone() };
            if is_there(&joined(around, &path)) { vec![named] } else { Vec::new() }
        }
        Platform::Azure | Platform::Streamlit | Platform::Space | Platform::CloudFunction => {
            let base = base_of(ws, file, service.platform);
            let folder = joined(base, service.folder.as_deref().unwrap_or("."));
            let name = if service.platform == Platform::CloudFunction { "main.py" } else { handler };
            if is_there(&joined(&folder, name)) { vec![service.clone()] } else { Vec::new() }
        }
        _ => vec![service.clone()],
    }
}

/// What is called next to commands: the handler of a function.
pub(super) fn processes(image: &Image, service: &Service, at: Place) -> Vec<Process> {
    if service.platform.is_ci() {
        return tests(service, at, image);
    }
    let Some((handler, line)) = &service.handler else { return Vec::new() };
    // `folder/module.function`
    let module = handler.rsplit_once('.').map_or(&**handler, |(module, _)| module);
    let module = module.strip_suffix("/__init__").unwrap_or(module).replace('/', ".");
    let program = match service.platform {
        // these run the file as a script
        Platform::Streamlit | Platform::Space => {
            Program::File { python: "python".to_owned(), path: handler.to_string(), arguments: Vec::new() }
        }
        _ => Program::Imported { module },
    };
    vec![Process {
        at: Some(Place { line: *line, ..at }),
        words: handler.clone(),
        is_certain: true,
        program,
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
        is_found: false,
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
        let known = image.installed.len();
        install(ws, image, Tool::Pip, vec![Ask::File(name.to_owned())], &format!("pip install -r {name}"), at);
        image.installed.iter_mut().skip(known).for_each(|installed| installed.is_found = true);
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
