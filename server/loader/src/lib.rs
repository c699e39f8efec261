//! The only room that touches the disk: it walks, reads, decodes and writes, and yields facts for `pinlens_analysis`.
//!
//! It decides nothing about imports or requirements. Nothing of a workspace is executed, and nothing outside its [`Bounds`] is
//! read or written but the environment, git's ignore files and the cache.

#![forbid(unsafe_code)]

mod bounds;
mod config;
mod decode;
mod environment;
mod errors;
mod folder;
mod ignores;
pub mod install;
mod load;
mod open;
pub mod package_index;
mod paths;
mod pool;
mod read;
mod skipped;
mod snapshot;
mod tracked;
mod walk;
mod write;

pub use bounds::Bounds;
pub use decode::SourceText;
pub use environment::SharedEnvironment;
pub use errors::{DecodeError, EncodeError, EnvironmentError, FolderError, WriteCause, WriteError};
pub use folder::{EnvironmentVariables, Loader};
pub use load::Loaded;
pub use read::anywhere as read_anywhere;
pub use skipped::{Skipped, SkippedKind};
pub use snapshot::{Listing, Snapshot, Stamp};
pub use write::write_named;
