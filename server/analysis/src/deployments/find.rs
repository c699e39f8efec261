//! Collects the deployments of a workspace, and judges each.

use super::build::Build;
use super::carriers;
use super::deployment::{Deployment, Holds, Installs, Lack, Moment, Start, Verdict, What, range_of};
use super::image::{About, Context, From, Image, Installed, Layer, Place};
use super::judge::{Judged, judge};
use super::platforms;
use super::starts::{Process, Starter};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::deploy::dockerfile::{self, Instruction};
use pinlens_facts::deploy::ignore::Pattern;
use pinlens_facts::deploy::paths::joined;
use pinlens_facts::deploy::service::{self, Platform, Service};
use pinlens_facts::deploy::start::Program;
use pinlens_facts::deploy::{DeployFacts, Says, tox};
use pinlens_facts::facts::FileFacts;
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
    // the Dockerfiles into whose images a service mounts files, each with where it says so
    let mut mounted: FxHashMap<FileId, FileId> = FxHashMap::default();
    for (file, facts) in &files {
        let Says::Services(services) = &facts.says else { continue };
        if !is_deployed(ws.path(*file)) && !services.iter().any(|service| service.platform.is_ci()) {
            continue;
        }
        for service in services.iter().flat_map(|service| platforms::found(ws, *file, service)) {
            let service = with_base(ws, *file, service);
            let deployment = of_service(ws, *file, &service, services, &mut run);
            if let Some(image) = deployment.as_ref().and_then(|one| one.image).filter(|_| !service.mounts.is_empty()) {
                mounted.insert(image, *file);
            }
            found.extend(deployment);
        }
    }
    for file in ws.files() {
        let Some(FileFacts::Settings(settings)) = ws.facts(file) else { continue };
        if ws.path(file).file_name() == "tox.ini" {
            let services = tox::ini(&settings.text);
            found.extend(services.iter().filter_map(|service| of_service(ws, file, service, &services, &mut run)));
        }
    }
    found.extend(ws.manifests_in_order().into_iter().flat_map(|manifest| scripts_of(ws, manifest)));
    for (file, facts) in &files {
        let Says::Image(instructions) = &facts.says else { continue };
        if run.contains(file) || !is_deployed(ws.path(*file)) {
            continue;
        }
        let service = Service { line: 1, ..Service::default() };
        let context = context_of(ws, *file, None);
        let built = Build { ws, file: *file, instructions, below: 0, context, args: BTreeMap::new() }.image(None);
        let Some(mut image) = built else { continue };
        if let Some(by) = mounted.get(file) {
            image.leave_open(About::Files, format!("{} mounts files into it", ws.path(*by)), None);
        }
        // a base for other images starts nothing by itself
        if image.entry.is_none() && image.command.is_none() && image.default_starts.is_empty() {
            continue;
        }
        let place =
            image.command.as_ref().or(image.entry.as_ref()).map_or(Place { file: *file, line: 1 }, |(_, at)| *at);
        let Some(mut deployment) = judged(ws, &image, &service, place, Some(*file)) else { continue };
        deployment.name = name_of(ws.path(*file));
        found.push(deployment);
    }
    found.sort_by(|a, b| (ws.path(a.at.file), a.at.line).cmp(&(ws.path(b.at.file), b.at.line)));
    found
}

pub(super) fn facts(ws: &Analysis, file: FileId) -> Option<&DeployFacts> {
    match ws.facts(file)? {
        FileFacts::Deploy(facts) => Some(facts),
        _ => None,
    }
}

/// Whether what a file describes is deployed: not where tests, documentation or examples lie.
pub(super) fn is_deployed(path: &FilePath) -> bool {
    let aside = |folder: &str| {
        matches!(
            folder,
            "tests"
                | "test"
                | "docs"
                | "doc"
                | "examples"
                | "example"
                | ".github"
                | ".circleci"
                | ".devcontainer"
                | "templates"
        ) || folder.contains("{{")
    };
    let name = path.file_name().to_ascii_lowercase();
    let is_for_people = ["dev", "test", "tests", "local", "ci", "debug", "docs"];
    let parts: Vec<&str> = name.split(['.', '-', '_']).collect();
    !path.folder().split('/').any(aside) && !parts.iter().any(|part| is_for_people.contains(part))
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
                image.layers.push(Layer { to: image.absolute(to), from: From::Workspace { path, context } });
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
    let starts_nothing = image.entry.is_none() && image.command.is_none() && image.default_starts.is_empty();
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

/// The folder whose files a Dockerfile copies: the one that is named, else the one in which most of what it copies lies.
fn context_of(ws: &Analysis, file: FileId, named: Option<&str>) -> Arc<Context> {
    let path = ws.path(file);
    let folder = match named {
        Some(folder) => folder.to_owned(),
        None => likeliest(ws, file),
    };
    // one for this Dockerfile alone stands next to it
    let tries = [format!("{path}.dockerignore"), joined(&folder, ".dockerignore")];
    let ignored: Option<Vec<Pattern>> = tries.iter().find_map(|path| {
        let file = ws.file(&FilePath::new(path))?;
        match &facts(ws, file)?.says {
            Says::Ignored(patterns) => Some(patterns.clone()),
            _ => None,
        }
    });
    Arc::new(Context { folder, ignored: ignored.unwrap_or_default() })
}

/// The folder above a Dockerfile in which most of what it copies is found; the nearest where several are as good.
fn likeliest(ws: &Analysis, file: FileId) -> String {
    let path = ws.path(file);
    let Some(Says::Image(instructions)) = facts(ws, file).map(|facts| &facts.says) else {
        return path.folder().to_owned();
    };
    let sources = copied(instructions);
    let mut best = (0, path.folder().to_owned());
    let mut folder = Some(path.folder());
    while let Some(at) = folder {
        let is_there = |source: &&String| {
            let whole = joined(at, source);
            whole.contains(['*', '?'])
                || ws.file(&FilePath::new(&whole)).is_some_and(|file| ws.facts(file).is_some())
                || ws.has_files_below(&whole)
        };
        let count = sources.iter().filter(is_there).count();
        if count > best.0 {
            best = (count, at.to_owned());
        }
        folder = (!at.is_empty()).then(|| at.rsplit_once('/').map_or("", |(outer, _)| outer));
    }
    best.1
}

/// What instructions copy of the context, but for the whole of it.
fn copied(instructions: &[Instruction]) -> Vec<String> {
    let mut found = Vec::new();
    for instruction in instructions.iter().filter(|one| matches!(&*one.name, "COPY" | "ADD")) {
        let (flags, rest, _) = dockerfile::flags(&instruction.arguments);
        if flags.iter().any(|flag| flag.name == "from") {
            continue;
        }
        let mut words = dockerfile::json_list(&rest.replace("\\\n", " ")).unwrap_or_else(|| dockerfile::words(rest));
        words.pop();
        found.extend(
            words.into_iter().filter(|word| {
                !matches!(word.as_str(), "." | "./") && !word.contains("://") && !word.starts_with("<<")
            }),
        );
    }
    found
}

/// Judges what a service starts in an image; `None` where nothing of it has to do with Python.
fn judged(
    ws: &Analysis,
    image: &Image,
    service: &Service,
    at: Place,
    dockerfile: Option<FileId>,
) -> Option<Deployment> {
    let mut image = image.clone();
    image.environment.extend(service.environment.iter().map(|(name, value)| (name.to_string(), value.to_string())));
    if let Some(folder) = &service.workdir {
        image.folder = image.absolute(folder);
    }
    let of_service = |run: &service::Run| (run.clone(), Place { file: at.file, line: run.line });
    let entry = service.entry.as_ref().map(of_service).or_else(|| image.entry.clone());
    // another entry point takes nothing of the image's command
    let inherited = image.command.clone().filter(|_| service.entry.is_none());
    let command = service.command.as_ref().map(of_service).or(inherited);
    // a description that installs nothing is no whole one
    if !image.installed.iter().any(is_by_command) {
        image.leave_open(About::Installed, "no command is known that installs anything", Some(at));
    }
    let mut starter = Starter::new(ws, &image);
    starter.container(entry.as_ref(), command.as_ref());
    let (mut processes, open) = (starter.found, starter.unknown);
    if processes.is_empty() && open.is_empty() {
        processes.extend(by_default(ws, &image, at));
    }
    let extra: Vec<Process> = platforms::processes(&image, service, at);
    assemble(ws, &image, processes.into_iter().chain(extra).collect(), open, at, dockerfile)
}

/// Whether a command of the description installs it.
fn is_by_command(installed: &Installed) -> bool {
    let words = ["install", "sync", " add "];
    !installed.lists.is_empty() || words.iter().any(|word| installed.words.contains(word))
}

/// What the base image starts where no command is given.
fn by_default(ws: &Analysis, image: &Image, at: Place) -> Option<Process> {
    let found = image.default_starts.iter().find_map(|start| {
        let module = start.split(':').next()?;
        let path = joined(&image.folder, &format!("{}.py", module.replace('.', "/")));
        image.file(ws, &path).map(|_| (start, module))
    });
    let (start, module) = found?;
    Some(Process {
        at: Some(at),
        words: start.clone(),
        is_certain: true,
        program: Program::Imported { module: module.to_owned() },
        folder: image.folder.clone(),
        environment: image.environment.clone(),
        ..Process::default()
    })
}

fn assemble(
    ws: &Analysis,
    image: &Image,
    processes: Vec<Process>,
    open: Vec<Box<str>>,
    at: Place,
    dockerfile: Option<FileId>,
) -> Option<Deployment> {
    let is_known = open.is_empty();
    let mut unknown = image.unknown.clone();
    unknown.extend(open.into_iter().map(|why| super::Unknown { about: About::Start, why, at: None, is_base: false }));
    let mut deployment = Deployment {
        name: Box::default(),
        at,
        image: dockerfile,
        python: None,
        installs: image
            .installed
            .iter()
            .map(|installed| Installs {
                at: installed.at,
                words: installed.words.clone(),
                lists: installed.lists.clone(),
                is_found: installed.is_found,
                names: installed.direct.iter().map(|direct| direct.name.clone()).collect(),
            })
            .collect(),
        starts: Vec::new(),
        lacks: missing_lists(ws, image),
        unknown,
        is_job: false,
        verdict: Verdict::Starts,
        holds: Holds {
            wanted: image.wanted.iter().map(|path| FilePath::new(path)).collect(),
            provided: super::provided::Provided::of(ws, image, &|_| true).by.into_iter().collect(),
            folders: carriers::folders(image),
        },
    };
    let mut opens: Vec<Box<str>> = Vec::new();
    let mut follows_any = false;
    for process in &processes {
        let Judged { lacks, entry, open, python, loads, is_followed } = judge(ws, image, process);
        follows_any |= is_followed || !lacks.is_empty();
        let start = deployment.starts.len();
        deployment.lacks.extend(lacks.into_iter().map(|lack| Lack { start, ..lack }));
        if process.is_certain {
            opens.extend(open);
        }
        if deployment.python.is_none() {
            deployment.python = python.map(|python| (python, image.python_said));
        }
        let (at, words, is_certain) = (process.at, process.words.clone(), process.is_certain);
        deployment.starts.push(Start { at, words, entry, is_certain, loads });
    }
    // a server of files, a program in another language
    let has_python = !image.pythons.is_empty() && (dockerfile.is_some() || image.installed.iter().any(is_by_command));
    if !follows_any && opens.is_empty() && is_known && !has_python && deployment.lacks.is_empty() {
        return None;
    }
    if !follows_any && opens.is_empty() && !deployment.starts.is_empty() {
        opens.push("no Python that is known starts there".into());
    }
    deployment.verdict = verdict(&deployment, &opens);
    Some(deployment)
}

/// The lists that are requested and are not in the image: its build ends there.
fn missing_lists(ws: &Analysis, image: &Image) -> Vec<Lack> {
    let open = image.unknown.iter().find(|unknown| unknown.about == About::Files);
    let lack = |(words, at): &(Box<str>, Place)| Lack {
        file: at.file,
        range: range_of(ws, *at),
        what: What::List { words: words.clone() },
        distribution: None,
        fate: None,
        import: None,
        is_certain: true,
        doubt: open.map(|unknown| unknown.why.clone()),
        start: 0,
        moment: Moment::Start,
    };
    image.missing.iter().map(lack).collect()
}

fn verdict(deployment: &Deployment, opens: &[Box<str>]) -> Verdict {
    if let Some(at) = deployment.lacks.iter().position(Lack::crashes) {
        return Verdict::Crashes(at);
    }
    let at_start = || deployment.lacks.iter().filter(|lack| lack.moment == Moment::Start);
    let doubtful = at_start().filter(|lack| lack.ends_its_command());
    let doubt = { doubtful }.find_map(|lack| lack.doubt.clone());
    let of_start =
        deployment.unknown.iter().find(|unknown| unknown.about == About::Start).map(|unknown| unknown.why.clone());
    let nothing = deployment.starts.is_empty().then(|| Box::from("nothing says what it starts"));
    let uncertain = at_start().find(|lack| lack.ends_its_command() && lack.doubt.is_none());
    let uncertain = uncertain.map(|lack| match (&lack.what, &lack.distribution) {
        (What::Demand { host, .. }, Some(name)) => {
            format!("it is not known whether the code runs for which {host} needs {name}").into()
        }
        _ => Box::from("it depends on a condition what it starts"),
    });
    let why = doubt.or(of_start).or(uncertain).or_else(|| opens.first().cloned()).or(nothing);
    why.map_or(Verdict::Starts, Verdict::Unknown)
}
