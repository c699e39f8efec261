//! Where a distribution is declared, and where it is imported.

use super::subject::declarations;
use crate::analysis::Analysis;
use crate::imports;
use crate::model::ids::FileId;
use crate::model::index::NameId;
use crate::model::project::{ProjectId, RequirementId};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::python::ImportStatement;
use pinlens_facts::requirements::Requirement;
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// Some bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The bytes.
    pub range: TextRange,
}

/// The requirements by which code of `project` has the distribution, in the order of reading; its own before its parent's.
pub fn declared<'a>(ws: &'a Analysis, project: ProjectId, name: &DistributionName) -> Vec<(FileId, &'a Requirement)> {
    let projects = ws.projects();
    let ids = projects.with_parents(project).filter_map(|id| projects.all[id].required.declared.get(name)).flatten();
    let mut found: Vec<(FileId, &Requirement)> = Vec::new();
    for id in ids {
        if let Some(requirement) = requirement(ws, *id)
            && !found.iter().any(|(file, known)| *file == id.file && known.range == requirement.range)
        {
            found.push((id.file, requirement));
        }
    }
    found
}

fn requirement(ws: &Analysis, id: RequirementId) -> Option<&Requirement> {
    declarations(ws, id.file)?.requirements.get(id.index)
}

/// The projects whose code a requirement of `file` is for: those that read it, and the layers that see them. For a file of
/// constraints, those that it constrains.
pub fn projects_of(ws: &Analysis, file: FileId) -> Vec<ProjectId> {
    let projects = ws.projects();
    let users = projects.users(file);
    let reads = |id: &ProjectId| {
        projects.with_parents(*id).any(|id| users.contains(&id) || projects.all[id].lists.constraints.contains(&file))
    };
    (0..projects.all.len()).filter(reads).collect()
}

/// The files of `projects` that import what the distribution provides, in path order. Where nothing declares it, those that
/// miss it.
pub fn importers(ws: &Analysis, projects: &[ProjectId], name: &DistributionName) -> Vec<FileId> {
    let of = |project: &ProjectId| {
        let satisfied = ws.index().importers_satisfied_by(*project, name);
        satisfied.into_iter().chain(ws.index().importers(*project, name))
    };
    let mut files: Vec<FileId> = projects.iter().flat_map(of).collect::<BTreeSet<_>>().into_iter().collect();
    files.sort_by(|a, b| ws.path(*a).cmp(ws.path(*b)));
    files
}

/// How many files of `projects` import what each declared distribution provides; those that nothing imports are not among them.
pub fn importer_counts<'a>(ws: &'a Analysis, projects: &[ProjectId]) -> FxHashMap<&'a DistributionName, usize> {
    let index = ws.index();
    let mut counts: FxHashMap<&DistributionName, usize> = FxHashMap::default();
    for &project in projects {
        let mut names: FxHashMap<&DistributionName, Vec<NameId>> = FxHashMap::default();
        for (distribution, name) in index.satisfied_names(project) {
            names.entry(distribution).or_default().push(name);
        }
        for (distribution, names) in names {
            // most distributions are imported by one name, and no file belongs to two projects
            let files = if let [only] = names[..] {
                index.importers_in(project, only).count()
            } else {
                let all = names.iter().flat_map(|name| index.importers_in(project, *name));
                all.collect::<FxHashSet<FileId>>().len()
            };
            *counts.entry(distribution).or_default() += files;
        }
    }
    counts.retain(|_, files| *files > 0);
    counts
}

/// Where `file` imports what the distribution provides, in the order of the text.
pub fn imports_in(ws: &Analysis, file: FileId, name: &DistributionName) -> Vec<Place> {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return Vec::new() };
    let project = ws.project_of(file);
    let is_it = |dotted: &str| {
        let Some(id) = ws.index().id(dotted) else { return false };
        let satisfying = ws.index().satisfying(project, id);
        let best = || ws.index().providers(id).and_then(|providers| providers.candidates.first());
        satisfying.contains(name) || satisfying.is_empty() && best() == Some(name)
    };
    // most statements name something else, and to resolve one takes longer than to see that
    let names_it = |statement: &ImportStatement| {
        let modules = statement.parsed.modules.iter();
        let mut names = modules.flat_map(|module| imports::lookups(statement.parsed.form, module, ws.outside()));
        statement.parsed.level == 0 && names.any(|name| is_it(&name))
    };
    let statements = (0..facts.imports.len()).filter(|index| names_it(&facts.imports[*index]));
    let resolved = statements.flat_map(|index| imports::of_statement(ws, ws.path(file), facts, index));
    let is_outside = |import: &imports::Import| matches!(import.target, imports::Target::Outside { .. });
    let found = resolved.filter(|import| is_outside(import) && is_it(&import.name));
    let mut places: Vec<Place> = found.map(|import| Place { file, range: import.range }).collect();
    places.dedup();
    places
}
