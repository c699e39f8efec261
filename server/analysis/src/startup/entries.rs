//! Where the applications of a workspace start, and what says so.

mod commands;
pub(crate) mod scripts;

use super::loads;
use crate::model::ids::FileId;
use crate::model::store::Model;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::roles::{Role, role_of_code};

/// Where an application starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The file that runs first.
    pub file: FileId,
    /// How it is run.
    pub run: Run,
    /// The function of it that is called once it is loaded.
    pub call: Option<Box<str>>,
    /// What says so.
    pub found: Found,
}

/// How the file of an entry is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Run {
    /// `python main.py`
    Script,
    /// `python -m pkg.main`
    Module,
    /// Imported by a server or a generated script: `gunicorn app:app`.
    Import,
}

/// What says that an application starts somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// How sure that is.
    pub by: By,
    /// The file that says so, and the line in it, from 1.
    pub at: Option<(FileId, u32)>,
    /// The words that say it: a command, the name of a script.
    pub words: Box<str>,
}

/// By what an entry is known, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// The user asks of it.
    Asked,
    /// The setting `entries`.
    Configured,
    /// A command in a file that deploys the application.
    Command,
    /// A script that packaging metadata names.
    Script,
    /// The file's own name: `manage.py`, `wsgi.py`, `asgi.py`.
    Name,
    /// A test of `__name__ == "__main__"`, or a `#!` line.
    Main,
}

impl Entry {
    /// A file that the user asks of, run as a script; one in a package, where relative imports would fail so, by `-m`.
    pub fn file(ws: &Model, file: FileId) -> Self {
        let run = if ws.modules().is_package(ws.path(file).folder()) { Run::Module } else { Run::Script };
        Self { file, run, call: None, found: Found { by: By::Asked, at: None, words: "".into() } }
    }

    /// What says that the application starts here, in words: `Procfile:1, "gunicorn app:app"`.
    pub fn told_by(&self, ws: &Model) -> String {
        let place = self.found.at.map(|(file, line)| format!("{}:{line}", ws.shown(ws.path(file))));
        let words = &self.found.words;
        match (self.found.by, place) {
            (By::Asked, _) => "as asked".to_owned(),
            (By::Configured, _) => "the setting `entries`".to_owned(),
            (By::Command, Some(place)) => format!("`{words}` in {place}"),
            (By::Script, Some(place)) => format!("the script `{words}` in {place}"),
            (By::Name, _) => "its name".to_owned(),
            (By::Main, _) if words.is_empty() => "`if __name__ == \"__main__\"`".to_owned(),
            (_, Some(place)) => format!("{words} in {place}"),
            (_, None) => words.to_string(),
        }
    }
}

/// Every entry, the surest first, then by path; each file, way to run and function once.
pub(crate) fn find(ws: &Model) -> Vec<Entry> {
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
                scripts::of_pyproject(ws, file, &settings.text, &mut found);
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
        let told = |other: &Entry| other.file == entry.file && entry.found.by >= By::Name;
        if !all.iter().any(|other| same(other) || told(other)) {
            all.push(entry);
        }
    }
    all
}

/// An entry that the file's own name or text shows. Code for developers is run by hand: it starts no application.
fn by_itself(ws: &Model, file: FileId, is_script: bool) -> Option<Entry> {
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
fn configured(ws: &Model, words: &str, others: &[Entry]) -> Option<Entry> {
    let found = Found { by: By::Configured, at: None, words: words.into() };
    if let Some(file) = loads::python(ws, words) {
        let known = others.iter().filter(|other| other.file == file).min_by_key(|other| other.found.by);
        let entry = known.cloned().unwrap_or_else(|| Entry::file(ws, file));
        return Some(Entry { found, ..entry });
    }
    let (file, call) = object(ws, "", words)?;
    Some(Entry { file, run: Run::Import, call, found })
}

/// The file of `package.module:function`, looked up from `folder`, its `src` and the configured roots; and the function.
pub(crate) fn object(ws: &Model, folder: &str, words: &str) -> Option<(FileId, Option<Box<str>>)> {
    let (module, name) = words.split_once(':').map_or((words, None), |(module, name)| (module, Some(name)));
    let is_module = |segment: &str| !segment.is_empty() && segment.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !module.split('.').all(is_module) {
        return None;
    }
    let mut folders = vec![folder.to_owned(), loads::joined(folder, "src")];
    folders.extend(ws.config().roots.iter().map(|root| FilePath::new(root).to_string()));
    folders.extend(ws.roots(folder).iter().cloned());
    let file = folders.iter().find_map(|folder| loads::module_at(ws, folder, module))?;
    let call = name.map(|name| name.split(['(', '[', ' ']).next().unwrap_or_default());
    Some((file, call.filter(|name| !name.is_empty()).map(Into::into)))
}
