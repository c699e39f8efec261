//! `invalid-requirement`: a line that pip would refuse, at the exact place.

use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::finding::Diagnostic;
use crate::model::ids::FileId;
use crate::model::project::in_folder;
use pinlens_facts::requirements::{Format, Requirement, RequirementsFacts, Source};
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::{DistributionName, FilePath, lies_in};
use pinlens_facts::words::text::TextRange;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::InvalidRequirement,
    summary: "pip would refuse a line of a requirements file.",
    check: Check::Text(check),
    fixes: None,
};

/// Reports every syntax error of the file, and the paths of which it is known that no project is there.
fn check(ws: &Analysis, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    for requirement in
        facts.requirements.iter().filter(|one| facts.format == Format::Requirements && facts.is_sound(one))
    {
        if let Some(message) = refused_path(ws, file, facts, requirement) {
            let diagnostic = Diagnostic::new(Code::InvalidRequirement, requirement.range, message);
            findings.add(diagnostic, &requirement.ignores);
        }
    }
    for error in &facts.errors {
        let diagnostic = Diagnostic::new(Code::InvalidRequirement, error.range, error.message.clone())
            .distribution(name_at(facts, error.range));
        findings.add(diagnostic, &error.ignores);
    }
}

/// Why pip refuses the folder of a requirement, counted from the list's own folder or from the top: it holds no project, or `-e` has a
/// bare name and there is no such folder.
fn refused_path(ws: &Analysis, file: FileId, facts: &RequirementsFacts, requirement: &Requirement) -> Option<String> {
    let written = facts.text.get(requirement.range.indices())?;
    let (option, path) = written.split_once([' ', '=', '\t']).unwrap_or(("", written));
    let is_editable = matches!(option, "-e" | "--editable");
    let path = if is_editable { path.trim() } else { written };
    let path = path.split(['[', ';', '#']).next().unwrap_or_default().trim();
    let is_plain =
        !path.contains(['$', ':', '\\', '@', '<', '>', '=', '~', '*', '"', '\'']) && !path.starts_with(['/', '-']);
    if requirement.source != Source::Path || !is_plain || path.is_empty() || path.contains("..") {
        return None;
    }
    let own = [ws.path(file).sibling(path), FilePath::new(path)];
    let has = |folder: &FilePath| {
        let folder = folder.as_str().trim_end_matches('/');
        ws.files_with_facts().any(|path| lies_in(path.folder(), folder))
    };
    let found: Vec<&FilePath> = own.iter().filter(|folder| has(folder)).collect();
    let is_project = |folder: &&FilePath| {
        let folder = folder.as_str().trim_end_matches(['/', '.']);
        // a path may be known though nothing is there any more
        let is_there = |path: &str| ws.file(&FilePath::new(path)).is_some_and(|file| ws.facts(file).is_some());
        ["pyproject.toml", "setup.py"].iter().any(|name| is_there(&in_folder(folder, name)))
    };
    if found.is_empty() {
        let is_bare = is_editable && !path.contains(['/', '.']);
        return is_bare.then(|| format!("`-e` wants a folder or an address: there is no folder `{path}`"));
    }
    (!found.iter().any(is_project))
        .then(|| format!("pip cannot install `{path}`: it holds no pyproject.toml or setup.py"))
}

/// The distribution of the requirement on whose line something is wrong, where its name could be read; or the one whose name stands there.
fn name_at(facts: &RequirementsFacts, range: TextRange) -> Option<DistributionName> {
    let on_line = |one: &&Requirement| one.line_range.indices().contains(&(range.start as usize));
    let written = DistributionName::new(facts.text.get(range.indices()).unwrap_or_default());
    let found = facts.requirements.iter().find(on_line);
    found.or_else(|| facts.requirements.iter().find(|one| one.name.as_ref() == Some(&written)))?.name.clone()
}
