//! The server as the protocol library sees it.

pub mod backend;
pub mod capabilities;
pub mod start;
