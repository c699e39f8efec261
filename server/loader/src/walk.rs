//! Finds the files of a workspace folder.

mod links;

use crate::bounds::{Bounds, Opened};
use crate::ignores::Ignores;
use crate::paths::joined;
use crate::tracked;
use crate::{Listing, Loader, Skipped, SkippedKind, Snapshot, Stamp};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};
use pinlens_analysis::config::Config;
use pinlens_facts::facts::{FileKind, UnreadReason};
use pinlens_facts::mentions::Family;
use pinlens_facts::words::names::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};
use std::io::{self, Read};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Walks the loader's folder with several threads, down to `depth` levels (1 is the folder's own files) where it is given.
pub(crate) fn walk(loader: &Loader, config: &Config, depth: Option<usize>) -> Snapshot {
    let Found { mut files, skipped, aliases, too_many } =
        find(loader, config, depth, &|path| Ok(Stamp::of(&path.metadata()?)));
    let stamps = tracked(loader, config, depth, &files).into_iter().filter_map(|path| {
        let metadata = loader.root.join(path.as_str()).metadata().ok()?;
        Some((path, Stamp::of(&metadata)))
    });
    let stamps: Vec<(FilePath, Stamp)> = stamps.collect();
    files.extend(stamps);
    Snapshot { files: files.into_iter().collect(), skipped, aliases, too_many }
}

/// Walks the loader's folder for the files alone, which spares the system one question a file.
pub(crate) fn list(loader: &Loader, config: &Config) -> Listing {
    let Found { files, skipped, aliases, too_many } = find(loader, config, None, &|_| Ok(()));
    let more = tracked(loader, config, None, &files);
    let mut files: Vec<FilePath> = files.into_iter().map(|(path, ())| path).collect();
    files.extend(more);
    files.sort_unstable();
    Listing { files, skipped, aliases, too_many }
}

/// What a walk found: the files in no order, each with what was asked of it.
pub(crate) struct Found<T> {
    pub files: Vec<(FilePath, T)>,
    pub skipped: Vec<Skipped>,
    /// As in [`Snapshot`].
    pub aliases: FxHashMap<FilePath, FilePath>,
    pub too_many: bool,
}

/// What is asked of a file that is ours.
pub(crate) type Ask<'a, T> = &'a (dyn Fn(&Path) -> io::Result<T> + Sync);

/// What a walk makes of one entry.
enum Entry<T> {
    File(FilePath, T),
    Link(PathBuf),
    Other,
}

fn find<T: Send>(loader: &Loader, config: &Config, depth: Option<usize>, ask: Ask<T>) -> Found<T> {
    let empty = Found { files: Vec::new(), skipped: Vec::new(), aliases: FxHashMap::default(), too_many: false };
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
            let looked_at = look_at(&loader.root, &loader.bounds, config, entry, ask);
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
        links::follow(loader, config, &filter, &ignores, links, ask, &mut found);
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
pub(crate) fn includes(loader: &Loader, path: &FilePath, config: &Config) -> bool {
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

/// The walk's settings: [`Ignores`] and [`Filter`] say what is left out.
fn builder(root: &Path) -> WalkBuilder {
    let mut builder = WalkBuilder::new(root);
    builder.standard_filters(false).follow_links(false);
    builder
}

fn is_folder(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
}

/// What `entry` is to us: a file of ours with what is asked of it, or a link.
fn look_at<T>(
    root: &Path,
    bounds: &Bounds,
    config: &Config,
    entry: Result<DirEntry, ignore::Error>,
    ask: Ask<T>,
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
    match ask(entry.path()) {
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

/// The folders whose files are programs, whatever their permissions say.
const PROGRAMS: [&str; 3] = ["bin", "scripts", "tools"];

/// What the file without a kind by its path is, if it is a script that says so: one that may be executed, or that stands
/// where programs do.
pub(crate) fn script(bounds: &Bounds, absolute: &Path, path: &FilePath) -> Option<FileKind> {
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

/// The folders of an environment (`python -m venv`).
const ENVIRONMENT: [&str; 7] = ["bin", "include", "Include", "lib", "Lib", "lib64", "Scripts"];

/// What is left out beside what git ignores.
#[derive(Clone)]
pub(crate) struct Filter {
    root: PathBuf,
    inner: Vec<PathBuf>,
    exclude: Gitignore,
}

impl Filter {
    fn new(loader: &Loader, config: &Config) -> Self {
        let mut exclude = GitignoreBuilder::new(&loader.root);
        for pattern in &config.exclude {
            // a pattern that is no glob matches nothing
            let _ = exclude.add_line(None, pattern);
        }
        let exclude = exclude.build().unwrap_or_else(|_| Gitignore::empty());
        Self { root: loader.root.clone(), inner: loader.inner.clone(), exclude }
    }

    /// Whether a file is ours to look at, and so is every folder around it.
    fn admits_all(&self, path: &FilePath) -> bool {
        let text = path.as_str();
        let mut folders = text.match_indices('/').filter_map(|(at, _)| text.get(..at));
        folders.all(|folder| self.admits(&self.root.join(folder), true)) && self.admits(&self.root.join(text), false)
    }

    /// Whether the file or folder at `path`, whose folder is admitted, is ours to look at.
    pub fn admits(&self, path: &Path, is_folder: bool) -> bool {
        if self.exclude.matched(path, is_folder).is_ignore() {
            return false;
        }
        if is_folder {
            return !(is_foreign(path)
                || self.is_installed(path)
                || self.inner.iter().any(|inner| inner == path)
                || is_environment(path));
        }
        !self.is_hidden(path) || self.is_mention(path)
    }

    /// Whether the folder is one of those in which an environment keeps what is installed, where the root itself is one.
    fn is_installed(&self, folder: &Path) -> bool {
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        ENVIRONMENT.contains(&name) && folder.parent() == Some(&*self.root) && is_environment(&self.root)
    }

    /// Whether the file, or a folder between the root and it, is hidden.
    fn is_hidden(&self, file: &Path) -> bool {
        // asked of every file: the path's bytes tell it without taking the path apart
        let path = file.as_os_str().as_encoded_bytes();
        let relative = path.get(self.root.as_os_str().len()..).unwrap_or(path);
        relative.windows(2).any(|two| matches!(two, [b'/' | b'\\', b'.']))
    }

    /// Whether the file writes commands down, as `.gitlab-ci.yml` and `.github/workflows/*.yml` do: all that is read of
    /// what is hidden.
    fn is_mention(&self, file: &Path) -> bool {
        let relative = file.strip_prefix(&self.root).ok().and_then(|relative| joined("", relative));
        relative.is_some_and(|path| matches!(FileKind::of(&FilePath::new(&path)), Some(FileKind::Mentions(_))))
    }
}

/// Whether a folder of that name never holds the project's own code. Not `env`, `venv` or `build`: those are real
/// packages too, and an environment is known by what it holds.
fn is_foreign(folder: &Path) -> bool {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    // `.git`, `.venv`, `.tox` and all other hidden ones, but those of workflows
    (name.starts_with('.') && !Family::is_folder(name))
        || matches!(name, "node_modules" | "__pypackages__" | "__pycache__" | "site-packages")
        || name.ends_with(".egg-info")
        || name.ends_with(".dist-info")
}

/// Whether `folder` is a virtual or conda environment.
pub(crate) fn is_environment(folder: &Path) -> bool {
    folder.join("pyvenv.cfg").is_file() || folder.join("conda-meta").is_dir()
}
