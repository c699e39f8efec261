//! Writes a text back: in its encoding, whole or not at all.

mod unnamed;

use crate::bounds::Bounds;
use crate::decode::SourceText;
use crate::errors::{WriteCause, WriteError};
use crate::folder::Loader;
use pinlens_facts::words::names::FilePath;
use std::fs::{self, File, Metadata};
use std::io::ErrorKind;
use std::path::Path;

impl Loader {
    /// Replaces a file atomically with `text` in its encoding, or creates it; permissions stay (the owner too, where
    /// that is allowed), and a symlink is written through to its target.
    ///
    /// # Errors
    ///
    /// Where the file is read-only or lies outside, or a character has no form in the encoding. The file is as it was then.
    pub fn write(&self, path: &FilePath, text: &SourceText) -> Result<(), WriteError> {
        let path = self.absolute(path);
        write(&self.bounds, &path, text).map_err(|cause| WriteError { path, cause })
    }
}

/// Replaces the file at `path`, or creates it, where that is inside `bounds`.
fn write(bounds: &Bounds, path: &Path, text: &SourceText) -> Result<(), WriteCause> {
    let bytes = text.encode()?;
    // a link is written through, so that it stays one
    let target = match bounds.real(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return create(&bounds.real_of_new(path)?.ok_or(WriteCause::Outside)?, &bytes);
        }
        target => target?.ok_or(WriteCause::Outside)?,
    };
    replace(&target, &bytes)
}

/// Writes a file that the user named on the command line, wherever it lies.
///
/// # Errors
///
/// Where it cannot be written. It is as it was then.
pub fn write_named(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let written = match path.canonicalize() {
        Ok(target) => replace(&target, bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => create(path, bytes),
        Err(error) => Err(error.into()),
    };
    written.map_err(|cause| WriteError { path: path.to_owned(), cause })
}

/// Writes a file that is not there yet: it appears whole or not at all.
fn create(target: &Path, bytes: &[u8]) -> Result<(), WriteCause> {
    let mut file = unnamed::File::next_to(target)?;
    file.write_all(bytes)?;
    Ok(file.name(target)?)
}

/// Replaces an existing file: a reader sees the old text or the new one, never a part.
fn replace(target: &Path, bytes: &[u8]) -> Result<(), WriteCause> {
    let metadata = fs::metadata(target)?;
    if !metadata.is_file() {
        return Err(WriteCause::NotRegular);
    }
    // a rename would replace a read-only file without a question
    if metadata.permissions().readonly() {
        return Err(WriteCause::ReadOnly);
    }
    let mut file = unnamed::File::next_to(target)?;
    file.write_all(bytes)?;
    keep_owner(file.as_file(), &metadata);
    // after the owner, whose change clears some bits of the mode
    file.as_file().set_permissions(metadata.permissions())?;
    Ok(file.replace(target)?)
}

/// Only the super-user may give a file away; for anybody else the file becomes theirs, as with any editor.
#[cfg(unix)]
fn keep_owner(file: &File, metadata: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(file, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _metadata: &Metadata) {}
