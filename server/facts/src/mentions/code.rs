//! What Python code says of uses: the words of the table in files that import their host, fixtures, URLs, commands that are
//! run, environment variables, modules that a project's own functions import, and the names in the strings of settings. Comments and docstrings say nothing.
//!
//! Most files import no host and hold nothing of the sort: they are left after two searches for bytes.

mod calls;
mod cells;
mod helpers;
mod shape;
mod strings;

use super::command::Commands;
use super::surroundings;
use crate::knowledge::table::{Table, Words};
use crate::python::scan::lexer::{is_word, line_end, string_at};
use crate::python::{ImportStatement, ImportedModule};
use crate::words::lists::List;
use crate::words::mention::{Collector, MentionKind, Mentions};
use crate::words::names::prefixes;
use memchr::memmem::Finder;
use memchr::{memchr_iter, memmem};
use std::sync::LazyLock;

pub use cells::mentions_of_cells;

static SCHEME: LazyLock<Finder> = LazyLock::new(|| Finder::new("://"));
static TEST: LazyLock<Finder> = LazyLock::new(|| Finder::new("def test_"));
static OWN_PYTHON: LazyLock<Finder> = LazyLock::new(|| Finder::new("[sys.executable"));
static ENVIRONMENT: LazyLock<Finder> = LazyLock::new(|| Finder::new("environ"));

/// Reads what `text`, whose imports are given, says. In a file of settings the strings are names.
pub fn mentions_of_code(text: &str, imports: &[ImportStatement], is_settings: bool) -> Mentions {
    mentions_with(text, &Imported::of(imports), is_settings).with(surroundings::of_code(text))
}

/// The same of a text whose imports were looked through before.
fn mentions_with(text: &str, imported: &Imported, is_settings: bool) -> Mentions {
    let bytes = text.as_bytes();
    let mut hosts = imported.hosts.clone();
    // `os` is imported everywhere, and seldom for its commands
    let runs = imported.runs || imported.os && memmem::find(bytes, b"os.system").is_some();
    let logs = imported.logging && memmem::find(bytes, b"dictConfig").is_some();
    hosts.retain(|&host| may_hold(bytes, &Table::bundled().hosts[host].words));
    if TEST.find(bytes).is_some() {
        hosts.extend(Table::bundled().host("pytest").filter(|host| !hosts.contains(host)));
    }
    let runs = is_settings || runs;
    let calls = match runs {
        true => Calls::All,
        false if helpers::may_be_called(bytes) || OWN_PYTHON.find(bytes).is_some() => Calls::Importing,
        false => Calls::None,
    };
    if calls == Calls::None && !logs && hosts.is_empty() && !holds_url(bytes) && ENVIRONMENT.find(bytes).is_none() {
        return Mentions::default();
    }
    let table = Table::bundled();
    let mut words: Vec<&Words> = hosts.iter().map(|&at| &table.hosts[at].words).collect();
    if is_settings {
        words.push(&table.settings);
    }
    let is_test = hosts.iter().any(|&at| table.hosts[at].name == "pytest");
    let mut walk = Walk::new(text, words, Sorts { settings: is_settings, tests: is_test, calls });
    walk.run();
    walk.found.finish()
}

/// Whether a word of the host may stand in the text. Of a few words each is looked for, which is far quicker than a walk.
fn may_hold(bytes: &[u8], words: &Words) -> bool {
    words.by_word.len() > FEW || words.by_word.keys().any(|word| memmem::find(bytes, word.as_bytes()).is_some())
}

/// How many words are few.
const FEW: usize = 12;

/// What the imports of a file show.
#[derive(Default)]
struct Imported {
    /// The hosts whose modules are imported, each once.
    hosts: Vec<usize>,
    /// What is there to run commands is imported.
    runs: bool,
    /// `os` is.
    os: bool,
    /// `logging` is: a dictionary may configure it, by names of classes.
    logging: bool,
}

impl Imported {
    fn of(imports: &[ImportStatement]) -> Self {
        let table = Table::bundled();
        let mut imported = Self::default();
        for import in imports.iter().filter(|import| import.parsed.level == 0) {
            for module in &import.parsed.modules {
                let top = module.name.top();
                if table.host_tops.contains(top) {
                    imported.add_hosts(table, module);
                }
                imported.logging |= top == "logging";
                imported.os |= top == "os";
                imported.runs |= List::CommandModule.has(top);
            }
        }
        imported
    }

    fn add_hosts(&mut self, table: &Table, module: &ImportedModule) {
        let mut add = |dotted: &str| {
            let found = prefixes(dotted).find_map(|prefix| table.host_of_module.get(prefix));
            for &host in found.into_iter().flatten() {
                if !self.hosts.contains(&host) {
                    self.hosts.push(host);
                }
            }
        };
        add(module.name.as_str());
        if table.namespaces.contains(module.name.as_str()) {
            module.members.iter().for_each(|member| add(&format!("{}.{}", module.name.as_str(), member.name)));
        }
    }
}

/// Whether a scheme of the table stands before some `://`.
fn holds_url(bytes: &[u8]) -> bool {
    SCHEME.find_iter(bytes).any(|at| {
        let scheme = strings::scheme_before(bytes, at);
        Table::bundled().schemes.contains(scheme)
    })
}

/// What a file may say next to the words of its hosts.
#[derive(Clone, Copy)]
struct Sorts {
    /// The strings are names.
    settings: bool,
    /// Functions request fixtures.
    tests: bool,
    /// Which calls say something.
    calls: Calls,
}

/// The calls that are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Calls {
    None,
    /// Those of functions that import by name; and lists that begin with the own Python.
    Importing,
    /// Those that run commands too.
    All,
}

/// One walk over the code of a file.
struct Walk<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pos: usize,
    depth: u32,
    /// Where the current logical line begins, after its indentation.
    line_start: usize,
    /// How far line breaks were counted.
    lines: Counted,
    words: Vec<&'a Words>,
    /// By first byte, which lengths some word has.
    lengths: [u64; 128],
    sorts: Sorts,
    /// The name that the current statement assigns to.
    setting: &'a str,
    /// A decorator above makes the next function a fixture.
    after_fixture: bool,
    found: Collector,
}

/// The line of an offset, from 1.
struct Counted {
    line: usize,
    offset: usize,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str, words: Vec<&'a Words>, sorts: Sorts) -> Self {
        let mut lengths = [0; 128];
        for of_host in &words {
            for (all, own) in lengths.iter_mut().zip(of_host.lengths) {
                *all |= own;
            }
        }
        Self {
            text,
            bytes: text.as_bytes(),
            pos: 0,
            depth: 0,
            line_start: 0,
            lines: Counted { line: 1, offset: 0 },
            words,
            lengths,
            sorts,
            setting: "",
            after_fixture: false,
            found: Collector::default(),
        }
    }

    fn run(&mut self) {
        self.begin_line();
        while let Some(&byte) = self.bytes.get(self.pos) {
            match byte {
                b'#' => self.pos = line_end(self.bytes, self.pos),
                b'"' | b'\'' => self.string(),
                b'(' | b'[' | b'{' => {
                    if byte == b'(' && self.sorts.calls != Calls::None {
                        self.call();
                    } else if byte == b'[' && self.sorts.calls != Calls::None {
                        self.list();
                    }
                    self.depth += 1;
                    self.pos += 1;
                }
                b')' | b']' | b'}' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.pos += 1;
                }
                b'\n' => {
                    self.pos += 1;
                    if self.depth == 0 {
                        self.begin_line();
                    }
                }
                _ if is_word(byte) => self.word(),
                _ => self.pos += 1,
            }
        }
    }

    /// Looks at the first word of a logical line: in settings it may be what is assigned to.
    fn begin_line(&mut self) {
        let blanks = self.bytes[self.pos..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c')).count();
        self.line_start = self.pos + blanks;
        if self.sorts.settings {
            let name = self.text.get(self.line_start..self.word_end(self.line_start)).unwrap_or_default();
            let next = self.next_byte(self.line_start + name.len());
            if !name.is_empty() && matches!(next, b'=' | b'+' | b':' | b'.' | b'[') {
                self.setting = name;
            }
        }
    }

    fn word(&mut self) {
        let (start, end) = (self.pos, self.word_end(self.pos));
        self.pos = end;
        let first = self.bytes[start] as usize;
        let word = &self.text[start..end];
        if self.depth > 0
            && self.sorts.calls != Calls::None
            && let Some(module) = helpers::by_keyword(word, self.text, end)
        {
            self.add(MentionKind::Name, &format!("{module} {word}"), start);
        }
        if self.lengths.get(first).is_some_and(|lengths| lengths >> (end - start).min(63) & 1 == 1) {
            self.needles(word, start, end, false);
        }
        if self.sorts.tests {
            match word {
                "def" => self.function(end),
                "fixture" if self.bytes[self.line_start] == b'@' => self.after_fixture = true,
                _ => {}
            }
        }
    }

    /// Keeps the words of the table that stand as they should.
    fn needles(&mut self, word: &str, start: usize, end: usize, is_text: bool) {
        for at in 0..self.words.len() {
            let needles = self.words[at].by_word.get(word).map_or(&[][..], Vec::as_slice);
            for (host, needle) in needles {
                if shape::fits(needle, self.text, self.line_start, start, end, is_text) {
                    self.add(MentionKind::Code, &format!("{host} {}", needle.atom), start);
                }
            }
        }
    }

    /// The parameters of the function whose `def` ends at `at` are fixtures that it requests; its name may be one.
    fn function(&mut self, at: usize) {
        let name_start = at + self.bytes[at..].iter().take_while(|byte| **byte == b' ').count();
        let name_end = self.word_end(name_start);
        let name = self.text.get(name_start..name_end).unwrap_or_default();
        if std::mem::take(&mut self.after_fixture) && self.is_fixture(name) {
            self.add(MentionKind::Fixture, name, name_start);
        }
        self.pos = name_end;
        if self.bytes.get(name_end) != Some(&b'(') {
            return;
        }
        let (mut pos, mut depth, mut expects) = (name_end, 0u32, false);
        while let Some(&byte) = self.bytes.get(pos) {
            match byte {
                b'(' | b'[' | b'{' => {
                    depth += 1;
                    expects = depth == 1;
                }
                b')' | b']' | b'}' => depth -= 1,
                b',' => expects = depth == 1,
                b'"' | b'\'' => {
                    pos = string_at(self.bytes, pos);
                    continue;
                }
                b'#' => {
                    pos = line_end(self.bytes, pos);
                    continue;
                }
                _ if is_word(byte) => {
                    let end = self.word_end(pos);
                    if std::mem::take(&mut expects) {
                        self.ask_for(pos, end);
                    }
                    pos = end;
                    continue;
                }
                _ => {}
            }
            pos += 1;
            if depth == 0 {
                return;
            }
        }
    }

    /// Takes in what the call whose bracket opens here runs or imports.
    fn call(&mut self) {
        let before = self.text.get(self.line_start.min(self.pos)..self.pos).unwrap_or_default();
        let name =
            before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))).next().unwrap_or_default();
        if let Some(module) = helpers::module(name.rsplit('.').next().unwrap_or_default(), self.text, self.pos) {
            self.add(MentionKind::Name, &format!("{module} {name}"), self.pos);
        } else if self.sorts.calls == Calls::All && calls::runs(name) {
            let line = self.line_at(self.pos);
            let arguments = self.text.get(self.pos + 1..).unwrap_or_default();
            calls::call(name, arguments, line, &mut Commands::new(&mut self.found));
        }
    }

    /// Takes in the list that opens here where it is a command of Python's own that is kept for later: `cmd = [sys.executable, "-m", "x"]`.
    fn list(&mut self) {
        let is_kept = self.text[..self.pos].trim_end_matches(' ').ends_with('=');
        let inside = self.text.get(self.pos + 1..).unwrap_or_default();
        if is_kept && inside.trim_start().starts_with("sys.executable") {
            let line = self.line_at(self.pos);
            let whole = self.text.get(self.pos..).unwrap_or_default();
            calls::call("subprocess.run", whole, line, &mut Commands::new(&mut self.found));
        }
    }

    fn is_fixture(&self, name: &str) -> bool {
        let known = |words: &&Words| {
            words.by_word.get(name).is_some_and(|found| found.iter().any(|(_, needle)| shape::is_fixture(needle)))
        };
        self.words.iter().any(known)
    }

    /// Keeps the fixture whose name stands between the offsets.
    fn ask_for(&mut self, start: usize, end: usize) {
        let name = self.text.get(start..end).unwrap_or_default();
        for at in 0..self.words.len() {
            let needles = self.words[at].by_word.get(name).map_or(&[][..], Vec::as_slice);
            for (host, needle) in needles.iter().filter(|(_, needle)| shape::is_fixture(needle)) {
                self.add(MentionKind::Code, &format!("{host} {}", needle.atom), start);
            }
        }
    }

    fn word_end(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|byte| is_word(**byte)).count()
    }

    /// The first byte after blanks, or 0.
    fn next_byte(&self, at: usize) -> u8 {
        let rest = self.bytes.get(at..).unwrap_or_default();
        rest.iter().copied().find(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(0)
    }

    /// The line of an offset; the offsets mostly ascend.
    fn line_at(&mut self, at: usize) -> usize {
        if at >= self.lines.offset {
            self.lines.line += memchr_iter(b'\n', &self.bytes[self.lines.offset..at]).count();
            self.lines.offset = at;
        }
        self.lines.line
    }

    fn add(&mut self, kind: MentionKind, text: &str, at: usize) {
        let line = self.line_at(at);
        self.found.add(kind, text, line);
    }
}

#[cfg(test)]
mod tests;
