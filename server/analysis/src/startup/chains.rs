//! The ways from an entry to an import, and who decides whether a failure there ends the program.

pub(crate) use super::node::python;

use super::django;
use super::node::{MAIN, Node};
use super::reach::{Parent, Reach};
use super::sight::Sight;
use super::steps::{self, Decision, What};
use crate::model::ids::FileId;
use pinlens_facts::python::PythonFacts;
use pinlens_facts::python::loading::{Failure, Handler, MODULE, Scope};
use pinlens_facts::words::text::TextRange;

/// What a missing module means for start-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// No entry comes to the import.
    Unreached,
    /// An entry comes to it, and goes on without it.
    Stopped {
        /// The entry's number.
        entry: usize,
        /// From the entry to the import; the import itself is not in it.
        chain: Vec<Link>,
        /// The file whose code carries on, and the handler there; a test, or a `suppress`, is no handler.
        by: (FileId, Option<Handler>),
    },
    /// The program of an entry ends.
    Crash {
        /// The entry's number.
        entry: usize,
        /// The scope that runs first, in which the chain begins.
        start: (FileId, Scope),
        /// From the entry to the import; the import itself is not in it.
        chain: Vec<Link>,
        /// The handler around the import that passes the failure on, or the name that is used though it is unbound.
        own: Decision,
    },
}

/// One step of a chain: a place that comes to another file, or to a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The file.
    pub file: FileId,
    /// The name of the module that is imported there, or of the function that is called.
    pub range: TextRange,
    /// The file that it comes to.
    pub to: FileId,
    /// Which of the files that the import loads that is: packages come before what is in them.
    pub number: u32,
    /// The function that is called, where it is a call.
    pub calls: Option<Box<str>>,
    /// The handler around it that passes the failure on.
    pub passed_by: Option<Handler>,
}

pub(crate) fn fate(sight: &dyn Sight, reach: &Reach, file: FileId, import: usize) -> Fate {
    let Some(facts) = python(sight.ws(), file) else { return Fate::Unreached };
    let Some(statement) = facts.imports.get(import) else { return Fate::Unreached };
    if !steps::runs(sight, file, facts, import, statement) {
        return Fate::Unreached;
    }
    let nodes = scopes_of(facts, file, import);
    let own = steps::decision(facts, import);
    if let Some(left) = steps::leaves(facts, import).of(Failure::Import) {
        for node in &nodes {
            let Some(visit) = reach.visit(*node).filter(|visit| visit.fatal.has(left)) else { continue };
            let start = reach.fatal_way(*node, left).last().map_or(*node, |(by, ..)| by.node);
            let chain = fatal_chain(sight, reach, *node, left);
            return Fate::Crash { entry: visit.ends[left as usize], start, chain, own };
        }
    }
    let Some((node, visit)) = nodes.iter().find_map(|node| Some((*node, reach.visit(*node)?))) else {
        return Fate::Unreached;
    };
    Fate::Stopped {
        entry: visit.entry,
        chain: first_chain(sight, reach, node),
        by: stopper(sight, reach, node, import),
    }
}

/// What a failure of the module means that a string of a file names, by its index: see [`Django::named`].
///
/// [`Django::named`]: pinlens_facts::python::django::Django
pub(crate) fn fate_of_named(sight: &dyn Sight, reach: &Reach, file: FileId, named: usize) -> Fate {
    let django = python(sight.ws(), file).and_then(django::of);
    let Some(named) = django.and_then(|django| django.named.get(named)) else { return Fate::Unreached };
    let scopes = reach.phases(file).iter().copied().chain([MAIN, MODULE]);
    let nodes: Vec<Node> = scopes.filter(|scope| django::is_in(named, *scope)).map(|scope| (file, scope)).collect();
    for node in &nodes {
        let failure = Failure::Import;
        let Some(visit) = reach.visit(*node).filter(|visit| visit.fatal.has(failure)) else { continue };
        let start = reach.fatal_way(*node, failure).last().map_or(*node, |(by, ..)| by.node);
        let chain = fatal_chain(sight, reach, *node, failure);
        return Fate::Crash { entry: visit.ends[failure as usize], start, chain, own: Decision::Nothing };
    }
    let Some((node, visit)) = nodes.iter().find_map(|node| Some((*node, reach.visit(*node)?))) else {
        return Fate::Unreached;
    };
    Fate::Stopped { entry: visit.entry, chain: first_chain(sight, reach, node), by: (file, None) }
}

/// The scopes that an import may run in; the script's own first.
fn scopes_of(facts: &PythonFacts, file: FileId, import: usize) -> Vec<Node> {
    match steps::place(facts, import) {
        (MODULE, true) => vec![(file, MAIN)],
        (MODULE, false) => vec![(file, MAIN), (file, MODULE)],
        (scope, _) => vec![(file, scope)],
    }
}

/// The way by which a failure in `node` ends the program.
fn fatal_chain(sight: &dyn Sight, reach: &Reach, node: Node, failure: Failure) -> Vec<Link> {
    let way = reach.fatal_way(node, failure).into_iter().rev();
    way.filter_map(|(by, to, failure)| link(sight, by, to, Some(failure))).collect()
}

/// The way by which `node` is first come to.
fn first_chain(sight: &dyn Sight, reach: &Reach, node: Node) -> Vec<Link> {
    reach.first_way(node).into_iter().rev().filter_map(|(by, to)| link(sight, by, to, None)).collect()
}

/// The step as a place that people can look at. With a failure: with the handler that passes it on.
pub(crate) fn link(sight: &dyn Sight, by: Parent, to: Node, failure: Option<Failure>) -> Option<Link> {
    let (file, facts) = (by.node.0, python(sight.ws(), by.node.0)?);
    let steps = sight.steps(file);
    let step = steps.list.get(by.step as usize)?;
    let loading = facts.loading.as_deref();
    let (range, calls, place) = match step.what {
        What::Load { import, module, .. } => {
            let statement = facts.imports.get(import as usize)?;
            let module = statement.parsed.modules.get(module as usize)?;
            (statement.absolute(module.range), None, loading.and_then(|loading| loading.place(import as usize)))
        }
        What::Call { call, scope } => {
            let call = loading?.calls.get(call as usize)?;
            (call.range, loading?.name_of(scope).map(Into::into), Some(&call.place))
        }
        What::Foreign { call, ref name, .. } => {
            let call = loading?.foreign.get(call as usize)?;
            (call.range, Some(name.clone()), Some(&call.place))
        }
        What::Setup { setup, .. } => {
            let setup = django::of(facts)?.setups.get(setup as usize)?;
            (setup.range, django::name_of(to.1).map(Into::into), None)
        }
        What::Named { named, .. } => (django::of(facts)?.named.get(named as usize)?.statement.range(), None, None),
        What::Ready { named, .. } => {
            (django::of(facts)?.named.get(named as usize)?.statement.range(), Some("ready".into()), None)
        }
        What::Inherited { import, .. } => {
            let statement = facts.imports.get(import as usize)?;
            (statement.absolute(statement.parsed.modules.first()?.range), None, None)
        }
    };
    let tries = place.map_or(&[][..], |place| &place.tries);
    let outcome = loading.zip(failure).map(|(loading, failure)| loading.outcome(tries, failure));
    let passed_by = match outcome {
        Some(pinlens_facts::python::loading::Outcome::Leaves { by, .. }) => by,
        _ => None,
    };
    Some(Link { file, range, to: to.0, number: by.number, calls, passed_by })
}

/// Who stops an `ImportError` of an import, going up the way by which its scope is first come to.
fn stopper(sight: &dyn Sight, reach: &Reach, node: Node, import: usize) -> (FileId, Option<Handler>) {
    let file = node.0;
    let Some(facts) = python(sight.ws(), file) else { return (file, None) };
    let Some(left) = steps::leaves(facts, import).of(Failure::Import) else {
        let is_open =
            facts.loading.as_deref().and_then(|loading| loading.place(import)).is_some_and(|place| place.is_open);
        return (file, handler_of(steps::decision(facts, import)).filter(|_| !is_open));
    };
    match reach.stopper(node, left) {
        Some((by, failure)) => (by.node.0, stopping(sight, by, failure)),
        None => (file, None),
    }
}

/// The handler at a step that carries on.
pub(crate) fn stopping(sight: &dyn Sight, by: Parent, failure: Failure) -> Option<Handler> {
    let facts = python(sight.ws(), by.node.0)?;
    let steps = sight.steps(by.node.0);
    let loading = facts.loading.as_deref()?;
    let place = match steps.list.get(by.step as usize)?.what {
        What::Load { import, .. } => loading.place(import as usize)?,
        What::Call { call, .. } => &loading.calls.get(call as usize)?.place,
        What::Foreign { call, .. } => &loading.foreign.get(call as usize)?.place,
        What::Setup { .. } | What::Named { .. } | What::Ready { .. } | What::Inherited { .. } => return None,
    };
    match loading.outcome(&place.tries, failure) {
        pinlens_facts::python::loading::Outcome::Stopped(handler) => Some(handler),
        pinlens_facts::python::loading::Outcome::Leaves { .. } => None,
    }
}

fn handler_of(decision: Decision) -> Option<Handler> {
    match decision {
        Decision::Stopped(handler) | Decision::PassedOn(handler) | Decision::Unbound(handler, _) => Some(handler),
        Decision::Nothing | Decision::Checked => None,
    }
}
