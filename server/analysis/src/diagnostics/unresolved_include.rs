//! `unresolved-include`: a `-r` or `-c` whose target is missing, or that comes back to the file itself.

use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::finding::Diagnostic;
use crate::model::ids::FileId;
use crate::model::project::DEEPEST_INCLUDE;
use crate::model::project::includes::reaches;
use pinlens_facts::facts::UnreadReason;
use pinlens_facts::requirements::{Include, IncludeKind, RequirementsFacts};
use pinlens_facts::words::codes::{Code, Severity};

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::UnresolvedInclude,
    summary: "A file that -r or -c names is missing, or includes itself.",
    check: Check::Requirements(check),
    fixes: None,
};

/// Finds the broken includes of a requirements file.
fn check(ws: &Analysis, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    for include in &facts.includes {
        let Some((severity, message)) = broken(ws, file, include) else { continue };
        let diagnostic = Diagnostic::new(Code::UnresolvedInclude, include.target_range, message).severity(severity);
        findings.add(diagnostic, &include.ignores);
    }
}

/// What is wrong with an include. One from a URL is not ours to judge, nor one whose path holds a variable. What is there and
/// could not be read may be right for pip.
fn broken(ws: &Analysis, file: FileId, include: &Include) -> Option<(Severity, String)> {
    if include.target.contains("://") || include.target.contains("${") {
        return None;
    }
    let path = ws.path(file).sibling(&include.target);
    let option = match include.kind {
        IncludeKind::Requirements => "-r",
        IncludeKind::Constraints => "-c",
    };
    if ws.projects().is_too_deep(file) {
        let message = format!(
            "`{option} {}` is not read, so what it requires is unknown: lists include each other more than {DEEPEST_INCLUDE} deep\ninclude it further up",
            include.target
        );
        return Some((Severity::Warning, message));
    }
    let Some((target, facts)) = ws.file(&path).and_then(|file| Some((file, ws.facts(file)?))) else {
        let message = format!(
            "there is no file {}: pip stops at this line\nthe path counts from the folder of this file",
            ws.shown(&path)
        );
        return Some((Severity::Error, message));
    };
    if let Some(reason) = facts.unread_reason() {
        return Some((Severity::Warning, unread(option, &include.target, reason)));
    }
    let is_cycle = include.kind == IncludeKind::Requirements
        && ws.projects().may_be_cyclic(file)
        && (target == file || reaches(ws, target, file));
    is_cycle.then(|| {
        let message = format!("`{option} {}` comes back to this file: pip refuses a cycle", include.target);
        (Severity::Error, message)
    })
}

/// What is reported of an include whose file is there and is not read. Nothing of its content is in it.
fn unread(option: &str, target: &str, reason: &UnreadReason) -> String {
    let advice = match reason {
        UnreadReason::Outside => "move the file into the repository, or open the folder that holds both",
        UnreadReason::Failed(_) => "make the file readable",
    };
    format!("`{option} {target}` is not read, so what it requires is unknown: {reason}\n{advice}")
}
