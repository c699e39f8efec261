//! Looks up in the package index what a fix leaves open, where the user allowed it (`--index`).

use crate::args::IndexArgs;
use crate::console::warn;
use crate::project::Project;
use pinlens_analysis::fixes::Fix;
use pinlens_analysis::fixes::lookup::{Answer, Lookup};
use pinlens_loader::package_index::{self, Failure, Query};
use std::cell::RefCell;
use std::time::Duration;

/// Whether and how the package index is queried, with the answers of this run.
#[derive(Debug, Default)]
pub struct PackageIndex {
    /// How long it may take to answer; `None` where it is not queried.
    limit: Option<Duration>,
    known: RefCell<Vec<(Query, Option<Answer>)>>,
}

impl PackageIndex {
    /// One that is queried where the arguments allow it.
    pub fn new(args: &IndexArgs) -> Self {
        let limit = Duration::from_secs(args.index_timeout);
        Self { limit: args.index.then_some(limit), known: RefCell::default() }
    }

    /// The fix with what the package index has for it; as it was where nothing is to be looked up, or no answer comes. What went
    /// wrong is reported on standard error.
    pub fn complete(&self, project: &Project, fix: Fix) -> Fix {
        let (Some(lookup), Some(limit)) = (&fix.lookup, self.limit) else { return fix };
        let answer = self.answer(project, lookup, limit);
        let completed = answer.and_then(|answer| project.workspace.complete(lookup, &answer));
        match completed {
            // a guess stays one, whatever the package index has
            Some(new) => {
                Fix { applicability: fix.applicability.max(new.applicability), preferred: fix.preferred, ..new }
            }
            None => fix,
        }
    }

    fn answer(&self, project: &Project, lookup: &Lookup, limit: Duration) -> Option<Answer> {
        let query = query(project, lookup);
        if let Some((_, answer)) = self.known.borrow().iter().find(|(known, _)| *known == query) {
            return answer.clone();
        }
        let index =
            package_index::PackageIndex { limit, ..package_index::PackageIndex::new(project.loader.root.clone()) };
        let answer = match index.look_up(&query, &|| false) {
            Ok(found) => Some(Answer::Version(found.version, found.hashes)),
            Err(Failure::NoWheel) => Some(Answer::NoWheel),
            Err(failure) => {
                warn(&format!("{}: {failure}", lookup.name));
                None
            }
        };
        self.known.borrow_mut().push((query, answer.clone()));
        answer
    }
}

fn query(project: &Project, lookup: &Lookup) -> Query {
    Query {
        name: lookup.name.to_string(),
        version: lookup.version.clone(),
        hashes: lookup.hashes,
        options: project.workspace.index_options(lookup),
        python: project.workspace.python().map(|python| python.to_string()),
    }
}
