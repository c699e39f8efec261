//! Whether a command is there, and which Python runs it.

use super::image::{Image, Installed, Python, folder_of};
use super::provided::Provided;
use super::starts::Process;
use crate::analysis::Analysis;
use crate::startup::entries::{Entry, scripts};
use pinlens_facts::deploy::paths::{base_name, below, joined};
use pinlens_facts::knowledge::table::distributions_of_command;
use pinlens_facts::words::names::DistributionName;

/// What a command is.
#[derive(Debug)]
pub(crate) enum Executable {
    /// A script of a distribution, run by this Python.
    Script(Python),
    /// A script of a project of the workspace.
    Own { python: Python, entry: Entry },
    /// No distribution is known to bring it, or the system does.
    System,
    /// One of these distributions would bring it, and none is installed.
    Lacking { distributions: Vec<DistributionName> },
    /// Its distribution is installed, and the command cannot be run.
    Unreachable { why: Box<str>, distribution: DistributionName },
}

/// Looks up a command as a process runs it.
pub(crate) fn find(ws: &Analysis, image: &Image, process: &Process, command: &str) -> Executable {
    let name = base_name(command);
    let folders = folders(image, process, command);
    if let Some((python, entry)) = own(ws, image, name, &folders) {
        return Executable::Own { python, entry };
    }
    // a file of the workspace is no distribution's command, whatever its name is: `./manage.py`
    let at = image.absolute(command);
    if command.contains('/') && (image.file(ws, &at).is_some() || image.is_foreign(&at)) {
        return Executable::System;
    }
    // nor is one that is named by its path: `/srv/site/manage.py`
    let candidates =
        if command.contains('/') && name.ends_with(".py") { Vec::new() } else { distributions_of_command(name) };
    let is_of_system = || image.commands.known.iter().any(|known| **known == *name);
    if candidates.is_empty() {
        return Executable::System;
    }
    let brings = |installed: &Installed| {
        let provided = Provided::of(ws, image, &|other| std::ptr::eq(other, installed));
        candidates.iter().find(|candidate| provided.names.contains(candidate)).cloned()
    };
    let mut elsewhere = None;
    for installed in &image.installed {
        let Some(distribution) = brings(installed) else { continue };
        let bin = installed.bin.as_deref();
        if bin.is_none_or(|bin| !folders.iter().any(|folder| below(bin, folder) == Some(""))) {
            elsewhere.get_or_insert((installed, distribution));
            continue;
        }
        return runnable(image, process, installed, distribution);
    }
    match elsewhere.filter(|_| !is_of_system()) {
        _ if is_of_system() => match image.pythons.iter().find(|python| python.bin == "/usr/bin") {
            Some(python) => Executable::Script(python.clone()),
            None => Executable::System,
        },
        Some((installed, distribution)) => {
            let why = match &installed.bin {
                None => "its folder of commands is not copied".to_owned(),
                Some(bin) => format!("it is in {bin}, which is not on the PATH"),
            };
            Executable::Unreachable { why: why.into(), distribution }
        }
        None => Executable::Lacking { distributions: candidates },
    }
}

/// A script that is there: whether the Python is that its first line names, and sees its distribution.
fn runnable(image: &Image, process: &Process, installed: &Installed, distribution: DistributionName) -> Executable {
    let Some(runs_by) = &installed.runs_by else { return Executable::System };
    let Some(python) = image.pythons.iter().rev().find(|python| python.bin == *runs_by) else {
        let why = format!("its first line names {runs_by}/python, which is not in the image");
        return Executable::Unreachable { why: why.into(), distribution };
    };
    let mut sites = python.sites.clone();
    if python.base.is_none() {
        sites.push(joined(&image.home(), &format!(".local/lib/{}/site-packages", folder_of(python.version))));
    }
    let path = process.environment.get("PYTHONPATH").map_or("", String::as_str);
    sites.extend(path.split(':').filter(|folder| !folder.is_empty()).map(|folder| image.absolute(folder)));
    let is_seen = installed.site.as_deref().is_some_and(|site| sites.iter().any(|seen| below(site, seen) == Some("")));
    if !is_seen {
        let site = installed.site.as_deref().unwrap_or("a folder that is not copied");
        let why = format!("{runs_by}/python, which runs it, does not look into {site}");
        return Executable::Unreachable { why: why.into(), distribution };
    }
    Executable::Script(python.clone())
}

/// The folders in which a command is looked up.
fn folders(image: &Image, process: &Process, command: &str) -> Vec<String> {
    if command.contains('/') {
        let at = image.absolute(command);
        return vec![at.rsplit_once('/').map_or("/", |(folder, _)| folder).to_owned()];
    }
    let own = process.runner.and_then(|runner| image.of_runner(runner, &process.folder));
    own.map(|python| python.bin).into_iter().chain(image.path()).collect()
}

/// The script of a project of the workspace that is installed.
fn own(ws: &Analysis, image: &Image, name: &str, folders: &[String]) -> Option<(Python, Entry)> {
    image.own.projects.iter().find_map(|(project, bin)| {
        let bin = bin.as_ref()?;
        if !folders.iter().any(|folder| below(bin, folder) == Some("")) {
            return None;
        }
        let entry = scripts::of_manifest(ws, project.manifest).into_iter().find(|entry| *entry.found.words == *name)?;
        let python = image.pythons.iter().rev().find(|python| python.bin == *bin)?;
        Some((python.clone(), entry))
    })
}
