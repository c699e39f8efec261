//! `invalid-requirement`: a line that pip would refuse, at the exact place.

use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::finding::Diagnostic;
use crate::model::ids::FileId;
use pinlens_facts::requirements::{Requirement, RequirementsFacts};
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextRange;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::InvalidRequirement,
    summary: "pip would refuse a line of a requirements file.",
    check: Check::Text(check),
    fixes: None,
};

/// Reports every syntax error of the file.
fn check(_: &Analysis, _: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    for error in &facts.errors {
        let diagnostic = Diagnostic::new(Code::InvalidRequirement, error.range, error.message.clone())
            .distribution(name_at(facts, error.range));
        findings.add(diagnostic, &error.ignores);
    }
}

/// The distribution of the requirement on whose line something is wrong, where its name could be read; or the one whose name stands there.
fn name_at(facts: &RequirementsFacts, range: TextRange) -> Option<DistributionName> {
    let on_line = |one: &&Requirement| one.line_range.indices().contains(&(range.start as usize));
    let written = DistributionName::new(facts.text.get(range.indices()).unwrap_or_default());
    let found = facts.requirements.iter().find(on_line);
    found.or_else(|| facts.requirements.iter().find(|one| one.name.as_ref() == Some(&written)))?.name.clone()
}
