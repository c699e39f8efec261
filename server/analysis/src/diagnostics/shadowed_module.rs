//! `shadowed-module`: a module of the workspace hides the one that a requirement installs.

use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::finding::{Diagnostic, MOST_RELATED, Related};
use crate::imports::shadow::hidden;
use crate::imports::{Import, Target};
use crate::model::ids::FileId;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::{DistributionName, ModuleName};
use rustc_hash::FxHashSet;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::ShadowedModule,
    summary: "A module of the workspace hides the one that a requirement installs.",
    check: Check::Imports(check),
    fixes: None,
};

/// Finds the imports among `imports` that lead to a module of the workspace where a requirement installs one of that name.
/// Each module is reported once a file.
fn check(ws: &Analysis, file: FileId, imports: &[Import], findings: &mut Findings) {
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    for import in imports {
        let top = import.name.split('.').next().unwrap_or_default();
        if import.target != Target::FirstParty || import.statement.parsed.level > 0 || seen.contains(&top) {
            continue;
        }
        seen.insert(top);
        // the parts of one project often install into one package: `mlflow` and `mlflow-skinny`
        let is_own = |name: &DistributionName| ws.makes(&DistributionName::new(top)) || ws.makes_part_of(name);
        let Some(hidden) = hidden(ws, file, top).filter(|name| !is_own(name)) else { continue };
        let Some(place) = ws.nearest_module(file, top) else { continue };
        let diagnostic = Diagnostic::of_import(
            Code::ShadowedModule,
            import,
            format!("`{top}` is {place} of this project, which hides the required package {hidden}"),
        )
        .module(ModuleName::new(top))
        .distribution(Some(hidden.clone()))
        .related(declared_at(ws, file, &hidden));
        findings.add(diagnostic, &import.statement.ignores);
    }
}

fn declared_at(ws: &Analysis, file: FileId, name: &DistributionName) -> Vec<Related> {
    let ids = ws.projects().all[ws.project_of(file)].required.declared.get(name).into_iter().flatten();
    let related = ids.filter_map(|id| {
        let requirement = ws.facts(id.file).and_then(FileFacts::declarations)?.requirements.get(id.index)?;
        Some(Related::new(id.file, requirement.range, "required here".to_owned()))
    });
    related.take(MOST_RELATED).collect()
}
