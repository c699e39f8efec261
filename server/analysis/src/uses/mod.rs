//! What is used without being imported: commands, plugins, drivers, peers, stubs, build tools, data.
//!
//! The knowledge is the table `data/uses.tsv`, one row a fact ([`table`], [`atoms`]). What files say that may show a use is
//! read once a file ([`code`] for Python, [`files`] and [`command`] for the rest) and kept as [`Mentions`]; [`evidence`] finds who says
//! a thing. [`reasons`] tells of a requirement everything that uses it: the diagnostic asks whether there is
//! anything, a hover asks what.

mod atoms;
mod code;
mod command;
mod drivers;
mod evidence;
mod files;
mod installs;
mod mentions;
mod named;
mod plugins;
mod python_files;
mod reason;
mod scope;
mod shown;
mod table;

pub use code::{Cell, mentions_of_cells, mentions_of_code};
pub use evidence::Evidence;
pub use files::Family;
pub(crate) use files::{ini_file, installs_for_runtime, pipfile, pyproject, read};
pub use mentions::{Mention, Mentions, Said};
pub(crate) use named::Named;
pub use python_files::is_settings;
pub(crate) use python_files::runner_of;
pub use reason::{Reason, Strength, reasons};
pub(crate) use reason::{platform_of, required_by_installed, surest};
pub use table::prepare;
