//! The fixes of many findings of one file, computed in one pass: what several need is looked up once.

use crate::analysis::Analysis;
use crate::finding::{Diagnostic, Related, Subject};
use crate::fixes::Fix;
use crate::fixes::add::{self, Addition};
use crate::imports::verdict::{Missing, missing};
use crate::imports::{self, Import};
use crate::model::ids::FileId;
use crate::model::project::includes::{Placed, constraints, included};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::Requirement;
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextRange;
use rustc_hash::FxHashMap;

/// The index of a statement, the range in it, and the distribution that it lacks.
type Lacking<'a> = (usize, TextRange, &'a DistributionName);

/// A pass over findings of one file.
pub(super) struct FixPass<'a> {
    /// The workspace.
    pub ws: &'a Analysis,
    /// The file.
    pub file: FileId,
    /// The imports of the file, resolved.
    imports: Option<Vec<Import<'a>>>,
    /// Of the imports that lack a distribution, the first of each statement, range and distribution.
    lacking: Option<FxHashMap<Lacking<'a>, usize>>,
    /// The fixes that add a distribution for code of the file.
    added: FxHashMap<DistributionName, Vec<Fix>>,
    /// How often each distribution is required in the file, in what it includes and in the constraints in force.
    required: Option<FxHashMap<&'a DistributionName, usize>>,
}

impl<'a> FixPass<'a> {
    pub fn new(ws: &'a Analysis, file: FileId) -> Self {
        Self { ws, file, imports: None, lacking: None, added: FxHashMap::default(), required: None }
    }

    /// The requirement that a finding of the file is about.
    pub fn requirement(&self, diagnostic: &Diagnostic) -> Option<&'a Requirement> {
        self.placed(self.file, diagnostic.subject).map(|placed| placed.requirement)
    }

    /// The requirement that a related location is.
    pub fn related(&self, related: &Related) -> Option<Placed<'a>> {
        self.placed(related.file, related.subject)
    }

    fn placed(&self, file: FileId, subject: Subject) -> Option<Placed<'a>> {
        let Subject::Requirement(index) = subject else { return None };
        let facts = self.ws.facts(file).and_then(FileFacts::declarations)?;
        Some(Placed { file, index, requirement: facts.requirements.get(index)? })
    }

    /// The first import of the statement with that index, at that range, that lacks the distribution, with who would provide it.
    pub fn lacking(
        &mut self,
        index: usize,
        range: TextRange,
        distribution: &DistributionName,
    ) -> Option<(&Import<'a>, Missing<'a>)> {
        let (ws, file) = (self.ws, self.file);
        let imports = self.imports.get_or_insert_with(|| settled(ws, file));
        let lacking = self.lacking.get_or_insert_with(|| {
            let mut first = FxHashMap::default();
            for (at, import) in imports.iter().enumerate() {
                if let Some(found) = missing(ws, file, import) {
                    first.entry((import.index, import.range, found.best)).or_insert(at);
                }
            }
            first
        });
        let lacking: &FxHashMap<Lacking<'_>, usize> = lacking;
        let import = imports.get(*lacking.get(&(index, range, distribution))?)?;
        Some((import, missing(ws, file, import)?))
    }

    /// The first import of the statement with that index, at that range.
    pub fn importing(&mut self, index: usize, range: TextRange) -> Option<&Import<'a>> {
        let (ws, file) = (self.ws, self.file);
        let imports = self.imports.get_or_insert_with(|| settled(ws, file));
        imports.iter().find(|import| import.index == index && import.range == range)
    }

    /// The fixes that add the distribution to the files that fit, the best first.
    pub fn adding(&mut self, name: &DistributionName) -> Vec<Fix> {
        let (ws, at) = (self.ws, self.ws.path(self.file));
        let fixes = self.added.entry(name.clone());
        fixes
            .or_insert_with(|| {
                let addition = Addition::of(ws, at, name);
                add::fixes_for(ws, at, &add::purpose(ws, at, &addition), &[addition])
            })
            .clone()
    }

    /// How often a distribution is required in the file, in what it includes and in the constraints in force.
    pub fn times_required(&mut self, name: &DistributionName) -> usize {
        let (ws, file) = (self.ws, self.file);
        let required = self.required.get_or_insert_with(|| {
            let own = ws.facts(file).and_then(FileFacts::declarations).map_or(&[][..], |facts| &facts.requirements);
            let around = included(ws, file).into_iter().chain(constraints(ws, file));
            let all = own.iter().chain(around.map(|placed| placed.requirement));
            let mut counts = FxHashMap::default();
            for name in all.filter_map(|one| one.name.as_ref()) {
                *counts.entry(name).or_default() += 1;
            }
            counts
        });
        required.get(name).copied().unwrap_or_default()
    }
}

/// The imports of the file, resolved.
fn settled(ws: &Analysis, file: FileId) -> Vec<Import<'_>> {
    match ws.facts(file) {
        Some(FileFacts::Python(facts)) => imports::settled(ws, file, facts),
        _ => Vec::new(),
    }
}
