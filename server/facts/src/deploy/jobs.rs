//! Jobs of GitHub Actions and GitLab: what each installs and runs. They check a project, and start nothing that is deployed.

use super::effects::{Word, Words};
use super::gcloud;
use super::service::{Build, Document, Platform, Service, Step, line};
use crate::formats::tree::{Node, Row};
use crate::words::lists::List;

/// The jobs of a workflow.
pub(super) fn github(file: &Document<'_>) -> Vec<Service> {
    let Some(jobs) = file.get(file.root(), "jobs") else { return Vec::new() };
    let mut found: Vec<Service> = jobs.rows().iter().map(|row| github_job(file, row)).collect();
    let mut deployed = deployed(&found);
    for row in jobs.rows() {
        let steps = file.get(file.resolved(&row.node), "steps").map_or(&[][..], Node::items);
        let actions = steps.iter().map(|step| file.resolved(step));
        deployed.extend(actions.filter_map(|step| gcloud::of_action(file, step, &file.text(step, "uses")?.0)));
    }
    let steps =
        jobs.rows().iter().flat_map(|row| file.get(file.resolved(&row.node), "steps").map_or(&[][..], Node::items));
    let built: Vec<Service> = steps.filter_map(|step| build_of_action(file, file.resolved(step))).collect();
    deployed.extend(built);
    deployed.extend(found.iter().flat_map(|job| builds_of_steps(&job.steps)).collect::<Vec<_>>());
    found.extend(deployed);
    found
}

/// The image that Docker's own action builds.
fn build_of_action<'a>(file: &Document<'a>, step: &'a Node) -> Option<Service> {
    let (action, at) = file.text(step, "uses")?;
    let with = |key: &str| file.at(step, &["with", key]).and_then(Node::as_text).map(|text| Box::from(text.trim()));
    let is_it = action.split('@').next() == Some("docker/build-push-action");
    is_it.then(|| built(with("context").unwrap_or_else(|| ".".into()), with("file"), with("target"), at))
}

/// The images that `docker build` builds.
fn builds_of_steps(steps: &[Step]) -> Vec<Service> {
    let commands = steps.iter().flat_map(|step| super::shell::commands(&step.text, step.line as usize));
    let build = |command: super::shell::Simple| {
        let at = command.words.iter().position(|word| word == "build").filter(|_| command.words[0] == "docker")?;
        let (mut context, mut dockerfile, mut target) = (None, None, None);
        for word in Words::new(command.words.get(at + 1..)?, &DOCKER_OPTIONS) {
            match word {
                Word::Option("-f" | "--file", value) => dockerfile = Some(value.into()),
                Word::Option("--target", value) => target = Some(value.into()),
                Word::Option(..) => {}
                Word::Free(word) => context = Some(word.into()),
            }
        }
        Some(built(context?, dockerfile, target, line(command.line)))
    };
    commands.filter_map(build).collect()
}

/// Options of `docker build` that take a value.
const DOCKER_OPTIONS: [&str; 12] = [
    "-f",
    "--file",
    "--target",
    "-t",
    "--tag",
    "--build-arg",
    "--platform",
    "--cache-from",
    "--cache-to",
    "-o",
    "--secret",
    "--label",
];

fn built(context: Box<str>, dockerfile: Option<Box<str>>, target: Option<Box<str>>, at: u32) -> Service {
    let build = Build { context, dockerfile, target, line: at, ..Build::default() };
    Service { line: at, platform: Platform::Build, build: Some(build), ..Service::default() }
}

/// What commands of the jobs deploy.
fn deployed(jobs: &[Service]) -> Vec<Service> {
    jobs.iter().flat_map(|job| gcloud::of_steps(&job.steps)).collect()
}

fn github_job<'a>(file: &Document<'a>, row: &'a Row) -> Service {
    let node = file.resolved(&row.node);
    let mut found = Service {
        name: row.key.as_str().into(),
        line: line(row.line),
        platform: Platform::GitHub,
        ..Service::default()
    };
    found.environment = file.pairs(file.get(node, "env"));
    let folder = file.at(node, &["defaults", "run", "working-directory"]).and_then(Node::as_text);
    let steps = file.get(node, "steps").map_or(&[][..], Node::items);
    if file.get(node, "uses").is_some() {
        found.unknown.push("another workflow runs in its place".into());
    }
    for step in steps.iter().map(|step| file.resolved(step)) {
        if let Some((action, _)) = file.text(step, "uses") {
            uses(file, step, &action, &mut found);
        }
        let shell = file.text(step, "shell").map(|(shell, _)| shell);
        let Some(run) = file.get(step, "run").filter(|_| shell.is_none_or(|shell| is_posix(&shell))) else {
            continue;
        };
        let own = file.text(step, "working-directory").map(|(folder, _)| folder);
        let Some(text) = run.as_text().filter(|text| !text.trim().is_empty()) else { continue };
        // a step under a condition may not run
        let text = if file.get(step, "if").is_some() { format!("if _; then\n{text}\nfi") } else { text.to_owned() };
        let first = line(run.line).saturating_sub(u32::from(file.get(step, "if").is_some()));
        found.steps.push(Step { text: text.into(), line: first, folder: own.or_else(|| folder.map(Into::into)) });
    }
    found
}

/// Whether the text of a step is one for a shell as Debian has it: `bash -l {0}`, and not `pwsh`.
fn is_posix(shell: &str) -> bool {
    matches!(shell.split_whitespace().next(), Some("sh" | "bash" | "dash" | "zsh"))
}

/// What an action brings: a Python, or something that is not known.
fn uses<'a>(file: &Document<'a>, step: &'a Node, action: &str, found: &mut Service) {
    let with = |key: &str| {
        file.at(step, &["with", key]).and_then(|node| Some((Box::from(node.as_text()?.trim()), line(node.line))))
    };
    let name = action.split('@').next().unwrap_or_default();
    match List::Action.value_of(name) {
        Some("python") => {
            let version = with("python-version").filter(|(version, _): &(Box<str>, u32)| !version.contains('\u{2026}'));
            found.python = version.or_else(|| found.python.take());
            if with("activate-environment").is_some_and(|(value, _): (Box<str>, u32)| &*value == "true") {
                found.unknown.push("the environment that it activates is not known".into());
            }
        }
        Some(_) => {}
        None => found.unknown.push(format!("what `{name}` installs is not known").into()),
    }
}

/// Keys of .gitlab-ci.yml that are no jobs.
const NO_JOBS: [&str; 11] = [
    "image",
    "services",
    "stages",
    "variables",
    "before_script",
    "after_script",
    "cache",
    "include",
    "workflow",
    "default",
    "pages",
];

/// The jobs of .gitlab-ci.yml.
pub(super) fn gitlab(file: &Document<'_>) -> Vec<Service> {
    let root = file.root();
    let default = file.get(root, "default");
    let of_default = |key: &str| default.and_then(|node| file.get(node, key)).or_else(|| file.get(root, key));
    let rows = root.rows().iter().filter(|row| !row.key.starts_with('.') && !NO_JOBS.contains(&row.key.as_str()));
    let job = |row: &Row| {
        let node = file.resolved(&row.node);
        file.get(node, "script").or_else(|| file.get(node, "extends"))?;
        let mut bases = vec![node];
        let mut unknown: Vec<Box<str>> = Vec::new();
        for name in file.get(node, "extends").into_iter().flat_map(Node::items).filter_map(Node::as_text) {
            match root.get(name) {
                Some(base) => bases.push(file.resolved(base)),
                None => unknown.push(format!("it extends `{name}`, which is elsewhere").into()),
            }
        }
        let get = |key: &str| bases.iter().find_map(|node| file.get(node, key));
        let before = get("before_script").or_else(|| of_default("before_script"));
        let mut steps = file.steps(before);
        steps.extend(file.steps(get("script")));
        let image = get("image").or_else(|| of_default("image"));
        let image =
            image.and_then(|node| Some((node.as_text().or_else(|| file.get(node, "name")?.as_text())?, node.line)));
        Some(Service {
            name: row.key.as_str().into(),
            line: line(row.line),
            platform: Platform::GitLab,
            image: image.map(|(name, at)| (name.into(), line(at))),
            environment: file.pairs(file.get(root, "variables")),
            steps,
            unknown,
            ..Service::default()
        })
    };
    let mut found: Vec<Service> = rows.filter_map(job).collect();
    let deployed = deployed(&found);
    found.extend(deployed);
    found
}
