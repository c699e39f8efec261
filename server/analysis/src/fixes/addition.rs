//! A requirement to add: which distribution, in which version.

use super::version::{self, Pin};
use super::{importing, marker};
use crate::analysis::Analysis;
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::workspaces::Manager;

/// A requirement to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// The distribution.
    pub name: DistributionName,
    /// Its name as its authors spell it, where something shows.
    pub display: Option<String>,
    /// The version to request, where one is known.
    pub pin: Option<Pin>,
    /// The marker, where it is needed on some targets only.
    pub marker: Option<String>,
    /// The hashes of its files: `sha256:…`.
    pub hashes: Vec<String>,
    /// The requirement as it was written elsewhere, to be taken over.
    pub verbatim: Option<String>,
    /// Where it is, if it is another member of the workspace.
    pub member: Option<Member>,
}

/// Another member of the workspace of some code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The tool that manages the workspace.
    pub manager: Manager,
    /// Its folder: from the root, until it is known which manifest requires it; then from there.
    pub path: String,
}

impl Member {
    /// The member of that name of the workspace of the code at the path.
    fn named(ws: &Analysis, at: &FilePath, name: &DistributionName) -> Option<Self> {
        let (projects, own) = (ws.projects(), ws.projects().of_path(at.as_str()));
        let mut all =
            projects.all.iter().enumerate().filter(|(_, project)| ws.makes(name) && project.own.contains(name));
        all.find_map(|(id, project)| {
            let manager = projects.workspaces.manager_of(own, id)?;
            Some(Self { manager, path: project.folder.to_string() })
        })
    }

    /// The same, as a manifest in `folder` has it.
    pub(super) fn seen_from(&self, folder: &str) -> Self {
        let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let (from, to): (Vec<String>, Vec<String>) = (parts(folder), parts(&self.path));
        let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        let up = from.iter().skip(common).map(|_| "..".to_owned());
        let path: Vec<String> = up.chain(to.into_iter().skip(common)).collect();
        Self { manager: self.manager, path: if path.is_empty() { ".".to_owned() } else { path.join("/") } }
    }
}

impl Addition {
    /// The name alone.
    pub fn bare(name: &DistributionName) -> Self {
        Self {
            name: name.clone(),
            display: None,
            pin: None,
            marker: None,
            hashes: Vec::new(),
            verbatim: None,
            member: None,
        }
    }

    /// `name` with the version that is known for the code at the path, and the marker under which its imports run.
    pub(crate) fn of(ws: &Analysis, at: &FilePath, name: &DistributionName) -> Self {
        let marker =
            importing::of(ws, at, name).map_or_else(|| marker::of_imports(ws, at, name), |all| all.marker.clone());
        let member = Member::named(ws, at, name);
        if member.is_some() {
            return Self { marker, member, ..Self::bare(name) };
        }
        let display = ws.environment().get(name).map(|installed| installed.display.clone());
        Self { display, pin: version::known(ws, at, name), marker, ..Self::bare(name) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_count_from_the_manifest() {
        let seen = |path: &str, folder: &str| {
            Member { manager: Manager::Poetry, path: path.to_owned() }.seen_from(folder).path
        };
        assert_eq!(seen("libs/b", "libs/a"), "../b");
        assert_eq!(seen("libs/b", ""), "libs/b");
        assert_eq!(seen("", "libs/a"), "../..");
        assert_eq!(seen("libs/a/c", "libs/a"), "c");
    }
}
