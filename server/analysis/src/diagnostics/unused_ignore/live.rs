//! Whether a name in the settings is one that anything could be found about.

use super::super::undeclared_use;
use crate::analysis::Analysis;
use crate::config::is_meant;
use crate::deployments;
use crate::model::queries::absolute_tops;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::catalog;
use pinlens_facts::python::PythonFacts;
use pinlens_facts::requirements::Requirement;
use pinlens_facts::words::names::DistributionName;

/// Whether a distribution that the pattern means is required, would provide an import, or is needed without one.
pub(super) fn distribution(ws: &Analysis, pattern: &str) -> bool {
    is_required(ws, pattern) || is_imported(ws, pattern) || is_needed(ws, pattern)
}

fn requirements(ws: &Analysis) -> impl Iterator<Item = &Requirement> {
    let manifests = ws.structure.manifests.iter().filter_map(|file| ws.facts(*file)?.declarations());
    manifests.flat_map(|facts| &facts.requirements)
}

/// Whether any list requires a distribution that the pattern means.
pub(super) fn is_required(ws: &Analysis, pattern: &str) -> bool {
    let pattern = DistributionName::new(pattern);
    requirements(ws).any(|one| one.name.as_ref().is_some_and(|name| is_meant(pattern.as_str(), name.as_str())))
        // somebody else's list may require it, and what cannot be read may
        || ws.projects().all.iter().any(|project| project.gaps.weakness.is_some() || project.gaps.hidden.is_some())
}

/// Whether a file imports what such a distribution would provide: one from outside, another project of the workspace, or what takes the
/// place of a module that the standard library has lost.
fn is_imported(ws: &Analysis, pattern: &str) -> bool {
    let pattern = DistributionName::new(pattern);
    let is_it = |name: &DistributionName| is_meant(pattern.as_str(), name.as_str());
    let comes_along =
        || ws.projects().all.iter().any(|project| project.own.iter().chain(project.indirect.brought.keys()).any(is_it));
    let replaces = || {
        python_files(ws).flat_map(absolute_tops).any(|top| catalog::stdlib_replacements(top).any(|name| is_it(&name)))
    };
    ws.index().candidates().any(is_it) || comes_along() || replaces()
}

/// Whether a file imports a module of Python's own that the pattern means: the target may lose it.
pub(super) fn is_of_python(ws: &Analysis, pattern: &str) -> bool {
    python_files(ws).flat_map(absolute_tops).any(|top| is_meant(pattern, top))
}

fn python_files(ws: &Analysis) -> impl Iterator<Item = &PythonFacts> {
    ws.all_ids().iter().filter_map(|file| match ws.facts(*file) {
        Some(FileFacts::Python(facts)) => Some(facts),
        _ => None,
    })
}

/// Whether a deployment or a line of code needs such a distribution without an import.
fn is_needed(ws: &Analysis, pattern: &str) -> bool {
    let pattern = DistributionName::new(pattern);
    let is_it = |name: &DistributionName| is_meant(pattern.as_str(), name.as_str());
    let deployments = deployments::of(ws);
    let mut lacks = deployments.all.iter().flat_map(|deployment| &deployment.lacks);
    let mut files = ws.all_ids().iter().filter(|file| matches!(ws.facts(**file), Some(FileFacts::Python(_))));
    lacks.any(|lack| lack.distribution.as_ref().is_some_and(is_it))
        || files.any(|file| undeclared_use::needed(ws, *file).any(|name| is_it(&name)))
}
