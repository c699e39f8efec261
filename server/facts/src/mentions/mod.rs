//! What a text says that may be a use: commands, plugins, settings, code, the files of tools.
//!
//! Read once a file ([`code`] for Python, [`files`] and [`command`] for the rest) and kept as [`Mentions`]. What of it uses
//! which requirement is decided where all files are known.

pub mod code;
pub mod command;
pub(crate) mod files;
mod installs;
mod python_files;
mod surroundings;

pub use crate::words::mention::{Mention, MentionKind, Mentions};
pub use code::{mentions_of_cells, mentions_of_code};
pub use files::{Family, Reader, ini_file, installs_for_runtime, pipfile, pyproject, read};
pub use python_files::{is_settings, runner_of, sets_up_django};

/// What the cells of a notebook say, with the modules that they write. `text` is the notebook's, or that of its cells.
pub fn with_written(mentions: Mentions, text: &str) -> Mentions {
    mentions.with(surroundings::written_by_cells(text))
}

/// What a setup.py says, with the compiled modules that it builds.
pub fn with_extensions(mentions: Mentions, text: &str) -> Mentions {
    mentions.with(surroundings::of_build(text))
}
