//! What is known of a module or a distribution, for people.

use super::places::Places;
use crate::output::{Style, count, printable};
use pinlens_analysis::answers::tree::Files as _;
use pinlens_analysis::answers::why::{Whose, Why};
use pinlens_facts::words::roles::Role;
use std::io::{self, Write};

/// Writes which requirement provides it, who imports it and who needs it, and what follows of that.
pub fn write(out: &mut dyn Write, places: &Places, name: &str, why: &Why, style: Style) -> io::Result<()> {
    let names: Vec<&str> =
        why.distributions.iter().map(pinlens_facts::words::names::DistributionName::as_str).collect();
    let because = why.because.as_ref().map(|because| format!(" ({because})")).unwrap_or_default();
    let is_package = why.whose == Whose::Other;
    let provided =
        if is_package { format!("  {}{}", printable(&names.join(", ")), printable(&because)) } else { String::new() };
    writeln!(out, "{}{provided}", style.strong(printable(name)))?;
    if !why.declared.is_empty() {
        writeln!(out, "{}", style.help("required by"))?;
    }
    for declared in &why.declared {
        let role = match declared.role {
            Role::Runtime => "",
            Role::Development => "  (development)",
        };
        let place = places.at(declared.file, declared.range);
        let text = places.text(declared.file, declared.range);
        writeln!(out, "  {}  {}{role}", printable(&place), printable(&text))?;
    }
    if !why.importers.is_empty() {
        writeln!(out, "{} ({})", style.help("imported by"), count(why.importers.len(), "import", "imports"))?;
    }
    for (file, range, module) in &why.importers {
        writeln!(out, "  {}  {}", printable(&places.at(*file, *range)), printable(module))?;
    }
    if !why.uses.is_empty() {
        writeln!(out, "{}", style.help("kept, though no import shows it"))?;
    }
    for words in &why.uses {
        writeln!(out, "  {}", printable(words))?;
    }
    if !why.needed_by.is_empty() {
        writeln!(out, "{}", style.help("needed by"))?;
    }
    for (by, known_from) in &why.needed_by {
        writeln!(out, "  {}, by {}", printable(by.as_str()), printable(known_from))?;
    }
    writeln!(out, "{} {}", style.strong("verdict:"), printable(&verdict(name, why)))
}

/// What follows: whether it can go, or has to be added.
fn verdict(name: &str, why: &Why) -> String {
    match why.whose {
        Whose::Own => return format!("{name} is your own module; no requirement is needed"),
        Whose::Stdlib => return format!("{name} is part of Python; no requirement is needed"),
        Whose::Other => {}
    }
    let is_required = !why.declared.is_empty();
    let is_imported = !why.importers.is_empty();
    let by = why.needed_by.first().map(|(by, _)| by.as_str());
    let package = why.distributions.first().map_or(name, |first| first.as_str());
    match (is_required, is_imported, by) {
        (true, true, _) => format!("keep {package}: the code imports it"),
        (true, false, _) if !why.uses.is_empty() => {
            format!("keep {package}: {}", why.uses.first().map_or("", String::as_str))
        }
        (true, false, Some(by)) => {
            format!("nothing imports {package}, but {by} needs it: the requirement only decides its version")
        }
        (true, false, None) => {
            format!("nothing is seen to use {package}: remove the line, or add `# keep` to it")
        }
        (false, true, Some(by)) => {
            format!("{package} is only installed because {by} depends on it: require it by `pinlens add {package}`")
        }
        (false, true, None) => format!("{package} is missing: require it by `pinlens add {package}`"),
        (false, false, Some(by)) => format!("nothing imports or requires {package}; {by} needs it"),
        (false, false, None) => format!("{name} is not imported and not required"),
    }
}
