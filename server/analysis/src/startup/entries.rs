//! Where the applications of a workspace start, and what says so.

mod commands;
mod entry;
pub(crate) mod scripts;

pub use entry::{By, Entry, Found, Run};

use super::loads;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use entry::object;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::words::roles::{Role, role_of_code};

/// Every entry, the surest first, then by path; each file, way to run and function once.
pub(crate) fn find(ws: &Analysis) -> Vec<Entry> {
    let mut found = Vec::new();
    let files = ws.files();
    for &file in &files {
        match ws.facts(file) {
            Some(FileFacts::Python(facts)) => {
                let in_package = ws.modules().is_package(ws.path(file).folder());
                let is_run = facts.traits.has_main || facts.traits.is_script && !in_package;
                found.extend(by_itself(ws, file, is_run));
                scripts::of_setup(ws, file, facts.declares.as_deref(), &mut found);
            }
            Some(FileFacts::Settings(settings)) if ws.path(file).file_name() == "pyproject.toml" => {
                scripts::of_pyproject(ws, file, settings, &mut found);
            }
            Some(FileFacts::Settings(settings)) => {
                scripts::of_setup(ws, file, settings.declarations.as_deref(), &mut found);
            }
            _ => {}
        }
    }
    found.extend(commands::find(ws, &files));
    let configured: Vec<Entry> = ws.config().entries.iter().filter_map(|words| configured(ws, words, &found)).collect();
    found.extend(configured);
    found.sort_by(|a, b| (a.found.by, ws.path(a.file)).cmp(&(b.found.by, ws.path(b.file))));
    let mut all: Vec<Entry> = Vec::new();
    for entry in found {
        let same = |other: &Entry| (other.file, other.run, &other.call) == (entry.file, entry.run, &entry.call);
        // a script that some command runs needs no other proof
        let is_known = |other: &Entry| other.file == entry.file && entry.found.by >= By::Name;
        if !all.iter().any(|other| same(other) || is_known(other)) {
            all.push(entry);
        }
    }
    all
}

/// An entry that the file's own name or text shows. Code for developers is run by hand: it starts no application.
fn by_itself(ws: &Analysis, file: FileId, is_script: bool) -> Option<Entry> {
    let path = ws.path(file);
    let (run, by) = match path.file_name() {
        "wsgi.py" | "asgi.py" => (Run::Import, By::Name),
        "manage.py" => (Run::Script, By::Name),
        "__main__.py" => (Run::Module, By::Main),
        _ if is_script => (Run::Script, By::Main),
        _ => return None,
    };
    let is_code = matches!(FileKind::of(path), Some(FileKind::Python | FileKind::PythonSettings) | None);
    let folder = &ws.projects().all[ws.project_of(file)].folder;
    let runs = is_code && role_of_code(path, folder) != Role::Development;
    runs.then(|| Entry { file, run, call: None, found: Found { by, at: None, words: "".into() } })
}

/// What the setting `entries` names: `main.py`, or `package.module:function`. A file is run as others say that it is.
fn configured(ws: &Analysis, words: &str, others: &[Entry]) -> Option<Entry> {
    let found = Found { by: By::Configured, at: None, words: words.into() };
    if let Some(file) = loads::python(ws, words) {
        let known = others.iter().filter(|other| other.file == file).min_by_key(|other| other.found.by);
        let entry = known.cloned().unwrap_or_else(|| Entry::file(ws, file));
        return Some(Entry { found, ..entry });
    }
    let (file, call) = object(ws, "", words)?;
    Some(Entry { file, run: Run::Import, call, found })
}
