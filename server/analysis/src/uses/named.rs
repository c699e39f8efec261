//! The distributions that files name by a module of theirs: in strings of settings, in plugins' lists, behind `python -m`.

use super::places::{self, Place};
use super::scope::Scope;
use crate::model::evidence::key_of;
use crate::workspace::Workspace;
use pinlens_facts::knowledge::catalog::{self, Catalog};
use pinlens_facts::mentions::{Mention, Said};
use pinlens_facts::words::names::{DistributionName, prefixes, squash};
use rustc_hash::FxHashMap;

/// The ways of saying that name a module or a distribution.
const WAYS: [Said; 3] = [Said::Module, Said::Distribution, Said::Name];

/// By squashed name of the distribution: which keys of the evidence may name it.
#[derive(Debug, Default)]
pub(crate) struct Named {
    keys: FxHashMap<String, Vec<(Said, Box<str>)>>,
}

impl Named {
    /// Looks up what the names begin with, once for all requirements.
    pub(crate) fn of(ws: &Workspace) -> Self {
        let mut named = Self::default();
        for (said, key) in ws.evidence().keys(&WAYS) {
            named.add(ws, said, key);
        }
        for keys in named.keys.values_mut() {
            keys.sort_unstable();
            keys.dedup();
        }
        named
    }

    fn add(&mut self, ws: &Workspace, said: Said, key: &str) {
        let mut enter = |name: &str| self.keys.entry(squash(name)).or_default().push((said, key.into()));
        let top = key.split('.').next().unwrap_or_default();
        // `sphinxcontrib.zopeext.autointerface` is in sphinxcontrib-zopeext
        prefixes(key).for_each(&mut enter);
        for name in providers(ws, top) {
            enter(name.as_str());
        }
        // the parts of a namespace have rows of their own; which is meant tells the whole name
        for row in Catalog::bundled().rows_within(top) {
            row.candidates().for_each(|name| enter(name.as_str()));
        }
        let inside = ws.environment().distributions().iter().filter(|_| ws.environment().is_namespace(top));
        for installed in inside.filter(|one| one.modules.iter().any(|module| module.top() == top)) {
            enter(installed.name.as_str());
        }
    }

    /// The first place in scope that names the distribution.
    pub(super) fn find<'a>(&self, scope: &Scope<'a>) -> Option<Place<'a>> {
        let tops = tops_of_unknown(scope.name).filter_map(|top| self.keys.get(&squash(top)));
        let keys = self.keys.get(&squash(scope.name.as_str())).into_iter().chain(tops).flatten();
        let accept = |mention: &Mention| names(scope.ws, mention, scope.name);
        let mut places = keys.filter_map(|(said, key)| places::find(scope, *said, key, accept));
        let first = places.next()?;
        Some(places.fold(
            first,
            |best, place| {
                if scope.ws.path(place.file) < scope.ws.path(best.file) { place } else { best }
            },
        ))
    }
}

/// Whether the mention names the distribution: by its own name, or by a module that it provides.
fn names(ws: &Workspace, mention: &Mention, name: &DistributionName) -> bool {
    let head = mention.head();
    // `type=snowflake` and flake8's `flake8 select B` name no module
    let is_name = !head.contains('=') && !mention.text.starts_with("flake8 ");
    is_name && names_by(ws, mention, head, name)
}

fn names_by(ws: &Workspace, mention: &Mention, head: &str, name: &DistributionName) -> bool {
    prefixes(head).any(|prefix| squash(prefix) == squash(name.as_str()))
        || squash(key_of(mention)) == squash(name.as_str())
        || providers(ws, head).contains(name)
        || is_in_unknown(ws, head, name)
}

/// Whether nobody is known to provide the module, while what the distribution holds is not known and its name begins so:
/// `sphinxfeed` is in sphinxfeed-lsaffre.
fn is_in_unknown(ws: &Workspace, head: &str, name: &DistributionName) -> bool {
    let top = head.split('.').next().unwrap_or_default();
    tops_of_unknown(name).any(|known| squash(known) == squash(top)) && providers(ws, head).is_empty()
}

/// What the name of a distribution begins with, up to each `-`, where nobody knows its modules.
fn tops_of_unknown(name: &DistributionName) -> impl Iterator<Item = &str> {
    let whole = name.as_str();
    let ends = whole.match_indices('-').map(|(at, _)| at).filter(|_| !catalog::knows_modules_of(name));
    ends.filter_map(|end| whole.get(..end)).filter(|top| top.len() >= SHORTEST_TOP && !catalog::is_generic(top))
}

/// Shorter tops of modules say too little.
const SHORTEST_TOP: usize = 4;

/// Who provides a dotted name, by the table or the environment.
fn providers(ws: &Workspace, dotted: &str) -> Vec<DistributionName> {
    let row = prefixes(dotted).find_map(|prefix| Catalog::bundled().row_of(prefix));
    let catalogued = row.into_iter().flat_map(catalog::Row::candidates);
    let installed = ws.environment().providers(dotted).into_iter().flat_map(|(_, providers)| providers);
    catalogued.chain(installed.map(|installed| installed.name.clone())).collect()
}
