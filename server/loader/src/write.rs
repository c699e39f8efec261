//! Writes a text back: in its encoding, whole or not at all.

use crate::read::SourceText;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// Replaces the file at `path`, or creates it.
pub(crate) fn write(path: &Path, text: &SourceText) -> io::Result<()> {
    let bytes = text.encode()?;
    // a symlink is written through, so that it stays one
    let target = match path.canonicalize() {
        Ok(target) => target,
        Err(error) if error.kind() == ErrorKind::NotFound => return File::create_new(path)?.write_all(&bytes),
        Err(error) => return Err(error),
    };
    let metadata = fs::metadata(&target)?;
    if !metadata.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "not a regular file"));
    }
    // a rename would replace a read-only file without asking
    if metadata.permissions().readonly() {
        return Err(io::Error::new(ErrorKind::PermissionDenied, "the file is read-only"));
    }
    replace(&target, &metadata, &bytes)
}

/// Writes a new file beside `target` and renames it over it: a reader sees the old text or the new one, never a part.
fn replace(target: &Path, metadata: &Metadata, bytes: &[u8]) -> io::Result<()> {
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".pinlens-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    keep_owner(file.as_file(), metadata);
    // after the owner, whose change clears some bits of the mode
    file.as_file().set_permissions(metadata.permissions())?;
    file.as_file().sync_all()?;
    file.persist(target).map_err(|error| error.error)?;
    Ok(())
}

/// Only the super-user may give a file away; for anybody else the file becomes theirs, as with any editor.
#[cfg(unix)]
fn keep_owner(file: &File, metadata: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(file, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _metadata: &Metadata) {}
