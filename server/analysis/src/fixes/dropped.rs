//! Taking out what a person names: a distribution, or a module that a required one provides.

use super::{Applicability, FileEdit, Fix, SourceEdit, remove};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::project::{RequirementId, compiled};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::RequirementsFacts;
use pinlens_facts::words::names::{DistributionName, FilePath, leading_name};
use pinlens_facts::words::text::TextEdit;
use std::collections::BTreeMap;
use thiserror::Error;

/// Why a requirement cannot be removed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RemoveError {
    /// What was named cannot be a name.
    #[error("{text} is not the name of a module or package")]
    NoName {
        /// What was named.
        text: String,
    },
    /// No list has it.
    #[error("{name} is not required{}", file.as_ref().map(|file| format!(" in {file}")).unwrap_or_default())]
    NotRequired {
        /// What was named.
        name: String,
        /// The file to remove it from, as it is shown.
        file: Option<String>,
    },
    /// Only a file that a tool writes has it.
    #[error("{name} is only in {file}, which a tool writes: change what it is made of, and run the tool again")]
    Compiled {
        /// The distribution.
        name: DistributionName,
        /// The file, as it is shown.
        file: String,
    },
}

/// One fix that removes the distribution `name`, or the required ones that provide the module `name`, from every list of the
/// project of the code at `at`, or from the list `from` alone. A list that is compiled from another keeps its line: its tool
/// removes it, and the title gives the command.
pub(crate) fn fix(ws: &Analysis, at: &FilePath, name: &str, from: Option<FileId>) -> Result<Fix, RemoveError> {
    if leading_name(name).is_none_or(|leading| leading.len() != name.len()) {
        return Err(RemoveError::NoName { text: name.to_owned() });
    }
    let found = requirements(ws, at, name, from);
    let not_required =
        || RemoveError::NotRequired { name: name.to_owned(), file: from.map(|file| ws.shown(ws.path(file))) };
    let (first, _) = found.first().ok_or_else(not_required)?;
    let written: Vec<RequirementId> = found.iter().map(|(_, id)| *id).filter(|id| !is_compiled(ws, id.file)).collect();
    if written.is_empty() {
        let file = found.first().map(|(_, id)| ws.shown(ws.path(id.file))).unwrap_or_default();
        return Err(RemoveError::Compiled { name: first.clone(), file });
    }
    let mut names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    names.dedup();
    Ok(of(ws, &names.join(", "), &written))
}

/// Where the distributions that are meant are required, with each one's name.
fn requirements(
    ws: &Analysis,
    at: &FilePath,
    name: &str,
    from: Option<FileId>,
) -> Vec<(DistributionName, RequirementId)> {
    let declared = &ws.projects().all[ws.projects().of_path(at.as_str())].required.declared;
    let named = |name: &DistributionName| {
        let ids = declared.get(name).into_iter().flatten().filter(|id| from.is_none_or(|file| id.file == file));
        ids.map(|id| (name.clone(), *id)).collect::<Vec<_>>()
    };
    let of_that_name = named(&DistributionName::new(name));
    if !of_that_name.is_empty() {
        return of_that_name;
    }
    let providers = ws.outside().providers(name).map(|found| found.candidates).unwrap_or_default();
    providers.iter().flat_map(named).collect()
}

fn is_compiled(ws: &Analysis, file: FileId) -> bool {
    declarations(ws, file).is_some_and(|facts| facts.style.compiled)
}

fn declarations(ws: &Analysis, file: FileId) -> Option<&RequirementsFacts> {
    ws.facts(file).and_then(FileFacts::declarations)
}

fn of(ws: &Analysis, names: &str, ids: &[RequirementId]) -> Fix {
    let mut edits: BTreeMap<FileId, Vec<TextEdit>> = BTreeMap::new();
    for id in ids {
        let Some(facts) = declarations(ws, id.file) else { continue };
        let Some(requirement) = facts.requirements.get(id.index) else { continue };
        edits.entry(id.file).or_default().push(TextEdit::delete(remove::range(facts, requirement)));
    }
    let files: Vec<String> = edits.keys().map(|file| ws.shown(ws.path(*file))).collect();
    let title = format!("Remove {names} from {}{}", files.join(", "), compile_again(ws, edits.keys().copied()));
    let files = edits.into_iter().map(|(file, mut edits)| {
        edits.sort_by_key(|edit| edit.range);
        FileEdit { path: ws.path(file).clone(), create: false, edits }
    });
    let edit = SourceEdit { files: files.collect() };
    Fix { applicability: Applicability::Unsafe, ..Fix::safe(title, edit) }
}

/// The commands that write the compiled files of the lists that change.
fn compile_again(ws: &Analysis, files: impl Iterator<Item = FileId>) -> String {
    let commands = files.filter_map(|file| {
        let compiled = compiled::compiled_of(ws.model(), file)?;
        Some(compiled::command(declarations(ws, compiled)?, ws.path(file), ws.path(compiled)))
    });
    let commands: Vec<String> = commands.map(|command| format!("`{command}`")).collect();
    if commands.is_empty() { String::new() } else { format!(", then compile again: {}", commands.join(", ")) }
}
