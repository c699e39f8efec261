//! `unpinned-requirement`: a requirement without an exact version. Off until it is asked for.
//!
//! What is installed then depends on the day of the installation.

use super::{Diagnostic, Findings, stale_compiled_requirements, unused_requirement};
use crate::fixes::{Fix, change, version};
use crate::model::ids::FileId;
use crate::model::project;
use crate::workspace::Workspace;
use pinlens_facts::requirements::{Format, RequirementsFacts, Source};
use pinlens_facts::words::codes::{Code, Severity};

/// Finds the requirements of a requirements file that have no exact version. The source of a compiled file is pinned by the
/// tool, and what a constraint pins is pinned.
pub(super) fn check(ws: &Workspace, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    let is_judged = facts.format == Format::Requirements
        && !ws.projects().users(file).is_empty()
        && !ws.projects().is_constraints(file, ws.path(file))
        && stale_compiled_requirements::compiled_of(ws, file).is_none()
        && project::source_of(ws, file).is_none();
    if !is_judged {
        return;
    }
    let governing = &ws.projects().all[ws.project_of(file)];
    for requirement in facts.requirements.iter().filter(|one| one.source == Source::Index) {
        let Some(name) = requirement.name.as_ref().filter(|_| requirement.pinned_version().is_none()) else { continue };
        if version::constrained(ws, governing, name).is_some() {
            continue;
        }
        let asked = requirement.specifier.as_ref().map_or("any version", |specifier| &*specifier.text);
        let diagnostic = Diagnostic {
            code: Code::UnpinnedRequirement,
            severity: Severity::Warning,
            range: requirement.range,
            message: format!(
                "{name} is required in {asked}: what gets installed depends on the day. Pin it to one version (`==`)."
            ),
            module: None,
            distribution: Some(name.clone()),
            related: Vec::new(),
            unnecessary: false,
        };
        findings.add(diagnostic, &requirement.ignores);
    }
}

/// Pins it to the version that is known.
pub(super) fn fixes(ws: &Workspace, file: FileId, diagnostic: &Diagnostic) -> Vec<Fix> {
    let requirement = unused_requirement::requirement_of(ws, file, diagnostic);
    requirement.and_then(|requirement| change::pin(ws, file, requirement)).into_iter().collect()
}
