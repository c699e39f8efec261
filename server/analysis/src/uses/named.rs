//! The distributions that files name by a module of theirs: in strings of settings, in plugins' lists, behind `python -m`.

use super::places::{self, Place};
use super::scope::Scope;
use crate::analysis::{Analysis, Input, Remembered};
use crate::model::evidence::key_of;
use pinlens_facts::knowledge::alike;
use pinlens_facts::knowledge::catalog::{self, Catalog};
use pinlens_facts::mentions::{Mention, MentionKind};
use pinlens_facts::words::names::{DistributionName, prefixes, squash};
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::sync::Arc;

/// The ways of saying that name a module or a distribution.
const WAYS: [MentionKind; 3] = [MentionKind::Module, MentionKind::Distribution, MentionKind::Name];

/// By squashed name of the distribution: which keys of the evidence may name it.
#[derive(Debug, Default)]
pub(crate) struct Named {
    keys: FxHashMap<String, Vec<(MentionKind, Box<str>)>>,
}

/// Who provides what files name.
#[derive(Debug, Default)]
struct Memory {
    named: OnceCell<Arc<Named>>,
}

impl Remembered for Memory {
    const INPUTS: &'static [Input] = &[Input::Structure, Input::Mentions];
}

/// Which distributions the files name.
pub(crate) fn of(ws: &Analysis) -> Arc<Named> {
    ws.remembered::<Memory>().named.get_or_init(|| Arc::new(Named::of(ws))).clone()
}

impl Named {
    /// Looks up what the names begin with, once for all requirements.
    pub(crate) fn of(ws: &Analysis) -> Self {
        let mut named = Self::default();
        for (kind, key) in ws.evidence().keys(&WAYS) {
            named.add(ws, kind, key);
        }
        for keys in named.keys.values_mut() {
            keys.sort_unstable();
            keys.dedup();
        }
        named
    }

    fn add(&mut self, ws: &Analysis, kind: MentionKind, key: &str) {
        let mut enter = |name: &str| self.keys.entry(squash(name)).or_default().push((kind, key.into()));
        let top = key.split('.').next().unwrap_or_default();
        // `sphinxcontrib.zopeext.autointerface` is in sphinxcontrib-zopeext
        prefixes(key).for_each(&mut enter);
        for name in providers(ws, top) {
            enter(name.as_str());
        }
        // the parts of a namespace have rows of their own; the whole name shows which it is
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
        let runs = runs_of_unlisted(scope.name);
        let tops = runs.iter().filter_map(|run| self.keys.get(run));
        let keys = self.keys.get(&squash(scope.name.as_str())).into_iter().chain(tops).flatten();
        let accept = |mention: &Mention| names(scope.ws, mention, scope.name);
        let mut places = keys.filter_map(|(kind, key)| places::find(scope, *kind, key, accept));
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
fn names(ws: &Analysis, mention: &Mention, name: &DistributionName) -> bool {
    let head = mention.head();
    // `type=snowflake` and flake8's `flake8 select B` name no module
    let is_name = !head.contains('=') && !mention.text.starts_with("flake8 ");
    is_name && names_by(ws, mention, head, name)
}

fn names_by(ws: &Analysis, mention: &Mention, head: &str, name: &DistributionName) -> bool {
    prefixes(head).any(|prefix| squash(prefix) == squash(name.as_str()))
        || squash(key_of(mention)) == squash(name.as_str())
        || providers(ws, head).contains(name)
        || is_in_unlisted(ws, head, name)
}

/// Whether nothing lists what the distribution holds, and by its name that is the module: `strict_fields` is in
/// django-strict-fields.
fn is_in_unlisted(ws: &Analysis, head: &str, name: &DistributionName) -> bool {
    !catalog::knows_modules_of(name) && alike::provides(name, head, &providers(ws, head))
}

/// The words of a distribution's name that follow one another, joined, where nothing lists its modules: each may be one.
fn runs_of_unlisted(name: &DistributionName) -> Vec<String> {
    if catalog::knows_modules_of(name) {
        return Vec::new();
    }
    let words: Vec<&str> = name.as_str().split('-').collect();
    let ends = |start: usize| (start + 1..=words.len()).map(move |end| (start, end));
    let runs = (0..words.len()).flat_map(ends).map(|(start, end)| words[start..end].concat());
    // a second one of a name has a digit behind it
    let bare = |run: &String| run.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let mut all: Vec<String> = runs.flat_map(|run| [bare(&run), run]).filter(|run| !run.is_empty()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Who provides a dotted name, by the table or the environment.
fn providers(ws: &Analysis, dotted: &str) -> Vec<DistributionName> {
    let row = prefixes(dotted).find_map(|prefix| Catalog::bundled().row_of(prefix));
    let catalogued = row.into_iter().flat_map(catalog::Row::candidates);
    let installed = ws.environment().providers(dotted).into_iter().flat_map(|(_, providers)| providers);
    catalogued.chain(installed.map(|installed| installed.name.clone())).collect()
}
