//! Deployments: what each installs, what it starts, and whether that start comes to something that is not there.
//!
//! [`find`] collects them from Dockerfiles, compose files, Procfiles and the files of platforms. [`build`] and [`run`] make of an
//! image's description what it holds ([`image`], [`install`]); [`starts`] follows commands and shell scripts to what runs;
//! [`view`] is what Python sees there, and [`judge`] walks the start-up and enters what is not there.
//!
//! Nothing is run. What cannot be known is kept with its reason, and a start that depends on it is never said to crash.

// lints of taste: names of shells and images are compared as they are written, and what images hold is assigned piece by piece
#![allow(
    clippy::assigning_clones,
    clippy::case_sensitive_file_extension_comparisons,
    clippy::fn_params_excessive_bools,
    clippy::match_same_arms,
    clippy::needless_pass_by_value,
    clippy::similar_names,
    clippy::single_match_else,
    clippy::struct_excessive_bools,
    clippy::too_many_lines,
    clippy::type_complexity,
    clippy::unused_self
)]

mod base;
mod build;
pub(crate) mod demands;
mod deployment;
mod executable;
pub(crate) mod find;
mod image;
mod install;
mod judge;
mod platforms;
mod provided;
mod run;
mod starts;
pub(crate) mod told;
mod view;

pub(crate) use deployment::range_of;
pub use deployment::{Deployment, Deployments, Installs, Lack, Start, Verdict, What};
pub use image::{About, Place, Unknown};

use crate::model::store::Model;
use std::cell::RefCell;
use std::sync::Arc;

/// The deployments of a workspace, kept from one question to the next.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    known: RefCell<Option<Arc<Deployments>>>,
}

impl Memory {
    /// What was known, if anything was asked; it is forgotten.
    pub fn take(&self) -> Option<Arc<Deployments>> {
        self.known.borrow_mut().take()
    }

    /// Takes back what was forgotten, for it still holds.
    pub fn remember(&self, known: Arc<Deployments>) {
        *self.known.borrow_mut() = Some(known);
    }

    /// What is known, if anything was asked.
    pub fn known(&self) -> Option<Arc<Deployments>> {
        self.known.borrow().clone()
    }
}

/// What is kept of deployments.
pub(crate) fn memory(ws: &Model) -> &Memory {
    ws.slots.get::<Memory>()
}

/// Every deployment, by the place of its description.
pub fn of(ws: &Model) -> Arc<Deployments> {
    memory(ws).known().unwrap_or_else(|| {
        let found = Arc::new(Deployments::new(find::all(ws)));
        memory(ws).remember(found.clone());
        found
    })
}
