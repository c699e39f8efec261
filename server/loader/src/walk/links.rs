//! Links in a workspace: Python imports through them, so modules are read at the paths that they give.
//!
//! Each folder is entered at most once on a chain of links, so that a loop ends; what leads out is not entered.

use super::filter::{Filter, is_environment};
use super::found::{FileQuery, Found};
use crate::folder::Loader;
use crate::ignores::Ignores;
use crate::paths::{canonical, joined};
use crate::skipped::{Skipped, SkippedKind};
use pinlens_analysis::config::Config;
use pinlens_facts::facts::{FileKind, UnreadReason};
use pinlens_facts::words::names::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};

/// Adds what the links of a walk, in path order, lead to.
pub(super) fn follow<T>(
    loader: &Loader,
    config: &Config,
    filter: &Filter,
    ignores: &Ignores,
    links: Vec<PathBuf>,
    query: FileQuery<T>,
    found: &mut Found<T>,
) {
    let known = found.files.iter().map(|(path, _)| path.clone()).collect();
    let entered = FxHashMap::default();
    let mut follower = Follower { loader, config, filter, ignores, query, found, known, entered };
    for link in links {
        follower.link(&link, &mut Vec::new());
    }
}

struct Follower<'a, T> {
    loader: &'a Loader,
    config: &'a Config,
    filter: &'a Filter,
    ignores: &'a Ignores,
    query: FileQuery<'a, T>,
    found: &'a mut Found<T>,
    /// The files that the walk found itself.
    known: FxHashSet<FilePath>,
    /// How often links have led into each real folder.
    entered: FxHashMap<PathBuf, usize>,
}

/// Of more links to one folder the rest is not followed: folders that link to each other have as many paths as their orders.
const MOST_LINKS: usize = 8;

impl<T> Follower<'_, T> {
    /// Takes in what the link at `link` leads to; `chain` holds the real folders that links have led into on the way here.
    fn link(&mut self, link: &Path, chain: &mut Vec<PathBuf>) {
        let Some(path) = self.path(link) else { return };
        // a link to nothing is nothing, until something comes there
        let Ok(real) = link.canonicalize() else {
            self.found.targets.extend(missing_target(link));
            return;
        };
        let is_folder = real.is_dir();
        if !self.loader.bounds.holds(&real) {
            let kind = self.config.kind_of(&path);
            let what = if is_folder { Some(SkippedKind::Folder) } else { kind.map(SkippedKind::File) };
            self.found.skipped.extend(what.map(|what| Skipped { path, what, reason: UnreadReason::Outside }));
        } else if is_folder {
            self.linked_folder(path, link, &real, chain);
        } else if real.is_file() {
            self.found.targets.insert(real.clone());
            self.file(path, link, &real);
        }
    }

    fn linked_folder(&mut self, path: FilePath, link: &Path, real: &Path, chain: &mut Vec<PathBuf>) {
        let leads_back = link.starts_with(real) || chain.iter().any(|entered| entered.starts_with(real));
        let around = link.parent().and_then(|folder| folder.canonicalize().ok());
        if leads_back || around.is_none_or(|around| around.starts_with(real)) || is_environment(real) {
            return;
        }
        self.found.targets.insert(real.to_path_buf());
        let times = self.entered.entry(real.to_path_buf()).or_default();
        *times += 1;
        if *times > MOST_LINKS {
            let reason = UnreadReason::Failed(format!("more than {MOST_LINKS} links lead to this folder").into());
            self.found.skipped.push(Skipped { path, what: SkippedKind::Folder, reason });
            return;
        }
        chain.push(real.to_path_buf());
        self.folder(link, real, chain);
        chain.pop();
    }

    /// Takes in the folder that is called `path` here and really is `real`.
    fn folder(&mut self, path: &Path, real: &Path, chain: &mut Vec<PathBuf>) {
        let mut entries: Vec<_> = std::fs::read_dir(real).into_iter().flatten().flatten().collect();
        entries.sort_unstable_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            if self.found.too_many {
                return;
            }
            let (path, real) = (path.join(entry.file_name()), entry.path());
            let Ok(kind) = entry.file_type() else { continue };
            let is_folder = kind.is_dir() || kind.is_symlink() && real.is_dir();
            if !self.filter.admits(&path, is_folder) || self.ignores.ignore(&real, kind.is_dir()) {
                continue;
            }
            if kind.is_symlink() {
                self.link(&path, chain);
            } else if kind.is_dir() {
                self.folder(&path, &real, chain);
            } else if kind.is_file() {
                let Some(named) = self.path(&path) else { continue };
                self.file(named, &path, &real);
            }
        }
    }

    /// Takes in the file that is called `path` here, where it is a module; another one only where the walk does not read it itself.
    fn file(&mut self, path: FilePath, absolute: &Path, real: &Path) {
        let Some(kind) = self.config.kind_of(&path) else { return };
        let original = self.path(real).filter(|original| self.known.contains(original));
        let is_module = matches!(kind, FileKind::Python | FileKind::PythonSettings | FileKind::Stub | FileKind::Module);
        if !is_module && (original.is_some() || self.known.contains(&path)) {
            return;
        }
        if self.found.files.len() >= Loader::LIMIT {
            self.found.too_many = true;
            return;
        }
        if let Ok(answer) = (self.query)(absolute) {
            if let Some(original) = original {
                self.found.aliases.insert(path.clone(), original);
            }
            self.found.files.push((path, answer));
        }
    }

    /// The workspace path of one that the walk made.
    fn path(&self, absolute: &Path) -> Option<FilePath> {
        joined("", absolute.strip_prefix(&self.loader.root).ok()?).map(|path| FilePath::new(&path))
    }
}

/// Links that lead to links are followed so far; the system gives up there too.
const LONGEST_CHAIN: usize = 40;

/// Where a link would lead to that leads to nothing.
fn missing_target(link: &Path) -> Option<PathBuf> {
    let mut at = link.to_path_buf();
    for _ in 0..LONGEST_CHAIN {
        let Ok(target) = at.read_link() else { return Some(at) };
        // what `..` in it means depends on where the link really is
        at = canonical(&at.parent()?.canonicalize().ok()?.join(target));
    }
    None
}
