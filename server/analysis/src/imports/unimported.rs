//! The required distributions that nothing imports, by project: what an import that nothing provides may mean.

use crate::analysis::{Analysis, Input, Remembered};
use crate::config::near::{Spelt, nearest_of};
use crate::model::project::ProjectId;
use pinlens_facts::knowledge::alike::{ModuleWords, shares_a_word, telling_words};
use pinlens_facts::words::names::DistributionName;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::sync::Arc;

/// The distributions that a project requires and nothing in it imports.
#[derive(Debug, Default)]
pub(super) struct Unimported {
    /// Spelt as modules are, ascending.
    modules: Vec<Spelt>,
    /// By each word that few names have, those of whose modules no environment knows; ascending.
    by_word: FxHashMap<Box<str>, Vec<DistributionName>>,
}

#[derive(Debug, Default)]
struct OfProjects(RefCell<FxHashMap<ProjectId, Arc<Unimported>>>);

impl Remembered for OfProjects {
    const INPUTS: &'static [Input] = &[Input::Structure, Input::Declarations, Input::Imports];
}

/// Those of a project.
pub(super) fn of(ws: &Analysis, project: ProjectId) -> Arc<Unimported> {
    let known = &ws.remembered::<OfProjects>().0;
    if let Some(found) = known.borrow().get(&project) {
        return found.clone();
    }
    let found = Arc::new(Unimported::find(ws, project));
    known.borrow_mut().insert(project, found.clone());
    found
}

impl Unimported {
    fn find(ws: &Analysis, project: ProjectId) -> Self {
        let names = ws.projects().all[project].names.iter();
        let mut names: Vec<&DistributionName> = names.filter(|name| !ws.index().is_used(project, name)).collect();
        names.sort_unstable();
        let mut found = Self::default();
        for name in names {
            found.modules.push(Spelt::new(&name.as_str().replace('-', "_")));
            if !ws.environment().knows(name) {
                for word in telling_words(name.as_str()) {
                    found.by_word.entry(word.into()).or_default().push(name.clone());
                }
            }
        }
        found.modules.sort_unstable();
        found
    }

    /// The module of one of them of which `top` is a slip of the pen.
    pub fn meant_by(&self, top: &str) -> Option<&str> {
        let written = Spelt::new(top);
        // two letters that changed places are one slip
        let is_swapped = |name: &&Spelt| {
            let mut pairs = name.text().bytes().zip(top.bytes()).filter(|(a, b)| a != b);
            name.has_letters_of(&written)
                && name.text().len() == top.len()
                && matches!((pairs.next(), pairs.next(), pairs.next()), (Some((a, b)), Some((c, d)), None) if a == d && b == c)
        };
        let swapped = self.modules.iter().find(is_swapped).map(Spelt::text);
        swapped.or_else(|| nearest_of(top, &self.modules))
    }

    /// The first that has a word of the module's in its name, and of whose modules no environment knows.
    pub fn sharing_a_word(&self, dotted: &str) -> Option<&DistributionName> {
        let module = DistributionName::new(dotted);
        let named = telling_words(module.as_str()).filter_map(|word| self.by_word.get(word));
        named.filter_map(|names| names.iter().find(|name| shares_a_word(name, dotted))).min()
    }
}

/// The words of the modules that code of a project imports and nobody is known to provide.
#[derive(Debug, Default)]
struct UnresolvedWords(RefCell<FxHashMap<ProjectId, Arc<ModuleWords>>>);

impl Remembered for UnresolvedWords {
    const INPUTS: &'static [Input] = &[Input::Structure, Input::Declarations, Input::Imports];
}

/// Whether code of the project imports what nobody is known to provide and has a word of the distribution's name.
pub(crate) fn shares_a_word_with_unresolved(ws: &Analysis, project: ProjectId, name: &DistributionName) -> bool {
    let known = &ws.remembered::<UnresolvedWords>().0;
    let found = known.borrow().get(&project).cloned();
    let words = found.unwrap_or_else(|| {
        let mut words = ModuleWords::default();
        for module in ws.index().unresolved(project) {
            words.add(module.as_str());
        }
        let words = Arc::new(words);
        known.borrow_mut().insert(project, words.clone());
        words
    });
    words.shares_one_with(name)
}
