//! The vocabulary of every other folder: ranges, names, versions, markers, ignore comments, roles, and the codes of findings.

pub mod codes;
pub mod layout;
pub mod lists;
pub mod markers;
pub mod mention;
pub mod names;
pub mod printable;
pub mod roles;
pub mod suppress;
pub mod text;
pub mod versions;
pub mod workspaces;
