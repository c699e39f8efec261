//! What a file needs without importing it: python-multipart for a form of `FastAPI`, a client for the URL of a broker.

use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::atoms::Atom;
use pinlens_facts::knowledge::demands::{self, Demand, When};
use pinlens_facts::mentions::MentionKind;
use pinlens_facts::python::{Guard, ImportStatement, ImportedModule, Phase, PythonFacts};
use pinlens_facts::words::names::{DistributionName, PythonVersion};
use pinlens_facts::words::suppress::Ignores;
use pinlens_facts::words::text::TextRange;
use pinlens_facts::words::versions;

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
    /// When the lack of it shows.
    pub when: When,
    /// Whether a URL shows it.
    pub is_url: bool,
    /// What shows it, as the table writes it: `setting:ENGINE=django.db.backends.mysql`.
    pub atom: Box<str>,
    /// Whether nothing else would do in its place.
    pub is_only: bool,
    /// Whether it is all that is lacking.
    pub is_alone: bool,
    /// What the comment on the line silences.
    pub ignores: Ignores,
}

impl Unmet {
    /// Whether it fails as the module is imported, or as the application starts.
    pub(crate) fn is_of_start(&self) -> bool {
        self.when == When::Start
    }
}

/// What a file uses, as it is loaded or as it is called, and is not there; `has`: which distributions are, `may_ask`: which of the others are to
/// come, so that what they request is lacking too.
pub(crate) fn unmet(
    ws: &Analysis,
    file: FileId,
    python: PythonVersion,
    has: &dyn Fn(&DistributionName) -> bool,
    may_ask: &dyn Fn(&DistributionName) -> bool,
) -> Vec<Unmet> {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return Vec::new() };
    let imported = hosts(ws, facts);
    let is_recent = |demand: &Demand| demand.since.is_none_or(|since| may_be(ws, file, demand.host, since));
    let mut found = unmet_by_imports(facts, &imported, (python, &is_recent), has, may_ask);
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
            let lacks = lacking(demand, python, has).filter(|_| is_recent(demand));
            let Some((needs, [is_only, is_alone])) = lacks else { continue };
            let Demand { host, extra, source, when, .. } = *demand;
            let (range, ignores, atom) = (line.range, line.ignores.clone(), atom.into());
            add(
                &mut found,
                Unmet { range, host, needs, extra, source, when, is_url, atom, is_only, is_alone, ignores },
            );
        }
    }
    found
}

/// What parts of distributions that a file imports as it is loaded need, and that is not there.
fn unmet_by_imports(
    facts: &PythonFacts,
    hosts: &[DistributionName],
    (python, is_recent): (PythonVersion, &dyn Fn(&Demand) -> bool),
    has: &dyn Fn(&DistributionName) -> bool,
    may_ask: &dyn Fn(&DistributionName) -> bool,
) -> Vec<Unmet> {
    let mut found: Vec<Unmet> = Vec::new();
    for demand in hosts.iter().filter(|host| has(host) || may_ask(host)).flat_map(demands::of) {
        let modules = demand.atoms().filter_map(|atom| match atom {
            Atom::Import(module) => Some(module),
            _ => None,
        });
        let Some((module, statement)) = modules.into_iter().find_map(|module| Some((module, loading(facts, module)?)))
        else {
            continue;
        };
        let lacks = lacking(demand, python, has).filter(|_| is_recent(demand));
        let Some((needs, [is_only, is_alone])) = lacks else { continue };
        let Demand { host, extra, source, when, .. } = *demand;
        let (range, ignores, atom) = (statement.range(), statement.ignores.clone(), format!("import:{module}").into());
        let is_url = false;
        add(&mut found, Unmet { range, host, needs, extra, source, when, is_url, atom, is_only, is_alone, ignores });
    }
    found
}

/// Adds what is unmet: of each distribution once, where it shows first.
fn add(found: &mut Vec<Unmet>, unmet: Unmet) {
    match found.iter_mut().find(|known| known.needs == unmet.needs) {
        Some(known) if known.when != When::Start && unmet.when == When::Start => *known = unmet,
        Some(_) => {}
        None => found.push(unmet),
    }
}

/// The first statement that imports the module, or one inside it, whenever the file is loaded.
fn loading<'a>(facts: &'a PythonFacts, module: &str) -> Option<&'a ImportStatement> {
    let is_within = |name: &str| name.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let mut imports = facts.imports.iter().enumerate();
    let found = imports.find(|(index, statement)| {
        let index = *index;
        let context = &statement.context;
        let always = context.phase == Phase::Import
            && matches!(context.guard, Guard::None | Guard::Fails)
            && context.conditions.is_empty()
            && !is_open(facts, index);
        let takes = |one: &ImportedModule| {
            is_within(one.name.as_str())
                || one.members.iter().any(|member| {
                    module
                        .strip_prefix(one.name.as_str())
                        .is_some_and(|rest| rest.strip_prefix('.') == Some(&*member.name))
                })
        };
        always && statement.parsed.level == 0 && statement.parsed.modules.iter().any(takes)
    });
    found.map(|(_, statement)| statement)
}

/// Whether a test of unknown value decides whether the statement runs.
fn is_open(facts: &PythonFacts, index: usize) -> bool {
    facts.loading.as_deref().and_then(|loading| loading.place(index)).is_some_and(|place| place.is_open)
}

/// What is lacking of that which a part of a distribution needs, whether nothing else would do in its place, and whether
/// it is all that is lacking; `None` where nothing is.
fn lacking(
    demand: &Demand,
    python: PythonVersion,
    has: &dyn Fn(&DistributionName) -> bool,
) -> Option<(DistributionName, [bool; 2])> {
    let applies = demand.below.is_none() && demand.applies_to(python);
    let way = demand.ways().next().filter(|_| applies && !demand.is_met(has))?;
    let mut lacking = way.into_iter().filter(|name| !has(name));
    let first = lacking.next()?;
    Some((first, [demand.ways().count() == 1, lacking.next().is_none()]))
}

/// Whether the host may be installed in the version `since` or a later one, by every list that requires it for the file.
fn may_be(ws: &Analysis, file: FileId, host: &str, since: &str) -> bool {
    let name = DistributionName::new(host);
    let projects = ws.projects().with_parents(ws.project_of(file));
    let declared = projects.filter_map(|id| ws.projects().all[id].required.declared.get(&name)).flatten();
    let mut specifiers = declared.filter_map(|id| {
        let requirement = ws.facts(id.file)?.declarations()?.requirements.get(id.index)?;
        requirement.specifier.as_ref()
    });
    specifiers.all(|one| !versions::are_all_below(&one.text, since))
}

/// The distributions whose modules a file imports, the likeliest of each.
fn hosts(ws: &Analysis, facts: &PythonFacts) -> Vec<DistributionName> {
    let modules = facts.imports.iter().filter(|one| one.parsed.level == 0).flat_map(|one| &one.parsed.modules);
    let mut found: Vec<DistributionName> = Vec::new();
    for module in modules {
        let providers = ws.index().id(module.name.as_str()).and_then(|id| ws.index().providers(id));
        let best = providers.and_then(|providers| providers.candidates.first()).cloned();
        found.extend(best.filter(|name| !found.contains(name)).into_iter().collect::<Vec<_>>());
    }
    found
}
