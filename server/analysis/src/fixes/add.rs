//! Adding requirements: which distribution in which version, to which files.

use super::style::Style;
use super::version::{self, Pin};
use super::{Applicability, FileEdit, Fix, SourceEdit, lookup, manifest, marker, place, target};
use crate::config::FixStyle;
use crate::model::ids::FileId;
use crate::model::project::Project;
use crate::model::project::compiled;
use crate::model::store::Model;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{Format, Requirement, RequirementsFacts};
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::roles::Role;
use pinlens_facts::words::text::TextEdit;

/// A requirement to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// The distribution.
    pub name: DistributionName,
    /// Its name as its authors spell it, where something tells.
    pub display: Option<String>,
    /// The version to ask for, where one is known.
    pub pin: Option<Pin>,
    /// The marker, where it is needed on some targets only.
    pub marker: Option<String>,
    /// The hashes of its files: `sha256:…`.
    pub hashes: Vec<String>,
    /// The requirement as it was written elsewhere, to be taken over.
    pub verbatim: Option<String>,
}

impl Addition {
    /// The name alone.
    pub fn bare(name: &DistributionName) -> Self {
        Self { name: name.clone(), display: None, pin: None, marker: None, hashes: Vec::new(), verbatim: None }
    }

    /// `name` with the version that is known for the code at the path, and the marker under which its imports run.
    pub(crate) fn of(ws: &Model, at: &FilePath, name: &DistributionName) -> Self {
        Self {
            display: ws.environment().get(name).map(|installed| installed.display.clone()),
            pin: version::known(ws, at, name),
            marker: marker::of_imports(ws, at, name),
            ..Self::bare(name)
        }
    }
}

/// Adds `additions` to the file that fits the code at the path best: the first of [`fixes`].
pub(crate) fn fix(ws: &Model, at: &FilePath, additions: &[Addition]) -> Option<Fix> {
    fixes(ws, at, additions).into_iter().find(|fix| fix.disabled.is_none())
}

/// One fix for each file that the requirements may be added to, the best first; makes `requirements.txt` where none governs.
pub(crate) fn fixes(ws: &Model, at: &FilePath, additions: &[Addition]) -> Vec<Fix> {
    if additions.is_empty() {
        return Vec::new();
    }
    let id = ws.projects().of_path(at.as_str());
    let project = &ws.projects().all[id];
    let importers = additions.iter().flat_map(|addition| ws.index().importers(id, &addition.name));
    let role = target::role_for(project, importers.map(|file| ws.path(file)).chain([at]));
    let targets = target::targets(ws, id, role);
    if targets.is_empty() {
        return if project.governs() { Vec::new() } else { foundations(ws, at, project, role, additions) };
    }
    targets.into_iter().filter_map(|target| to_file(ws, at, target, role, additions)).collect()
}

/// Adds to one file, for the code at the path.
pub(crate) fn to_file(ws: &Model, at: &FilePath, target: FileId, role: Role, additions: &[Addition]) -> Option<Fix> {
    let facts = ws.facts(target).and_then(FileFacts::declarations)?;
    let path = ws.path(target).clone();
    let style = style_in(ws, &path, facts, role);
    let title = title(ws, target, &path, &style, additions);
    let lookup = lookup::of(at, &path, facts, &style, additions).map(Box::new);
    if facts.style.hashes && additions.iter().any(|addition| addition.hashes.is_empty() && addition.verbatim.is_none())
    {
        let reason = format!("{path} demands a hash of every line, and only the package index knows the hashes");
        return Some(Fix {
            disabled: Some(reason),
            preferred: true,
            lookup,
            ..Fix::safe(title, SourceEdit::default())
        });
    }
    let edits = match facts.format {
        Format::Requirements => place::insertions(facts, &style, role, additions),
        _ => manifest::insertions(&path, facts, &style, role, additions)?,
    };
    let edit = SourceEdit { files: vec![FileEdit { path, create: false, edits }] };
    let applicability = if facts.style.compiled { Applicability::Unsafe } else { Applicability::Safe };
    Some(Fix { applicability, preferred: true, lookup, ..Fix::safe(title, edit) })
}

/// How the file writes requirements for the role.
pub(super) fn style_in(ws: &Model, path: &FilePath, facts: &RequirementsFacts, role: Role) -> Style {
    let wanted = ws.config().fix_style;
    let neighbours: Vec<&Requirement> = match facts.format {
        Format::Requirements => facts.requirements.iter().collect(),
        _ => manifest::neighbours(path, facts, role),
    };
    let usual = match facts.format {
        // the source of a compiled file says what is wanted, and the tool pins it
        Format::Requirements if path.as_str().rsplit('.').next() == Some("in") => FixStyle::Bare,
        Format::Requirements | Format::Conda => FixStyle::Exact,
        Format::Pipfile => FixStyle::Bare,
        Format::Pyproject if manifest::is_rows(path, facts, role) => FixStyle::Caret,
        Format::Pyproject | Format::SetupCfg | Format::SetupPy | Format::Script => FixStyle::AtLeast,
    };
    Style::of(facts, &neighbours, wanted, usual)
}

/// `Add redis==5.0.1 to requirements.txt (as in uv.lock)`.
fn title(ws: &Model, target: FileId, path: &FilePath, style: &Style, additions: &[Addition]) -> String {
    let compile = match compiled::compiled_of(ws, target) {
        Some(compiled) => match ws.facts(compiled) {
            Some(FileFacts::Requirements(facts)) => {
                format!(", then compile again: `{}`", compiled::command(facts, path, ws.path(compiled)))
            }
            _ => String::new(),
        },
        None => String::new(),
    };
    format!("Add {} to {path}{}{compile}", what(style, additions), source(style, additions))
}

/// What is added: the requirement, or the number of several.
fn what(style: &Style, additions: &[Addition]) -> String {
    match additions {
        [only] => {
            let plain = Addition { hashes: Vec::new(), ..only.clone() };
            style.line(&plain, "\n")
        }
        _ => format!("{} requirements", additions.len()),
    }
}

/// Where the version comes from.
fn source(style: &Style, additions: &[Addition]) -> String {
    match additions {
        [Addition { verbatim: Some(_), .. }] => String::new(),
        [Addition { pin: None, .. }] => " (no version is known)".to_owned(),
        [Addition { pin: Some(pin), .. }] if style.operator != FixStyle::Bare => format!(" ({})", pin.told_by),
        [_] => " (without a version, as the others)".to_owned(),
        _ => String::new(),
    }
}

/// Where no requirement is declared at all: in the metadata of the project that has none yet, and a new requirements file.
/// Both change how the project is installed, so neither is made without asking.
fn foundations(ws: &Model, at: &FilePath, project: &Project, role: Role, additions: &[Addition]) -> Vec<Fix> {
    let name = "pyproject.toml";
    let path = if project.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", project.folder) };
    let metadata = ws.file(&FilePath::new(&path)).and_then(|file| to_file(ws, at, file, role, additions));
    let mut fixes: Vec<Fix> = metadata.into_iter().chain([creation(project, additions)]).collect();
    for (rank, fix) in fixes.iter_mut().enumerate() {
        fix.applicability = Applicability::Unsafe;
        fix.preferred = rank == 0;
    }
    fixes
}

/// Makes `requirements.txt` in the project's folder.
fn creation(project: &Project, additions: &[Addition]) -> Fix {
    let name = "requirements.txt";
    let path =
        FilePath::new(&if project.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", project.folder) });
    let empty = RequirementsFacts::new("", Format::Requirements);
    let style = Style::of(&empty, &[], None, FixStyle::Exact);
    let mut lines: Vec<String> = additions.iter().map(|addition| style.line(addition, "\n") + "\n").collect();
    lines.sort();
    let title = format!("Create {path} with {}{}", what(&style, additions), source(&style, additions));
    let edits = vec![TextEdit::insert(0, lines.concat())];
    let edit = SourceEdit { files: vec![FileEdit { path, create: true, edits }] };
    Fix { applicability: Applicability::Unsafe, preferred: true, ..Fix::safe(title, edit) }
}
