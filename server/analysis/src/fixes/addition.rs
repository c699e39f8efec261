//! A requirement to add: which distribution, in which version.

use super::version::{self, Pin};
use super::{importing, marker};
use crate::analysis::Analysis;
use pinlens_facts::words::names::{DistributionName, FilePath};

/// A requirement to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// The distribution.
    pub name: DistributionName,
    /// Its name as its authors spell it, where something shows.
    pub display: Option<String>,
    /// The version to request, where one is known.
    pub pin: Option<Pin>,
    /// The marker, where it is needed on some targets only.
    pub marker: Option<String>,
    /// The hashes of its files: `sha256:…`.
    pub hashes: Vec<String>,
    /// The requirement as it was written elsewhere, to be taken over.
    pub verbatim: Option<String>,
}

impl Addition {
    /// The name alone.
    pub fn bare(name: &DistributionName) -> Self {
        Self { name: name.clone(), display: None, pin: None, marker: None, hashes: Vec::new(), verbatim: None }
    }

    /// `name` with the version that is known for the code at the path, and the marker under which its imports run.
    pub(crate) fn of(ws: &Analysis, at: &FilePath, name: &DistributionName) -> Self {
        Self {
            display: ws.environment().get(name).map(|installed| installed.display.clone()),
            pin: version::known(ws, at, name),
            marker: importing::of(ws, at, name)
                .map_or_else(|| marker::of_imports(ws, at, name), |all| all.marker.clone()),
            ..Self::bare(name)
        }
    }
}
