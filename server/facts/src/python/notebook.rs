//! What a Jupyter notebook says about imports. Every range is one of the `.ipynb` file itself.
//!
//! [`json`] finds the cells, [`source`] decodes their text and remembers where each byte of it stands, [`magics`] takes out
//! what is no Python. The cells are scanned apart, so that a broken one costs only itself.

mod json;
mod magics;

pub(in crate::python) use magics::installed;
mod source;

use super::scan::{self, Names};
use super::{ImportStatement, ParseStatement, ParsedImport, PythonFacts};
use crate::words::names::DistributionName;
use crate::words::text::{SparseLines, TextRange};
use rustc_hash::FxHashSet;
use source::Source;
use std::sync::Arc;

/// A cell of code.
pub struct ReadCell {
    /// Its text.
    pub text: String,
    /// The same with comments in the place of what is no Python.
    pub code: String,
    /// The line of the file on which it begins, from 1.
    pub line: usize,
}

/// Reads the imports of a notebook, and what it installs. Any text gives a value: of broken JSON, the cells that can be read;
/// of a notebook in another language, nothing.
///
/// The range of a statement over several lines goes from the first to the last of them, with the JSON between; the range of a
/// name that is broken over lines is its part in the first.
pub fn read(text: &str, parse: &ParseStatement) -> (PythonFacts, Vec<ReadCell>) {
    let notebook = json::read(text);
    let mut facts = PythonFacts::default();
    if !notebook.is_python() {
        return (facts, Vec::new());
    }
    facts.traits.is_script = true;
    let mut names = Names::default();
    let mut installs = Installs::default();
    let mut cells = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for cell in notebook.cells.iter().filter(|cell| cell.is_python() || cell.is_prose()) {
        let (start, mut read) = match cell.is_prose() {
            true => prose(cell, text, &mut installs),
            false => add_cell(&mut facts, cell, text, parse, (&mut names, &mut installs)),
        };
        line += text.get(counted..start).map_or(0, |skipped| memchr::memchr_iter(b'\n', skipped.as_bytes()).count());
        counted = counted.max(start);
        read.line = line;
        cells.push(read);
    }
    facts.installs = installs.names;
    facts.lines = SparseLines::new(text, facts.imports.iter().flat_map(scan::offsets));
    (facts, cells)
}

/// Reads the cells of a notebook that is open in an editor: `text` holds their texts one after the other, `cells` the bytes of
/// each. The ranges of what is found are those of `text`.
pub fn read_cells(text: &str, cells: &[TextRange], parse: &ParseStatement) -> (PythonFacts, Vec<ReadCell>) {
    let mut facts = PythonFacts::default();
    facts.traits.is_script = true;
    let mut names = Names::default();
    let mut installs = Installs::default();
    let mut read = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for cell in cells {
        let source = text.get(cell.indices()).unwrap_or_default();
        let code = magics::without(source);
        installs.add(code.installs);
        let found = scan::scan_after(&code.text, parse, &mut names);
        facts.traits.changes_path |= found.traits.changes_path;
        facts.traits.adds_outside_folder |= found.traits.adds_outside_folder;
        facts.traits.adds_hidden_folder |= found.traits.adds_hidden_folder;
        facts.imports.extend(found.imports.into_iter().map(|mut import| {
            import.start += cell.start;
            if let Some(alternative) = &mut import.context.alternative {
                alternative.chain += cell.start;
                alternative.branch += cell.start;
            }
            import
        }));
        let skipped = text.get(counted..cell.start as usize).unwrap_or_default();
        line += memchr::memchr_iter(b'\n', skipped.as_bytes()).count();
        counted = counted.max(cell.start as usize);
        read.push(ReadCell { text: source.to_owned(), code: code.text, line });
    }
    facts.installs = installs.names;
    facts.lines = SparseLines::new(text, facts.imports.iter().flat_map(scan::offsets));
    (facts, read)
}

/// What the cells install, each once, in the order of the text.
#[derive(Default)]
struct Installs {
    names: Vec<DistributionName>,
    seen: FxHashSet<DistributionName>,
}

impl Installs {
    fn add(&mut self, names: Vec<DistributionName>) {
        self.names.extend(names.into_iter().filter(|name| self.seen.insert(name.clone())));
    }
}

/// Takes a cell in; gives the offset at which it begins, and its text.
fn add_cell(
    facts: &mut PythonFacts,
    cell: &json::Cell,
    text: &str,
    parse: &ParseStatement,
    (names, installs): (&mut Names, &mut Installs),
) -> (usize, ReadCell) {
    let source = Source::new(text, &cell.pieces);
    let code = magics::without(&source.text);
    installs.add(code.installs);
    let found = scan::scan_after(&code.text, parse, names);
    facts.traits.changes_path |= found.traits.changes_path;
    facts.traits.adds_outside_folder |= found.traits.adds_outside_folder;
    facts.traits.adds_hidden_folder |= found.traits.adds_hidden_folder;
    facts.imports.extend(found.imports.into_iter().map(|import| placed(import, &source)));
    (source.raw(0) as usize, ReadCell { text: source.text, code: code.text, line: 1 })
}

/// What a cell of prose tells people to install, as cells of code that do: on a line of its own, or between backquotes.
fn prose(cell: &json::Cell, text: &str, installs: &mut Installs) -> (usize, ReadCell) {
    let source = Source::new(text, &cell.pieces);
    let mut commands = String::new();
    for line in source.text.lines().take_while(|_| source.text.contains("install")) {
        let told = line.split('`').map(|part| part.trim().trim_start_matches(['$', '!', '%', '>', ' ']));
        let command = { told }.find(|part| magics::installs(part));
        installs.add(command.map(installed).unwrap_or_default());
        commands.extend(command.into_iter().flat_map(|command| ["!", command]));
        commands.push('\n');
    }
    (source.raw(0) as usize, ReadCell { text: commands, code: String::new(), line: 1 })
}

/// The import of a cell, where it stands in the file.
fn placed(mut import: ImportStatement, source: &Source) -> ImportStatement {
    if let Some(alternative) = &mut import.context.alternative {
        alternative.chain = source.raw(alternative.chain);
        alternative.branch = source.raw(alternative.branch);
    }
    let range = import.range();
    let start = source.raw(range.start);
    if !source.is_verbatim(range) {
        let relative = |range: TextRange| {
            let raw = source.part(range.shifted(import.start));
            TextRange::new(raw.start - start, raw.end - start)
        };
        let mut modules = import.parsed.modules.clone();
        for module in &mut modules {
            module.range = relative(module.range);
            for member in &mut module.members {
                member.range = relative(member.range);
            }
        }
        let len = source.raw_end(range.end).max(start) - start;
        import.parsed = Arc::new(ParsedImport { len, modules, ..*import.parsed });
    }
    import.start = start;
    import
}
