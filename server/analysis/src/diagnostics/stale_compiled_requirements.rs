//! `stale-compiled-requirements`: a name of an `.in` file is missing in the file that is compiled from it.
//!
//! What is deployed is the compiled file: the requirement is written down, and still not installed.

use super::pass::FixPass;
use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::finding::{Diagnostic, Indexed, Related};
use crate::fixes::{Fix, SourceEdit};
use crate::model::ids::FileId;
use crate::model::project::compiled::{command, compiled_of};
use crate::model::project::includes::included;
use crate::wording;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{RequirementsFacts, Source};
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::markers;
use pinlens_facts::words::names::{DistributionName, PythonVersion};
use pinlens_facts::words::text::TextRange;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::StaleCompiledRequirements,
    summary: "A compiled requirements file lacks a name of its source.",
    check: Check::Requirements(check),
    fixes: Some(fixes),
};

/// Finds the requirements of an `.in` file that its compiled file lacks.
fn check(ws: &Analysis, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    let Some(compiled) = compiled_of(ws.model(), file) else { return };
    let Some(FileFacts::Requirements(compiled_facts)) = ws.facts(compiled) else { return };
    let own = compiled_facts.requirements.iter().filter_map(|requirement| requirement.name.as_ref());
    let included = included(ws, compiled);
    let locked: Vec<&DistributionName> =
        own.chain(included.iter().filter_map(|place| place.requirement.name.as_ref())).collect();
    let ran_with = python_of(compiled_facts);
    let is_compiled = |one: &Indexed| {
        let target = markers::Target { python: ran_with.or(ws.marker_target().python), ..ws.marker_target() };
        let holds = one.marker.as_ref().is_none_or(|marker| markers::holds(&marker.text, target) != Some(false));
        one.source != Source::Path && holds && !one.name.as_ref().is_some_and(|name| is_left_out(compiled_facts, name))
    };
    for requirement in Indexed::sound(facts).filter(is_compiled) {
        let Some(name) = requirement.name.as_ref().filter(|name| !locked.contains(name)) else { continue };
        let (source, target) = (ws.path(file), ws.path(compiled));
        let diagnostic = Diagnostic::of_requirement(
            Code::StaleCompiledRequirements,
            requirement,
            wording::message(
                format!("`{name}` is not in {}, which is compiled from this file", ws.shown(target)),
                [format!("compile it again: `{}`", command(compiled_facts, source, target))],
            ),
        )
        .related(vec![Related::new(compiled, TextRange::new(0, 0), "the compiled file".to_owned())]);
        findings.add(diagnostic, &requirement.ignores);
    }
}

/// The Python that the compiling tool ran with, as the head of its file says: what a marker rules out for that one is not there.
fn python_of(compiled: &RequirementsFacts) -> Option<PythonVersion> {
    let head = compiled.text.lines().take_while(|line| line.starts_with('#'));
    let marks = ["with Python ", "with python ", "--python-version ", "--python-version=", "-p "];
    let behind = head.flat_map(|line| marks.into_iter().filter_map(move |mark| Some(line.split_once(mark)?.1.trim())));
    behind.filter_map(|rest| rest.split_whitespace().next()).find_map(PythonVersion::parse)
}

/// Whether pip-compile leaves the distribution out, unless it is reported otherwise: what installs others is no requirement of theirs.
fn is_left_out(compiled: &RequirementsFacts, name: &DistributionName) -> bool {
    let by_pip_compile =
        compiled.text.lines().take(12).any(|line| line.starts_with('#') && line.contains("pip-compile"));
    by_pip_compile && matches!(name.as_str(), "pip" | "setuptools" | "distribute")
}

/// The command that compiles it again, to be seen: pinlens runs no tool of the workspace by itself.
fn fixes(pass: &mut FixPass, _: &Diagnostic) -> Vec<Fix> {
    let (ws, file) = (pass.ws, pass.file);
    let Some(compiled) = compiled_of(ws.model(), file) else { return Vec::new() };
    let Some(FileFacts::Requirements(facts)) = ws.facts(compiled) else { return Vec::new() };
    let title = format!("Compile {} again: `{}`", ws.path(compiled), command(facts, ws.path(file), ws.path(compiled)));
    let reason = "pinlens runs no tool by itself: run the command in a terminal".to_owned();
    vec![Fix { disabled: Some(reason), ..Fix::safe(title, SourceEdit::default()) }]
}
