//! The data: files and their ids, the environment, the module tree, projects, and the index of what is imported.

pub mod change;
mod derived;
pub mod environment;
pub mod evidence;
pub mod ids;
pub mod index;
mod indexes;
pub(crate) mod lists;
pub mod modules;
pub mod project;
pub(crate) mod queries;
pub mod releases;
pub mod resolve;
pub mod store;
mod structure;
pub mod surroundings;
