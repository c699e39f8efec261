//! What was worked out of start-up, kept from one query to the next.

use super::entries::{self, Entry};
use super::loads;
use super::reach::Reach;
use super::sight::Sight;
use super::steps::Steps;
use super::whole::Startup;
use crate::analysis::{Analysis, Input, Remembered};
use crate::imports;
use crate::model::ids::FileId;
use crate::model::resolve::Outside;
use pinlens_facts::python::{ImportStatement, ImportedModule, PythonFacts};
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

/// What each file that a walk came to does as it is loaded. The workspace looks again at each file that changes.
#[derive(Debug, Default)]
struct KnownSteps(RefCell<FxHashMap<FileId, Arc<Steps>>>);

impl Remembered for KnownSteps {
    const INPUTS: &'static [Input] = &[Input::Structure, Input::Declarations];
}

/// Where applications start. A Python file that is edited stays an entry, or becomes none, without a change of structure.
#[derive(Debug, Default)]
struct KnownEntries(OnceCell<Vec<Entry>>);

impl Remembered for KnownEntries {
    const INPUTS: &'static [Input] = &[Input::Structure, Input::Declarations, Input::Texts];
}

/// How all entries start.
#[derive(Debug, Default)]
struct Whole(OnceCell<Arc<Startup>>);

impl Remembered for Whole {
    const INPUTS: &'static [Input] = &[Input::Structure, Input::Declarations, Input::Texts, Input::Steps];
}

/// All on which it depends how applications start and what they lack then.
pub(crate) const INPUTS: &[Input] =
    &[Input::Structure, Input::Declarations, Input::Mentions, Input::Texts, Input::Imports, Input::Steps];

/// What a file does as it is loaded.
pub(crate) fn steps(ws: &Analysis, file: FileId) -> Arc<Steps> {
    let known = &ws.remembered::<KnownSteps>().0;
    if let Some(steps) = known.borrow().get(&file) {
        return steps.clone();
    }
    let steps = Arc::new(Steps::of(ws, file));
    known.borrow_mut().insert(file, steps.clone());
    steps
}

/// Looks again at files whose facts changed; returns whether what any of them does is another.
pub(crate) fn look_again(ws: &Analysis, files: &[FileId]) -> bool {
    let known = &ws.remembered::<KnownSteps>().0;
    let mut differs = false;
    for file in files {
        let Some(old) = known.borrow_mut().remove(file) else { continue };
        let new = Arc::new(Steps::of(ws, *file));
        differs |= old != new;
        known.borrow_mut().insert(*file, new);
    }
    differs
}

/// How the applications of the workspace start.
pub(crate) fn start_up(ws: &Analysis) -> Arc<Startup> {
    let make = || {
        let entries = ws.remembered::<KnownEntries>().0.get_or_init(|| entries::find(ws)).clone();
        let reach = Reach::of(ws, &entries);
        Arc::new(Startup { entries, reach })
    };
    ws.remembered::<Whole>().0.get_or_init(make).clone()
}

/// The same, if it was queried since it last became another.
pub(crate) fn known(ws: &Analysis) -> Option<Arc<Startup>> {
    ws.remembered::<Whole>().0.get().cloned()
}

impl Sight for Analysis {
    fn ws(&self) -> &Analysis {
        self
    }

    fn outside(&self) -> Outside<'_> {
        self.model().outside()
    }

    fn loads(
        &self,
        file: FileId,
        facts: &PythonFacts,
        statement: &ImportStatement,
        module: &ImportedModule,
    ) -> Vec<FileId> {
        loads::of(self, self.path(file), facts, statement, module)
    }

    fn source(
        &self,
        file: FileId,
        facts: &PythonFacts,
        statement: &ImportStatement,
        module: &ImportedModule,
    ) -> Option<FileId> {
        loads::source(self, self.path(file), facts, statement, module)
    }

    fn packages_of(&self, file: FileId) -> Vec<FileId> {
        loads::packages_of(self, self.path(file))
    }

    fn is_satisfied(&self, file: FileId, facts: &PythonFacts, index: usize) -> bool {
        let found = imports::of_statement(self, self.path(file), facts, index);
        !found.is_empty() && found.iter().all(|import| imports::is_satisfied(self, file, import))
    }

    fn steps(&self, file: FileId) -> Arc<Steps> {
        steps(self, file)
    }

    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn command(&self) -> Option<String> {
        None
    }
}
