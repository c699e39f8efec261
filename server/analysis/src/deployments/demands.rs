//! What a file needs without importing it: python-multipart for a form of `FastAPI`, a client for the URL of a broker.

use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::atoms::Atom;
use pinlens_facts::knowledge::demands::{self, Demand, When};
use pinlens_facts::mentions::MentionKind;
use pinlens_facts::words::names::{DistributionName, PythonVersion};
use pinlens_facts::words::suppress::Ignores;
use pinlens_facts::words::text::TextRange;

/// A part of a distribution that a file uses, and that needs another one which is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unmet {
    /// The line that uses it.
    pub range: TextRange,
    /// The distribution that requires it.
    pub host: &'static str,
    /// What it requests.
    pub needs: DistributionName,
    /// The extra of the host that brings it.
    pub extra: Option<&'static str>,
    /// What happens without it.
    pub source: &'static str,
    /// Whether a URL shows it.
    pub is_url: bool,
    /// What shows it, as the table writes it: `setting:ENGINE=django.db.backends.mysql`.
    pub atom: Box<str>,
    /// What the comment on the line silences.
    pub ignores: Ignores,
}

/// What a file uses as it is loaded and is not there; `has`: which distributions are, `may_ask`: which of the others are to
/// come, so that what they request is lacking too.
pub(crate) fn unmet(
    ws: &Analysis,
    file: FileId,
    python: PythonVersion,
    has: &dyn Fn(&DistributionName) -> bool,
    may_ask: &dyn Fn(&DistributionName) -> bool,
) -> Vec<Unmet> {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return Vec::new() };
    let mut found: Vec<Unmet> = Vec::new();
    if facts.used.is_empty() {
        return found;
    }
    let imported = hosts(ws, facts);
    for mention in facts.mentions.of(MentionKind::Code).chain(facts.mentions.of(MentionKind::Url)) {
        let Some(line) = facts.used.iter().find(|line| line.number == mention.line) else { continue };
        let is_url = mention.kind == MentionKind::Url;
        let (hosts, atom): (Vec<DistributionName>, &str) = match mention.text.split_once(' ') {
            Some((host, atom)) if !is_url => (vec![DistributionName::new(host)], atom),
            _ => (imported.clone(), &mention.text),
        };
        let shows = |demand: &&Demand| {
            demand.atoms().any(|one| match one {
                Atom::Code(needle) => !is_url && needle.atom == atom,
                Atom::Url(scheme) => is_url && scheme == atom,
                _ => false,
            })
        };
        for demand in hosts.iter().filter(|host| has(host) || may_ask(host)).flat_map(demands::of).filter(shows) {
            if demand.when != When::Start || demand.below.is_some() || !demand.applies_to(python) || demand.is_met(has)
            {
                continue;
            }
            let Some(needs) = demand.ways().next().and_then(|way| way.into_iter().find(|name| !has(name))) else {
                continue;
            };
            if !found.iter().any(|known| known.needs == needs) {
                let (host, extra, source) = (demand.host, demand.extra, demand.source);
                let (range, ignores) = (line.range, line.ignores.clone());
                found.push(Unmet { range, host, needs, extra, source, is_url, atom: atom.into(), ignores });
            }
        }
    }
    found
}

/// The distributions whose modules a file imports, the likeliest of each.
fn hosts(ws: &Analysis, facts: &pinlens_facts::python::PythonFacts) -> Vec<DistributionName> {
    let modules = facts.imports.iter().filter(|one| one.parsed.level == 0).flat_map(|one| &one.parsed.modules);
    let mut found: Vec<DistributionName> = Vec::new();
    for module in modules {
        let providers = ws.index().id(module.name.as_str()).and_then(|id| ws.index().providers(id));
        let best = providers.and_then(|providers| providers.candidates.first()).cloned();
        found.extend(best.filter(|name| !found.contains(name)).into_iter().collect::<Vec<_>>());
    }
    found
}
