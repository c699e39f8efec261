//! What a walk leaves out next to what git ignores.

use crate::folder::Loader;
use crate::paths::joined;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use pinlens_analysis::config::Config;
use pinlens_facts::facts::FileKind;
use pinlens_facts::mentions::Family;
use pinlens_facts::words::names::FilePath;
use std::path::{Path, PathBuf};

/// The folders of an environment (`python -m venv`).
const ENVIRONMENT: [&str; 7] = ["bin", "include", "Include", "lib", "Lib", "lib64", "Scripts"];

/// What is left out next to what git ignores.
#[derive(Clone)]
pub(crate) struct Filter {
    root: PathBuf,
    inner: Vec<PathBuf>,
    exclude: Gitignore,
}

impl Filter {
    pub fn new(loader: &Loader, config: &Config) -> Self {
        let mut exclude = GitignoreBuilder::new(&loader.root);
        for pattern in &config.exclude {
            // a pattern that is no glob matches nothing
            let _ = exclude.add_line(None, pattern);
        }
        let exclude = exclude.build().unwrap_or_else(|_| Gitignore::empty());
        Self { root: loader.root.clone(), inner: loader.inner.clone(), exclude }
    }

    /// Whether a file is ours to look at, and so is every folder around it.
    pub fn admits_all(&self, path: &FilePath) -> bool {
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
        // evaluated for every file: the path's bytes show it without taking the path apart
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
