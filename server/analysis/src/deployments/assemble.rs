//! Makes a deployment of an image and of what a service starts in it, with its verdict.

use super::carriers;
use super::deployment::{Deployment, Holds, Installs, Lack, Moment, Start, Verdict, What, range_of};
use super::image::{About, Image, Installed, Place};
use super::judge::{Judged, judge};
use super::platforms;
use super::starts::{Process, Starter};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::deploy::paths::joined;
use pinlens_facts::deploy::service::{self, Platform, Service};
use pinlens_facts::deploy::start::Program;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::FilePath;

/// Judges what a service starts in an image; `None` where nothing of it has to do with Python.
pub(super) fn judged(
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
    if service.platform == Platform::Compose && !image.environment.contains_key("PYTHONPATH") {
        service.unknown.iter().for_each(|why| image.leave_open(About::Path, why.clone(), Some(at)));
    }
    let of_service = |run: &service::Run| (run.clone(), Place { file: at.file, line: run.line });
    let entry = service.entry.as_ref().map(of_service).or_else(|| image.starts.entry.clone());
    // another entry point takes nothing of the image's command
    let inherited = image.starts.command.clone().filter(|_| service.entry.is_none());
    let command = service.command.as_ref().map(of_service).or(inherited);
    // a description that installs nothing is no whole one; one that installs in another stage alone is
    if !image.base.has_installing_stage && !image.installed.iter().any(is_by_command) {
        image.leave_open(About::Installed, "no command is known that installs anything", Some(at));
    }
    let mut starter = Starter::new(ws, &image);
    starter.container(entry.as_ref(), command.as_ref());
    let (mut processes, open) = (starter.found, starter.unknown);
    if processes.is_empty() && open.is_empty() {
        processes.extend(by_default(ws, &image, at));
    }
    let extra: Vec<Process> = platforms::processes(ws, &image, service, at);
    assemble(ws, &image, processes.into_iter().chain(extra).collect(), open, at, dockerfile)
}

/// Whether a command of the description installs it.
pub(super) fn is_by_command(installed: &Installed) -> bool {
    let words = ["install", "sync", " add "];
    !installed.lists.is_empty() || words.iter().any(|word| installed.words.contains(word))
}

/// What the base image starts where no command is given.
fn by_default(ws: &Analysis, image: &Image, at: Place) -> Option<Process> {
    let found = image.starts.by_base.iter().find_map(|start| {
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

pub(super) fn assemble(
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
            wanted: image.lists.wanted.iter().map(|path| FilePath::new(path)).collect(),
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
            deployment.python = python.map(|python| (python, image.base.python_said));
        }
        let (at, words, is_certain) = (process.at, process.words.clone(), process.is_certain);
        deployment.starts.push(Start { at, words, entry, is_certain, loads });
    }
    // a server of files, a program in another language
    let has_python = has_python(ws, image, dockerfile);
    if !follows_any && opens.is_empty() && is_known && !has_python && deployment.lacks.is_empty() {
        return None;
    }
    if !follows_any && opens.is_empty() && !deployment.starts.is_empty() {
        opens.push("no Python that is known starts there".into());
    }
    deployment.verdict = verdict(&deployment, &opens);
    Some(deployment)
}

/// Whether an image has to do with Python: it has one that is known, installs something for it, or holds code. Of a base image that is not
/// known nothing says that there is one.
fn has_python(ws: &Analysis, image: &Image, dockerfile: Option<FileId>) -> bool {
    if image.pythons.is_empty() {
        return false;
    }
    let installs = image.installed.iter().any(is_by_command);
    if dockerfile.is_none() || installs || !image.unknown.iter().any(|unknown| unknown.is_base) {
        return dockerfile.is_some() || installs;
    }
    let is_code = |file: &FileId| matches!(ws.facts(*file), Some(FileFacts::Python(_)));
    ws.files().iter().any(|file| is_code(file) && image.path_of(ws, ws.path(*file).as_str()).is_some())
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
    image.lists.missing.iter().map(lack).collect()
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
