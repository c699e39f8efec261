//! `unused-requirement`: nothing imports what a requirement installs, and nothing is known to use it otherwise.

mod comment;
mod keeper;

use super::pass::FixPass;
use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::finding::{Diagnostic, Indexed};
use crate::fixes::{Fix, remove};
use crate::model::ids::FileId;
use crate::model::lists;
use crate::model::project;
use crate::uses::{self, Reason, Strength};
use crate::wording;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::catalog;
use pinlens_facts::knowledge::needs;
use pinlens_facts::requirements;
use pinlens_facts::requirements::{Format, Group, Requirement, RequirementsFacts, Source};
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::roles::{Role, is_for_shipping, words_of};
use rustc_hash::{FxHashMap, FxHashSet};

use comment::is_explained;
pub(crate) use keeper::kept_because;
use keeper::{is_for_development, is_used, needed_by};

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::UnusedRequirement,
    summary: "Nothing imports what a requirement installs.",
    check: Check::Requirements(check),
    fixes: Some(fixes),
};

/// Finds the unused requirements of a file. Constraints are never used by imports, a file that nothing reads applies to no
/// code, and of a compiled file its source is judged.
fn check(ws: &Analysis, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    let users = ws.projects().users(file);
    let is_judged = !users.is_empty() && !ws.projects().is_constraints(file, ws.path(file));
    if !is_judged || project::source_of(ws.model(), file).is_some() {
        return;
    }
    let is_export = has_builds(facts);
    let mut all: Vec<Indexed> = Vec::new();
    let mut kept_weakly = Vec::new();
    for requirement in Indexed::sound(facts) {
        let Some(name) = &requirement.name else { continue };
        if is_used(ws, file, &requirement, name)
            || is_explained(facts, &requirement)
            || is_of_conda(&requirement, name, is_export)
        {
            continue;
        }
        match uses::surest(ws, file, &requirement) {
            None => all.push(requirement),
            Some(reason) if reason.strength == Strength::Weak => {
                kept_weakly.push((requirement, kept(ws, file, requirement, name, &reason)));
            }
            Some(_) => {}
        }
    }
    retain_unneeded(ws, file, &mut all);
    if !all.is_empty() && is_frozen(ws, file, facts) {
        if let Some((first, name)) = all.first().and_then(|first| Some((*first, first.get().name.as_ref()?))) {
            findings.add(frozen(facts, first, name, all.len()), &first.ignores);
        }
        return;
    }
    for (requirement, diagnostic) in kept_weakly {
        findings.add(diagnostic, &requirement.ignores);
    }
    if is_code_elsewhere(ws, file, facts, &all) {
        all.retain(|one| !is_for_development(ws, file, one.get()));
    }
    let unread = ws.unread_code(users);
    let is_alone = lies_alone(ws, file, facts);
    for requirement in all {
        let Some(name) = &requirement.name else { continue };
        let doubt = unread.as_ref().map(|path| format!("this may be wrong: {path} could not be read"));
        let severity = severity(ws, file, &requirement);
        let needed = may_be_needed_by(ws, file, &requirement, name);
        let extra = unknown_extra(ws, file, name);
        let brought = may_bring(ws, file, name);
        let is_doubted = unread.is_some() || needed.is_some() || extra.is_some() || brought.is_some() || is_alone;
        let severity = if is_doubted { severity.min(Severity::Info) } else { severity };
        let doubt =
            doubt.or_else(|| brought.map(|other| format!("unless it is what installs {other}, which code imports")));
        let doubt = doubt.or_else(|| needed.map(|by| format!("unless {by} requires it, which is not known")));
        let doubt = doubt
            .or_else(|| extra.map(|extra| format!("unless its extra {extra} is used: what that brings is not known")));
        let alone = || "no code lies next to this list, and nothing shows which code it is installed for".to_owned();
        let doubt = doubt.or_else(|| is_alone.then(alone));
        let message = wording::message(
            format!("`{name}` is in {} but never imported{}", ws.path(file).file_name(), modules_of(ws, name)),
            needed_in_vain(ws, file, name).into_iter().chain(doubt),
        );
        let diagnostic = Diagnostic::of_requirement(Code::UnusedRequirement, requirement, message);
        let diagnostic = diagnostic.severity(severity).unnecessary();
        findings.add(diagnostic, &requirement.ignores);
    }
}

/// Whether no code lies next to a list of requirements, nor below it, in a folder that is no project's own, and nothing shows that it is
/// installed for the code around: then what it is for may not be at hand.
fn lies_alone(ws: &Analysis, file: FileId, facts: &RequirementsFacts) -> bool {
    let path = ws.path(file);
    let folder = project::own_folder(path);
    facts.format == Format::Requirements
        && !is_for_shipping(&folder)
        && !ws.modules().has_folder(&folder)
        && ws.projects().users(file).iter().all(|id| *ws.projects().all[*id].folder != *folder)
        && !lists::installs_list(ws.model(), path)
        && !is_included(ws, path)
}

/// Whether another list includes the one at `path`: then it is for that one's code.
fn is_included(ws: &Analysis, path: &FilePath) -> bool {
    ws.structure.manifests.iter().any(|other| {
        let includes = ws.facts(*other).and_then(FileFacts::declarations).map_or(&[][..], |facts| &facts.includes);
        includes.iter().any(|include| ws.path(*other).sibling(&include.target) == *path)
    })
}

/// Keeps those that nothing which is used needs: what is here for an unused one alone goes with it.
fn retain_unneeded(ws: &Analysis, file: FileId, unused: &mut Vec<Indexed>) {
    let mut names: FxHashSet<DistributionName> = unused.iter().filter_map(|one| one.name.clone()).collect();
    // from each unused one to those that it needs
    let mut needs: FxHashMap<&DistributionName, Vec<&DistributionName>> = FxHashMap::default();
    let mut needed: Vec<DistributionName> = Vec::new();
    for name in &names {
        for by in needed_by(ws, file, name) {
            if names.contains(by) {
                needs.entry(by).or_default().push(name);
            } else {
                needed.push(name.clone());
            }
        }
    }
    let needs: FxHashMap<DistributionName, Vec<DistributionName>> =
        needs.into_iter().map(|(by, all)| (by.clone(), all.into_iter().cloned().collect())).collect();
    while let Some(name) = needed.pop() {
        if names.remove(&name) {
            needed.extend(needs.get(&name).into_iter().flatten().cloned());
        }
    }
    unused.retain(|one| one.name.as_ref().is_none_or(|name| names.contains(name)));
}

/// ` (django needs it, which nothing uses either)`.
fn needed_in_vain(ws: &Analysis, file: FileId, name: &DistributionName) -> Option<String> {
    needed_by(ws, file, name).next().map(|by| format!("{by} depends on it, and nothing uses that either"))
}

/// Whether a requirement is conda's, and what uses it is not known: a package of which nobody knows modules may be a native library or a
/// program, and a list with the builds of its packages (`=1.2=py39_0`) is an export of all that is installed.
fn is_of_conda(requirement: &Requirement, name: &DistributionName, is_export: bool) -> bool {
    requirement.source == Source::Conda
        && (!catalog::knows_modules_of(name) || uses::is_launched_by_hand(name) || is_export)
}

/// Whether a file has builds of conda's packages (`=1.2=py39_0`).
fn has_builds(facts: &RequirementsFacts) -> bool {
    let has_build = |one: &Requirement| {
        let written = facts.text.get(one.range.indices()).unwrap_or_default();
        written.split_once('=').is_some_and(|(_, rest)| rest.trim_start_matches('=').contains('='))
            && !written.contains([',', '<', '>', '!'])
    };
    facts.requirements.iter().any(|one| one.source == Source::Conda && has_build(one))
}

/// What is kept only because a host that may load it is there: nothing shows that it does.
fn kept(ws: &Analysis, file: FileId, requirement: Indexed, name: &DistributionName, reason: &Reason) -> Diagnostic {
    Diagnostic::of_requirement(
        Code::UnusedRequirement,
        requirement,
        wording::message(
            format!("`{name}` is in {} but never imported", ws.path(file).file_name()),
            [format!("it is kept, for {}", reason.words)],
        ),
    )
    .severity(Severity::Hint)
}

/// Whether a file looks as `pip freeze` writes it, or says that a tool made it (`uv export --no-annotate`), and nothing shows which of
/// its pins are there for others: then most of what nothing imports is needed all the same.
fn is_frozen(ws: &Analysis, file: FileId, facts: &RequirementsFacts) -> bool {
    let all = &facts.requirements;
    let is_known = !ws.environment().location.is_empty() || all.iter().any(|one| !one.via.is_empty());
    let pinned = all.iter().filter(|one| one.pinned_version().is_some()).count();
    if facts.format != Format::Requirements || is_known || all.len() < FEWEST_FROZEN || pinned * 10 < all.len() * 9 {
        return false;
    }
    let shows_no_use = |requirement: &&Requirement| {
        let imported = |name| ws.projects().users(file).iter().any(|id| ws.index().is_used(*id, name));
        let is_imported = requirement.name.as_ref().is_some_and(imported);
        !is_imported && uses::surest(ws, file, requirement).is_none_or(|reason| reason.strength == Strength::Weak)
    };
    facts.style.compiled || all.iter().filter(shows_no_use).count() * 3 > all.len()
}

/// Shorter lists are written by hand.
const FEWEST_FROZEN: usize = 6;

fn frozen(facts: &RequirementsFacts, first: Indexed, name: &DistributionName, unused: usize) -> Diagnostic {
    Diagnostic::of_requirement(
        Code::UnusedRequirement,
        first,
        wording::message(
            format!(
                "{unused} of the {} pins of this file are never imported, `{name}` first",
                facts.requirements.len()
            ),
            [
                "it looks as `pip freeze` writes it: other packages may depend on them".to_owned(),
                "with a virtual environment (`--env`) or `# via` comments pinlens knows which".to_owned(),
            ],
        ),
    )
    .severity(Severity::Info)
}

/// What is required for development may well be a tool that somebody runs by hand, and an extra may bring what a host loads
/// by itself.
fn severity(ws: &Analysis, file: FileId, requirement: &Requirement) -> Severity {
    if matches!(requirement.group, Group::Extra(_) | Group::Development(_)) {
        return Severity::Info;
    }
    match requirements::role_of_requirement(ws.path(file), &requirement.group) {
        Role::Runtime if is_list_of_options(ws.path(file)) => Severity::Info,
        Role::Runtime => Severity::Warning,
        Role::Development => Severity::Info,
    }
}

/// Whether a list holds, by its name, what an application works without: as an extra it may bring what another distribution loads.
fn is_list_of_options(path: &FilePath) -> bool {
    words_of(path.file_name()).any(|word| matches!(&*word, "extra" | "extras" | "optional" | "optionals"))
}

/// The declared distribution of unknown requirements that may need one which few others do: what stands in a list for its sake is used.
fn may_be_needed_by<'a>(
    ws: &'a Analysis,
    file: FileId,
    requirement: &Requirement,
    name: &DistributionName,
) -> Option<&'a DistributionName> {
    // a list of conda has builds of what others require
    if catalog::is_popular(name.as_str()) && !is_long_tail(name) && requirement.source != Source::Conda {
        return None;
    }
    let projects = ws.projects().users(file).iter().map(|id| &ws.projects().all[*id]);
    let unknown =
        projects.flat_map(|project| project.gaps.requires_unknown.iter().chain(&project.gaps.required_before_unknown));
    let mut unknown = unknown.filter(|other| *other != name);
    unknown.find(|other| !ws.makes(other))
}

/// The extra for which the project asks of a distribution, and of which nobody knows what it brings.
fn unknown_extra<'a>(ws: &'a Analysis, file: FileId, name: &DistributionName) -> Option<&'a str> {
    let mut projects = ws.projects().users(file).iter().map(|id| &ws.projects().all[*id]);
    projects.find_map(|project| project.required.unknown_extras.get(name)).map(|extra| &**extra)
}

/// The distribution that code imports and a lock has for one or another of what is declared, where nobody knows what this one requires.
fn may_bring<'a>(ws: &'a Analysis, file: FileId, name: &DistributionName) -> Option<&'a DistributionName> {
    if needs::is_known(name.as_str()) {
        return None;
    }
    let users = ws.projects().users(file).iter();
    let locked = users.flat_map(|id| ws.projects().all[*id].indirect.locked.keys().map(move |other| (*id, other)));
    let imported = locked.filter(|(id, other)| !ws.index().importers_with_candidate(*id, other).is_empty());
    imported.map(|(_, other)| other).min()
}

/// Whether applications seldom require a distribution by themselves: it is not among the most downloaded.
fn is_long_tail(name: &DistributionName) -> bool {
    !catalog::popular().take(FEWEST_OF_LONG_TAIL).any(|popular| popular == name.as_str())
}

/// So many distributions people require for their own sake.
const FEWEST_OF_LONG_TAIL: usize = 3000;

/// Whether most of what is required for development and could be imported is imported by nothing at hand: then the tests that
/// need it are elsewhere, though some may be here.
fn is_code_elsewhere(ws: &Analysis, file: FileId, facts: &RequirementsFacts, unused: &[Indexed]) -> bool {
    let for_development = |one: &&Requirement| is_for_development(ws, file, one);
    let is_imported =
        |name: &DistributionName| ws.projects().users(file).iter().any(|id| ws.index().is_used(*id, name));
    let unused = unused.iter().filter(|one| for_development(&one.get())).count();
    let imported =
        facts.requirements.iter().filter(for_development).filter(|one| one.name.as_ref().is_some_and(is_imported));
    unused >= FEWEST_ELSEWHERE && unused > imported.count()
}

/// Fewer unused requirements for development say nothing of the others.
const FEWEST_ELSEWHERE: usize = 4;

/// The modules that the distribution is known to provide, in words.
fn modules_of(ws: &Analysis, name: &DistributionName) -> String {
    let installed = ws.environment().get(name).map(|installed| &installed.modules[..]).unwrap_or_default();
    match installed {
        [] => String::new(),
        [only] => format!(" (it provides `{only}`)"),
        [first, rest @ ..] => format!(" (it provides `{first}` and {} more)", rest.len()),
    }
}

/// Takes the line out.
fn fixes(pass: &mut FixPass, diagnostic: &Diagnostic) -> Vec<Fix> {
    // what may be needed by others is not removed one by one
    let requirement = pass.requirement(diagnostic).filter(|_| diagnostic.severity >= Severity::Warning);
    let Some(requirement) = requirement else { return Vec::new() };
    vec![remove::fix(pass.ws, pass.file, requirement, "Remove unused requirement")]
}
