//! The words of many modules, in which those of a name are looked up.

use super::{SHORTEST, is_stop_word};
use crate::words::names::DistributionName;
use rustc_hash::FxHashSet;

/// The words of modules that nobody is known to provide.
#[derive(Clone, Debug, Default)]
pub struct ModuleWords {
    /// Each word that says something.
    words: FxHashSet<Box<str>>,
    /// The modules of one such word.
    whole: FxHashSet<Box<str>>,
}

impl ModuleWords {
    /// Takes a dotted name in.
    pub fn add(&mut self, dotted: &str) {
        let module = DistributionName::new(dotted);
        let words = telling_words(module.as_str());
        self.words.extend(words.map(Box::from));
        self.whole.extend(telling_words(module.as_str()).filter(|word| *word == module.as_str()).map(Box::from));
    }

    /// Whether [`super::shares_a_word`] holds for the distribution and one of the modules.
    pub fn shares_one_with(&self, distribution: &DistributionName) -> bool {
        let name = distribution.as_str();
        if name.contains('-') {
            name.split('-').any(|word| self.words.contains(word))
        } else {
            self.whole.contains(name)
        }
    }
}

/// The words of a name that few names have.
pub fn telling_words(name: &str) -> impl Iterator<Item = &str> {
    name.split('-').filter(|word| word.len() > SHORTEST && !is_stop_word(word))
}

#[cfg(test)]
mod tests {
    use super::super::shares_a_word;
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    /// Names and modules out of few words, so that they often share one.
    fn name(between: &'static str) -> impl Strategy<Value = String> {
        let words =
            ["flup", "py3", "google", "cloud", "iam", "v2", "amazon", "django", "kernel", "kernel2", "lib", "a", "x9"];
        vec(select(words.to_vec()), 1..5).prop_map(move |words| words.join(between))
    }

    fn names() -> impl Strategy<Value = Vec<DistributionName>> {
        let known = select(vec!["flup-py3".to_owned(), "eyes-images".to_owned(), vec!["kernel"; 14].join("-")]);
        let all = vec(prop_oneof![4 => name("-"), 1 => known], 0..12);
        all.prop_map(|all| {
            let mut names: Vec<DistributionName> = all.iter().map(|name| DistributionName::new(name)).collect();
            names.sort_unstable();
            names.dedup();
            names
        })
    }

    fn module() -> impl Strategy<Value = String> {
        let known = select(vec!["applitools".to_owned(), "flup.server".to_owned(), "google.cloud.iam_v2".to_owned()]);
        prop_oneof![name("."), name("_"), name(""), known]
    }

    proptest! {
        #[test]
        fn words_in_a_set_are_shared_as_one_by_one(all in names(), modules in vec(module(), 0..6)) {
            let mut words = ModuleWords::default();
            for dotted in &modules {
                words.add(dotted);
            }
            for name in &all {
                let slow = modules.iter().any(|dotted| shares_a_word(name, dotted));
                prop_assert_eq!(words.shares_one_with(name), slow, "{} and {:?}", name, modules);
            }
        }
    }
}
