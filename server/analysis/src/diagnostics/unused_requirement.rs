//! `unused-requirement`: nothing imports what a requirement installs, and nothing is known to use it otherwise.

use super::{Code, Diagnostic, Findings, Severity};
use crate::catalog;
use crate::facts::FileFacts;
use crate::fixes::{Fix, remove};
use crate::names::DistributionName;
use crate::project::ProjectId;
use crate::requirements::{Requirement, RequirementsFacts, Source};
use crate::uses;
use crate::workspace::{FileId, Workspace};

/// Finds the unused requirements of a file. Constraints are never used by imports, and a file that nothing reads governs
/// no code.
pub(super) fn check(ws: &Workspace, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    let users = ws.projects().users(file);
    if users.is_empty() || ws.projects().is_constraints(file, ws.path(file)) {
        return;
    }
    for requirement in &facts.requirements {
        let Some(name) = &requirement.name else { continue };
        if is_used(ws, file, requirement, name) {
            continue;
        }
        let diagnostic = Diagnostic {
            code: Code::UnusedRequirement,
            severity: Severity::Warning,
            range: requirement.range,
            message: format!(
                "{name} is required, but no code that {} governs imports it{}. Remove it, or silence this with `# pinlens: ignore` if something uses it without an import.",
                ws.path(file).file_name(),
                modules_of(ws, name)
            ),
            module: None,
            distribution: Some(name.clone()),
            related: Vec::new(),
            unnecessary: true,
        };
        findings.add(diagnostic, &requirement.ignores);
    }
}

fn is_used(ws: &Workspace, file: FileId, requirement: &Requirement, name: &DistributionName) -> bool {
    // the code around a layer for tests or documentation runs with its requirements too
    let imported = |project: &ProjectId| ws.projects().with_parents(*project).any(|id| ws.index().is_used(id, name));
    ws.projects().users(file).iter().any(imported)
        || ws.config().keep.contains(name)
        || requirement.source == Source::Path
        || uses::reason(ws, file, requirement).is_some()
        || is_needed_by_others(ws, requirement, name)
        || may_be_what_is_unresolved(ws, file, name)
        || catalog::is_hollow(name.as_str())
}

/// A pin that a compiling tool wrote for another distribution's sake, or that an installed one requires.
fn is_needed_by_others(ws: &Workspace, requirement: &Requirement, name: &DistributionName) -> bool {
    let from_others = |via: &str| !via.starts_with("-r ") && !via.starts_with("-c ") && !via.contains('/');
    requirement.via.iter().any(|via| from_others(via)) || uses::required_by_installed(ws, name)
}

/// Whether nobody knows which modules the distribution provides, while the code imports some that nobody is known to
/// provide: the two may well belong together.
fn may_be_what_is_unresolved(ws: &Workspace, file: FileId, name: &DistributionName) -> bool {
    let is_known = catalog::knows_modules_of(name) || ws.environment().get(name).is_some();
    !is_known && ws.projects().users(file).iter().any(|project| ws.index().has_unresolved(*project))
}

/// The modules that the distribution is known to provide, in words.
fn modules_of(ws: &Workspace, name: &DistributionName) -> String {
    let installed = ws.environment().get(name).map(|installed| &installed.modules[..]).unwrap_or_default();
    match installed {
        [] => String::new(),
        [only] => format!(" (it provides `{only}`)"),
        [first, rest @ ..] => format!(" (it provides `{first}` and {} more)", rest.len()),
    }
}

/// The requirement that a finding of the file is about.
pub(super) fn requirement_of<'a>(ws: &'a Workspace, file: FileId, diagnostic: &Diagnostic) -> Option<&'a Requirement> {
    let Some(FileFacts::Requirements(facts)) = ws.facts(file) else { return None };
    facts.requirements.iter().find(|requirement| requirement.range == diagnostic.range)
}

/// Takes the line out.
pub(super) fn fixes(ws: &Workspace, file: FileId, diagnostic: &Diagnostic) -> Vec<Fix> {
    let Some(requirement) = requirement_of(ws, file, diagnostic) else { return Vec::new() };
    vec![remove::fix(ws, file, requirement, "Remove unused requirement")]
}
