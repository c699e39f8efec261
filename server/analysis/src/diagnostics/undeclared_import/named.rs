//! Modules that strings of Django's settings name, and whose distributions no requirement declares.

use super::start_up;
use crate::analysis::Analysis;
use crate::diagnostics::rule::Findings;
use crate::finding::{Diagnostic, Related};
use crate::imports::{self, Target};
use crate::model::ids::FileId;
use crate::model::resolve::{Evidence, Providers};
use crate::startup::chains::{self, Fate};
use crate::startup::{self, django};
use pinlens_facts::python::PythonFacts;
use pinlens_facts::python::django::{Named, When};
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::{DistributionName, ModuleName};
use pinlens_facts::words::text::TextRange;

/// A module that a setting names and that nothing declares.
pub(crate) struct Undeclared {
    /// The string.
    pub range: TextRange,
    /// The module.
    pub module: ModuleName,
    /// The distribution to require.
    pub name: DistributionName,
    /// Its index among what the file names.
    pub index: usize,
    /// Whether Django imports it as it is set up, or as a server makes its handler.
    pub is_at_start: bool,
    because: String,
}

/// Adds the findings of a file of settings that some entry sets Django up with.
pub(crate) fn check(ws: &Analysis, file: FileId, findings: &mut Findings) {
    let Some(facts) = chains::python(ws, file) else { return };
    for one in undeclared(ws, file) {
        let named = &facts.django.iter().flat_map(|django| &django.named).nth(one.index);
        if let Some(named) = named.filter(|_| !findings.has(one.range, Some(&one.name))) {
            findings.add(diagnostic(ws, file, named, &one), &named.statement.ignores);
        }
    }
}

/// What the settings of a file name and no requirement declares, in the order of the text.
pub(crate) fn undeclared(ws: &Analysis, file: FileId) -> Vec<Undeclared> {
    let Some(facts) = chains::python(ws, file) else { return Vec::new() };
    let Some(settings) = django::of(facts).filter(|settings| !settings.named.is_empty()) else { return Vec::new() };
    let project = &ws.projects().all[ws.project_of(file)];
    let is_judged =
        project.gaps.weakness.is_none() && !(project.has_declarations() && project.is_for_development(ws.path(file)));
    let startup = startup::start_up(ws);
    if !is_judged || !startup.reach.has_file(file) {
        return Vec::new();
    }
    let phases = startup.reach.phases(file);
    // a setting that every file replaces which takes these is read by nobody
    let is_read = |named: &Named| {
        phases.iter().filter_map(|scope| django::phase_of(*scope)).any(|(_, replaced)| !replaced.has(named.by))
    };
    let deployments = crate::deployments::of(ws);
    let installs = |name: &DistributionName| {
        deployments.all.iter().any(|deployment| deployment.loads(file) && deployment.brings(name).is_some())
    };
    let mut found: Vec<Undeclared> = Vec::new();
    for (index, named) in settings.named.iter().enumerate().filter(|(_, named)| !named.is_open) {
        if matches!(named.when, When::Ready | When::Tasks | When::Request)
            || named.when != When::Load && !is_read(named)
        {
            continue;
        }
        let Some((name, module, because)) = lacking(ws, file, facts, named) else { continue };
        if !installs(&name) && !found.iter().any(|known| known.name == name) {
            let range = named.statement.range();
            let is_at_start = matches!(named.when, When::Setup | When::Handler);
            found.push(Undeclared { range, module, name, index, is_at_start, because });
        }
    }
    found
}

/// The distribution that would bring what is named, where nothing that is declared does.
fn lacking(
    ws: &Analysis,
    file: FileId,
    facts: &PythonFacts,
    named: &Named,
) -> Option<(DistributionName, ModuleName, String)> {
    let module = named.statement.parsed.modules.first()?;
    let outside = ws.outside();
    let lookups: Vec<String> =
        imports::lookups(named.statement.parsed.form, module, outside).map(std::borrow::Cow::into_owned).collect();
    let name = lookups.first()?;
    if ws.config().is_first_party(name) {
        return None;
    }
    let providers: Providers = outside.providers(name)?;
    match imports::absolute(ws, ws.path(file), facts, module, name) {
        Target::Outside { fallback } if !fallback.beats(Some(providers.evidence)) => {}
        _ => return None,
    }
    let project = &ws.projects().all[ws.project_of(file)];
    let is_there = |name: &DistributionName| {
        project.names.contains(name)
            || project.names.by_extra.contains(name)
            || project.indirect.brought.contains_key(name)
            || project.indirect.known_needs.contains_key(name.as_str())
            || ws.environment().get(name).is_some()
            || ws.makes(name)
    };
    let is_declared = !project.names.satisfying(name, Some(&providers)).is_empty();
    if providers.evidence < Evidence::Catalog || is_declared || providers.candidates.iter().any(is_there) {
        return None;
    }
    let best = providers.candidates.first()?.clone();
    Some((best, ModuleName::new(name), providers.because))
}

fn diagnostic(ws: &Analysis, file: FileId, named: &Named, one: &Undeclared) -> Diagnostic {
    let startup = startup::start_up(ws);
    let fate = chains::fate_of_named(ws, &startup.reach, file, one.index);
    let mut related: Vec<Related> = Vec::new();
    let follows = match &fate {
        Fate::Crash { entry, chain, own, .. } => {
            related = start_up::related(ws, file, chain, *own);
            let entry = startup.entries.get(*entry).map_or(file, |entry| entry.file);
            format!("{} crashes at start-up", ws.shown(ws.path(entry)))
        }
        _ => "it fails when Django first uses it".to_owned(),
    };
    let ends = matches!(fate, Fate::Crash { .. }) && one.is_at_start;
    let severity = if ends { Severity::Error } else { Severity::Warning };
    let Undeclared { module, name, because, .. } = one;
    let by = named.by.name();
    let message = format!(
        "{by} names `{module}`, which needs the distribution {name} ({because}), and no requirement declares it: {follows}."
    );
    let diagnostic = Diagnostic::new(Code::UndeclaredUse, one.range, message).severity(severity).module(module.clone());
    diagnostic.distribution(Some(name.clone())).related(related)
}
