//! `unused-ignore`: a comment or a setting that silences nothing. It hides the next real finding of its place.
//!
//! A comment is only reported where it is known that nothing could be found there
//! - on an import: every module of the statement is provided by a declared requirement, on every platform and without a condition, or the
//!   code named is one that no import can have;
//! - on a requirement: code imports it, and the code named is none that another environment may bring about.
//!
//! A comment for another tool (`# deptry: ignore`), and one that says why a requirement is kept, are left alone. So are settings that
//! are a policy (`ignore`, `severity`): a setting is only reported where nothing in the workspace has the name that it gives.

mod live;

use super::pass::FixPass;
use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::config::entries::{self, Entry, Kind};
use crate::config::{PathPattern, is_meant};
use crate::finding::Diagnostic;
use crate::fixes::{Fix, change, idle};
use crate::imports::{self, Import, Target, verdict};
use crate::model::ids::FileId;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::manifest::SettingsFacts;
use pinlens_facts::python::PythonFacts;
use pinlens_facts::requirements::{Group, Requirement, RequirementsFacts};
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::roles::Role;
use pinlens_facts::words::suppress::Ignores;
use pinlens_facts::words::text::{TextEdit, TextRange};

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::UnusedIgnore,
    summary: "A comment or setting silences nothing.",
    check: Check::Silencers(check),
    fixes: Some(fixes),
};

/// The codes that an import can have.
const OF_IMPORTS: [Code; 6] = [
    Code::UndeclaredImport,
    Code::UnresolvedImport,
    Code::TransitiveImport,
    Code::DevOnlyImport,
    Code::RemovedStdlibModule,
    Code::ShadowedModule,
];

/// The codes that anything on a line of code can have.
const OF_LINES: [Code; 2] = [Code::UndeclaredUse, Code::UnusedIgnore];

/// The codes of a requirement that depend on more than the files: on what is installed where.
const OF_ENVIRONMENTS: [Code; 2] = [Code::VersionMismatch, Code::NotInstalled];

/// Finds the comments of a file that silence nothing, once all else was looked for, and the settings that name nothing.
fn check(ws: &Analysis, file: FileId, imports: Option<&[Import]>, findings: &mut Findings) {
    let mut found: Vec<(TextRange, String)> = Vec::new();
    if let Some(FileFacts::Python(facts)) = ws.facts(file) {
        found.extend(of_imports(ws, file, facts, imports, findings));
    }
    if let Some(facts) = ws.facts(file).and_then(FileFacts::declarations) {
        found.extend(of_requirements(ws, file, facts, findings));
    }
    if let Some(FileFacts::Settings(settings)) = ws.facts(file) {
        found.extend(of_settings(ws, file, settings));
    }
    for (range, message) in found {
        findings.add(Diagnostic::new(Code::UnusedIgnore, range, message).unnecessary(), &Ignores::None);
    }
}

/// What comments on imports silence nothing. `imports` are those of the file, where any of them may be reported.
fn of_imports(
    ws: &Analysis,
    file: FileId,
    facts: &PythonFacts,
    imports: Option<&[Import]>,
    findings: &Findings,
) -> Vec<(TextRange, String)> {
    let mut marked = facts.imports.iter().enumerate().filter(|(_, one)| one.ignores != Ignores::None).peekable();
    if marked.peek().is_none() {
        return Vec::new();
    }
    // of a file whose imports are all provided nobody has looked them up yet
    let settled = if imports.is_none() { imports::settled(ws, file, facts) } else { Vec::new() };
    let imports = imports.unwrap_or(&settled);
    let idle = marked.filter_map(|(index, statement)| {
        let mut own = imports.iter().filter(|import| import.index == index).peekable();
        let is_provided = own.peek().is_some() && own.all(|import| is_provided(ws, file, import));
        of_comment(&statement.ignores, statement.range(), findings, |code| {
            is_provided || !OF_IMPORTS.contains(&code) && !OF_LINES.contains(&code)
        })
        .filter(|_| is_provided || statement.ignores != Ignores::All)
    });
    idle.collect()
}

/// Whether a declared requirement provides an import wherever the code runs, so that nothing could be found of it.
fn is_provided(ws: &Analysis, file: FileId, import: &Import) -> bool {
    let context = &import.statement.context;
    let Target::Outside { .. } = import.target else { return false };
    let Some(name) = ws.index().id(&import.name) else { return false };
    let project = ws.project_of(file);
    let satisfying = ws.index().satisfying(project, name);
    let roles = &ws.projects().all[project].roles;
    context.conditions.is_empty()
        && context.alternative.is_none()
        && !import.is_optional
        && !verdict::is_for_tests_alone(ws, file, satisfying)
        && satisfying.iter().any(|name| roles.get(name) == Some(&Role::Runtime))
}

/// What of a comment silences nothing: the whole of it, or some of its codes. `may_be_judged`: of which codes that is known.
fn of_comment(
    ignores: &Ignores,
    range: TextRange,
    findings: &Findings,
    may_be_judged: impl Fn(Code) -> bool,
) -> Option<(TextRange, String)> {
    let codes = match ignores {
        Ignores::None | Ignores::Lasting(_) => return None,
        Ignores::All => {
            let message = "this `pinlens: ignore` silences nothing".to_owned();
            return (!findings.was_silenced(ignores, None)).then_some((range, message));
        }
        Ignores::Codes(codes) => codes,
    };
    let known = codes.iter().filter_map(|code| Code::parse(code));
    let idle: Vec<&str> = known
        .filter(|code| may_be_judged(*code) && !findings.was_silenced(ignores, Some(*code)))
        .map(Code::as_str)
        .collect();
    (!idle.is_empty()).then(|| (range, format!("`pinlens: ignore[{}]` silences nothing here", idle.join(", "))))
}

fn of_requirements(
    ws: &Analysis,
    file: FileId,
    facts: &RequirementsFacts,
    findings: &Findings,
) -> Vec<(TextRange, String)> {
    let users = ws.projects().users(file);
    if users.is_empty() || ws.projects().is_constraints(file, ws.path(file)) {
        return Vec::new();
    }
    let marked = facts.requirements.iter().filter(|one| one.ignores != Ignores::None && facts.is_sound(one));
    let is_imported = |one: &Requirement| {
        let name = one.name.as_ref();
        name.is_some_and(|name| users.iter().any(|project| ws.index().is_used(*project, name)))
    };
    let is_plain = |one: &&Requirement| {
        !matches!(one.group, Group::Build | Group::Constraint) && one.marker.is_none() && is_imported(one)
    };
    let idle = marked.filter(is_plain).filter_map(|one| {
        of_comment(&one.ignores, one.range, findings, |code| {
            !OF_IMPORTS.contains(&code) && !OF_ENVIRONMENTS.contains(&code) && code != Code::UnpinnedRequirement
        })
    });
    idle.collect()
}

/// What a settings file in force says of names that nothing has.
fn of_settings(ws: &Analysis, file: FileId, facts: &SettingsFacts) -> Vec<(TextRange, String)> {
    let entries = entries_of(ws, file, facts).into_iter();
    entries.filter_map(|entry| Some((entry.range, idle(ws, &entry)?))).collect()
}

fn entries_of(ws: &Analysis, file: FileId, facts: &SettingsFacts) -> Vec<Entry> {
    let path = ws.path(file);
    let is_hidden = path.file_name() == "pyproject.toml"
        && ws.file(&FilePath::new("pinlens.toml")).is_some_and(|own| ws.facts(own).is_some());
    if !path.folder().is_empty() || is_hidden { Vec::new() } else { entries::read(path, facts) }
}

/// Why an entry does nothing; `None` where it may.
fn idle(ws: &Analysis, entry: &Entry) -> Option<String> {
    let text = &*entry.text;
    match entry.kind {
        Kind::Keep if !live::is_required(ws, text) => {
            Some(format!("no file requires `{text}`, so there is nothing to keep"))
        }
        Kind::Distribution if !live::distribution(ws, text) => {
            Some(format!("nothing requires or imports `{text}`: this override matches nothing"))
        }
        Kind::Module if !is_imported(ws, text) && !live::is_of_python(ws, text) => {
            Some(format!("no file imports `{text}`: this override matches nothing"))
        }
        Kind::Map if !is_imported(ws, text) => Some(format!("no file imports `{text}`, so there is nothing to map")),
        Kind::Path | Kind::Requirements if !matches_file(ws, text) => Some(format!("`{text}` matches no file")),
        Kind::DevGroup if !is_group(ws, text) => Some(format!("no group or extra is called `{text}`")),
        _ => None,
    }
}

/// Whether any file imports a module of that name, or inside it, or has one of its own: of its own it may lack a part.
fn is_imported(ws: &Analysis, pattern: &str) -> bool {
    let pattern = pattern.strip_suffix(".*").unwrap_or(pattern);
    let top = pattern.split('.').next().unwrap_or_default();
    pattern.starts_with('*')
        || ws.index().modules().any(|module| {
            let mut prefixes = module.prefixes();
            prefixes.any(|prefix| is_meant(pattern, prefix))
        })
        || ws.modules().has_folder(top)
        || has_own(ws, top)
}

/// Whether the workspace holds a module or package of that name, wherever it lies.
fn has_own(ws: &Analysis, top: &str) -> bool {
    ws.files_with_facts().any(|path| path.stem() == top || path.folder().split('/').any(|part| part == top))
}

fn matches_file(ws: &Analysis, text: &str) -> bool {
    PathPattern::new(text).map_or(true, |pattern| ws.files_with_facts().any(|path| pattern.matches(path)))
}

/// Whether a manifest has a group or an extra of that name; one without requirements is found by its word.
fn is_group(ws: &Analysis, name: &str) -> bool {
    let mut texts = ws.structure.manifests.iter().filter_map(|file| match ws.facts(*file)? {
        FileFacts::Settings(_) if ws.path(*file).file_name() == "pinlens.toml" => None,
        FileFacts::Settings(facts) => Some(without_settings(&facts.text, name)),
        facts => Some(facts.declarations()?.text.contains(name)),
    });
    texts.any(|is_there| is_there)
}

/// Whether the word stands in a text anywhere but in our own settings.
fn without_settings(text: &str, word: &str) -> bool {
    let mut is_ours = false;
    text.lines().any(|line| {
        if line.trim_start().starts_with('[') {
            is_ours = line.contains("tool.pinlens");
        }
        !is_ours && line.contains(word)
    })
}

/// Takes the entry out of the settings; a comment is taken out where the text of its file is at hand.
fn fixes(pass: &mut FixPass, diagnostic: &Diagnostic) -> Vec<Fix> {
    let (ws, file) = (pass.ws, pass.file);
    let facts = ws.facts(file);
    if let Some(FileFacts::Settings(settings)) = facts
        && let Some(entry) = entries_of(ws, file, settings).into_iter().find(|entry| entry.range == diagnostic.range)
    {
        let edit = TextEdit::delete(entry.whole);
        return vec![change::of_file(ws, file, format!("Remove {} from the settings", entry.text), vec![edit])];
    }
    let Some(text) = facts.and_then(FileFacts::declarations).map(|facts| &*facts.text) else { return Vec::new() };
    idle::comment(ws, file, diagnostic, text).into_iter().collect()
}
