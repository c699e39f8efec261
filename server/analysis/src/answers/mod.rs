//! What the commands that explain answer: the chain to an import, why a distribution is required, the tree of start-up, its summary.

pub mod summary;
pub mod trace;
pub mod tree;
pub mod why;
