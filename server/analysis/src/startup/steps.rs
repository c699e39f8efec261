//! What one file does as it is loaded, in order: what it loads, which of its functions it calls, and what becomes of a failure
//! at each of these places. Depends on the file's own facts and on where modules lie, on no other file's text.

pub(crate) use super::step::{Leaves, Step, Steps, What};

use super::node::{MAIN, Node};
use super::sight::Sight;
use crate::imports;
use crate::model::ids::FileId;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::python::loading::{Failure, Handler, Loading, MODULE, Outcome, Place, Scope, UNCALLED};
use pinlens_facts::python::{Guard, ImportStatement, Phase, PythonFacts};
use pinlens_facts::words::text::TextRange;

/// What decides over a failure at a place of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing catches it.
    Nothing,
    /// This handler catches it and fails as well.
    PassedOn(Handler),
    /// This handler catches it and carries on.
    Stopped(Handler),
    /// A test, or `contextlib.suppress`: the code runs only where the module is there, or goes on without.
    Checked,
    /// A handler carries on, but the name that the import would bind is used there.
    Unbound(Handler, TextRange),
}

impl Steps {
    /// What `file` does as it is loaded.
    pub fn of(sight: &dyn Sight, file: FileId) -> Self {
        let Some(FileFacts::Python(facts)) = sight.ws().facts(file) else { return Self::default() };
        let (mut list, mut taken) = (Vec::new(), Vec::new());
        for (index, statement) in facts.imports.iter().enumerate() {
            let place = place(facts, index);
            if !runs(sight, file, facts, index, statement) {
                continue;
            }
            for (number, module) in statement.parsed.modules.iter().enumerate() {
                let mut files = sight.loads(file, facts, statement, module);
                files.retain(|loaded| *loaded != file);
                if files.is_empty() {
                    continue;
                }
                if let Some(source) = sight.source(file, facts, statement, module) {
                    super::django::add_inherited(facts, index, source, &mut list);
                    let names = module.members.iter().map(|member| (member.name.clone(), source));
                    taken.extend(names.filter(|_| place.0 == MODULE));
                }
                let what = What::Load { import: index as u32, module: number as u32, files: files.into() };
                let leaves = leaves(facts, index);
                list.push((statement.start, Step { what, scope: place.0, is_main: place.1, leaves }));
            }
        }
        for (index, call) in facts.loading.iter().flat_map(|loading| loading.calls.iter().enumerate()) {
            let what = What::Call { call: index as u32, scope: call.callee };
            let leaves = leaves_of_call(facts, &call.place);
            let step = Step { what, scope: call.place.scope, is_main: call.place.is_main, leaves };
            list.push((call.range.start, step));
        }
        for (index, call) in facts.loading.iter().flat_map(|loading| loading.foreign.iter().enumerate()) {
            let Some(statement) = facts.imports.get(call.import as usize) else { continue };
            let source = |module| sight.source(file, facts, statement, module);
            let Some(source) = statement.parsed.modules.first().and_then(source) else { continue };
            let what = What::Foreign { call: index as u32, file: source, name: call.name.clone(), used: call.used };
            let leaves = leaves_of_call(facts, &call.place);
            let step = Step { what, scope: call.place.scope, is_main: call.place.is_main, leaves };
            list.push((call.range.start, step));
        }
        super::django::add_steps(sight, file, facts, &mut list);
        list.sort_by_key(|(start, _)| *start);
        let functions = facts.loading.iter().flat_map(|loading| loading.functions.iter().zip(1..));
        let functions = functions.filter(|(function, _)| function.is_public);
        Self {
            list: list.into_iter().map(|(_, step)| step).collect(),
            functions: functions.map(|(function, scope)| (function.name.clone(), scope, function.body)).collect(),
            taken,
        }
    }
}

/// Whether the scope runs the import.
pub(crate) fn runs_in(facts: &PythonFacts, (_, scope): Node, import: usize) -> bool {
    match place(facts, import) {
        (MODULE, is_main) => scope == MAIN || scope == MODULE && !is_main,
        (own, _) => own == scope,
    }
}

/// The scope of an import, and whether only the file that is run as a script comes to it.
pub(crate) fn place(facts: &PythonFacts, import: usize) -> (Scope, bool) {
    let found = facts.loading.as_deref().and_then(|loading| loading.place(import));
    found.map_or((MODULE, false), |place| (place.scope, place.is_main))
}

/// Whether an import runs whenever its scope does, as far as the file shows.
pub(crate) fn runs(
    sight: &dyn Sight,
    file: FileId,
    facts: &PythonFacts,
    index: usize,
    statement: &ImportStatement,
) -> bool {
    let context = &statement.context;
    let (scope, _) = place(facts, index);
    let in_time = match context.phase {
        Phase::Import => true,
        Phase::Call => scope != MODULE && scope != UNCALLED,
        Phase::TypeChecking | Phase::Never => false,
    };
    in_time
        && scope != UNCALLED
        && imports::can_run(context, sight.outside())
        && !imports::is_for_one_platform(context, sight.outside())
        && (context.guard != Guard::Fallback || is_tried(sight, file, facts, statement))
}

/// Whether what an import is tried instead of is missing.
fn is_tried(sight: &dyn Sight, file: FileId, facts: &PythonFacts, statement: &ImportStatement) -> bool {
    let Some(own) = statement.context.alternative else { return false };
    let earlier = facts.imports.iter().enumerate().filter(|(_, other)| {
        other.context.alternative.is_some_and(|place| place.chain == own.chain && place.branch < own.branch)
    });
    let mut branches: std::collections::BTreeMap<u32, bool> = std::collections::BTreeMap::new();
    for (index, other) in earlier {
        let satisfied = sight.is_satisfied(file, facts, index);
        let branch = other.context.alternative.map_or(0, |place| place.branch);
        *branches.entry(branch).or_insert(true) &= satisfied;
    }
    !branches.is_empty() && branches.values().all(|satisfied| !satisfied)
}

/// What decides over an `ImportError` of an import, within its own file.
pub fn decision(facts: &PythonFacts, import: usize) -> Decision {
    let Some(statement) = facts.imports.get(import) else { return Decision::Nothing };
    let loading = facts.loading.as_deref();
    let tries = loading.and_then(|loading| loading.place(import)).map_or(&[][..], |place| &place.tries);
    let outcome = loading.map(|loading| loading.outcome(tries, Failure::Import));
    match outcome {
        Some(Outcome::Stopped(handler)) => match unbound(loading, import) {
            Some(range) => Decision::Unbound(handler, range),
            None => Decision::Stopped(handler),
        },
        _ if statement.context.guard == Guard::CarriesOn => Decision::Checked,
        Some(Outcome::Leaves { by: Some(handler), .. }) => Decision::PassedOn(handler),
        _ => Decision::Nothing,
    }
}

/// As what failures at an import leave its scope.
pub(crate) fn leaves(facts: &PythonFacts, import: usize) -> Leaves {
    let loading = facts.loading.as_deref();
    let place = loading.and_then(|loading| loading.place(import)).cloned().unwrap_or_default();
    if place.is_open {
        return Leaves::NOTHING;
    }
    leaves_by(&|failure| match (failure, decision(facts, import)) {
        (Failure::Import, Decision::Unbound(..)) => Some(Failure::Other),
        (Failure::Import, Decision::Checked | Decision::Stopped(_)) => None,
        _ => left_by_tries(facts, &place, failure),
    })
}

/// As what failures at a call leave its scope.
fn leaves_of_call(facts: &PythonFacts, place: &Place) -> Leaves {
    if place.is_open { Leaves::NOTHING } else { leaves_by(&|failure| left_by_tries(facts, place, failure)) }
}

fn leaves_by(left: &dyn Fn(Failure) -> Option<Failure>) -> Leaves {
    Leaves(Failure::ALL.map(left))
}

fn left_by_tries(facts: &PythonFacts, place: &Place, failure: Failure) -> Option<Failure> {
    let Some(loading) = facts.loading.as_deref() else { return Some(failure) };
    match loading.outcome(&place.tries, failure) {
        Outcome::Leaves { failure, .. } => Some(failure),
        Outcome::Stopped(_) => None,
    }
}

fn unbound(loading: Option<&Loading>, import: usize) -> Option<TextRange> {
    let mut all = loading?.unbound.iter();
    all.find(|unbound| unbound.import as usize == import).map(|unbound| unbound.range)
}
