//! The walk from the entries, in the order in which Python would load and call. For each scope that it comes to it keeps how
//! it was first come to, and for each kind of failure whether one there ends the program, and by which way.
//!
//! A module is loaded once; but one that failed is loaded again by the next import of it. So a failure is fatal where any way
//! to it lets the failure through, and the way that Python takes is the first of these, depth first: what it loaded whole
//! before cannot have come to that failure unguarded.

use super::django;
use super::entries::{Entry, Run};
use super::node::{MAIN, Node};
use super::sight::Sight;
use super::step::{Step, Steps, What};
use crate::model::ids::FileId;
use pinlens_facts::python::django::Replaced;
use pinlens_facts::python::loading::{Body, Failure, Failures, MODULE, Scope};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// What the entries come to.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    visits: FxHashMap<Node, Visit>,
    /// The scopes, by when they are first come to.
    pub order: Vec<Node>,
    /// What each file that was come to did when this was found: the steps that parents name.
    steps: FxHashMap<FileId, Arc<Steps>>,
    /// The phases of Django that each settings file was read in.
    phases: FxHashMap<FileId, Vec<Scope>>,
}

/// All that is reported of a scope's way from the start, without places in texts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outline {
    /// For each kind of failure that is fatal in it: the entry, and the scopes on the way back to it.
    fatal: [Option<(usize, Vec<Node>)>; 3],
    /// The entry that first comes to it, and the scopes on the way back.
    first: Option<(usize, Vec<Node>)>,
    /// The scope whose code stops an `ImportError` on the first way.
    stopper: Option<Node>,
}

impl Outline {
    /// The numbers of the entries that are reported.
    pub fn entries(&self) -> impl Iterator<Item = usize> {
        self.fatal.iter().flatten().chain(&self.first).map(|(entry, _)| *entry)
    }

    /// Whether the file is on any way that is reported.
    pub fn passes(&self, file: FileId) -> bool {
        let ways = self.fatal.iter().flatten().chain(&self.first);
        ways.flat_map(|(_, nodes)| nodes).any(|node| node.0 == file)
    }
}

/// How one scope is come to.
#[derive(Debug)]
pub(crate) struct Visit {
    /// What comes to it first; nothing where that is the start itself.
    pub first: Option<Parent>,
    /// The entry that comes to it first.
    pub entry: usize,
    /// The failures in it that end the program.
    pub fatal: Failures,
    /// By which way, for each kind; nothing where the start itself is the scope.
    pub by: [Option<Parent>; 3],
    /// The entry whose program ends, for each kind.
    pub ends: [usize; 3],
}

/// A step of another scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parent {
    /// The scope.
    pub node: Node,
    /// The step's index in its file's steps.
    pub step: u32,
    /// Which of the files that the step loads it is.
    pub number: u32,
}

impl Reach {
    /// What the entries come to, each in turn.
    pub fn of(sight: &dyn Sight, entries: &[Entry]) -> Self {
        let mut walk =
            Walk { sight, reach: Self::default(), stack: Vec::new(), running: FxHashSet::default(), entry: 0 };
        for (number, entry) in entries.iter().enumerate() {
            walk.entry = number;
            for root in roots(sight, entry) {
                walk.enter(root, Failures::ALL, None);
                walk.run();
            }
        }
        walk.reach
    }

    /// What the start of these scopes comes to, each in turn.
    pub fn from(sight: &dyn Sight, roots: &[Node]) -> Self {
        let mut walk =
            Walk { sight, reach: Self::default(), stack: Vec::new(), running: FxHashSet::default(), entry: 0 };
        for root in roots {
            walk.enter(*root, Failures::ALL, None);
            walk.run();
        }
        walk.reach
    }

    /// Whether any scope of the file is come to.
    pub fn has_file(&self, file: FileId) -> bool {
        self.steps.contains_key(&file)
    }

    /// The phases of Django that a settings file is read in.
    pub fn phases(&self, file: FileId) -> &[Scope] {
        self.phases.get(&file).map_or(&[], Vec::as_slice)
    }

    /// The step that a parent is.
    pub fn step(&self, parent: Parent) -> Option<&Step> {
        self.steps.get(&parent.node.0)?.list.get(parent.step as usize)
    }

    /// The steps back from a scope to the start by which a failure in it ends the program, nearest first; each with the scope
    /// that it comes to and the kind of the failure there.
    pub fn fatal_way(&self, node: Node, failure: Failure) -> Vec<(Parent, Node, Failure)> {
        let (mut way, mut at, mut failure) = (Vec::new(), node, failure);
        while let Some(by) = self.visit(at).and_then(|visit| visit.by[failure as usize]) {
            way.push((by, at, failure));
            let Some(left) = self.step(by).and_then(|step| step.leaves.of(failure)) else { break };
            (at, failure) = (by.node, left);
        }
        way
    }

    /// The steps back from a scope to the start by which it is first come to, nearest first; each with the scope that it
    /// comes to.
    pub fn first_way(&self, node: Node) -> Vec<(Parent, Node)> {
        let (mut way, mut at) = (Vec::new(), node);
        while let Some(by) = self.visit(at).and_then(|visit| visit.first) {
            way.push((by, at));
            at = by.node;
        }
        way
    }

    /// The step on the first way whose surroundings stop a failure of the scope, and what it has become there.
    pub fn stopper(&self, node: Node, failure: Failure) -> Option<(Parent, Failure)> {
        let mut failure = failure;
        for (by, _) in self.first_way(node) {
            match self.step(by)?.leaves.of(failure) {
                Some(left) => failure = left,
                None => return Some((by, failure)),
            }
        }
        None
    }

    /// All that is reported of a scope's way.
    pub fn outline(&self, node: Node) -> Outline {
        let Some(visit) = self.visit(node) else { return Outline::default() };
        let fatal = Failure::ALL.map(|failure| {
            let way = || self.fatal_way(node, failure).into_iter().map(|(by, ..)| by.node).collect();
            visit.fatal.has(failure).then(|| (visit.ends[failure as usize], way()))
        });
        let first = self.first_way(node).into_iter().map(|(by, _)| by.node).collect();
        let stopper = self.stopper(node, Failure::Import).map(|(by, _)| by.node);
        Outline { fatal, first: Some((visit.entry, first)), stopper }
    }

    /// How a scope is come to, if it is.
    pub fn visit(&self, node: Node) -> Option<&Visit> {
        self.visits.get(&node)
    }
}

/// The scopes that the start of an entry runs, in order.
pub(crate) fn roots(sight: &dyn Sight, entry: &Entry) -> Vec<Node> {
    let mut roots = Vec::new();
    if entry.run != Run::Script {
        roots.extend(sight.packages_of(entry.file).into_iter().map(|file| (file, MODULE)));
    }
    roots.push((entry.file, if entry.run == Run::Import { MODULE } else { MAIN }));
    roots.extend(entry.call.as_ref().and_then(|name| function(sight, entry.file, name, Body::Called)));
    roots
}

struct Walk<'a> {
    sight: &'a dyn Sight,
    reach: Reach,
    stack: Vec<Frame>,
    /// The scopes on the stack: what is being loaded is not loaded again.
    running: FxHashSet<Node>,
    entry: usize,
}

/// A scope that is being walked.
struct Frame {
    node: Node,
    /// The failures in it that are now found to be fatal.
    fatal: Failures,
    steps: Arc<Steps>,
    /// The next step, and the next file that it loads.
    at: (usize, usize),
}

impl Walk<'_> {
    /// Comes to a scope; walks it where that says anything new of it.
    fn enter(&mut self, node: Node, fatal: Failures, by: Option<Parent>) {
        if self.running.contains(&node) {
            return;
        }
        let entry = self.entry;
        let order = &mut self.reach.order;
        let mut is_first = false;
        let visit = self.reach.visits.entry(node).or_insert_with(|| {
            is_first = true;
            order.push(node);
            Visit { first: by, entry, fatal: Failures::NONE, by: [None; 3], ends: [entry; 3] }
        });
        if is_first && django::phase_of(node.1).is_some() {
            self.reach.phases.entry(node.0).or_default().push(node.1);
        }
        let new = fatal.without(visit.fatal);
        for failure in Failure::ALL.into_iter().filter(|failure| new.has(*failure)) {
            visit.by[failure as usize] = by;
            visit.ends[failure as usize] = entry;
        }
        visit.fatal = visit.fatal.or(new);
        if is_first || !new.is_empty() {
            let steps = self.reach.steps.entry(node.0).or_insert_with(|| self.sight.steps(node.0)).clone();
            self.running.insert(node);
            self.stack.push(Frame { node, fatal: new, steps, at: (0, 0) });
        }
    }

    /// Walks until nothing is left.
    fn run(&mut self) {
        while let Some(frame) = self.stack.last_mut() {
            let Some((index, step)) = frame.steps.list.get(frame.at.0).map(|step| (frame.at.0, step)) else {
                let node = frame.node;
                self.stack.pop();
                self.running.remove(&node);
                continue;
            };
            let is_part = is_part_of(step, frame.node);
            let target = if is_part { target(self.sight, step, frame.node, frame.at.1) } else { None };
            let Some(target) = target else {
                frame.at = (frame.at.0 + 1, 0);
                continue;
            };
            let number = frame.at.1 as u32;
            frame.at.1 += 1;
            let fatal = step.leaves.that_are(frame.fatal);
            let by = Parent { node: frame.node, step: index as u32, number };
            self.enter(target, fatal, Some(by));
        }
    }
}

/// Whether a step is done where the scope runs.
pub(crate) fn is_part_of(step: &Step, (_, scope): Node) -> bool {
    if let Some((when, replaced)) = django::phase_of(scope) {
        return match &step.what {
            What::Inherited { .. } => true,
            What::Named { by, .. } | What::Ready { by, .. } => {
                !replaced.has(*by) && step.scope == django::phase(when, Replaced::default())
            }
            _ => false,
        };
    }
    if scope == MAIN { step.scope == MODULE } else { step.scope == scope && !(scope == MODULE && step.is_main) }
}

/// The function of that name in a file, or in one that it takes the name from, where its body runs as it is called and used.
fn function(sight: &dyn Sight, file: FileId, name: &str, used: Body) -> Option<Node> {
    let mut file = file;
    for _ in 0..MOST_HANDS {
        let steps = sight.steps(file);
        if let Some((scope, body)) = steps.function(name) {
            return body.runs_by(used).then_some((file, scope));
        }
        file = steps.source_of(name)?;
    }
    None
}

/// Through so many files a name is followed.
const MOST_HANDS: usize = 5;

/// The scope of that number which a step comes to.
pub(crate) fn target(sight: &dyn Sight, step: &Step, node: Node, number: usize) -> Option<Node> {
    match &step.what {
        What::Load { files, .. } => files.get(number).map(|file| (*file, MODULE)),
        What::Call { scope, .. } => (number == 0).then_some((node.0, *scope)),
        What::Foreign { file, name, used, .. } => (number == 0).then(|| function(sight, *file, name, *used)).flatten(),
        What::Setup { .. } | What::Named { .. } | What::Ready { .. } | What::Inherited { .. } => {
            django::target(&step.what, node, number)
        }
    }
}
