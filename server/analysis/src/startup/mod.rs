//! What runs when an application starts, and what will crash then, by which chain of imports.
//!
//! [`entries`] finds where applications start. [`steps`] lists of one file what it loads and calls as it is loaded, and what
//! its handlers make of a failure there; [`loads`] finds the files that an import loads. [`reach`] walks from the entries, in the
//! order in which Python would, and remembers how each file was come to and which failures in it end the program.
//! [`chains`] reads the ways back; [`trace`] and [`why`] are what people request,
//! [`tree`] is how a trace is read.
//!
//! Nothing is run: this is what the texts say. What is uncertain (methods, platform tests) is not followed.

pub mod chains;
pub(crate) mod django;
pub mod entries;
pub(crate) mod loads;
mod memory;
pub mod needs;
mod node;
pub(crate) mod reach;
pub(crate) mod sight;
mod step;
pub mod steps;
mod whole;

pub(crate) use memory::{INPUTS, known, look_again, start_up, steps as steps_of};
pub(crate) use node::{MAIN, Node};
pub(crate) use whole::Startup;

use crate::analysis::Analysis;
use crate::model::ids::FileId;
use entries::Entry;
use pinlens_facts::words::names::FilePath;
use std::collections::BTreeSet;

/// The entry at `path`: the surest that was found there, else the file as a script. `None` where no Python file is there.
pub fn entry_at(ws: &Analysis, path: &FilePath) -> Option<Entry> {
    let file = ws.file(path)?;
    let pinlens_facts::facts::FileFacts::Python(_) = ws.facts(file)? else { return None };
    let known = start_up(ws).entries.iter().find(|entry| entry.file == file).cloned();
    Some(known.unwrap_or_else(|| Entry::file(ws, file)))
}

/// The files that import what no requirement declares.
pub(crate) fn lacking(ws: &Analysis) -> BTreeSet<FileId> {
    let projects = 0..ws.projects().all.len();
    let missing = projects.flat_map(|id| ws.index().missing(id).into_iter().map(move |name| (id, name)));
    missing.flat_map(|(id, name)| ws.index().importers(id, name)).collect()
}
