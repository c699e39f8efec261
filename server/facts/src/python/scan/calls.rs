//! The calls of simple statements, as the walk meets them: those of imported names in the first walk, all that matter in the second.

use super::lexer::word_at;
use super::{Scanner, asked, bindings};
use crate::python::ImportForm;
use crate::python::loading::MODULE;
use crate::words::text::TextRange;

impl Scanner<'_> {
    /// Keeps the call that was just walked, where it is one at module level of what a `from` import bound.
    pub(super) fn note_call(&mut self) {
        // most statements stand in functions: to request their calls first was a fiftieth of a whole check
        if self.imports.is_empty() || self.blocks.scope() != (MODULE, false) {
            return;
        }
        // what a longer statement calls stands at its beginning
        let end = self.lexer.pos.min(self.current.statement + 120);
        let Some(range) = self.text.get(self.current.statement..end).and_then(called) else { return };
        let range = range.shifted(self.current.statement as u32);
        for import in self.imports.iter().skip(self.bound.0).filter(|import| import.parsed.form == ImportForm::From) {
            self.bound.1.extend(bindings::bound_names(self.text, import));
        }
        self.bound.0 = self.imports.len();
        if self.text.get(range.indices()).is_some_and(|name| self.bound.1.contains(name)) {
            let context = self.blocks.context_of_call(self.text, &self.names.flags);
            self.foreign.push((range, context));
        }
    }

    /// Notes for which modules the statement asks that was just walked: what follows in its block, or in the definition below a decorator,
    /// does not run without them.
    pub(super) fn note_asked(&mut self) {
        let statement = self.text.get(self.current.statement..self.lexer.pos).unwrap_or_default();
        for module in asked::modules(statement) {
            if statement.starts_with('@') {
                self.current.asked.push(module.into());
            } else {
                self.blocks.skip_without(self.current.indent, module);
            }
        }
        if !statement.starts_with('@') {
            self.current.asked.clear();
        }
    }

    /// Hands the second walk the statement that was just walked.
    pub(super) fn watch_statement(&mut self) {
        let Some(watch) = &mut self.watch else { return };
        let statement = self.text.get(self.current.statement..self.lexer.pos).unwrap_or_default();
        watch.yields(statement, self.blocks.scope().0);
        if self.blocks.runs_plainly() {
            watch.runs(TextRange::new(self.current.statement as u32, self.lexer.pos as u32));
        }
        if self.lexer.byte(self.current.statement) == b'@'
            && let Some(range) = watch.decorator(self.text, self.current.statement)
        {
            watch.call(range, self.blocks.context_of_call(self.text, &self.names.flags));
        }
    }
}

/// What a simple statement calls: `f(…)`, `x = f(…)`, `sys.exit(f(…))`; the bytes of the name in the statement.
fn called(statement: &str) -> Option<TextRange> {
    let mut rest = statement;
    if let Some((left, right)) = rest.split_once('=')
        && !right.starts_with('=')
        && left.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ' ' | ',' | ':'))
    {
        rest = right;
    }
    rest = rest.trim_start_matches([' ', '\t']);
    let around = ["sys.exit(", "exit(", "quit(", "raise SystemExit(", "asyncio.run("];
    rest = around.iter().find_map(|around| rest.strip_prefix(around)).unwrap_or(rest);
    let name = word_at(rest.as_bytes(), 0);
    let is_called = !name.is_empty() && rest.as_bytes().get(name.len()) == Some(&b'(');
    let start = (rest.as_ptr() as usize - statement.as_ptr() as usize) as u32;
    is_called.then(|| TextRange::new(start, start + name.len() as u32))
}
