//! `stale-compiled-requirements`: a name of an `.in` file is missing in the file that is compiled from it.
//!
//! What is deployed is the compiled file: the requirement is written down, and still not installed.

use super::{Diagnostic, Findings, Related, duplicate_requirement};
use crate::fixes::{Fix, SourceEdit};
use crate::model::ids::FileId;
use crate::model::project;
use crate::workspace::Workspace;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{RequirementsFacts, Source};
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::text::TextRange;

/// Finds the requirements of an `.in` file that its compiled file lacks.
pub(super) fn check(ws: &Workspace, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    let Some(compiled) = compiled_of(ws, file) else { return };
    let Some(FileFacts::Requirements(compiled_facts)) = ws.facts(compiled) else { return };
    let own = compiled_facts.requirements.iter().filter_map(|requirement| requirement.name.as_ref());
    let included = duplicate_requirement::included(ws, compiled);
    let locked: Vec<&DistributionName> =
        own.chain(included.iter().filter_map(|place| place.requirement.name.as_ref())).collect();
    for requirement in facts.requirements.iter().filter(|requirement| requirement.source != Source::Path) {
        let Some(name) = requirement.name.as_ref().filter(|name| !locked.contains(name)) else { continue };
        let (source, target) = (ws.path(file), ws.path(compiled));
        let diagnostic = Diagnostic {
            code: Code::StaleCompiledRequirements,
            severity: Severity::Warning,
            range: requirement.range,
            message: format!(
                "{name} is not in {target}, which is compiled from this file and is what gets installed. Compile it again: `{}`.",
                command(compiled_facts, source, target)
            ),
            module: None,
            distribution: Some(name.clone()),
            related: vec![Related {
                file: compiled,
                range: TextRange::new(0, 0),
                message: format!("the compiled file, without {name}"),
            }],
            unnecessary: false,
        };
        findings.add(diagnostic, &requirement.ignores);
    }
}

/// The compiled file of a source: the `.txt` of its name, if a tool made it from there.
pub(crate) fn compiled_of(ws: &Workspace, source: FileId) -> Option<FileId> {
    let stem = ws.path(source).as_str().strip_suffix(".in")?;
    let compiled = ws.file(&FilePath::new(&format!("{stem}.txt")))?;
    (project::source_of(ws, compiled) == Some(source)).then_some(compiled)
}

/// The command that the head of the compiled file names, else the one of the tool that made it.
pub(crate) fn command(facts: &RequirementsFacts, source: &FilePath, target: &FilePath) -> String {
    let comments = facts.text.lines().take(12).filter_map(|line| line.strip_prefix('#')).map(str::trim);
    let tools = ["pip-compile", "uv pip compile", "pipx run", "python -m piptools"];
    let written = comments.into_iter().find(|line| tools.iter().any(|tool| line.starts_with(tool)));
    written.map_or_else(|| format!("pip-compile --output-file={target} {source}"), str::to_owned)
}

/// The command that compiles it again, to be seen: pinlens runs no tool of the workspace by itself.
pub(super) fn fixes(ws: &Workspace, file: FileId, _: &Diagnostic) -> Vec<Fix> {
    let Some(compiled) = compiled_of(ws, file) else { return Vec::new() };
    let Some(FileFacts::Requirements(facts)) = ws.facts(compiled) else { return Vec::new() };
    let title = format!("Compile {} again: `{}`", ws.path(compiled), command(facts, ws.path(file), ws.path(compiled)));
    let reason = "pinlens runs no tool by itself: run the command in a terminal".to_owned();
    vec![Fix { disabled: Some(reason), ..Fix::safe(title, SourceEdit::default()) }]
}
