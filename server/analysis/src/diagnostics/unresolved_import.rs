//! `unresolved-import`: nothing that is known for sure provides an imported module.
//!
//! Either the workspace has the package but not the module, or nothing outside is known to provide it. A distribution
//! whose name is alike is named as the guess that it is.

use super::{Diagnostic, Findings, removed_stdlib_module};
use crate::imports::claims::{Claim, Proof};
use crate::imports::{Import, Target};
use crate::model::ids::FileId;
use crate::model::resolve::{Evidence, Providers};
use crate::workspace::Workspace;
use pinlens_facts::knowledge::catalog::{self, StdlibStatus};
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::{DistributionName, ModuleName, squash};
use pinlens_facts::words::text::TextRange;

/// Finds the unresolved imports among `imports`, those of `file`.
pub(super) fn check(ws: &Workspace, file: FileId, imports: &[Import], findings: &mut Findings) {
    let mut told: Vec<TextRange> = Vec::new();
    for import in imports {
        let Some((message, distribution)) = unresolved(ws, file, import) else { continue };
        if told.contains(&import.range) || removed_stdlib_module::removed(ws, file, import).is_some() {
            continue;
        }
        told.push(import.range);
        // that the workspace's own package has no such part is to be seen, whatever is declared
        let proof = match import.target {
            Target::Missing(_) => Proof::of_context(ws, file, import),
            _ => Proof::of(ws, file, import, providers_of(ws, import)),
        };
        let Some(severity) = proof.severity(Claim::Unresolved) else { continue };
        let message = proof.remarks().fold(message, |message, remark| format!("{message} {remark}"));
        let diagnostic = Diagnostic {
            code: Code::UnresolvedImport,
            severity,
            range: import.range,
            message,
            module: Some(module_of(import)),
            distribution,
            related: Vec::new(),
            unnecessary: false,
        };
        findings.add(diagnostic, &import.statement.ignores);
    }
}

/// Who may provide what an import names, where anybody may.
fn providers_of<'a>(ws: &'a Workspace, import: &Import) -> Option<&'a Providers> {
    ws.index().providers(ws.index().id(&import.name)?)
}

/// What is to be said of an import that nothing sure provides.
pub(crate) fn unresolved(ws: &Workspace, file: FileId, import: &Import) -> Option<(String, Option<DistributionName>)> {
    let name = &import.name;
    let fallback = match &import.target {
        Target::Missing(why) => return Some((format!("`{name}` cannot be imported: {why}."), None)),
        Target::Outside { fallback } => *fallback,
        Target::Stdlib | Target::FirstParty => return None,
    };
    let id = ws.index().id(name)?;
    if !ws.index().satisfying(ws.project_of(file), id).is_empty() {
        return None;
    }
    let top = name.split('.').next().unwrap_or_default();
    if ws.installs(file).iter().any(|installed| squash(installed.as_str()) == squash(top)) {
        return None;
    }
    match ws.index().providers(id) {
        Some(providers) if providers.evidence >= Evidence::Catalog || fallback.beats(Some(providers.evidence)) => None,
        Some(providers) => {
            let best = providers.candidates.first()?;
            let message = format!(
                "Nothing is known to provide `{name}`. There is a distribution called {best}, but that is only {}: check it before you add it.",
                providers.because
            );
            Some((message, Some(best.clone())))
        }
        None if fallback.beats(None) => None,
        None => Some((format!("Nothing is known to provide `{name}`: {}.", nowhere(ws, name)), None)),
    }
}

/// Where was looked, and what to do.
fn nowhere(ws: &Workspace, name: &str) -> String {
    let top = name.split('.').next().unwrap_or_default();
    match catalog::stdlib_status(top, ws.target()) {
        StdlibStatus::Later(first) => return format!("the standard library has it only from Python {first} on"),
        StdlibStatus::Removed(_) | StdlibStatus::Present | StdlibStatus::Never => {}
    }
    let places = if ws.environment().location.is_empty() {
        "it is no module of the workspace, of the standard library or of a distribution in the catalog".to_owned()
    } else {
        format!(
            "it is no module of the workspace, of the standard library, of {} or of the catalog",
            ws.environment().location
        )
    };
    format!("{places}. Map it to its distribution in the configuration, or silence it with `# pinlens: ignore`")
}

/// The dotted name without the dots of a relative import.
fn module_of(import: &Import) -> ModuleName {
    ModuleName::new(&import.name)
}
