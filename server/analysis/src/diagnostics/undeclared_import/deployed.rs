//! What deployments make of the imports of a file: which of them lack what it imports, and which have it though no requirement
//! declares it.

use super::start_up::{self, StartUp};
use crate::analysis::Analysis;
use crate::deployments::{Deployment, Installs, Lack, Moment, What, reported};
use crate::diagnostics::rule::Findings;
use crate::finding::{Diagnostic, MOST_RELATED, Related, Subject};
use crate::model::ids::FileId;
use crate::startup::chains::Fate;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::suppress::Ignores;
use pinlens_facts::words::text::TextRange;

/// What start-up means for an import that no requirement declares, where deployments load its file: whether one lacks it, or all
/// that come to it install it. `None` where no deployment says anything.
pub(super) fn of(ws: &Analysis, file: FileId, range: TextRange, name: &DistributionName) -> Option<StartUp> {
    let deployments = crate::deployments::of(ws);
    let lacks = reported::in_file(ws, file)
        .into_iter()
        .map(|(at, lack)| (&deployments.all[at], &deployments.all[at].lacks[lack]));
    if let Some((deployment, lack)) =
        lacks.filter(|(_, lack)| lack.range == range).max_by_key(|(_, lack)| lack.crashes())
    {
        return Some(start_of(ws, deployment, lack));
    }
    let Some(at) = reported::installed_by(ws, file, range, name) else { return by_job(ws, file, name) };
    let by = deployments.all[at].brings(name)?;
    let remark = format!("{} is there by {}", name, install_in_words(ws, by));
    // a list of the repository is where people declare it
    let worst = if by.lists.is_empty() { Severity::Warning } else { Severity::Info };
    Some(StartUp {
        installed: Some(worst),
        remark: Some(remark),
        related: vec![at_install(ws, by)],
        ..StartUp::default()
    })
}

/// The same for code of developers that a job which checks the project runs: what that installs is there.
fn by_job(ws: &Analysis, file: FileId, name: &DistributionName) -> Option<StartUp> {
    let project = &ws.projects().all[ws.project_of(file)];
    let deployments = crate::deployments::of(ws);
    let mut jobs = deployments.all.iter().filter(|one| one.is_job && project.is_for_development(ws.path(file)));
    let by = jobs.find_map(|job| job.brings(name).filter(|by| by.names.contains(name)))?;
    let remark = format!("{name} is there by {}", install_in_words(ws, by));
    Some(StartUp {
        installed: Some(Severity::Info),
        remark: Some(remark),
        related: vec![at_install(ws, by)],
        ..StartUp::default()
    })
}

/// What a lack means for start-up.
fn start_of(ws: &Analysis, deployment: &Deployment, lack: &Lack) -> StartUp {
    let (way, mut related) = match &lack.fate {
        Some(Fate::Crash { chain, own, .. }) => {
            (start_up::way(ws, chain, lack.file), start_up::related(ws, lack.file, chain, *own))
        }
        _ => (None, Vec::new()),
    };
    let start = deployment.starts.get(lack.start);
    let entry = start.and_then(|start| start.entry.as_ref()).map_or(lack.file, |entry| entry.file);
    let when = match lack.is_certain {
        true if lack.moment == Moment::Request => {
            format!("every request to {} fails", ws.shown(ws.path(entry)))
        }
        true => format!("{} crashes at start-up", ws.shown(ws.path(entry))),
        false => format!("`{}` crashes where it runs", start.map_or("", |start| &start.words)),
    };
    let lists: Vec<Related> = last_installs(deployment).map(|by| at_install(ws, by)).collect();
    related.truncate(MOST_RELATED.saturating_sub(lists.len().min(2)));
    related.extend(lists.into_iter().take(2));
    let lacks = lacks_in_words(ws, deployment);
    let remark = way.map_or_else(|| lacks.clone(), |way| format!("{lacks}\n{way}"));
    StartUp {
        is_proved: true,
        crashes: lack.is_certain,
        when: Some(when),
        remark: Some(remark),
        related,
        ..StartUp::default()
    }
}

/// The commands of a deployment that install what it requests by lists or names, the last first.
fn last_installs(deployment: &Deployment) -> impl Iterator<Item = &Installs> {
    let asks = |by: &&Installs| {
        by.at.line > 0 && (!by.lists.is_empty() || by.words.contains("install") || by.words.contains("sync"))
    };
    deployment.installs.iter().rev().filter(asks)
}

/// `worker (compose.yml:14) installs requirements-web.txt (Dockerfile:3)`.
fn lacks_in_words(ws: &Analysis, deployment: &Deployment) -> String {
    let at = format!("{}:{}", ws.path(deployment.at.file), deployment.at.line);
    let name = if deployment.name.as_ref() == ws.path(deployment.at.file).as_str() {
        at
    } else {
        format!("{} ({at})", deployment.name)
    };
    match last_installs(deployment).next() {
        Some(by) => format!("{name} installs {}.", install_in_words(ws, by)),
        None => format!("{name} installs nothing that is known."),
    }
}

/// `requirements.txt (Dockerfile:3)`, or `` `pip install redis` (Dockerfile:3)``.
fn install_in_words(ws: &Analysis, by: &Installs) -> String {
    let at = format!("{}:{}", ws.path(by.at.file), by.at.line);
    match &by.lists[..] {
        [only] => format!("{} ({at})", ws.path(*only)),
        [first, others @ ..] => format!("{} and {} more ({at})", ws.path(*first), others.len()),
        [] => format!("`{}` ({at})", by.words),
    }
}

fn at_install(ws: &Analysis, by: &Installs) -> Related {
    let lists: Vec<&str> = by.lists.iter().map(|list| ws.path(*list).as_str()).collect();
    let message = match lists.is_empty() {
        true => format!("`{}` installs what is there", by.words),
        false => format!("this installs {}", lists.join(", ")),
    };
    Related::new(by.at.file, crate::deployments::range_of(ws, by.at), message)
}

/// Adds the findings of deployments in a file of Python that no other check has reported: `already` are the ranges of those.
pub(crate) fn check(ws: &Analysis, file: FileId, findings: &mut Findings) {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return };
    let deployments = crate::deployments::of(ws);
    let mut lacks: Vec<(usize, usize)> = reported::in_file(ws, file);
    // of several deployments that lack the same, the surest is reported
    lacks.sort_by_key(|&(at, lack)| !deployments.all[at].lacks[lack].crashes());
    let mut done: Vec<(TextRange, Option<DistributionName>)> = Vec::new();
    for (at, lack) in lacks {
        let (deployment, lack) = (&deployments.all[at], &deployments.all[at].lacks[lack]);
        let key = (lack.range, lack.distribution.clone());
        if done.contains(&key) || findings.has(lack.range, lack.distribution.as_ref()) {
            continue;
        }
        done.push(key);
        let none = Ignores::default();
        let of_django = facts.django.iter().flat_map(|django| &django.named).map(|named| &named.statement);
        let named = of_django.filter(|_| lack.import.is_none()).find(|statement| statement.range() == lack.range);
        let statement = lack.import.and_then(|index| facts.imports.get(index)).or(named);
        let ignores = statement.map_or(&none, |statement| &statement.ignores);
        if let Some(diagnostic) = diagnostic(ws, deployment, lack) {
            findings.add(diagnostic, ignores);
        }
    }
    for (at, lack) in reported::hedged_in_file(ws, file) {
        let (deployment, lack) = (&deployments.all[at], &deployments.all[at].lacks[lack]);
        let statement = lack.import.and_then(|index| facts.imports.get(index));
        let is_new = !findings.has(lack.range, lack.distribution.as_ref());
        if let Some((statement, diagnostic)) = statement.filter(|_| is_new).zip(hedged(ws, deployment, lack)) {
            findings.add(diagnostic, &statement.ignores);
        }
    }
}

/// What a deployment does not install, unless a distribution brings it of which it is not known what it requires.
fn hedged(ws: &Analysis, deployment: &Deployment, lack: &Lack) -> Option<Diagnostic> {
    let (by, name) = (lack.may_come_with()?, lack.distribution.clone()?);
    // of what an image or a platform brings itself it is hardly known what comes with it
    let installs = deployment.brings(&DistributionName::new(by)).filter(|installs| !installs.lists.is_empty());
    installs?;
    let diagnostic = diagnostic(ws, deployment, lack)?;
    let message = format!("{}\nUnless {by} requires {name}, which is not known.", diagnostic.message);
    Some(Diagnostic { message, ..diagnostic }.severity(Severity::Info))
}

fn diagnostic(ws: &Analysis, deployment: &Deployment, lack: &Lack) -> Option<Diagnostic> {
    let start = start_of(ws, deployment, lack);
    let when = start.when.as_deref().unwrap_or_default();
    let remark = start.remark.as_deref().unwrap_or_default();
    let (code, module, what) = match &lack.what {
        What::Import { module, because } => {
            let name = lack.distribution.as_ref()?;
            (
                Code::UndeclaredImport,
                module,
                format!("`{module}` needs the distribution {name} ({because}), which is not installed there"),
            )
        }
        What::Named { module, because, by } => {
            let name = lack.distribution.as_ref()?;
            let needs = format!("needs the distribution {name} ({because}), which is not installed there");
            (Code::UndeclaredUse, module, format!("{by} names `{module}`: it {needs}"))
        }
        What::Relative { module } => {
            let what = format!("`.{}` is relative, and a file that is run by its path has no package", module.as_str());
            (Code::UnresolvedImport, module, what)
        }
        What::Removed { module, last } => {
            let what = format!("`{module}` left the standard library after Python {last}");
            (Code::RemovedStdlibModule, module, what)
        }
        What::NotCopied { module, path } => {
            (Code::UnresolvedImport, module, format!("`{module}` is {path}, which is not in the image"))
        }
        What::NotOnPath { module, path } => {
            let what = format!("`{module}` is {path}, in a folder that is not on `sys.path` there");
            (Code::UnresolvedImport, module, what)
        }
        _ => return None,
    };
    let severity = if lack.is_fatal() { Severity::Error } else { Severity::Warning };
    let diagnostic = Diagnostic::new(code, lack.range, format!("{what}: {when}. {remark}"));
    let diagnostic = Diagnostic { subject: lack.import.map_or(Subject::File, Subject::Import), ..diagnostic };
    let diagnostic = diagnostic.severity(severity).module(module.clone()).related(start.related);
    Some(diagnostic.distribution(lack.distribution.clone()))
}
