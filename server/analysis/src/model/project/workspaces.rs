//! Which projects one tool manages together, as members of one workspace.

use super::files::{Files, declarations, in_folder};
use crate::config::PathPattern;
use crate::model::ids::ProjectId;
use pinlens_facts::words::names::{FilePath, lies_in};
use pinlens_facts::words::workspaces::{Manager, WorkspaceFacts};
use rustc_hash::FxHashMap;

/// The members of each workspace. A project without a name of its own is none: nothing can require it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workspaces(FxHashMap<ProjectId, Member>);

/// A project as a member.
#[derive(Clone, Debug, PartialEq)]
struct Member {
    manager: Manager,
    /// The folder of the manifest that names the members.
    root: Box<str>,
}

impl Workspaces {
    /// Finds which of these projects are members, each with its folder.
    pub(super) fn of<'a>(projects: impl Iterator<Item = (ProjectId, &'a str)>, files: &impl Files) -> Self {
        let roots = Roots::of(files);
        let mut members = FxHashMap::default();
        for (id, folder) in projects {
            let is_of_poetry = || of_folder(files, folder).is_some_and(|facts| facts.is_of_poetry);
            let member = match roots.around(folder) {
                Some((root, manager)) => Some(Member { manager, root: root.into() }),
                None => is_of_poetry().then(|| Member { manager: Manager::Poetry, root: "".into() }),
            };
            members.extend(member.map(|member| (id, member)));
        }
        Self(members)
    }

    /// The tool that manages both projects as members of one workspace.
    pub fn manager_of(&self, one: ProjectId, other: ProjectId) -> Option<Manager> {
        let (member, with) = (self.0.get(&one)?, self.0.get(&other)?);
        (one != other && member == with).then_some(member.manager)
    }

    /// The folder of the workspace that a project is a member of.
    pub fn root_of(&self, project: ProjectId) -> Option<&str> {
        self.0.get(&project).map(|member| &*member.root)
    }
}

/// What the pyproject.toml of a folder says of workspaces.
fn of_folder<'a>(files: &'a impl Files, folder: &str) -> Option<&'a WorkspaceFacts> {
    let (id, _) = files.at(&FilePath::new(&in_folder(folder, "pyproject.toml")))?;
    declarations(files, id)?.1.workspace.as_deref()
}

/// The manifests that name members.
pub(super) struct Roots(Vec<Root>);

impl Roots {
    /// Those of the workspace folder.
    pub fn of(files: &impl Files) -> Self {
        let manifests = files.manifests().into_iter().filter_map(|id| {
            let (path, facts) = declarations(files, id)?;
            Root::of(path.folder(), facts.workspace.as_deref()?)
        });
        Self(manifests.collect())
    }

    /// The nearest root that has a folder as a member, and the tool that it is one for.
    pub fn around(&self, folder: &str) -> Option<(&str, Manager)> {
        let named = self.0.iter().filter_map(|root| Some((root, root.manager_of(folder)?)));
        named.max_by_key(|(root, _)| root.folder.len()).map(|(root, manager)| (&*root.folder, manager))
    }
}

/// A manifest that names members.
struct Root {
    folder: Box<str>,
    members: Vec<(Manager, PathPattern)>,
    excluded: Vec<(Manager, PathPattern)>,
}

impl Root {
    /// The root of a folder; none where its manifest names no members.
    fn of(folder: &str, facts: &WorkspaceFacts) -> Option<Self> {
        let patterns = |written: &[(Manager, Box<str>)]| -> Vec<(Manager, PathPattern)> {
            let read = |(manager, text): &(Manager, Box<str>)| {
                Some((*manager, PathPattern::new(&format!("/{}", in_folder(folder, text))).ok()?))
            };
            written.iter().filter_map(read).collect()
        };
        let is_root = !facts.members.is_empty();
        is_root.then(|| Self {
            folder: folder.into(),
            members: patterns(&facts.members),
            excluded: patterns(&facts.excluded),
        })
    }

    /// The tool for which the folder is that of a member; the root's own project is one of each.
    fn manager_of(&self, folder: &str) -> Option<Manager> {
        if folder == &*self.folder {
            return self.members.first().map(|(manager, _)| *manager);
        }
        let is_in = |patterns: &[(Manager, PathPattern)], manager: Manager| {
            patterns.iter().any(|(other, pattern)| *other == manager && pattern.is_path(folder))
        };
        let mut managers = self.members.iter().map(|(manager, _)| *manager).filter(|_| lies_in(folder, &self.folder));
        managers.find(|manager| is_in(&self.members, *manager) && !is_in(&self.excluded, *manager))
    }
}
