//! The steps of one file, as values.

use crate::model::ids::FileId;
use pinlens_facts::python::django::{By, Replaced, When};
use pinlens_facts::python::loading::{Body, Failure, Failures, Scope};

/// The steps of one file, in the order of its text; two are equal wherever in the text they are.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Steps {
    pub list: Vec<Step>,
    /// The functions that other modules can call, with their scopes.
    pub(super) functions: Vec<(Box<str>, Scope, Body)>,
    /// The names that it takes from other files of the workspace, and so hands on.
    pub(super) taken: Vec<(Box<str>, FileId)>,
}

/// One thing that a file does as it is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub what: What,
    /// The scope that it is part of.
    pub scope: Scope,
    /// Whether it is done only by the file that is run as a script.
    pub is_main: bool,
    /// As what each kind of failure leaves the scope; nothing for one that a handler stops.
    pub leaves: Leaves,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A module of an import statement, by the indices of both, loads these files.
    Load { import: u32, module: u32, files: Box<[FileId]> },
    /// The call of that index in [`Loading::calls`] runs a scope of the same file.
    Call { call: u32, scope: Scope },
    /// The call of that index in [`Loading::foreign`] runs a function of that name, which the file has or hands on.
    Foreign { call: u32, file: FileId, name: Box<str>, used: Body },
    /// The call of that index in the file's words to Django loads these files, and then the phases of the settings.
    Setup { setup: u32, files: Box<[FileId]>, settings: FileId, phases: &'static [When] },
    /// The module of that index that a string names is loaded: these files.
    Named { named: u32, by: By, files: Box<[FileId]> },
    /// The method `ready` runs of the application that the string of that index names: that scope of that file.
    Ready { named: u32, by: By, file: FileId, scope: Scope },
    /// The settings of that file hold here but for those that are replaced, by the import of that index.
    Inherited { import: u32, file: FileId, replaced: Replaced },
}

/// As what each of [`Failure::ALL`] leaves a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leaves(pub(super) [Option<Failure>; 3]);

impl Leaves {
    /// What is not sure to be come to ends nothing.
    pub(super) const NOTHING: Self = Self([None; 3]);

    /// What nothing catches leaves as it is.
    pub(super) const ALL: Self = Self([Some(Failure::Import), Some(Failure::Other), Some(Failure::Exit)]);

    /// As what `failure` leaves.
    pub fn of(self, failure: Failure) -> Option<Failure> {
        self.0[failure as usize]
    }

    /// The failures that leave as one of `fatal`.
    pub fn that_are(self, fatal: Failures) -> Failures {
        let is_fatal = |failure: &Failure| self.of(*failure).is_some_and(|left| fatal.has(left));
        Failure::ALL.into_iter().filter(is_fatal).fold(Failures::NONE, Failures::with)
    }
}

impl Steps {
    /// The scope of the function of that name; of two, the last.
    pub fn function(&self, name: &str) -> Option<(Scope, Body)> {
        let (_, scope, body) = self.functions.iter().rev().find(|(function, ..)| **function == *name)?;
        Some((*scope, *body))
    }

    /// The file from which it takes a name.
    pub fn source_of(&self, name: &str) -> Option<FileId> {
        self.taken.iter().rev().find(|(taken, _)| **taken == *name).map(|(_, file)| *file)
    }
}
