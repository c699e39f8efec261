//! A workspace that follows a world edit by edit, and what a client has of it.

use super::random::edits;
use super::reported::{all, fixes, reported, starts, summaries, uses_of};
use super::world::{Edit, World};
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::words::names::FilePath;
use proptest::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::fmt::Debug;

/// By file, a row for each thing that is reported of it.
type Rows = BTreeMap<FilePath, Vec<String>>;

/// A workspace that follows a world.
#[derive(Default)]
pub struct Follower {
    pub world: World,
    workspace: Workspace,
    /// The findings that the client was sent last.
    client: Rows,
}

impl Follower {
    /// One that begins with a whole world. All that can be remembered of it is.
    pub fn of(world: World) -> Self {
        let workspace = world.fresh();
        let client = all(&workspace);
        uses_of(&workspace);
        fixes(&workspace);
        workspace.entries();
        Self { world, workspace, client }
    }

    /// Follows an edit; gives what is wrong after it.
    pub fn follow(&mut self, edit: &Edit) -> Result<(), String> {
        let change = self.world.edit(edit, &self.workspace);
        let before = (self.workspace.starts(), summaries(&self.workspace));
        let edited: Vec<FilePath> = change.files.iter().map(|(path, _)| path.clone()).collect();
        let mut affected = self.workspace.apply(change).files;
        affected.extend(self.world.settle(&mut self.workspace));
        let workspace = &self.workspace;
        affected
            .extend(edited.iter().filter_map(|path| workspace.file(path)).flat_map(|file| workspace.pointing_at(file)));
        for file in affected {
            self.client.insert(workspace.path(file).clone(), reported(workspace, file));
        }
        self.client.retain(|_, list| !list.is_empty());
        if workspace.starts() == before.0 {
            same("another start is not noticed", &before.1, &summaries(workspace))?;
        }
        same("the client is sent less than what changed", &self.client, &all(workspace))?;
        // else a reader would read it and let it go again, without end
        let wanted: FxHashSet<FilePath> = workspace.wanted().into_iter().collect();
        if !wanted.is_subset(&workspace.included(&wanted)) {
            return Err(format!("{wanted:?} is wanted and not kept"));
        }
        self.equals_fresh()
    }

    /// Files that an include once reached stay known, and a fresh workspace would not know them: they say nothing.
    fn equals_fresh(&self) -> Result<(), String> {
        let (workspace, fresh) = (&self.workspace, self.world.fresh());
        let known: Vec<FilePath> = fresh.files().into_iter().map(|file| fresh.path(file).clone()).collect();
        let of_known = |mut rows: Rows| {
            rows.retain(|path, _| known.contains(path));
            rows
        };
        same("findings", &of_known(all(workspace)), &all(&fresh))?;
        same("start-up", &starts(workspace, &known), &starts(&fresh, &known))?;
        same("uses", &of_known(uses_of(workspace)), &uses_of(&fresh))?;
        same("fixes", &of_known(fixes(workspace)), &fixes(&fresh))
    }
}

fn same<T: PartialEq + Debug>(what: &str, incremental: &T, expected: &T) -> Result<(), String> {
    let differ = || format!("{what}:\n{incremental:#?}\nis not\n{expected:#?}");
    (incremental == expected).then_some(()).ok_or_else(differ)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn incremental_equals_fresh(edits in edits()) {
        let mut follower = Follower::default();
        for edit in &edits {
            if let Err(wrong) = follower.follow(edit) {
                prop_assert!(false, "after {edit:?}: {wrong}");
            }
        }
    }
}

/// A list that an image of an unknown base installs is the workspace's where it is copied: it is read although nothing else names it.
#[test]
fn a_list_that_is_copied_into_an_unknown_image_is_read() {
    let mut follower = Follower::default();
    for (path, text) in [
        ("lists/site.txt", "flask\n"),
        ("requirements.txt", "-r lists/site.txt\nredis\n"),
        ("site_main.py", "import flask\nimport redis\n"),
        (
            "Dockerfile",
            "FROM registry.example.org/team/base:7\nWORKDIR /srv\nCOPY . .\nRUN pip install -r lists/site.txt\nCMD [\"python\", \"site_main.py\"]\n",
        ),
        ("requirements.txt", "redis\n"),
    ] {
        let edit = Edit::Write(path.to_owned(), text.to_owned());
        follower.follow(&edit).unwrap_or_else(|wrong| panic!("after {path}: {wrong}"));
    }
}
