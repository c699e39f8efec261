//! A start-up as people read it: a tree.

use super::Places;
use crate::output::{Style, count, printable};
use pinlens_analysis::diagnostics::Severity;
use pinlens_analysis::python::loading::{End, Handler};
use pinlens_analysis::startup::chains::{Fate, Link};
use pinlens_analysis::startup::entries::{By, Entry};
use pinlens_analysis::startup::needs::Lack;
use pinlens_analysis::startup::steps::Decision;
use pinlens_analysis::startup::trace::{Item, Trace, TraceNeed, Way};
use pinlens_analysis::workspace::FileId;
use std::io::{self, Write};

/// Writes the tree of what an entry loads, and a line that sums it up.
pub fn trace(out: &mut dyn Write, places: &Places, trace: &Trace, style: Style) -> io::Result<()> {
    let path = places.path(trace.entry.file);
    writeln!(out, "{}", style.strong(printable(&path)))?;
    let tree = Tree { places, trace, style };
    let mut items: Vec<(FileId, Item)> = Vec::new();
    for root in trace.roots() {
        let node = &trace.nodes[root];
        if node.file == trace.entry.file && node.function.is_none() {
            items.extend(trace.items(root).into_iter().map(|item| (node.file, item)));
        } else {
            items.push((node.file, Item::Node(root)));
        }
    }
    tree.write(out, &items, "")?;
    if trace.entry.found.by != By::Asked {
        writeln!(
            out,
            "{} starts there by {}.",
            printable(&path),
            printable(&trace.entry.told_by(&places.project.workspace))
        )?;
    }
    writeln!(out, "{}", summary(places, trace))
}

/// Writes one entry that was found: its file, what says so, and what its start-up comes to.
pub fn entry(out: &mut dyn Write, places: &Places, trace: &Trace, style: Style) -> io::Result<()> {
    let path = places.path(trace.entry.file);
    let told = trace.entry.told_by(&places.project.workspace);
    writeln!(out, "{}  by {}", style.strong(printable(&path)), printable(&told))?;
    writeln!(out, "  {}", summary(places, trace))
}

/// Writes how many entries there are.
pub fn entries(out: &mut dyn Write, number: usize) -> io::Result<()> {
    match number {
        0 => writeln!(out, "Nothing shows where an application starts; name a file, or set `entries`."),
        number => writeln!(out, "Found {}.", count(number, "entry", "entries")),
    }
}

struct Tree<'a> {
    places: &'a Places<'a>,
    trace: &'a Trace,
    style: Style,
}

impl Tree<'_> {
    fn write(&self, out: &mut dyn Write, items: &[(FileId, Item)], indent: &str) -> io::Result<()> {
        for (at, (file, item)) in items.iter().enumerate() {
            let is_last = at + 1 == items.len();
            let branch = self.style.frame(format!("{indent}{}", if is_last { "└── " } else { "├── " }));
            let inner = format!("{indent}{}", if is_last { "    " } else { "│   " });
            match item {
                Item::Node(node) => {
                    writeln!(out, "{branch}{}", self.node(*node))?;
                    let file = self.trace.nodes[*node].file;
                    let below: Vec<_> = self.trace.items(*node).into_iter().map(|item| (file, item)).collect();
                    self.write(out, &below, &inner)?;
                }
                Item::Need(need) => {
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
            let place = self.places.at(link.file, link.range);
            line = format!("{line}  {verb} at {}", printable(&place));
            if let Some(handler) = node.guard {
                line += &self.style.help(format!("  guarded by {}", self.handler(link.file, handler)));
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

/// `Start-up of main.py: 4 modules, 2 missing requirements (redis, rq); it crashes at app.py:7.`
fn summary(places: &Places, trace: &Trace) -> String {
    let modules = count(trace.modules(), "module", "modules");
    let missing = trace.missing();
    let entry = places.path(trace.entry.file);
    let lacking = if missing.is_empty() {
        "no missing requirement".to_owned()
    } else {
        let names: Vec<&str> = missing.iter().map(|name| name.as_str()).collect();
        format!("{} ({})", count(missing.len(), "missing requirement", "missing requirements"), names.join(", "))
    };
    let outcome = match trace.first_crash() {
        Some((node, need)) => {
            format!("; it crashes at {}", printable(&places.at(trace.nodes[node].file, need.shows_at())))
        }
        None if missing.is_empty() => String::new(),
        None => "; it starts all the same".to_owned(),
    };
    format!("Start-up of {}: {modules}, {lacking}{outcome}.", printable(&entry))
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
