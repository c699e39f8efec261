//! What is used without being imported: commands, plugins, drivers, peers, stubs, build tools, data.
//!
//! The knowledge is the table of `pinlens_facts::knowledge::table`, and what each file says that may show a use are its
//! `pinlens_facts::mentions`; [`places`] finds who says
//! a thing. [`reasons`] lists everything that uses a requirement: the diagnostic looks whether there is
//! anything, a hover shows what.

mod drivers;

pub(crate) mod named;
mod places;
mod plugins;
mod reason;
mod reasons;
mod scope;
mod shown;

pub use reason::{Reason, Strength};
pub use reasons::reasons;
pub(crate) use reasons::{is_launched_by_hand, required_by_installed, surest};
