//! Comments that give the reason for a requirement.

use pinlens_facts::requirements::{Requirement, RequirementsFacts};
use pinlens_facts::words::names::DistributionName;

/// Whether the comment at the end of the line says why the requirement is there.
pub(super) fn is_explained(facts: &RequirementsFacts, requirement: &Requirement) -> bool {
    let rest = facts.text.get(requirement.range.end as usize..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default();
    let behind = line.split_once('#').map(|(_, comment)| comment);
    let above = || comment_of_one(&facts.text, requirement).map(without_heading);
    behind.is_some_and(explains)
        || behind.is_none() && above().is_some_and(|above| explains(&above))
        || behind.is_none() && reason_above(facts, requirement)
        || is_spoken_of(facts, requirement)
}

/// Whether the line above is a comment that says for what the requirement below is needed, though others follow: `# needed for the scheduler`.
fn reason_above(facts: &RequirementsFacts, requirement: &Requirement) -> bool {
    let before = facts.text.get(..requirement.line_range.start as usize).unwrap_or_default();
    let comment = before.lines().next_back().and_then(|line| line.trim_start().strip_prefix('#'));
    let says = ["needed by ", "needed for ", "required by ", "used by ", "dependency of "];
    comment.is_some_and(|comment| says.iter().any(|word| comment.to_ascii_lowercase().contains(word)))
}

/// How many lines of a comment are read. In the block of a script every line is one.
const MOST_COMMENT_LINES: usize = 12;

/// Whether the comment right above names the requirement and gives a reason. A heading gives none: `# Celery task queue`.
fn is_spoken_of(facts: &RequirementsFacts, requirement: &Requirement) -> bool {
    let before = facts.text.get(..requirement.line_range.start as usize).unwrap_or_default();
    let above = before.lines().rev().take(MOST_COMMENT_LINES);
    let comments: Vec<&str> = above.map_while(|line| line.trim_start().strip_prefix('#')).collect();
    let mut words = comments.iter().flat_map(|comment| comment.split_whitespace());
    let names = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        requirement.name.as_ref() == Some(&DistributionName::new(bare))
    };
    let reasons = ["workaround", "work around", "because", "due to", "otherwise", "until", "bug"];
    let gives_reason = |comment: &&str| {
        let comment = without_heading(comment);
        reasons.iter().any(|reason| comment.contains(reason)) || explains(&comment)
    };
    words.any(names) && comments.iter().any(gives_reason)
}

/// The comment above without what a heading calls those below it: `# Test requirements` gives no reason.
fn without_heading(comment: &str) -> String {
    comment.to_ascii_lowercase().replace("requirements", "").replace("dependencies", "")
}

/// The comment in the line above, where it stands over this one requirement: over several it is a heading.
fn comment_of_one<'a>(text: &'a str, requirement: &Requirement) -> Option<&'a str> {
    let (before, after) =
        (text.get(..requirement.line_range.start as usize)?, text.get(requirement.line_range.end as usize..)?);
    let above = before.trim_end_matches(['\n', '\r']).rsplit('\n').next()?;
    let is_alone = after
        .lines()
        .next()
        .is_none_or(|next| !next.trim_start().starts_with(|c: char| c.is_ascii_alphanumeric() || c == '"'));
    let comment = above.trim_start().strip_prefix('#')?;
    // `    # via flask` is of the requirement above
    let indent = |line: &str| line.len() - line.trim_start().len();
    let is_beside = indent(above) == text.get(requirement.line_range.start as usize..).map_or(0, indent);
    (is_alone && is_beside).then_some(comment)
}

fn explains(comment: &str) -> bool {
    let comment = comment.trim().to_ascii_lowercase();
    // of itself: `# via -r requirements.in`
    if comment.strip_prefix("via ").is_some_and(|by| !by.trim_start().starts_with('-')) {
        return true;
    }
    let words =
        ["depend", "require", "needed", "needs", "used by", "used for", "plugin", "transitive", "pinned", "security"];
    words.iter().any(|word| comment.contains(word))
}
