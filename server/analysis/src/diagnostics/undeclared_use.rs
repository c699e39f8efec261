//! `undeclared-use`: something is used without an import, and what is installed there lacks the distribution that brings it.
//!
//! A command that a deployment starts, a class of workers, a driver: the application is installed without a complaint, and ends
//! as the command runs.

use super::pass::FixPass;
use super::rule::{Check, Findings, Rule};
use super::undeclared_import;
use crate::analysis::Analysis;
use crate::deployments::demands::{self, Unmet};
use crate::deployments::{Deployment, Lack, What, range_of};
use crate::finding::{Diagnostic, MOST_RELATED, Related};
use crate::fixes::{Applicability, Fix, deployed, extra};
use crate::imports;
use crate::imports::verdict;
use crate::model::ids::FileId;
use crate::model::resolve::Evidence;
use crate::wording;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::demands::When;
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::suppress::Ignores;
use pinlens_facts::words::text::TextRange;
use std::cell::OnceCell;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::UndeclaredUse,
    summary: "What a deployment uses without an import is not installed there.",
    check: Check::Deployments(check),
    fixes: Some(fixes),
};

/// Finds what deployments start from this file and do not install, and what they lack of its imports.
fn check(ws: &Analysis, file: FileId, findings: &mut Findings) {
    undeclared_import::deployed::check(ws, file, findings);
    let deployments = crate::deployments::of(ws);
    let lacks: Vec<(usize, usize)> = deployments.in_file(file).to_vec();
    for (at, lack) in lacks {
        let (deployment, lack) = (&deployments.all[at], &deployments.all[at].lacks[lack]);
        if findings.has(lack.range, lack.distribution.as_ref()) {
            continue;
        }
        if let Some(diagnostic) = diagnostic(ws, deployment, lack) {
            findings.add(diagnostic, &ignores_of(ws, file, lack.range));
        }
    }
    undeclared_import::named::check(ws, file, findings);
    for unmet in undeclared(ws, file) {
        if !findings.has(unmet.range, Some(&unmet.needs)) {
            findings.add(demand(ws, file, &unmet), &unmet.ignores);
        }
    }
}

/// One fix: into a list that the deployment installs; else into one that the code's project requires. The extra of what asks for it,
/// where that is the supported way.
fn fixes(pass: &mut FixPass, diagnostic: &Diagnostic) -> Vec<Fix> {
    let (ws, file) = (pass.ws, pass.file);
    let Some(name) = &diagnostic.distribution else { return Vec::new() };
    if let Some(fix) = deployed::fix(ws, file, diagnostic.range, name) {
        return vec![fix];
    }
    let Some(unmet) = asking(ws, file, diagnostic) else {
        let is_named = undeclared_import::named::undeclared(ws, file).iter().any(|one| one.name == *name);
        return if is_named { pass.adding(name) } else { Vec::new() };
    };
    if let Some(fix) = extra_of(ws, file, diagnostic) {
        return vec![fix];
    }
    let mut fixes = if unmet.is_alone { pass.adding(name) } else { Vec::new() };
    for fix in &mut fixes {
        // of several drivers somebody is to choose one, and what only a call needs may never be called
        if !unmet.is_only || unmet.when == When::Call {
            fix.applicability = Applicability::Unsafe.max(fix.applicability);
        }
    }
    fixes
}

/// What asks for the distribution that a finding of no deployment is about.
fn asking(ws: &Analysis, file: FileId, diagnostic: &Diagnostic) -> Option<Unmet> {
    let is_it =
        |unmet: &Unmet| unmet.range == diagnostic.range && Some(&unmet.needs) == diagnostic.distribution.as_ref();
    undeclared(ws, file).into_iter().find(is_it).filter(|_| diagnostic.code == Code::UndeclaredUse)
}

/// The extra by which a list of the project gets what a finding of no deployment is about.
pub(super) fn extra_of(ws: &Analysis, file: FileId, diagnostic: &Diagnostic) -> Option<Fix> {
    let unmet = asking(ws, file, diagnostic)?;
    extra::of_project(ws, file, &DistributionName::new(unmet.host), &unmet.needs)
}

/// What code of the application requests and nothing declares, where no deployment that loads the file installs it.
fn undeclared(ws: &Analysis, file: FileId) -> Vec<Unmet> {
    let project = &ws.projects().all[ws.project_of(file)];
    // where there is no list at all, one is to be made
    if project.gaps.weakness.is_some() {
        return Vec::new();
    }
    let has = |name: &DistributionName| {
        project.names.contains(name)
            || project.names.by_extra.contains(name)
            || project.indirect.brought.contains_key(name)
            || project.indirect.known_needs.contains_key(name.as_str())
            || ws.environment().get(name).is_some()
    };
    // what a missing package requests is missing as well, and is reported with it
    let missing: OnceCell<Vec<DistributionName>> = OnceCell::new();
    let is_missing = |name: &DistributionName| missing.get_or_init(|| imported_and_missing(ws, file)).contains(name);
    let mut found = demands::unmet(ws, file, ws.target(), &has, &is_missing);
    let deployments = crate::deployments::of(ws);
    let installs = |name: &DistributionName| {
        deployments.all.iter().any(|deployment| deployment.loads(file) && deployment.brings(name).is_some())
    };
    // what a list that is known in part may bring is not said to be missing
    found.retain(|unmet| !installs(&unmet.needs));
    found
}

/// What the comment on a line of code silences.
fn ignores_of(ws: &Analysis, file: FileId, range: TextRange) -> Ignores {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return Ignores::default() };
    let steps = facts.sessions.iter().flat_map(|session| &session.steps).map(|step| (step.range, &step.ignores));
    let mut lines = facts.used.iter().map(|line| (line.range, &line.ignores)).chain(steps);
    lines.find(|(known, _)| *known == range).map_or_else(Ignores::default, |(_, ignores)| ignores.clone())
}

/// The distributions that the file imports, that no requirement declares, and without which the import fails.
fn imported_and_missing(ws: &Analysis, file: FileId) -> Vec<DistributionName> {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return Vec::new() };
    let mut imports = imports::resolve(ws, ws.path(file), facts);
    imports::settle_alternatives(ws, file, &mut imports);
    let fails = imports.iter().filter(|import| !import.is_optional);
    let missing = fails.filter_map(|import| verdict::missing(ws, file, import));
    missing.filter(|found| found.providers.evidence >= Evidence::Catalog).map(|found| found.best.clone()).collect()
}

/// What a file uses without an import and nothing declares, whatever follows of it.
pub(super) fn needed(ws: &Analysis, file: FileId) -> impl Iterator<Item = DistributionName> {
    let named = undeclared_import::named::undeclared(ws, file).into_iter().map(|one| one.name);
    undeclared(ws, file).into_iter().map(|unmet| unmet.needs).chain(named)
}

/// The lines of a file of the application that need something as it starts which nothing declares, and what.
pub(crate) fn lacking(ws: &Analysis, file: FileId) -> Vec<(TextRange, DistributionName)> {
    let project = &ws.projects().all[ws.project_of(file)];
    let is_of_application = !project.has_declarations() || !project.is_for_development(ws.path(file));
    let unmet = if is_of_application { undeclared(ws, file) } else { Vec::new() };
    unmet.into_iter().filter(Unmet::is_of_start).map(|unmet| (unmet.range, unmet.needs)).collect()
}

/// What the settings of a file name and nothing declares.
pub(crate) fn named(ws: &Analysis, file: FileId) -> Vec<undeclared_import::named::Undeclared> {
    undeclared_import::named::undeclared(ws, file)
}

/// The finding of what code asks for; how bad it is, what follows says.
fn demand(ws: &Analysis, file: FileId, unmet: &Unmet) -> Diagnostic {
    let Unmet { host, needs, source, .. } = unmet;
    let project = &ws.projects().all[ws.project_of(file)];
    let (severity, follows) = match unmet.when {
        When::Start => (Severity::Warning, "the import of this module fails"),
        When::Check => (Severity::Warning, "the checks of its commands fail"),
        When::Call => (Severity::Info, "it fails when this runs"),
    };
    let is_for_development = project.has_declarations() && project.is_for_development(ws.path(file));
    let severity = if is_for_development { Severity::Info } else { severity };
    let lists = undeclared_import::not_declared(ws, project);
    let lists = lists.map_or_else(|| "in no requirements file".to_owned(), |lists| format!("not in {lists}"));
    let headline = format!("{host} needs {needs} here, which is {lists}: {follows}");
    let notes = [Some((*source).to_owned()), unmet.extra.map(|extra| format!("{host}[{extra}] brings it"))];
    Diagnostic::new(Code::UndeclaredUse, unmet.range, wording::message(headline, notes.into_iter().flatten()))
        .severity(severity)
        .distribution(Some(needs.clone()))
}

fn diagnostic(ws: &Analysis, deployment: &Deployment, lack: &Lack) -> Option<Diagnostic> {
    let by = lack.distribution.as_ref();
    let (what, module, note) = match &lack.what {
        What::Command { name } => {
            let of = by.filter(|by| by.as_str() != name.as_ref()).map(|by| format!("it is a command of {by}"));
            (format!("`{name}` is not installed"), None, of)
        }
        What::Unreachable { name, why } => (format!("`{name}` cannot be run"), None, Some(why.to_string())),
        What::Module { name } => (
            format!("{} not installed", wording::missing(name, by?)),
            Some(pinlens_facts::words::names::ModuleName::new(name)),
            None,
        ),
        What::Demand { host, source } => {
            (format!("{host} needs {} here, which is not installed", by?), None, Some(source.to_string()))
        }
        _ => return None,
    };
    let severity = match (deployment.is_job, &lack.doubt, lack.is_certain) {
        (false, None, true) => Severity::Error,
        (_, None, _) => Severity::Warning,
        (_, Some(_), _) => return None,
    };
    let follows = if deployment.is_job { "ends there" } else { "ends as it starts" };
    let installs = deployment.installs.iter().rev().filter(|by| by.at.line > 0);
    let related = installs.take(MOST_RELATED).map(|by| {
        let message = format!("{} installs by `{}`", deployment.name, by.words);
        Related::new(by.at.file, range_of(ws, by.at), message)
    });
    let headline = format!("{what}: {} {follows}", deployment.name);
    let message = wording::message(headline, note.into_iter().chain([installed_in_words(ws, deployment)]));
    let diagnostic = Diagnostic::new(Code::UndeclaredUse, lack.range, message).severity(severity);
    let diagnostic = Diagnostic { module, ..diagnostic };
    Some(diagnostic.distribution(lack.distribution.clone()).related(related.collect()))
}

/// `web installs requirements.txt`
fn installed_in_words(ws: &Analysis, deployment: &Deployment) -> String {
    let mut lists: Vec<&str> = Vec::new();
    for list in deployment.installs.iter().flat_map(|by| &by.lists) {
        let path = ws.path(*list).as_str();
        if !lists.contains(&path) {
            lists.push(path);
        }
    }
    match lists.is_empty() {
        true => format!("{} installs no list that is known", deployment.name),
        false => format!("{} installs {}", deployment.name, lists.join(", ")),
    }
}
