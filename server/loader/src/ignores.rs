//! What git ignores by the files of the repository: `.gitignore` in each folder, `.git/info/exclude`. The user's own global file is
//! not read, so that a continuous integration finds what the editor finds.
//!
//! These files are read as any other that may be anything: at once, whole, and up to a length. git itself follows no link that is
//! called `.gitignore`.

use crate::open::Links;
use crate::read;
use dashmap::DashMap;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use pinlens_facts::facts::UnreadReason;
use rustc_hash::FxBuildHasher;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The longest file of rules that is read, in bytes: each line of it becomes an automaton.
const MAX_LEN: usize = 1 << 20;

/// The rules of the folders of one tree, read as they are needed.
pub(crate) struct Ignores {
    root: PathBuf,
    /// Those of the root, and above it where it lies in a repository.
    top: Arc<Rules>,
    folders: DashMap<PathBuf, Arc<Rules>, FxBuildHasher>,
    failed: Mutex<Vec<(PathBuf, UnreadReason)>>,
}

/// The rules of one folder and those around it. A folder without any shares those of the folder around.
struct Rules {
    /// Of the folder's `.gitignore`.
    own: Gitignore,
    /// Of its repository's `info/exclude`, where it is the top of one.
    exclude: Gitignore,
    /// Whether it is the top of a repository: what is around it does not count then.
    is_top: bool,
    around: Option<Arc<Self>>,
}

impl Ignores {
    /// The rules for the files below the canonical folder `root`. Above it only those of a repository count, not those of any
    /// folder that happens to be there.
    pub fn of(root: &Path) -> Self {
        let mut ignores = Self {
            root: root.to_path_buf(),
            top: Arc::new(Rules { own: Gitignore::empty(), exclude: Gitignore::empty(), is_top: true, around: None }),
            folders: DashMap::default(),
            failed: Mutex::new(Vec::new()),
        };
        let top = root.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(root);
        let mut folders: Vec<&Path> = root.ancestors().take_while(|folder| folder.starts_with(top)).collect();
        folders.reverse();
        for folder in folders {
            ignores.top = ignores.read(folder, ignores.top.clone());
        }
        ignores
    }

    /// Whether git ignores the file or folder at `path`, which lies below the root, by itself: that a folder on the way to it is
    /// ignored is not looked at. A link is no folder.
    pub fn ignore(&self, path: &Path, is_folder: bool) -> bool {
        let rules = path.parent().map_or_else(|| self.top.clone(), |folder| self.rules(folder));
        let mut excluded = None;
        for rules in std::iter::successors(Some(&*rules), |rules| rules.around.as_deref()) {
            let own = rules.own.matched(path, is_folder);
            if !own.is_none() {
                return own.is_ignore();
            }
            let exclude = rules.exclude.matched(path, is_folder);
            if excluded.is_none() && !exclude.is_none() {
                excluded = Some(exclude.is_ignore());
            }
            if rules.is_top {
                break;
            }
        }
        excluded.unwrap_or(false)
    }

    /// The files of rules that could not be read, and why.
    pub fn failed(&self) -> Vec<(PathBuf, UnreadReason)> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn rules(&self, folder: &Path) -> Arc<Rules> {
        if folder == self.root || !folder.starts_with(&self.root) {
            return self.top.clone();
        }
        if let Some(known) = self.folders.get(folder) {
            return known.clone();
        }
        let around = folder.parent().map_or_else(|| self.top.clone(), |outer| self.rules(outer));
        let rules = self.read(folder, around);
        self.folders.insert(folder.to_path_buf(), rules.clone());
        rules
    }

    fn read(&self, folder: &Path, around: Arc<Rules>) -> Arc<Rules> {
        let own = self.file(folder, &folder.join(".gitignore"), Links::Refused);
        let is_top = folder.join(".git").exists();
        let exclude = if is_top { common_folder(&folder.join(".git")) } else { None };
        let exclude = exclude.and_then(|git| self.file(folder, &git.join("info/exclude"), Links::Followed));
        if own.is_none() && exclude.is_none() && !is_top {
            return around;
        }
        let or_empty = |rules: Option<Gitignore>| rules.unwrap_or_else(Gitignore::empty);
        Arc::new(Rules { own: or_empty(own), exclude: or_empty(exclude), is_top, around: Some(around) })
    }

    /// The rules in the file at `path`, which count from `folder`; `None` where there are none.
    fn file(&self, folder: &Path, path: &Path, links: Links) -> Option<Gitignore> {
        let text = match text(path, links) {
            Ok(text) => text?,
            Err(reason) => {
                self.failed.lock().unwrap_or_else(PoisonError::into_inner).push((path.to_path_buf(), reason));
                return None;
            }
        };
        let mut builder = GitignoreBuilder::new(folder);
        for line in text.trim_start_matches('\u{feff}').lines() {
            // a pattern that is no glob matches nothing
            let _ = builder.add_line(None, line);
        }
        builder.build().ok().filter(|rules| !rules.is_empty())
    }
}

fn text(path: &Path, links: Links) -> Result<Option<String>, UnreadReason> {
    let mut bytes = Vec::new();
    if !read::anywhere_with(path, links, &mut bytes)? {
        return Ok(None);
    }
    if bytes.len() > MAX_LEN {
        return Err(UnreadReason::Failed(format!("longer than {} MB", MAX_LEN >> 20).into()));
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// The folder that the worktrees of a repository share, of whose `.git` (a folder, or a file that names one) the path is given.
fn common_folder(git: &Path) -> Option<PathBuf> {
    let is_file = git.metadata().is_ok_and(|metadata: std::fs::Metadata| metadata.is_file());
    if !is_file {
        return Some(git.to_path_buf());
    }
    let line = |path: &Path| text(path, Links::Followed).ok().flatten()?.lines().next().map(str::to_owned);
    let folder = git.parent()?.join(line(git)?.strip_prefix("gitdir:")?.trim());
    match line(&folder.join("commondir")) {
        Some(common) => Some(folder.join(common.trim())),
        None => Some(folder),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_nearest_rules_win_and_a_repository_ends_them() {
        let keep = tempfile::tempdir().expect("a folder");
        let root = keep.path().canonicalize().expect("a path");
        for folder in [".git/info", "a", "inner/.git"] {
            fs::create_dir_all(root.join(folder)).expect("a folder");
        }
        fs::write(root.join(".git/info/exclude"), "e.py\nboth.py\n").expect("a file");
        fs::write(root.join(".gitignore"), "\u{feff}x.py\n!both.py\nfolder/\n").expect("a file");
        fs::write(root.join("a/.gitignore"), "!x.py\n").expect("a file");
        let ignores = Ignores::of(&root);
        let is_out = |path: &str| ignores.ignore(&root.join(path), false);
        let of = ["x.py", "a/x.py", "inner/x.py", "e.py", "a/e.py", "inner/e.py", "both.py", "folder"].map(is_out);
        assert_eq!(of, [true, false, false, true, true, false, false, false]);
        assert!(ignores.ignore(&root.join("folder"), true));
        assert!(ignores.failed().is_empty());
    }

    #[test]
    fn a_worktree_has_the_rules_of_its_repository() {
        let keep = tempfile::tempdir().expect("a folder");
        let root = keep.path().canonicalize().expect("a path");
        for folder in ["main/.git/info", "main/.git/worktrees/tree", "tree"] {
            fs::create_dir_all(root.join(folder)).expect("a folder");
        }
        fs::write(root.join("main/.git/info/exclude"), "e.py\n").expect("a file");
        fs::write(root.join("main/.git/worktrees/tree/commondir"), "../..\n").expect("a file");
        let git = format!("gitdir: {}\n", root.join("main/.git/worktrees/tree").display());
        fs::write(root.join("tree/.git"), git).expect("a file");
        assert!(Ignores::of(&root.join("tree")).ignore(&root.join("tree/e.py"), false));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_is_reported_and_not_waited_for() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let keep = tempfile::tempdir().expect("a folder");
        let root = keep.path().canonicalize().expect("a path");
        for folder in [".git/info", "device", "a"] {
            fs::create_dir_all(root.join(folder)).expect("a folder");
        }
        for pipe in [".gitignore", ".git/info/exclude"] {
            mknodat(CWD, root.join(pipe), FileType::Fifo, Mode::RWXU, 0).expect("a pipe");
        }
        std::os::unix::fs::symlink("/dev/zero", root.join("device/.gitignore")).expect("a link");
        fs::write(root.join("a/.gitignore"), vec![b'\n'; MAX_LEN + 1]).expect("a file");
        let ignores = Ignores::of(&root);
        for path in ["x.py", "device/x.py", "a/x.py"] {
            assert!(!ignores.ignore(&root.join(path), false));
        }
        let failed: Vec<PathBuf> = ignores.failed().into_iter().map(|(path, _)| path).collect();
        assert_eq!(failed, [".gitignore", ".git/info/exclude", "a/.gitignore"].map(|path| root.join(path)));
    }
}
