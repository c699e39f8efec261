//! What the end-to-end tests share.

pub mod binary;
pub mod client;
pub mod document;
pub mod folder;
pub mod setup;
mod wire;
