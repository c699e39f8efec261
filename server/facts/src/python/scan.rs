//! Walks a Python text once and finds its imports, each with the blocks around it.
//!
//! It is total: any text gives a value. [`lexer`] says how it recovers from what was never closed. It knows statements only
//! as far as they matter: imports, the headers of blocks, and what ends a block early.

mod asked;
mod bindings;
mod blocks;
mod calls;
mod compound;
mod condition;
mod dynamic;
mod flow;
mod fstring;
mod handlers;
mod header;
mod import_line;
mod leave;
pub(crate) mod lexer;
mod marks;
mod parts;
mod pending;
mod tokens;
mod tries;
mod used;

use super::{Alternative, Context, ImportStatement, ParseStatement, Phase, PythonFacts};
use crate::words::suppress::Ignores;
use crate::words::text::{SparseLines, TextRange};
use blocks::Blocks;
use condition::Flags;
use dynamic::{Aliases, Way};
use flow::{Definition, Found, Watch};
use leave::Leave;
use lexer::{Lexer, Stop, Until};
use marks::Marks;
use pending::Pending;
use rustc_hash::{FxHashMap, FxHashSet};

/// Reads the imports of `text`, which may be any text; `parse` is handed the statements that were found.
pub fn scan(text: &str, parse: &ParseStatement) -> PythonFacts {
    let mut facts = scan_after(text, parse, &mut Names::default());
    let others = facts.loading.iter().flat_map(|loading| loading.offsets());
    facts.lines = SparseLines::new(text, facts.imports.iter().flat_map(offsets).chain(others));
    facts
}

/// The same of a stub (`*.pyi`), which only type checkers read.
pub fn stub(text: &str, parse: &ParseStatement) -> PythonFacts {
    let mut facts = scan(text, parse);
    for import in &mut facts.imports {
        import.context.phase = import.context.phase.max(Phase::TypeChecking);
    }
    facts
}

/// What the names of a program mean, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Names {
    aliases: Aliases,
    flags: Flags,
}

/// Reads `text` as the next part of a program; no positions are kept.
pub(super) fn scan_after(text: &str, parse: &ParseStatement, names: &mut Names) -> PythonFacts {
    let mut scanner = Scanner::new(text, parse, names);
    scanner.run();
    if scanner.lexer.unclosed_triple {
        scanner = Scanner::new(text, parse, names);
        scanner.lexer.suspicious = true;
        scanner.run();
    }
    let suspicious = scanner.lexer.suspicious;
    let traits = scanner.lexer.marks.traits;
    let Scanner { blocks, mut imports, pending, definitions, foreign, .. } = scanner;
    settle(&mut imports, &pending, &blocks);
    let found = Found {
        text,
        imports: &imports,
        pending: &pending,
        blocks: &blocks,
        definitions: &definitions,
        foreign: &foreign,
    };
    let watch = Watch::of(&found).map(|watch| {
        let mut again = Scanner::new(text, parse, names);
        again.lexer.suspicious = suspicious;
        again.lexer.watch_all_calls = true;
        again.watch = Some(watch);
        again.run();
        again.watch
    });
    let loading = flow::loading(&found, watch.flatten());
    PythonFacts { imports, loading, traits, ..PythonFacts::default() }
}

struct Scanner<'a> {
    text: &'a str,
    parse: &'a ParseStatement<'a>,
    lexer: Lexer<'a>,
    blocks: Blocks,
    names: &'a mut Names,
    imports: Vec<ImportStatement>,
    /// The contexts of `imports`, in the same order.
    pending: Vec<Pending>,
    /// The functions and methods so far; that of number `n` is the scope `n + 1`.
    definitions: Vec<Definition>,
    /// The calls at module level of names that an import binds.
    foreign: Vec<(TextRange, Pending)>,
    /// The names that `from` imports bind, of so many imports.
    bound: (usize, FxHashSet<&'a str>),
    /// What a second walk looks for.
    watch: Option<Watch<'a>>,
    /// What is read.
    current: Current,
}

/// Where the scanner is in the text.
#[derive(Default)]
struct Current {
    /// The indentation of the logical line.
    indent: u32,
    /// Where the simple statement begins.
    statement: usize,
    /// The modules for which decorators of the next definition ask.
    asked: Vec<Box<str>>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, parse: &'a ParseStatement<'a>, names: &'a mut Names) -> Self {
        let bytes = text.as_bytes();
        let lexer = Lexer {
            bytes,
            pos: if text.starts_with('\u{feff}') { 3 } else { 0 },
            depth: 0,
            watch_all_calls: names.aliases.watch,
            unclosed_triple: false,
            suspicious: false,
            marks: Marks::new(bytes),
        };
        Self {
            text,
            parse,
            lexer,
            blocks: Blocks::default(),
            names,
            imports: Vec::new(),
            pending: Vec::new(),
            definitions: Vec::new(),
            foreign: Vec::new(),
            bound: (0, FxHashSet::default()),
            watch: None,
            current: Current::default(),
        }
    }

    fn run(&mut self) {
        while self.lexer.pos < self.text.len() {
            self.line();
        }
        self.lexer.marks.settle(self.text.len(), usize::MAX);
        self.blocks.end();
    }

    /// Takes one logical line, or one line that holds none.
    fn line(&mut self) {
        self.current.indent = self.indentation();
        match self.lexer.byte(self.lexer.pos) {
            b'\n' | b'\r' => self.lexer.pos = lexer::after_newline(self.lexer.bytes, self.lexer.pos),
            b'#' => {
                self.lexer.skip(Until::Statement);
            }
            _ => {
                let (bytes, pos) = (self.lexer.bytes, self.lexer.pos);
                let continues = || matches!(lexer::word_at(bytes, pos), b"elif" | b"else" | b"except" | b"finally");
                self.blocks.line(self.current.indent, continues);
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
        self.current.statement = self.lexer.pos;
        let word = lexer::word_at(self.lexer.bytes, self.lexer.pos);
        if !header::begins(word) {
            return self.simple_statements();
        }
        if self.header(word) == Stop::Colon {
            self.lexer.skip_blanks();
            if !matches!(self.lexer.byte(self.lexer.pos), b'#' | b'\n' | b'\r') {
                self.blocks.suite_is_inline(self.current.indent);
                return self.simple_statements();
            }
            self.skip(Until::Statement);
        }
    }

    /// Takes simple statements up to the end of the logical line.
    fn simple_statements(&mut self) {
        loop {
            self.lexer.skip_blanks();
            self.current.statement = self.lexer.pos;
            let leave = self.simple_statement();
            let stop = self.skip(Until::Statement);
            self.note_asked();
            if self.watch.is_some() {
                self.watch_statement();
            } else {
                self.note_call();
            }
            if let Some(leave) = leave {
                if leave == Leave::Fails {
                    self.blocks.raised = tries::end_by(self.text.get(self.current.statement..).unwrap_or_default());
                }
                self.blocks.leave(self.current.indent, leave);
            }
            if stop != Stop::Semicolon {
                return;
            }
        }
    }

    /// Looks at the first words of a simple statement, and returns how it leaves its block.
    fn simple_statement(&mut self) -> Option<Leave> {
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
            _ => {
                let leave = leave::leave(word, &bytes[start..]);
                if leave.is_none() {
                    self.assignment(start, word.len());
                }
                return leave;
            }
        }
        None
    }

    /// Learns from `name = value` and `name: type = value`, where the statement is one and the value one that means something.
    fn assignment(&mut self, start: usize, length: usize) {
        let bytes = self.lexer.bytes;
        let blanks = |at: usize| at + bytes[at..].iter().take_while(|byte| **byte == b' ').count();
        let mut sign = blanks(start + length);
        if self.lexer.byte(sign) == b':' {
            // an annotation stands between
            let line = &bytes[sign..lexer::line_end(bytes, sign)];
            sign += memchr::memchr(b'=', line).unwrap_or(0);
        }
        if length == 0 || self.lexer.byte(sign) != b'=' || self.lexer.byte(sign + 1) == b'=' {
            return;
        }
        let value = blanks(sign + 1);
        let word = lexer::word_at(bytes, value);
        let Names { aliases, flags } = &mut *self.names;
        let name = self.text.get(start..start + length).unwrap_or_default();
        match word {
            word if flags.is_version(word) => {
                flags.learn(name, self.text.get(value..lexer::line_end(bytes, value)).unwrap_or_default());
            }
            b"None" | b"False" | b"True" if self.blocks.tells_missing() => flags.learn_missing(name, word == b"True"),
            b"False" | b"True" | b"0" | b"1" => {
                let written = self.text.get(value..lexer::line_end(bytes, value)).unwrap_or_default();
                flags.learn(name, written);
                let is_bare = matches!(written.split('#').next().map(str::trim), Some("False" | "True"));
                if let Some(version) = self.blocks.tells_version(self.text, flags).filter(|_| is_bare) {
                    flags.learn_version(name, version, word == b"True");
                }
            }
            b"sys" | b"_sys" | b"os" | b"platform" | b"six" | b"importlib" | b"util" | b"find_spec" | b"bool"
            | b"not" | b"typing" | b"TYPE_CHECKING" | b"builtins" | b"__import__" | b"import_module" | b"pytest"
            | b"pkgutil" => {
                let value = self.text.get(value..lexer::line_end(bytes, value)).unwrap_or_default();
                flags.learn(name, value);
                aliases.learn_assigned(name, value.split(['#', ';']).next().unwrap_or_default());
                self.lexer.watch_all_calls = aliases.watch || self.watch.is_some();
            }
            _ => {}
        }
    }

    fn import(&mut self, start: usize) {
        let extent = import_line::extent(self.lexer.bytes, start);
        self.lexer.pos = extent.next;
        let Some(statement) = self.text.get(start..extent.end) else { return };
        let Names { aliases, flags } = &mut *self.names;
        aliases.learn(statement, flags);
        self.lexer.watch_all_calls = aliases.watch || self.watch.is_some();
        if self.watch.is_some() {
            return;
        }
        let mut context = self.blocks.context(self.text, flags);
        context.is_given |= self.blocks.remark.calls_optional(self.text, extent.end);
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
        if let Some(watch) = &mut self.watch {
            if let Some(range) = watch.callee(self.text, open) {
                let mut context = self.blocks.context_of_call(self.text, &self.names.flags);
                context.is_given |= dynamic::in_lambda(self.text, self.current.statement, range.start as usize);
                watch.call(range, context);
            }
            return;
        }
        let Some(call) = self.names.aliases.call(self.text, open) else { return };
        let Some(statement) = self.text.get(call.start..call.end) else { return };
        let mut context = self.blocks.context(self.text, &self.names.flags);
        if call.way == Way::Lazy || dynamic::in_lambda(self.text, self.current.statement, call.start) {
            context.phase = context.phase.max(Phase::Call);
        }
        context.take(&parts::effect(self.text, self.current.statement, (call.start, call.end), &self.names.flags));
        context.is_given |= call.way == Way::Skip;
        let first = self.imports.len();
        self.record(call.start, statement, context);
        if call.way == Way::Skip {
            for module in self.imports[first..].iter().flat_map(|import| &import.parsed.modules) {
                self.blocks.skip_without(self.current.indent, module.name.top());
            }
        }
    }

    fn record(&mut self, start: usize, statement: &str, mut pending: Pending) {
        let parsed = (self.parse)(statement);
        if parsed.modules.is_empty() {
            return;
        }
        for module in &parsed.modules {
            self.blocks.note_import(&pending.tries, module.name.top());
        }
        if !pending.skipped.is_empty() {
            let is_skipped =
                |top: &str| pending.skipped.iter().any(|skipped| **skipped == *top || **skipped == *asked::ANY);
            pending.is_given |= parsed.modules.iter().all(|module| is_skipped(module.name.top()));
        }
        self.imports.push(ImportStatement {
            start: start as u32,
            parsed,
            context: Context::default(),
            ignores: Ignores::None,
        });
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
}

/// Gives the imports their contexts, once all handlers were read.
fn settle(imports: &mut [ImportStatement], pending: &[Pending], blocks: &Blocks) {
    // chain -> its first branch, and whether another one imports too
    let mut chains: FxHashMap<u32, (u32, bool)> = FxHashMap::default();
    for (chain, branch) in pending.iter().filter_map(|pending| pending.alternative) {
        let (first, has_others) = chains.entry(chain).or_insert((branch, false));
        *has_others |= *first != branch;
    }
    for (import, pending) in imports.iter_mut().zip(pending) {
        let guard = blocks.guard(pending);
        let place = pending.alternative.filter(|(chain, _)| chains.get(chain).is_some_and(|chain| chain.1));
        let alternative = place.map(|(chain, branch)| Alternative { chain, branch });
        let conditions = pending.conditions.as_slice().into();
        import.context = Context { phase: pending.phase, guard, conditions, alternative };
    }
}

/// Every offset whose position may be needed, in the order of the text.
pub(super) fn offsets(import: &ImportStatement) -> impl Iterator<Item = u32> {
    let modules = import.parsed.modules.iter();
    let parts = modules.flat_map(|module| [module.range].into_iter().chain(module.members.iter().map(|one| one.range)));
    let inside = parts.map(|range| import.absolute(range)).flat_map(|range| [range.start, range.end]);
    let TextRange { start, end } = import.range();
    [start].into_iter().chain(inside).chain([end])
}
