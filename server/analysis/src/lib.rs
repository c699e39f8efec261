//! The pure heart of pinlens: text in; facts, resolution, diagnostics and fixes out.
//!
//! Nothing here knows of disks, clocks, threads, async or the protocol. `server/ARCHITECTURE.md` is the map.

pub mod catalog;
pub mod config;
pub mod diagnostics;
pub mod environment;
pub mod facts;
pub mod features;
pub mod fixes;
pub mod imports;
pub mod index;
pub mod manifest;
pub mod markers;
pub mod modules;
pub mod names;
pub mod project;
pub mod python;
pub mod requirements;
pub mod resolve;
pub mod startup;
pub mod suppress;
pub mod text;
pub mod uses;
pub mod versions;
pub mod workspace;
