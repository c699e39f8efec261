//! Walks a Python text once and finds its imports, each with the blocks around it.
//!
//! It is total: any text gives a value. [`lexer`] says how it recovers from what was never closed. It knows statements only
//! as far as they matter: imports, the headers of blocks, and what ends a block early.

mod blocks;
mod condition;
mod dynamic;
mod fstring;
mod import_line;
mod lexer;
mod marks;

use super::{Context, Guard, ImportStatement, ParseStatement, Phase, PythonFacts};
use crate::suppress::Ignores;
use crate::text::{SparseLines, TextRange};
use blocks::{Blocks, Kind, Pending};
use dynamic::Aliases;
use lexer::{Lexer, Stop, Until};
use marks::Marks;

/// Reads the imports of `text`, which may be any text; `parse` is handed the statements that were found.
pub fn scan(text: &str, parse: &ParseStatement) -> PythonFacts {
    let mut scanner = Scanner::new(text, parse);
    scanner.run();
    if scanner.lexer.unclosed_triple {
        scanner = Scanner::new(text, parse);
        scanner.lexer.suspicious = true;
        scanner.run();
    }
    scanner.finish()
}

struct Scanner<'a> {
    text: &'a str,
    parse: &'a ParseStatement<'a>,
    lexer: Lexer<'a>,
    blocks: Blocks,
    aliases: Aliases,
    imports: Vec<ImportStatement>,
    /// The contexts of `imports`, in the same order.
    pending: Vec<Pending>,
    /// The indentation of the current logical line.
    indent: u32,
    /// Where the current simple statement begins.
    statement: usize,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, parse: &'a ParseStatement<'a>) -> Self {
        let bytes = text.as_bytes();
        let lexer = Lexer {
            bytes,
            pos: if text.starts_with('\u{feff}') { 3 } else { 0 },
            depth: 0,
            watch_all_calls: false,
            unclosed_triple: false,
            suspicious: false,
            marks: Marks::new(bytes),
        };
        Self {
            text,
            parse,
            lexer,
            blocks: Blocks::default(),
            aliases: Aliases::default(),
            imports: Vec::new(),
            pending: Vec::new(),
            indent: 0,
            statement: 0,
        }
    }

    fn run(&mut self) {
        while self.lexer.pos < self.text.len() {
            self.line();
        }
        self.lexer.marks.settle(self.text.len(), usize::MAX);
    }

    /// Takes one logical line, or one line that holds none.
    fn line(&mut self) {
        self.indent = self.indentation();
        match self.lexer.byte(self.lexer.pos) {
            b'\n' | b'\r' => self.lexer.pos = lexer::after_newline(self.lexer.bytes, self.lexer.pos),
            b'#' => {
                self.lexer.skip(Until::Statement);
            }
            _ => {
                self.blocks.line(self.indent);
                let (start, first) = (self.lexer.pos, self.imports.len());
                self.statements();
                if self.imports.len() > first {
                    self.read_ignores(start, first);
                }
            }
        }
    }

    /// Steps over the line's indentation: a tab goes to the next multiple of eight, a form feed starts again.
    fn indentation(&mut self) -> u32 {
        let mut width = 0;
        loop {
            match self.lexer.byte(self.lexer.pos) {
                b' ' => width += 1,
                b'\t' => width = (width / 8 + 1) * 8,
                b'\x0c' => width = 0,
                _ => return width,
            }
            self.lexer.pos += 1;
        }
    }

    /// Takes the statements of a logical line: a header with or without its suite, or simple statements.
    fn statements(&mut self) {
        self.statement = self.lexer.pos;
        let word = lexer::word_at(self.lexer.bytes, self.lexer.pos);
        if !is_header(word) {
            return self.simple_statements();
        }
        if self.header(word) == Stop::Colon {
            self.lexer.skip_blanks();
            if !matches!(self.lexer.byte(self.lexer.pos), b'#' | b'\n' | b'\r') {
                self.blocks.suite_is_inline(self.indent);
                return self.simple_statements();
            }
            self.skip(Until::Statement);
        }
    }

    /// Takes the header of a compound statement and opens its block.
    fn header(&mut self, word: &[u8]) -> Stop {
        let start = self.lexer.pos;
        let stop = self.skip_header(start + word.len());
        let end = if stop == Stop::Colon { self.lexer.pos - 1 } else { self.lexer.pos };
        let test = TextRange::new((start + word.len()) as u32, end as u32);
        let kind = self.kind_of(word, test);
        self.blocks.push(self.indent, kind);
        stop
    }

    fn kind_of(&mut self, word: &[u8], test: TextRange) -> Kind {
        let source = self.text;
        let head = || source.get(test.indices()).unwrap_or_default();
        match word {
            b"if" => {
                if self.indent == 0 && head().contains("__name__") && condition::is_main(head()) {
                    self.lexer.marks.traits.is_script = true;
                }
                Kind::Branch { test: Some(test), before: Vec::new() }
            }
            b"elif" => self.blocks.alternative(Some(test)),
            b"else" => self.blocks.alternative(None),
            b"try" => self.blocks.new_try(),
            b"except" => self.blocks.handler(catches_import_error(head())),
            b"with" => with_kind(head()),
            b"class" => Kind::Class,
            b"def" => {
                if self.blocks.at_module_level() && head().trim_start().starts_with("__getattr__") {
                    self.lexer.marks.traits.makes_submodules = true;
                }
                Kind::Function
            }
            b"async" => match head().trim_start() {
                rest if rest.starts_with("def") => Kind::Function,
                rest => rest.strip_prefix("with").map_or(Kind::Other, with_kind),
            },
            _ => Kind::Other,
        }
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
            if colons >= open_lambdas(head) {
                return stop;
            }
            colons += 1;
        }
    }

    /// Takes simple statements up to the end of the logical line.
    fn simple_statements(&mut self) {
        loop {
            self.lexer.skip_blanks();
            self.statement = self.lexer.pos;
            self.simple_statement();
            if self.skip(Until::Statement) != Stop::Semicolon {
                return;
            }
        }
    }

    fn simple_statement(&mut self) {
        let (bytes, start) = (self.lexer.bytes, self.lexer.pos);
        let word = lexer::word_at(bytes, start);
        match word {
            b"import" | b"from" => self.import(start),
            b"lazy" => {
                let next = start + 4 + bytes[start + 4..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
                if next > start + 4 && matches!(lexer::word_at(bytes, next), b"import" | b"from") {
                    self.import(start);
                }
            }
            b"raise" => self.blocks.leave(self.indent),
            b"sys" | b"os" | b"exit" | b"quit" if is_exit(&bytes[start..]) => self.blocks.leave(self.indent),
            _ => {}
        }
    }

    fn import(&mut self, start: usize) {
        let extent = import_line::extent(self.lexer.bytes, start);
        self.lexer.pos = extent.next;
        let Some(statement) = self.text.get(start..extent.end) else { return };
        self.aliases.learn(statement);
        self.lexer.watch_all_calls = !self.aliases.is_empty();
        let context = self.blocks.context(self.text);
        self.record(start, statement, context);
    }

    /// Skips on, and takes the dynamic imports on the way.
    fn skip(&mut self, until: Until) -> Stop {
        loop {
            match self.lexer.skip(until) {
                Stop::Call(open) => self.dynamic_import(open),
                stop => return stop,
            }
        }
    }

    fn dynamic_import(&mut self, open: usize) {
        let Some(call) = self.aliases.call(self.text, open) else { return };
        let Some(statement) = self.text.get(call.start..call.end) else { return };
        let mut context = self.blocks.context(self.text);
        if dynamic::in_lambda(self.text, self.statement, call.start) {
            context.phase = context.phase.max(Phase::Call);
        }
        if call.skips {
            context.tries.clear();
            context.beyond = Guard::CarriesOn;
        }
        self.record(call.start, statement, context);
    }

    fn record(&mut self, start: usize, statement: &str, pending: Pending) {
        let parsed = (self.parse)(statement);
        if parsed.modules.is_empty() {
            return;
        }
        let (context, ignores) = (Context::default(), Ignores::None);
        self.imports.push(ImportStatement { start: start as u32, parsed, context, ignores });
        self.pending.push(pending);
    }

    /// Gives the imports from number `first` on what the comments of their logical line silence.
    fn read_ignores(&mut self, start: usize, first: usize) {
        let line = self.text.get(start..self.lexer.pos).unwrap_or_default();
        let holds = |mark: &[u8]| memchr::memmem::find(line.as_bytes(), mark).is_some();
        if !holds(b"pinlens:") && !holds(b"deptry:") {
            return;
        }
        let mut ignores = Ignores::None;
        for comment in line.split(['\n', '\r']).filter_map(|physical| physical.split_once('#')) {
            ignores.add(Ignores::of_comment(comment.1));
        }
        for import in &mut self.imports[first..] {
            import.ignores = ignores.clone();
        }
    }

    fn finish(self) -> PythonFacts {
        let Self { text, lexer, blocks, mut imports, pending, .. } = self;
        for (import, pending) in imports.iter_mut().zip(pending) {
            let guard = blocks.guard(&pending);
            import.context = Context { phase: pending.phase, guard, conditions: pending.conditions.into() };
        }
        let lines = SparseLines::new(text, imports.iter().flat_map(offsets));
        PythonFacts { imports, lines, traits: lexer.marks.traits, ..PythonFacts::default() }
    }
}

/// Every offset that somebody may ask the position of.
fn offsets(import: &ImportStatement) -> impl Iterator<Item = u32> {
    let parts = import.parsed.modules.iter();
    let parts = parts.flat_map(|module| module.members.iter().map(|member| member.range).chain([module.range]));
    let ranges = parts.map(|range| import.absolute(range)).chain([import.range()]);
    ranges.flat_map(|range| [range.start, range.end])
}

/// Whether `word` begins a compound statement that may have its suite on the same line or says something of its block.
fn is_header(word: &[u8]) -> bool {
    matches!(
        word,
        b"if"
            | b"elif"
            | b"else"
            | b"try"
            | b"except"
            | b"finally"
            | b"with"
            | b"for"
            | b"while"
            | b"def"
            | b"class"
            | b"async"
            | b"case"
    )
}

/// Whether an `except` with this head catches an `ImportError`: by name, by that of a base class, or by having no name.
fn catches_import_error(head: &str) -> bool {
    let head = head.split(" as ").next().unwrap_or_default();
    let mut names = head
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')))
        .filter(|name| !name.is_empty())
        .peekable();
    names.peek().is_none() || names.any(is_import_error)
}

fn is_import_error(dotted: &str) -> bool {
    let name = dotted.rsplit('.').next().unwrap_or_default();
    matches!(name, "ImportError" | "ModuleNotFoundError" | "Exception" | "BaseException")
}

fn with_kind(head: &str) -> Kind {
    let Some(at) = head.find("suppress") else { return Kind::Other };
    let arguments = head[at + "suppress".len()..].trim_start();
    let Some(arguments) = arguments.strip_prefix('(') else { return Kind::Other };
    let arguments = arguments.split(')').next().unwrap_or_default();
    if arguments.split(',').any(|name| is_import_error(name.trim())) { Kind::Suppress } else { Kind::Other }
}

/// Whether a statement is a call that ends the program: `sys.exit(…)`, `exit(…)`, `quit(…)`, `os._exit(…)`.
fn is_exit(statement: &[u8]) -> bool {
    [&b"sys.exit("[..], b"exit(", b"quit(", b"os._exit("].iter().any(|call| statement.starts_with(call))
}

/// The number of lambdas in a header that stand outside of brackets.
fn open_lambdas(head: &str) -> usize {
    let outside = |at: usize| {
        let before = head[..at].bytes();
        before.fold(0i32, |depth, byte| match byte {
            b'(' | b'[' | b'{' => depth + 1,
            b')' | b']' | b'}' => depth - 1,
            _ => depth,
        }) == 0
    };
    head.match_indices("lambda ").chain(head.match_indices("lambda:")).filter(|&(at, _)| outside(at)).count()
}
