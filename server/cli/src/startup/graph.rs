//! A start-up as a graph: for Graphviz, or as Mermaid for pages that draw it.

use super::places::Places;
use crate::output::steers;
use pinlens_analysis::answers::trace::{Trace, Way};
use pinlens_analysis::answers::tree::Files as _;
use pinlens_analysis::startup::chains::{Fate, Link};
use pinlens_analysis::startup::needs::Lack;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The language of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Graphviz.
    Dot,
    /// Mermaid.
    Mermaid,
}

/// How a vertex is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Plain,
    Missing,
    Optional,
}

/// What is drawn.
#[derive(Default)]
struct Graph {
    vertices: Vec<(String, Look)>,
    numbers: BTreeMap<String, usize>,
    /// From, to, and what is written on the edge; whether a failure stops there.
    edges: Vec<(usize, usize, String, bool)>,
}

impl Graph {
    fn vertex(&mut self, name: String, look: Look) -> usize {
        if let Some(known) = self.numbers.get(&name) {
            return *known;
        }
        let number = self.vertices.len();
        self.vertices.push((name.clone(), look));
        self.numbers.insert(name, number);
        number
    }

    fn edge(&mut self, from: usize, to: usize, label: String, is_guarded: bool) {
        let edge = (from, to, label, is_guarded);
        if !self.edges.contains(&edge) {
            self.edges.push(edge);
        }
    }

    fn write(&self, out: &mut dyn Write, language: Language) -> io::Result<()> {
        match language {
            Language::Dot => self.dot(out),
            Language::Mermaid => self.mermaid(out),
        }
    }

    fn dot(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "digraph startup {{\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];")?;
        for (number, (name, look)) in self.vertices.iter().enumerate() {
            let style = match look {
                Look::Plain => "",
                Look::Missing => ", color=red, fontcolor=red",
                Look::Optional => ", style=dashed",
            };
            writeln!(out, "  n{number} [label=\"{}\"{style}];", quoted(name))?;
        }
        for (from, to, label, is_guarded) in &self.edges {
            let style = if *is_guarded { ", style=dashed" } else { "" };
            writeln!(out, "  n{from} -> n{to} [label=\"{}\"{style}];", quoted(label))?;
        }
        writeln!(out, "}}")
    }

    fn mermaid(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "flowchart LR")?;
        for (number, (name, look)) in self.vertices.iter().enumerate() {
            let class = match look {
                Look::Plain => "",
                Look::Missing => ":::missing",
                Look::Optional => ":::optional",
            };
            writeln!(out, "  n{number}[\"{}\"]{class}", escaped(name))?;
        }
        for (from, to, label, is_guarded) in &self.edges {
            let arrow = if *is_guarded { "-.->" } else { "-->" };
            writeln!(out, "  n{from} {arrow}|\"{}\"| n{to}", escaped(label))?;
        }
        writeln!(out, "  classDef missing stroke:#c00,color:#c00\n  classDef optional stroke-dasharray:4")
    }
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace(steers, " ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace(['<', '>'], "").replace(steers, " ")
}

/// Writes what an entry loads.
pub fn trace(out: &mut dyn Write, places: &Places, trace: &Trace, language: Language) -> io::Result<()> {
    let mut graph = Graph::default();
    for node in &trace.nodes {
        let name = named(&places.path(node.file), node.function.as_deref());
        let to = graph.vertex(name, Look::Plain);
        if let Some((parent, link)) = &node.by
            && let Some(parent) = trace.nodes.get(*parent)
        {
            let from = graph.vertex(named(&places.path(parent.file), parent.function.as_deref()), Look::Plain);
            graph.edge(from, to, places.line(link.file, link.range).to_string(), node.is_guarded);
        }
        for need in &node.needs {
            let look = if matches!(need.fate, Fate::Crash { .. }) { Look::Missing } else { Look::Optional };
            let name = match &need.need.lack {
                Lack::Requirement(name) | Lack::Runtime(name) | Lack::Installed { name, .. } => name.to_string(),
                Lack::Unknown | Lack::Part | Lack::Removed => need.need.module.to_string(),
            };
            let lacking = graph.vertex(format!("{name} is missing"), look);
            let line = places.line(node.file, need.need.range).to_string();
            graph.edge(to, lacking, line, look == Look::Optional);
        }
    }
    graph.write(out, language)
}

/// Writes the shortest ways.
pub fn ways(out: &mut dyn Write, places: &Places, ways: &[Way], language: Language) -> io::Result<()> {
    let mut graph = Graph::default();
    for way in ways {
        for link in &way.links {
            let from = graph.vertex(places.path(link.file), Look::Plain);
            let to = graph.vertex(named(&places.path(link.to), link.calls.as_deref()), Look::Plain);
            graph.edge(from, to, label(places, link), false);
        }
        let last = graph.vertex(places.path(way.at.0), Look::Plain);
        let text = places.text(way.at.0, way.at.1);
        let end = graph.vertex(text, Look::Missing);
        graph.edge(last, end, places.line(way.at.0, way.at.1).to_string(), false);
    }
    graph.write(out, language)
}

fn named(path: &str, function: Option<&str>) -> String {
    function.map_or_else(|| path.to_owned(), |function| format!("{path} {function}()"))
}

fn label(places: &Places, link: &Link) -> String {
    places.line(link.file, link.range).to_string()
}
