//! A file that has no name until it is whole, so that a process that is killed leaves nothing behind.
//!
//! Where the system or the file system has no such files, it has a name of its own next to its target, and one that an earlier run
//! left there is removed.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::{Builder, TempPath};

const PREFIX: &str = ".pinlens-";
const SUFFIX: &str = ".tmp";

/// A temporary file that is older belongs to no run that is still writing.
const ABANDONED: Duration = Duration::from_mins(1);

/// A file that is being written.
pub(super) struct File {
    #[allow(clippy::struct_field_names)] // it is the file
    file: fs::File,
    folder: PathBuf,
    /// Its name, where it has one.
    named: Option<TempPath>,
}

impl File {
    /// An empty file in the folder of `target`.
    pub fn next_to(target: &Path) -> io::Result<Self> {
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        remove_abandoned(folder);
        let folder = folder.to_path_buf();
        if let Some(file) = without_name(&folder) {
            return Ok(Self { file, folder, named: None });
        }
        let (file, path) = builder().tempfile_in(&folder)?.into_parts();
        Ok(Self { file, folder, named: Some(path) })
    }

    /// Writes all of the file.
    pub fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// The file itself, for its owner and permissions.
    pub fn as_file(&self) -> &fs::File {
        &self.file
    }

    /// Gives the file its name. Fails where something has that name.
    pub fn name(self, target: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        match self.named {
            Some(path) => path.persist_noclobber(target).map_err(|error| error.error),
            None => link(&self.file, target),
        }
    }

    /// Puts the file in the place of `target`.
    pub fn replace(self, target: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        let path = match self.named {
            Some(path) => path,
            // only a file that has a name can take the place of another: it has one for the time between two system calls
            None => builder().make_in(&self.folder, |path| link(&self.file, path))?.into_temp_path(),
        };
        path.persist(target).map_err(|error| error.error)
    }
}

fn builder() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // as any new file: what the user's mask leaves of it
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}

/// Removes what a run left in the folder that was killed, or whose system crashed, while it wrote.
fn remove_abandoned(folder: &Path) {
    let is_ours = |name: &OsStr| name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
    let is_old = |entry: &fs::DirEntry| {
        let modified =
            entry.metadata().ok().filter(fs::Metadata::is_file).and_then(|metadata| metadata.modified().ok());
        modified.and_then(|modified| modified.elapsed().ok()).is_some_and(|age| age > ABANDONED)
    };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if is_ours(&entry.file_name()) && is_old(&entry) {
            // it may be another run's to remove as well
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A file in `folder` without a name; `None` where there is no such thing.
#[cfg(target_os = "linux")]
fn without_name(folder: &Path) -> Option<fs::File> {
    use rustix::fs::{CWD, Mode, OFlags, openat};
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    openat(CWD, folder, flags, Mode::from_bits_truncate(0o666)).ok().map(fs::File::from)
}

/// Gives a file without a name the one of `path`.
#[cfg(target_os = "linux")]
fn link(file: &fs::File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd;
    let here = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, here, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
fn without_name(_folder: &Path) -> Option<fs::File> {
    None
}

#[cfg(not(target_os = "linux"))]
fn link(_file: &fs::File, _path: &Path) -> io::Result<()> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder").flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("a.txt");
        let mut file = File::next_to(&target).expect("a file");
        file.write_all(b"one").expect("room");
        assert!(!target.exists());
        file.name(&target).expect("a name");
        let mut other = File::next_to(&target).expect("a file");
        other.write_all(b"two").expect("room");
        let mut third = File::next_to(&target).expect("a file");
        third.write_all(b"three").expect("room");
        assert_eq!(third.name(&target).expect_err("the name is taken").kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&target).expect("a text"), "one");
        other.replace(&target).expect("a place");
        assert_eq!(fs::read_to_string(&target).expect("a text"), "two");
        assert_eq!(names(folder.path()), ["a.txt"]);
    }

    #[test]
    fn what_a_killed_run_left_is_removed_once_it_is_old() {
        let folder = tempfile::tempdir().expect("a folder");
        let (old, new) = (folder.path().join(".pinlens-old.tmp"), folder.path().join(".pinlens-new.tmp"));
        for path in [&old, &new, &folder.path().join(".pinlens-kept")] {
            fs::write(path, "").expect("a file");
        }
        let long_ago = std::time::SystemTime::now() - ABANDONED * 2;
        fs::File::options().write(true).open(&old).and_then(|file| file.set_modified(long_ago)).expect("a time");
        remove_abandoned(folder.path());
        assert_eq!(names(folder.path()), [".pinlens-kept", ".pinlens-new.tmp"]);
    }
}
