//! Requiring in the list that a deployment installs what only another list declares.

use super::{Applicability, Fix, transfer};
use crate::analysis::Analysis;
use crate::deployments::reported;
use crate::model::ids::FileId;
use crate::model::project::{self, RequirementId};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextRange;

/// The fix for an import that deployments lack, where one list serves all of them. `None` where that list is not known, or where
/// another one would have the requirement twice.
pub(crate) fn fix(ws: &Analysis, file: FileId, range: TextRange, name: &DistributionName) -> Option<Fix> {
    let deployments = crate::deployments::of(ws);
    let mut targets: Vec<FileId> = Vec::new();
    for (at, lack) in reported::in_file(ws, file) {
        let (deployment, lack) = (&deployments.all[at], &deployments.all[at].lacks[lack]);
        if lack.range == range && lack.distribution.as_ref() == Some(name) {
            let list = deployment.installs.iter().rev().find_map(|by| by.lists.first().copied())?;
            if !targets.contains(&list) {
                targets.push(list);
            }
        }
    }
    let [target] = targets[..] else { return None };
    let declared = declared(ws, file, name);
    let has = |list: FileId, other: FileId| list == other || project::includes::reaches(ws, list, other);
    if declared.iter().any(|id| has(target, id.file)) {
        return None;
    }
    // the lists that would have it twice
    let both = |list: &FileId| *list != target && has(*list, target) && declared.iter().any(|id| has(*list, id.file));
    let twice: Vec<FileId> = ws.manifests_in_order().into_iter().filter(both).collect();
    let fix = match (&twice[..], &declared[..]) {
        ([], [first, ..]) => transfer::copy_to_list(ws, *first, target)?,
        ([list], [only]) if *list == only.file => transfer::to_list(ws, *only, target)?,
        _ => return None,
    };
    (fix.disabled.is_none()).then_some(Fix { applicability: Applicability::Unsafe, preferred: true, ..fix })
}

/// Where the project of a file declares a distribution.
fn declared(ws: &Analysis, file: FileId, name: &DistributionName) -> Vec<RequirementId> {
    let projects = ws.projects().with_parents(ws.project_of(file));
    projects.flat_map(|id| ws.projects().all[id].required.declared.get(name).into_iter().flatten().copied()).collect()
}
