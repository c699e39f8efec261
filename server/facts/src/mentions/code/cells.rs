//! What the cells of a notebook say: their code, their magic lines, and the commands behind `!`.

use super::{Imported, mentions_with};
use crate::mentions::command::Commands;
use crate::python::ImportStatement;
use crate::python::notebook::ReadCell;
use crate::words::mention::{Collector, MentionKind, Mentions};

/// Reads cells whose imports, those of all of them, are given: what one imports the others use.
pub fn mentions_of_cells(cells: &[ReadCell], imports: &[ImportStatement]) -> Mentions {
    let mut found = Collector::default();
    let imported = Imported::of(imports);
    for cell in cells {
        found.add_part(&mentions_with(&cell.code, &imported, false), cell.line);
        for (number, line) in cell.text.lines().enumerate() {
            let line_number = cell.line + number;
            let line = line.trim();
            if let Some(command) = line.strip_prefix('!') {
                Commands::new(&mut found).script(command, line_number);
            } else if line.starts_with('%') {
                let mut words = line.split_whitespace();
                let name = words.next().unwrap_or_default();
                found.add(MentionKind::Code, &format!("magic:{name}"), line_number);
                if let Some(word) = words.next() {
                    found.add(MentionKind::Code, &format!("magic:{name} {word}"), line_number);
                }
            }
        }
    }
    found.finish()
}
