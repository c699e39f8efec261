//! Where modules are looked up as an application starts: in the workspace, or in what a deployment holds.

use super::step::Steps;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::resolve::Outside;
use pinlens_facts::python::{ImportStatement, ImportedModule, PythonFacts};
use std::sync::Arc;

/// What a walk from the entries sees.
pub(crate) trait Sight {
    /// The workspace whose files are walked.
    fn ws(&self) -> &Analysis;

    /// What is known outside it: the Python and the platform among it.
    fn outside(&self) -> Outside<'_>;

    /// The files that one module of an import statement loads, in order; empty where it leads out of the workspace.
    fn loads(
        &self,
        file: FileId,
        facts: &PythonFacts,
        statement: &ImportStatement,
        module: &ImportedModule,
    ) -> Vec<FileId>;

    /// The file of the module from which a `from` import takes its members.
    fn source(
        &self,
        file: FileId,
        facts: &PythonFacts,
        statement: &ImportStatement,
        module: &ImportedModule,
    ) -> Option<FileId>;

    /// The packages' `__init__` files that are loaded before the module in `file`, outermost first.
    fn packages_of(&self, file: FileId) -> Vec<FileId>;

    /// Whether all that the import statement of that index imports is there.
    fn is_satisfied(&self, file: FileId, facts: &PythonFacts, index: usize) -> bool;

    /// What a file does as it is loaded.
    fn steps(&self, file: FileId) -> Arc<Steps>;

    /// The value of a variable of the environment, where that is known.
    fn variable(&self, name: &str) -> Option<String>;

    /// The command that `manage.py` runs, where that is known.
    fn command(&self) -> Option<String>;
}
