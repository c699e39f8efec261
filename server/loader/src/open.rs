//! Opens files to be read.

use std::fs::File;
use std::io;
use std::path::Path;

/// Whether the last part of a path that is opened may be a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    /// It may.
    Followed,
    /// It was resolved before; one that has taken its place since is refused.
    Refused,
}

/// Opens a file to be read: at once, though it were a pipe that nobody writes to. What it is need then not be looked up by its
/// path first.
#[cfg(unix)]
pub(crate) fn open(path: &Path, links: Links) -> io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    let mut flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    if links == Links::Refused {
        flags |= OFlags::NOFOLLOW;
    }
    File::options().read(true).custom_flags(flags.bits().cast_signed()).open(path)
}

/// Opens a file to be read.
#[cfg(not(unix))]
pub(crate) fn open(path: &Path, _links: Links) -> io::Result<File> {
    File::open(path)
}

/// Whether an error means that a link was refused.
#[cfg(unix)]
pub(crate) fn is_refused_link(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

#[cfg(not(unix))]
pub(crate) fn is_refused_link(_error: &io::Error) -> bool {
    false
}
