//! The files of platforms that build and run an application themselves: App Runner, Render, Railway, Nixpacks, Fly, App Engine.

use super::service::{Build, Document, Platform, Service, Step, line};
use crate::formats::tree::Node;

/// apprunner.yaml.
pub(super) fn apprunner(file: &Document<'_>) -> Vec<Service> {
    let root = file.root();
    let Some(run) = file.get(root, "run") else { return Vec::new() };
    let mut steps = Vec::new();
    for phase in ["pre-build", "build", "post-build"] {
        steps.extend(file.steps(file.at(root, &["build", "commands", phase])));
    }
    // the revised build runs these where the application runs, and its build's results are not kept
    let pre_run = file.steps(file.get(run, "pre-run"));
    let is_revised =
        !pre_run.is_empty() || file.text(root, "runtime").is_some_and(|(runtime, _)| &*runtime != "python3");
    let unknown = if is_revised && pre_run.is_empty() && !steps.is_empty() { steps.clone() } else { pre_run };
    let steps = if is_revised { [steps, unknown].concat() } else { steps };
    let environment = file.get(run, "env").into_iter().flat_map(Node::items);
    let environment = environment.filter_map(|pair| Some((file.text(pair, "name")?.0, file.text(pair, "value")?.0)));
    let version = file.text(run, "runtime-version").or_else(|| file.text(root, "runtime"));
    vec![Service {
        line: line(run.line),
        platform: Platform::AppRunner,
        python: version,
        environment: environment.collect(),
        steps,
        command: file.run(file.get(run, "command")),
        ..Service::default()
    }]
}

/// render.yaml: its services that are built of the repository.
pub(super) fn render(file: &Document<'_>) -> Vec<Service> {
    let Some(services) = file.get(file.root(), "services") else { return Vec::new() };
    let services = services.items().iter().map(|node| file.resolved(node));
    let found = services.filter_map(|node| {
        let text = |key: &str| file.text(node, key);
        let runtime = text("runtime").or_else(|| text("env")).map(|(runtime, _)| runtime)?;
        let (name, at) = text("name").unwrap_or_else(|| (Box::default(), line(node.line)));
        let variables = file.get(node, "envVars").into_iter().flat_map(Node::items);
        let environment: Vec<_> =
            variables.filter_map(|pair| Some((file.text(pair, "key")?.0, file.text(pair, "value")?.0))).collect();
        let python =
            environment.iter().find(|(name, _)| &**name == "PYTHON_VERSION").map(|(_, value)| (value.clone(), at));
        let common = Service {
            name,
            line: at,
            platform: Platform::Render,
            folder: text("rootDir").map(|(folder, _)| folder),
            environment,
            python,
            ..Service::default()
        };
        match &*runtime {
            "python" => Some(Service {
                steps: file.steps(file.get(node, "buildCommand")),
                command: file.run(file.get(node, "startCommand")),
                ..common
            }),
            "docker" => Some(Service {
                build: Some(Build {
                    context: text("dockerContext").map_or_else(|| ".".into(), |(context, _)| context),
                    dockerfile: text("dockerfilePath").map(|(path, _)| path),
                    line: at,
                    ..Build::default()
                }),
                command: file.run(file.get(node, "dockerCommand")),
                ..common
            }),
            _ => None,
        }
    });
    found.collect()
}

/// fly.toml: the processes of its image.
pub(super) fn fly(file: &Document<'_>) -> Vec<Service> {
    let root = file.root();
    let text =
        |keys: &[&str]| file.at(root, keys).and_then(|node| Some((node.as_text()?.trim().into(), line(node.line))));
    let image = text(&["build", "image"]);
    let build = image.is_none().then(|| Build {
        context: ".".into(),
        dockerfile: text(&["build", "dockerfile"]).map(|(path, _)| path),
        target: text(&["build", "build-target"]).map(|(target, _)| target),
        args: file.pairs(file.at(root, &["build", "args"])),
        line: 1,
        ..Build::default()
    });
    if text(&["build", "builder"]).is_some() {
        return Vec::new();
    }
    let environment = file.pairs(file.get(root, "env"));
    let common = Service { platform: Platform::Fly, image, build, environment, line: 1, ..Service::default() };
    let processes = file.get(root, "processes").map_or(&[][..], Node::rows);
    if processes.is_empty() {
        return vec![Service { name: text(&["app"]).map_or_else(Box::default, |(name, _)| name), ..common }];
    }
    let service = |row: &crate::formats::tree::Row| Service {
        name: row.key.as_str().into(),
        line: line(row.line),
        command: row.node.as_text().map(|text| super::service::Run {
            form: super::dockerfile::Form::Shell(text.into()),
            line: line(row.line),
        }),
        ..common.clone()
    };
    processes.iter().map(service).collect()
}

/// railway.json, railway.toml, nixpacks.toml: the commands in place of those that Nixpacks finds itself.
pub(super) fn nixpacks(file: &Document<'_>) -> Vec<Service> {
    let root = file.root();
    let start = file.at(root, &["deploy", "startCommand"]).or_else(|| file.at(root, &["start", "cmd"]));
    let Some(command) = file.run(start) else { return Vec::new() };
    let builds = |keys: &[&str]| file.at(root, keys);
    let is_docker = builds(&["build", "builder"]).and_then(Node::as_text).is_some_and(|text| text == "DOCKERFILE");
    let build = is_docker.then(|| Build {
        context: ".".into(),
        dockerfile: builds(&["build", "dockerfilePath"]).and_then(Node::as_text).map(Into::into),
        line: command.line,
        ..Build::default()
    });
    let mut steps: Vec<Step> = Vec::new();
    for phase in ["setup", "install", "build"] {
        steps.extend(file.steps(builds(&["phases", phase, "cmds"])));
    }
    steps.extend(file.steps(builds(&["build", "buildCommand"])));
    vec![Service {
        line: command.line,
        platform: Platform::Nixpacks,
        build,
        steps,
        command: Some(command),
        ..Service::default()
    }]
}

/// app.yaml of App Engine, where it is for Python 3.
pub(super) fn app_engine(file: &Document<'_>) -> Vec<Service> {
    let root = file.root();
    let Some(runtime) = file.text(root, "runtime").filter(|(runtime, _)| runtime.starts_with("python3")) else {
        return Vec::new();
    };
    vec![Service {
        name: file.text(root, "service").map_or_else(Box::default, |(name, _)| name),
        line: runtime.1,
        platform: Platform::AppEngine,
        python: Some(runtime),
        environment: file.pairs(file.get(root, "env_variables")),
        command: file.run(file.get(root, "entrypoint")),
        ..Service::default()
    }]
}
