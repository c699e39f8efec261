//! `undeclared-import`: a module is imported that a known distribution provides, and no requirement declares it.
//!
//! The application installs without a complaint and fails when the import runs.

pub(super) mod deployed;
mod member;
pub(crate) mod named;
mod start_up;

use super::missing::add_missing;
use super::rule::{Check, Findings, Rule};
use crate::finding::{Diagnostic, MOST_RELATED, Related, when_it_fails};
use crate::imports::claims::{Claim, Proof};
use crate::imports::verdict::{self, Missing, missing, module_of};
use crate::imports::{Import, importers};

use crate::analysis::Analysis;
use crate::deployments::unknown_image;
use crate::model::ids::FileId;
use crate::model::project::{Project, ProjectId, RequirementId};
use crate::model::resolve::Evidence;
use crate::wording;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextRange;
use rustc_hash::FxHashSet;
use start_up::StartUp;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::UndeclaredImport,
    summary: "An imported module's distribution is in no requirements file that applies to the code.",
    check: Check::Imports(check),
    fixes: Some(add_missing),
};

/// Finds the undeclared imports among `imports`, those of `file`.
fn check(ws: &Analysis, file: FileId, imports: &[Import], findings: &mut Findings) {
    let mut reported: FxHashSet<(TextRange, &DistributionName)> = FxHashSet::default();
    for import in imports {
        if let Some(diagnostic) = member::of(ws, file, import) {
            findings.add(diagnostic, &import.statement.ignores);
            continue;
        }
        let Some(found) = missing(ws, file, import) else { continue };
        let other_code = verdict::bringer(ws, file, &found).is_some() || verdict::removed(ws, file, import).is_some();
        if other_code || found.providers.evidence < Evidence::Catalog || reported.contains(&(import.range, found.best))
        {
            continue;
        }
        reported.insert((import.range, found.best));
        let proof = Proof::of(ws, file, import, Some(found.providers)).with(unknown_image(ws, file));
        let start = deployed::of(ws, file, import.range, found.best).unwrap_or_else(|| {
            let start = start_up::of(ws, file, import);
            if start.crashes && !proof.holds(Claim::Crash) { StartUp::default() } else { start }
        });
        if let Some(diagnostic) = diagnostic(ws, file, import, &found, &start, &proof) {
            findings.add(diagnostic, &import.statement.ignores);
        }
    }
}

/// The finding; `None` where the configuration wants none of what no start-up comes to.
fn diagnostic(
    ws: &Analysis,
    file: FileId,
    import: &Import,
    found: &Missing,
    start: &StartUp,
    proof: &Proof,
) -> Option<Diagnostic> {
    let Missing { providers, best } = *found;
    let id = ws.project_of(file);
    let project = &ws.projects().all[id];
    let module = module_of(import, providers);
    let importers = others(ws, id, file, best);
    let mut message = message(ws, project, import, best, &importers, start, proof, module.as_str());
    if !wording::is_same(module.as_str(), best) {
        message = wording::message(message, [providers.because.clone()]);
    }
    let mut related = constrained(ws, project, best);
    related.extend(start.related.iter().cloned());
    let room = MOST_RELATED.saturating_sub(related.len());
    related.extend(importers.first.into_iter().take(room));
    let severity = start.severity(ws, file, proof)?;
    let diagnostic = Diagnostic::of_import(Code::UndeclaredImport, import, message).severity(severity).module(module);
    Some(diagnostic.distribution(Some(best.clone())).related(related))
}

/// What is missing and where it should be, what follows, how sure it is, and who else imports it.
#[allow(clippy::too_many_arguments)] // each is one thing that the message speaks of
fn message(
    ws: &Analysis,
    project: &Project,
    import: &Import,
    best: &DistributionName,
    importers: &Others,
    start: &StartUp,
    proof: &Proof,
    module: &str,
) -> String {
    let when = start.when.as_deref().unwrap_or_else(|| when_it_fails(import));
    let what = wording::missing(module, best);
    let headline = match not_declared(ws, project) {
        Some(_) if proof.is_of_build() => format!("{what} not in `[build-system] requires`: the build fails"),
        Some(lists) => format!("{what} not in {lists}: {when}"),
        None => format!("{what} in no requirements file, for there is none here"),
    };
    let mut notes: Vec<String> = start.remark.iter().cloned().collect();
    if proof.is_of_build() {
        notes.push("setup.py runs where only the build requirements are installed (PEP 517)".to_owned());
    }
    let unknown = proof.requires_unknown().filter(|_| !start.crashes);
    notes.extend(unknown.map(|name| format!("unless {name} requires it, which is not known")));
    if let Some(marker) = project.required.elsewhere.get(best) {
        notes.push(format!("it is required for other targets only (`{marker}`)"));
    }
    notes.extend(proof.remarks());
    // fewer are listed as related places
    if importers.count > MOST_RELATED {
        notes.push(format!("also imported by {} of the project", wording::counted(importers.count, "other file")));
    }
    wording::message(headline, notes)
}

/// The requirements files that do not declare it; `None` where there is none at all.
pub(super) fn not_declared(ws: &Analysis, project: &Project) -> Option<String> {
    let names: Vec<String> = project.own_lists().iter().map(|file| ws.shown(ws.path(*file))).collect();
    (!names.is_empty()).then(|| wording::any_of(&names))
}

struct Others {
    count: usize,
    first: Vec<Related>,
}

/// The files next to `file` that need the distribution too.
fn others(ws: &Analysis, project: ProjectId, file: FileId, distribution: &DistributionName) -> Others {
    let importers = importers::of(ws, project, distribution);
    let first = importers
        .first
        .iter()
        .filter(|other| other.file != file)
        .take(MOST_RELATED)
        .map(|other| Related::new(other.file, other.range, format!("`{}` is imported here too", other.name)));
    let itself = usize::from(importers.files.binary_search(&file).is_ok());
    Others { count: importers.files.len() - itself, first: first.collect() }
}

/// The constraint on a distribution, if there is one: people take it for a requirement.
fn constrained(ws: &Analysis, project: &Project, distribution: &DistributionName) -> Vec<Related> {
    let find = |id: &RequirementId| {
        let facts = ws.facts(id.file).and_then(FileFacts::declarations)?;
        let message = format!("this constraint pins {distribution}, but installs nothing");
        Some(Related::new(id.file, facts.requirements.get(id.index)?.range, message))
    };
    project.lists.constrained.get(distribution).and_then(find).into_iter().collect()
}
