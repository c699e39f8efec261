//! What keeps a requirement from being called unused, besides the uses that `uses` knows.

use super::comment::is_explained;
use crate::analysis::Analysis;
use crate::diagnostics::stdlib_requirement::is_needless;
use crate::imports::{memory, unimported};
use crate::model::ids::FileId;
use crate::model::project::ProjectId;
use crate::uses;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::catalog;
use pinlens_facts::requirements::{self, Group, Requirement, Source};
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::markers;
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::roles::Role;

/// What keeps a requirement from being called unused, next to what `uses` knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keeper {
    /// Code imports it.
    Import,
    /// One of its extras brings what code imports, and nothing else declares.
    Extra,
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
    /// It alone installs, where the application runs, what code imports and only a list for development declares.
    OnlyHost,
}

/// The first that keeps it, in the order in which they are cheap to compute.
fn keeper(ws: &Analysis, file: FileId, requirement: &Requirement, name: &DistributionName) -> Option<Keeper> {
    // the code around a layer for tests or documentation runs with its requirements too
    let imported = |project: &ProjectId| ws.projects().with_parents(*project).any(|id| ws.index().is_used(id, name));
    let keepers: [(Keeper, &dyn Fn() -> bool); 16] = [
        (Keeper::Group, &|| matches!(requirement.group, Group::Build | Group::Constraint)),
        (Keeper::Import, &|| ws.projects().users(file).iter().any(imported)),
        (Keeper::Extra, &|| ws.projects().users(file).iter().any(|id| extra_in_use(ws, *id, name).is_some())),
        (Keeper::IdleImport, &|| memory::uses_idly(ws, name)),
        (Keeper::Own, &|| ws.makes(name)),
        (Keeper::Setting, &|| ws.config_at(ws.path(file)).0.keeps(name)),
        (Keeper::Path, &|| requirement.source == Source::Path || is_unlisted_from_elsewhere(requirement, name)),
        (Keeper::Needless, &|| is_needless(ws, file, requirement)),
        (Keeper::Elsewhere, &|| is_elsewhere(ws, requirement)),
        (Keeper::Others, &|| is_required_by_others(ws, requirement, name)),
        (Keeper::CodeWithoutList, &|| is_for_code_elsewhere(ws, file, name)),
        (Keeper::Unresolved, &|| may_be_what_is_unresolved(ws, file, name)),
        (Keeper::Hollow, &|| catalog::is_hollow(name.as_str())),
        (Keeper::AbsentCode, &|| is_for_absent_code(ws, file, requirement)),
        (Keeper::OwnPlugin, &|| is_own_plugin(ws, file, requirement, name)),
        (Keeper::OnlyHost, &|| is_only_host(ws, file, name)),
    ];
    keepers.into_iter().find(|(_, keeps)| keeps()).map(|(keeper, _)| keeper)
}

/// Whether a requirement is used, or kept for another reason than a use that [`crate::uses`] knows.
pub(super) fn is_used(ws: &Analysis, file: FileId, requirement: &Requirement, name: &DistributionName) -> bool {
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
        Some(Keeper::Extra) => {
            let brought = ws.projects().users(file).iter().find_map(|id| extra_in_use(ws, *id, name))?;
            format!("an extra of it brings {brought}, which code imports")
        }
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
        Some(Keeper::OnlyHost) => {
            "it alone installs, where the application runs, what code imports and only a list for development requires"
                .to_owned()
        }
        None if is_explained(facts, requirement) => format!("the comment at {} gives a reason", place()),
        None => {
            let by = needed_by(ws, file, name).next()?;
            format!("{by} depends on it")
        }
    };
    Some(words)
}

/// What an extra of the requirement brings that code imports, and that nothing else declares.
fn extra_in_use<'a>(ws: &'a Analysis, id: ProjectId, name: &DistributionName) -> Option<&'a DistributionName> {
    let project = &ws.projects().all[id];
    let mut brought = project.required.by_extras.get(name).into_iter().flatten();
    brought.find(|brought| ws.index().is_used(id, brought) && !project.names.contains(brought))
}

/// Whether a requirement comes from a repository or an address, and nobody knows its modules: it may be a plugin that acts by being there.
fn is_unlisted_from_elsewhere(requirement: &Requirement, name: &DistributionName) -> bool {
    matches!(requirement.source, Source::Vcs | Source::Url) && !catalog::knows_modules_of(name)
}

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

pub(super) fn is_for_development(ws: &Analysis, file: FileId, requirement: &Requirement) -> bool {
    matches!(requirement.group, Group::Development(_))
        || requirements::role_of_requirement(ws.path(file), &requirement.group) == Role::Development
}

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
    let mut projects = ws.index().projects_with_candidate(name);
    projects.any(|id| {
        let project = &ws.projects().all[id];
        !project.is_script && !project.names.contains(name) && users.binary_search(&id).is_err()
    })
}

/// Whether the code imports something that nobody is known to provide and that may well be in the distribution: nobody knows
/// which modules that has, or it has a word of the module's in its name, and may have the module in another release than the
/// catalog knows.
fn may_be_what_is_unresolved(ws: &Analysis, file: FileId, name: &DistributionName) -> bool {
    if ws.environment().knows(name) {
        return false;
    }
    let mut users = ws.projects().users(file).iter();
    if catalog::knows_modules_of(name) {
        users.any(|project| unimported::shares_a_word_with_unresolved(ws, *project, name))
    } else {
        users.any(|project| ws.index().has_unresolved(*project))
    }
}

/// The declared distributions that need a declared one.
pub(super) fn needed_by<'a>(
    ws: &'a Analysis,
    file: FileId,
    name: &'a DistributionName,
) -> impl Iterator<Item = &'a DistributionName> {
    let projects = ws.projects().users(file).iter().map(|id| &ws.projects().all[*id]);
    projects.flat_map(|project| project.indirect.needed.get(name).into_iter().flatten())
}

/// Whether code imports a package that only a list for development declares, and that no other requirement for run time installs:
/// without this one the import would fail where the application runs.
fn is_only_host(ws: &Analysis, file: FileId, name: &DistributionName) -> bool {
    ws.projects().users(file).iter().any(|&id| {
        let project = &ws.projects().all[id];
        let is_for_development = |one: &DistributionName| project.roles.get(one) == Some(&Role::Development);
        let is_alone = |hosts: &[DistributionName]| {
            let mut hosts = hosts.iter().filter(|host| !is_for_development(host));
            hosts.next() == Some(name) && hosts.next().is_none()
        };
        let mut needed = project.indirect.needed.iter();
        needed.any(|(needed, hosts)| is_alone(hosts) && is_for_development(needed) && ws.index().is_used(id, needed))
    })
}
