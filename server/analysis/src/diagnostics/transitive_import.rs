//! `transitive-import`: a module whose distribution is installed only because another requirement needs it.
//!
//! It works until that requirement changes what it needs: then the application dies at the import.

use super::undeclared_import::{self, Missing};
use super::{Diagnostic, Findings};
use crate::imports::Import;
use crate::imports::claims::{Claim, Doubt, Proof};
use crate::model::ids::FileId;
use crate::model::project::Bringer;
use crate::model::resolve::Evidence;
use crate::workspace::Workspace;
use pinlens_facts::knowledge::needs;
use pinlens_facts::words::codes::{Code, Severity};

/// Finds the imports among `imports` that only other requirements satisfy.
pub(super) fn check(ws: &Workspace, file: FileId, imports: &[Import], findings: &mut Findings) {
    let mut told = Vec::new();
    for import in imports {
        let Some(missing) = undeclared_import::missing(ws, file, import) else { continue };
        let Some(bringer) = bringer(ws, file, &missing) else { continue };
        // where the code goes on without it, coming by another's need is as good as any
        let key = (import.range, missing.best.clone());
        if !import.is_optional && !told.contains(&key) {
            told.push(key);
            let proof = Proof::of(ws, file, import, Some(missing.providers));
            let proof = proof.with(needs::are_inseparable(&bringer.by, missing.best).then_some(Doubt::Inseparable));
            let Some(severity) = proof.severity(Claim::Transitive) else { continue };
            findings.add(diagnostic(import, &missing, &bringer, severity), &import.statement.ignores);
        }
    }
}

/// Which declared requirement installs what an import is missing: as the environment or a lock file tells, or else the tables.
pub(crate) fn bringer(ws: &Workspace, file: FileId, missing: &Missing) -> Option<Bringer> {
    if missing.providers.evidence < Evidence::Catalog {
        return None;
    }
    let project = &ws.projects().all[ws.project_of(file)];
    let is_for_development = undeclared_import::is_for_development(ws, file, project);
    let mut bringers = missing.providers.candidates.iter().filter_map(|candidate| project.brought.get(candidate));
    // what only developers install brings nothing to the application
    let found = bringers.find(|bringer| is_for_development || bringer.is_for_runtime).cloned();
    found.or_else(|| {
        let by = undeclared_import::known_bringer(ws, file, missing.best)?;
        Some(Bringer { by, told_by: "the metadata of its newest release".into(), is_for_runtime: true })
    })
}

fn diagnostic(import: &Import, missing: &Missing, bringer: &Bringer, severity: Severity) -> Diagnostic {
    let module = undeclared_import::module_of(import, missing.providers);
    let best = missing.best;
    Diagnostic {
        code: Code::TransitiveImport,
        severity,
        range: import.range,
        message: format!(
            "`{module}` needs the distribution {best} ({}), which is here only because {} needs it, by {}: the import fails when {} does without it. Require {best} itself.",
            missing.providers.because, bringer.by, bringer.told_by, bringer.by
        ),
        module: Some(module),
        distribution: Some(best.clone()),
        related: Vec::new(),
        unnecessary: false,
    }
}
