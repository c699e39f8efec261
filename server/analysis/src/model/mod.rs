//! The data: files and their ids, the environment, the module tree, projects, and the index of what is imported.

pub mod change;
pub mod environment;
pub mod evidence;
pub mod ids;
pub mod index;
pub mod modules;
pub mod project;
pub mod resolve;
