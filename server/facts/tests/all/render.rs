//! Facts as compact text: one line a part, each range as the text that it covers.

use pinlens_facts::requirements::{Group, Include, Requirement, RequirementsFacts};
use pinlens_facts::words::text::TextRange;
use std::fmt::Write as _;

/// The whole of `facts`, indented.
pub fn facts(facts: &RequirementsFacts) -> String {
    let text = &*facts.text;
    let mut out = String::new();
    if facts.style.compiled || facts.style.hashes {
        let _ = writeln!(out, "    style compiled={} hashes={}", facts.style.compiled, facts.style.hashes);
    }
    for requirement in &facts.requirements {
        let _ = writeln!(out, "    {}", one(text, requirement));
    }
    for Include { kind, target, target_range, range, group, .. } in &facts.includes {
        let (target_range, range) = (cut(text, *target_range), cut(text, *range));
        let _ = writeln!(out, "    include {kind:?} {target} at {target_range} in {range}{}", for_whom(group));
    }
    for error in &facts.errors {
        let _ = writeln!(out, "    error {}: {}", cut(text, error.range), error.message);
    }
    for unknown in &facts.unknowns {
        let _ = writeln!(out, "    unknown {:?} {}", unknown.reason, cut(text, unknown.range));
    }
    out
}

fn one(text: &str, requirement: &Requirement) -> String {
    let name = requirement.name.as_ref().map_or("(nameless)", |name| name.as_str());
    let mut out = format!("{:?} {name} at {}", requirement.source, cut(text, requirement.name_range));
    for extra in &requirement.extras {
        let _ = write!(out, " extra={}", extra.text);
    }
    for (label, piece) in [("specifier", &requirement.specifier), ("marker", &requirement.marker)] {
        if let Some(piece) = piece {
            let _ = write!(out, " {label}={} at {}", piece.text, cut(text, piece.range));
        }
    }
    let _ = write!(out, " in {}", cut(text, requirement.range));
    if text[requirement.line_range.indices()].trim() != &text[requirement.range.indices()] {
        let _ = write!(out, " line {}", cut(text, requirement.line_range));
    }
    if let Some(comment) = requirement.comment {
        let _ = write!(out, " comment {} ignores {:?}", cut(text, comment), requirement.ignores);
    }
    if !requirement.via.is_empty() {
        let _ = write!(out, " via {:?}", requirement.via);
    }
    out + &for_whom(&requirement.group)
}

/// The group, where it is not known from the file.
fn for_whom(group: &Group) -> String {
    if *group == Group::File { String::new() } else { format!(" for {group:?}") }
}

fn cut(text: &str, range: TextRange) -> String {
    format!("{}:{:?}", range.start, text.get(range.indices()).unwrap_or("(not on a boundary)"))
}
