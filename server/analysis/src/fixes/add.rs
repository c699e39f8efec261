//! Adding requirements: which distribution in which version, to which files.

pub use super::addition::Addition;

use super::fix::{Applicability, FileEdit, Fix, Lookup, SourceEdit};
use super::hosts::{self, Hosts};
use super::purpose::Purpose;
use super::style::Style;
use super::target::{self, Target};
use super::{importing, manifest, place, sources, version};
use crate::analysis::Analysis;
use crate::config::FixStyle;
use crate::imports;
use crate::model::ids::FileId;
use crate::model::project::{Project, ProjectId, compiled};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{Format, Group, Requirement, RequirementsFacts};
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::roles::holds_examples;
use pinlens_facts::words::text::TextEdit;
use pinlens_facts::words::workspaces::Manager;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;

/// Adds `additions` to the file that fits the code at the path best: the first of [`fixes`].
pub(crate) fn fix(ws: &Analysis, at: &FilePath, additions: &[Addition]) -> Option<Fix> {
    fixes(ws, at, additions).into_iter().find(|fix| fix.disabled.is_none())
}

/// One fix for each file that the requirements may be added to, the best first; makes `requirements.txt` where none applies.
pub(crate) fn fixes(ws: &Analysis, at: &FilePath, additions: &[Addition]) -> Vec<Fix> {
    let id = ws.projects().of_path(at.as_str());
    let importers = additions.iter().flat_map(|addition| ws.index().importers(id, &addition.name));
    let purpose = Purpose::of_code(&ws.projects().all[id], importers.map(|file| ws.path(file)).chain([at]));
    fixes_for(ws, at, &purpose, additions)
}

/// What a requirement is added for, by all code that imports what it provides: the extra, where only that brings it; the build, where
/// setup.py imports it.
pub(crate) fn purpose(ws: &Analysis, at: &FilePath, addition: &Addition) -> Purpose {
    let id = ws.projects().of_path(at.as_str());
    if ws.file(at).is_some_and(|file| ws.build_requirements(file).is_some()) {
        return Purpose::Build;
    }
    let purpose = if let Some(all) = importing::of(ws, at, &addition.name) {
        all.purpose.clone()
    } else {
        let importers = ws.index().importers(id, &addition.name);
        let paths = importers.iter().map(|file| ws.path(*file)).chain([at]);
        Purpose::of_code(&ws.projects().all[id], paths)
    };
    let extra = Some(&purpose).filter(|purpose| **purpose == Purpose::Application);
    extra.and_then(|_| extra_of(ws, id, &addition.name)).map_or(purpose, Purpose::Extra)
}

/// The extra that alone requests what brings the distribution, and whose requirements code imports: who does not request it has neither.
fn extra_of(ws: &Analysis, id: ProjectId, name: &DistributionName) -> Option<Box<str>> {
    let project = &ws.projects().all[id];
    let roots = project.roots_of(name);
    if !roots.iter().any(|root| ws.index().is_used(id, root)) {
        return None;
    }
    let mut groups = roots.into_iter().flat_map(|root| ws.written_for(id, root)).map(|(_, one)| &one.group);
    let Group::Extra(first) = groups.next()? else { return None };
    groups.all(|group| matches!(group, Group::Extra(_))).then(|| first.clone())
}

/// The same as [`fixes`], for a purpose that is known. What goes to a list that is for others is not safe.
pub(crate) fn fixes_for(ws: &Analysis, at: &FilePath, purpose: &Purpose, additions: &[Addition]) -> Vec<Fix> {
    if additions.is_empty() {
        return Vec::new();
    }
    let id = ws.projects().of_path(at.as_str());
    let project = &ws.projects().all[id];
    let targets = target::targets(ws, id, purpose);
    if targets.is_empty() {
        return if project.has_declarations() { Vec::new() } else { foundations(ws, at, project, purpose, additions) };
    }
    // the list of the code declares what else that imports, and what brings the distribution today
    let near = lists_of_imports(ws, id, at, purpose);
    let hosts: Vec<Hosts> = additions.iter().map(|one| Hosts::of(ws, id, &one.name)).collect();
    let weight = |target: &Target| {
        let holds = hosts.iter().filter(|hosts| hosts.are_in(ws, target.file, purpose)).count();
        (holds, near.get(&target.file).copied().unwrap_or_default())
    };
    let mut targets: Vec<Target> = targets.to_vec();
    targets.sort_by_key(|target| Reverse(weight(target)));
    let is_elsewhere = !near.is_empty() && targets.first().is_some_and(|first| weight(first) == (0, 0));
    let fix = |Target { file, fits }: Target| {
        let fix = to_file(ws, at, file, purpose, additions)?;
        let is_of_others = hosts.iter().any(|hosts| hosts.are_elsewhere(ws, file, purpose));
        let is_left_open = !fits || is_elsewhere || is_of_others;
        Some(if is_left_open {
            Fix { applicability: Applicability::Unsafe.max(fix.applicability), ..fix }
        } else {
            fix
        })
    };
    targets.into_iter().filter_map(fix).collect()
}

/// The lists of a project that declare what the file at the path imports, each with how many of these distributions; of those for the role
/// of the purpose alone: what tests import besides, the list of the application has.
fn lists_of_imports(ws: &Analysis, id: ProjectId, at: &FilePath, purpose: &Purpose) -> FxHashMap<FileId, usize> {
    let mut lists: FxHashMap<FileId, usize> = FxHashMap::default();
    let Some(file) = ws.file(at) else { return lists };
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return lists };
    let mut names: Vec<&DistributionName> = Vec::new();
    for import in imports::each(ws, at, facts) {
        let found = ws.index().id(&import.name).map(|name| ws.index().satisfying(id, name));
        names.extend(found.into_iter().flatten());
    }
    names.sort_unstable();
    names.dedup();
    for name in names {
        let projects = ws.projects().with_parents(id).map(|id| &ws.projects().all[id]);
        let mut files: Vec<FileId> = projects
            .flat_map(|project| project.required.declared.get(name).into_iter().flatten())
            .filter(|place| *purpose == Purpose::Scripts || hosts::role_at(ws, **place) == purpose.role())
            .map(|place| place.file)
            .collect();
        files.sort_unstable();
        files.dedup();
        for file in files {
            *lists.entry(file).or_default() += 1;
        }
    }
    lists
}

/// Adds to one file, for the code at the path.
pub(crate) fn to_file(
    ws: &Analysis,
    at: &FilePath,
    target: FileId,
    purpose: &Purpose,
    additions: &[Addition],
) -> Option<Fix> {
    let facts = ws.facts(target).and_then(FileFacts::declarations)?;
    let path = ws.path(target).clone();
    let additions = &additions.iter().map(|one| for_list(ws, one, target)).collect::<Vec<Addition>>()[..];
    let style = style_in(ws, &path, facts, purpose);
    let title = title(ws, target, &path, &style, additions);
    let lookup = lookup_of(at, &path, facts, &style, additions).map(Box::new);
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
    let mut edits = match facts.format {
        Format::Requirements => place::insertions(facts, &style, purpose.role(), additions),
        _ => manifest::insertions(&path, facts, &style, purpose, additions)?,
    };
    edits.extend(sources::edit(ws, &path, facts, additions, manifest::is_rows(&path, facts, purpose)).ok()?);
    edits.sort_by_key(|edit| edit.range);
    let edit = SourceEdit { files: vec![FileEdit { path, create: false, edits }] };
    // what somebody has taken out, and kept as a comment, is theirs to put back
    let is_left_out = additions.iter().any(|addition| is_commented_out(facts, &addition.name));
    // who publishes a project that requires another one by its path publishes that path
    let is_by_path = additions.iter().any(|one| one.member.as_ref().is_some_and(|at| at.manager == Manager::Poetry));
    let is_safe = !facts.style.compiled && !is_left_out && !is_by_path && !holds_examples(at.folder());
    let applicability = if is_safe { Applicability::Safe } else { Applicability::Unsafe };
    Some(Fix { applicability, preferred: true, lookup, ..Fix::safe(title, edit) })
}

/// What is left open where one requirement is added: its version, or its hashes.
fn lookup_of(
    at: &FilePath,
    target: &FilePath,
    facts: &RequirementsFacts,
    style: &Style,
    additions: &[Addition],
) -> Option<Lookup> {
    let [addition] = additions else { return None };
    let hashes = facts.style.hashes && addition.hashes.is_empty();
    let wants_version = addition.pin.is_none() && style.operator != FixStyle::Bare;
    if addition.verbatim.is_some() || addition.member.is_some() || !hashes && !wants_version {
        return None;
    }
    let version = addition.pin.as_ref().map(|pin| pin.version.clone());
    Some(Lookup { at: at.clone(), target: target.clone(), name: addition.name.clone(), version, hashes })
}

/// The addition as it goes to a list: without a version that is another list's.
fn for_list(ws: &Analysis, addition: &Addition, target: FileId) -> Addition {
    let pin = addition.pin.clone().filter(|pin| version::is_for_list(ws, pin, target));
    let member = addition.member.as_ref().map(|member| member.seen_from(ws.path(target).folder()));
    Addition { pin, member, ..addition.clone() }
}

/// Whether the list has the distribution as a comment: `# pygobject==3.50`.
fn is_commented_out(facts: &RequirementsFacts, name: &DistributionName) -> bool {
    facts.text.lines().filter_map(|line| line.trim_start().strip_prefix('#')).any(|comment| {
        let comment = comment.trim_start_matches('#').trim_start().trim_start_matches(['"', '\'', '-', ' ']);
        let end = comment.find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c))).unwrap_or(comment.len());
        let rest = comment[end..].trim_start();
        let is_requirement = rest.is_empty() || rest.starts_with(['=', '<', '>', '~', '!', '[', ';', '@', '"', '#']);
        end > 0 && is_requirement && DistributionName::new(&comment[..end]) == *name
    })
}

/// How the file writes requirements for the purpose.
pub(super) fn style_in(ws: &Analysis, path: &FilePath, facts: &RequirementsFacts, purpose: &Purpose) -> Style {
    let wanted = ws.config_at(path).0.fix_style;
    let neighbours: Vec<&Requirement> = match facts.format {
        Format::Requirements => facts.requirements.iter().collect(),
        _ => manifest::neighbours(path, facts, purpose),
    };
    let usual = match facts.format {
        // the source of a compiled file says what is wanted, and the tool pins it
        Format::Requirements if path.as_str().rsplit('.').next() == Some("in") => FixStyle::Bare,
        Format::Requirements | Format::Conda => FixStyle::Exact,
        Format::Pipfile | Format::Pixi => FixStyle::Bare,
        Format::Pyproject if manifest::is_rows(path, facts, purpose) => FixStyle::Caret,
        Format::Pyproject | Format::SetupCfg | Format::SetupPy | Format::Script => FixStyle::AtLeast,
    };
    Style::of(facts, &neighbours, wanted, usual)
}

/// `Add redis==5.0.1 to requirements.txt (as in uv.lock)`.
fn title(ws: &Analysis, target: FileId, path: &FilePath, style: &Style, additions: &[Addition]) -> String {
    let compile = match compiled::compiled_of(ws.model(), target) {
        Some(compiled) => match ws.facts(compiled) {
            Some(FileFacts::Requirements(facts)) => {
                format!(", then compile again: `{}`", compiled::command(facts, path, ws.path(compiled)))
            }
            _ => String::new(),
        },
        None => String::new(),
    };
    format!("Add {} to {}{}{compile}", what(style, additions), ws.shown(path), source(style, additions))
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
        [Addition { member: Some(_), .. }] => " (a member of this workspace)".to_owned(),
        [Addition { pin: None, .. }] => " (unpinned)".to_owned(),
        [Addition { pin: Some(pin), .. }] if style.operator != FixStyle::Bare => format!(" ({})", pin.known_from),
        [_] => " (without a version, as the others)".to_owned(),
        _ => String::new(),
    }
}

/// Where no requirement is declared at all: in the metadata of the project that has none yet, and a new requirements file.
/// Both change how the project is installed, so neither is made without a question.
fn foundations(ws: &Analysis, at: &FilePath, project: &Project, purpose: &Purpose, additions: &[Addition]) -> Vec<Fix> {
    let name = "pyproject.toml";
    let path = if project.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", project.folder) };
    let metadata = ws.file(&FilePath::new(&path)).and_then(|file| to_file(ws, at, file, purpose, additions));
    let mut fixes: Vec<Fix> = metadata.into_iter().chain([creation(ws, project, additions)]).collect();
    for (rank, fix) in fixes.iter_mut().enumerate() {
        fix.applicability = Applicability::Unsafe;
        fix.preferred = rank == 0;
    }
    fixes
}

/// Makes `requirements.txt` in the project's folder.
fn creation(ws: &Analysis, project: &Project, additions: &[Addition]) -> Fix {
    let name = "requirements.txt";
    let path =
        FilePath::new(&if project.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", project.folder) });
    let empty = RequirementsFacts::new("", Format::Requirements);
    let style = Style::of(&empty, &[], None, FixStyle::Exact);
    let mut lines: Vec<String> = additions.iter().map(|addition| style.line(addition, "\n") + "\n").collect();
    lines.sort();
    let title = format!("Create {} with {}{}", ws.shown(&path), what(&style, additions), source(&style, additions));
    let edits = vec![TextEdit::insert(0, lines.concat())];
    let edit = SourceEdit { files: vec![FileEdit { path, create: true, edits }] };
    Fix { applicability: Applicability::Unsafe, preferred: true, ..Fix::safe(title, edit) }
}
