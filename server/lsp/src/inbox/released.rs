//! What the package index has of a distribution that a list names.

use crate::keys::FileKey;
use pinlens_analysis::model::releases::{Offer, Release};

/// An answer of the package index.
#[derive(Debug)]
pub struct Released {
    /// The list that shows it.
    pub file: FileKey,
    /// The distribution.
    pub offer: Offer,
    /// What is known of it.
    pub found: Release,
}
