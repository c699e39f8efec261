//! What is known of a module or a distribution, for people.

use super::Places;
use crate::output::{Style, count, printable};
use pinlens_analysis::answers::tree::Files as _;
use pinlens_analysis::answers::why::Why;
use pinlens_facts::words::roles::Role;
use std::io::{self, Write};

/// Writes which requirement provides it, who imports it and who needs it.
pub fn write(out: &mut dyn Write, places: &Places, name: &str, why: &Why, style: Style) -> io::Result<()> {
    let names: Vec<&str> =
        why.distributions.iter().map(pinlens_facts::words::names::DistributionName::as_str).collect();
    let because = why.because.as_ref().map(|because| format!(" ({because})")).unwrap_or_default();
    writeln!(out, "{}  {}{}", style.strong(printable(name)), printable(&names.join(", ")), printable(&because))?;
    writeln!(out, "{}", style.help("required by"))?;
    for declared in &why.declared {
        let role = match declared.role {
            Role::Runtime => "",
            Role::Development => "  (development)",
        };
        let place = places.at(declared.file, declared.range);
        let text = places.text(declared.file, declared.range);
        writeln!(out, "  {}  {}{role}", printable(&place), printable(&text))?;
    }
    if why.declared.is_empty() {
        writeln!(out, "  no requirement")?;
    }
    writeln!(out, "{}", style.help("imported by"))?;
    for (file, range, module) in &why.importers {
        writeln!(out, "  {}  {}", printable(&places.at(*file, *range)), printable(module))?;
    }
    match why.importers.len() {
        0 => writeln!(out, "  no file")?,
        number => writeln!(out, "  {}", count(number, "import", "imports"))?,
    }
    if !why.uses.is_empty() {
        writeln!(out, "{}", style.help("used without an import"))?;
    }
    for words in &why.uses {
        writeln!(out, "  {}", printable(words))?;
    }
    if !why.needed_by.is_empty() {
        writeln!(out, "{}", style.help("needed by"))?;
    }
    for (by, told_by) in &why.needed_by {
        writeln!(out, "  {}, by {}", printable(by.as_str()), printable(told_by))?;
    }
    Ok(())
}
