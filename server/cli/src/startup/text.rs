//! A start-up as people read it in a terminal: a tree.

use super::places::Places;
use crate::output::{Style, count, printable};
use pinlens_analysis::answers::trace::{Trace, Way};
use pinlens_analysis::answers::tree::{Line, TraceTree};
use pinlens_analysis::startup::chains::Link;
use pinlens_analysis::startup::entries::Entry;
use std::io::{self, Write};

/// Writes the tree of what an entry loads, and a line that sums it up.
pub fn trace(out: &mut dyn Write, places: &Places, trace: &Trace, style: Style) -> io::Result<()> {
    let tree = tree(places, trace);
    writeln!(out, "{}", style.strong(printable(&tree.root())))?;
    for line in tree.lines() {
        writeln!(out, "{}", shown(&line, style))?;
    }
    for end in tree.known_from().into_iter().chain([tree.summary()]) {
        writeln!(out, "{}", printable(&end))?;
    }
    Ok(())
}

/// Writes one entry that was found: its file, what shows it, and what its start-up comes to.
pub fn entry(out: &mut dyn Write, places: &Places, trace: &Trace, style: Style) -> io::Result<()> {
    let path = places.path(trace.entry.file);
    let shown_by = trace.entry.known_from(&places.project.workspace);
    writeln!(out, "{}  by {}", style.strong(printable(&path)), printable(&shown_by))?;
    writeln!(out, "  {}", printable(&tree(places, trace).summary()))
}

/// Writes how many entries there are.
pub fn entries(out: &mut dyn Write, number: usize, nowhere: &[String]) -> io::Result<()> {
    for place in nowhere {
        writeln!(out, "{}", printable(place))?;
    }
    match number {
        0 if !nowhere.is_empty() => writeln!(out, "No file that is started is there."),
        0 => writeln!(out, "Nothing shows where an application starts; name a file, or set `entries`."),
        number => writeln!(out, "Found {}.", count(number, "entry", "entries")),
    }
}

fn tree<'a>(places: &'a Places, trace: &'a Trace) -> TraceTree<'a> {
    TraceTree { workspace: &places.project.workspace, trace, files: places }
}

fn shown(line: &Line, style: Style) -> String {
    let mut shown = style.frame(&line.branch);
    if let Some((mark, severity)) = line.mark {
        shown += &style.severity(severity, mark);
        shown.push(' ');
    }
    shown += &printable(&line.text);
    if let Some(guard) = &line.guard {
        shown += &style.help(format!("  {}", printable(guard)));
    }
    shown
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
