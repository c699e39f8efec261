//! Many files: who imports what, what is declared, and what follows of it.
//!
//! Nothing here knows of disks, clocks, threads, async or the protocol. `server/ARCHITECTURE.md` is the map.

#![forbid(unsafe_code)]

pub mod analysis;
pub mod answers;
pub mod config;
pub mod deployments;
pub mod diagnostics;
pub mod features;
pub mod finding;
pub mod fixes;
pub mod imports;
pub mod model;
pub mod startup;
pub mod uses;
mod wording;
pub mod workspace;
