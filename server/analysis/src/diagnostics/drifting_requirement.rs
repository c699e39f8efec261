//! `drifting-requirement`: two lists that are meant for the same environment request versions of which none satisfies both.
//!
//! Whoever installs by the one runs another version than whoever installs by the other. Nothing is reported unless it is known
//! - that both lists are for the same environment: they are the general lists of one folder, each in its own format
//!   (requirements.txt, pyproject.toml, environment.yml …), the list that a file is compiled from, or the folder's own lock file;
//!   lists of other names are kept apart on purpose;
//! - that both requirements hold on the target, and that no version satisfies both.
//!
//! A mere difference is reported where the settings select the code.

use super::pass::FixPass;
use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::finding::{Diagnostic, Indexed, Related};
use crate::fixes::{Fix, change};
use crate::model::ids::FileId;
use crate::model::project::compiled::source_of;
use crate::model::project::includes::{Placed, reaches};
use crate::model::project::pairs::{is_alternative, may_hold_together};
use crate::wording;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{Format, Group, Requirement, RequirementsFacts};
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::text::TextRange;
use pinlens_facts::words::{markers, versions};

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::DriftingRequirement,
    summary: "Lists for the same environment require versions of which none satisfies both.",
    check: Check::Requirements(check),
    fixes: Some(fixes),
};

/// Finds the requirements of a file that contradict those of its twins. Of two lists the one is reported that comes later.
fn check(ws: &Analysis, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    if ws.projects().users(file).is_empty() || ws.projects().is_constraints(file, ws.path(file)) {
        return;
    }
    for twin in twins(ws, file, facts) {
        let Some(other) = ws.facts(twin).and_then(FileFacts::declarations) else { continue };
        for requirement in Indexed::sound(facts).filter(|one| is_general(one)) {
            let same = Indexed::sound(other)
                .filter(|one| one.name.is_some() && one.name == requirement.name && is_general(one));
            // several lines of one distribution are alternatives of a kind that nobody here knows
            let same: Vec<Indexed> = same.collect();
            let [other] = same.as_slice() else { continue };
            if let Some(diagnostic) = diagnostic(ws, file, requirement, other.placed(twin)) {
                findings.add(diagnostic, &requirement.ignores);
            }
        }
    }
    for requirement in Indexed::sound(facts).filter(|one| is_general(one)) {
        if let Some(diagnostic) = of_lock(ws, file, facts, requirement) {
            findings.add(diagnostic, &requirement.ignores);
        }
    }
}

/// Whether a requirement is one that every installation by its list has.
fn is_general(requirement: &Requirement) -> bool {
    matches!(requirement.group, Group::File | Group::Runtime) && requirement.source.is_by_name()
}

/// The lists that are meant for the same environment as the file and come before it.
fn twins(ws: &Analysis, file: FileId, facts: &RequirementsFacts) -> Vec<FileId> {
    if let Some(source) = source_of(ws.model(), file) {
        return vec![source];
    }
    let Some(own) = rank(ws.path(file), facts.format) else { return Vec::new() };
    let manifests = ws.structure.manifests_in.get(ws.path(file).folder());
    let others = manifests.into_iter().flatten().copied().filter(|other| *other != file);
    let are_twins = |other: &FileId| {
        let declared = ws.facts(*other).and_then(FileFacts::declarations);
        !ws.projects().users(*other).is_empty()
            && declared.is_some_and(|facts| rank(ws.path(*other), facts.format).is_some_and(|rank| rank < own))
            && !reaches(ws, *other, file)
            && !reaches(ws, file, *other)
            && source_of(ws.model(), *other).is_none()
    };
    others.filter(are_twins).collect()
}

/// The place of a general list among its twins: what is published comes first. `None` for a list of another name.
fn rank(path: &FilePath, format: Format) -> Option<u8> {
    match format {
        Format::Pyproject => Some(0),
        Format::SetupCfg => Some(1),
        Format::SetupPy => Some(2),
        Format::Pipfile => Some(3),
        Format::Pixi => Some(4),
        Format::Requirements => (path.file_name() == "requirements.txt").then_some(5),
        Format::Conda => matches!(path.file_name(), "environment.yml" | "environment.yaml").then_some(6),
        Format::Script => None,
    }
}

fn specifier(requirement: &Requirement) -> &str {
    requirement.specifier.as_ref().map_or("", |specifier| &specifier.text)
}

fn diagnostic(ws: &Analysis, file: FileId, requirement: Indexed, other: Placed) -> Option<Diagnostic> {
    let name = requirement.name.as_ref()?;
    let (here, there) = (specifier(&requirement), specifier(other.requirement));
    let is_alternative = is_alternative(ws, requirement.placed(file)) || is_alternative(ws, other);
    if is_alternative || !may_hold_together(ws, &requirement, other.requirement) {
        return None;
    }
    let contradicts = versions::exclude_each_other(here, there);
    // an exact version that the other list lets in is what the two lists are for
    let is_pinned = |one: &Requirement, by: &str| {
        one.pinned_version().is_some_and(|version| by.is_empty() || versions::lets_in(by, version))
    };
    let is_pair = is_pinned(&requirement, there) || is_pinned(other.requirement, here);
    if !contradicts && (here == there || is_pair || !ws.config_at(ws.path(file)).0.selects(Code::DriftingRequirement)) {
        return None;
    }
    let place = ws.shown(ws.path(other.file));
    let whole =
        |specifier: &str| if specifier.is_empty() { "any version".to_owned() } else { format!("`{name}{specifier}`") };
    let note = if source_of(ws.model(), file) == Some(other.file) {
        format!("this file is compiled from {place}: compile it again")
    } else if contradicts {
        "no version satisfies both: what runs depends on the list that is installed".to_owned()
    } else {
        "both lists are for this folder's environment".to_owned()
    };
    let verb = if contradicts { "contradicts" } else { "differs from" };
    let message = wording::message(format!("{} {verb} {} in {place}", whole(here), whole(there)), [note]);
    let diagnostic = Diagnostic::of_requirement(Code::DriftingRequirement, requirement, message)
        .severity(if contradicts { Severity::Warning } else { Severity::Info })
        .related(vec![Related::of_requirement(other, format!("{} is required here", whole(there)))]);
    Some(diagnostic)
}

/// The lock file of the folder has a version that the requirement excludes: it was locked before the requirement changed.
fn of_lock(ws: &Analysis, file: FileId, facts: &RequirementsFacts, requirement: Indexed) -> Option<Diagnostic> {
    let names: &[&str] = match facts.format {
        Format::Pyproject => &["uv.lock", "poetry.lock", "pdm.lock"],
        Format::Pipfile => &["Pipfile.lock"],
        _ => return None,
    };
    let name = requirement.name.as_ref()?;
    let specifier = requirement.specifier.as_ref()?;
    let holds = |one: &Requirement| {
        one.marker.as_ref().is_none_or(|marker| markers::holds(&marker.text, ws.marker_target()) == Some(true))
    };
    let locks = names.iter().filter_map(|name| ws.file(&ws.path(file).sibling(name)));
    for lock in locks {
        let Some(FileFacts::Lock(locked)) = ws.facts(lock) else { continue };
        let mut versions_of = locked.packages.iter().filter(|package| package.name == *name && !package.direct);
        let (Some(package), None) = (versions_of.next(), versions_of.next()) else { continue };
        if holds(&requirement) && versions::contradicts(&specifier.text, &package.version) {
            let place = ws.shown(ws.path(lock));
            let message = wording::message(
                format!("`{name}{}` contradicts {place}, which has {}", specifier.text, package.version),
                ["it was locked before the requirement changed: lock again".to_owned()],
            );
            let related = Related::new(
                lock,
                package.range.unwrap_or(TextRange::new(0, 0)),
                format!("{} is locked here", package.version),
            );
            let diagnostic = Diagnostic::of_requirement(Code::DriftingRequirement, requirement, message);
            return Some(diagnostic.related(vec![related]));
        }
    }
    None
}

/// Requires on either side what the other does.
fn fixes(pass: &mut FixPass, diagnostic: &Diagnostic) -> Vec<Fix> {
    let (ws, file) = (pass.ws, pass.file);
    let Some(here) = pass.requirement(diagnostic) else { return Vec::new() };
    let Some(other) = diagnostic.related.first().and_then(|related| pass.related(related)) else { return Vec::new() };
    let mut fixes = Vec::new();
    let sides = [(other.file, other.requirement, file, here), (file, here, other.file, other.requirement)];
    for (from, model, to, changed) in sides {
        fixes.extend(change::align(ws, from, model, to, changed));
    }
    fixes
}
