//! Lines that stand above a line of a manifest or of code. Each kind is a function in [`PROVIDERS`].

use super::card::counted;
use super::places;
use super::shown::{Lens, LensAction};
use super::subject::declarations;
use crate::analysis::Analysis;
use crate::answers::summary;
use crate::model::ids::FileId;
use crate::uses;
use pinlens_facts::requirements::{Group, Requirement};
use pinlens_facts::words::text::TextRange;
use std::collections::BTreeSet;

/// A kind of lens: those that a file has.
type Provider = fn(&Analysis, FileId) -> Vec<Lens>;

/// When a kind of lens may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cost {
    /// At any edit of any file, to see whether it is another.
    Edit,
    /// Only when the client requests it: it walks the graph of imports.
    Request,
}

/// Every kind of lens. One that is added is shown by every client.
const PROVIDERS: [(Provider, Cost); 3] =
    [(start_up, Cost::Request), (importers, Cost::Edit), (super::deployments::lenses, Cost::Request)];

/// The lenses of a file, in the order of the text.
pub fn lenses(ws: &Analysis, file: FileId) -> Vec<Lens> {
    let mut all: Vec<Lens> = PROVIDERS.iter().flat_map(|(provider, _)| provider(ws, file)).collect();
    all.sort_by_key(|lens| lens.range);
    all
}

/// Those lenses of a file that are cheap enough to be compared at every edit of another, in no order that counts.
pub fn cheap_lenses(ws: &Analysis, file: FileId) -> Vec<Lens> {
    let cheap = PROVIDERS.iter().filter(|(_, cost)| *cost == Cost::Edit);
    cheap.flat_map(|(provider, _)| provider(ws, file)).collect()
}

/// How the application starts whose first file this is.
fn start_up(ws: &Analysis, file: FileId) -> Vec<Lens> {
    let summary = summary::start_up_summary(ws, file).into_iter();
    let lens = |title: String| Lens { range: TextRange::empty(0), title, action: LensAction::StartUp };
    summary.map(|summary| lens(summary.to_string())).collect()
}

/// How many files import what each requirement brings; how it is used otherwise.
fn importers(ws: &Analysis, file: FileId) -> Vec<Lens> {
    let Some(facts) = declarations(ws, file) else { return Vec::new() };
    let projects = places::projects_of(ws, file);
    if projects.is_empty() {
        return Vec::new();
    }
    let known = places::importer_counts(ws, &projects);
    let counts = |requirement: &Requirement| {
        let name = requirement.name.as_ref().filter(|_| requirement.group != Group::Build)?;
        let files = known.get(name).copied().unwrap_or_else(|| {
            let missing = projects.iter().flat_map(|project| ws.index().importers(*project, name));
            missing.collect::<BTreeSet<_>>().len()
        });
        let (title, action) = if files > 0 {
            let action = LensAction::References(requirement.name_range.start);
            (format!("imported by {}", counted(files, "file")), action)
        } else {
            let reason = uses::reasons(ws, file, requirement).into_iter().next().map(|reason| reason.words);
            (reason.unwrap_or_else(|| "not imported".to_owned()), LensAction::None)
        };
        Some(Lens { range: requirement.name_range, title, action })
    };
    facts.requirements.iter().filter_map(counts).collect()
}
