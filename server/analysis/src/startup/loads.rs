//! Which files of the workspace an import loads, in Python's order: packages first, then the module, then members that are
//! modules.

use crate::analysis::Analysis;
use crate::imports::{self, Fallback, Target};
use crate::model::ids::FileId;
use crate::model::modules::Found;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::python::{ImportForm, ImportStatement, ImportedModule, PythonFacts};
use pinlens_facts::words::names::FilePath;

/// The files that one module of an import statement loads; empty where it leads out of the workspace.
pub(crate) fn of(
    ws: &Analysis,
    path: &FilePath,
    facts: &PythonFacts,
    statement: &ImportStatement,
    module: &ImportedModule,
) -> Vec<FileId> {
    let (mut loaded, at) = module_files(ws, path, facts, statement, module);
    let Some(at) = at.filter(|at| statement.parsed.form == ImportForm::From && !at.is_empty()) else { return loaded };
    for member in module.members.iter().filter(|member| &*member.name != "*") {
        let inner = joined(&at, &member.name);
        loaded.extend(package(ws, &inner).or_else(|| python(ws, &format!("{inner}.py"))));
    }
    loaded
}

/// The file of the module from which a `from` import takes its members.
pub(crate) fn source(
    ws: &Analysis,
    path: &FilePath,
    facts: &PythonFacts,
    statement: &ImportStatement,
    module: &ImportedModule,
) -> Option<FileId> {
    let (files, at) = module_files(ws, path, facts, statement, module);
    let at = at?;
    let is_it = |file: &FileId| {
        let path = ws.path(*file).as_str();
        path.strip_suffix("/__init__.py").or_else(|| path.strip_suffix(".py")) == Some(at.as_str())
    };
    files.into_iter().find(is_it)
}

/// The packages of a module and itself, and its path without extension; no path where a part is missing.
fn module_files(
    ws: &Analysis,
    path: &FilePath,
    facts: &PythonFacts,
    statement: &ImportStatement,
    module: &ImportedModule,
) -> (Vec<FileId>, Option<String>) {
    let mut loaded = Vec::new();
    let dotted = module.name.as_str();
    let base = if statement.parsed.level > 0 {
        let Some(base) = ws.modules().relative_base(path.folder(), statement.parsed.level) else {
            return (loaded, None);
        };
        loaded.extend(package(ws, &base));
        base.into_owned()
    } else {
        let Some(root) = root_of(ws, path, facts, module) else { return (loaded, None) };
        root
    };
    let mut at = base;
    for segment in dotted.split('.').filter(|segment| !segment.is_empty()) {
        at = joined(&at, segment);
        match package(ws, &at).or_else(|| python(ws, &format!("{at}.py"))) {
            Some(file) => loaded.push(file),
            None if ws.modules().has_folder(&at) => {}
            None => return (loaded, None),
        }
    }
    (loaded, Some(at))
}

/// The packages' `__init__` files that are loaded before the module at `path` where it is imported, outermost first.
pub(crate) fn packages_of(ws: &Analysis, path: &FilePath) -> Vec<FileId> {
    let mut found = Vec::new();
    let mut at = path.folder();
    while ws.modules().is_package(at) {
        found.extend(package(ws, at));
        match at.rsplit_once('/') {
            Some((outer, _)) => at = outer,
            None => break,
        }
    }
    found.reverse();
    found.retain(|file| ws.path(*file) != path);
    found
}

/// The file that is loaded for the module `dotted`, looked up from the folder of an entry.
pub(crate) fn module_at(ws: &Analysis, folder: &str, dotted: &str) -> Option<FileId> {
    let path = joined(folder, &dotted.replace('.', "/"));
    package(ws, &path).or_else(|| python(ws, &format!("{path}.py")))
}

/// The `__init__` of the package in `folder`.
pub(crate) fn package(ws: &Analysis, folder: &str) -> Option<FileId> {
    python(ws, &joined(folder, "__init__.py"))
}

/// The Python file at `path`.
pub(crate) fn python(ws: &Analysis, path: &str) -> Option<FileId> {
    let file = ws.file(&FilePath::new(path))?;
    matches!(ws.facts(file), Some(FileFacts::Python(_))).then_some(file)
}

pub(crate) fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The entry of `sys.path` from which the module is loaded: as [`imports::absolute`] decides what an import is.
fn root_of(ws: &Analysis, path: &FilePath, facts: &PythonFacts, module: &ImportedModule) -> Option<String> {
    let name = module.name.as_str();
    let holders = ws.modules().holders(module.name.top());
    if holders.is_empty() {
        return None;
    }
    let mut broken = None;
    for root in ws.roots(path.folder()).iter().filter(|root| holders.iter().any(|holder| **holder == ***root)) {
        match ws.modules().find(root, name) {
            Found::Whole(found) | Found::Missing { package: found, .. } if is_itself(path, root, &found) => {}
            Found::Whole(_) | Found::Namespace(_) => return Some(root.clone()),
            // the packages run before the missing part is missed
            Found::Missing { regular: true, .. } => drop(broken.get_or_insert_with(|| root.clone())),
            Found::Missing { .. } | Found::Nothing => {}
        }
    }
    let target = imports::absolute(ws, path, facts, module, name);
    let Target::Outside { fallback } = target else { return broken };
    let evidence = ws.index().id(name).and_then(|id| ws.index().providers(id)).map(|providers| providers.evidence);
    if !fallback.beats(evidence) {
        return None;
    }
    let is_there = |folder: &str| matches!(ws.modules().find(folder, name), Found::Whole(_));
    match fallback {
        Fallback::Beside if is_there(path.folder()) => Some(path.folder().to_owned()),
        // several folders hold one of that name: nobody knows which one is imported
        _ => {
            let mut there = holders.iter().filter(|holder| is_there(holder));
            there.next().filter(|_| there.next().is_none()).map(ToString::to_string)
        }
    }
}

/// Whether a module that was found in the file's own folder is the file itself.
fn is_itself(path: &FilePath, root: &str, found: &str) -> bool {
    root == path.folder() && path.as_str().rsplit_once('.').is_some_and(|(stem, _)| stem == found)
}
