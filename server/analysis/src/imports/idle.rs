//! Which imports use a requirement though the target never runs them, or though a module of the workspace is found first.

use super::{can_run, shadow};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::queries::absolute_tops;
use pinlens_facts::python::PythonFacts;
use pinlens_facts::words::names::DistributionName;

/// The distributions for which a file has an import that the target never runs, or that a module of the workspace hides.
pub(crate) fn idle_names(ws: &Analysis, file: FileId, facts: &PythonFacts) -> Vec<DistributionName> {
    let outside = ws.outside();
    let idle = facts.imports.iter().filter(|statement| !can_run(&statement.context, outside));
    let names = idle.flat_map(|statement| &statement.parsed.modules).map(|module| module.name.as_str());
    let mut found: Vec<DistributionName> =
        names.filter_map(|name| outside.providers(name)).flat_map(|providers| providers.candidates).collect();
    found.extend(absolute_tops(facts).filter_map(|top| shadow::hidden(ws, file, top)));
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a declaration may hide an import of the file: it imports a module of the workspace that is called like what a
/// distribution provides.
pub(crate) fn is_suspect(ws: &Analysis, facts: &PythonFacts) -> bool {
    absolute_tops(facts).any(|top| !ws.modules().holders(top).is_empty() && ws.may_be_declared(top))
}
