//! Start-up in few words: what an editor shows above an entry's first line and next to an import.

use super::needs::Lacking;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::startup;
use crate::startup::chains::{self, Fate};
use crate::startup::entries::Entry;
use crate::startup::reach::Reach;
use pinlens_facts::python::Phase;
use pinlens_facts::words::names::DistributionName;
use std::collections::BTreeSet;
use std::fmt;

/// How an entry starts, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The entry.
    pub entry: Entry,
    /// How many files are loaded.
    pub modules: usize,
    /// The distributions that are imported on the way and that no requirement declares, by name.
    pub missing: Vec<DistributionName>,
    /// Those of them without which the program ends.
    pub crashes: Vec<DistributionName>,
}

impl fmt::Display for Summary {
    /// `start-up: 41 modules, 2 missing requirements`
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |number: usize| if number == 1 { "" } else { "s" };
        let (modules, missing) = (self.modules, self.missing.len());
        write!(out, "start-up: {modules} module{}, ", plural(modules))?;
        match missing {
            0 => write!(out, "no missing requirement"),
            number => write!(out, "{number} missing requirement{}", plural(number)),
        }
    }
}

/// How the entry in `file` starts, for a code lens on its first line; `None` for a file at which no application starts.
pub fn start_up_summary(ws: &Analysis, file: FileId) -> Option<Summary> {
    let entry = startup::start_up(ws).entries.iter().find(|entry| entry.file == file)?.clone();
    let reach = Reach::of(ws, std::slice::from_ref(&entry));
    let files: BTreeSet<FileId> = reach.order.iter().map(|node| node.0).collect();
    let (mut missing, mut crashes) = (BTreeSet::new(), BTreeSet::new());
    // most files lack nothing: of them nothing is resolved
    let (undeclared, deployments) = (startup::lacking(ws), crate::deployments::of(ws));
    let may_lack = |file: &&FileId| undeclared.contains(file) || !deployments.in_file(**file).is_empty();
    for file in files.iter().filter(may_lack) {
        for Lacking { need, fate } in super::needs::of(ws, &entry, *file) {
            let Some(name) = need.lack.distribution().cloned() else { continue };
            match fate.unwrap_or_else(|| super::needs::fate(ws, &reach, *file, &need)) {
                Fate::Unreached => continue,
                Fate::Stopped { .. } => {}
                Fate::Crash { .. } if need.doubt.is_some() => {}
                Fate::Crash { .. } => drop(crashes.insert(name.clone())),
            }
            missing.insert(name);
        }
    }
    let (missing, crashes) = (missing.into_iter().collect(), crashes.into_iter().collect());
    Some(Summary { entry, modules: files.len(), missing, crashes })
}

/// What start-up makes of the import at `offset` of a file, for a hover: the chain that comes to it, and what its failure
/// would mean: `start-up of main.py: main.py → app.py; a failure here ends the program`. `None` where no import stands there, or no start-up comes to it.
pub fn start_up_of_import(ws: &Analysis, file: FileId, offset: u32) -> Option<String> {
    let facts = chains::python(ws, file)?;
    let is_there = |statement: &pinlens_facts::python::ImportStatement| statement.range().touches(offset);
    let index = facts.imports.iter().position(is_there)?;
    if facts.imports[index].context.phase >= Phase::TypeChecking {
        return None;
    }
    let startup = startup::start_up(ws);
    let (entry, chain, outcome) = match startup.fate(ws, file, index) {
        Fate::Unreached => return None,
        Fate::Crash { entry, chain, .. } => (entry, chain, "a failure here ends the program".to_owned()),
        Fate::Stopped { entry, chain, by: (stopper, _) } => {
            (entry, chain, format!("{} carries on where this fails", ws.path(stopper)))
        }
    };
    let mut files: Vec<FileId> = chain.iter().map(|link| link.file).chain([file]).collect();
    files.dedup();
    let way: Vec<&str> = files.iter().map(|file| ws.path(*file).as_str()).collect();
    let entry = ws.path(startup.entries.get(entry)?.file);
    Some(format!("start-up of {entry}: {}; {outcome}", way.join(" → ")))
}
