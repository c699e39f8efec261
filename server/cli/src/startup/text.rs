//! A start-up as people read it: a tree.

use super::Places;
use crate::output::{Style, count, printable};
use pinlens_analysis::diagnostics::Severity;
use pinlens_analysis::python::loading::{End, Handler};
use pinlens_analysis::startup::chains::{Fate, Link};
use pinlens_analysis::startup::entries::{By, Entry};
use pinlens_analysis::startup::needs::Lack;
use pinlens_analysis::startup::steps::Decision;
use pinlens_analysis::startup::trace::{Trace, TraceNeed, Way};
use pinlens_analysis::text::TextRange;
use pinlens_analysis::workspace::FileId;
use std::io::{self, Write};

/// Writes the tree of what an entry loads, and a line that sums it up.
pub fn trace(out: &mut dyn Write, places: &Places, trace: &Trace, style: Style) -> io::Result<()> {
    let told = match trace.entry.found.by {
        By::Asked => String::new(),
        _ => format!("  (an entry by {})", trace.entry.told_by(&places.project.workspace)),
    };
    let path = places.path(trace.entry.file);
    writeln!(out, "{}{}", style.strong(printable(&path)), printable(&told))?;
    let tree = Tree { places, trace, style };
    let roots: Vec<usize> = (0..trace.nodes.len()).filter(|at| trace.nodes[*at].by.is_none()).collect();
    let mut items: Vec<Item> = Vec::new();
    for root in roots {
        let node = &trace.nodes[root];
        if node.file == trace.entry.file && node.function.is_none() {
            items.extend(tree.items(root));
        } else {
            items.push(Item::Node(root));
        }
    }
    tree.write(out, &items, "")?;
    writeln!(out, "{}", summary(places, trace))
}

/// What stands below a node.
#[derive(Clone, Copy)]
enum Item<'a> {
    Node(usize),
    Need(&'a TraceNeed, FileId),
}

struct Tree<'a> {
    places: &'a Places<'a>,
    trace: &'a Trace,
    style: Style,
}

impl<'a> Tree<'a> {
    /// What a node lacks and runs, in the order of its text.
    fn items(&self, node: usize) -> Vec<Item<'a>> {
        let own = &self.trace.nodes[node];
        let needs = own.needs.iter().map(|need| (need.need.range.start, Item::Need(need, own.file)));
        let children = self.trace.nodes.iter().enumerate().filter_map(|(at, child)| {
            let (parent, link) = child.by.as_ref()?;
            (*parent == node).then_some((link.range.start, Item::Node(at)))
        });
        let mut items: Vec<(u32, Item)> = needs.chain(children).collect();
        items.sort_by_key(|(start, _)| *start);
        items.into_iter().map(|(_, item)| item).collect()
    }

    fn write(&self, out: &mut dyn Write, items: &[Item], indent: &str) -> io::Result<()> {
        for (at, item) in items.iter().enumerate() {
            let is_last = at + 1 == items.len();
            let branch = self.style.frame(format!("{indent}{}", if is_last { "└── " } else { "├── " }));
            let inner = format!("{indent}{}", if is_last { "    " } else { "│   " });
            match item {
                Item::Node(node) => {
                    writeln!(out, "{branch}{}", self.node(*node))?;
                    self.write(out, &self.items(*node), &inner)?;
                }
                Item::Need(need, file) => {
                    writeln!(out, "{branch}{}", self.need(need, *file))?;
                    for note in self.notes(need, *file) {
                        writeln!(out, "{}  {note}", self.style.frame(&inner))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn node(&self, at: usize) -> String {
        let node = &self.trace.nodes[at];
        let path = self.places.path(node.file);
        let name = node.function.as_ref().map_or_else(|| path.clone(), |function| format!("{path} {function}()"));
        let mut line = printable(&name).into_owned();
        if let Some((_, link)) = &node.by {
            let verb = if node.function.is_some() { "called" } else { "imported" };
            line += &format!("  {verb} at {}", printable(&self.places.at(link.file, link.range)));
            if let Some(handler) = node.guard {
                let note = format!("  guarded by {}", self.handler(link.file, handler));
                line += &self.style.help(note);
            } else if node.is_guarded {
                line += &self.style.help("  guarded by a test");
            }
        }
        line
    }

    fn need(&self, need: &TraceNeed, file: FileId) -> String {
        let place = self.places.at(file, need.need.range);
        let module = &need.need.module;
        let what = match &need.need.lack {
            Lack::Requirement(name) => format!("`{}` needs {name}, which no requirement declares", module.as_str()),
            Lack::Unknown => format!("`{}`: nothing is known to provide it", module.as_str()),
            Lack::Part => format!("`{}`: there is no such module", module.as_str()),
            Lack::Removed => format!("`{}` left the standard library", module.as_str()),
        };
        let is_sure = !matches!(need.need.lack, Lack::Unknown);
        let (mark, severity) = match need.fate {
            Fate::Crash { .. } if is_sure => ("✗ missing:", Severity::Error),
            Fate::Crash { .. } => ("? unknown:", Severity::Warning),
            Fate::Stopped { .. } | Fate::Unreached => ("○ does without:", Severity::Info),
        };
        format!("{} {}  {}", self.style.severity(severity, mark), printable(&what), printable(&place))
    }

    /// Who decides over a failure.
    fn notes(&self, need: &TraceNeed, file: FileId) -> Vec<String> {
        match &need.fate {
            Fate::Crash { chain, own, .. } => {
                let mut notes = Vec::new();
                match own {
                    Decision::PassedOn(handler) => notes.push(self.handler(file, *handler)),
                    Decision::Unbound(handler, used) => notes.push(format!(
                        "{}, but the name is used at {}",
                        self.handler(file, *handler),
                        printable(&self.places.at(file, *used))
                    )),
                    _ => {}
                }
                let passed = chain.iter().rev().filter_map(|link| Some((link.file, link.passed_by?)));
                notes.extend(passed.map(|(file, handler)| self.handler(file, handler)));
                notes
            }
            Fate::Stopped { by: (stopper, Some(handler)), .. } => vec![self.handler(*stopper, *handler)],
            Fate::Stopped { by: (stopper, None), .. } => {
                vec![format!("a test in {} decides", printable(&self.places.path(*stopper)))]
            }
            Fate::Unreached => Vec::new(),
        }
    }

    /// `except ImportError` at app.py:12 carries on
    fn handler(&self, file: FileId, handler: Handler) -> String {
        let head = self.places.text(file, handler.range);
        let does = match handler.end {
            End::CarriesOn => "carries on",
            End::Reraises => "raises it again",
            End::Raises(pinlens_analysis::python::loading::Failure::Exit) => "exits",
            End::Raises(_) => "raises as well",
        };
        format!("`{}` at {} {does}", printable(&head), printable(&self.places.at(file, handler.range)))
    }
}

/// `Start-up of main.py: 4 modules, 2 missing requirements (redis, rq): it crashes at app.py:7.`
fn summary(places: &Places, trace: &Trace) -> String {
    let modules = count(trace.modules(), "module", "modules");
    let missing = trace.missing();
    let entry = places.path(trace.entry.file);
    let mut line = format!("Start-up of {}: {modules}, ", printable(&entry));
    if missing.is_empty() {
        line += "no missing requirement";
    } else {
        let names: Vec<&str> = missing.iter().map(|name| name.as_str()).collect();
        line +=
            &format!("{} ({})", count(missing.len(), "missing requirement", "missing requirements"), names.join(", "));
    }
    match first_crash(trace) {
        Some((file, range)) => line += &format!("; it crashes at {}", printable(&places.at(file, range))),
        None if missing.is_empty() => {}
        None => line += "; it starts all the same",
    }
    line + "."
}

/// The first failure that Python comes to.
fn first_crash(trace: &Trace) -> Option<(FileId, TextRange)> {
    let tree = |node: usize| {
        let own = &trace.nodes[node];
        let needs =
            own.needs.iter().filter(|need| matches!(need.fate, Fate::Crash { .. }) && need.need.lack != Lack::Unknown);
        let needs = needs.map(|need| (need.need.range.start, Err((own.file, used_at(need)))));
        let children = trace.nodes.iter().enumerate().filter_map(move |(at, child)| {
            let (parent, link) = child.by.as_ref()?;
            (*parent == node).then_some((link.range.start, Ok(at)))
        });
        let mut items: Vec<(u32, Result<usize, (FileId, TextRange)>)> = needs.chain(children).collect();
        items.sort_by_key(|(start, _)| *start);
        items
    };
    let roots = (0..trace.nodes.len()).filter(|at| trace.nodes[*at].by.is_none());
    let mut stack: Vec<Result<usize, (FileId, TextRange)>> = roots.map(Ok).collect();
    stack.reverse();
    while let Some(item) = stack.pop() {
        match item {
            Err(place) => return Some(place),
            Ok(node) => stack.extend(tree(node).into_iter().rev().map(|(_, item)| item)),
        }
    }
    None
}

fn used_at(need: &TraceNeed) -> TextRange {
    match need.fate {
        Fate::Crash { own: Decision::Unbound(_, used), .. } => used,
        _ => need.need.range,
    }
}

/// Writes every shortest way to an import.
pub fn ways(
    out: &mut dyn Write,
    places: &Places,
    entry: &Entry,
    name: &str,
    ways: &[Way],
    style: Style,
) -> io::Result<()> {
    let path = places.path(entry.file);
    let (entry, name) = (printable(&path), printable(name));
    if ways.is_empty() {
        return writeln!(out, "Nothing that starts with {entry} imports {name}.");
    }
    for way in ways {
        let mut steps: Vec<String> = way.links.iter().map(|link| step(places, link)).collect();
        steps.push(places.at(way.at.0, way.at.1));
        let arrow = style.frame(" → ");
        let shown: Vec<String> = steps.iter().map(|step| printable(step).into_owned()).collect();
        writeln!(out, "{}{arrow}{}", shown.join(&arrow), style.strong(&name))?;
    }
    writeln!(out, "{} from {entry} to {name}.", count(ways.len(), "shortest chain", "shortest chains"))
}

fn step(places: &Places, link: &Link) -> String {
    let place = places.at(link.file, link.range);
    link.calls.as_ref().map_or_else(|| place.clone(), |function| format!("{place} {function}()"))
}
