//! What of deployments is reported in the files that they come to.

use super::{Deployment, Lack, What};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::startup::chains::Fate;
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

/// The imports that a deployment fails on, unless a distribution that it installs brings what they need: of which it is not known what it
/// requires.
pub(crate) fn hedged_in_file(ws: &Analysis, file: FileId) -> Vec<(usize, usize)> {
    let deployments = crate::deployments::of(ws);
    let is_hedged = |&(at, lack): &(usize, usize)| {
        let (deployment, lack) = (&deployments.all[at], &deployments.all[at].lacks[lack]);
        let is_import = lack.import.is_some() && matches!(lack.what, What::Import { .. });
        !deployment.is_job && lack.is_certain && is_import && lack.ends_its_command() && lack.may_come_with().is_some()
    };
    deployments.in_file(file).iter().copied().filter(is_hedged).collect()
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

/// Whether a deployment starts with a file, so that what it installs decides what the start lacks.
pub(crate) fn is_started(ws: &Analysis, entry: FileId) -> bool {
    crate::deployments::of(ws)
        .all
        .iter()
        .any(|deployment| !deployment.is_job && starts(deployment, entry).next().is_some())
}

/// The commands of a deployment that start with a file.
fn starts(deployment: &Deployment, entry: FileId) -> impl Iterator<Item = usize> + '_ {
    let all = deployment.starts.iter().enumerate();
    all.filter(move |(_, start)| start.entry.as_ref().is_some_and(|known| known.file == entry)).map(|(at, _)| at)
}

/// The files in which deployments that start with `entry` lack something for sure, ascending.
pub(crate) fn lacking(ws: &Analysis, entry: FileId) -> Vec<FileId> {
    let deployments = crate::deployments::of(ws);
    let mut found = Vec::new();
    for deployment in deployments.all.iter().filter(|deployment| !deployment.is_job) {
        let started: Vec<usize> = starts(deployment, entry).collect();
        let lacks = deployment.lacks.iter().filter(|lack| lack.doubt.is_none() && started.contains(&lack.start));
        found.extend(lacks.map(|lack| lack.file));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// What deployments that start with `entry` lack and that shows in a file, as what its imports need, with what each lack means.
pub(crate) fn needs(ws: &Analysis, entry: FileId, file: FileId) -> Vec<(Need, Fate)> {
    let deployments = crate::deployments::of(ws);
    let need = |&(at, lack): &(usize, usize)| {
        let (deployment, lack): (&Deployment, &Lack) = (&deployments.all[at], &deployments.all[at].lacks[lack]);
        if deployment.is_job || !starts(deployment, entry).any(|start| start == lack.start) {
            return None;
        }
        let (What::Import { module, .. }
        | What::Removed { module, .. }
        | What::NotCopied { module, .. }
        | What::NotOnPath { module, .. }
        | What::Relative { module }
        | What::Named { module, .. }) = &lack.what
        else {
            return None;
        };
        let what = match (&lack.what, &lack.distribution) {
            (What::Import { .. } | What::Named { .. }, Some(name)) => {
                needs::Lack::Installed { name: name.clone(), by: deployment.name.clone() }
            }
            (What::Removed { .. }, _) => needs::Lack::Removed,
            _ => needs::Lack::Part,
        };
        let (range, module, doubt) = (lack.range, module.clone(), lack.doubt.clone());
        Some((Need { import: lack.import, named: None, range, module, lack: what, doubt }, lack.fate.clone()?))
    };
    let mut found: Vec<(Need, Fate)> = Vec::new();
    for (need, fate) in deployments.in_file(file).iter().filter_map(need) {
        // of several deployments that lack the same one is named, the surest
        match found.iter_mut().find(|(known, _)| known.range == need.range) {
            Some(known) if known.0.doubt.is_some() && need.doubt.is_none() => *known = (need, fate),
            Some(_) => {}
            None => found.push((need, fate)),
        }
    }
    found
}
