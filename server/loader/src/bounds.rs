//! Which part of the disk belongs to a workspace. It is decided here, where paths enter, and nowhere else.
//!
//! Inside are the workspace folders and the repositories that hold them. What a path reaches counts, not how it is spelt: a link
//! that leads out is as its target. The environment, git's ignore files and the cache have readers of their own.

use crate::open::{self, Links};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The folders of which files may be read and written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Canonical, each once, none inside another.
    folders: Vec<PathBuf>,
}

/// A file that was opened, or why not.
pub(crate) enum Opened {
    /// It is inside.
    File(File),
    /// It is there, but it lies outside.
    Outside,
}

impl Bounds {
    /// The canonical folder `root` and the repository that holds it: the nearest folder upward with a `.git`, but never the home
    /// folder nor one above it.
    pub fn of(root: &Path) -> Self {
        let home = std::env::home_dir().and_then(|home| home.canonicalize().ok());
        let below_home = root.ancestors().take_while(|folder| home.as_deref() != Some(*folder));
        let repository = below_home.into_iter().find(|folder| folder.join(".git").exists());
        Self { folders: vec![repository.unwrap_or(root).to_path_buf()] }
    }

    /// Takes the folders of `other` in.
    pub fn extend(&mut self, other: &Self) {
        for folder in &other.folders {
            if !self.holds(folder) {
                self.folders.retain(|inner| !inner.starts_with(folder));
                self.folders.push(folder.clone());
            }
        }
    }

    /// Whether the canonical path lies inside.
    pub fn holds(&self, canonical: &Path) -> bool {
        self.folders.iter().any(|folder| canonical.starts_with(folder))
    }

    /// Where `path`, which exists, really is; `None` where that is outside.
    pub(crate) fn real(&self, path: &Path) -> io::Result<Option<PathBuf>> {
        let real = path.canonicalize()?;
        Ok(self.holds(&real).then_some(real))
    }

    /// Where a file that is yet to be made at `path` would really be; `None` where that is outside.
    pub(crate) fn real_of_new(&self, path: &Path) -> io::Result<Option<PathBuf>> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Ok(None) };
        Ok(self.real(folder)?.map(|folder| folder.join(name)))
    }

    /// Opens a file to be read, and does not wait for one that is no regular file.
    pub(crate) fn open(&self, path: &Path) -> io::Result<Opened> {
        if self.holds(path)
            && let Some(opened) = open_without_links(path)
        {
            return opened.map(Opened::File);
        }
        match self.real(path)? {
            Some(real) => open::open(&real, Links::Refused).map(Opened::File),
            None => Ok(Opened::Outside),
        }
    }
}

/// Opens a file if no part of its path is a link, which one system call both tests and does; `None` where there is a link, or the
/// system has no such call.
#[cfg(target_os = "linux")]
fn open_without_links(path: &Path) -> Option<io::Result<File>> {
    use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2};
    use rustix::io::Errno;
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    match openat2(CWD, path, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS) {
        Ok(file) => Some(Ok(File::from(file))),
        Err(Errno::LOOP | Errno::NOSYS | Errno::PERM | Errno::INVAL | Errno::AGAIN) => None,
        Err(error) => Some(Err(error.into())),
    }
}

#[cfg(not(target_os = "linux"))]
fn open_without_links(_path: &Path) -> Option<io::Result<File>> {
    None
}
