//! The model of a workspace folder with what is remembered of it: what every layer above the model queries.
//!
//! A layer keeps what it works out between two queries as a type of its own, which names its [`Input`]s. The value is
//! forgotten when, and only when, one of them differs: nothing else clears it, so a value whose inputs are named rightly
//! is never stale.

mod inputs;
pub mod mutations;
mod slots;

pub(crate) use inputs::{Input, Inputs, Remembered};

use crate::model::store::Model;
use slots::Slots;
use std::ops::Deref;

/// The model of one workspace folder, and what is remembered of it. Only [`crate::workspace::Workspace`] changes it.
#[derive(Debug, Default)]
pub struct Analysis {
    model: Model,
    remembered: Slots,
}

impl Deref for Analysis {
    type Target = Model;

    fn deref(&self) -> &Model {
        &self.model
    }
}

impl Analysis {
    /// The data, for functions that take any model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The value that is remembered of the type.
    pub(crate) fn remembered<T: Remembered>(&self) -> &T {
        self.remembered.get()
    }

    /// The same, to be kept in step with a change that does not make all of it another.
    pub(crate) fn remembered_mut<T: Remembered>(&mut self) -> &mut T {
        self.remembered.get_mut()
    }

    /// The data, to be changed. What is remembered is forgotten by [`Self::forget`].
    pub(crate) fn model_mut(&mut self) -> &mut Model {
        &mut self.model
    }

    /// Forgets every value that is made of one of the inputs.
    pub(crate) fn forget(&mut self, differs: Inputs) {
        self.remembered.forget(differs);
    }
}
