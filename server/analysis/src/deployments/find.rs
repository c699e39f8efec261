//! Collects the deployments of a workspace, and judges each.

use super::assemble::{assemble, judged};
use super::build::Build;
use super::context::context_of;
use super::deployment::Deployment;
use super::described::{facts, is_deployed};
use super::image::{About, Context, From, Image, Layer, Place};
use super::platforms;
use super::starts::Process;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::deploy::dockerfile::{self, Instruction};
use pinlens_facts::deploy::paths::joined;
use pinlens_facts::deploy::service::{self, Platform, Service};
use pinlens_facts::deploy::start::Program;
use pinlens_facts::deploy::{DeployFacts, Says, nox, tox};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::lists::List;
use pinlens_facts::words::names::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Every deployment, by the path and the line of its description.
pub(super) fn all(ws: &Analysis) -> Vec<Deployment> {
    let files: Vec<(FileId, &DeployFacts)> =
        ws.files().into_iter().filter_map(|file| Some((file, facts(ws, file)?))).collect();
    let mut found = Vec::new();
    // the Dockerfiles that a service runs as they are
    let mut run: FxHashSet<FileId> = FxHashSet::default();
    // the folders from which jobs build Dockerfiles
    let mut contexts: FxHashMap<FileId, String> = FxHashMap::default();
    // the Dockerfiles into whose images a service mounts files, each with where it says so
    let mut mounted: FxHashMap<FileId, FileId> = FxHashMap::default();
    for (file, facts) in &files {
        let Says::Services(services) = &facts.says else { continue };
        if !is_deployed(ws.path(*file)) && !services.iter().any(|service| service.platform.is_ci()) {
            continue;
        }
        for service in services.iter().filter(|service| service.platform == Platform::Build) {
            contexts.extend(service.build.as_ref().and_then(|build| built_from(ws, build)));
        }
        let services_here = services.iter().filter(|service| service.platform != Platform::Build);
        for service in services_here.flat_map(|service| platforms::found(ws, *file, service)) {
            let service = with_base(ws, *file, service);
            let deployment = of_service(ws, *file, &service, services, &mut run);
            if let Some(image) = deployment.as_ref().and_then(|one| one.image).filter(|_| !service.mounts.is_empty()) {
                mounted.insert(image, *file);
            }
            found.extend(deployment);
        }
    }
    for file in ws.files() {
        let services = match ws.facts(file) {
            Some(FileFacts::Settings(settings)) if ws.path(file).file_name() == "tox.ini" => tox::ini(&settings.text),
            Some(FileFacts::Python(facts)) if !facts.sessions.is_empty() => nox::services(&facts.sessions),
            _ => continue,
        };
        found.extend(services.iter().filter_map(|service| of_service(ws, file, service, &services, &mut run)));
    }
    found.extend(ws.manifests_in_order().into_iter().flat_map(|manifest| scripts_of(ws, manifest)));
    for (file, facts) in &files {
        let Says::Image(instructions) = &facts.says else { continue };
        if run.contains(file) || !is_deployed(ws.path(*file)) {
            continue;
        }
        let around = Around { mounted: mounted.get(file).copied(), context: contexts.get(file).map(String::as_str) };
        found.extend(of_dockerfile(ws, *file, instructions, None, around));
        let targets = dockerfile::targets(instructions).into_iter().filter(|target| !List::AsideWord.has(target));
        found.extend(targets.filter_map(|target| of_dockerfile(ws, *file, instructions, Some(target), around)));
    }
    found.sort_by(|a, b| (ws.path(a.at.file), a.at.line).cmp(&(ws.path(b.at.file), b.at.line)));
    found
}

/// What other files say of a Dockerfile.
#[derive(Clone, Copy)]
struct Around<'a> {
    /// A service that mounts files into its image.
    mounted: Option<FileId>,
    /// The folder from which a job builds it.
    context: Option<&'a str>,
}

/// The Dockerfile that a job builds, and the folder whose files it may copy; both are named from the top of the repository.
fn built_from(ws: &Analysis, build: &service::Build) -> Option<(FileId, String)> {
    let context = build.context.trim_start_matches("./");
    let is_known = |text: &str| !text.contains(['\u{2026}', '$', '{']) && !text.contains("://") && !text.contains('#');
    let folder = joined("", context);
    let path = build.dockerfile.as_deref().map_or_else(|| joined(&folder, "Dockerfile"), |file| joined("", file));
    let file = ws.file(&FilePath::new(&path)).filter(|file| facts(ws, *file).is_some())?;
    (is_known(context) && is_known(&path)).then_some((file, folder))
}

/// The image of a Dockerfile that no service runs: of its last stage, or of one that starts something by itself.
fn of_dockerfile(
    ws: &Analysis,
    file: FileId,
    instructions: &[Instruction],
    target: Option<&str>,
    around: Around<'_>,
) -> Option<Deployment> {
    let service = Service { line: 1, ..Service::default() };
    let context = context_of(ws, file, around.context);
    let mut image = Build { ws, file, instructions, below: 0, context, args: BTreeMap::new() }.image(target)?;
    if let Some(by) = around.mounted {
        image.leave_open(About::Files, format!("{} mounts files into it", ws.path(by)), None);
    }
    // a base for other images starts nothing by itself
    let (entry, command) = (&image.starts.entry, &image.starts.command);
    if entry.is_none() && command.is_none() && image.starts.by_base.is_empty() {
        return None;
    }
    let place = command.as_ref().or(entry.as_ref()).map_or(Place { file, line: 1 }, |(_, at)| *at);
    let mut deployment = judged(ws, &image, &service, place, Some(file))?;
    let path = ws.path(file);
    deployment.name = target.map_or_else(|| name_of(path), |target| format!("{path}, stage {target}").into());
    Some(deployment)
}

fn name_of(path: &FilePath) -> Box<str> {
    path.as_str().into()
}

/// The scripts of a pyproject.toml, as `pip install .` installs them.
fn scripts_of(ws: &Analysis, manifest: FileId) -> Vec<Deployment> {
    let path = ws.path(manifest);
    let (builds, says_requirements) = match ws.facts(manifest) {
        Some(FileFacts::Settings(settings)) => {
            (settings.text.contains("[build-system]"), settings.text.contains("dependencies"))
        }
        _ => (false, false),
    };
    if path.file_name() != "pyproject.toml" || !builds || !is_deployed(path) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for entry in crate::startup::entries::scripts::of_manifest(ws, manifest) {
        let at = Place { file: manifest, line: entry.found.at.map_or(1, |(_, line)| line) };
        let mut image = platforms::of_project(ws, manifest, at);
        if !says_requirements {
            image.leave_open(About::Installed, "pyproject.toml does not say what it requires", Some(at));
        }
        let process = Process {
            at: Some(at),
            words: entry.found.words.clone(),
            is_certain: true,
            program: Program::Command { path: entry.found.words.to_string(), arguments: Vec::new() },
            folder: "/".to_owned(),
            environment: image.environment.clone(),
            ..Process::default()
        };
        let Some(mut deployment) = assemble(ws, &image, vec![process], Vec::new(), at, None) else { continue };
        deployment.name = entry.found.words.clone();
        found.push(deployment);
    }
    found
}

/// The deployment of a service; `None` for one that runs nothing of the workspace.
fn of_service(
    ws: &Analysis,
    file: FileId,
    service: &Service,
    siblings: &[Service],
    run: &mut FxHashSet<FileId>,
) -> Option<Deployment> {
    let at = Place { file, line: service.line };
    let mut deployment = match service.platform {
        Platform::Procfile if let Some((dockerfile, image)) = image_beside(ws, file) => {
            run.insert(dockerfile);
            judged(ws, &image, service, at, Some(dockerfile))?
        }
        Platform::Compose | Platform::Fly | Platform::Render | Platform::Nixpacks
            if service.build.is_some() || service.platform == Platform::Compose =>
        {
            let build = service.build.clone().or_else(|| built_by_sibling(service, siblings))?;
            let base = platforms::base_of(ws, file, service.platform);
            let (dockerfile, image) = image_of(ws, file, base, &build)?;
            if service.command.is_none() && service.entry.is_none() {
                run.extend(dockerfile);
            }
            let mut image = image;
            for (from, to) in &service.mounts {
                let path = joined(ws.path(file).folder(), from);
                let context = Arc::new(Context::default());
                image.files.layers.push(Layer { to: image.absolute(to), from: From::Workspace { path, context } });
            }
            judged(ws, &image, service, at, dockerfile)?
        }
        _ => {
            let image = platforms::image(ws, file, service)?;
            judged(ws, &image, service, at, None)?
        }
    };
    deployment.name = match &*service.name {
        "" => ws.path(file).as_str().into(),
        name => name.into(),
    };
    deployment.is_job = service.platform.is_ci();
    // most jobs have nothing to do with Python
    let says_nothing = deployment.is_job && deployment.starts.is_empty() && deployment.lacks.is_empty();
    (!says_nothing).then_some(deployment)
}

/// The names of the compose files that others override.
const BASES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/// A service with what it does not say itself: a file such as compose.override.yaml adds to the one next to it.
fn with_base(ws: &Analysis, file: FileId, mut service: Service) -> Service {
    let path = ws.path(file);
    let is_whole = service.command.is_some() && (service.build.is_some() || service.image.is_some());
    if service.platform != Platform::Compose || is_whole || BASES.contains(&path.file_name()) {
        return service;
    }
    let bases = BASES.iter().filter_map(|name| facts(ws, ws.file(&path.sibling(name))?));
    let base = bases.filter_map(|facts| match &facts.says {
        Says::Services(services) => services.iter().find(|base| base.name == service.name).cloned(),
        _ => None,
    });
    if let Some(base) = { base }.next() {
        service.inherit(base);
    }
    service
}

/// How the image that a service runs is built by another service of the file.
fn built_by_sibling(service: &Service, siblings: &[Service]) -> Option<service::Build> {
    let (image, _) = service.image.as_ref()?;
    let named = |other: &&Service| other.image.as_ref().is_some_and(|(name, _)| name == image);
    siblings.iter().filter(named).find_map(|other| other.build.clone())
}

/// The image of the Dockerfile next to a Procfile, where it starts nothing itself: the processes run there.
fn image_beside(ws: &Analysis, procfile: FileId) -> Option<(FileId, Image)> {
    let dockerfile = platforms::dockerfile_beside(ws, procfile)?;
    let Says::Image(instructions) = &facts(ws, dockerfile)?.says else { return None };
    let context = context_of(ws, dockerfile, Some(ws.path(procfile).folder()));
    let args = BTreeMap::new();
    let image = Build { ws, file: dockerfile, instructions, below: 0, context, args }.image(None)?;
    let starts_nothing =
        image.starts.entry.is_none() && image.starts.command.is_none() && image.starts.by_base.is_empty();
    starts_nothing.then_some((dockerfile, image))
}

/// The Dockerfile that a service builds, and its image. The build's paths begin at the folder `base`.
fn image_of(ws: &Analysis, file: FileId, base: &str, build: &service::Build) -> Option<(Option<FileId>, Image)> {
    let args: BTreeMap<String, String> = build
        .args
        .iter()
        .filter(|(_, value)| !value.contains('\u{2026}'))
        .map(|(k, v)| (k.to_string(), v.to_string()))
        .collect();
    let folder = joined(base, &build.context);
    let target = build.target.as_deref().filter(|target| !target.contains('\u{2026}'));
    if let Some((text, line)) = &build.inline {
        let instructions = dockerfile::instructions(text);
        let context = context_of(ws, file, Some(&folder));
        let built = Build { ws, file, instructions: &instructions, below: line.saturating_sub(1), context, args };
        return Some((None, built.image(target)?));
    }
    let name = build.dockerfile.as_deref().unwrap_or("Dockerfile");
    let tries = [joined(&folder, name), joined(base, name)];
    let dockerfile =
        tries.iter().find_map(|path| ws.file(&FilePath::new(path)).filter(|file| facts(ws, *file).is_some()))?;
    let Says::Image(instructions) = &facts(ws, dockerfile)?.says else { return None };
    let context = context_of(ws, dockerfile, Some(&folder));
    let built = Build { ws, file: dockerfile, instructions, below: 0, context, args };
    Some((Some(dockerfile), built.image(target)?))
}
