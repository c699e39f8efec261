//! `test-only-requirement`: everybody who installs the project gets a package that its tests alone use.
//!
//! Nothing is reported unless it is known
//! - that every user installs the requirement: it is one of the project's packaging metadata, or of a list next to one for developers;
//! - that code of the application is at hand which imports others of the list, so that this one would be seen too;
//! - that tests import it, and no other code does;
//! - that nothing else uses it: no command, setting, or other requirement, whatever it is for. What serves tests alone
//!   (`words.tsv`) may be run by a tool.

use super::pass::FixPass;
use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::finding::{Diagnostic, Indexed, Subject};
use crate::fixes::purpose::Purpose;
use crate::fixes::{Fix, transfer};
use crate::model::ids::FileId;
use crate::model::project::{self, ProjectId, RequirementId, configured_role};
use crate::model::queries::is_test;
use crate::uses::{self, Strength};
use crate::wording;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{Group, IncludeKind, Requirement, RequirementsFacts, Source};
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::lists::List;
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::roles::Role;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::TestOnlyRequirement,
    summary: "Everybody installs a package that only tests use.",
    check: Check::Requirements(check),
    fixes: Some(fixes),
};

/// Finds the requirements of every user that tests alone use.
fn check(ws: &Analysis, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    let users = ws.projects().users(file);
    let [project] = users else { return };
    if ws.projects().is_constraints(file, ws.path(file)) || project::source_of(ws.model(), file).is_some() {
        return;
    }
    let all: Vec<(Indexed, &DistributionName)> = Indexed::sound(facts)
        .filter(|one| is_of_every_user(ws, file, *project, one))
        .filter_map(|one| Some((one, one.get().name.as_ref()?)))
        .collect();
    let is_imported_by_application =
        |name: &DistributionName| importers(ws, *project, name).iter().any(|file| !is_of_tests(ws, *project, *file));
    // a list of which no code at hand imports anything is for code that is not here
    if !all.iter().any(|(_, name)| is_imported_by_application(name)) {
        return;
    }
    for (requirement, name) in all {
        let importers = importers(ws, *project, name);
        let by_tests_alone = importers.iter().all(|file| is_of_tests(ws, *project, *file));
        let Some(first) = importers.first().filter(|_| by_tests_alone) else { continue };
        if !serves_tests(name) && !importers.iter().all(|file| is_in_tests(ws, *file)) {
            continue;
        }
        if is_used_otherwise(ws, file, *project, &requirement, name) {
            continue;
        }
        let headline = format!("only tests use `{name}` ({}), and every user installs it", ws.shown(ws.path(*first)));
        let note = "it belongs in a list for tests or development".to_owned();
        let message = wording::message(headline, [note]);
        findings.add(Diagnostic::of_requirement(Code::TestOnlyRequirement, requirement, message), &requirement.ignores);
    }
}

/// Whether everybody installs the requirement who installs the project, or runs it where there is a list for developers too.
fn is_of_every_user(ws: &Analysis, file: FileId, project: ProjectId, requirement: &Requirement) -> bool {
    requirement.source == Source::Index
        && match requirement.group {
            Group::Runtime => true,
            Group::File => {
                configured_role(ws.path(file), ws.model()) == Role::Runtime
                    && ws.projects().all[project].parent.is_none()
                    && is_plain_list(ws.path(file))
                    && (ws.projects().all[project].requires_for_development() || is_list_of_metadata(ws, file, project))
            }
            _ => false,
        }
}

/// Whether packaging metadata keeps its own list in the file.
fn is_list_of_metadata(ws: &Analysis, file: FileId, project: ProjectId) -> bool {
    let manifests = ws.projects().all[project].lists.files.iter();
    let includes = manifests.filter_map(|id| Some((ws.path(*id), ws.facts(*id).and_then(FileFacts::declarations)?)));
    includes.into_iter().any(|(path, facts)| {
        let is_it = |target: &str| ws.file(&path.sibling(target)) == Some(file);
        let mut own = facts.includes.iter().filter(|one| one.kind == IncludeKind::Requirements);
        own.any(|one| one.group == Group::Runtime && is_it(&one.target))
    })
}

/// The files, whichever project they belong to, that import what the distribution provides to the project; ascending by path.
fn importers(ws: &Analysis, project: ProjectId, name: &DistributionName) -> Vec<FileId> {
    let mut files = ws.index().importers_around(project, name);
    files.sort_by(|a, b| ws.path(*a).cmp(ws.path(*b)));
    files.dedup();
    files
}

/// Whether a file holds tests, and is no part of what users get: packages ship helpers for others' tests in `testing`.
fn is_of_tests(ws: &Analysis, project: ProjectId, file: FileId) -> bool {
    let (path, folder) = (ws.path(file), &*ws.projects().all[project].folder);
    is_test(path, folder) && !path.folder().split('/').any(|part| part == "testing")
}

/// Whether a file lies in a folder of tests: what is called `test_api.py` elsewhere may be the application.
fn is_in_tests(ws: &Analysis, file: FileId) -> bool {
    ws.path(file).folder().split('/').any(|part| matches!(part, "test" | "tests")) || ws.path(file).stem() == "conftest"
}

/// Whether a requirements file is one that is installed as it is, by its name: others may choose versions, or be for one machine.
fn is_plain_list(path: &FilePath) -> bool {
    matches!(path.stem(), "requirements" | "base" | "common" | "main" | "prod" | "production" | "runtime")
}

/// Whether anything but imports by tests uses it, or may.
fn is_used_otherwise(
    ws: &Analysis,
    file: FileId,
    project: ProjectId,
    requirement: &Requirement,
    name: &DistributionName,
) -> bool {
    let nearest = &ws.projects().all[project];
    let is_needed = nearest.indirect.needed.get(name).is_some_and(|by| by.iter().any(|one| !serves_tests(one)))
        || nearest
            .indirect
            .known_needs
            .get(name.as_str())
            .is_some_and(|need| need.is_of_another(name) && !serves_tests(name));
    let shown = || uses::surest(ws, file, requirement).is_some_and(|reason| reason.strength > Strength::Weak);
    is_needed || ws.config_at(ws.path(file)).0.keeps(name) || !serves_tests(name) && shown()
}

/// Whether a distribution is for tests and nothing else.
fn serves_tests(name: &DistributionName) -> bool {
    List::TestTool.has(name.as_str()) || name.as_str().starts_with("pytest-")
}

/// Moves it to a list for developers.
fn fixes(pass: &mut FixPass, diagnostic: &Diagnostic) -> Vec<Fix> {
    let (ws, file) = (pass.ws, pass.file);
    let Subject::Requirement(index) = diagnostic.subject else { return Vec::new() };
    let Some(project) = ws.projects().users(file).first() else { return Vec::new() };
    let mut fixes = transfer::moves(ws, *project, RequirementId { file, index }, &Purpose::Tests);
    if let Some(first) = fixes.first_mut() {
        first.preferred = true;
    }
    fixes
}
