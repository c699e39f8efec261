//! `undeclared-import`: a module is imported that a known distribution provides, and no requirement declares it.
//!
//! The application installs without a complaint and fails when the import runs.

mod start_up;

use super::{Diagnostic, Findings, MOST_RELATED, Related, when_it_fails};
use super::{removed_stdlib_module, transitive_import};
use crate::fixes::add::{self, Addition};
use crate::fixes::{Applicability, Fix};
use crate::imports::claims::{Claim, Proof};
use crate::imports::{self, Import, Target};
use crate::model::ids::FileId;
use crate::model::index::NameId;
use crate::model::project::{Project, ProjectId};
use crate::model::resolve::{Evidence, Providers};
use crate::workspace::Workspace;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::mentions;
use pinlens_facts::python::{Comparison, Condition, Phase};
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::{DistributionName, ModuleName};
use pinlens_facts::words::roles::{Role, role_of_code};
use pinlens_facts::words::text::TextRange;
use start_up::StartUp;

/// Finds the undeclared imports among `imports`, those of `file`.
pub(super) fn check(ws: &Workspace, file: FileId, imports: &[Import], findings: &mut Findings) {
    let mut told: Vec<(TextRange, &DistributionName)> = Vec::new();
    for import in imports {
        let Some(found) = missing(ws, file, import) else { continue };
        let other_code = transitive_import::bringer(ws, file, &found).is_some()
            || removed_stdlib_module::removed(ws, file, import).is_some();
        if other_code || found.providers.evidence < Evidence::Catalog || told.contains(&(import.range, found.best)) {
            continue;
        }
        told.push((import.range, found.best));
        let proof = Proof::of(ws, file, import, Some(found.providers));
        let mut start = start_up::of(ws, file, import);
        if start.crashes && !proof.holds(Claim::Crash) {
            start = StartUp::default();
        }
        if let Some(diagnostic) = diagnostic(ws, file, import, &found, &start, &proof) {
            findings.add(diagnostic, &import.statement.ignores);
        }
    }
}

/// An import that nothing declares.
#[derive(Clone, Copy)]
pub(crate) struct Missing<'a> {
    /// Who would provide it.
    pub providers: &'a Providers,
    /// The one to propose.
    pub best: &'a DistributionName,
}

/// Who would provide an import that nothing declares and that the workspace does not hold itself.
pub(crate) fn missing<'a>(ws: &'a Workspace, file: FileId, import: &Import) -> Option<Missing<'a>> {
    let Target::Outside { fallback } = import.target else { return None };
    let name = ws.index().id(&import.name)?;
    let satisfying = ws.index().satisfying(ws.project_of(file), name);
    if !satisfying.is_empty() && !is_for_tests_alone(ws, file, satisfying) || is_brought_by_runner(ws, file, name) {
        return None;
    }
    let providers = ws.index().providers(name)?;
    let best = providers.candidates.first()?;
    if import.statement.context.phase == Phase::TypeChecking && has_stubs(ws, file, &providers.candidates) {
        return None;
    }
    // what a cell of the notebook installs is there
    if ws.installs(file).iter().any(|installed| providers.candidates.contains(installed)) {
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
pub(super) fn is_for_tests_alone(ws: &Workspace, file: FileId, satisfying: &[DistributionName]) -> bool {
    let project = &ws.projects().all[ws.project_of(file)];
    !project.installed_for_tests.is_empty()
        && satisfying.iter().all(|name| project.installed_for_tests.contains_key(name))
        && !is_for_development(ws, file, project)
}

/// The declared distribution that is known to need another one, which comes along with it for now: where nothing tells what is
/// really installed.
pub(super) fn known_bringer(ws: &Workspace, file: FileId, name: &DistributionName) -> Option<DistributionName> {
    let project = &ws.projects().all[ws.project_of(file)];
    let need = project.known_needs.get(name.as_str()).filter(|_| ws.environment().location.is_empty())?;
    // what only developers install brings nothing to the application
    let is_for_tests = is_for_development(ws, file, project);
    if !is_for_tests && !need.is_for_runtime {
        return None;
    }
    let is_only_for_tests = |by: &&DistributionName| project.roles.get(*by) == Some(&Role::Development);
    let fitting = || need.hosts.iter().filter(|by| is_for_tests || !is_only_for_tests(by));
    fitting().find(|by| project.names.contains(by)).or_else(|| fitting().next()).cloned()
}

/// Whether a file is code for development, by its place or by the project that governs it.
pub(crate) fn is_for_development(ws: &Workspace, file: FileId, project: &Project) -> bool {
    !project.for_runtime
        || project.parent.is_some()
        || role_of_code(ws.path(file), &project.folder) == Role::Development
}

/// Whether stubs of a distribution are required: all that a type checker needs (PEP 561).
fn has_stubs(ws: &Workspace, file: FileId, candidates: &[DistributionName]) -> bool {
    let names = &ws.projects().all[ws.project_of(file)].names;
    let stubs = |name: &DistributionName| [format!("types-{name}"), format!("{name}-stubs")];
    candidates.iter().flat_map(stubs).any(|stubs| names.contains(&DistributionName::new(&stubs)))
}

/// Whether what runs the file provides the name: setuptools runs setup.py.
pub(super) fn is_brought_by_runner(ws: &Workspace, file: FileId, name: NameId) -> bool {
    let Some(runner) = mentions::runner_of(ws.path(file)) else { return false };
    let candidates = ws.index().providers(name).map_or(&[][..], |providers| &providers.candidates);
    candidates.iter().any(|candidate| candidate.as_str() == runner)
}

/// The finding; `None` where the configuration wants none of what no start-up comes to.
fn diagnostic(
    ws: &Workspace,
    file: FileId,
    import: &Import,
    found: &Missing,
    start: &StartUp,
    proof: &Proof,
) -> Option<Diagnostic> {
    let Missing { providers, best } = *found;
    let id = ws.project_of(file);
    let project = &ws.projects().all[id];
    let module = module_of(import, providers);
    let importers = others(ws, id, file, best);
    let what = format!("`{module}` needs the distribution {best} ({});", providers.because);
    let message = message(ws, project, import, best, &importers, start, proof, &what);
    let mut related = constrained(ws, project, best);
    related.extend(start.related.iter().cloned());
    let room = MOST_RELATED.saturating_sub(related.len());
    related.extend(importers.first.into_iter().take(room));
    Some(Diagnostic {
        code: Code::UndeclaredImport,
        severity: start.severity(ws, proof)?,
        range: import.range,
        message,
        module: Some(module),
        distribution: Some(best.clone()),
        related,
        unnecessary: false,
    })
}

/// What is missing and where it should be, what follows, how sure it is, and who else needs it.
fn message(
    ws: &Workspace,
    project: &Project,
    import: &Import,
    best: &DistributionName,
    importers: &Others,
    start: &StartUp,
    proof: &Proof,
    what: &str,
) -> String {
    let when = start.when.as_deref().unwrap_or_else(|| when_it_fails(import));
    let unless = proof.requires_unknown().filter(|_| !start.crashes);
    let unless = unless.map(|name| format!("unless {name} requires it, which is not known, ")).unwrap_or_default();
    let mut sentences = vec![match project.files.first() {
        Some(_) => format!("{what} {}: {unless}{when}.", not_declared(ws, project)),
        None => format!("{what} no requirements file governs this file."),
    }];
    sentences.extend(start.remark.clone());
    if let Some(marker) = project.elsewhere.get(best) {
        sentences.push(format!("It is required for other targets only (`{marker}`)."));
    }
    sentences.extend(proof.remarks());
    match importers.count {
        0 => {}
        1 => sentences.push("1 other file of the project needs it too.".to_owned()),
        more => sentences.push(format!("{more} other files of the project need it too.")),
    }
    if (!import.is_optional || start.crashes) && !project.files.is_empty() {
        sentences.push("Add it.".to_owned());
    }
    sentences.join(" ")
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

/// Which requirements files do not declare it: one or two names, or the first with the number of the others.
fn not_declared(ws: &Workspace, project: &Project) -> String {
    let own = if project.entries.is_empty() { &project.files } else { &project.entries };
    match own[..] {
        [] => "no requirements file declares it".to_owned(),
        [only] => format!("{} does not declare it", ws.path(only)),
        [first, second] => format!("neither {} nor {} declares it", ws.path(first), ws.path(second)),
        [first, ref others @ ..] => {
            format!("neither {} nor any of {} others declares it", ws.path(first), others.len())
        }
    }
}

struct Others {
    count: usize,
    first: Vec<Related>,
}

/// The files of a project that need a missing distribution, and where the first of them import it.
#[derive(Debug)]
pub(crate) struct Importers {
    /// Ascending.
    files: Vec<FileId>,
    /// By path; one more than is told, for a file does not tell of itself.
    first: Vec<Related>,
}

impl Importers {
    pub(crate) fn find(ws: &Workspace, project: ProjectId, distribution: &DistributionName) -> Self {
        let files = ws.index().importers(project, distribution);
        let mut by_path = files.clone();
        by_path.sort_by(|a, b| ws.path(*a).cmp(ws.path(*b)));
        let places = by_path.into_iter().filter_map(|file| place(ws, file, distribution));
        Self { first: places.take(MOST_RELATED + 1).collect(), files }
    }
}

/// The files beside `file` that need the distribution too.
fn others(ws: &Workspace, project: ProjectId, file: FileId, distribution: &DistributionName) -> Others {
    let importers = ws.importers(project, distribution);
    let first = importers.first.iter().filter(|related| related.file != file).take(MOST_RELATED);
    let itself = usize::from(importers.files.binary_search(&file).is_ok());
    Others { count: importers.files.len() - itself, first: first.cloned().collect() }
}

/// Where `file` imports the distribution first.
fn place(ws: &Workspace, file: FileId, distribution: &DistributionName) -> Option<Related> {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return None };
    let imports = facts.imports.iter().flat_map(|statement| imports::of_statement(ws, ws.path(file), facts, statement));
    let is_it = |import: &Import| missing(ws, file, import).is_some_and(|found| found.best == distribution);
    let import = imports.into_iter().find(is_it)?;
    Some(Related { file, range: import.range, message: format!("`{}` is imported here too", import.name) })
}

/// The constraint on a distribution, if there is one: people take it for a requirement.
fn constrained(ws: &Workspace, project: &Project, distribution: &DistributionName) -> Vec<Related> {
    let find = |file: &FileId| {
        let facts = ws.facts(*file).and_then(FileFacts::declarations)?;
        let requirement =
            facts.requirements.iter().find(|requirement| requirement.name.as_ref() == Some(distribution))?;
        let message = format!("a constraint chooses the version of {distribution}, but installs nothing");
        Some(Related { file: *file, range: requirement.range, message })
    };
    project.constraints.iter().find_map(find).into_iter().collect()
}

/// One fix a candidate: add it to the requirements file that fits best, or make one.
pub(super) fn fixes(ws: &Workspace, file: FileId, diagnostic: &Diagnostic) -> Vec<Fix> {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return Vec::new() };
    // a module that bears the name itself would hide what is added: it is to be renamed
    if diagnostic.module.as_ref().is_some_and(|module| module.top() == ws.path(file).stem()) {
        return Vec::new();
    }
    let mut imports = imports::resolve(ws, ws.path(file), facts);
    imports::settle_alternatives(ws, file, &mut imports);
    let of_this = |import: &&Import| import.range == diagnostic.range;
    let found = imports.iter().filter(of_this).filter_map(|import| Some((import, missing(ws, file, import)?)));
    let Some((import, Missing { providers, .. })) =
        found.into_iter().find(|(_, found)| Some(found.best) == diagnostic.distribution.as_ref())
    else {
        return Vec::new();
    };
    let proof = Proof::of(ws, file, import, Some(providers));
    let is_sure = providers.evidence >= Evidence::Catalog && proof.holds(Claim::SafeFix);
    let mut fixes = Vec::new();
    for (rank, candidate) in providers.candidates.iter().enumerate() {
        let addition = Addition::of(ws, ws.path(file), candidate);
        for (place, mut fix) in add::fixes(ws, ws.path(file), &[addition]).into_iter().enumerate() {
            fix.preferred = rank == 0 && place == 0 && providers.evidence >= Evidence::Catalog;
            // another provider than the best one is somebody's choice
            if !is_sure || rank > 0 {
                fix.applicability = Applicability::Unsafe;
            }
            if providers.evidence < Evidence::Catalog {
                fix.title += " (a guess from the module's name)";
            }
            fixes.push(fix);
        }
    }
    fixes
}

/// One fix that adds every distribution that the project is missing for sure.
pub(crate) fn add_all(ws: &Workspace, file: FileId) -> Option<Fix> {
    let project = ws.project_of(file);
    if ws.hidden(project).is_some() {
        return None;
    }
    let sure = |name: &&DistributionName| {
        ws.index().importers(project, name).iter().any(|&importer| needs(ws, importer, name))
    };
    let names: Vec<&DistributionName> = ws.index().missing(project).into_iter().filter(sure).collect();
    if names.len() < 2 {
        return None;
    }
    let additions: Vec<Addition> = names.iter().map(|name| Addition::of(ws, ws.path(file), name)).collect();
    let mut fix = add::fix(ws, ws.path(file), &additions)?;
    fix.title = format!("Add all {} missing requirements", names.len());
    Some(fix)
}

/// Whether the file needs the distribution, by sure evidence and not only if it happens to be there.
fn needs(ws: &Workspace, file: FileId, distribution: &DistributionName) -> bool {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return false };
    let mut imports = imports::resolve(ws, ws.path(file), facts);
    imports::settle_alternatives(ws, file, &mut imports);
    imports.iter().any(|import| {
        let severity = Proof::of_context(ws, file, import).severity(Claim::Undeclared);
        let silenced = import.statement.ignores.silence(Code::UndeclaredImport.as_str());
        missing(ws, file, import).is_some_and(|found| {
            found.best == distribution
                && found.providers.evidence >= Evidence::Catalog
                && severity >= Some(Severity::Warning)
                && !silenced
        })
    })
}
