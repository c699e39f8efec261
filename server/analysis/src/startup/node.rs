//! The nodes of the graph of a start-up.

use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::python::PythonFacts;
use pinlens_facts::python::loading::Scope;

/// A scope of a file as it runs: one node of the graph.
pub(crate) type Node = (FileId, Scope);

/// The scope of the file that is run as a script: the module's own level, with what stands under
/// `if __name__ == "__main__"`.
pub(crate) const MAIN: Scope = u32::MAX - 1;

/// The facts of a Python file.
pub(crate) fn python(ws: &Analysis, file: FileId) -> Option<&PythonFacts> {
    match ws.facts(file) {
        Some(FileFacts::Python(facts)) => Some(facts),
        _ => None,
    }
}
