//! What an entry is, and what says so.

use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::startup::loads;
use pinlens_facts::words::names::FilePath;

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
    /// The user requested it.
    Requested,
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
    /// A file that the user names, run as a script; one in a package, where relative imports would fail so, by `-m`.
    pub fn file(ws: &Analysis, file: FileId) -> Self {
        let run = if ws.modules().is_package(ws.path(file).folder()) { Run::Module } else { Run::Script };
        Self { file, run, call: None, found: Found { by: By::Requested, at: None, words: "".into() } }
    }

    /// What says that the application starts here, in words: `Procfile:1, "gunicorn app:app"`.
    pub fn known_from(&self, ws: &Analysis) -> String {
        let place = self.found.at.map(|(file, line)| format!("{}:{line}", ws.shown(ws.path(file))));
        let words = &self.found.words;
        match (self.found.by, place) {
            (By::Requested, _) => "as requested".to_owned(),
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

/// The file of `package.module:function`, looked up from `folder`, its `src` and the configured roots; and the function.
pub(crate) fn object(ws: &Analysis, folder: &str, words: &str) -> Option<(FileId, Option<Box<str>>)> {
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
