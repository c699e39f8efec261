//! Finds the files of a workspace folder.

pub(crate) mod filter;
mod found;
mod links;

use crate::bounds::{Bounds, Opened};
use crate::folder::Loader;
use crate::ignores::Ignores;
use crate::paths::joined;
use crate::skipped::{Skipped, SkippedKind};
use crate::snapshot::{Listing, Snapshot, Stamp};
use crate::tracked;
use filter::Filter;
use found::{FileQuery, Found};
use ignore::{DirEntry, WalkBuilder, WalkState};
use pinlens_analysis::config::Config;
use pinlens_facts::facts::{FileKind, UnreadReason};
use pinlens_facts::words::names::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

impl Loader {
    /// Walks the folder: .gitignore honoured, environments, `node_modules`, `inner` and `config.exclude` left out, only regular
    /// files of a [`FileKind`] (scripts without a suffix by their first line). Links are followed to modules, as Python does.
    pub fn walk(&self, config: &Config) -> Snapshot {
        walk(self, config, None)
    }

    /// The same, without the stamps.
    pub fn list(&self, config: &Config) -> Listing {
        list(self, config)
    }

    /// The walk of the folder's own files and those of the folders in it: all that is looked at around a lone document,
    /// whose folder may be anything.
    pub fn walk_near(&self, config: &Config) -> Snapshot {
        walk(self, config, Some(2))
    }

    /// How the file at `path` is to be read: by its path, else as the script that its first line makes it. `None` for what is
    /// none of ours.
    pub fn kind(&self, path: &FilePath, config: &Config) -> Option<FileKind> {
        config.kind_of(path).or_else(|| script(&self.bounds, &self.absolute(path), path))
    }

    /// Whether the walk would reach `path` (it is not ignored, not in an environment, not excluded). The file need not
    /// exist, and its kind does not matter. It reads the .gitignore files anew: meant for one changed file, not for a tree.
    pub fn includes(&self, path: &FilePath, config: &Config) -> bool {
        includes(self, path, config)
    }
}

/// Walks the loader's folder with several threads, down to `depth` levels (1 is the folder's own files) where it is given.
fn walk(loader: &Loader, config: &Config, depth: Option<usize>) -> Snapshot {
    let query: FileQuery<Stamp> = &|path| Ok(Stamp::of(&path.metadata()?));
    let Found { mut files, skipped, aliases, targets, too_many } = find(loader, config, depth, query);
    let stamps = tracked(loader, config, depth, &files).into_iter().filter_map(|path| {
        let metadata = loader.root.join(path.as_str()).metadata().ok()?;
        Some((path, Stamp::of(&metadata)))
    });
    let stamps: Vec<(FilePath, Stamp)> = stamps.collect();
    files.extend(stamps);
    Snapshot { files: files.into_iter().collect(), skipped, aliases, targets, too_many }
}

/// Walks the loader's folder for the files alone, which spares one system call a file.
fn list(loader: &Loader, config: &Config) -> Listing {
    let Found { files, skipped, aliases, too_many, .. } = find(loader, config, None, &|_| Ok(()));
    let more = tracked(loader, config, None, &files);
    let mut files: Vec<FilePath> = files.into_iter().map(|(path, ())| path).collect();
    files.extend(more);
    files.sort_unstable();
    Listing { files, skipped, aliases, too_many }
}

/// What a walk makes of one entry.
enum Entry<T> {
    File(FilePath, T),
    Link(PathBuf),
    Other,
}

fn find<T: Send>(loader: &Loader, config: &Config, depth: Option<usize>, query: FileQuery<T>) -> Found<T> {
    let empty = Found {
        files: Vec::new(),
        skipped: Vec::new(),
        aliases: FxHashMap::default(),
        targets: BTreeSet::new(),
        too_many: false,
    };
    let found = Mutex::new((empty, Vec::new()));
    let filter = Filter::new(loader, config);
    let ignores = Arc::new(Ignores::of(&loader.root));
    let mut builder = builder(&loader.root);
    builder.max_depth(depth);
    let (admitted, rules) = (filter.clone(), ignores.clone());
    builder.filter_entry(move |entry| {
        // a link to a folder is admitted as one; git takes no link for a folder
        let is_folder = is_folder(entry) || entry.path_is_symlink() && entry.path().is_dir();
        entry.depth() == 0
            || admitted.admits(entry.path(), is_folder) && !rules.ignore(entry.path(), self::is_folder(entry))
    });
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            let looked_at = look_at(&loader.root, &loader.bounds, config, entry, query);
            let mut guard = found.lock().unwrap_or_else(PoisonError::into_inner);
            let (found, links) = &mut *guard;
            match looked_at {
                Ok(Entry::Other) => {}
                Ok(Entry::Link(path)) => links.push(path),
                Ok(Entry::File(..)) if found.files.len() == Loader::LIMIT => {
                    found.too_many = true;
                    return WalkState::Quit;
                }
                Ok(Entry::File(path, answer)) => found.files.push((path, answer)),
                Err(skipped) => found.skipped.push(skipped),
            }
            WalkState::Continue
        })
    });
    let (mut found, mut links) = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    if !links.is_empty() && !found.too_many && depth.is_none() {
        links.sort_unstable();
        links::follow(loader, config, &filter, &ignores, links, query, &mut found);
    }
    let rules = ignores.failed().into_iter();
    found.skipped.extend(rules.map(|(path, reason)| {
        let path = path
            .strip_prefix(&loader.root)
            .ok()
            .and_then(|path| joined("", path))
            .map_or_else(|| FilePath::new(&path.to_string_lossy()), |path| FilePath::new(&path));
        Skipped { path, what: SkippedKind::Rules, reason }
    }));
    found.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The files of ours that git tracks though a .gitignore matches them, so that a walk does not come to them.
fn tracked<T>(loader: &Loader, config: &Config, depth: Option<usize>, found: &[(FilePath, T)]) -> Vec<FilePath> {
    let known: FxHashSet<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
    let is_near = |path: &str| depth.is_none_or(|depth| path.matches('/').count() < depth);
    let names = tracked::below(&loader.root).into_iter().filter(|path| !known.contains(path.as_str()) && is_near(path));
    let filter = Filter::new(loader, config);
    names
        .map(|path| FilePath::new(&path))
        .filter(|path| config.kind_of(path).is_some() && filter.admits_all(path))
        .filter(|path| loader.root.join(path.as_str()).symlink_metadata().is_ok_and(|metadata| metadata.is_file()))
        .collect()
}

/// Whether the walk would come to `path`, if no part of it is a link.
fn includes(loader: &Loader, path: &FilePath, config: &Config) -> bool {
    let text = path.as_str();
    if text.is_empty() || text.starts_with("../") || text.starts_with('/') || text.as_bytes().get(1) == Some(&b':') {
        return false;
    }
    let filter = Filter::new(loader, config);
    if !filter.admits_all(path) {
        return false;
    }
    let ignores = Ignores::of(&loader.root);
    let is_ignored = |path: &str, is_folder| ignores.ignore(&loader.root.join(path), is_folder);
    let mut folders = text.match_indices('/').filter_map(|(at, _)| text.get(..at));
    let is_ignored = folders.any(|folder| is_ignored(folder, true)) || is_ignored(text, false);
    !is_ignored || tracked::below(&loader.root).iter().any(|tracked| tracked == text)
}

/// The walk's settings: [`Ignores`] and [`Filter`] decide what is left out.
fn builder(root: &Path) -> WalkBuilder {
    let mut builder = WalkBuilder::new(root);
    builder.standard_filters(false).follow_links(false);
    builder
}

fn is_folder(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
}

/// What `entry` is to us: a file of ours with what is wanted of it, or a link.
fn look_at<T>(
    root: &Path,
    bounds: &Bounds,
    config: &Config,
    entry: Result<DirEntry, ignore::Error>,
    query: FileQuery<T>,
) -> Result<Entry<T>, Skipped> {
    let entry = entry.map_err(|error| unreadable(root, &error))?;
    let Some(kind) = entry.file_type() else { return Ok(Entry::Other) };
    if kind.is_symlink() {
        return Ok(Entry::Link(entry.into_path()));
    }
    let relative = || entry.path().strip_prefix(root).unwrap_or(entry.path());
    let Some(path) = below(root, entry.path()).or_else(|| joined("", relative())) else {
        let path = FilePath::new(&relative().to_string_lossy().replace('\\', "/"));
        let reason = "its name is not Unicode; rename it".to_owned();
        let ours = FileKind::of(&path).filter(|_| kind.is_file());
        return ours.map_or(Ok(Entry::Other), |kind| Err(Skipped::failed(&path, kind, reason)));
    };
    let path = FilePath::new(&path);
    if !kind.is_file() {
        // pip would open it, and so should we
        let manifest = FileKind::of(&path).filter(|file| !kind.is_dir() || is_manifest_name(&path, *file));
        return match manifest {
            Some(file) if kind.is_dir() => Err(Skipped::failed(&path, file, "is a folder, not a file".to_owned())),
            Some(file) => Err(Skipped::failed(&path, file, "not a regular file".to_owned())),
            None => Ok(Entry::Other),
        };
    }
    let Some(kind) = config.kind_of(&path).or_else(|| script(bounds, entry.path(), &path)) else {
        return Ok(Entry::Other);
    };
    match query(entry.path()) {
        Ok(answer) => Ok(Entry::File(path, answer)),
        // gone since its folder was read
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Entry::Other),
        Err(error) => Err(Skipped::failed(&path, kind, format!("cannot be read: {error}"))),
    }
}

/// Whether a folder of that path is in the place of a manifest: `requirements.txt/`, as where a container was started with a file
/// that was not there.
fn is_manifest_name(path: &FilePath, kind: FileKind) -> bool {
    kind.format().is_some() && path.file_name().contains('.')
}

/// The path below `root` of one that the walk made: its text behind that of `root`, where the system's separator is ours.
fn below(root: &Path, path: &Path) -> Option<String> {
    let rest = path.to_str()?.strip_prefix(root.to_str()?)?.strip_prefix('/')?;
    (MAIN_SEPARATOR == '/').then(|| rest.to_owned())
}

/// The folders whose files are programs, whatever their permissions are.
const PROGRAMS: [&str; 3] = ["bin", "scripts", "tools"];

/// What the file without a kind by its path is, if it is a script by its first line: one that may be executed, or that stands
/// where programs do.
fn script(bounds: &Bounds, absolute: &Path, path: &FilePath) -> Option<FileKind> {
    if !FileKind::may_be_script(path) {
        return None;
    }
    let stands_with_programs = || path.folder().rsplit('/').next().is_some_and(|folder| PROGRAMS.contains(&folder));
    if !(stands_with_programs() && absolute.is_file() || is_executable(absolute)) {
        return None;
    }
    let mut start = [0; 128];
    let Ok(Opened::File(mut file)) = bounds.open(absolute) else { return None };
    let length = file.read(&mut start).ok()?;
    FileKind::of_script(path, start.get(..length)?)
}

#[cfg(unix)]
fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// There are no such permissions here: every file may be one.
#[cfg(not(unix))]
fn is_executable(file: &Path) -> bool {
    file.is_file()
}

/// What the walk could not enter.
fn unreadable(root: &Path, error: &ignore::Error) -> Skipped {
    let mut at = error;
    let mut path = None;
    loop {
        at = match at {
            ignore::Error::WithPath { path: here, err } => {
                path = path.or(Some(here));
                err
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => err,
            _ => break,
        };
    }
    let relative = path.and_then(|path| joined("", path.strip_prefix(root).ok()?)).unwrap_or_default();
    let reason = UnreadReason::Failed(format!("cannot be read: {at}").into());
    Skipped { path: FilePath::new(&relative), what: SkippedKind::Folder, reason }
}
