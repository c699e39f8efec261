//! What commands query of findings and code: the fact behind findings, the chain to an import, why a distribution is required, the tree
//! of start-up, its summary.

pub mod deployments;
pub mod fact;
mod needs;
pub mod summary;
pub mod trace;
pub mod tree;
pub mod why;
