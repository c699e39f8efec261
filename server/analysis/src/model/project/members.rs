//! The projects of the workspace that others of it require by their names: what comes with each is in its own manifest.

use pinlens_facts::manifest::lock::Asked as Required;
use pinlens_facts::words::names::DistributionName;
use rustc_hash::{FxHashMap, FxHashSet};

/// What a project of the workspace requires.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Member {
    /// Each requirement, with the extra for which it is.
    pub requires: Vec<(Option<Box<str>>, Required)>,
    /// Whether nothing of it is hidden.
    pub is_whole: bool,
}

/// The projects of the workspace by the names of their distributions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Members(pub(super) FxHashMap<DistributionName, Member>);

impl Members {
    /// What comes with a project of the workspace that is asked for with those extras; nothing where it is none.
    pub fn needs<'a>(&'a self, asked: &'a Required) -> impl Iterator<Item = &'a Required> + 'a {
        let is_meant = |extra: &Option<Box<str>>| {
            let same = |other: &str, extra: &str| DistributionName::new(other) == DistributionName::new(extra);
            extra.as_ref().is_none_or(|extra| asked.extras.iter().any(|other| same(other, extra)))
        };
        let requires = self.0.get(&asked.name).map(|member| &member.requires[..]).unwrap_or_default();
        requires.iter().filter(move |(extra, _)| is_meant(extra)).map(|(_, asked)| asked)
    }

    /// Whether the distribution is a project of the workspace, and all that it requires can be read.
    pub fn knows(&self, name: &DistributionName) -> bool {
        self.0.get(name).is_some_and(|member| member.is_whole)
    }

    /// What projects of the workspace bring that come with `root`, at any depth; in order.
    pub(super) fn reached(&self, root: Required) -> Vec<DistributionName> {
        let mut found: Vec<Required> = vec![root];
        let mut seen: FxHashSet<Required> = found.iter().cloned().collect();
        let mut at = 0;
        while let Some(asked) = found.get(at).cloned() {
            at += 1;
            found.extend(self.needs(&asked).filter(|one| seen.insert((*one).clone())).cloned());
        }
        found.into_iter().skip(1).map(|asked| asked.name).collect()
    }
}
