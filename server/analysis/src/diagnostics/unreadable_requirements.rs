//! `unreadable-requirements`: all that an application requires is declared in a way that cannot be read, so that its imports are not
//! judged one by one.

use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::finding::Diagnostic;
use crate::model::ids::FileId;
use crate::model::project::Hidden;
use crate::wording;
use pinlens_facts::requirements::RequirementsFacts;
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::suppress::Ignores;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::UnreadableRequirements,
    summary: "All that an application requires is declared in a way that cannot be read.",
    check: Check::Requirements(check),
    fixes: None,
};

/// Reports the list of requirements in a manifest that cannot be read, where nothing else declares what the application needs.
fn check(ws: &Analysis, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    for &project in ws.projects().users(file) {
        let Some(hidden) = ws.hidden(project).filter(|hidden| hidden.project == project && hidden.file == file) else {
            continue;
        };
        let ignores = ignores_at(facts, hidden);
        findings.add(Diagnostic::new(Code::UnreadableRequirements, hidden.range, message(ws, hidden)), &ignores);
    }
}

fn message(ws: &Analysis, hidden: &Hidden) -> String {
    let mut names: Vec<&str> = ws.missing_behind(hidden).map(DistributionName::as_str).collect();
    names.sort_unstable();
    let shown = names.iter().take(3).copied().collect::<Vec<_>>().join(", ");
    let more = match names.len().saturating_sub(3) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    wording::message(
        format!("the requirements cannot be read: {}", hidden.why),
        [
            format!(
                "the code imports {} that no readable requirement declares: {shown}{more}",
                wording::counted(names.len(), "package")
            ),
            "write the names as literals, or in a requirements file".to_owned(),
        ],
    )
}

/// What a comment on the line of the place silences.
fn ignores_at(facts: &RequirementsFacts, hidden: &Hidden) -> Ignores {
    let rest = facts.text.get(hidden.range.end as usize..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default();
    line.find('#').and_then(|at| line.get(at..)).map(Ignores::of_comment).unwrap_or_default()
}
