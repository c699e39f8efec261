//! `invalid-requirement`: a line that pip would refuse, at the exact place.

use super::{Diagnostic, Findings};
use pinlens_facts::requirements::RequirementsFacts;
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextRange;

/// Tells every syntax error of the file.
pub(super) fn check(facts: &RequirementsFacts, findings: &mut Findings) {
    for error in &facts.errors {
        let diagnostic = Diagnostic {
            code: Code::InvalidRequirement,
            severity: Severity::Error,
            range: error.range,
            message: error.message.clone(),
            module: None,
            distribution: name_at(facts, error.range),
            related: Vec::new(),
            unnecessary: false,
        };
        findings.add(diagnostic, &error.ignores);
    }
}

/// The distribution of the requirement on whose line something is wrong, where its name could be read.
fn name_at(facts: &RequirementsFacts, range: TextRange) -> Option<DistributionName> {
    let at = facts
        .requirements
        .iter()
        .find(|requirement| requirement.line_range.indices().contains(&(range.start as usize)))?;
    at.name.clone()
}
