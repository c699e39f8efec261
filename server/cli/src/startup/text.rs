//! A start-up as people read it in a terminal: a tree.

use super::places::Places;
use crate::output::{Style, count, printable};
use pinlens_analysis::answers::trace::{Trace, Way};
use pinlens_analysis::answers::tree::{Columns, Line, TraceTree, Verdict};
use pinlens_analysis::startup::chains::Link;
use pinlens_analysis::startup::entries::Entry;
use pinlens_facts::words::codes::Severity;
use std::io::{self, Write};

/// Writes the tree of what an entry loads, and whether it starts; of a long tree only the branches that lack something, unless it is
/// to be shown whole.
pub fn trace(out: &mut dyn Write, places: &Places, trace: &Trace, is_whole: bool, style: Style) -> io::Result<()> {
    let tree = tree(places, trace, is_whole);
    let root = tree.root();
    let by = tree.known_from().map(|by| format!("  ({})", printable(&by))).unwrap_or_default();
    writeln!(out, "{}{by}", style.strong(printable(&root)))?;
    let lines = tree.lines();
    let columns = Columns::of(&lines);
    for line in &lines {
        writeln!(out, "{}", shown(line, &columns, style))?;
    }
    let (verdict, words) = tree.verdict();
    let end = format!("{} {}.", printable(&root), printable(&words));
    writeln!(out, "\n{}", if verdict == Verdict::Starts { end } else { style.strong(end) })?;
    let missing = tree.missing().filter(|_| verdict != Verdict::Starts);
    missing.map_or(Ok(()), |missing| writeln!(out, "{missing}. Run `pinlens fix` to add what is sure."))
}

/// Writes one entry that was found: whether it starts, and what shows that it is one.
pub fn entry(out: &mut dyn Write, places: &Places, trace: &Trace, style: Style) -> io::Result<()> {
    let tree = tree(places, trace, false);
    let (verdict, words) = tree.verdict();
    let sign = match verdict {
        Verdict::Starts => "✓".to_owned(),
        Verdict::Unknown => style.severity(Severity::Warning, "?"),
        Verdict::Crashes => style.severity(Severity::Error, "✗"),
    };
    writeln!(out, "{sign} {}  {}", style.strong(printable(&tree.root())), printable(&words))?;
    tree.known_from().map_or(Ok(()), |by| writeln!(out, "    {}", printable(&by)))
}

/// Writes how many entries there are, and what shows more of the `first`.
pub fn entries(out: &mut dyn Write, number: usize, first: Option<&str>, nowhere: &[String]) -> io::Result<()> {
    for place in nowhere {
        writeln!(out, "{}", printable(place))?;
    }
    let Some(first) = first else {
        return match nowhere {
            [] => writeln!(
                out,
                "No entry point was found. Name the file that starts your application: `pinlens trace main.py`"
            ),
            _ => writeln!(out, "No file that is started is there."),
        };
    };
    let number = count(number, "entry point", "entry points");
    writeln!(out, "Found {number}. Run `pinlens trace {}` for details.", printable(first))
}

fn tree<'a>(places: &'a Places, trace: &'a Trace, is_whole: bool) -> TraceTree<'a> {
    TraceTree { workspace: &places.project.workspace, trace, files: places, is_whole }
}

fn shown(line: &Line, columns: &Columns, style: Style) -> String {
    let mut shown = style.frame(&line.branch);
    if let Some((mark, severity)) = line.mark {
        shown += &style.severity(severity, mark);
        shown.push(' ');
    }
    shown + &printable(&line.rest(columns))
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
