//! What platforms that build an application themselves put where: Heroku, App Runner, Lambda, App Engine, Render, jobs of CI.

use super::image::{About, Context, Direct, From, Image, Installed, Layer, Place, Python};
use super::run::Shell;
use super::starts::{Process, Starter};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::deploy::effects::{Ask, Effect, Install, Into, Selection, Tool};
use pinlens_facts::deploy::paths::{base_name, below, joined, matches};
use pinlens_facts::deploy::service::{self, Platform, Service};
use pinlens_facts::deploy::start::Program;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::Group;
use pinlens_facts::words::lists::List;
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
    image.base.python_said = service.python.as_ref().map(|(_, line)| Place { file, line: *line });
    image.pythons.push(Python::at("/usr/local", python));
    provide(&mut image, "pip", at, "the platform");
    if python.is_none_or(|python| python < PythonVersion { major: 3, minor: 12 }) {
        provide(&mut image, "setuptools", at, "the platform");
    }
    image.folder = APP.to_owned();
    let context = Arc::new(Context::default());
    image
        .files
        .layers
        .push(Layer { to: APP.to_owned(), from: From::Workspace { path: folder.clone(), context: context.clone() } });
    match service.platform {
        Platform::Procfile => {
            if ws.path(file).file_name() != "Procfile" {
                return None;
            }
            by_files(ws, &mut image, &folder, at);
            // so does the buildpack of Heroku
            image.environment.insert("PYTHONPATH".to_owned(), APP.to_owned());
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
        Platform::GitHub | Platform::GitLab | Platform::AzurePipelines | Platform::Tox | Platform::Nox => {
            steps(ws, &mut image, file, service);
        }
        Platform::Vercel => {
            let inside =
                service.handler.as_ref().and_then(|(path, _)| path.rsplit_once('/')).map_or("", |(inside, _)| inside);
            let own = joined(APP, inside);
            provided_by(&mut image, "vercel", at, "the runtime of Vercel");
            install_list(ws, &mut image, &joined(&own, "requirements.txt"), at);
            by_files(ws, &mut image, &folder, at);
            image.environment.insert("PYTHONPATH".to_owned(), own);
        }
        Platform::Azure => {
            provided_by(&mut image, "azure", at, "the runtime of Azure Functions");
            install_list(ws, &mut image, "requirements.txt", at);
        }
        Platform::CloudFunction => {
            provided_by(&mut image, "cloud-function", at, "the runtime of Cloud Functions");
            install_list(ws, &mut image, "requirements.txt", at);
        }
        Platform::Streamlit => {
            provided_by(&mut image, "streamlit", at, "the platform");
            image.environment.insert("PYTHONPATH".to_owned(), APP.to_owned());
            by_files(ws, &mut image, &folder, at);
        }
        Platform::Space => {
            image.environment.insert("PYTHONPATH".to_owned(), APP.to_owned());
            let sdk = service.image.as_ref().map_or("gradio", |(sdk, _)| sdk);
            provide(&mut image, sdk, at, "the Space");
            provided_by(&mut image, "space", at, "the Space");
            install_list(ws, &mut image, "pre-requirements.txt", at);
            install_list(ws, &mut image, "requirements.txt", at);
        }
        Platform::AppEngine => {
            install_list(ws, &mut image, "requirements.txt", at);
            // what starts it is brought only where nothing else is named
            if service.command.is_none() {
                provided_by(&mut image, "app-engine", at, "the platform");
            }
        }
        Platform::Sam | Platform::Serverless => function(ws, &mut image, file, service, at),
        Platform::Systemd => {
            image.leave_open(About::Installed, "a unit does not say what is installed", Some(at));
            image.leave_open(About::Files, "a unit does not say which files are there", Some(at));
        }
        Platform::Compose | Platform::Fly | Platform::Build => return None,
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
    let of_repository = matches!(
        platform,
        Platform::GitHub | Platform::GitLab | Platform::AzurePipelines | Platform::Render | Platform::CloudFunction
    );
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
pub(super) fn processes(ws: &Analysis, image: &Image, service: &Service, at: Place) -> Vec<Process> {
    if service.platform.is_ci() {
        return tests(ws, service, at, image);
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

/// The runs of pytest and of other tools among the commands of a job, those of scripts and makefiles that it calls among them.
fn tests(ws: &Analysis, service: &Service, at: Place, image: &Image) -> Vec<Process> {
    let mut found = Vec::new();
    for step in &service.steps {
        let mut here = image.clone();
        here.folder = step.folder.as_deref().map_or_else(|| APP.to_owned(), |folder| joined(APP, folder));
        let mut starter = Starter::new(ws, &here);
        // the first command that fails ends a job
        starter.text(&format!("set -e; {}", step.text), step.line, Place { line: step.line, ..at });
        let certain = starter.found.into_iter().filter(|process| process.is_certain);
        found.extend(certain.filter_map(|process| of_tests(&here, process)));
    }
    found
}

/// The process, where it runs a tool that nothing but an installation brings, in an environment that is known.
fn of_tests(image: &Image, process: Process) -> Option<Process> {
    let program = match &process.program {
        Program::Command { path, .. } if List::JobCommand.has(base_name(path)) => process.program.clone(),
        Program::Module { python, module, arguments } if List::JobCommand.has(module) => {
            // the command lies next to its Python
            let folder = python.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
            Program::Command { path: format!("{folder}{module}"), arguments: arguments.clone() }
        }
        _ => return None,
    };
    // what runs in a container, or on another machine, is not for the job to install
    if process.words.split(' ').next().is_some_and(|head| List::Remote.has(head)) {
        return None;
    }
    let is_known = |runner| process.syncs.is_some() || image.of_runner(runner, &process.folder).is_some();
    process.runner.is_none_or(is_known).then_some(Process { program, ..process })
}

/// Adds what a platform installs by itself.
fn provided_by(image: &mut Image, platform: &str, at: Place, words: &str) {
    let rows = List::PlatformPackage.rows().iter().filter(|(_, by)| *by == platform);
    rows.for_each(|(name, _)| provide(image, name, at, words));
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
    } else if ["pyproject.toml", "setup.cfg", "setup.py"].iter().any(|name| requires(ws, &joined(folder, name))) {
        let project = Ask::Project { path: ".".to_owned(), extras: Vec::new(), editable: true };
        install(ws, image, Tool::Pip, vec![project], "pip install .", at);
    } else {
        image.leave_open(About::Installed, "no list of requirements is known for it", Some(at));
    }
}

/// Whether a manifest of a project requires anything: many a pyproject.toml only configures tools.
fn requires(ws: &Analysis, path: &str) -> bool {
    let facts = ws.file(&FilePath::new(path)).and_then(|file| ws.facts(file)?.declarations());
    facts.is_some_and(|facts| facts.requirements.iter().any(|one| one.group == Group::Runtime))
}

/// A function: its folder with what the list in it brings, its layers, and what the runtime provides.
fn function(ws: &Analysis, image: &mut Image, file: FileId, service: &Service, at: Place) {
    provided_by(image, "lambda", at, "the runtime of AWS Lambda");
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
                    .files
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
        .files
        .layers
        .push(Layer { to: "/src".to_owned(), from: From::Workspace { path, context: Arc::new(Context::default()) } });
    let project = Ask::Project { path: "/src".to_owned(), extras: Vec::new(), editable: false };
    install(ws, &mut image, Tool::Pip, vec![project], "pip install .", at);
    image
}
