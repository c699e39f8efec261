//! The entries that command lines start: `gunicorn app:app`, `python main.py`, `celery -A proj worker`, and the handlers that
//! serverless platforms call. What a word names is looked up in the workspace: a word that names nothing there starts nothing.

use super::entry::{By, Entry, Found, Run, object};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::startup::loads;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::mentions::{Mention, MentionKind};
use pinlens_facts::words::lists::List;
use pinlens_facts::words::names::FilePath;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;

/// Looks up what words name.
struct Lookup<'a> {
    ws: &'a Analysis,
    /// All files, in path order.
    files: &'a [FileId],
    /// The Python files by their own names, each list in path order; found when a command first names one.
    scripts: OnceCell<FxHashMap<&'a str, Vec<FileId>>>,
}

impl Lookup<'_> {
    /// The Python files of that name, in path order.
    fn scripts(&self, name: &str) -> &[FileId] {
        let find = || {
            let mut scripts: FxHashMap<&str, Vec<FileId>> = FxHashMap::default();
            for file in self.files.iter().filter(|file| matches!(self.ws.facts(**file), Some(FileFacts::Python(_)))) {
                scripts.entry(self.ws.path(*file).file_name()).or_default().push(*file);
            }
            scripts
        };
        self.scripts.get_or_init(find).get(name).map_or(&[], Vec::as_slice)
    }
}

/// The entries that the files of a workspace start by commands; `files` are all of them, in path order.
pub(super) fn find(ws: &Analysis, files: &[FileId]) -> Vec<Entry> {
    let lookup = Lookup { ws, files, scripts: OnceCell::new() };
    let mut found = Vec::new();
    for (path, mentions) in ws.mentions().filter(|(path, _)| deploys(path)) {
        let Some(file) = ws.file(path) else { continue };
        let by = |mention: &Mention, (target, run, call): (FileId, Run, Option<Box<str>>)| {
            let words: String = mention.text.chars().take(80).collect();
            let found = Found { by: By::Command, at: Some((file, mention.line)), words: words.into() };
            Entry { file: target, run, call, found }
        };
        for kind in [MentionKind::Command, MentionKind::Module] {
            let commands = mentions.of(kind);
            found.extend(commands.filter_map(|mention| Some(by(mention, command(&lookup, path, mention)?))));
        }
        if calls_handlers(path) {
            let names = mentions.of(MentionKind::Name);
            found.extend(names.filter_map(|mention| Some(by(mention, handler(ws, path, &mention.text)?))));
        }
    }
    found
}

/// Whether the commands of a file start what is deployed.
fn deploys(path: &FilePath) -> bool {
    let mut folders = path.folder().split('/');
    let aside =
        |folder| matches!(folder, "tests" | "test" | "docs" | "doc" | "examples" | "ci" | ".github" | ".circleci");
    let name = path.file_name().to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    let is_hidden_ci = name.starts_with('.') && !name.starts_with(".env") && !name.starts_with(".platform");
    !folders.any(aside) && !List::BuildFile.has(stem) && !is_hidden_ci
}

/// Whether names in a file are of functions that a platform calls once their module is imported.
fn calls_handlers(path: &FilePath) -> bool {
    let stem = path.file_name().split('.').next().unwrap_or_default();
    matches!(stem, "serverless" | "template" | "sam" | "zappa_settings" | "uwsgi")
}

type Target = (FileId, Run, Option<Box<str>>);

/// What a command starts.
fn command(lookup: &Lookup, path: &FilePath, mention: &Mention) -> Option<Target> {
    let ws = lookup.ws;
    let words: Vec<&str> = mention.text.split(' ').filter(|word| !word.is_empty()).collect();
    let (head, arguments) = words.split_first()?;
    if let Some(options) = List::AppOption.value_of(head) {
        return by_option(lookup, path, head, arguments, &options.split(' ').collect::<Vec<_>>());
    }
    if List::Runner.has(head)
        && let Some(file) = arguments.iter().find_map(|word| script(lookup, path, word))
    {
        return Some((file, Run::Script, None));
    }
    if List::Server.has(head) {
        return server(ws, path, arguments);
    }
    if let Some(file) = script(lookup, path, head) {
        return Some((file, Run::Script, None));
    }
    // `python -m app.main`
    let (file, _) = object(ws, path.folder(), head).filter(|_| !head.contains(':'))?;
    let is_package = ws.path(file).file_name() == "__init__.py";
    let main = || loads::python(ws, &loads::joined(ws.path(file).folder(), "__main__.py"));
    let file = if is_package { main()? } else { file };
    Some((file, Run::Module, None))
}

/// The value of one of these options.
fn option<'a>(arguments: &[&'a str], names: &[&str]) -> Option<&'a str> {
    arguments.iter().enumerate().find_map(|(at, word)| {
        let joined = names.iter().find_map(|name| {
            let rest = word.strip_prefix(name)?;
            rest.strip_prefix('=').or_else(|| (!name.starts_with("--") && !rest.is_empty()).then_some(rest))
        });
        joined.or_else(|| names.contains(word).then(|| arguments.get(at + 1).copied()).flatten())
    })
}

/// `celery -A proj`, `flask --app web run`.
fn by_option(lookup: &Lookup, path: &FilePath, head: &str, arguments: &[&str], names: &[&str]) -> Option<Target> {
    let ws = lookup.ws;
    let folder = folder_of(path, arguments);
    let Some(value) = option(arguments, names) else {
        // without a word Flask takes one of these
        let is_flask = head == "flask" && arguments.contains(&"run");
        let tries = ["wsgi.py", "app.py"].map(|name| loads::joined(&folder, name));
        let file = tries.iter().filter(|_| is_flask).find_map(|path| loads::python(ws, path))?;
        return Some((file, Run::Import, None));
    };
    if let Some(file) = script(lookup, path, value) {
        return Some((file, Run::Import, None));
    }
    let (file, call) = application(ws, &folder, value)?;
    let is_package = ws.path(file).file_name() == "__init__.py";
    // Celery looks into the package for a module of that name
    let inner = || loads::python(ws, &loads::joined(ws.path(file).folder(), "celery.py"));
    let file = if head == "celery" && is_package { inner().unwrap_or(file) } else { file };
    Some((file, Run::Import, call.filter(|_| head == "flask" || value.contains('('))))
}

/// `gunicorn app:app`, `uvicorn --factory app:create_app`.
fn server(ws: &Analysis, path: &FilePath, arguments: &[&str]) -> Option<Target> {
    let folder = folder_of(path, arguments);
    let is_word = |word: &&&str| !word.starts_with('-');
    let (named, plain): (Vec<&str>, Vec<&str>) =
        arguments.iter().filter(is_word).copied().partition(|word| word.contains(':'));
    let found = named.iter().chain(&plain).find_map(|word| Some((*word, application(ws, &folder, word)?)));
    if let Some((word, (file, call))) = found {
        let calls = word.contains('(') || arguments.contains(&"--factory");
        return Some((file, Run::Import, call.filter(|_| calls)));
    }
    // App Engine starts main:app where nothing else is said
    let is_default = path.file_name().starts_with("app.y") && arguments.is_empty();
    let file = loads::python(ws, &loads::joined(path.folder(), "main.py")).filter(|_| is_default)?;
    Some((file, Run::Import, None))
}

/// The folder from which modules are looked up: `--chdir`, `--app-dir`.
fn folder_of(path: &FilePath, arguments: &[&str]) -> String {
    let inner = option(arguments, &["--chdir", "--app-dir", "--pythonpath", "--workdir"]);
    match inner.map(|folder| folder.trim_start_matches("./").trim_matches('/')) {
        Some(inner) if !inner.is_empty() && inner != "." => loads::joined(path.folder(), inner),
        _ => path.folder().to_owned(),
    }
}

/// The module of `module:attribute`, looked up from a folder, then from the workspace's top.
fn application(ws: &Analysis, folder: &str, words: &str) -> Option<(FileId, Option<Box<str>>)> {
    object(ws, folder, words).or_else(|| object(ws, "", words))
}

/// The Python file of that name: next to the file that says it, else the only one of the workspace.
fn script(lookup: &Lookup, path: &FilePath, word: &str) -> Option<FileId> {
    let ws = lookup.ws;
    let name = word.rsplit('/').next().filter(|name| name.to_ascii_lowercase().ends_with(".py"))?;
    let beside = || loads::python(ws, &loads::joined(path.folder(), word.trim_start_matches("./")));
    let above = || loads::python(ws, word.trim_start_matches("./"));
    beside().or_else(above).or_else(|| {
        let suffix = word.trim_start_matches(['.', '/']);
        let ends_so = |file: &&FileId| {
            let rest = ws.path(**file).as_str().strip_suffix(suffix);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        let mut files = lookup.scripts(name).iter().filter(ends_so);
        files.next().copied().filter(|_| files.next().is_none())
    })
}

/// The module whose function `pkg.module.handler` a platform calls.
fn handler(ws: &Analysis, path: &FilePath, name: &str) -> Option<Target> {
    let dotted = name.replace('/', ".");
    let whole = application(ws, path.folder(), &dotted);
    let (file, _) = whole.or_else(|| application(ws, path.folder(), dotted.rsplit_once('.')?.0))?;
    Some((file, Run::Import, None))
}
