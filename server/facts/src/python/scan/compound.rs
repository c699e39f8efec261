//! The headers of compound statements as the walk meets them, and the blocks that they open.

use super::blocks::{Branch, Kind};
use super::flow::Definition;
use super::lexer::{self, Stop, Until};
use super::{Scanner, condition, handlers, header};
use crate::words::text::TextRange;

impl Scanner<'_> {
    /// Takes the header of a compound statement and opens its block.
    pub(super) fn header(&mut self, word: &[u8]) -> Stop {
        let start = self.lexer.pos;
        let stop = self.skip_header(start + word.len());
        let end = if stop == Stop::Colon { self.lexer.pos - 1 } else { self.lexer.pos };
        let test = TextRange::new((start + word.len()) as u32, end as u32);
        if let Some(watch) = &mut self.watch {
            watch.yields(self.text.get(test.indices()).unwrap_or_default(), self.blocks.scope().0);
            if matches!(word, b"class" | b"with") && self.blocks.runs_plainly() {
                watch.runs(test);
            }
        }
        let kind = self.kind_of(word, test);
        self.blocks.push(self.current.indent, kind);
        for module in std::mem::take(&mut self.current.asked) {
            self.blocks.skip_inside(&module);
        }
        stop
    }

    fn kind_of(&mut self, word: &[u8], test: TextRange) -> Kind {
        let source = self.text;
        let head = || source.get(test.indices()).unwrap_or_default();
        match word {
            b"if" => {
                let is_main = self.current.indent == 0 && head().contains("__name__") && condition::is_main(head());
                self.lexer.marks.traits.is_script |= is_main;
                self.lexer.marks.traits.has_main |= is_main;
                let mut branch = Branch::new(test);
                branch.is_main = is_main;
                Kind::Branch(branch)
            }
            b"while" if matches!(head().trim(), "False" | "0") => Kind::Branch(Branch::new(test)),
            b"while" if !matches!(head().trim(), "True" | "1") => Kind::Perhaps,
            b"for" if !has_rounds(head()) => Kind::Perhaps,
            b"case" if head().trim() != "_" => Kind::Perhaps,
            b"elif" => self.blocks.alternative(Some(test)),
            b"else" => self.blocks.alternative(None),
            b"try" => self.blocks.new_try(self.current.statement as u32),
            b"except" => {
                let range = TextRange::new(self.current.statement as u32, test.end);
                let kind = self.blocks.handler(handlers::catches_import_error(head()), range, head());
                if handlers::calls_optional(source, test.end as usize) {
                    self.blocks.note_optional(&kind);
                }
                kind
            }
            b"with" => handlers::with_kind(head(), &self.names.aliases),
            b"class" => Kind::Class,
            b"def" => {
                if self.blocks.at_module_level() && head().trim_start().starts_with("__getattr__") {
                    self.lexer.marks.traits.makes_submodules = true;
                }
                self.define(test.start, false)
            }
            b"async" => match head().trim_start() {
                rest if rest.starts_with("def") => {
                    let blanks = head().len() - rest.len();
                    self.define(test.start + blanks as u32 + 3, true)
                }
                rest => {
                    rest.strip_prefix("with").map_or(Kind::Other, |head| handlers::with_kind(head, &self.names.aliases))
                }
            },
            _ => Kind::Other,
        }
    }

    /// Takes the definition of the function whose name stands at `at`, or behind blanks there.
    fn define(&mut self, at: u32, is_async: bool) -> Kind {
        let bytes = self.lexer.bytes;
        let rest = bytes.get(at as usize..).unwrap_or_default();
        let start = at as usize + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let name = TextRange::new(start as u32, (start + lexer::word_at(bytes, start).len()) as u32);
        let (parent, is_method) = self.blocks.scope();
        self.lexer.marks.traits.has_test_functions |=
            bytes[start..].starts_with(b"test_") && self.blocks.at_module_level();
        self.definitions.push(Definition { name, parent, is_method, is_async });
        Kind::Function(self.definitions.len() as u32)
    }

    /// Skips to the colon that ends a header; the colons of lambdas are not it.
    fn skip_header(&mut self, from: usize) -> Stop {
        self.lexer.pos = from;
        let mut colons = 0;
        loop {
            let stop = self.skip(Until::Colon);
            if stop != Stop::Colon {
                return stop;
            }
            let head = self.text.get(from..self.lexer.pos).unwrap_or_default();
            if colons >= header::open_lambdas(head) {
                return stop;
            }
            colons += 1;
        }
    }
}

/// Whether the loop with this head surely has a round: over a literal that is not empty, or over numbers.
fn has_rounds(head: &str) -> bool {
    let over = head.split_once(" in ").map_or("", |(_, over)| over.trim_start());
    let inside = over.strip_prefix(['(', '[', '{']).map(str::trim_start);
    over.starts_with(['"', '\''])
        || over.starts_with("range(")
        || inside.is_some_and(|rest| !rest.starts_with([')', ']', '}']))
}
