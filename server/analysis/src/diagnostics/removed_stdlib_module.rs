//! `removed-stdlib-module`: a module that the standard library of the target no longer has, with what replaces it.

use super::{Diagnostic, Findings, undeclared_import, when_it_fails};
use crate::imports::claims::{Claim, Proof};
use crate::imports::{Import, Target};
use crate::model::ids::FileId;
use crate::workspace::Workspace;
use pinlens_facts::knowledge::catalog::{self, StdlibStatus};
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::{ModuleName, PythonVersion};

/// Finds the imports of removed modules among `imports`, those of `file`.
pub(super) fn check(ws: &Workspace, file: FileId, imports: &[Import], findings: &mut Findings) {
    for import in imports {
        let Some(last) = removed(ws, file, import) else { continue };
        findings.add(diagnostic(ws, file, import, last), &import.statement.ignores);
    }
}

/// The last Python whose standard library had what is imported, where nothing else provides it.
pub(crate) fn removed(ws: &Workspace, file: FileId, import: &Import) -> Option<PythonVersion> {
    let Target::Outside { fallback } = import.target else { return None };
    let top = import.name.split('.').next().unwrap_or_default();
    let StdlibStatus::Removed(last) = catalog::stdlib_status(top, ws.target()) else { return None };
    let name = ws.index().id(&import.name)?;
    let is_satisfied = !ws.index().satisfying(ws.project_of(file), name).is_empty();
    let is_own = fallback.beats(ws.index().providers(name).map(|providers| providers.evidence));
    let runs_it = undeclared_import::is_brought_by_runner(ws, file, name);
    (!is_satisfied && !is_own && !runs_it).then_some(last)
}

fn diagnostic(ws: &Workspace, file: FileId, import: &Import, last: PythonVersion) -> Diagnostic {
    let top = import.name.split('.').next().unwrap_or_default();
    let replacement = catalog::stdlib_replacements(top).next();
    let advice = match &replacement {
        Some(name) => format!("The distribution {name} provides it: require that, or do without the module."),
        None => catalog::stdlib_renamed(top).map_or_else(
            || "No distribution replaces it: the code must do without.".to_owned(),
            |renamed| format!("Python 3 has it in `{renamed}`."),
        ),
    };
    // nothing says which Python the code is for: it may well be an older one
    let (worst, target) = if ws.knows_target() {
        (Severity::Error, format!("Python {}, which this code is for, has it no longer", ws.target()))
    } else {
        (
            Severity::Warning,
            format!("Python {} has it no longer (`python-version` names the one to judge by)", ws.target()),
        )
    };
    Diagnostic {
        code: Code::RemovedStdlibModule,
        severity: Proof::of_context(ws, file, import).severity(Claim::Undeclared).map_or(worst, |by| by.min(worst)),
        range: import.range,
        message: format!(
            "`{top}` left the standard library after Python {last}; {target}: {}. {advice}",
            when_it_fails(import)
        ),
        module: Some(ModuleName::new(&import.name)),
        distribution: replacement,
        related: Vec::new(),
        unnecessary: false,
    }
}
