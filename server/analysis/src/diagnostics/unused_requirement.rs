//! `unused-requirement`: nothing imports what a requirement installs, and nothing is known to use it otherwise.

use super::pass::FixPass;
use super::rule::{Check, Findings, Rule};
use super::stdlib_requirement::is_needless;
use crate::analysis::Analysis;
use crate::finding::{Diagnostic, Indexed};
use crate::fixes::{Fix, remove};
use crate::imports::memory;
use crate::model::ids::FileId;
use crate::model::project::{self, ProjectId};
use crate::uses::{self, Reason, Strength};
use crate::wording;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::{alike, catalog};
use pinlens_facts::requirements;
use pinlens_facts::requirements::{Format, Group, Requirement, RequirementsFacts, Source};
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::markers;
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::roles::{Role, words_of};
use rustc_hash::{FxHashMap, FxHashSet};

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::UnusedRequirement,
    summary: "Nothing imports what a requirement installs.",
    check: Check::Requirements(check),
    fixes: Some(fixes),
};

/// Finds the unused requirements of a file. Constraints are never used by imports, a file that nothing reads governs no
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
    for requirement in all {
        let Some(name) = &requirement.name else { continue };
        let doubt = unread.as_ref().map(|path| format!("this may be wrong: {path} could not be read"));
        let severity = severity(ws, file, &requirement);
        let needed = may_be_needed_by(ws, file, name);
        let is_doubted = unread.is_some() || needed.is_some();
        let severity = if is_doubted { severity.min(Severity::Info) } else { severity };
        let doubt = doubt.or_else(|| needed.map(|by| format!("unless {by} requires it, which is not known")));
        let message = wording::message(
            format!("`{name}` is in {} but never imported{}", ws.path(file).file_name(), modules_of(ws, name)),
            needed_in_vain(ws, file, name).into_iter().chain(doubt),
        );
        let diagnostic = Diagnostic::of_requirement(Code::UnusedRequirement, requirement, message);
        let diagnostic = diagnostic.severity(severity).unnecessary();
        findings.add(diagnostic, &requirement.ignores);
    }
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

/// The declared distributions that need a declared one.
fn needed_by<'a>(
    ws: &'a Analysis,
    file: FileId,
    name: &'a DistributionName,
) -> impl Iterator<Item = &'a DistributionName> {
    let projects = ws.projects().users(file).iter().map(|id| &ws.projects().all[*id]);
    projects.flat_map(|project| project.indirect.needed.get(name).into_iter().flatten())
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

/// Whether a file looks as `pip freeze` writes it, or says that a tool made it (`uv export --no-annotate`), and nothing tells which of
/// its pins are there for others: then most of what nothing imports is needed all the same.
fn is_frozen(ws: &Analysis, file: FileId, facts: &RequirementsFacts) -> bool {
    let all = &facts.requirements;
    let told = !ws.environment().location.is_empty() || all.iter().any(|one| !one.via.is_empty());
    let pinned = all.iter().filter(|one| one.pinned_version().is_some()).count();
    if facts.format != Format::Requirements || told || all.len() < FEWEST_FROZEN || pinned * 10 < all.len() * 9 {
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

/// Whether the comment at the end of the line tells why the requirement is there.
fn is_explained(facts: &RequirementsFacts, requirement: &Requirement) -> bool {
    let rest = facts.text.get(requirement.range.end as usize..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default();
    let behind = line.split_once('#').map(|(_, comment)| comment);
    let above = || comment_of_one(&facts.text, requirement).map(without_heading);
    behind.is_some_and(explains)
        || behind.is_none() && above().is_some_and(|above| explains(&above))
        || behind.is_none() && reason_above(facts, requirement)
        || is_spoken_of(facts, requirement)
}

/// Whether the line above is a comment that says for what the requirement below is needed, though others follow: `# needed for the scheduler`.
fn reason_above(facts: &RequirementsFacts, requirement: &Requirement) -> bool {
    let before = facts.text.get(..requirement.line_range.start as usize).unwrap_or_default();
    let comment = before.lines().next_back().and_then(|line| line.trim_start().strip_prefix('#'));
    let says = ["needed by ", "needed for ", "required by ", "used by ", "dependency of "];
    comment.is_some_and(|comment| says.iter().any(|word| comment.to_ascii_lowercase().contains(word)))
}

/// How many lines of a comment are read. In the block of a script every line is one.
const MOST_COMMENT_LINES: usize = 12;

/// Whether the comment right above names the requirement and gives a reason. A heading gives none: `# Celery task queue`.
fn is_spoken_of(facts: &RequirementsFacts, requirement: &Requirement) -> bool {
    let before = facts.text.get(..requirement.line_range.start as usize).unwrap_or_default();
    let above = before.lines().rev().take(MOST_COMMENT_LINES);
    let comments: Vec<&str> = above.map_while(|line| line.trim_start().strip_prefix('#')).collect();
    let mut words = comments.iter().flat_map(|comment| comment.split_whitespace());
    let names = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        requirement.name.as_ref() == Some(&DistributionName::new(bare))
    };
    let reasons = ["workaround", "work around", "because", "due to", "otherwise", "until", "bug"];
    let gives_reason = |comment: &&str| {
        let comment = without_heading(comment);
        reasons.iter().any(|reason| comment.contains(reason)) || explains(&comment)
    };
    words.any(names) && comments.iter().any(gives_reason)
}

/// The comment above without what a heading calls those below it: `# Test requirements` gives no reason.
fn without_heading(comment: &str) -> String {
    comment.to_ascii_lowercase().replace("requirements", "").replace("dependencies", "")
}

/// The comment in the line above, where it stands over this one requirement: over several it is a heading.
fn comment_of_one<'a>(text: &'a str, requirement: &Requirement) -> Option<&'a str> {
    let (before, after) =
        (text.get(..requirement.line_range.start as usize)?, text.get(requirement.line_range.end as usize..)?);
    let above = before.trim_end_matches(['\n', '\r']).rsplit('\n').next()?;
    let is_alone = after
        .lines()
        .next()
        .is_none_or(|next| !next.trim_start().starts_with(|c: char| c.is_ascii_alphanumeric() || c == '"'));
    let comment = above.trim_start().strip_prefix('#')?;
    // `    # via flask` is of the requirement above
    let indent = |line: &str| line.len() - line.trim_start().len();
    let is_beside = indent(above) == text.get(requirement.line_range.start as usize..).map_or(0, indent);
    (is_alone && is_beside).then_some(comment)
}

fn explains(comment: &str) -> bool {
    let comment = comment.trim().to_ascii_lowercase();
    // of itself: `# via -r requirements.in`
    if comment.strip_prefix("via ").is_some_and(|by| !by.trim_start().starts_with('-')) {
        return true;
    }
    let words =
        ["depend", "require", "needed", "needs", "used by", "used for", "plugin", "transitive", "pinned", "security"];
    words.iter().any(|word| comment.contains(word))
}

/// What keeps a requirement from being called unused, beside what `uses` knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keeper {
    /// Code imports it.
    Import,
    /// It builds, or only chooses a version.
    Group,
    /// Code imports it where nothing is reported of imports.
    IdleImport,
    /// The workspace makes it.
    Own,
    /// The settings say so.
    Setting,
    /// It is a folder or a file.
    Path,
    /// It is reported as part of Python.
    Needless,
    /// Its marker rules it out on the target.
    Elsewhere,
    /// Others require it.
    Others,
    /// Code for which no list is imports it.
    CodeWithoutList,
    /// It may provide what nothing else is known to.
    Unresolved,
    /// It holds no modules.
    Hollow,
    /// It is for tests or documentation that are not at hand.
    AbsentCode,
    /// A plugin of the project's own.
    OwnPlugin,
}

/// The first that keeps it, in the order in which they are cheap to tell.
fn keeper(ws: &Analysis, file: FileId, requirement: &Requirement, name: &DistributionName) -> Option<Keeper> {
    // the code around a layer for tests or documentation runs with its requirements too
    let imported = |project: &ProjectId| ws.projects().with_parents(*project).any(|id| ws.index().is_used(id, name));
    let keepers: [(Keeper, &dyn Fn() -> bool); 14] = [
        (Keeper::Group, &|| matches!(requirement.group, Group::Build | Group::Constraint)),
        (Keeper::Import, &|| ws.projects().users(file).iter().any(imported)),
        (Keeper::IdleImport, &|| memory::uses_idly(ws, name)),
        (Keeper::Own, &|| ws.makes(name)),
        (Keeper::Setting, &|| ws.config().keeps(name)),
        (Keeper::Path, &|| requirement.source == Source::Path || is_unlisted_from_elsewhere(requirement, name)),
        (Keeper::Needless, &|| is_needless(ws, file, requirement)),
        (Keeper::Elsewhere, &|| is_elsewhere(ws, requirement)),
        (Keeper::Others, &|| is_required_by_others(ws, requirement, name)),
        (Keeper::CodeWithoutList, &|| is_for_code_elsewhere(ws, file, name)),
        (Keeper::Unresolved, &|| may_be_what_is_unresolved(ws, file, name)),
        (Keeper::Hollow, &|| catalog::is_hollow(name.as_str())),
        (Keeper::AbsentCode, &|| is_for_absent_code(ws, file, requirement)),
        (Keeper::OwnPlugin, &|| is_own_plugin(ws, file, requirement, name)),
    ];
    keepers.into_iter().find(|(_, keeps)| keeps()).map(|(keeper, _)| keeper)
}

fn is_used(ws: &Analysis, file: FileId, requirement: &Requirement, name: &DistributionName) -> bool {
    keeper(ws, file, requirement, name).is_some()
}

/// Why a requirement that nothing is seen to use is not reported, for people, with the line that says it; `None` where code imports it,
/// or where it would be reported.
pub(crate) fn kept_because(ws: &Analysis, file: FileId, requirement: &Requirement) -> Option<String> {
    let name = requirement.name.as_ref()?;
    let facts = ws.facts(file).and_then(FileFacts::declarations)?;
    let place = || format!("{}:{}", ws.shown(ws.path(file)), facts.lines.line_of(requirement.range.start) + 1);
    if requirement.ignores.silence(Code::UnusedRequirement.as_str()) {
        return Some(format!("the comment at {} says so", place()));
    }
    let words = match keeper(ws, file, requirement, name) {
        Some(Keeper::Import) => return None,
        Some(Keeper::Group) if requirement.group == Group::Build => "builds of the project need it".to_owned(),
        Some(Keeper::Group) => "it only chooses a version".to_owned(),
        Some(Keeper::IdleImport) => "code imports it of which nothing is reported".to_owned(),
        Some(Keeper::Own) => "the workspace makes it".to_owned(),
        Some(Keeper::Setting) => format!("`keep` in the settings names {name}"),
        Some(Keeper::Path) => "it is installed from a path or a repository, and its modules are not known".to_owned(),
        Some(Keeper::Needless) => "it is reported as a part of Python".to_owned(),
        Some(Keeper::Elsewhere) => format!("its marker at {} is for other targets", place()),
        Some(Keeper::Others) => match requirement.via.iter().find(|via| !via.starts_with('-')) {
            Some(via) => format!("{} says that {via} requires it", place()),
            None => format!("the environment {} has packages that require it", ws.environment().location),
        },
        Some(Keeper::CodeWithoutList) => {
            "code of another part of the repository imports it, and no list there declares it".to_owned()
        }
        Some(Keeper::Unresolved) => "it may provide a module that nothing is known to provide".to_owned(),
        Some(Keeper::Hollow) => "it holds no modules, and stands for others".to_owned(),
        Some(Keeper::AbsentCode) => "it is for tests or documentation, and none are at hand".to_owned(),
        Some(Keeper::OwnPlugin) => "it is called after the project: a plugin of it".to_owned(),
        None if is_explained(facts, requirement) => format!("the comment at {} gives a reason", place()),
        None => {
            let by = needed_by(ws, file, name).next()?;
            format!("{by} depends on it")
        }
    };
    Some(words)
}

/// Whether a requirement comes from a repository or an address, and nobody knows its modules: it may be a plugin that acts by being there.
fn is_unlisted_from_elsewhere(requirement: &Requirement, name: &DistributionName) -> bool {
    matches!(requirement.source, Source::Vcs | Source::Url) && !catalog::knows_modules_of(name)
}

/// The declared distribution of unknown requirements that may need one which few others do: what stands in a list for its sake is used.
fn may_be_needed_by<'a>(ws: &'a Analysis, file: FileId, name: &DistributionName) -> Option<&'a DistributionName> {
    if catalog::is_popular(name.as_str()) && !is_long_tail(name) {
        return None;
    }
    let projects = ws.projects().users(file).iter().map(|id| &ws.projects().all[*id]);
    let mut unknown = projects.flat_map(|project| &project.gaps.requires_unknown).filter(|other| *other != name);
    unknown.find(|other| !ws.makes(other))
}

/// Whether applications seldom require a distribution by themselves: it is not among the most downloaded.
fn is_long_tail(name: &DistributionName) -> bool {
    !catalog::popular().take(FEWEST_OF_LONG_TAIL).any(|popular| popular == name.as_str())
}

/// So many distributions people require for their own sake.
const FEWEST_OF_LONG_TAIL: usize = 3000;

/// Whether an extra brings a distribution that is called after the project itself: a plugin that the project loads.
fn is_own_plugin(ws: &Analysis, file: FileId, requirement: &Requirement, name: &DistributionName) -> bool {
    let own = ws.facts(file).and_then(FileFacts::own_name).filter(|_| matches!(requirement.group, Group::Extra(_)));
    own.and_then(|own| name.as_str().strip_prefix(own.as_str())).is_some_and(|rest| rest.starts_with('-'))
}

/// What is required for development is judged where tests are at hand, and what is for documentation where that is: a source
/// distribution often comes without them.
fn is_for_absent_code(ws: &Analysis, file: FileId, requirement: &Requirement) -> bool {
    let users = ws.projects().users(file);
    if is_for_documentation(ws, file, requirement) {
        return !ws.has_documentation();
    }
    is_for_development(ws, file, requirement) && !users.iter().any(|id| ws.has_tests(*id))
}

fn is_for_development(ws: &Analysis, file: FileId, requirement: &Requirement) -> bool {
    matches!(requirement.group, Group::Development(_))
        || requirements::role_of_requirement(ws.path(file), &requirement.group) == Role::Development
}

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

/// Whether a requirement is one of documentation alone, by the name of its group, its file, or the file's folder.
fn is_for_documentation(ws: &Analysis, file: FileId, requirement: &Requirement) -> bool {
    let path = ws.path(file);
    let named = match &requirement.group {
        Group::Extra(name) | Group::Development(name) => &**name,
        _ if path.stem() == "requirements" => path.folder().rsplit('/').next().unwrap_or_default(),
        _ => path.stem(),
    };
    let mut words = named.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| matches!(word.to_ascii_lowercase().as_str(), "doc" | "docs" | "documentation" | "rtd"))
}

/// A requirement for other targets only: the code that needs it may be one that this target never runs.
fn is_elsewhere(ws: &Analysis, requirement: &Requirement) -> bool {
    let marker = requirement.marker.as_ref();
    marker.is_some_and(|marker| markers::holds(&marker.text, ws.marker_target()) == Some(false))
}

/// A pin that a compiling tool wrote for another distribution's sake, or that an installed one requires.
fn is_required_by_others(ws: &Analysis, requirement: &Requirement, name: &DistributionName) -> bool {
    let from_others = |via: &str| !via.starts_with("-r ") && !via.starts_with("-c ") && !via.contains('/');
    requirement.via.iter().any(|via| from_others(via)) || uses::required_by_installed(ws, name)
}

/// Whether code of another part of the repository imports it that no list there declares: this list may well be what is installed for
/// that code.
fn is_for_code_elsewhere(ws: &Analysis, file: FileId, name: &DistributionName) -> bool {
    let users = ws.projects().users(file);
    let projects = ws.projects().all.iter().enumerate();
    let mut others =
        projects.filter(|(id, project)| !users.contains(id) && !project.is_script && !project.names.contains(name));
    others.any(|(id, _)| ws.index().has_importers_with_candidate(id, name))
}

/// Whether the code imports something that nobody is known to provide and that may well be in the distribution: nobody knows
/// which modules that has, or it has a word of the module's in its name, and may have the module in another release than the
/// catalog knows.
fn may_be_what_is_unresolved(ws: &Analysis, file: FileId, name: &DistributionName) -> bool {
    let is_installed = ws.environment().knows(name);
    let users = ws.projects().users(file);
    let mut unresolved = users.iter().flat_map(|project| ws.index().unresolved(*project));
    let is_listed = catalog::knows_modules_of(name);
    !is_installed && unresolved.any(|module| !is_listed || alike::shares_a_word(name, module.as_str()))
}

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
