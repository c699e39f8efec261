//! What an entry loads, as a tree: each file below the one that loads it first, with what it lacks and the guards on the way.

use super::needs::Lacking;
use crate::analysis::Analysis;
use crate::deployments::reported;
use crate::model::ids::FileId;
use crate::startup;
use crate::startup::chains::{self, Fate, Link};
use crate::startup::entries::Entry;
use crate::startup::needs::{self, Need};
use crate::startup::reach::Reach;
use crate::startup::steps::{Decision, runs_in};
use crate::startup::{MAIN, Node};
use pinlens_facts::python::loading::{Failure, Handler, MODULE};
use pinlens_facts::python::{Guard, Phase};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextRange;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The start-up of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The entry.
    pub entry: Entry,
    /// What it runs, each after what runs it; the first is the entry or a package around it.
    pub nodes: Vec<TraceNode>,
    /// What functions of the loaded files lack, in the order of the files: which of them the start calls is not known of all.
    pub deferred: Vec<Deferred>,
}

/// An import in a function that lacks a requirement, where nothing is seen to call the function at start-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deferred {
    /// The file.
    pub file: FileId,
    /// The import.
    pub range: TextRange,
    /// The distribution that is lacking.
    pub name: DistributionName,
}

/// A module that is loaded, or a function that is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceNode {
    /// The file.
    pub file: FileId,
    /// The function of it, where only that runs.
    pub function: Option<Box<str>>,
    /// The index of what runs it, and the place there; nothing for what the start itself runs.
    pub by: Option<(usize, Link)>,
    /// The handler that stops an `ImportError` on its way from here to what runs it.
    pub guard: Option<Handler>,
    /// Whether an `ImportError` in it stops there, by a handler or otherwise.
    pub is_guarded: bool,
    /// What it lacks.
    pub needs: Vec<TraceNeed>,
}

/// Something that is lacking at start-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceNeed {
    /// What.
    pub need: Need,
    /// What that means.
    pub fate: Fate,
    /// When it is come to, among others that end the program: the offsets on the way.
    order: Vec<u32>,
}

/// What stands below a node of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// The node of that index.
    Node(usize),
    /// What the file lacks.
    Need(&'a TraceNeed),
}

impl Trace {
    /// The nodes that the start itself runs: the entry, packages around it, a function that is called then.
    pub fn roots(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.nodes.len()).filter(|at| self.nodes[*at].by.is_none())
    }

    /// What a node lacks and runs, in the order of its text.
    pub fn items(&self, node: usize) -> Vec<Item<'_>> {
        let needs = self.nodes.get(node).into_iter().flat_map(|node| &node.needs);
        let needs = needs.map(|need| (need.need.range.start, Item::Need(need)));
        let children = self.nodes.iter().enumerate().filter_map(|(at, child)| {
            let (parent, link) = child.by.as_ref()?;
            (*parent == node).then_some((link.range.start, Item::Node(at)))
        });
        let mut items: Vec<(u32, Item)> = needs.chain(children).collect();
        items.sort_by_key(|(start, _)| *start);
        items.into_iter().map(|(_, item)| item).collect()
    }

    /// The first failure that Python comes to which ends the program, and the node that it stands in. What nobody is known
    /// to provide may well be there: it is none.
    pub fn first_crash(&self) -> Option<(usize, &TraceNeed)> {
        let needs = self.nodes.iter().enumerate().flat_map(|(at, node)| node.needs.iter().map(move |need| (at, need)));
        let crashes = needs.filter(|(_, need)| need.crashes() && need.is_proved());
        crashes.min_by(|(_, a), (_, b)| a.order.cmp(&b.order))
    }

    /// How many files are loaded.
    pub fn modules(&self) -> usize {
        self.nodes.iter().map(|node| node.file).collect::<BTreeSet<_>>().len()
    }

    /// The distributions that no requirement declares, of which the lack ends the program.
    pub fn crashes(&self) -> Vec<&DistributionName> {
        self.requirements(|need| need.crashes() && need.is_proved())
    }

    /// The distributions that no requirement declares, whatever that means.
    pub fn missing(&self) -> Vec<&DistributionName> {
        self.requirements(|_| true)
    }

    fn requirements(&self, is_meant: impl Fn(&TraceNeed) -> bool) -> Vec<&DistributionName> {
        let needs = self.nodes.iter().flat_map(|node| &node.needs).filter(|need| is_meant(need));
        let names: BTreeSet<&DistributionName> = needs.filter_map(|need| need.need.lack.distribution()).collect();
        names.into_iter().collect()
    }
}

impl TraceNeed {
    /// Whether it ends the program.
    pub fn crashes(&self) -> bool {
        matches!(self.fate, Fate::Crash { .. })
    }

    /// Whether it is sure that this is lacking: nobody is known to provide what is unknown, and what is doubted may be there.
    pub fn is_proved(&self) -> bool {
        self.need.lack != needs::Lack::Unknown && self.need.doubt.is_none()
    }

    /// Where the failure shows: the import, or the use of a name that a handler left unbound.
    pub fn shows_at(&self) -> TextRange {
        match self.fate {
            Fate::Crash { own: Decision::Unbound(_, used), .. } => used,
            _ => self.need.range,
        }
    }
}

/// How an entry starts.
pub fn trace(ws: &Analysis, entry: &Entry) -> Trace {
    let reach = Reach::of(ws, std::slice::from_ref(entry));
    let roots = startup::reach::roots(ws, entry);
    let mut nodes = Vec::new();
    let mut numbers: FxHashMap<Node, usize> = FxHashMap::default();
    let mut lacking: FxHashMap<FileId, Vec<Lacking>> = FxHashMap::default();
    for node in &reach.order {
        numbers.insert(*node, nodes.len());
        let of_file = lacking.entry(node.0).or_insert_with(|| super::needs::of(ws, entry, node.0));
        nodes.push(trace_node(ws, &reach, &roots, *node, &numbers, of_file));
    }
    // what a deployment alone comes to: by variables of its environment, or where the image holds another file
    for file in reported::lacking(ws, entry.file).into_iter().filter(|file| !lacking.contains_key(file)) {
        let needs = super::needs::of(ws, entry, file).into_iter().filter_map(|Lacking { need, fate }| {
            let order = vec![u32::MAX, need.range.start];
            Some(TraceNeed { need, fate: fate?, order })
        });
        let needs: Vec<TraceNeed> = needs.collect();
        nodes.push(TraceNode { file, function: None, by: None, guard: None, is_guarded: false, needs });
    }
    let deferred = deferred(ws, entry, &reach.order);
    Trace { entry: entry.clone(), nodes, deferred }
}

/// What functions of loaded files lack that are not among the nodes.
fn deferred(ws: &Analysis, entry: &Entry, nodes: &[Node]) -> Vec<Deferred> {
    let files: BTreeSet<FileId> = nodes.iter().map(|(file, _)| *file).collect();
    let mut found = Vec::new();
    for file in files {
        let Some(facts) = chains::python(ws, file) else { continue };
        let is_deferred = |need: &Need| {
            let Some(import) = need.import else { return false };
            let context = facts.imports.get(import).map(|import| &import.context);
            let is_called = context.is_some_and(|context| {
                let is_guarded = !matches!(context.guard, Guard::None | Guard::Fails);
                context.phase == Phase::Call && !is_guarded && context.conditions.is_empty()
            });
            is_called && !nodes.iter().any(|node| node.0 == file && runs_in(facts, *node, import))
        };
        let needs = super::needs::of(ws, entry, file).into_iter().map(|lacking| lacking.need);
        for need in needs.filter(|need| need.doubt.is_none() && is_deferred(need)) {
            found.extend(need.lack.distribution().map(|name| Deferred { file, range: need.range, name: name.clone() }));
        }
    }
    found
}

/// The shortest ways from an entry to imports of `name`: a module, dotted, or a distribution. All of the least length for
/// each importing file that no other importing file is on the way to.
pub fn ways(ws: &Analysis, entry: &Entry, name: &str) -> Vec<Way> {
    let reach = Reach::of(ws, std::slice::from_ref(entry));
    let mut parents: FxHashMap<Node, Vec<startup::reach::Parent>> = FxHashMap::default();
    let mut level: Vec<Node> = startup::reach::roots(ws, entry);
    let mut depth: FxHashMap<Node, usize> = level.iter().map(|node| (*node, 0)).collect();
    while !level.is_empty() {
        let mut next = Vec::new();
        for node in level {
            for (by, target) in edges(ws, node) {
                let known = depth.get(&target).copied();
                if known.is_none() {
                    depth.insert(target, depth[&node] + 1);
                    next.push(target);
                }
                if known.is_none_or(|known| known == depth[&node] + 1) {
                    parents.entry(target).or_default().push(by);
                }
            }
        }
        level = next;
    }
    let found: Vec<(Node, TextRange)> =
        reach.order.iter().filter_map(|node| Some((*node, imports_name(ws, *node, name)?))).collect();
    let least = found.iter().filter_map(|(node, _)| depth.get(node)).min().copied();
    let nearest = found.into_iter().filter(|(node, _)| depth.get(node).copied() == least);
    let mut ways = Vec::new();
    for (node, range) in nearest {
        let mut links = Vec::new();
        collect(ws, &parents, node, &mut Vec::new(), &mut links);
        ways.extend(links.into_iter().map(|links| Way { links, at: (node.0, range) }));
    }
    ways
}

/// A node of the trace. It takes what it lacks of that which its file lacks.
fn trace_node(
    ws: &Analysis,
    reach: &Reach,
    roots: &[Node],
    node: Node,
    numbers: &FxHashMap<Node, usize>,
    lacking: &mut Vec<Lacking>,
) -> TraceNode {
    let (file, scope) = node;
    let facts = chains::python(ws, file);
    let name = facts.and_then(|facts| facts.loading.as_deref()).and_then(|loading| loading.name_of(scope));
    let first = reach.visit(node).and_then(|visit| visit.first);
    let by = first.and_then(|by| Some((*numbers.get(&by.node)?, chains::link(ws, by, node, None)?)));
    let is_stopped = |by| reach.step(by).is_some_and(|step| step.leaves.of(Failure::Import).is_none());
    let is_here = |lacking: &Lacking| {
        lacking.need.import.is_none_or(|import| facts.is_some_and(|facts| runs_in(facts, node, import)))
    };
    let (here, elsewhere): (Vec<Lacking>, Vec<Lacking>) = lacking.drain(..).partition(is_here);
    *lacking = elsewhere;
    let needs = here.into_iter().filter_map(|Lacking { need, fate }| {
        let fate = fate.unwrap_or_else(|| super::needs::fate(ws, reach, file, &need));
        let mut found = TraceNeed { need, fate, order: Vec::new() };
        if let Fate::Crash { start, chain, .. } = &found.fate {
            let root = roots.iter().position(|root| root == start).unwrap_or_default();
            let way = chain.iter().flat_map(|link| [link.range.start, link.number]);
            found.order = [root as u32].into_iter().chain(way).chain([found.shows_at().start]).collect();
        }
        (found.fate != Fate::Unreached).then_some(found)
    });
    TraceNode {
        file,
        function: startup::django::name_of(scope).or(name.filter(|_| scope != MAIN && scope != MODULE)).map(Into::into),
        by,
        guard: first.and_then(|by| chains::stopping(ws, by, Failure::Import)),
        is_guarded: first.is_some_and(is_stopped),
        needs: needs.collect(),
    }
}

/// Every shortest way from an entry to what imports a module or a distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// From the entry, link by link.
    pub links: Vec<Link>,
    /// The file that imports it, and where.
    pub at: (FileId, TextRange),
}

/// More ways than anybody reads.
const MOST_WAYS: usize = 100;

fn collect(
    ws: &Analysis,
    parents: &FxHashMap<Node, Vec<startup::reach::Parent>>,
    node: Node,
    behind: &mut Vec<Link>,
    out: &mut Vec<Vec<Link>>,
) {
    if out.len() >= MOST_WAYS {
        return;
    }
    let Some(above) = parents.get(&node).filter(|above| !above.is_empty()) else {
        return out.push(behind.iter().rev().cloned().collect());
    };
    for by in above {
        let Some(link) = chains::link(ws, *by, node, None) else { continue };
        behind.push(link);
        collect(ws, parents, by.node, behind, out);
        behind.pop();
    }
}

/// What a scope comes to.
fn edges(ws: &Analysis, node: Node) -> Vec<(startup::reach::Parent, Node)> {
    let steps = startup::steps_of(ws, node.0);
    let mut found = Vec::new();
    for (index, step) in steps.list.iter().enumerate().filter(|(_, step)| startup::reach::is_part_of(step, node)) {
        let targets = (0..).map_while(|number| startup::reach::target(ws, step, node, number));
        let by = |number: usize| startup::reach::Parent { node, step: index as u32, number: number as u32 };
        found.extend(targets.enumerate().map(|(number, target)| (by(number), target)));
    }
    found
}

/// Where the scope first imports the module or distribution.
fn imports_name(ws: &Analysis, node: Node, name: &str) -> Option<TextRange> {
    let facts = chains::python(ws, node.0)?;
    let found = super::why::imports_of(ws, node.0, name);
    let here = found.into_iter().find(|(import, _)| {
        let statement = facts.imports.get(*import);
        statement.is_some_and(|statement| startup::steps::runs(ws, node.0, facts, *import, statement))
            && runs_in(facts, node, *import)
    });
    here.map(|(_, range)| range)
}
