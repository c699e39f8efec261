//! The projects of the workspace that others of it require by their names: what comes with each is in its own manifest.

use super::data::{Projects, RequirementId};
use super::files::{Files, declarations};
use pinlens_facts::manifest::lock::Asked as Required;
use pinlens_facts::requirements::Group;
use pinlens_facts::words::markers;
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::roles::Role;
use rustc_hash::{FxHashMap, FxHashSet};

/// What a project of the workspace requires.
#[derive(Clone, Debug, Default, PartialEq)]
struct Member {
    /// Each requirement, with the extra for which it is.
    requires: Vec<(Option<Box<str>>, Required)>,
    /// Whether nothing of it is hidden.
    is_whole: bool,
}

/// The projects of the workspace by the names of their distributions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Members(FxHashMap<DistributionName, Member>);

impl Members {
    /// Finds what the projects that have names require where they run.
    pub(super) fn new(projects: &Projects, files: &impl Files) -> Self {
        let mut members = FxHashMap::default();
        for project in projects.all.iter().filter(|project| project.parent.is_none() && !project.is_script) {
            let Some(name) = project.own.first() else { continue };
            let mut member = Member {
                is_whole: project.gaps.weakness.is_none() && project.gaps.hidden.is_none(),
                ..Member::default()
            };
            for (required, places) in &project.required.declared {
                let runs = project.roles.get(required) == Some(&Role::Runtime);
                member.requires.extend(places.iter().filter_map(|at| of_place(*at, runs, files)));
            }
            member.requires.sort();
            members.entry(name.clone()).or_insert(member);
        }
        Self(members)
    }

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

/// What a requirement of a project asks for where it runs, and the extra for which it does.
fn of_place(at: RequirementId, runs: bool, files: &impl Files) -> Option<(Option<Box<str>>, Required)> {
    let (_, facts) = declarations(files, at.file)?;
    let one = facts.requirements.get(at.index)?;
    let extra = match &one.group {
        Group::Runtime => None,
        Group::File if runs => None,
        Group::Extra(name) => Some(name.clone()),
        _ => return None,
    };
    let marker = one.marker.as_ref().map(|marker| markers::holds(&marker.text, files.target()));
    let extras = one.extras.iter().map(|extra| extra.text.clone()).collect();
    let required = Required { name: one.name.clone()?, extras };
    (marker != Some(Some(false))).then_some((extra, required))
}
