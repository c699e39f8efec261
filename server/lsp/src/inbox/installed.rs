//! An installation that the user chose: why it does not begin, and how it ended.

use pinlens_loader::install::InstallError;
use thiserror::Error;

/// Why an installation does not begin, in words for the user.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OrderError {
    /// The finding is gone, or its action is another now.
    #[error("there is nothing to do any more: {0}")]
    Gone(String),
    /// The client says that the workspace is not trusted.
    #[error("nothing is installed in a workspace that is not trusted")]
    NotTrusted,
    /// There is no tool, or no environment.
    #[error(transparent)]
    NoTool(#[from] InstallError),
}

/// An installation that has ended.
#[derive(Debug)]
pub struct Installed {
    /// The command line.
    pub command: String,
    /// What went wrong, if anything did.
    pub result: Result<(), InstallError>,
}
