//! `version-mismatch`: the environment has another version than a requirement asks for.
//!
//! What is tested here is not what gets installed elsewhere.

use super::{Diagnostic, Findings, unused_requirement};
use crate::fixes::{Fix, change};
use crate::model::ids::FileId;
use crate::workspace::Workspace;
use pinlens_facts::requirements::{Group, RequirementsFacts, Source};
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::markers;
use pinlens_facts::words::versions;

/// Finds the requirements of a file that the installed versions contradict.
pub(super) fn check(ws: &Workspace, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    if ws.projects().users(file).is_empty() || ws.projects().is_constraints(file, ws.path(file)) {
        return;
    }
    for requirement in facts.requirements.iter().filter(|one| one.source == Source::Index) {
        let (Some(name), Some(specifier)) = (&requirement.name, &requirement.specifier) else { continue };
        let Some(installed) = ws.environment().get(name) else { continue };
        let is_elsewhere = requirement
            .marker
            .as_ref()
            .is_some_and(|marker| markers::holds(&marker.text, ws.marker_target()) != Some(true));
        let is_meant = !is_elsewhere && !matches!(requirement.group, Group::Build | Group::Constraint);
        if !is_meant || !versions::contradicts(&specifier.text, &installed.version) {
            continue;
        }
        let diagnostic = Diagnostic {
            code: Code::VersionMismatch,
            severity: Severity::Info,
            range: requirement.range,
            message: format!(
                "{name}{} is required, but {} has {name} {}: what runs here is not what gets installed elsewhere. Install what is required, or require what is installed.",
                specifier.text,
                ws.environment().location,
                installed.version
            ),
            module: None,
            distribution: Some(name.clone()),
            related: Vec::new(),
            unnecessary: false,
        };
        findings.add(diagnostic, &requirement.ignores);
    }
}

/// Requires the installed version, where an exact one is required.
pub(super) fn fixes(ws: &Workspace, file: FileId, diagnostic: &Diagnostic) -> Vec<Fix> {
    let requirement = unused_requirement::requirement_of(ws, file, diagnostic);
    requirement.and_then(|requirement| change::update(ws, file, requirement)).into_iter().collect()
}
