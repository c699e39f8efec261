//! The bytes of a file.

use crate::bounds::{Bounds, Opened};
use crate::folder::Loader;
use crate::open::{Links, is_refused_link, open};
use pinlens_facts::facts::UnreadReason;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Reads the file at `path`, which must lie inside `bounds`, into `buffer`; false where there is none.
pub(crate) fn bytes(bounds: &Bounds, path: &Path, buffer: &mut Vec<u8>) -> Result<bool, UnreadReason> {
    match bounds.open(path) {
        Ok(Opened::File(file)) => settled(whole(file, buffer)),
        Ok(Opened::Outside) => Err(UnreadReason::Outside),
        Err(error) => settled(refused(path, error)),
    }
}

/// Reads the file at `path` into `buffer` wherever it lies: those of the environment, git's ignore files, and those that the user
/// named; false where there is none.
///
/// # Errors
///
/// Where it is there and cannot be read, is not a regular file, or is longer than [`Loader::MAX_LEN`].
pub fn anywhere(path: &Path, buffer: &mut Vec<u8>) -> Result<bool, UnreadReason> {
    anywhere_with(path, Links::Followed, buffer)
}

/// The same. A link that is refused counts as no file.
pub(crate) fn anywhere_with(path: &Path, links: Links, buffer: &mut Vec<u8>) -> Result<bool, UnreadReason> {
    match open(path, links) {
        Ok(file) => settled(whole(file, buffer)),
        Err(error) if links == Links::Refused && is_refused_link(&error) => Ok(false),
        Err(error) => settled(refused(path, error)),
    }
}

/// What came of reading: `Some` is why the file was refused.
fn settled(read: io::Result<Option<String>>) -> Result<bool, UnreadReason> {
    match read {
        Ok(None) => Ok(true),
        Ok(Some(reason)) => Err(UnreadReason::Failed(reason.into())),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(false),
        Err(error) => Err(UnreadReason::Failed(format!("cannot be read: {error}").into())),
    }
}

/// A socket, for one, cannot even be opened.
fn refused(path: &Path, error: io::Error) -> io::Result<Option<String>> {
    if error.kind() == ErrorKind::NotFound || path.metadata()?.is_file() { Err(error) } else { Ok(Some(irregular())) }
}

/// Reads an open file to its end, or gives why it is refused.
fn whole(file: File, buffer: &mut Vec<u8>) -> io::Result<Option<String>> {
    buffer.clear();
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Ok(Some("is a folder, not a file".into()));
    }
    if !metadata.is_file() {
        return Ok(Some(irregular()));
    }
    if metadata.len() > Loader::MAX_LEN {
        return Ok(Some(too_long()));
    }
    buffer.reserve(metadata.len() as usize + 1);
    file.take(Loader::MAX_LEN + 1).read_to_end(buffer)?;
    // it may have grown since
    Ok((buffer.len() as u64 > Loader::MAX_LEN).then(too_long))
}

fn irregular() -> String {
    "not a regular file".into()
}

fn too_long() -> String {
    format!("longer than {} MB; exclude it", Loader::MAX_LEN >> 20)
}
