//! `unresolved-import`: nothing that is known for sure provides an imported module.
//!
//! Either the workspace has the package but not the module, or nothing outside is known to provide it. A distribution
//! whose name is alike is named as the guess that it is.

use super::missing::add_missing;
use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::deployments::unknown_image;
use crate::finding::Diagnostic;
use crate::imports::claims::{Claim, Proof};
use crate::imports::{Import, Target, verdict};
use crate::model::ids::FileId;
use crate::model::resolve::Providers;
use crate::wording;
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::ModuleName;
use pinlens_facts::words::text::TextRange;
use rustc_hash::FxHashSet;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::UnresolvedImport,
    summary: "Nothing that is known for sure provides an imported module.",
    check: Check::Imports(check),
    fixes: Some(add_missing),
};

/// Finds the unresolved imports among `imports`, those of `file`.
fn check(ws: &Analysis, file: FileId, imports: &[Import], findings: &mut Findings) {
    let mut reported: FxHashSet<TextRange> = FxHashSet::default();
    for import in imports {
        let Some((message, distribution)) = verdict::unresolved(ws, file, import) else { continue };
        if reported.contains(&import.range)
            || verdict::brought_alike(ws, file, import).is_some()
            || verdict::removed(ws, file, import).is_some()
        {
            continue;
        }
        reported.insert(import.range);
        // that the workspace's own package has no such part is to be seen, whatever is declared
        let proof = match import.target {
            Target::Missing(_) => Proof::of_context(ws, file, import),
            _ => Proof::of(ws, file, import, providers_of(ws, import)).with(unknown_image(ws, file)),
        };
        let Some(severity) = proof.severity(Claim::Unresolved) else { continue };
        let message = wording::message(message, proof.remarks());
        let diagnostic = Diagnostic::of_import(Code::UnresolvedImport, import, message)
            .severity(severity)
            .module(module_of(import))
            .distribution(distribution);
        findings.add(diagnostic, &import.statement.ignores);
    }
}

/// The dotted name without the dots of a relative import.
fn module_of(import: &Import) -> ModuleName {
    ModuleName::new(&import.name)
}

/// Who may provide what an import names, where anybody may.
fn providers_of<'a>(ws: &'a Analysis, import: &Import) -> Option<&'a Providers> {
    ws.index().providers(ws.index().id(&import.name)?)
}
