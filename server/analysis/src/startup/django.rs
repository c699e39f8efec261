//! Django's start-up: what `django.setup()` and its like load of the modules that settings name.
//!
//! A settings file is loaded once and read in phases afterwards. Each phase is a scope of that file, next to those of its
//! functions; its number holds the settings that another file replaced, which took its names from this one.

use super::node::{MAIN, Node};
use super::sight::Sight;
use super::step::{Leaves, Step, What};
use crate::model::ids::FileId;
use pinlens_facts::python::django::{Django, Named, Replaced, Setup, When};
use pinlens_facts::python::loading::{MODULE, Scope};
use pinlens_facts::python::{ImportForm, ImportStatement, PythonFacts};

/// The scopes from here on are phases, up to that of the script itself.
const PHASES: Scope = MAIN - (1 << 20);

/// The scope of a phase of a settings file.
pub(crate) fn phase(when: When, replaced: Replaced) -> Scope {
    PHASES + ((when as Scope) << 16 | Scope::from(replaced.bits()))
}

/// The phase that a scope is, and the settings that are replaced in it.
pub(crate) fn phase_of(scope: Scope) -> Option<(When, Replaced)> {
    if !(PHASES..MAIN).contains(&scope) {
        return None;
    }
    let all = [When::Setup, When::Ready, When::Handler, When::Checks, When::Tasks, When::Request, When::Use];
    let when = all.into_iter().find(|when| *when as Scope == (scope - PHASES) >> 16)?;
    Some((when, Replaced::of_bits(((scope - PHASES) & 0xffff) as u16)))
}

/// What a phase does, as people read it.
pub(crate) fn name_of(scope: Scope) -> Option<&'static str> {
    Some(match phase_of(scope)?.0 {
        When::Setup => "setup",
        When::Ready => "ready",
        When::Handler => "load_middleware",
        When::Checks => "check",
        When::Tasks => "autodiscover_tasks",
        When::Request | When::Use | When::Load => "handle",
    })
}

/// What a file says to Django, if anything.
pub(crate) fn of(facts: &PythonFacts) -> Option<&Django> {
    facts.django.as_deref()
}

/// Whether a phase imports what is named.
pub(crate) fn is_in(named: &Named, scope: Scope) -> bool {
    match phase_of(scope) {
        Some((when, replaced)) => named.when == when && !replaced.has(named.by) && !named.is_open,
        None => scope == MODULE && named.when == When::Load && !named.is_open,
    }
}

/// Adds the steps of a file that Django takes, each with the offset at which it stands.
pub(super) fn add_steps(sight: &dyn Sight, file: FileId, facts: &PythonFacts, list: &mut Vec<(u32, Step)>) {
    let Some(django) = of(facts) else { return };
    for (index, setup) in django.setups.iter().enumerate() {
        let what = setup_of(sight, file, facts, django, index, setup);
        let leaves = if setup.is_open { Leaves::NOTHING } else { Leaves::ALL };
        list.extend(
            what.map(|what| (setup.range.start, Step { what, scope: setup.scope, is_main: setup.is_main, leaves })),
        );
    }
    for (index, named) in django.named.iter().enumerate().filter(|(_, named)| !named.is_open) {
        let mut files = Vec::new();
        for module in &named.statement.parsed.modules {
            files.extend(sight.loads(file, facts, &named.statement, module));
        }
        files.retain(|loaded| *loaded != file);
        let ready = files.last().and_then(|last| ready(sight, *last)).filter(|_| named.when == When::Ready);
        if ready.is_some() || named.when != When::Ready && !files.is_empty() {
            let what = match ready {
                Some((file, scope)) => What::Ready { named: index as u32, by: named.by, file, scope },
                None => What::Named { named: index as u32, by: named.by, files: files.into() },
            };
            let scope = if named.when == When::Load { MODULE } else { phase(named.when, Replaced::default()) };
            list.push((named.statement.start, Step { what, scope, is_main: false, leaves: Leaves::ALL }));
        }
    }
}

/// The method `ready` of the class that configures an application, which its module holds. Of several nobody knows which runs.
fn ready(sight: &dyn Sight, file: FileId) -> Option<Node> {
    let loading = super::chains::python(sight.ws(), file)?.loading.as_deref()?;
    let mut methods = (0..loading.functions.len()).filter(|at| {
        let function = &loading.functions[*at];
        !function.is_public && &*function.name == "ready"
    });
    let first = methods.next().filter(|_| methods.next().is_none())?;
    let is_package = sight.ws().path(file).file_name() == "__init__.py";
    (!is_package).then_some((file, first as Scope + 1))
}

/// Adds what a file takes of the settings of another, by the import of that index from it.
pub(super) fn add_inherited(facts: &PythonFacts, index: usize, source: FileId, list: &mut Vec<(u32, Step)>) {
    let Some(statement) = facts.imports.get(index) else { return };
    let takes_all = |module: &pinlens_facts::python::ImportedModule| module.members.iter().any(|one| &*one.name == "*");
    if statement.parsed.form != ImportForm::From || !statement.parsed.modules.first().is_some_and(takes_all) {
        return;
    }
    let replaced = of(facts).map(|django| django.replaced).unwrap_or_default();
    let what = What::Inherited { import: index as u32, file: source, replaced };
    let scope = phase(When::Setup, Replaced::default());
    list.push((statement.start, Step { what, scope, is_main: false, leaves: Leaves::ALL }));
}

/// What a call that sets Django up loads.
fn setup_of(
    sight: &dyn Sight,
    file: FileId,
    facts: &PythonFacts,
    django: &Django,
    index: usize,
    setup: &Setup,
) -> Option<What> {
    let (files, last) = modules(sight, file, facts, django)?;
    let phases = setup.kind.phases(sight.command().as_deref());
    Some(What::Setup { setup: index as u32, files: files.into(), settings: last, phases })
}

/// The files of the settings module that the environment or the file names: its packages and itself; and the last of them.
pub(crate) fn modules(
    sight: &dyn Sight,
    file: FileId,
    facts: &PythonFacts,
    django: &Django,
) -> Option<(Vec<FileId>, FileId)> {
    let statement = settings(sight, django)?;
    let module = statement.parsed.modules.first()?;
    let files = sight.loads(file, facts, &statement, module);
    let last = sight.source(file, facts, &statement, module)?;
    Some((files, last))
}

/// The settings module, as an import of it.
fn settings(sight: &dyn Sight, django: &Django) -> Option<ImportStatement> {
    let own = django.settings.as_ref();
    let of_environment = sight.variable("DJANGO_SETTINGS_MODULE");
    let set = || of_environment.as_deref().map(pinlens_facts::python::django::import_of);
    match own {
        Some(own) if !own.is_default => Some(own.statement.clone()),
        Some(own) => Some(set().unwrap_or_else(|| own.statement.clone())),
        None => set(),
    }
}

/// The settings that a node of a start-up reads, and the scopes below it, by the step that sets Django up.
pub(crate) fn target(what: &What, (_, scope): Node, number: usize) -> Option<Node> {
    match what {
        What::Setup { files, settings, phases, .. } => match files.get(number) {
            Some(file) => Some((*file, MODULE)),
            None => phases.get(number - files.len()).map(|when| (*settings, phase(*when, Replaced::default()))),
        },
        What::Named { files, .. } => files.get(number).map(|file| (*file, MODULE)),
        What::Ready { file, scope, .. } => (number == 0).then_some((*file, *scope)),
        What::Inherited { file, replaced, .. } => {
            let (when, before) = phase_of(scope).filter(|_| number == 0)?;
            Some((*file, phase(when, before.or(*replaced))))
        }
        What::Load { .. } | What::Call { .. } | What::Foreign { .. } => None,
    }
}
