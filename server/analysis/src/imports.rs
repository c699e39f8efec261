//! What each import of a file is: of the standard library, of the workspace, declared, or missing.

pub(crate) mod claims;
mod declared;
pub(crate) mod elsewhere;
pub(crate) mod idle;
mod import;
pub(crate) mod importers;
pub(crate) mod members;
pub(crate) mod memory;
pub(crate) mod shadow;
pub(crate) mod unimported;
pub(crate) mod verdict;

pub use import::{Fallback, Import, Target};

use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::modules::{Found, ModuleTree};
use crate::model::resolve::{Evidence, Outside};
use pinlens_facts::facts::FileKind;
use pinlens_facts::knowledge::catalog;
use pinlens_facts::python::{Condition, Context, Guard, ImportForm, ImportedModule, Phase, PythonFacts};
use pinlens_facts::words::lists::List;
use pinlens_facts::words::names::{DistributionName, FilePath, lies_in};
use pinlens_facts::words::text::TextRange;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The names that one module of a statement stands for: `from google.cloud import storage` is `google.cloud.storage`,
/// for there the members are modules of distributions of their own.
pub fn lookups<'a>(
    form: ImportForm,
    module: &'a ImportedModule,
    outside: Outside,
) -> impl Iterator<Item = Cow<'a, str>> {
    let name = module.name.as_str();
    let mut inside = module.members.iter().filter(|member| &*member.name != "*").peekable();
    let are_modules = form == ImportForm::From && inside.peek().is_some() && outside.is_namespace(name);
    let whole = (!are_modules).then_some(Cow::Borrowed(name));
    let inside = are_modules.then(|| inside.map(move |member| Cow::Owned(format!("{name}.{}", member.name))));
    whole.into_iter().chain(inside.into_iter().flatten())
}

/// Whether the import can run at all on the target.
pub fn can_run(context: &Context, outside: Outside) -> bool {
    let version = (outside.python.major, outside.python.minor);
    context.phase != Phase::Never
        && context.conditions.iter().all(|condition| match condition {
            Condition::Version { op, version: bound } => op.holds(version.cmp(bound)),
            Condition::Debug => true,
            Condition::Platform { is, names } => outside
                .config
                .python_platform
                .is_none_or(|platform| names.iter().any(|name| platform.answers_to(name)) == *is),
        })
}

/// Whether the import runs on some platforms only, and nothing says for which the code is.
pub(crate) fn is_for_one_platform(context: &Context, outside: Outside) -> bool {
    outside.config.python_platform.is_none()
        && context.conditions.iter().any(|condition| matches!(condition, Condition::Platform { .. }))
}

/// Whether the code carries on without the module, as far as its own statement shows.
fn is_optional(context: &Context) -> bool {
    matches!(context.guard, Guard::CarriesOn | Guard::Fallback)
}

/// Whether the function that imports is only ever called where its failure is caught.
fn is_called_guarded(facts: &PythonFacts, index: usize) -> bool {
    let is_in_call = facts.imports.get(index).is_some_and(|import| import.context.phase == Phase::Call);
    is_in_call && facts.loading.as_ref().is_some_and(|loading| loading.is_called_guarded(index))
}

/// Decides the chains of alternatives among the imports of `file`: where no branch of one is satisfied, the last import that
/// nothing guards is the one that fails; but where nothing is known to provide that one, an earlier branch that is known is
/// to be mended.
pub fn settle_alternatives(ws: &Analysis, file: FileId, imports: &mut [Import]) {
    let mut chains: BTreeMap<u32, BTreeMap<u32, Branch>> = BTreeMap::new();
    for import in &*imports {
        let context = &import.statement.context;
        let Some(alternative) = context.alternative else { continue };
        let branch = chains.entry(alternative.chain).or_default().entry(alternative.branch).or_default();
        branch.add(is_satisfied(ws, file, import), is_known(ws, import), context.guard == Guard::Fallback);
    }
    for import in imports {
        let Some(alternative) = import.statement.context.alternative else { continue };
        if chains.get(&alternative.chain).and_then(to_blame) == Some(alternative.branch) {
            import.is_optional = false;
        }
    }
}

/// The imports of one branch of a chain: whether all of them…
struct Branch {
    is_satisfied: bool,
    is_known: bool,
    is_last_resort: bool,
}

impl Default for Branch {
    fn default() -> Self {
        Self { is_satisfied: true, is_known: true, is_last_resort: true }
    }
}

impl Branch {
    const fn add(&mut self, is_satisfied: bool, is_known: bool, is_last_resort: bool) {
        self.is_satisfied &= is_satisfied;
        self.is_known &= is_known;
        self.is_last_resort &= is_last_resort;
    }
}

/// The branch of a chain that fails, by its number; none where one is satisfied, or where the code carries on without all.
fn to_blame(branches: &BTreeMap<u32, Branch>) -> Option<u32> {
    if branches.values().any(|branch| branch.is_satisfied) {
        return None;
    }
    let (&last, failing) = branches.iter().rfind(|(_, branch)| branch.is_last_resort)?;
    let known = || branches.range(..last).rfind(|(_, branch)| branch.is_known).map(|(number, _)| *number);
    if failing.is_known { Some(last) } else { Some(known().unwrap_or(last)) }
}

/// Whether sure evidence names a distribution that provides it.
fn is_known(ws: &Analysis, import: &Import) -> bool {
    let name = ws.index().id(&import.name);
    let providers = name.and_then(|name| ws.index().providers(name));
    providers.is_some_and(|providers| providers.evidence >= Evidence::Catalog)
}

pub(crate) fn is_satisfied(ws: &Analysis, file: FileId, import: &Import) -> bool {
    let Target::Outside { fallback } = import.target else { return !matches!(import.target, Target::Missing(_)) };
    let Some(name) = ws.index().id(&import.name) else { return false };
    !ws.index().satisfying(ws.project_of(file), name).is_empty()
        || elsewhere::is_there(ws, file, import)
        || fallback.beats(ws.index().providers(name).map(|providers| providers.evidence))
}

/// Resolves the imports of a file that can run on the target, in the order of the text.
pub fn resolve<'a>(workspace: &Analysis, path: &FilePath, facts: &'a PythonFacts) -> Vec<Import<'a>> {
    let mut found = Vec::with_capacity(facts.imports.len());
    found.extend(each(workspace, path, facts));
    found
}

/// The imports of `file` as findings judge them: resolved, and its chains of alternatives decided.
pub(crate) fn settled<'a>(ws: &Analysis, file: FileId, facts: &'a PythonFacts) -> Vec<Import<'a>> {
    let mut imports = resolve(ws, ws.path(file), facts);
    settle_alternatives(ws, file, &mut imports);
    imports
}

/// What [`resolve`] gives, one statement at a time as they are requested.
pub fn each<'a>(workspace: &Analysis, path: &FilePath, facts: &'a PythonFacts) -> impl Iterator<Item = Import<'a>> {
    (0..facts.imports.len()).flat_map(move |index| of_statement(workspace, path, facts, index))
}

/// Resolves the imports of the statements that touch `range`, as [`resolve`] does.
pub fn resolve_at<'a>(
    workspace: &Analysis,
    path: &FilePath,
    facts: &'a PythonFacts,
    range: TextRange,
) -> Vec<Import<'a>> {
    let statements = (0..facts.imports.len()).filter(|index| facts.imports[*index].range().meets(range));
    statements.flat_map(|index| of_statement(workspace, path, facts, index)).collect()
}

/// Resolves the imports of the statement at `index` of [`PythonFacts::imports`]; none where there is none, or where it cannot run on
/// the target.
pub fn of_statement<'a>(
    workspace: &Analysis,
    path: &FilePath,
    facts: &'a PythonFacts,
    index: usize,
) -> Vec<Import<'a>> {
    let outside = workspace.outside();
    let Some(statement) = facts.imports.get(index) else { return Vec::new() };
    if !can_run(&statement.context, outside) {
        return Vec::new();
    }
    let mut found = Vec::with_capacity(statement.parsed.modules.len());
    let is_optional = is_optional(&statement.context) || is_called_guarded(facts, index);
    let is_for_one_platform = is_for_one_platform(&statement.context, outside);
    for module in &statement.parsed.modules {
        let range = statement.absolute(module.range);
        if statement.parsed.level > 0 {
            let name = dotted(statement.parsed.level, module.name.as_str());
            let target = relative(workspace, path, statement.parsed.level, module);
            found.push(Import { statement, index, range, name: name.into(), target, is_optional, is_for_one_platform });
            continue;
        }
        for name in lookups(statement.parsed.form, module, outside) {
            let target = absolute(workspace, path, facts, module, &name);
            found.push(Import { statement, index, range, name, target, is_optional, is_for_one_platform });
        }
    }
    found
}

/// The name of a relative import as it is written.
fn dotted(level: u32, name: &str) -> String {
    let mut dotted = String::with_capacity(level as usize + name.len());
    dotted.extend(std::iter::repeat_n('.', level as usize));
    dotted.push_str(name);
    dotted
}

/// Where the import of `name` leads from the file at `path`.
pub fn absolute(ws: &Analysis, path: &FilePath, facts: &PythonFacts, module: &ImportedModule, name: &str) -> Target {
    if name.is_empty() {
        return Target::FirstParty;
    }
    if ws.config().is_first_party(name) {
        return Target::FirstParty;
    }
    let (modules, folder) = (ws.modules(), path.folder());
    let top = name.split('.').next().unwrap_or_default();
    let holders = modules.holders(top);
    if holders.is_empty() {
        return if ws.outside().is_stdlib(name) {
            Target::Stdlib
        } else {
            Target::Outside { fallback: Fallback::None }
        };
    }
    let mut missing = None;
    for root in ws.roots(folder).iter().filter(|root| holders.binary_search_by(|holder| (**holder).cmp(root)).is_ok()) {
        match modules.find(root, name) {
            // a file that is called like what it imports does not import itself
            Found::Whole(found) | Found::Missing { package: found, .. } if root == folder && is_file(path, &found) => {}
            Found::Whole(_) | Found::Missing { regular: true, .. }
                if is_part_of_namespace(ws, facts, folder, root, top) || is_in_namesake(ws, folder, root, top) => {}
            Found::Missing { regular: true, .. } if is_namesake(ws, root, top) => {}
            Found::Whole(_) | Found::Missing { regular: true, .. }
                if root == folder && is_beside_in_vain(ws, path, root, top) => {}
            // a file has no submodules: a distribution that is required under that name is meant
            Found::Missing { package, regular: true, .. }
                if !modules.is_package(&package) && is_required(ws, path, top) => {}
            Found::Whole(found) => return own(ws, &found, module, name),
            Found::Namespace(_) if takes_a_module(modules, root, name, module) => return Target::FirstParty,
            Found::Missing { package, missing: segment, regular: true } => {
                missing.get_or_insert((package, segment));
            }
            Found::Namespace(_) | Found::Missing { .. } | Found::Nothing => {}
        }
    }
    if ws.outside().is_stdlib(name) {
        return Target::Stdlib;
    }
    if holders.iter().any(|holder| ws.finds_modules_for(holder, folder) && regular(modules, holder, name)) {
        return Target::FirstParty;
    }
    if let Some((package, segment)) = missing {
        // what protoc writes counts from where it was run
        if name.rsplit('.').next().is_some_and(|last| last.contains("_pb2") && is_generated(last)) {
            return Target::FirstParty;
        }
        // a script that is called like a package elsewhere is not what is meant by the package's module
        if !modules.is_package(&package) && holders.iter().any(|holder| regular(modules, holder, name)) {
            return Target::FirstParty;
        }
        return missing_part(ws, &package, &segment);
    }
    let itself = name == path.stem() || path.stem() == "__init__";
    let beside =
        !itself && matches!(modules.find(folder, name), Found::Whole(_)) && !is_only_of_package(ws, folder, top)
            || FileKind::of(path) == Some(FileKind::Stub) && is_in_stubs(modules, folder, name);
    let known_elsewhere = facts.traits.changes_path && holders.iter().any(|holder| regular(modules, holder, name));
    let fallback = if beside || known_elsewhere {
        Fallback::Beside
    } else if holders.iter().any(|holder| is_meant_above(modules, holder, folder, name, module)) {
        Fallback::Above
    } else if holders.iter().any(|holder| !matches!(modules.find(holder, name), Found::Missing { .. } | Found::Nothing))
    {
        Fallback::Elsewhere
    } else {
        Fallback::None
    };
    Target::Outside { fallback }
}

/// Whether the project of the file at `path` requires a distribution of that name, which the workspace does not make.
fn is_required(ws: &Analysis, path: &FilePath, top: &str) -> bool {
    let name = DistributionName::new(top);
    ws.projects().all[ws.projects().of_path(path.as_str())].names.contains(&name) && !ws.makes(&name)
}

/// The workspace's own module at `found`, of which the statement may take what is not there.
fn own(ws: &Analysis, found: &str, module: &ImportedModule, name: &str) -> Target {
    if module.name.as_str() != name || module.members.is_empty() || !ws.binds_nothing(found) {
        return Target::FirstParty;
    }
    let is_there = |member: &str| {
        member == "*"
            || member.starts_with("__")
            || is_generated(member)
            || matches!(ws.modules().find(found, member), Found::Whole(_) | Found::Namespace(_))
            || elsewhere::is_part_out_of_sight(ws, found, member)
    };
    match module.members.iter().find(|member| !is_there(&member.name)) {
        Some(member) => Target::Missing(format!("{found} binds no name `{0}`, and has no module `{0}`", member.name)),
        None => Target::FirstParty,
    }
}

/// Whether a module next to the file, in the folder `root`, is not found under its name `top`: nothing there is run as a script, so that
/// no `sys.path` has the folder, and a required distribution has the module.
fn is_beside_in_vain(ws: &Analysis, path: &FilePath, root: &str, top: &str) -> bool {
    !root.is_empty()
        && shadow::declared_module(ws, ws.projects().of_path(path.as_str()), top).is_some()
        && !ws.is_project_root(root)
        && !ws.holds_scripts(root)
}

/// Whether a module next to the files of the package `folder` is found as a part of it alone, where a known distribution has one of that
/// name: nothing there is run as a script, and no code changes `sys.path`.
fn is_only_of_package(ws: &Analysis, folder: &str, top: &str) -> bool {
    ws.modules().is_package(folder)
        && ws.may_be_declared(top)
        && !ws.is_project_root(folder)
        && !ws.holds_scripts(folder)
        && !ws.changes_path()
}

/// Whether a stub in `folder` finds `name` next to its own outermost package: type checkers are given such a folder of stubs as a
/// whole, wherever it lies.
fn is_in_stubs(modules: &ModuleTree, folder: &str, name: &str) -> bool {
    let mut stubs = folder;
    while modules.is_package(stubs) && !stubs.is_empty() {
        stubs = stubs.rsplit_once('/').map_or("", |(outer, _)| outer);
    }
    matches!(modules.find(stubs, name), Found::Whole(_))
}

/// Whether `root` is a namespace package and no entry of `sys.path`, as the file itself shows: it imports modules of `root` by
/// their names from further out. Evaluated only where it may be a distribution.
fn is_part_of_namespace(ws: &Analysis, facts: &PythonFacts, folder: &str, root: &str, top: &str) -> bool {
    if root.is_empty() || !ws.may_be_declared(top) {
        return false;
    }
    let (outer, namespace) = root.rsplit_once('/').unwrap_or(("", root));
    let absolute = facts.imports.iter().filter(|statement| statement.parsed.level == 0);
    let mut names = absolute.flat_map(|statement| &statement.parsed.modules).map(|module| module.name.as_str());
    ws.roots(folder).iter().any(|other| other == outer)
        && names.any(|name| {
            name.strip_prefix(namespace).is_some_and(|rest| rest.starts_with('.'))
                && matches!(ws.modules().find(outer, name), Found::Whole(_))
        })
}

/// Whether `root` is a folder called `top`, in which a module of the same name lies: `poetry.core` is no part of `src/poetry/poetry.py`
/// where `src/poetry` is the namespace that a required distribution shares.
fn is_namesake(ws: &Analysis, root: &str, top: &str) -> bool {
    root.rsplit('/').next() == Some(top) && root.contains('/') && ws.may_be_declared(top)
}

/// Whether code in `folder` means a required distribution by the name `top` of its own package in `root`, as `examples/pydantic` does,
/// which is run by its own place: `root` is no folder that a project puts on `sys.path`.
fn is_in_namesake(ws: &Analysis, folder: &str, root: &str, top: &str) -> bool {
    // computed for every import of the workspace's own modules
    if root.is_empty() || !ws.may_be_declared(top) {
        return false;
    }
    let inside = folder.strip_prefix(root).and_then(|rest| rest.strip_prefix('/'));
    inside.and_then(|inside| inside.split('/').next()) == Some(top) && !ws.is_project_root(root)
}

/// Whether the folder `holder` above `folder` is where `name` is meant to be, though a package is around it: all of a dotted name is
/// there, or what is imported from it.
fn is_meant_above(modules: &ModuleTree, holder: &str, folder: &str, name: &str, module: &ImportedModule) -> bool {
    let is_told = name.contains('.') || takes_a_module(modules, holder, name, module);
    lies_in(folder, holder) && is_told && regular(modules, holder, name) && !catalog::is_popular_module(name)
}

/// Whether a module, by its path without extension, is the file itself.
fn is_file(path: &FilePath, module: &str) -> bool {
    path.as_str().rsplit_once('.').is_some_and(|(stem, _)| stem == module)
}

fn regular(modules: &ModuleTree, holder: &str, name: &str) -> bool {
    matches!(modules.find(holder, name), Found::Whole(_))
}

/// Whether `from name import x` takes a module of the namespace package `name`.
fn takes_a_module(modules: &ModuleTree, root: &str, name: &str, module: &ImportedModule) -> bool {
    module.members.iter().any(|member| {
        let whole = format!("{}.{}", module.name, member.name);
        module.name.as_str() == name && matches!(modules.find(root, &whole), Found::Whole(_))
    })
}

fn relative(ws: &Analysis, path: &FilePath, level: u32, module: &ImportedModule) -> Target {
    let Some(base) = ws.modules().relative_base(path.folder(), level) else {
        return Target::Missing("the relative import leaves the workspace's top folder".to_owned());
    };
    if module.name.as_str().is_empty() {
        return members_of(ws, &base, module);
    }
    match ws.modules().find(&base, module.name.as_str()) {
        Found::Whole(found) => own(ws, &found, module, module.name.as_str()),
        Found::Namespace(_) => Target::FirstParty,
        Found::Missing { package, missing, .. } => missing_part(ws, &package, &missing),
        Found::Nothing => missing_part(ws, &base, module.name.top()),
    }
}

/// `from . import x`: with an `__init__` it may be any name in there; without one only a module.
fn members_of(ws: &Analysis, base: &str, module: &ImportedModule) -> Target {
    let is_module = |name: &str| matches!(ws.modules().find(base, name), Found::Whole(_) | Found::Namespace(_));
    let mut members = module.members.iter().map(|member| &*member.name);
    match members.find(|name| *name != "*" && !ws.modules().is_package(base) && !is_module(name)) {
        Some(missing) => missing_part(ws, base, missing),
        None => own(ws, base, module, module.name.as_str()),
    }
}

fn is_generated(segment: &str) -> bool {
    List::GeneratedModule
        .rows()
        .iter()
        .any(|(name, kind)| segment == *name || *kind == "end" && segment.ends_with(name))
}

fn missing_part(ws: &Analysis, package: &str, segment: &str) -> Target {
    if is_generated(segment) || ws.makes_submodules(package) || elsewhere::is_part_out_of_sight(ws, package, segment) {
        return Target::FirstParty;
    }
    let place = if package.is_empty() { "the top folder" } else { package };
    Target::Missing(format!("there is no module `{segment}` in {place}"))
}
