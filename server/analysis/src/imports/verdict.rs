//! What may be claimed of an import, and what each claim must have proved: undeclared, transitive, removed, unresolved.

use super::{Fallback, Import, Target, elsewhere, members, unimported};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::index::NameId;
use crate::model::modules::Found;
use crate::model::project::{Bringer, Project};
use crate::model::resolve::{Evidence, Outside, Providers};
use crate::wording;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::catalog::{self, StdlibStatus};
use pinlens_facts::knowledge::{filters, needs};
use pinlens_facts::mentions;
use pinlens_facts::python::{Comparison, Condition, Phase};
use pinlens_facts::requirements::{Group, Requirement};
use pinlens_facts::words::names::{DistributionName, ModuleName, PythonVersion, squash};
use pinlens_facts::words::roles::Role;

/// An import that nothing declares.
#[derive(Clone, Copy)]
pub(crate) struct Missing<'a> {
    /// Who would provide it.
    pub providers: &'a Providers,
    /// The one to propose.
    pub best: &'a DistributionName,
}

/// Who would provide an import that nothing declares and that the workspace does not hold itself.
pub(crate) fn missing<'a>(ws: &'a Analysis, file: FileId, import: &Import) -> Option<Missing<'a>> {
    let Target::Outside { fallback } = import.target else { return None };
    if members::undeclared(ws, file, import).is_some() {
        return None;
    }
    let name = ws.index().id(&import.name)?;
    let satisfying = ws.index().satisfying(ws.project_of(file), name);
    let providers = ws.index().providers(name);
    let is_satisfied = match ws.build_requirements(file) {
        Some(build) => {
            let candidates = providers.map_or(&[][..], |providers| &providers.candidates);
            satisfying.iter().chain(candidates).any(|one| ws.projects().is_built_with(build, one))
        }
        None => !satisfying.is_empty() && !is_for_tests_alone(ws, file, satisfying),
    };
    if is_satisfied || is_brought_by_runner(ws, file, name) {
        return None;
    }
    let providers = providers?;
    let best = providers.candidates.first()?;
    if import.statement.context.phase == Phase::TypeChecking && has_stubs(ws, file, &providers.candidates) {
        return None;
    }
    // what a cell of the notebook installs is there
    if ws.installs(file).iter().any(|installed| providers.candidates.contains(installed)) {
        return None;
    }
    if elsewhere::is_there(ws, file, import) {
        return None;
    }
    if elsewhere::is_declared_by_script(ws, file, &providers.candidates) {
        return None;
    }
    if is_for_old_pythons(import) && best.as_str() == "setuptools" {
        return None;
    }
    (!fallback.beats(Some(providers.evidence))).then_some(Missing { providers, best })
}

/// Whether the import runs only on Pythons whose environments are made with setuptools in them: those before 3.12.
fn is_for_old_pythons(import: &Import) -> bool {
    let mut conditions = import.statement.context.conditions.iter();
    conditions.any(|condition| match condition {
        Condition::Version { op: Comparison::Less, version } => *version <= (3, 12),
        Condition::Version { op: Comparison::LessOrEqual | Comparison::Equal, version } => *version < (3, 12),
        _ => false,
    })
}

/// Whether only tox or nox installs what would satisfy an import, and the code is the application's: then nothing declares it.
pub(crate) fn is_for_tests_alone(ws: &Analysis, file: FileId, satisfying: &[DistributionName]) -> bool {
    let project = &ws.projects().all[ws.project_of(file)];
    !project.indirect.installed_for_tests.is_empty()
        && satisfying.iter().all(|name| project.indirect.installed_for_tests.contains_key(name))
        && !project.is_for_development(ws.path(file))
}

/// The distributions that are known to need another one, which comes along with them for now: those that are declared, or the first that comes with one. Where nothing
/// shows what is really installed.
fn known_bringers(ws: &Analysis, file: FileId, name: &DistributionName) -> Option<Vec<DistributionName>> {
    let project = &ws.projects().all[ws.project_of(file)];
    let need = project.indirect.known_needs.get(name.as_str()).filter(|_| is_by_tables(ws, project, name))?;
    // what only developers install brings nothing to the application
    let is_for_tests = project.is_for_development(ws.path(file));
    if !is_for_tests && !need.is_for_runtime {
        return None;
    }
    if !is_for_tests && need.roots.iter().all(|root| is_of_idle_extra(ws, file, root)) {
        return None;
    }
    let is_only_for_tests = |by: &&DistributionName| project.roles.get(*by) == Some(&Role::Development);
    let mut fitting: Vec<&DistributionName> =
        need.hosts.iter().filter(|by| is_for_tests || !is_only_for_tests(by)).collect();
    // where declared ones need it, the others that do come with those
    if fitting.iter().any(|by| project.names.contains(by)) {
        fitting.retain(|by| project.names.contains(by));
    } else {
        fitting.truncate(1);
    }
    Some(fitting.into_iter().cloned().collect())
}

/// Whether only extras declare a distribution, and no code imports it: then they are for a tool, and bring nothing to the application.
fn is_of_idle_extra(ws: &Analysis, file: FileId, name: &DistributionName) -> bool {
    let mut projects = ws.projects().with_parents(ws.project_of(file));
    is_of_extras(ws, file, name) && !projects.any(|id| ws.index().is_used(id, name))
}

/// Whether only extras declare a distribution.
fn is_of_extras(ws: &Analysis, file: FileId, name: &DistributionName) -> bool {
    let projects = ws.projects().with_parents(ws.project_of(file));
    let mut places = projects.flat_map(|id| ws.written_for(id, name));
    places.all(|(_, one)| matches!(one.group, Group::Extra(_)))
}

/// The first requirement of a project for a distribution.
fn requirement_of<'a>(ws: &'a Analysis, project: &Project, name: &DistributionName) -> Option<&'a Requirement> {
    let place = project.required.declared.get(name)?.first()?;
    ws.facts(place.file).and_then(FileFacts::declarations)?.requirements.get(place.index)
}

/// Whether the tables know what brings a distribution: nothing is known to be installed, or not all that is declared is.
fn is_by_tables(ws: &Analysis, project: &Project, name: &DistributionName) -> bool {
    let environment = ws.environment();
    let lacks_a_root = || {
        let roots = project.indirect.known_needs.get(name.as_str()).map(|need| &need.roots[..]).unwrap_or_default();
        roots.iter().any(|root| environment.get(root).is_none())
    };
    environment.location.is_empty() || environment.get(name).is_none() && lacks_a_root()
}

/// Whether stubs of a distribution are required: all that a type checker needs (PEP 561).
fn has_stubs(ws: &Analysis, file: FileId, candidates: &[DistributionName]) -> bool {
    let names = &ws.projects().all[ws.project_of(file)].names;
    let stubs = |name: &DistributionName| [format!("types-{name}"), format!("{name}-stubs")];
    candidates.iter().flat_map(stubs).any(|stubs| names.contains(&DistributionName::new(&stubs)))
}

/// Whether what runs the file provides the name: setuptools runs setup.py.
pub(crate) fn is_brought_by_runner(ws: &Analysis, file: FileId, name: NameId) -> bool {
    let Some(runner) = mentions::runner_of(ws.path(file)) else { return false };
    let candidates = ws.index().providers(name).map_or(&[][..], |providers| &providers.candidates);
    candidates.iter().any(|candidate| candidate.as_str() == runner)
}

/// The longest dotted name that was looked up: as written, or with the member where that is a module of its own.
pub(crate) fn module_of(import: &Import, providers: &Providers) -> ModuleName {
    let written = import.statement.parsed.modules.iter().map(|module| &module.name);
    let shorter = written.filter(|name| import.name.len() > name.as_str().len()).find(|name| {
        let inside = import.name.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('.'));
        inside && providers.matched <= name.as_str().len()
    });
    shorter.cloned().unwrap_or_else(|| ModuleName::new(&import.name))
}

/// Which declared requirement installs what an import is missing: as the environment or a lock file shows, or else the tables.
pub(crate) fn bringer(ws: &Analysis, file: FileId, missing: &Missing) -> Option<Bringer> {
    // what is installed for the code is not there where setup.py runs
    if missing.providers.evidence < Evidence::Catalog || ws.build_requirements(file).is_some() {
        return None;
    }
    let project = &ws.projects().all[ws.project_of(file)];
    let is_for_development = project.is_for_development(ws.path(file));
    let mut bringers =
        missing.providers.candidates.iter().filter_map(|candidate| project.indirect.brought.get(candidate));
    // what only developers install brings nothing to the application
    let found = bringers.find(|bringer| is_for_development || bringer.is_for_runtime).cloned();
    found.or_else(|| {
        let mut others = known_bringers(ws, file, missing.best)?;
        let by = (!others.is_empty()).then(|| others.remove(0))?;
        others.sort_unstable();
        // of a version that is pinned, what the newest requires says no more than that
        let is_pinned = requirement_of(ws, project, &by).is_some_and(|one| one.pinned_version().is_some())
            && needs::always_reaches(by.as_str(), missing.best.as_str());
        let known_from = if is_pinned { "the metadata of its newest version" } else { "its published metadata" }.into();
        Some(Bringer { by, others, known_from, is_for_runtime: true, roots: Vec::new() })
    })
}

/// The declared distributions that bring what an import is missing, at any depth, as far as they are there where the code runs: all of
/// them, for one that is left out would make "only" untrue. Where only extras ask for some, the others come first.
pub(crate) fn routes(ws: &Analysis, file: FileId, missing: &Missing, bringer: &Bringer) -> Vec<DistributionName> {
    let project = &ws.projects().all[ws.project_of(file)];
    let is_for_development = project.is_for_development(ws.path(file));
    let known = project.indirect.known_needs.get(missing.best.as_str()).filter(|_| bringer.roots.is_empty());
    let by_tables = known.into_iter().flat_map(|need| &need.roots);
    let by_tables = by_tables.filter(|root| needs::always_reaches(root.as_str(), missing.best.as_str()));
    let is_there = |root: &&DistributionName| {
        *root != missing.best && (is_for_development || project.roles.get(*root) != Some(&Role::Development))
    };
    let mut roots: Vec<&DistributionName> = bringer.roots.iter().chain(by_tables).filter(is_there).collect();
    let is_of_all = |root: &&DistributionName| !is_of_extras(ws, file, root);
    if roots.iter().any(&is_of_all) {
        roots.retain(is_of_all);
    }
    if roots.is_empty() { bringer.all().cloned().collect() } else { roots.into_iter().cloned().collect() }
}

/// The distribution called like an imported module that nobody is known to provide, where a lock or the environment says that it comes
/// because another one needs it: that it is there is known.
pub(crate) fn brought_alike<'a>(
    ws: &'a Analysis,
    file: FileId,
    import: &Import,
) -> Option<(&'a DistributionName, &'a Bringer)> {
    let Target::Outside { fallback } = import.target else { return None };
    let id = ws.index().id(&import.name)?;
    let providers = ws.index().providers(id);
    let is_known = providers.is_some_and(|providers| providers.evidence >= Evidence::Catalog);
    if is_known || fallback.beats(None) || !ws.index().satisfying(ws.project_of(file), id).is_empty() {
        return None;
    }
    let project = &ws.projects().all[ws.project_of(file)];
    let is_for_development = project.is_for_development(ws.path(file));
    let top = squash(import.name.split('.').next().unwrap_or_default());
    let counts = |bringer: &Bringer| is_for_development || bringer.is_for_runtime;
    let alike =
        project.indirect.brought.iter().filter(|(name, bringer)| squash(name.as_str()) == top && counts(bringer));
    alike.min_by_key(|(name, _)| *name)
}

/// The last Python whose standard library had what is imported, where nothing else provides it.
pub(crate) fn removed(ws: &Analysis, file: FileId, import: &Import) -> Option<PythonVersion> {
    let Target::Outside { fallback } = import.target else { return None };
    let top = import.name.split('.').next().unwrap_or_default();
    let StdlibStatus::Removed(last) = catalog::stdlib_status(top, ws.target()) else { return None };
    let name = ws.index().id(&import.name)?;
    let is_satisfied = !ws.index().satisfying(ws.project_of(file), name).is_empty();
    let is_own = fallback.beats(ws.index().providers(name).map(|providers| providers.evidence));
    // what another requirement installs today is there
    let is_installed = missing(ws, file, import).is_some_and(|missing| bringer(ws, file, &missing).is_some());
    if is_installed || elsewhere::is_there(ws, file, import) {
        return None;
    }
    let is_built_with = |build| catalog::stdlib_replacements(top).any(|name| ws.projects().is_built_with(build, &name));
    let runs_it = is_brought_by_runner(ws, file, name) || ws.build_requirements(file).is_some_and(is_built_with);
    (!is_satisfied && !is_own && !runs_it).then_some(last)
}

/// What is to be said of an import that nothing sure provides.
pub(crate) fn unresolved(ws: &Analysis, file: FileId, import: &Import) -> Option<(String, Option<DistributionName>)> {
    let name = &import.name;
    let fallback = match &import.target {
        Target::Missing(why) => return Some((format!("`{name}` cannot be imported: {why}"), None)),
        Target::Outside { fallback } => *fallback,
        Target::Stdlib | Target::FirstParty => return None,
    };
    let id = ws.index().id(name)?;
    if !ws.index().satisfying(ws.project_of(file), id).is_empty() {
        return None;
    }
    if elsewhere::is_there(ws, file, import) || members::undeclared(ws, file, import).is_some() {
        return None;
    }
    if elsewhere::is_ignored_package(ws, file, name) {
        return None;
    }
    let top = name.split('.').next().unwrap_or_default();
    if ws.installs(file).iter().any(|installed| squash(installed.as_str()) == squash(top))
        || elsewhere::is_installed_by_place(ws, file, top)
    {
        return None;
    }
    match ws.index().providers(id) {
        Some(providers) if providers.evidence >= Evidence::Catalog || fallback.beats(Some(providers.evidence)) => None,
        found if fallback == Fallback::None && lacks_part(ws, file, name).is_some() => {
            let why = lacks_part(ws, file, name)?;
            let is_silent = found.is_none() && fallback.beats(None);
            (!is_silent).then(|| (format!("`{name}` cannot be imported: {why}"), None))
        }
        Some(providers) => {
            let best = providers.candidates.first()?;
            let message = wording::message(
                not_found(ws, file, name),
                [format!("there is a package {best}, which is {}: check it before you add it", providers.because)],
            );
            Some((message, Some(best.clone())))
        }
        None if fallback.beats(None) => None,
        None => Some((wording::message(not_found(ws, file, name), nowhere(ws, name)), None)),
    }
}

/// What the workspace's own folder of the module's first name lacks, in words: that nothing else is known to provide.
fn lacks_part(ws: &Analysis, file: FileId, name: &str) -> Option<String> {
    let found = ws.roots(ws.path(file).folder()).iter().find_map(|root| match ws.modules().find(root, name) {
        Found::Missing { package, missing, .. } => Some((package, missing)),
        _ => None,
    });
    found.map(|(package, missing)| format!("there is no module `{missing}` in {package}"))
}

/// ``cannot find module `requets`; did you mean `requests`?``, for a package that is required.
fn not_found(ws: &Analysis, file: FileId, name: &str) -> String {
    let unimported = unimported::of(ws, ws.project_of(file));
    match unimported.meant_by(name.split('.').next().unwrap_or_default()) {
        Some(meant) => format!("cannot find module `{name}`; did you mean `{meant}`?"),
        None => format!("cannot find module `{name}`"),
    }
}

/// The last Python that has a module of the target's standard library which the newest that the project allows lacks, and that
/// newest one; where the import runs there, nothing catches its failure, and nothing that is required replaces the module.
pub(crate) fn removed_later(ws: &Analysis, file: FileId, import: &Import) -> Option<(PythonVersion, PythonVersion)> {
    let newest = ws.newest_target().filter(|_| import.target == Target::Stdlib && !import.is_optional)?;
    let top = import.name.split('.').next().unwrap_or_default();
    let StdlibStatus::Removed(last) = catalog::stdlib_status(top, newest) else { return None };
    let outside = Outside { python: newest, ..ws.outside() };
    let names = &ws.projects().all[ws.project_of(file)].names;
    let is_replaced = catalog::stdlib_replacements(top).any(|name| names.contains(&name));
    (super::can_run(&import.statement.context, outside) && !is_replaced).then_some((last, newest))
}

/// Where was looked, and what to do.
fn nowhere(ws: &Analysis, name: &str) -> Vec<String> {
    let top = name.split('.').next().unwrap_or_default();
    if let StdlibStatus::Later(first) = catalog::stdlib_status(top, ws.target()) {
        return vec![format!("Python has it only from {first} on")];
    }
    let location = &ws.environment().location;
    let installed = if location.is_empty() { String::new() } else { format!(", nor installed in {location}") };
    let alike = DistributionName::new(top);
    if filters::is_on_index(&alike) && !catalog::is_generic(top) {
        return vec![
            format!("it is no module of this project or of Python{installed}"),
            format!("there is a package {alike} of which nothing is known: check it before you add it"),
        ];
    }
    vec![
        format!("it is no module of this project or of Python{installed}, and no package is known to provide it"),
        "the setting `map` names the package of a module".to_owned(),
    ]
}
