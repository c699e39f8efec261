//! The model of a workspace folder: every file's facts, and what of them is kept up to date at each change.

use super::change::Counts;
use super::environment::Environment;
use super::evidence::Evidence;
use super::ids::FileId;
use super::index::Index;
use super::project::{ProjectId, Projects};
use super::releases::Releases;
use super::structure::Structure;
use crate::config::Config;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::mentions::MentionKind;
use pinlens_facts::words::names::{FilePath, PythonVersion};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One workspace folder: all that is known of it.
///
/// The facts of the files are the truth; every other field is derived from them, and equals what a fresh model with
/// the same facts would hold. Only the workspace's `apply` changes it.
#[derive(Debug, Default)]
pub struct Model {
    pub(crate) files: FileTable,
    pub(crate) environment: Arc<Environment>,
    pub(crate) config: Arc<Config>,
    /// What follows of how the files frame the workspace.
    pub(crate) structure: Structure,
    /// The entries of `sys.path` for the code in each folder, nearest first.
    pub(crate) roots: FxHashMap<Box<str>, Vec<String>>,
    pub(crate) projects: Projects,
    pub(crate) index: Index,
    /// Who says what that may show a use; it follows every file's facts.
    pub(crate) evidence: Evidence,
    pub(crate) present: Present,
    /// What the package index has, where it was looked up; nothing is derived from it.
    pub(crate) releases: Releases,
}

/// The files and their order.
#[derive(Debug, Default)]
pub(crate) struct FileTable {
    /// The names of the folders that lead to the root, outermost first; none where that is not known.
    pub trail: Vec<Box<str>>,
    /// By the paths that [`FileTable::entered`] gives.
    pub ids: FxHashMap<FilePath, FileId>,
    pub list: Vec<File>,
    /// The ids by path, sorted when that is first requested after a file came.
    pub in_order: OnceCell<Vec<FileId>>,
    /// The ids of files that are gone. The next files that come get them, or a day of branches would fill the memory.
    pub gone: BTreeSet<FileId>,
}

impl FileTable {
    /// Puts `facts` in the place of those that the file at `path` had, and gives its id and those. The path is as
    /// [`FileTable::entered`] gives it.
    pub fn replace(&mut self, path: FilePath, facts: Option<FileFacts>) -> (FileId, Option<FileFacts>) {
        let id = self.ids.get(&path).copied().unwrap_or_else(|| self.enter(path));
        self.gone.remove(&id);
        (id, std::mem::replace(&mut self.list[id.0 as usize].facts, facts))
    }

    /// Gives the ids of those files that are gone to files that come from here on: what a change affects is still called by them.
    pub fn let_go(&mut self, changed: &[FileId]) {
        let is_gone = |id: &&FileId| self.list[id.0 as usize].facts.is_none();
        self.gone.extend(changed.iter().filter(is_gone));
    }

    fn enter(&mut self, path: FilePath) -> FileId {
        let file = File { path: path.clone(), facts: None };
        let id = if let Some(id) = self.gone.pop_first() {
            let old = std::mem::replace(&mut self.list[id.0 as usize], file);
            self.ids.remove(&old.path);
            id
        } else {
            self.list.push(file);
            FileId(self.list.len() as u32 - 1)
        };
        self.in_order.take();
        self.ids.insert(path, id);
        id
    }

    /// The one path under which a file is entered: without a detour out of the root and back, as `-r ../shop/base.txt` in `shop`,
    /// and from the root on where it is absolute.
    pub fn entered<'a>(&self, path: &'a FilePath) -> Cow<'a, FilePath> {
        let text = path.as_str();
        let mut rest = text.trim_start_matches("../");
        let mut up = (text.len() - rest.len()) / "../".len();
        if let Some(absolute) = text.strip_prefix('/') {
            (rest, up) = (absolute, self.trail.len());
        }
        let before = up;
        while let Some(name) = self.trail.len().checked_sub(up).and_then(|at| self.trail.get(at)) {
            let Some(inside) = rest.strip_prefix(&**name).and_then(|rest| rest.strip_prefix('/')) else { break };
            (rest, up) = (inside, up - 1);
        }
        if up == before { Cow::Borrowed(path) } else { Cow::Owned(FilePath::new(&("../".repeat(up) + rest))) }
    }
}

/// A file and what it says; no facts once it is gone.
#[derive(Debug)]
pub(crate) struct File {
    pub path: FilePath,
    pub facts: Option<FileFacts>,
}

/// What kinds of files are present, found when it is first requested after files came or went.
#[derive(Debug, Default)]
pub(crate) struct Present {
    /// The projects in whose folders tests lie.
    pub tests: OnceCell<FxHashSet<ProjectId>>,
    /// Whether documentation is at hand.
    pub documentation: OnceCell<bool>,
}

impl Model {
    /// The id of a file that has, or had, facts.
    pub fn file(&self, path: &FilePath) -> Option<FileId> {
        self.files.ids.get(&*self.files.entered(path)).copied()
    }

    /// The path of a file.
    pub fn path(&self, file: FileId) -> &FilePath {
        &self.files.list[file.0 as usize].path
    }

    /// The facts of a file; `None` once it is gone.
    pub fn facts(&self, file: FileId) -> Option<&FileFacts> {
        self.files.list[file.0 as usize].facts.as_ref()
    }

    /// Every file that has facts, in path order.
    pub fn files(&self) -> Vec<FileId> {
        self.all_ids().iter().copied().filter(|id| self.facts(*id).is_some()).collect()
    }

    /// The files that declare requirements, in path order.
    pub fn manifests_in_order(&self) -> Vec<FileId> {
        self.structure.manifests.clone()
    }

    /// What `-r` and `-c` lead to, from one file to the next, beginning with the manifests that are not `only_included`, with what
    /// tox and the like install, and with the files in `found`.
    pub(crate) fn included_from(
        &self,
        only_included: &FxHashSet<FilePath>,
        mut found: FxHashSet<FilePath>,
    ) -> FxHashSet<FilePath> {
        let is_first = |id: &FileId| !only_included.contains(self.path(*id));
        let mut rest: Vec<FileId> = self.structure.manifests.iter().copied().filter(is_first).collect();
        rest.extend(found.iter().filter_map(|path| self.file(path)));
        for file in self.evidence.files_that_say(MentionKind::Install) {
            let lists =
                self.facts(file).and_then(FileFacts::mentions).into_iter().flat_map(|all| all.of(MentionKind::Install));
            for list in lists.filter_map(|one| one.text.strip_prefix("-r ")) {
                let target = self.files.entered(&self.path(file).sibling(list)).into_owned();
                if found.insert(target.clone()) {
                    rest.extend(self.file(&target));
                }
            }
        }
        while let Some(file) = rest.pop() {
            let declarations = self.facts(file).and_then(FileFacts::declarations);
            for include in declarations.into_iter().flat_map(|facts| &facts.includes) {
                let target = self.files.entered(&self.path(file).sibling(&include.target)).into_owned();
                if !include.target.contains("://") && found.insert(target.clone()) {
                    rest.extend(self.file(&target));
                }
            }
        }
        found
    }

    /// Targets of `-r` and `-c` that no facts are here of. The loader reads those that exist.
    pub fn wanted(&self) -> Vec<FilePath> {
        self.projects.missing.iter().map(|path| self.files.entered(path).into_owned()).collect()
    }

    /// The paths of the files that have facts, in no order.
    pub(crate) fn files_with_facts(&self) -> impl Iterator<Item = &FilePath> {
        self.files.list.iter().filter(|file| file.facts.is_some()).map(|file| &file.path)
    }

    /// The Python that the code is for, where anything says so.
    pub fn python(&self) -> Option<PythonVersion> {
        self.structure.python
    }

    /// The environment that is looked at, for people: `Python 3.12 in .venv`; `None` where none is.
    pub fn environment_in_words(&self) -> Option<String> {
        let location = Some(&self.environment.location).filter(|location| !location.is_empty())?;
        Some(match self.environment.python {
            Some(python) => format!("Python {python} in {location}"),
            None => location.clone(),
        })
    }

    /// How much was read.
    pub fn counts(&self) -> Counts {
        self.counts_of((0..self.files.list.len() as u32).map(FileId))
    }

    /// How much these files hold.
    pub fn counts_of(&self, files: impl IntoIterator<Item = FileId>) -> Counts {
        let mut counts = Counts::default();
        for facts in files.into_iter().filter_map(|file| self.facts(file)) {
            match facts {
                FileFacts::Python(facts) => {
                    counts.files += 1;
                    counts.imports += facts.imports.iter().map(|import| import.parsed.modules.len()).sum::<usize>();
                }
                FileFacts::Requirements(facts) => {
                    counts.files += 1;
                    counts.requirements += facts.requirements.len();
                }
                FileFacts::Settings(facts) => {
                    counts.files += 1;
                    counts.requirements += facts.declarations.as_ref().map_or(0, |facts| facts.requirements.len());
                }
                FileFacts::Lock(_)
                | FileFacts::Mentions(_)
                | FileFacts::Deploy(_)
                | FileFacts::Module
                | FileFacts::Unread(_) => {}
            }
        }
        counts
    }

    /// Every file that has, or had, facts, in path order.
    pub(crate) fn all_ids(&self) -> &[FileId] {
        self.files.in_order.get_or_init(|| {
            let mut ids: Vec<FileId> = (0..self.files.list.len() as u32).map(FileId).collect();
            ids.sort_by(|a, b| self.path(*a).cmp(self.path(*b)));
            ids
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_files_that_are_gone_are_given_to_others() {
        let mut files = FileTable::default();
        let mut enter = |path: &str, is_there: bool| {
            let facts = is_there.then_some(FileFacts::Module);
            let (id, _) = files.replace(FilePath::new(path), facts);
            files.let_go(&[id]);
            (id, files.ids.len(), files.list.len())
        };
        assert_eq!(enter("a.so", true), (FileId(0), 1, 1));
        assert_eq!(enter("b.so", true), (FileId(1), 2, 2));
        assert_eq!(enter("a.so", false), (FileId(0), 2, 2));
        assert_eq!(enter("a.so", true), (FileId(0), 2, 2), "it is back before another needs its id");
        assert_eq!(enter("c.so", true), (FileId(2), 3, 3));
        assert_eq!(enter("b.so", false), (FileId(1), 3, 3));
        assert_eq!(enter("d.so", true), (FileId(1), 3, 3));
        assert_eq!(enter("b.so", true), (FileId(3), 4, 4));
        let paths: Vec<&str> = files.list.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["a.so", "d.so", "c.so", "b.so"]);
    }

    #[test]
    fn a_path_has_one_spelling() {
        let trail = ["home", "dev", "shop"].map(Box::from).to_vec();
        let files = FileTable { trail, ..FileTable::default() };
        for (path, expected) in [
            ("base.txt", "base.txt"),
            ("../shop/base.txt", "base.txt"),
            ("../../dev/shop/deps/base.txt", "deps/base.txt"),
            ("../../dev/other/base.txt", "../other/base.txt"),
            ("../other/base.txt", "../other/base.txt"),
            ("../shopping/base.txt", "../shopping/base.txt"),
            ("/home/dev/shop/base.txt", "base.txt"),
            ("/home/other/base.txt", "../../other/base.txt"),
            ("/etc/base.txt", "/etc/base.txt"),
            ("../../../../../x.txt", "../../../../../x.txt"),
        ] {
            assert_eq!(files.entered(&FilePath::new(path)).as_str(), expected, "{path}");
        }
        let nowhere = FileTable::default();
        assert_eq!(nowhere.entered(&FilePath::new("/x/y.txt")).as_str(), "/x/y.txt");
    }
}
