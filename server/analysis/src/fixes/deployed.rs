//! Bringing what deployments lack: into the lists that they install.
//!
//! The list is one that the deployment reads, so that the next build has what is missing. Where the authors of what asks for it say to
//! ask for an extra (`celery[redis]`), that is what is done.

use super::add::{self, Addition};
use super::purpose::Purpose;
use super::{Applicability, Fix, extra, target, transfer};
use crate::analysis::Analysis;
use crate::deployments::{Deployment, Deployments, Lack, What};
use crate::model::ids::FileId;
use crate::model::project::{self, RequirementId};
use pinlens_facts::deploy::paths::base_name;
use pinlens_facts::deploy::start::{Program, started};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::demands;
use pinlens_facts::knowledge::table::distributions_of_command;
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::roles::Role;
use pinlens_facts::words::text::TextRange;

/// A lack, and the deployment that has it.
type Lacking<'d> = (&'d Deployment, &'d Lack);

/// How what is lacking is brought.
pub(crate) enum Way {
    /// By adding to each of these lists.
    Added(Vec<(FileId, Addition)>),
    /// By this change: an extra, or a requirement that moves.
    Changed(Fix),
}

/// The fix for what deployments lack at a place: it goes to the lists that they install. `None` where these are not known, where
/// nobody edits them, or where another one would have the requirement twice.
pub(crate) fn fix(ws: &Analysis, file: FileId, range: TextRange, name: &DistributionName) -> Option<Fix> {
    let (way, is_safe) = way(ws, file, range, name)?;
    let fix = match way {
        Way::Changed(fix) => fix,
        Way::Added(additions) => added(ws, file, &additions)?,
    };
    let is_safe = is_safe && fix.applicability == Applicability::Safe;
    let applicability = if is_safe { Applicability::Safe } else { Applicability::Unsafe };
    (fix.disabled.is_none()).then_some(Fix { applicability, preferred: true, ..fix })
}

/// How what deployments lack at a place is brought, and whether that is all that could be meant: every one of them ends there for
/// sure, and no other distribution would do.
pub(crate) fn way(ws: &Analysis, file: FileId, range: TextRange, name: &DistributionName) -> Option<(Way, bool)> {
    let deployments = crate::deployments::of(ws);
    let lacking = lacking(&deployments, file, range, name);
    let (_, first) = lacking.first()?;
    let is_sure = lacking.iter().all(|(_, lack)| lack.is_fatal());
    if let Some(fix) = by_extra(ws, &lacking, name) {
        return Some((Way::Changed(fix), is_sure));
    }
    let is_only = needs(first)? == Needs::This;
    Some((by_name(ws, file, &lacking, name)?, is_sure && is_only))
}

/// Adds to each list.
fn added(ws: &Analysis, file: FileId, additions: &[(FileId, Addition)]) -> Option<Fix> {
    let to_list = |(list, addition): &(FileId, Addition)| {
        add::to_file(ws, ws.path(file), *list, &Purpose::Application, std::slice::from_ref(addition))
    };
    let (first, others) = additions.split_first()?;
    let mut fix = to_list(first)?;
    for other in others {
        let more = to_list(other)?;
        fix.title = format!("{} and to {}", fix.title, ws.shown(ws.path(other.0)));
        fix.applicability = fix.applicability.max(more.applicability);
        fix.lookup = None;
        more.edit.files.into_iter().for_each(|edit| fix.edit.take(edit));
    }
    Some(fix)
}

/// What would do for a lack.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// The distribution alone.
    This,
    /// Others too, one of which somebody is to choose.
    OneOfSeveral,
}

/// What would do for a lack; `None` where it takes several distributions at once.
fn needs(lack: &Lack) -> Option<Needs> {
    let is_one = match &lack.what {
        What::Demand { host, source } => {
            let host = DistributionName::new(host);
            let demand = demands::of(&host).iter().find(|demand| demand.source == &**source)?;
            demand.ways().next().filter(|way| way.len() == 1)?;
            demand.ways().count() == 1
        }
        What::Command { name } => distributions_of_command(name).len() == 1,
        _ => true,
    };
    Some(if is_one { Needs::This } else { Needs::OneOfSeveral })
}

/// The lacks at a place that are sure, those of jobs only where no other deployment has one.
fn lacking<'d>(
    deployments: &'d Deployments,
    file: FileId,
    range: TextRange,
    name: &DistributionName,
) -> Vec<Lacking<'d>> {
    let all = deployments.in_file(file).iter().map(|&(at, lack)| {
        let deployment = &deployments.all[at];
        (deployment, &deployment.lacks[lack])
    });
    let is_it = |(_, lack): &Lacking<'_>| {
        lack.range == range
            && lack.distribution.as_ref() == Some(name)
            && lack.doubt.is_none()
            && lack.ends_its_command()
    };
    let found: Vec<Lacking<'d>> = all.filter(is_it).collect();
    let own: Vec<Lacking<'d>> = found.iter().copied().filter(|(deployment, _)| !deployment.is_job).collect();
    // what cannot be run is installed already
    if found.iter().any(|(_, lack)| matches!(lack.what, What::Unreachable { .. })) {
        return Vec::new();
    }
    if own.is_empty() { found } else { own }
}

/// The extra of a distribution that all of them install, where that is the way to ask for what they lack.
fn by_extra(ws: &Analysis, lacking: &[Lacking<'_>], name: &DistributionName) -> Option<Fix> {
    let (first, lack) = lacking.first()?;
    let hosts = hosts(first, lack, name);
    let lists = common(ws, lacking);
    hosts.iter().find_map(|host| lists.iter().find_map(|list| extra::of_list(ws, *list, host, name)))
}

/// The distributions of which a part asks for what is lacking.
fn hosts(deployment: &Deployment, lack: &Lack, name: &DistributionName) -> Vec<DistributionName> {
    match &lack.what {
        What::Demand { host, .. } => vec![DistributionName::new(host)],
        What::Command { name: command } => {
            demands::of_command(command, name).map(|demand| DistributionName::new(demand.host)).collect()
        }
        // `gunicorn -k gevent`
        What::Module { .. } => {
            let words = deployment.starts.get(lack.start).map_or("", |start| &start.words);
            let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
            match started(&words).program {
                Program::Command { path, .. } => distributions_of_command(base_name(&path)),
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

/// The distribution itself, in one list of each deployment.
fn by_name(ws: &Analysis, file: FileId, lacking: &[Lacking<'_>], name: &DistributionName) -> Option<Way> {
    let mut targets: Vec<FileId> = Vec::new();
    let common = common(ws, lacking);
    if common.is_empty() {
        for (deployment, _) in lacking {
            let best = best(ws, file, &lists(ws, deployment))?;
            if !targets.contains(&best) {
                targets.push(best);
            }
        }
    } else {
        targets.extend(best(ws, file, &common));
    }
    let is_code = matches!(ws.facts(file), Some(FileFacts::Python(_)));
    // what only applies to other code would not declare it for this file
    if is_code && declared(ws, file, name).is_empty() && !targets.iter().all(|target| applies_to(ws, *target, file)) {
        return None;
    }
    let ways: Option<Vec<Way>> = targets.iter().map(|target| to_list(ws, file, *target, name)).collect();
    match (ways?, targets.len()) {
        (mut ways, 1) => ways.pop(),
        (ways, _) => {
            let mut all = Vec::new();
            for way in ways {
                let Way::Added(additions) = way else { return None };
                all.extend(additions);
            }
            (!all.is_empty()).then_some(Way::Added(all))
        }
    }
}

/// Requires it in a list: as another list of the project does, where one declares it.
fn to_list(ws: &Analysis, file: FileId, target: FileId, name: &DistributionName) -> Option<Way> {
    let declared = declared(ws, file, name);
    let has = |list: FileId, other: FileId| list == other || project::includes::reaches(ws, list, other);
    if declared.iter().any(|id| has(target, id.file)) {
        return None;
    }
    // the lists that would have it twice
    let both = |list: &FileId| *list != target && has(*list, target) && declared.iter().any(|id| has(*list, id.file));
    let twice: Vec<FileId> = ws.manifests_in_order().into_iter().filter(both).collect();
    match (&twice[..], &declared[..]) {
        ([], []) => Some(Way::Added(vec![(target, Addition::of(ws, ws.path(file), name))])),
        ([], [first, ..]) => Some(Way::Added(vec![(target, transfer::as_written(ws, *first, target)?)])),
        ([list], [only]) if *list == only.file => transfer::to_list(ws, *only, target).map(Way::Changed),
        _ => None,
    }
}

/// The lists that all of the deployments read and that people edit, in the order of [`lists`] of the first.
fn common(ws: &Analysis, lacking: &[Lacking<'_>]) -> Vec<FileId> {
    let [(first, _), others @ ..] = lacking else { return Vec::new() };
    let mut found = lists(ws, first);
    for (deployment, _) in others {
        let read = lists(ws, deployment);
        found.retain(|list| read.contains(list));
    }
    found
}

/// The lists that a deployment reads and that people edit: those of the last command first, and the one that it names before what
/// that includes.
fn lists(ws: &Analysis, deployment: &Deployment) -> Vec<FileId> {
    let mut found: Vec<FileId> = Vec::new();
    for list in deployment.installs.iter().rev().flat_map(|by| by.lists.iter().copied()) {
        if !found.contains(&list) && is_edited(ws, list) {
            found.push(list);
        }
    }
    found
}

/// Whether people write the list, and all of it is read.
fn is_edited(ws: &Analysis, list: FileId) -> bool {
    let Some(facts) = ws.facts(list).filter(|facts| facts.unread_reason().is_none()) else { return false };
    let Some(declared) = facts.declarations() else { return false };
    !declared.style.compiled && project::source_of(ws.model(), list).is_none() && declared.unknowns.is_empty()
}

/// The list to add to: one that fits the project's code, else one for run time.
fn best(ws: &Analysis, file: FileId, lists: &[FileId]) -> Option<FileId> {
    let fitting = target::fitting(ws, ws.project_of(file), &Purpose::Application);
    let is_for_runtime = |list: &&FileId| project::configured_role(ws.path(**list), ws.model()) == Role::Runtime;
    let fits = lists.iter().find(|list| fitting.contains(list));
    fits.or_else(|| lists.iter().find(is_for_runtime)).or(lists.first()).copied()
}

/// Whether a list applies to a file: it is one of its project, or of one around.
fn applies_to(ws: &Analysis, list: FileId, file: FileId) -> bool {
    let users = ws.projects().users(list);
    ws.projects().with_parents(ws.project_of(file)).any(|id| users.contains(&id))
}

/// Where the project of a file declares a distribution.
fn declared(ws: &Analysis, file: FileId, name: &DistributionName) -> Vec<RequirementId> {
    let projects = ws.projects().with_parents(ws.project_of(file));
    projects.flat_map(|id| ws.projects().all[id].required.declared.get(name).into_iter().flatten().copied()).collect()
}
