//! `stale-compiled-requirements`: a name of an `.in` file is missing in the file that is compiled from it.
//!
//! What is deployed is the compiled file: the requirement is written down, and still not installed.

use super::{Check, Findings, FixPass, Rule};
use crate::finding::{Diagnostic, Indexed, Related};
use crate::fixes::{Fix, SourceEdit};
use crate::model::ids::FileId;
use crate::model::project::compiled::{command, compiled_of};
use crate::model::project::includes::included;
use crate::model::store::Model;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{RequirementsFacts, Source};
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextRange;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::StaleCompiledRequirements,
    summary: "A compiled requirements file lacks a name of its source.",
    check: Check::Requirements(check),
    fixes: Some(fixes),
};

/// Finds the requirements of an `.in` file that its compiled file lacks.
fn check(ws: &Model, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    let Some(compiled) = compiled_of(ws, file) else { return };
    let Some(FileFacts::Requirements(compiled_facts)) = ws.facts(compiled) else { return };
    let own = compiled_facts.requirements.iter().filter_map(|requirement| requirement.name.as_ref());
    let included = included(ws, compiled);
    let locked: Vec<&DistributionName> =
        own.chain(included.iter().filter_map(|place| place.requirement.name.as_ref())).collect();
    for requirement in Indexed::all(facts).filter(|requirement| requirement.source != Source::Path) {
        let Some(name) = requirement.name.as_ref().filter(|name| !locked.contains(name)) else { continue };
        let (source, target) = (ws.path(file), ws.path(compiled));
        let diagnostic = Diagnostic::of_requirement(Code::StaleCompiledRequirements, requirement, format!(
                "{name} is not in {target}, which is compiled from this file and is what gets installed. Compile it again: `{}`.",
                command(compiled_facts, source, target)
            )).related(vec![Related::new(compiled, TextRange::new(0, 0), format!("the compiled file, without {name}"))]);
        findings.add(diagnostic, &requirement.ignores);
    }
}

/// The command that compiles it again, to be seen: pinlens runs no tool of the workspace by itself.
fn fixes(pass: &mut FixPass, _: &Diagnostic) -> Vec<Fix> {
    let (ws, file) = (pass.ws, pass.file);
    let Some(compiled) = compiled_of(ws, file) else { return Vec::new() };
    let Some(FileFacts::Requirements(facts)) = ws.facts(compiled) else { return Vec::new() };
    let title = format!("Compile {} again: `{}`", ws.path(compiled), command(facts, ws.path(file), ws.path(compiled)));
    let reason = "pinlens runs no tool by itself: run the command in a terminal".to_owned();
    vec![Fix { disabled: Some(reason), ..Fix::safe(title, SourceEdit::default()) }]
}
