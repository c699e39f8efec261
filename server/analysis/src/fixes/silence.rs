//! Correcting pinlens: to ignore a finding here or everywhere, or which distribution a module is of.
//!
//! These are a person's decisions; nothing takes them by itself.

use super::{Applicability, FileEdit, Fix, SourceEdit};
use super::{idle, script};
use crate::analysis::Analysis;
use crate::config::{self, Config};
use crate::finding::{Diagnostic, Subject};
use crate::model::ids::FileId;
use crate::model::project::in_folder;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::catalog;
use pinlens_facts::requirements::{Format, Source};
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::{DistributionName, FilePath, ModuleName, squash};
use pinlens_facts::words::roles;
use pinlens_facts::words::text::{TextEdit, apply_edits, line_ending};

/// All ways to answer a finding without mending it. `text` is the file's, where it is at hand and code.
pub(crate) fn choices(ws: &Analysis, file: FileId, found: &Diagnostic, text: Option<&str>) -> Vec<Fix> {
    // one finding for a whole file that may be right has nothing to be silenced at
    let is_of_many = found.code == Code::UnusedRequirement && !found.unnecessary;
    if found.code == Code::UnusedIgnore {
        let is_code = matches!(ws.facts(file), Some(FileFacts::Python(_)));
        return text.filter(|_| is_code).and_then(|text| idle::comment(ws, file, found, text)).into_iter().collect();
    }
    if found.code == Code::InvalidConfiguration || is_of_many {
        return Vec::new();
    }
    let name = found.distribution.as_ref().filter(|_| found.code == Code::UndeclaredImport);
    let of_script = text.zip(name).and_then(|(text, name)| script::offered(ws, file, text, name));
    let mut fixes: Vec<Fix> = of_script.into_iter().chain(maps(ws, file, found)).collect();
    fixes.extend(here(ws, file, found, text));
    fixes.extend(everywhere(ws, found, ws.path(file)));
    for fix in &mut fixes {
        fix.applicability = Applicability::Manual;
    }
    fixes
}

fn fix(title: String, path: FilePath, create: bool, edit: TextEdit) -> Fix {
    Fix::safe(title, SourceEdit { files: vec![FileEdit { path, create, edits: vec![edit] }] })
}

/// A comment at the end of the finding's line.
fn here(ws: &Analysis, file: FileId, found: &Diagnostic, text: Option<&str>) -> Option<Fix> {
    let path = ws.path(file).clone();
    let declares = ws.facts(file).and_then(FileFacts::declarations);
    let in_manifest = declares.filter(|_| matches!(found.subject, Subject::Requirement(_)));
    let takes_comments = match in_manifest.map(|facts| facts.format) {
        Some(Format::SetupCfg | Format::Script) => false,
        Some(_) => true,
        None => matches!(ws.facts(file)?, FileFacts::Python(_)),
    };
    let text = in_manifest.map(|facts| &*facts.text).or(text).filter(|_| takes_comments)?;
    let mut end = line_end(text, found.range.end as usize)?;
    // a backslash continues the line, and no comment may stand behind it
    while text.get(..end)?.ends_with('\\') {
        end = line_end(text, end + text.get(end..)?.find(|c| !matches!(c, '\n' | '\r'))?)?;
    }
    let start = text.get(..end)?.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let line = text.get(start..end)?;
    let code = found.code.as_str();
    let edit = match line.rfind("# pinlens: ignore[").and_then(|at| Some(start + at + line.get(at..)?.find(']')?)) {
        Some(bracket) => TextEdit::insert(bracket as u32, format!(", {code}")),
        None => TextEdit::insert(end as u32, format!("  # pinlens: ignore[{code}]")),
    };
    Some(fix(format!("Ignore {code} here (comment)"), path, false, edit))
}

/// The end of the line that holds `at`, without its break.
fn line_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    Some(at + rest.find(['\n', '\r']).unwrap_or(rest.len()))
}

/// The file of settings in `folder`, its text and what stands before its tables; one that is yet to be made where there is none.
fn settings(ws: &Analysis, folder: &str) -> (FilePath, String, &'static str, bool) {
    let at = |name: &str| FilePath::new(&in_folder(folder, name));
    let text = |path: &FilePath| match ws.facts(ws.file(path)?)? {
        FileFacts::Settings(facts) => Some(facts.text.to_string()),
        _ => None,
    };
    for (name, prefix) in [("pinlens.toml", ""), ("pyproject.toml", "tool.pinlens.")] {
        if let Some(text) = text(&at(name)) {
            return (at(name), text, prefix, false);
        }
    }
    (at("pinlens.toml"), String::new(), "", true)
}

/// Puts `lines` at the end of a text, with a blank line before them.
fn at_end(text: &str, lines: &[String]) -> TextEdit {
    let ending = line_ending(text);
    let content = text.trim_end();
    let gap = if content.trim_start_matches('\u{feff}').is_empty() { String::new() } else { ending.repeat(2) };
    let mut block = gap + &lines.join(ending);
    if !text.get(content.len()..).unwrap_or_default().contains(['\n', '\r']) {
        block += ending;
    }
    TextEdit::insert(content.len() as u32, block)
}

/// An override in the settings, for the finding's distribution or module.
fn everywhere(ws: &Analysis, found: &Diagnostic, path: &FilePath) -> Option<Fix> {
    let (key, name) = match (&found.distribution, &found.module) {
        (Some(distribution), _) => ("distributions", distribution.as_str()),
        (None, Some(module)) => ("modules", module.as_str()),
        (None, None) => return None,
    };
    let code = found.code.as_str();
    let (_, folder) = ws.config_at(path);
    let (settings, text, prefix, create) = settings(ws, folder);
    let lines = [
        format!("[[{prefix}overrides]]"),
        format!("codes = [\"{code}\"]"),
        format!("{key} = [\"{name}\"]"),
        "severity = \"off\"".to_owned(),
    ];
    let edit = at_end(&text, &lines);
    let (before, _) = Config::parse(&settings, &text);
    let (after, errors) = Config::parse(&settings, &apply_edits(&text, std::slice::from_ref(&edit)));
    let path = path.below(folder);
    let subject = config::Subject {
        code: found.code,
        path: &path,
        distribution: found.distribution.as_ref(),
        module: found.module.as_ref(),
    };
    // where overrides are written as a list, or come from another tool's table, the block would take their place
    let is_more = after.overrides.len() == before.overrides.len() + 1 && after.overrides.starts_with(&before.overrides);
    let works = errors.is_empty() && is_more && after.severity_of(subject, found.severity).is_none();
    let title = format!("Ignore {code} of {name} everywhere ({settings})");
    works.then(|| fix(title, settings, create, edit))
}

/// Maps a module that nothing is known to provide to each distribution that is required and whose modules nobody knows.
fn maps(ws: &Analysis, file: FileId, found: &Diagnostic) -> Vec<Fix> {
    let Some(module) = found.module.as_ref().filter(|_| found.code == Code::UnresolvedImport) else {
        return Vec::new();
    };
    let top = ModuleName::new(module.top());
    if top.as_str().is_empty() {
        return Vec::new();
    }
    // what only developers have is no answer to what deployed code imports
    let role = roles::role_of_code(ws.path(file), &ws.projects().all[ws.project_of(file)].folder);
    let mut names: Vec<DistributionName> = Vec::new();
    for id in ws.projects().with_parents(ws.project_of(file)) {
        let declared = ws.projects().all[id].lists.files.iter().filter_map(|file| ws.facts(*file)?.declarations());
        for one in declared.flat_map(|facts| &facts.requirements).filter(|one| one.source != Source::Path) {
            let Some(name) = &one.name else { continue };
            let is_known = catalog::knows_modules_of(name) || ws.environment().knows(name);
            let project = &ws.projects().all[id];
            let is_here = project.roles.get(name).is_some_and(|declared_for| *declared_for <= role);
            let is_stub = name.as_str().starts_with("types-") || name.as_str().ends_with("-stubs");
            if !is_known && is_here && !is_stub && !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    let is_alike = |name: &DistributionName| {
        let (name, module) = (squash(name.as_str()), squash(top.as_str()));
        name.contains(&module) || module.contains(&name)
    };
    names.sort_by_key(|name| !is_alike(name));
    names.iter().take(3).filter_map(|name| map(ws, &top, name)).collect()
}

fn map(ws: &Analysis, module: &ModuleName, name: &DistributionName) -> Option<Fix> {
    let (path, text, prefix, create) = settings(ws, "");
    let header = format!("[{prefix}map]");
    let row = format!("\"{module}\" = \"{name}\"");
    let found = text.match_indices(header.as_str()).find(|(at, _)| text[..*at].ends_with(['\n', '\r']) || *at == 0);
    let edit = match found {
        Some((at, _)) => TextEdit::insert(line_end(&text, at)? as u32, format!("{}{row}", line_ending(&text))),
        None => at_end(&text, &[header, row]),
    };
    let (config, errors) = Config::parse(&path, &apply_edits(&text, std::slice::from_ref(&edit)));
    let works = errors.is_empty() && config.map.get(module).is_some_and(|names| names.contains(name));
    works.then(|| fix(format!("Map `{module}` to {name} ({path})"), path, create, edit))
}
