//! Fixes of several findings as one.

use super::undeclared_use::extra_of;
use crate::analysis::Analysis;
use crate::finding::Subject;
use crate::fixes::add::{self, Addition};
use crate::fixes::deployed::{self, Way};
use crate::fixes::purpose::Purpose;
use crate::fixes::{Applicability, FileEdit, Fix, SourceEdit, remove};
use crate::imports;
use crate::imports::claims::{Claim, Proof};
use crate::imports::verdict::missing;
use crate::model::ids::FileId;
use crate::model::resolve::Evidence;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::{TextEdit, TextRange};

/// One fix that adds every distribution that the project is missing for sure.
pub(crate) fn add_all(ws: &Analysis, file: FileId) -> Option<Fix> {
    let project = ws.project_of(file);
    if ws.hidden(project).is_some() {
        return None;
    }
    let sure = |name: &&DistributionName| {
        ws.index().importers(project, name).iter().any(|&importer| needs(ws, importer, name))
    };
    let names: Vec<&DistributionName> = ws.index().missing(project).into_iter().filter(sure).collect();
    // what only developers' code imports is for no user
    let is_for_users = |name: &&DistributionName| {
        let mut importers = ws.index().importers(project, name).into_iter();
        importers.any(|importer| !ws.projects().all[project].is_for_development(ws.path(importer)))
    };
    let (for_users, others): (Vec<&DistributionName>, Vec<&DistributionName>) =
        names.into_iter().partition(is_for_users);
    let names = if for_users.is_empty() { others } else { for_users };
    if names.len() < 2 {
        return None;
    }
    let additions: Vec<Addition> = names.iter().map(|name| Addition::of(ws, ws.path(file), name)).collect();
    let mut fix = add::fix(ws, ws.path(file), &additions)?;
    fix.title = format!("Add all {} missing requirements", additions.len());
    Some(fix)
}

/// Whether the file needs the distribution, by sure evidence and not only if it happens to be there.
fn needs(ws: &Analysis, file: FileId, distribution: &DistributionName) -> bool {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return false };
    imports::settled(ws, file, facts).iter().any(|import| {
        let severity = Proof::of_context(ws, file, import).severity(Claim::Undeclared);
        let silenced = import.statement.ignores.silence(Code::UndeclaredImport.as_str());
        missing(ws, file, import).is_some_and(|found| {
            found.best == distribution
                && found.providers.evidence >= Evidence::Catalog
                && severity >= Some(Severity::Warning)
                && !silenced
        })
    })
}

/// Whether what is missing mends a finding of this code.
fn is_of_import(code: Code) -> bool {
    matches!(code, Code::UndeclaredImport | Code::UnresolvedImport | Code::TransitiveImport | Code::RemovedStdlibModule)
}

/// Where additions go.
#[derive(PartialEq, Eq)]
enum Place {
    /// To the list that fits the purpose best.
    Fitting(Purpose),
    /// To this list, which a deployment installs.
    List(FileId),
}

/// The safe fixes of the findings in `file` as one: what `source.fixAll.pinlens` applies.
pub(crate) fn fix_all(workspace: &Analysis, file: FileId) -> Option<Fix> {
    let is_safe = |fix: &Fix| fix.applicability == Applicability::Safe && fix.disabled.is_none();
    let path = workspace.path(file);
    let mut found = super::of_file(workspace, file);
    found.retain(|diagnostic| is_of_import(diagnostic.code) || diagnostic.code == Code::UndeclaredUse);
    let fixes = super::fixes(workspace, file, &found);
    // what is added for one purpose goes to one place
    let mut wanted: Vec<(Place, Vec<Addition>)> = Vec::new();
    let mut edit = SourceEdit::default();
    // every safe fix adds a requirement, or an extra of one; removals are never safe
    for (diagnostic, fixes) in found.iter().zip(fixes) {
        let Some(fix) = fixes.into_iter().find(is_safe) else { continue };
        let Some(name) = &diagnostic.distribution else { continue };
        let additions = match deployed::way(workspace, file, diagnostic.range, name) {
            Some((Way::Added(additions), _)) => {
                additions.into_iter().map(|(list, addition)| (Place::List(list), addition)).collect()
            }
            None if extra_of(workspace, file, diagnostic).is_none() => {
                let addition = Addition::of(workspace, path, name);
                vec![(Place::Fitting(add::purpose(workspace, path, &addition)), addition)]
            }
            Some((Way::Changed(_), _)) | None => {
                fix.edit.files.into_iter().for_each(|one| edit.take(one));
                continue;
            }
        };
        for (place, addition) in additions {
            match wanted.iter_mut().find(|(known, _)| *known == place) {
                Some((_, additions)) if additions.contains(&addition) => {}
                Some((_, additions)) => additions.push(addition),
                None => wanted.push((place, vec![addition])),
            }
        }
    }
    for (place, additions) in wanted {
        let safe = match place {
            Place::Fitting(purpose) => add::fixes_for(workspace, path, &purpose, &additions).into_iter().find(is_safe),
            Place::List(list) => add::to_file(workspace, path, list, &Purpose::Application, &additions).filter(is_safe),
        };
        safe.into_iter().flat_map(|fix| fix.edit.files).for_each(|one| edit.take(one));
    }
    let title = "Fix all: add the missing requirements of this file".to_owned();
    (!edit.files.is_empty()).then(|| Fix { preferred: true, ..Fix::safe(title, edit) })
}

/// Removes every requirement of the file that is reported as unused; `None` where fewer than two are.
pub(crate) fn all_unused(workspace: &Analysis, file: FileId) -> Option<Fix> {
    let facts = workspace.facts(file).and_then(FileFacts::declarations)?;
    let found = super::of_file(workspace, file);
    let unused: Vec<TextRange> = found
        .iter()
        .filter(|found| found.code == Code::UnusedRequirement && found.severity >= Severity::Warning)
        .filter_map(|found| match found.subject {
            Subject::Requirement(index) => facts.requirements.get(index),
            Subject::File | Subject::Import(_) => None,
        })
        .map(|requirement| remove::range(facts, requirement))
        .collect();
    if unused.len() < 2 {
        return None;
    }
    let path = workspace.path(file).clone();
    let title = format!("Remove all {} unused requirements from {}", unused.len(), workspace.shown(&path));
    let edits = joined(unused).into_iter().map(TextEdit::delete).collect();
    let edit = SourceEdit { files: vec![FileEdit { path, create: false, edits }] };
    Some(Fix { applicability: Applicability::Unsafe, ..Fix::safe(title, edit) })
}

/// The ranges in order, those that meet as one.
fn joined(mut ranges: Vec<TextRange>) -> Vec<TextRange> {
    ranges.sort_unstable();
    let mut all: Vec<TextRange> = Vec::new();
    for range in ranges {
        match all.last_mut().filter(|last| last.end >= range.start) {
            Some(last) => last.end = last.end.max(range.end),
            None => all.push(range),
        }
    }
    all
}
