//! Which findings are about one fact, and at which of their places it is best reported.
//!
//! One requirement that is missing shows at every import that needs it. That is one fact, whatever the number of places: one
//! line in one file settles it.

use crate::analysis::Analysis;
use crate::finding::{Diagnostic, Subject};
use crate::model::ids::FileId;
use crate::model::modules::Found;
use crate::model::project::ProjectId;
use crate::startup::chains::Fate;
use crate::startup::start_up;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::python::Phase;
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::ModuleName;
use std::cmp::Reverse;

/// What findings share that are about one thing: the code, the requirements that apply, and the package or module.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fact {
    code: Code,
    project: ProjectId,
    subject: Box<str>,
}

/// How useful it is to report a fact at a place; the most useful is the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank(Reverse<Severity>, Standing);

/// What happens where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    /// An application does not start.
    StartUp,
    /// The import runs when its module is imported.
    Module,
    /// It runs later, or not everywhere.
    Elsewhere,
}

/// The fact that a finding of a file is about, with the rank of its place; `None` for one that is a fact of its own.
pub fn fact(ws: &Analysis, file: FileId, diagnostic: &Diagnostic) -> Option<(Fact, Rank)> {
    if let Some(subject) = subject_of_text(ws, file, diagnostic) {
        let fact = Fact { code: diagnostic.code, project: ws.project_of(file), subject };
        return Some((fact, Rank(Reverse(diagnostic.severity), standing(ws, file, diagnostic.subject))));
    }
    let is_of_import = matches!(
        diagnostic.code,
        Code::UndeclaredImport
            | Code::UnresolvedImport
            | Code::TransitiveImport
            | Code::DevOnlyImport
            | Code::RemovedStdlibModule
    );
    let module = diagnostic.module.as_ref().filter(|_| is_of_import)?;
    let subject = match &diagnostic.distribution {
        Some(distribution) => distribution.as_str(),
        // what a relative import names is another module in each folder
        None if module.as_str().starts_with('.') => &absolute(ws, file, module),
        // parts that packages of the workspace lack are missing one by one
        None if !ws.modules().holders(module.top()).is_empty() => &missing_part(ws, module),
        None => module.top(),
    };
    let fact = Fact { code: diagnostic.code, project: ws.project_of(file), subject: subject.into() };
    Some((fact, Rank(Reverse(diagnostic.severity), standing(ws, file, diagnostic.subject))))
}

/// What a relative import of a file names, with the folder that its dots lead to.
fn absolute(ws: &Analysis, file: FileId, module: &ModuleName) -> String {
    let name = module.as_str();
    let bare = name.trim_start_matches('.');
    let mut folder = ws.path(file).folder();
    for _ in 1..name.len() - bare.len() {
        folder = folder.rsplit_once('/').map_or("", |(outer, _)| outer);
    }
    format!("{folder}/{bare}")
}

/// The part of a dotted name that a package of the workspace lacks, with what is before it: all that is imported from inside it is
/// missing with it.
fn missing_part(ws: &Analysis, module: &ModuleName) -> String {
    let holders = ws.modules().holders(module.top()).iter();
    let parts = holders.filter_map(|holder| match ws.modules().find(holder, module.as_str()) {
        Found::Missing { package, missing, .. } => Some(format!("{package}/{missing}")),
        _ => None,
    });
    // the holder that has the most of it is the one that is meant
    parts.max_by_key(String::len).unwrap_or_else(|| module.to_string())
}

/// What several findings beside imports are about alike: one fault of all the lines of a list, what several services start and is not
/// there, and a distribution that several of them lack.
fn subject_of_text(ws: &Analysis, file: FileId, diagnostic: &Diagnostic) -> Option<Box<str>> {
    match diagnostic.code {
        Code::InvalidRequirement => Some(format!("{}: {}", ws.path(file), diagnostic.message).into()),
        Code::UnresolvedEntry => Some(diagnostic.message.split("): ").next()?.into()),
        Code::UndeclaredUse | Code::MisnamedRequirement => Some(diagnostic.distribution.as_ref()?.as_str().into()),
        _ => None,
    }
}

fn standing(ws: &Analysis, file: FileId, subject: Subject) -> Standing {
    let (Subject::Import(index), Some(FileFacts::Python(facts))) = (subject, ws.facts(file)) else {
        return Standing::Elsewhere;
    };
    if matches!(start_up(ws).fate(ws, file, index), Fate::Crash { .. }) {
        return Standing::StartUp;
    }
    let Some(context) = facts.imports.get(index).map(|import| &import.context) else { return Standing::Elsewhere };
    let runs = context.phase == Phase::Import && context.conditions.is_empty();
    if runs { Standing::Module } else { Standing::Elsewhere }
}
