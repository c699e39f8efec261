//! Asking for an extra of a distribution that is required already: `celery` becomes `celery[redis]`.

use super::change::of_file;
use super::{Applicability, Fix};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::project::{self, RequirementId};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::ways::{self, Way};
use pinlens_facts::requirements::{Format, Group, Requirement, RequirementsFacts, Source};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextEdit;

/// Asks in a list for the extra of `host` by which its authors say to install `needs`. `None` where they name none, or the list does
/// not require the host in words to which an extra can be added.
pub(crate) fn of_list(ws: &Analysis, list: FileId, host: &DistributionName, needs: &DistributionName) -> Option<Fix> {
    let facts = ws.facts(list).and_then(FileFacts::declarations)?;
    let mut own = (0..facts.requirements.len()).filter(|index| facts.requirements[*index].name.as_ref() == Some(host));
    // of several nobody knows which is in force
    let index = own.next().filter(|_| own.next().is_none())?;
    of_requirement(ws, RequirementId { file: list, index }, host, needs)
}

/// The same where one list of the project requires the host.
pub(crate) fn of_project(
    ws: &Analysis,
    file: FileId,
    host: &DistributionName,
    needs: &DistributionName,
) -> Option<Fix> {
    let projects = ws.projects().with_parents(ws.project_of(file));
    let all = projects.flat_map(|id| ws.projects().all[id].required.declared.get(host).into_iter().flatten().copied());
    let all: Vec<RequirementId> = all.collect();
    let [only] = all[..] else { return None };
    of_requirement(ws, only, host, needs)
}

fn of_requirement(ws: &Analysis, id: RequirementId, host: &DistributionName, needs: &DistributionName) -> Option<Fix> {
    let facts = ws.facts(id.file).and_then(FileFacts::declarations)?;
    let requirement = facts.requirements.get(id.index)?;
    let way = ways::of(host.as_str(), needs)?;
    let specifier = requirement.specifier.as_ref().map(|specifier| &*specifier.text);
    let is_own = !facts.style.hashes && !facts.style.compiled && project::source_of(ws.model(), id.file).is_none();
    let is_constraint = ws.projects().is_constraints(id.file, ws.path(id.file));
    let is_for_all = matches!(requirement.group, Group::File | Group::Runtime);
    if !is_own || is_constraint || !is_for_all || requirement.source != Source::Index || !way.fits(specifier) {
        return None;
    }
    let edit = edit(facts, requirement, way)?;
    let extras = requirement.extras.iter().map(|extra| &*extra.text).chain([way.extra]);
    let title = format!(
        "Require {host}[{}] in {} ({})",
        extras.collect::<Vec<&str>>().join(","),
        ws.shown(ws.path(id.file)),
        way.source
    );
    let fix = of_file(ws, id.file, title, vec![edit]);
    Some(Fix { applicability: Applicability::Safe, preferred: true, ..fix })
}

/// Writes the extra behind the name, or behind the last extra. The words must be those of PEP 508: a row of a table has its extras
/// elsewhere. A name is written again with its extra, so that edits for two extras are in each other's way: one waits, and finds brackets then.
fn edit(facts: &RequirementsFacts, requirement: &Requirement, way: Way) -> Option<TextEdit> {
    if matches!(facts.format, Format::Pipfile | Format::Conda | Format::Pixi) {
        return None;
    }
    if let Some(last) = requirement.extras.last() {
        return Some(TextEdit::insert(last.range.end, format!(",{}", way.extra)));
    }
    let rest = facts.text.get(requirement.name_range.end as usize..requirement.range.end as usize)?.trim_start();
    let is_row = rest.starts_with('=') && !rest.starts_with("==") || rest.starts_with(['"', '\'', '[', ']']);
    let name = facts.text.get(requirement.name_range.indices())?;
    (!is_row).then(|| TextEdit { range: requirement.name_range, text: format!("{name}[{}]", way.extra) })
}
