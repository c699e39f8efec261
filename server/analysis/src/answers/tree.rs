//! A trace as people read it, in a terminal or an editor: a tree, line by line, and what sums it up.

use super::trace::{Item, Trace, TraceNeed};
use super::why;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::startup::chains::Fate;
use crate::startup::entries::By;
use crate::startup::needs::Lack;
use crate::startup::steps::Decision;
use pinlens_facts::python::loading::{End, Failure, Handler};
use pinlens_facts::words::codes::Severity;
use pinlens_facts::words::text::{Encoding, TextRange};

/// How files are named: by whom, and where their texts are.
pub trait Files {
    /// The path of a file, as the reader knows it.
    fn path(&self, file: FileId) -> String;

    /// The text of a range, on one line; empty where it cannot be read any more.
    fn text(&self, file: FileId, range: TextRange) -> String;
}

/// One line of the tree. No part of it has a control character of its own; texts of files may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The branch that it hangs on.
    pub branch: String,
    /// How bad it is, in a word and in a colour; nothing for what is no lack.
    pub mark: Option<(&'static str, Severity)>,
    /// What it says.
    pub text: String,
    /// What guards it.
    pub guard: Option<String>,
    /// The place that it is about.
    pub at: Option<(FileId, TextRange)>,
}

/// One trace as lines of text.
#[derive(Clone, Copy)]
pub struct TraceTree<'a> {
    /// All that is known.
    pub workspace: &'a Analysis,
    /// What is shown.
    pub trace: &'a Trace,
    /// How files are named.
    pub files: &'a dyn Files,
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
        self.add(&mut lines, &items, "");
        lines
    }

    /// What says that the application starts there, where something does.
    pub fn known_from(&self) -> Option<String> {
        let entry = &self.trace.entry;
        let line = format!("{} starts there by {}.", self.root(), entry.known_from(self.workspace));
        (entry.found.by != By::Requested).then_some(line)
    }

    /// `Start-up of main.py: 4 modules, 2 missing requirements (redis, rq); it crashes at app.py:7.`
    pub fn summary(&self) -> String {
        let modules = count(self.trace.modules(), "module", "modules");
        let missing = self.trace.missing();
        let lacking = if missing.is_empty() {
            "no missing requirement".to_owned()
        } else {
            let names: Vec<&str> = missing.iter().map(|name| name.as_str()).collect();
            format!("{} ({})", count(missing.len(), "missing requirement", "missing requirements"), names.join(", "))
        };
        let outcome = match self.trace.first_crash() {
            Some((node, need)) => {
                format!("; it crashes at {}", self.place(self.trace.nodes[node].file, need.shows_at()))
            }
            None if missing.is_empty() => String::new(),
            None if self.trace.nodes.iter().flat_map(|node| &node.needs).any(TraceNeed::crashes) => {
                "; whether it crashes is not known".to_owned()
            }
            None => "; it starts all the same".to_owned(),
        };
        format!("Start-up of {}: {modules}, {lacking}{outcome}.", self.root())
    }

    fn add(&self, lines: &mut Vec<Line>, items: &[(FileId, Item)], indent: &str) {
        for (at, (file, item)) in items.iter().enumerate() {
            let is_last = at + 1 == items.len();
            let branch = format!("{indent}{}", if is_last { "└── " } else { "├── " });
            let inner = format!("{indent}{}", if is_last { "    " } else { "│   " });
            match item {
                Item::Node(node) => {
                    lines.push(self.node(*node, branch));
                    let file = self.trace.nodes[*node].file;
                    let below: Vec<_> = self.trace.items(*node).into_iter().map(|item| (file, item)).collect();
                    self.add(lines, &below, &inner);
                }
                Item::Need(need) => {
                    lines.push(self.need(need, *file, branch));
                    let note = |note| Line {
                        branch: inner.clone(),
                        mark: None,
                        text: format!("  {note}"),
                        guard: None,
                        at: None,
                    };
                    lines.extend(self.notes(need, *file).into_iter().map(note));
                }
            }
        }
    }

    fn node(&self, at: usize, branch: String) -> Line {
        let node = &self.trace.nodes[at];
        let path = self.files.path(node.file);
        let name = node.function.as_ref().map_or_else(|| path.clone(), |function| format!("{path} {function}()"));
        let mut line = Line { branch, mark: None, text: name, guard: None, at: None };
        if let Some((_, link)) = &node.by {
            let verb = if node.function.is_some() { "called" } else { "imported" };
            line.text = format!("{}  {verb} at {}", line.text, self.place(link.file, link.range));
            line.at = Some((link.file, link.range));
            line.guard = match node.guard {
                Some(handler) => Some(format!("guarded by {}", self.handler(link.file, handler))),
                None => node.is_guarded.then(|| "guarded by a test".to_owned()),
            };
        }
        line
    }

    fn need(&self, need: &TraceNeed, file: FileId, branch: String) -> Line {
        let module = need.need.module.as_str();
        let what = match &need.need.lack {
            Lack::Requirement(name) => format!("`{module}` needs {name}, which no requirement declares"),
            Lack::Runtime(name) => format!("`{module}` needs {name}, which is required for development only"),
            Lack::Installed { name, by } => format!("`{module}` needs {name}, which {by} does not install"),
            Lack::Unknown => format!("`{module}`: nothing is known to provide it"),
            Lack::Part => format!("`{module}`: there is no such module"),
            Lack::Removed => format!("`{module}` left the standard library"),
        };
        let is_sure = need.is_proved();
        let mark = match need.fate {
            Fate::Crash { .. } if is_sure => ("✗ missing:", Severity::Error),
            Fate::Crash { .. } => ("? unknown:", Severity::Warning),
            Fate::Stopped { .. } | Fate::Unreached => ("○ does without:", Severity::Info),
        };
        let range = need.need.range;
        let text = format!("{what}  {}", self.place(file, range));
        Line { branch, mark: Some(mark), text, guard: None, at: Some((file, range)) }
    }

    /// Who decides over a failure.
    fn notes(&self, need: &TraceNeed, file: FileId) -> Vec<String> {
        let mut notes = self.deciders(need, file);
        notes.extend(need.need.doubt.as_ref().map(ToString::to_string));
        if let Some(name) = need.need.lack.distribution()
            && let Some((by, _)) = why::what_needs(self.workspace, name).first()
        {
            notes.push(format!("{by} is required, may need it and bring it"));
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
            End::CarriesOn => "carries on",
            End::Reraises => "raises it again",
            End::Raises(Failure::Exit) => "exits",
            End::Raises(_) => "raises as well",
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

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
