//! `unknown-distribution`: no package on the public index has the name that a requirement requests.
//!
//! Nothing is reported unless it is known
//! - that pip asks the public index for it: the requirement names no address, and no file of the workspace names another index;
//! - that the name was not there in the month of the bundled names, and nothing else knows the package: it is not installed, not
//!   locked, not mapped, and not made here;
//! - that the list is one that people install: of many unknown names one index is the likely reason, and nothing is reported.

use super::misnamed_requirement;
use super::pass::FixPass;
use super::rule::{Check, Findings, Rule};
use crate::analysis::{Analysis, Input, Remembered};
use crate::config::near::Spelt;
use crate::finding::{Diagnostic, Indexed};
use crate::fixes::{Applicability, Fix, change};
use crate::model::ids::FileId;
use crate::model::project;
use crate::wording;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::{catalog, filters};
use pinlens_facts::requirements::{RequirementsFacts, Source};
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::DistributionName;
use rustc_hash::FxHashSet;
use std::cell::OnceCell;
use std::sync::LazyLock;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::UnknownDistribution,
    summary: "No package of that name is on the public index.",
    check: Check::Requirements(check),
    fixes: Some(fixes),
};

/// More unknown names than these in one list are those of an index that nobody here knows.
const MOST: usize = 3;

/// Finds the requirements of a file whose names are on no public index.
fn check(ws: &Analysis, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    let is_judged = !ws.projects().users(file).is_empty()
        && !ws.projects().is_constraints(file, ws.path(file))
        && project::source_of(ws.model(), file).is_none();
    if !is_judged {
        return;
    }
    let sound = Indexed::sound(facts).filter(|one| one.source == Source::Index);
    let named = sound.filter_map(|one| Some((one, one.get().name.as_ref()?)));
    let unknown: Vec<(Indexed, &DistributionName)> = named.filter(|(_, name)| is_unknown(ws, file, name)).collect();
    if unknown.is_empty()
        || unknown.len() > MOST
        || *ws.remembered::<Known>().has_private_index.get_or_init(|| ws.has_private_index())
    {
        return;
    }
    for (requirement, name) in unknown {
        let near = nearest(name).map(|near| format!("`{near}` is a known package"));
        let checked = format!("looked up in the names of {}; a private index may have it", filters::date());
        let message = wording::message(
            format!("there is no package `{name}` on PyPI, so pip stops here"),
            near.into_iter().chain([checked]),
        );
        findings.add(Diagnostic::of_requirement(Code::UnknownDistribution, requirement, message), &requirement.ignores);
    }
}

/// What the files of the workspace say of what lies elsewhere, looked at once for all lists.
#[derive(Debug, Default)]
struct Known {
    has_private_index: OnceCell<bool>,
    /// What lock files name.
    locked: OnceCell<FxHashSet<DistributionName>>,
}

impl Remembered for Known {
    const INPUTS: &'static [Input] = &[Input::Structure, Input::Declarations, Input::Mentions, Input::Texts];
}

/// The distributions that lock files name.
fn locked(ws: &Analysis) -> FxHashSet<DistributionName> {
    let locks = ws.manifests_in_order().into_iter().filter_map(|file| match ws.facts(file)? {
        FileFacts::Lock(lock) => Some(lock),
        _ => None,
    });
    locks.flat_map(|lock| &lock.packages).map(|package| package.name.clone()).collect()
}

fn is_unknown(ws: &Analysis, file: FileId, name: &DistributionName) -> bool {
    let is_mapped = || ws.config().map.values().any(|names| names.contains(name));
    let is_locked = || ws.remembered::<Known>().locked.get_or_init(|| locked(ws)).contains(name);
    !filters::is_on_index(name)
        && !misnamed_requirement::has_row(name)
        && ws.environment().get(name).is_none()
        && !ws.makes(name)
        && !ws.config_at(ws.path(file)).0.keeps(name)
        && !is_mapped()
        && !is_locked()
}

/// The known package that a name was likely meant to be: one letter away, or two in a long name; the most used of the nearest.
pub(crate) fn nearest(name: &DistributionName) -> Option<DistributionName> {
    let text = name.as_str();
    let most = if text.len() < 4 { return None } else { 1 + text.len() / 8 };
    let written = Spelt::new(text);
    let is_near =
        |known: &Spelt| known.text().len().abs_diff(text.len()) <= most && known.may_be_within(most, &written);
    let known = KNOWN.iter().enumerate().filter(|(_, known)| is_near(known));
    let scored = known.map(|(rank, known)| (strsim::osa_distance(text, known.text()), rank, known.text()));
    let best = scored.filter(|(distance, ..)| *distance <= most).min();
    best.map(|(_, _, known)| DistributionName::new(known))
}

/// The well-known names, the most used first.
static KNOWN: LazyLock<Vec<Spelt>> = LazyLock::new(|| catalog::popular().map(Spelt::new).collect());

/// Requires the nearest known package in its place.
fn fixes(pass: &mut FixPass, diagnostic: &Diagnostic) -> Vec<Fix> {
    let Some(requirement) = pass.requirement(diagnostic) else { return Vec::new() };
    let Some(right) = requirement.name.as_ref().and_then(nearest) else { return Vec::new() };
    let fix = change::rename(pass.ws, pass.file, requirement, &right);
    fix.map(|fix| Fix { applicability: Applicability::Unsafe, ..fix }).into_iter().collect()
}
