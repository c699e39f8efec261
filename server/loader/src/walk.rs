//! Finds the files of a workspace folder.

use crate::paths::joined;
use crate::{Listing, Loader, Skipped, Snapshot, Stamp};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};
use pinlens_analysis::config::Config;
use pinlens_facts::facts::FileKind;
use pinlens_facts::mentions::Family;
use pinlens_facts::words::names::FilePath;
use std::fs::File;
use std::io::Read;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Walks the loader's folder with several threads, down to `depth` levels (1 is the folder's own files) where it is given.
pub(crate) fn walk(loader: &Loader, config: &Config, depth: Option<usize>) -> Snapshot {
    let stamp = |entry: &DirEntry| Ok(Stamp::of(&entry.metadata()?));
    let Found { files, skipped, too_many } = find(loader, config, depth, &stamp);
    Snapshot { files: files.into_iter().collect(), skipped, too_many }
}

/// Walks the loader's folder for the files alone, which spares the system one question a file.
pub(crate) fn list(loader: &Loader, config: &Config) -> Listing {
    let Found { files, skipped, too_many } = find(loader, config, None, &|_| Ok(()));
    let mut files: Vec<FilePath> = files.into_iter().map(|(path, ())| path).collect();
    files.sort_unstable();
    Listing { files, skipped, too_many }
}

/// What a walk found: the files in no order, each with what was asked of it.
struct Found<T> {
    files: Vec<(FilePath, T)>,
    skipped: Vec<Skipped>,
    too_many: bool,
}

/// What is asked of a file that is ours.
type Ask<'a, T> = &'a (dyn Fn(&DirEntry) -> Result<T, ignore::Error> + Sync);

fn find<T: Send>(loader: &Loader, config: &Config, depth: Option<usize>, ask: Ask<T>) -> Found<T> {
    let found = Mutex::new(Found { files: Vec::new(), skipped: Vec::new(), too_many: false });
    let filter = Filter::new(loader, config);
    let mut builder = builder(&loader.root);
    builder.max_depth(depth);
    builder.filter_entry(move |entry| entry.depth() == 0 || filter.admits(entry.path(), is_folder(entry)));
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            let looked_at = look_at(&loader.root, config, entry, ask);
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            match looked_at {
                Ok(None) => WalkState::Continue,
                Ok(Some(_)) if found.files.len() == Loader::LIMIT => {
                    found.too_many = true;
                    WalkState::Quit
                }
                Ok(Some(file)) => {
                    found.files.push(file);
                    WalkState::Continue
                }
                Err(skipped) => {
                    found.skipped.push(skipped);
                    WalkState::Continue
                }
            }
        })
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.skipped.sort_unstable();
    found
}

/// Whether the walk would come to `path`.
pub(crate) fn includes(loader: &Loader, path: &FilePath, config: &Config) -> bool {
    let text = path.as_str();
    if text.is_empty() || text.starts_with("../") || text.starts_with('/') || text.as_bytes().get(1) == Some(&b':') {
        return false;
    }
    let filter = Filter::new(loader, config);
    let folders = text.match_indices('/').filter_map(|(at, _)| text.get(..at));
    let reached = folders.into_iter().all(|folder| filter.admits(&loader.root.join(folder), true))
        && filter.admits(&loader.root.join(text), false);
    reached
        && builder(&loader.root).build_matchers().iter_mut().all(|matcher| !matcher.matched(text, false).is_ignore())
}

/// The walk's settings: what git ignores by the files of the repository is left out; [`Filter`] does the rest. The user's
/// own global file is not asked, so that a continuous integration finds what the editor finds.
fn builder(root: &Path) -> WalkBuilder {
    let mut builder = WalkBuilder::new(root);
    // above the root only a repository's own rules hold, not those of any folder that happens to be there
    let in_repository = root.ancestors().any(|folder| folder.join(".git").exists());
    builder.hidden(false).require_git(false).git_global(false).ignore(false).parents(in_repository).follow_links(false);
    builder
}

fn is_folder(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
}

/// The file of ours that `entry` is, if any, with what is asked of it.
fn look_at<T>(
    root: &Path,
    config: &Config,
    entry: Result<DirEntry, ignore::Error>,
    ask: Ask<T>,
) -> Result<Option<(FilePath, T)>, Skipped> {
    let entry = entry.map_err(|error| unreadable(root, &error))?;
    if !entry.file_type().is_some_and(|kind| kind.is_file()) {
        return Ok(None);
    }
    let relative = || entry.path().strip_prefix(root).unwrap_or(entry.path());
    let Some(path) = below(root, entry.path()).or_else(|| joined("", relative())) else {
        let relative = relative();
        let path = FilePath::new(&relative.to_string_lossy().replace('\\', "/"));
        let reason = "its name is not Unicode; rename it".into();
        return if FileKind::of(&path).is_some() { Err(Skipped { path, reason }) } else { Ok(None) };
    };
    let path = FilePath::new(&path);
    if config.kind_of(&path).is_none() && script(entry.path(), &path).is_none() {
        return Ok(None);
    }
    match ask(&entry) {
        Ok(answer) => Ok(Some((path, answer))),
        // gone since its folder was read
        Err(error) if error.io_error().is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound) => Ok(None),
        Err(error) => Err(Skipped { path, reason: format!("cannot be read: {error}") }),
    }
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
pub(crate) fn script(absolute: &Path, path: &FilePath) -> Option<FileKind> {
    if !FileKind::may_be_script(path) {
        return None;
    }
    let stands_with_programs = || path.folder().rsplit('/').next().is_some_and(|folder| PROGRAMS.contains(&folder));
    if !(stands_with_programs() && absolute.is_file() || is_executable(absolute)) {
        return None;
    }
    let mut start = [0; 128];
    let length = File::open(absolute).and_then(|mut file| file.read(&mut start)).ok()?;
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
    Skipped { path: FilePath::new(&relative), reason: format!("cannot be read: {at}") }
}

/// What is left out beside what git ignores.
struct Filter {
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

    /// Whether the file or folder at `path`, whose folder is admitted, is ours to look at.
    fn admits(&self, path: &Path, is_folder: bool) -> bool {
        if self.exclude.matched(path, is_folder).is_ignore() {
            return false;
        }
        if is_folder {
            return !(is_foreign(path) || self.inner.iter().any(|inner| inner == path) || is_environment(path));
        }
        !self.is_hidden(path) || self.is_mention(path)
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
