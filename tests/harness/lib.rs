//! What the end-to-end tests share.

#![forbid(unsafe_code)]

pub mod binary;
pub mod client;
pub mod document;
pub mod folder;
pub mod setup;
mod wire;
