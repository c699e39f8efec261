//! What of deployments is reported in the files that they come to.

use super::{Deployment, Lack, What};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::startup::needs::{self, Need};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextRange;

/// The lacks of imports that show in a file and end the command that comes to them, without a doubt: the index of each one's
/// deployment, and its own. What only checks the project reports nothing of its code.
pub(crate) fn in_file(ws: &Analysis, file: FileId) -> Vec<(usize, usize)> {
    let deployments = crate::deployments::of(ws);
    let is_told = |&(at, lack): &(usize, usize)| {
        let deployment = &deployments.all[at];
        let lack = &deployment.lacks[lack];
        let is_of_code = lack.import.is_some() || matches!(lack.what, What::Named { .. });
        !deployment.is_job && lack.doubt.is_none() && lack.ends_its_command() && is_of_code
    };
    deployments.in_file(file).iter().copied().filter(is_told).collect()
}

/// Whether a deployment reports the import at that range.
pub(crate) fn is_reported(ws: &Analysis, file: FileId, range: TextRange) -> bool {
    let deployments = crate::deployments::of(ws);
    in_file(ws, file).into_iter().any(|(at, lack)| deployments.all[at].lacks[lack].range == range)
}

/// The first of the deployments that load a file, where all that do install what an import there needs: its index.
pub(crate) fn installed_by(ws: &Analysis, file: FileId, range: TextRange, name: &DistributionName) -> Option<usize> {
    let deployments = crate::deployments::of(ws);
    let loading =
        || (0..deployments.all.len()).filter(|at| !deployments.all[*at].is_job && deployments.all[*at].loads(file));
    let lacks =
        |at: usize| deployments.all[at].lacks.iter().any(|lack: &Lack| lack.file == file && lack.range == range);
    let first = loading().next().filter(|_| !loading().any(lacks))?;
    deployments.all[first].brings(name).map(|_| first)
}

/// The lacks of deployments that show in a file, as what its imports need.
pub(crate) fn needs(ws: &Analysis, file: FileId) -> Vec<Need> {
    let deployments = crate::deployments::of(ws);
    let need = |(at, lack): (usize, usize)| {
        let (deployment, lack): (&Deployment, &Lack) = (&deployments.all[at], &deployments.all[at].lacks[lack]);
        let (What::Import { module, .. } | What::Removed { module, .. } | What::NotCopied { module, .. }) = &lack.what
        else {
            return None;
        };
        let what = match (&lack.what, &lack.distribution) {
            (What::Import { .. }, Some(name)) => {
                needs::Lack::Installed { name: name.clone(), by: deployment.name.clone() }
            }
            (What::Removed { .. }, _) => needs::Lack::Removed,
            _ => needs::Lack::Part,
        };
        Some(Need { import: lack.import?, range: lack.range, module: module.clone(), lack: what, doubt: None })
    };
    in_file(ws, file).into_iter().filter_map(need).collect()
}
