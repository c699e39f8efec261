//! A trace as people read it, in a terminal or an editor: a tree, line by line, and what sums it up.

use super::trace::{Item, Trace, TraceNeed};
use super::why;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::startup::chains::Fate;
use crate::startup::entries::By;
use crate::startup::needs::Lack;
use crate::startup::steps::Decision;
use crate::wording;
use pinlens_facts::python::loading::{End, Failure, Handler};
use pinlens_facts::words::codes::Severity;
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::{Encoding, TextRange};
use std::collections::BTreeSet;

/// How files are named: by whom, and where their texts are.
pub trait Files {
    /// The path of a file, as the reader knows it.
    fn path(&self, file: FileId) -> String;

    /// The text of a range, on one line; empty where it cannot be read any more.
    fn text(&self, file: FileId, range: TextRange) -> String;
}

/// One line of the tree. No part of it has a control character of its own; texts of files may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The branch that it hangs on.
    pub branch: String,
    /// How bad it is, by a sign and a colour; nothing for what is no lack.
    pub mark: Option<(&'static str, Severity)>,
    /// What is loaded or lacks, or a note on the line before.
    pub name: String,
    /// `path:line` of what loads it, or of the import that fails; empty where there is none.
    pub place: String,
    /// What is said of it.
    pub says: String,
    /// The place that it is about.
    pub at: Option<(FileId, TextRange)>,
}

impl Line {
    /// The parts after branch and mark, in columns as wide as `columns` says.
    pub fn rest(&self, columns: &Columns) -> String {
        if self.place.is_empty() {
            return self.name.clone();
        }
        let name = columns.name.saturating_sub(self.before());
        let rest = format!("{:name$}  {:place$}  {}", self.name, self.place, self.says, place = columns.place);
        rest.trim_end().to_owned()
    }

    /// How many characters stand before the name.
    fn before(&self) -> usize {
        self.branch.chars().count() + if self.mark.is_some() { 2 } else { 0 }
    }
}

/// Where the columns of a tree end, in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    name: usize,
    place: usize,
}

impl Columns {
    /// The widest column of names: longer ones push what follows.
    const MOST: usize = 48;

    /// The columns that `lines` need.
    pub fn of(lines: &[Line]) -> Self {
        let placed = || lines.iter().filter(|line| !line.place.is_empty());
        let fits = |width: &usize| *width <= Self::MOST;
        Self {
            name: placed().map(|line| line.before() + line.name.chars().count()).filter(fits).max().unwrap_or(0),
            place: placed().map(|line| line.place.chars().count()).filter(fits).max().unwrap_or(0),
        }
    }
}

/// A tree of more lines than this shows branches in which nothing is missing as one line.
const SCREEN: usize = 40;

/// One trace as lines of text.
#[derive(Clone, Copy)]
pub struct TraceTree<'a> {
    /// All that is known.
    pub workspace: &'a Analysis,
    /// What is shown.
    pub trace: &'a Trace,
    /// How files are named.
    pub files: &'a dyn Files,
    /// Whether each line is shown, however many there are.
    pub is_whole: bool,
}

impl TraceTree<'_> {
    /// The path of the file that is started: the tree's root.
    pub fn root(&self) -> String {
        self.files.path(self.trace.entry.file)
    }

    /// The lines below the root.
    pub fn lines(&self) -> Vec<Line> {
        let mut items: Vec<(FileId, Item)> = Vec::new();
        for root in self.trace.roots() {
            let node = &self.trace.nodes[root];
            if node.file == self.trace.entry.file && node.function.is_none() {
                items.extend(self.trace.items(root).into_iter().map(|item| (node.file, item)));
            } else {
                items.push((node.file, Item::Node(root)));
            }
        }
        let mut lines = Vec::new();
        let is_whole = self.is_whole || self.trace.nodes.len() <= SCREEN;
        let quiet = if is_whole { Vec::new() } else { self.quiet() };
        self.add(&mut lines, &items, "", &quiet);
        lines
    }

    /// What shows that the application starts there, where something does.
    pub fn known_from(&self) -> Option<String> {
        let entry = &self.trace.entry;
        let line = format!("found by {}", entry.known_from(self.workspace));
        (entry.found.by != By::Requested).then_some(line)
    }

    /// `main.py crashes at app.py:7: rq is missing`, and how sure that is; `main.py starts: 4 modules, no missing requirement`.
    pub fn verdict(&self) -> (Verdict, String) {
        let modules = count(self.trace.modules(), "module", "modules");
        let missing = self.trace.missing();
        match self.trace.first_crash() {
            Some((node, need)) => {
                let place = self.place(self.trace.nodes[node].file, need.shows_at());
                let name = named(need);
                (Verdict::Crashes, format!("crashes at {place}: {name} is missing"))
            }
            None if self.trace.nodes.iter().flat_map(|node| &node.needs).any(TraceNeed::crashes) => {
                (Verdict::Unknown, format!("may crash: {modules}, and what is marked with ? may be missing"))
            }
            None if !self.trace.deferred.is_empty() => {
                let first = &self.trace.deferred[0];
                let names: BTreeSet<&DistributionName> = self.trace.deferred.iter().map(|one| &one.name).collect();
                let names: Vec<&DistributionName> = names.into_iter().collect();
                let place = self.place(first.file, first.range);
                let words = "starts, if it calls no function that needs";
                (Verdict::Starts, format!("{words} {} ({place}): {modules}", listed(&names)))
            }
            None if missing.is_empty() => (Verdict::Starts, format!("starts: {modules}, no missing requirement")),
            None => (Verdict::Starts, format!("starts: {modules}; it goes on without {}", listed(&missing))),
        }
    }

    /// `2 packages are missing: redis, rq`, where any is.
    pub fn missing(&self) -> Option<String> {
        let missing = self.trace.missing();
        let verb = if missing.len() == 1 { "package is" } else { "packages are" };
        (!missing.is_empty()).then(|| format!("{} {verb} missing: {}", missing.len(), listed(&missing)))
    }

    /// For each node, how many are below it where neither it nor they lack anything, and 0 elsewhere.
    fn quiet(&self) -> Vec<usize> {
        let nodes = &self.trace.nodes;
        let mut below: Vec<(usize, bool)> = nodes.iter().map(|node| (0, !node.needs.is_empty())).collect();
        // each node stands after what runs it
        for (at, node) in nodes.iter().enumerate().rev() {
            if let Some((parent, _)) = &node.by {
                let (number, lacks) = below[at];
                below[*parent].0 += number + 1;
                below[*parent].1 |= lacks;
            }
        }
        below.into_iter().map(|(number, lacks)| if lacks { 0 } else { number }).collect()
    }

    /// Adds the lines of `items` and of what is below them; where `quiet` has the node, only how many there are.
    fn add(&self, lines: &mut Vec<Line>, items: &[(FileId, Item)], indent: &str, quiet: &[usize]) {
        for (at, (file, item)) in items.iter().enumerate() {
            let is_last = at + 1 == items.len();
            let branch = format!("{indent}{}", if is_last { "└── " } else { "├── " });
            let inner = format!("{indent}{}", if is_last { "    " } else { "│   " });
            match item {
                Item::Node(node) => {
                    lines.push(self.node(*node, branch));
                    if let (Some(number @ 2..), Some(line)) = (quiet.get(*node), lines.last_mut()) {
                        line.says = format!("… {number} more below, nothing missing");
                        continue;
                    }
                    let file = self.trace.nodes[*node].file;
                    let below: Vec<_> = self.trace.items(*node).into_iter().map(|item| (file, item)).collect();
                    self.add(lines, &below, &inner, quiet);
                }
                Item::Need(need) => {
                    lines.push(self.need(need, *file, branch));
                    let note = |note| Line { branch: inner.clone(), name: format!("  {note}"), ..Line::default() };
                    lines.extend(self.notes(need, *file).into_iter().map(note));
                }
            }
        }
    }

    fn node(&self, at: usize, branch: String) -> Line {
        let node = &self.trace.nodes[at];
        let path = self.files.path(node.file);
        let name = node.function.as_ref().map_or_else(|| path.clone(), |function| format!("{path} {function}()"));
        let mut line = Line { branch, name, ..Line::default() };
        if let Some((_, link)) = &node.by {
            line.place = self.place(link.file, link.range);
            line.at = Some((link.file, link.range));
            line.says = match node.guard {
                Some(handler) => format!("guarded by {}", self.handler(link.file, handler)),
                None if node.is_guarded => "guarded by a test".to_owned(),
                None => String::new(),
            };
        }
        line
    }

    fn need(&self, need: &TraceNeed, file: FileId, branch: String) -> Line {
        let crash = self.trace.first_crash().is_some_and(|(_, first)| std::ptr::eq(first, need));
        let lacks = match &need.need.lack {
            Lack::Requirement(_) => self.not_in_lists(file),
            Lack::Runtime(_) => "required for development only".to_owned(),
            Lack::Installed { by, .. } => format!("not installed by {by}"),
            Lack::Unknown => "no package is known to provide it".to_owned(),
            Lack::Part => "there is no such module".to_owned(),
            Lack::Removed => "no longer in the standard library".to_owned(),
        };
        let (sign, severity) = match need.fate {
            Fate::Crash { .. } if need.is_proved() => ("✗", Severity::Error),
            Fate::Crash { .. } => ("?", Severity::Warning),
            Fate::Stopped { .. } | Fate::Unreached => ("○", Severity::Info),
        };
        let says = match need.fate {
            _ if crash => format!("{lacks}  ← crashes here"),
            Fate::Crash { .. } => lacks,
            Fate::Stopped { .. } | Fate::Unreached => format!("{lacks}, optional"),
        };
        let range = need.need.range;
        let (place, at) = (self.place(file, range), Some((file, range)));
        Line { branch, mark: Some((sign, severity)), name: named(need), place, says, at }
    }

    /// `not in requirements.txt`, with the lists of the file's project.
    fn not_in_lists(&self, file: FileId) -> String {
        let own = self.workspace.projects().all[self.workspace.project_of(file)].own_lists();
        let names: Vec<String> = own.iter().map(|list| self.files.path(*list)).collect();
        if names.is_empty() { "not required".to_owned() } else { format!("not in {}", wording::any_of(&names)) }
    }

    /// Who decides over a failure.
    fn notes(&self, need: &TraceNeed, file: FileId) -> Vec<String> {
        let mut notes = self.deciders(need, file);
        notes.extend(need.need.doubt.as_ref().map(ToString::to_string));
        if let Some(name) = need.need.lack.distribution()
            && let Some((by, _)) = why::what_needs(self.workspace, name).first()
        {
            notes.push(format!("{by} may install it: it is required, and may depend on it"));
        }
        notes
    }

    /// The handlers that decide over a failure.
    fn deciders(&self, need: &TraceNeed, file: FileId) -> Vec<String> {
        match &need.fate {
            Fate::Crash { chain, own, .. } => {
                let mut notes = Vec::new();
                match own {
                    Decision::PassedOn(handler) => notes.push(self.handler(file, *handler)),
                    Decision::Unbound(handler, used) => notes.push(format!(
                        "{}, but the name is used at {}",
                        self.handler(file, *handler),
                        self.place(file, *used)
                    )),
                    _ => {}
                }
                let passed = chain.iter().rev().filter_map(|link| Some((link.file, link.passed_by?)));
                notes.extend(passed.map(|(file, handler)| self.handler(file, handler)));
                notes
            }
            Fate::Stopped { by: (stopper, Some(handler)), .. } => vec![self.handler(*stopper, *handler)],
            Fate::Stopped { by: (stopper, None), .. } => {
                vec![format!("a test in {} decides", self.files.path(*stopper))]
            }
            Fate::Unreached => Vec::new(),
        }
    }

    /// `except ImportError` at app.py:12 carries on
    fn handler(&self, file: FileId, handler: Handler) -> String {
        let does = match handler.end {
            End::CarriesOn => "goes on without it",
            End::Reraises => "raises it again",
            End::Raises(Failure::Exit) => "exits",
            End::Raises(_) => "raises another error",
        };
        format!("`{}` at {} {does}", self.files.text(file, handler.range), self.place(file, handler.range))
    }

    /// `path:line` of a range, the line from 1.
    fn place(&self, file: FileId, range: TextRange) -> String {
        let facts = self.workspace.facts(file);
        let line = facts.map_or(1, |facts| facts.position(range.start, Encoding::Utf32).line + 1);
        format!("{}:{line}", self.files.path(file))
    }
}

/// What becomes of a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing that it needs is missing.
    Starts,
    /// It is not known whether what it needs is there.
    Unknown,
    /// It ends with an `ImportError`.
    Crashes,
}

/// `rq`; `yaml (pyyaml)` where the package has another name than the module.
fn named(need: &TraceNeed) -> String {
    let module = need.need.module.as_str();
    match need.need.lack.distribution() {
        Some(name) if wording::is_same(module, name) => name.to_string(),
        Some(name) => format!("{module} ({name})"),
        None => module.to_owned(),
    }
}

fn listed(names: &[&DistributionName]) -> String {
    names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ")
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
