//! Writes a text back: in its encoding, whole or not at all.

mod unnamed;

use crate::bounds::Bounds;
use crate::read::SourceText;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Replaces the file at `path`, or creates it, where that is inside `bounds`.
pub(crate) fn write(bounds: &Bounds, path: &Path, text: &SourceText) -> io::Result<()> {
    let bytes = text.encode()?;
    // a link is written through, so that it stays one
    let target = match bounds.real(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return create(&bounds.real_of_new(path)?.ok_or_else(outside)?, &bytes);
        }
        target => target?.ok_or_else(outside)?,
    };
    replace(&target, &bytes)
}

/// Writes a file that the user named on the command line, wherever it lies.
pub fn write_named(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match path.canonicalize() {
        Ok(target) => replace(&target, bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => create(path, bytes),
        Err(error) => Err(error),
    }
}

fn outside() -> io::Error {
    io::Error::new(
        ErrorKind::PermissionDenied,
        "it lies outside the workspace and its repository, where nothing is written",
    )
}

/// Writes a file that is not there yet: it appears whole or not at all.
fn create(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = unnamed::File::beside(target)?;
    file.write_all(bytes)?;
    file.name(target)
}

/// Replaces an existing file: a reader sees the old text or the new one, never a part.
fn replace(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let metadata = fs::metadata(target)?;
    if !metadata.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "not a regular file"));
    }
    // a rename would replace a read-only file without asking
    if metadata.permissions().readonly() {
        return Err(io::Error::new(ErrorKind::PermissionDenied, "the file is read-only"));
    }
    let mut file = unnamed::File::beside(target)?;
    file.write_all(bytes)?;
    keep_owner(file.as_file(), &metadata);
    // after the owner, whose change clears some bits of the mode
    file.as_file().set_permissions(metadata.permissions())?;
    file.replace(target)
}

/// Only the super-user may give a file away; for anybody else the file becomes theirs, as with any editor.
#[cfg(unix)]
fn keep_owner(file: &File, metadata: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(file, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _metadata: &Metadata) {}
