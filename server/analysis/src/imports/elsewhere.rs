//! What is there when the code runs, though neither the workspace nor its requirements show it: modules of a host, of a submodule
//! that is not checked out, of files that git leaves out, of a build; and those that code puts into `sys.modules`.

use super::import::Import;
use crate::analysis::{Analysis, Input, Remembered};
use crate::model::ids::FileId;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::hosts::{self, Host};
use pinlens_facts::mentions::Said;
use pinlens_facts::words::names::DistributionName;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::sync::Arc;

/// Whether what an import of `file` names is there when it runs.
pub(crate) fn is_there(ws: &Analysis, file: FileId, import: &Import) -> bool {
    let name = &*import.name;
    let around = ws.surroundings();
    around.is_set_at_run_time(name) || host_of(ws, file, name).is_some() || is_out_of_sight(ws, file, name)
}

/// The host that has the module, or the distribution that would provide it.
fn host_of(ws: &Analysis, file: FileId, name: &str) -> Option<&'static Host> {
    let candidates: &[DistributionName] =
        ws.index().id(name).and_then(|id| ws.index().providers(id)).map_or(&[], |providers| &providers.candidates);
    let has = |host: &&'static Host| host.provides(name) || candidates.iter().any(|one| host.carries(one));
    let by_folder = || ws.surroundings().hosts_of(ws.path(file).folder()).find(has);
    hosts::sole_provider(name).or_else(by_folder).or_else(|| hosts_of_file(ws, file).iter().copied().find(has))
}

/// The hosts that a file shows by its text and imports.
#[derive(Debug, Default)]
struct HostsOfFiles(RefCell<FxHashMap<FileId, Arc<[&'static Host]>>>);

impl Remembered for HostsOfFiles {
    const INPUTS: &'static [Input] = &[Input::Structure, Input::Code];
}

/// The hosts that the file itself shows, by its text or its imports; each once. Every import of the file asks.
fn hosts_of_file(ws: &Analysis, file: FileId) -> Arc<[&'static Host]> {
    let memory = &ws.remembered::<HostsOfFiles>().0;
    if let Some(known) = memory.borrow().get(&file) {
        return known.clone();
    }
    let facts = match ws.facts(file) {
        Some(FileFacts::Python(facts)) => Some(facts),
        _ => None,
    };
    let by_text = facts.into_iter().flat_map(|facts| facts.mentions.of(Said::Host));
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
