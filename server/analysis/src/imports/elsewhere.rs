//! What is there when the code runs, though neither the workspace nor its requirements show it: modules of a host, of a submodule
//! that is not checked out, of files that git leaves out, of a build; and those that code puts into `sys.modules`.

use super::import::Import;
use crate::analysis::{Analysis, Input, Remembered};
use crate::model::ids::FileId;
use crate::model::project::{Project, ProjectId};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::alike;
use pinlens_facts::knowledge::catalog::{self, StdlibStatus};
use pinlens_facts::knowledge::hosts::{self, Host};
use pinlens_facts::mentions::MentionKind;
use pinlens_facts::words::names::{DistributionName, FilePath, PythonVersion, lies_in, squash};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::sync::Arc;

/// Whether what an import of `file` names is there when it runs.
pub(crate) fn is_there(ws: &Analysis, file: FileId, import: &Import) -> bool {
    let name = &*import.name;
    let around = ws.surroundings();
    around.is_set_at_run_time(name)
        || host_of(ws, file, name).is_some()
        || is_out_of_sight(ws, file, name)
        || is_in_older_python(ws, file, name)
}

/// Whether the standard library has the module in the Python that a script's own block names, or, where nothing says for which Python
/// the code is, in the newest that tests run.
fn is_in_older_python(ws: &Analysis, file: FileId, name: &str) -> bool {
    let python = own_python(ws, file).or_else(|| ws.surroundings().tested().filter(|_| !ws.knows_target()));
    let top = name.split('.').next().unwrap_or_default();
    python.is_some_and(|python| catalog::stdlib_status(top, python) == StdlibStatus::Present)
}

/// The Python of a script with a block of requirements of its own (PEP 723): the project's is not its.
fn own_python(ws: &Analysis, file: FileId) -> Option<PythonVersion> {
    match ws.facts(file)? {
        FileFacts::Python(facts) => facts.pythons[0].filter(|_| facts.declares.is_some()),
        _ => None,
    }
}

/// The host that has the module, or the distribution that would provide it.
fn host_of(ws: &Analysis, file: FileId, name: &str) -> Option<&'static Host> {
    let candidates: &[DistributionName] =
        ws.index().id(name).and_then(|id| ws.index().providers(id)).map_or(&[], |providers| &providers.candidates);
    let has = |host: &&'static Host| host.provides(name) || candidates.iter().any(|one| host.carries(one));
    let by_folder = || ws.surroundings().hosts_of(ws.path(file).folder()).find(has);
    let by_file = || hosts_of_file(ws, file).iter().copied().find(has);
    // that other code of the project is for a host says whose modules these are, and not what is installed for this one
    let by_project = || {
        let is_rare = !catalog::is_popular_module(name.split('.').next().unwrap_or_default());
        let hosts = hosts_of_project(ws, ws.project_of(file));
        hosts.iter().copied().find(|host| is_rare && host.provides(name))
    };
    hosts::sole_provider(name).or_else(by_folder).or_else(by_file).or_else(by_project)
}

/// The hosts that code of each project shows by importing what nobody else provides.
#[derive(Debug, Default)]
struct HostsOfProjects(RefCell<FxHashMap<ProjectId, Arc<[&'static Host]>>>);

impl Remembered for HostsOfProjects {
    const INPUTS: &'static [Input] = &[Input::Structure, Input::Imports];
}

fn hosts_of_project(ws: &Analysis, project: ProjectId) -> Arc<[&'static Host]> {
    let memory = &ws.remembered::<HostsOfProjects>().0;
    if let Some(known) = memory.borrow().get(&project) {
        return known.clone();
    }
    let is_shown = |host: &&Host| host.sole().any(|module| ws.index().imports_within(project, module));
    let found: Arc<[&'static Host]> = hosts::all().iter().filter(is_shown).collect();
    memory.borrow_mut().insert(project, found.clone());
    found
}

/// The file in which the code declares what its host installs: package.xml of ROS.
pub(super) fn manifest_of_host(ws: &Analysis, file: FileId) -> Option<&'static str> {
    let manifests = ws.surroundings().hosts_of(ws.path(file).folder()).map(|host| host.manifest);
    manifests.into_iter().find(|manifest| !manifest.is_empty())
}

/// The hosts that a file shows by its text and imports.
#[derive(Debug, Default)]
struct HostsOfFiles(RefCell<FxHashMap<FileId, Arc<[&'static Host]>>>);

impl Remembered for HostsOfFiles {
    const INPUTS: &'static [Input] = &[Input::Structure, Input::Code];
}

/// The hosts that the file itself shows, by its text or its imports; each once. Every import of the file looks them up.
fn hosts_of_file(ws: &Analysis, file: FileId) -> Arc<[&'static Host]> {
    let memory = &ws.remembered::<HostsOfFiles>().0;
    if let Some(known) = memory.borrow().get(&file) {
        return known.clone();
    }
    let facts = match ws.facts(file) {
        Some(FileFacts::Python(facts)) => Some(facts),
        _ => None,
    };
    let by_text = facts.into_iter().flat_map(|facts| facts.mentions.of(MentionKind::Host));
    let imports = facts.into_iter().flat_map(|facts| &facts.imports).flat_map(|one| &one.parsed.modules);
    let by_text = by_text.filter_map(|one| hosts::by_id(&one.text));
    let by_import = imports.filter_map(|module| hosts::of_import(module.name.as_str()));
    let mut found: Vec<&'static Host> = Vec::new();
    for host in by_text.chain(by_import) {
        if found.iter().all(|known| known.id != host.id) {
            found.push(host);
        }
    }
    let found: Arc<[&'static Host]> = found.into();
    memory.borrow_mut().insert(file, found.clone());
    found
}

/// The declared distribution as whose name the module's begins, where nobody knows all modules of it.
pub(super) fn may_install(ws: &Analysis, file: FileId, import: &Import) -> Option<DistributionName> {
    let top = squash(import.name.split('.').next().unwrap_or_default());
    let begins = |name: &&DistributionName| {
        let squashed = squash(name.as_str());
        // one letter more is a slip of the pen
        squashed.len() >= SHORTEST && top.len() > squashed.len() + 1 && top.starts_with(&squashed)
    };
    let names = ws.projects().all[ws.project_of(file)].names.iter();
    names.filter(begins).filter(|name| !ws.environment().knows(name)).min().cloned()
}

/// The beginnings of shorter names say nothing.
const SHORTEST: usize = 4;

/// Whether a script whose own block (PEP 723) declares one of the distributions imports the module of `file`: then that runs in the
/// script's environment.
pub(super) fn is_declared_by_script(ws: &Analysis, file: FileId, candidates: &[DistributionName]) -> bool {
    let path = ws.path(file);
    let module =
        if path.stem() == "__init__" { path.folder().rsplit('/').next().unwrap_or_default() } else { path.stem() };
    let declares = |project: &&Project| candidates.iter().any(|name| project.names.contains(name));
    let imports = |script: FileId| {
        let Some(FileFacts::Python(facts)) = ws.facts(script) else { return false };
        let is_near = facts.traits.changes_path || lies_in(path.folder(), ws.path(script).folder());
        let mut modules = facts.imports.iter().flat_map(|one| &one.parsed.modules);
        is_near && modules.any(|one| one.name.as_str().split('.').any(|part| part == module))
    };
    let mut scripts = ws.projects().scripts().filter(declares).flat_map(|project| &project.lists.entries);
    scripts.any(|script| *script != file && imports(*script))
}

/// The command around the code of `file`, or in the file itself, that installs what nobody knows, if there is one.
pub(super) fn installs_unknown(ws: &Analysis, file: FileId) -> Option<String> {
    let around = ws.surroundings().installs_unknown(ws.path(file).as_str()).next();
    around.map(str::to_owned).or_else(|| absent_list(ws, file).map(|list| format!("pip install -r {list}")))
}

/// The list that the file itself installs and that is not in the workspace.
fn absent_list(ws: &Analysis, file: FileId) -> Option<&str> {
    let mentions = ws.facts(file).and_then(FileFacts::mentions)?;
    let mut lists = mentions.of(MentionKind::List).map(|one| &*one.text);
    let is_read = |path: &FilePath| ws.file(path).is_some_and(|file| ws.facts(file).is_some());
    let is_there = |list: &str| is_read(&ws.path(file).sibling(list)) || is_read(&FilePath::new(list));
    lists.find(|list| !is_there(list))
}

/// Whether a command around the code of `file` installs something from a repository or an archive that is called like the module.
pub(super) fn is_installed_by_place(ws: &Analysis, file: FileId, name: &str) -> bool {
    let top = squash(name.split('.').next().unwrap_or_default());
    let places = ws.surroundings().installs_unknown(ws.path(file).as_str());
    let mut words = places.flat_map(|words| words.split(' '));
    words.any(|word| alike::of_location(word, "").iter().any(|one| squash(one.as_str()) == top))
}

/// Whether git leaves out a folder of the module's name where it would be looked for.
pub(super) fn is_ignored_package(ws: &Analysis, file: FileId, name: &str) -> bool {
    let folder = ws.path(file).folder();
    let top = name.split('.').next().unwrap_or_default();
    let mut roots = ws.roots(folder).iter().map(String::as_str).chain([folder]);
    roots.any(|root| ws.surroundings().is_ignored_package(&joined(root, top)))
}

/// Whether the module lies where the repository does not show it: in a file that git leaves out, or in a submodule that is not
/// checked out.
fn is_out_of_sight(ws: &Analysis, file: FileId, name: &str) -> bool {
    let folder = ws.path(file).folder();
    let top = name.split('.').next().unwrap_or_default();
    let whole = name.replace('.', "/");
    let roots = ws.roots(folder).iter().map(String::as_str);
    roots.chain([folder]).any(|root| {
        is_part_out_of_sight(ws, root, &whole)
            || ws.surroundings().submodule_of(&joined(root, top), |folder| ws.modules().has_folder(folder)).is_some()
    })
}

/// Whether the part of a package that is not at hand is one of a build, of a file that git leaves out, or of a submodule.
pub(super) fn is_part_out_of_sight(ws: &Analysis, package: &str, segment: &str) -> bool {
    let path = joined(package, segment);
    let around = ws.surroundings();
    around.is_built(package, segment)
        || around.is_ignored_module(&path)
        || around.submodule_of(&path, |folder| ws.modules().has_folder(folder)).is_some()
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
