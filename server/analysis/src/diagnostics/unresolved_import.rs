//! `unresolved-import`: nothing that is known for sure provides an imported module.
//!
//! Either the workspace has the package but not the module, or nothing outside is known to provide it. A distribution
//! whose name is alike is named as the guess that it is.

use super::{Code, Diagnostic, Findings, Severity, removed_stdlib_module, severity_of, undeclared_import};
use crate::catalog::{self, StdlibStatus};
use crate::imports::{Import, Target};
use crate::names::{DistributionName, ModuleName, squash};
use crate::resolve::Evidence;
use crate::text::TextRange;
use crate::workspace::{FileId, Workspace};

/// Finds the unresolved imports among `imports`, those of `file`.
pub(super) fn check(ws: &Workspace, file: FileId, imports: &[Import], findings: &mut Findings) {
    let mut told: Vec<TextRange> = Vec::new();
    for import in imports {
        let Some((message, distribution)) = unresolved(ws, file, import) else { continue };
        if told.contains(&import.range) || removed_stdlib_module::removed(ws, file, import).is_some() {
            continue;
        }
        told.push(import.range);
        let project = &ws.projects().all[ws.project_of(file)];
        let worst = undeclared_import::worst(ws, file, project).min(Severity::Warning);
        let worst = if matches!(import.target, Target::Missing(_)) { Severity::Warning } else { worst };
        let diagnostic = Diagnostic {
            code: Code::UnresolvedImport,
            severity: severity_of(import, worst),
            range: import.range,
            message,
            module: Some(module_of(import)),
            distribution,
            related: Vec::new(),
            unnecessary: false,
        };
        findings.add(diagnostic, &import.statement.ignores);
    }
}

/// What is to be said of an import that nothing sure provides.
pub(crate) fn unresolved(ws: &Workspace, file: FileId, import: &Import) -> Option<(String, Option<DistributionName>)> {
    let name = &import.name;
    let fallback = match &import.target {
        Target::Missing(why) => return Some((format!("`{name}` cannot be imported: {why}."), None)),
        Target::Outside { fallback } => *fallback,
        Target::Stdlib | Target::FirstParty => return None,
    };
    let id = ws.index().id(name)?;
    if !ws.index().satisfying(ws.project_of(file), id).is_empty() {
        return None;
    }
    let top = name.split('.').next().unwrap_or_default();
    if ws.installs(file).iter().any(|installed| squash(installed.as_str()) == squash(top)) {
        return None;
    }
    match ws.index().providers(id) {
        Some(providers) if providers.evidence >= Evidence::Catalog || fallback.beats(Some(providers.evidence)) => None,
        Some(providers) => {
            let best = providers.candidates.first()?;
            let message = format!(
                "Nothing is known to provide `{name}`. There is a distribution called {best}, but that is only {}: check it before you add it.",
                providers.because
            );
            Some((message, Some(best.clone())))
        }
        None if fallback.beats(None) || may_be_a_part(ws, file, top) || may_be_of_one_alike(ws, file, top) => None,
        None => Some((format!("Nothing is known to provide `{name}`: {}.", nowhere(ws, name)), None)),
    }
}

/// Whether the workspace holds a part of the namespace `top`, while a requirement is called as another part of it and nobody knows its
/// modules: `galaxy.model` beside a required galaxy-data.
fn may_be_a_part(ws: &Workspace, file: FileId, top: &str) -> bool {
    let is_unknown = |name: &&DistributionName| is_unknown(ws, name);
    let is_shared = ws.modules().holders(top).iter().any(|holder| {
        let package = if holder.is_empty() { top.to_owned() } else { format!("{holder}/{top}") };
        ws.modules().has_folder(&package) && (!ws.modules().is_package(&package) || ws.makes_submodules(&package))
    });
    let prefix = format!("{}-", DistributionName::new(top));
    let names = &ws.projects().all[ws.project_of(file)].names;
    is_shared && names.iter().filter(is_unknown).any(|name| name.as_str().starts_with(&prefix))
}

/// Whether a requirement whose modules nobody knows holds the module's name in its own: `saltfactories` beside a required
/// pytest-salt-factories.
fn may_be_of_one_alike(ws: &Workspace, file: FileId, top: &str) -> bool {
    let module = squash(top);
    let names = &ws.projects().all[ws.project_of(file)].names;
    let is_alike = |name: &DistributionName| squash(name.as_str()).contains(&module);
    module.len() >= FEWEST_ALIKE && names.iter().filter(|name| is_unknown(ws, name)).any(is_alike)
}

/// A shorter name is in another one by chance.
const FEWEST_ALIKE: usize = 6;

fn is_unknown(ws: &Workspace, name: &DistributionName) -> bool {
    !ws.makes(name) && !catalog::knows_modules_of(name) && ws.environment().get(name).is_none()
}

/// Where was looked, and what to do.
fn nowhere(ws: &Workspace, name: &str) -> String {
    let top = name.split('.').next().unwrap_or_default();
    match catalog::stdlib_status(top, ws.target()) {
        StdlibStatus::Later(first) => return format!("the standard library has it only from Python {first} on"),
        StdlibStatus::Removed(_) | StdlibStatus::Present | StdlibStatus::Never => {}
    }
    let places = if ws.environment().location.is_empty() {
        "it is no module of the workspace, of the standard library or of a distribution in the catalog".to_owned()
    } else {
        format!(
            "it is no module of the workspace, of the standard library, of {} or of the catalog",
            ws.environment().location
        )
    };
    format!("{places}. Map it to its distribution in the configuration, or silence it with `# pinlens: ignore`")
}

/// The dotted name without the dots of a relative import.
fn module_of(import: &Import) -> ModuleName {
    ModuleName::new(&import.name)
}
