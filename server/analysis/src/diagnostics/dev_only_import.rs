//! `dev-only-import`: code that is deployed imports what only requirements for development declare.

use super::pass::FixPass;
use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::deployments::reported;
use crate::finding::{Diagnostic, MOST_RELATED, Related, severity_of, when_it_fails};
use crate::fixes::purpose::Purpose;
use crate::fixes::{Fix, transfer};
use crate::imports::{Import, Target, verdict};
use crate::model::ids::FileId;
use crate::model::lists;
use crate::model::project::{self, ProjectId, RequirementId};
use crate::startup::chains::Fate;
use crate::startup::entries::By;
use crate::startup::start_up;
use crate::wording;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::python::{Condition, Phase};
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::roles::Role;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::DevOnlyImport,
    summary: "Deployed code imports what is required for development only.",
    check: Check::Imports(check),
    fixes: Some(fixes),
};

/// Finds the imports among `imports` that only requirements for development satisfy. Code for development may have them, and
/// so may type checkers, and what runs only while `settings.DEBUG` is on.
fn check(ws: &Analysis, file: FileId, imports: &[Import], findings: &mut Findings) {
    for import in imports {
        if reported::is_reported(ws, file, import.range) {
            continue;
        }
        if let Some(name) = at(ws, file, import) {
            findings.add(diagnostic(ws, file, import, name), &import.statement.ignores);
        }
    }
}

/// The distribution that an import of deployed code needs, and that only requirements for development declare.
pub(crate) fn at<'a>(ws: &'a Analysis, file: FileId, import: &Import) -> Option<&'a DistributionName> {
    // computed for every import: hardly any is satisfied by requirements for development alone
    let name = only_for_development(ws, file, import)?;
    // what the file itself installs is there
    if ws.installs(file).contains(name) {
        return None;
    }
    let project = &ws.projects().all[ws.project_of(file)];
    // the code of a layer is for what its requirements are for
    if project.is_for_development(ws.path(file)) {
        return None;
    }
    let context = &import.statement.context;
    let is_for_development = context.phase == Phase::TypeChecking || context.conditions.contains(&Condition::Debug);
    if is_for_development || import.is_optional {
        return None;
    }
    (!is_in_image(ws, ws.project_of(file), ws.index().satisfying(ws.project_of(file), ws.index().id(&import.name)?)))
        .then_some(name)
}

fn only_for_development<'a>(ws: &'a Analysis, file: FileId, import: &Import) -> Option<&'a DistributionName> {
    // what a build requires is there while it runs
    if ws.build_requirements(file).is_some() {
        return None;
    }
    let Target::Outside { fallback } = import.target else { return None };
    let (id, project) = (ws.index().id(&import.name)?, ws.project_of(file));
    let satisfying = ws.index().satisfying(project, id);
    // what is required for run time brings it too, as its metadata says
    let known = |name: &DistributionName| ws.projects().all[project].indirect.known_needs.get(name.as_str());
    let is_brought = |name: &DistributionName| {
        known(name).is_some_and(|need| {
            need.is_for_runtime
                && need
                    .roots
                    .iter()
                    .any(|root| root != name && ws.projects().all[project].roles.get(root) != Some(&Role::Development))
        })
    };
    if satisfying.iter().any(is_brought) {
        return None;
    }
    let is_for_development =
        |name: &DistributionName| ws.projects().all[project].roles.get(name) == Some(&Role::Development);
    let first = satisfying.first().filter(|_| satisfying.iter().all(is_for_development))?;
    let is_there = fallback.beats(ws.index().providers(id).map(|providers| providers.evidence))
        || verdict::is_brought_by_runner(ws, file, id)
        || verdict::is_for_tests_alone(ws, file, satisfying);
    (!is_there).then_some(first)
}

/// Whether a requirements file that an image installs declares one of the distributions: whatever it is called, it is installed where
/// the application runs.
fn is_in_image(ws: &Analysis, project: ProjectId, names: &[DistributionName]) -> bool {
    let declared =
        names.iter().flat_map(|name| ws.projects().all[project].required.declared.get(name).into_iter().flatten());
    declared.map(|id| id.file).any(|file| lists::is_list_of_image(ws, ws.path(file)))
}

fn diagnostic(ws: &Analysis, file: FileId, import: &Import, name: &DistributionName) -> Diagnostic {
    let weakness = &ws.projects().all[ws.project_of(file)].gaps.weakness;
    let places = declared_at(ws, file, name);
    let mut files: Vec<String> = places.iter().map(|place| ws.shown(ws.path(place.file))).collect();
    files.dedup();
    let files = if files.is_empty() { String::new() } else { format!(" in {}", wording::any_of(&files)) };
    let missing = wording::missing(&import.name, name);
    let project = &ws.projects().all[ws.project_of(file)];
    let is_for_runtime = |name: &&DistributionName| project.roles.get(*name) != Some(&Role::Development);
    let unknown = project.gaps.requires_unknown.iter().find(is_for_runtime);
    let message = wording::message(
        format!("{missing} only required for development{files}: without that, {}", when_it_fails(import)),
        weakness
            .as_ref()
            .map(|why| format!("this may be wrong: {why}"))
            .into_iter()
            .chain(unknown.map(|by| format!("unless {by} requires it, which is not known"))),
    );
    let is_doubted = weakness.is_some() || unknown.is_some();
    let is_doubted = is_doubted || is_script_of_nobody(ws, file, import);
    let worst = if is_doubted { Severity::Info } else { Severity::Warning };
    Diagnostic::of_import(Code::DevOnlyImport, import, message)
        .severity(severity_of(import, worst))
        .distribution(Some(name.clone()))
        .related(places)
}

/// Whether a file cannot be imported, by its name, and no application that is known to start runs it: people do, and they have what is
/// for development.
fn is_script_of_nobody(ws: &Analysis, file: FileId, import: &Import) -> bool {
    let path = ws.path(file);
    let is_name = path.stem().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let can_be_imported = is_name && path.file_name().contains('.');
    if can_be_imported {
        return false;
    }
    let startup = start_up(ws);
    // that it may be run shows nobody who does
    let by_itself = |entry: usize| {
        let entry = startup.entries.get(entry);
        entry.is_some_and(|entry| entry.file == file && entry.found.by == By::Main)
    };
    match startup.fate(ws, file, import.index) {
        Fate::Unreached => true,
        Fate::Stopped { entry, .. } | Fate::Crash { entry, .. } => by_itself(entry),
    }
}

/// The requirements for development that declare it.
fn declared_at(ws: &Analysis, file: FileId, name: &DistributionName) -> Vec<Related> {
    let projects = ws.projects().with_parents(ws.project_of(file));
    let ids = projects.flat_map(|id| ws.projects().all[id].required.declared.get(name).into_iter().flatten());
    let related = ids.filter_map(|id| {
        let requirement = ws.facts(id.file).and_then(FileFacts::declarations)?.requirements.get(id.index)?;
        let message = "required here, for development".to_owned();
        Some(Related::new(id.file, requirement.range, message))
    });
    related.take(MOST_RELATED).collect()
}

/// Moves the requirement to a file for run time, or requires it there too.
fn fixes(pass: &mut FixPass, diagnostic: &Diagnostic) -> Vec<Fix> {
    let Some(name) = &diagnostic.distribution else { return Vec::new() };
    let (ws, file) = (pass.ws, pass.file);
    let project = ws.project_of(file);
    let places = ws.projects().with_parents(project).flat_map(|id| {
        let declared = ws.projects().all[id].required.declared.get(name).into_iter().flatten();
        declared.map(move |place| (id, *place))
    });
    // several places would all have to move
    let places: Vec<(ProjectId, RequirementId)> = places.collect();
    let Some((id, place)) = places.first().copied() else { return Vec::new() };
    let mut fixes = Vec::new();
    if places.len() == 1 && project::source_of(ws.model(), place.file).is_none() {
        fixes.extend(transfer::moves(ws, id, place, &Purpose::Application));
    }
    fixes.extend(transfer::copies(ws, id, place, Role::Runtime));
    if let Some(first) = fixes.first_mut() {
        first.preferred = true;
    }
    fixes
}
