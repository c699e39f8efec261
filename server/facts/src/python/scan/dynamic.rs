//! Calls that import: `importlib.import_module("x")`, `__import__("x")`, `pytest.importorskip("x")`, however they are named.

use super::condition::Flags;
use super::lexer::{closing_triple, is_triple, is_word, line_end, string_end, word_at};
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// A longer call is not looked at: its first argument is no module name that somebody typed.
const MAX_CALL: usize = 2_000;

/// What a name in this file stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// A module that has functions that import.
    Module(&'static str),
    /// Such a function.
    Function(Way),
    /// `contextlib.suppress`.
    Suppress,
}

/// When a call imports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// At once.
    Now,
    /// At once, but a test is skipped without the module.
    Skip,
    /// When the module is used.
    Lazy,
    /// At once; the name of something in the module stands behind the module's.
    Symbol,
}

/// The modules that have functions that import.
const MODULES: [&str; 7] =
    ["importlib", "pytest", "builtins", "pkgutil", "runpy", "lazy_loader", "django.utils.module_loading"];

/// What the names of functions that import hold, wherever they are defined.
static IMPORTERS: LazyLock<Finder> = LazyLock::new(|| Finder::new("import_"));

/// The other names under which a file imported the functions that import.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    names: Vec<(Box<str>, Target)>,
    /// The lexer does not know all these names by their ends.
    pub watch: bool,
}

/// A call that imports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// The first byte of its callee.
    pub start: usize,
    /// After its closing bracket, or after the literal where it is not closed.
    pub end: usize,
    /// When it imports.
    pub way: Way,
}

impl Aliases {
    /// Called for the text of each import statement.
    pub fn learn(&mut self, statement: &str, flags: &mut Flags) {
        let statement = statement.strip_prefix("lazy").map_or(statement, str::trim_start);
        match statement.strip_prefix("from") {
            Some(rest) => {
                let rest = rest.trim_start();
                if is_of_interest(word_at(rest.as_bytes(), 0)) || IMPORTERS.find(rest.as_bytes()).is_some() {
                    self.learn_from(&words(rest), flags);
                }
            }
            None => self.learn_modules(statement),
        }
    }

    /// `import importlib as il`; of some modules the functions have no names that are known by their ends.
    fn learn_modules(&mut self, statement: &str) {
        let Some(rest) = statement.strip_prefix("import") else { return };
        let is_plain = matches!(word_at(rest.trim_start().as_bytes(), 0), b"pkgutil" | b"runpy" | b"lazy_loader");
        if !is_plain && !rest.as_bytes().windows(4).any(|four| four == b" as ") {
            return;
        }
        for part in rest.split(',') {
            let (module, local) = part
                .split_once(" as ")
                .map_or((part.trim(), None), |(module, local)| (module.trim(), Some(local.trim())));
            let Some(known) = MODULES.iter().find(|known| **known == module) else { continue };
            if let Some(local) = local {
                self.add(local, Target::Module(known));
            }
            self.watch |= *known == "lazy_loader";
        }
    }

    /// The words after `from`.
    fn learn_from(&mut self, words: &[&str], flags: &mut Flags) {
        let Some((module, [_, members @ ..])) = words.split_first() else { return };
        for (at, word) in members.iter().enumerate() {
            let renamed = if members.get(at + 1) == Some(&"as") { members.get(at + 2) } else { None };
            let local = renamed.unwrap_or(word);
            let target = match (*module, *word) {
                ("typing" | "typing_extensions", "TYPE_CHECKING") => {
                    flags.learn_type_checking(local);
                    continue;
                }
                ("contextlib", "suppress") if renamed.is_some() => Target::Suppress,
                // projects and test suites have their own, which do the same
                (_, "import_module") => Target::Function(Way::Now),
                // the parser knows from the name that the last word is no module
                (_, name) => match function(module, name) {
                    Some(Way::Symbol) if renamed.is_some() => continue,
                    Some(way) => Target::Function(way),
                    None => continue,
                },
            };
            self.add(local, target);
            self.watch |= matches!(target, Target::Function(_)) && (renamed.is_some() || *word == "load");
        }
    }

    /// Called for `name = value`, where the value begins with the name of a module or function that imports.
    pub fn learn_assigned(&mut self, name: &str, value: &str) {
        let value = value.trim_end();
        if value.bytes().all(|byte| is_word(byte) || byte == b'.')
            && let Some(way) = self.function(value).filter(|way| *way != Way::Symbol)
        {
            self.add(name, Target::Function(way));
            self.watch = true;
        }
    }

    fn add(&mut self, local: &str, target: Target) {
        if self.target(local).is_none() {
            self.names.push((local.into(), target));
        }
    }

    fn target(&self, name: &str) -> Option<Target> {
        self.names.iter().find(|(known, _)| **known == *name).map(|&(_, target)| target)
    }

    /// Whether `callee` is `contextlib.suppress`, or expects the failure as a test does.
    pub fn suppresses(&self, callee: &str) -> bool {
        let name = callee.rsplit('.').next().unwrap_or_default();
        matches!(name, "suppress" | "raises" | "assertRaises" | "assertRaisesRegex")
            || self.target(callee) == Some(Target::Suppress)
    }

    /// The call whose bracket opens at `open`, where it may import a literal.
    pub fn call(&self, text: &str, open: usize) -> Option<Call> {
        let bytes = text.as_bytes();
        let start = callee_start(bytes, open);
        let way = self.function(text.get(start..open)?)?;
        let literal_end = literal_end(bytes, open + 1)?;
        let end = closing_bracket(bytes, open + 1).unwrap_or(literal_end);
        Some(Call { start, end, way })
    }

    fn function(&self, callee: &str) -> Option<Way> {
        let Some((module, name)) = callee.rsplit_once('.') else {
            return match self.target(callee) {
                Some(Target::Function(way)) => Some(way),
                Some(_) => None,
                None if callee == "import_module" => None,
                None => function("", callee),
            };
        };
        let module = match self.target(module) {
            Some(Target::Module(known)) => known,
            _ => module,
        };
        function(module, name)
    }
}

/// How `name` of `module` imports; without a module, a name that means the same wherever it was defined.
fn function(module: &str, name: &str) -> Option<Way> {
    Some(match (module, name) {
        ("importlib", "import_module" | "__import__") | ("runpy", "run_module") | ("", "__import__") => Way::Now,
        (module, "__import__") if module.starts_with("builtins") || module == "__builtins__" => Way::Now,
        ("pytest", "importorskip") => Way::Skip,
        ("pkgutil", "resolve_name") | (_, "import_string" | "symbol_by_name") => Way::Symbol,
        ("lazy_loader", "load") | (_, "lazy_import" | "lazy_module" | "LazyImport" | "LazyModule" | "LazyLoader") => {
            Way::Lazy
        }
        // projects have their own: `LazyPackageLoader("onnxruntime")`
        (_, name) if name.starts_with("Lazy") && name.ends_with("Loader") => Way::Lazy,
        _ => return None,
    })
}

/// Whether a `from` import of a package with this top name may be of a function that matters here.
fn is_of_interest(top: &[u8]) -> bool {
    matches!(
        top,
        b"importlib"
            | b"pytest"
            | b"builtins"
            | b"pkgutil"
            | b"runpy"
            | b"typing"
            | b"typing_extensions"
            | b"contextlib"
            | b"lazy_loader"
            | b"lazy_import"
            | b"django"
            | b"werkzeug"
            | b"kombu"
            | b"celery"
    )
}

fn words(statement: &str) -> Vec<&str> {
    let words = statement.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '\\'));
    words.filter(|word| !word.is_empty()).collect()
}

fn callee_start(bytes: &[u8], open: usize) -> usize {
    let length = bytes[..open].iter().rev().take_while(|&&byte| is_word(byte) || byte == b'.').count();
    open - length
}

/// The end of the string literal that is the first argument (an f-string or bytes literal is none), or of the word that is
/// its keyword.
fn literal_end(bytes: &[u8], at: usize) -> Option<usize> {
    let at = after_blanks(bytes, at)?;
    let word = word_at(bytes, at).len();
    if word > 0 {
        let sign = after_blanks(bytes, at + word)?;
        if bytes[sign] == b'=' && bytes.get(sign + 1) != Some(&b'=') {
            return Some(at + word);
        }
    }
    let at = if matches!(bytes.get(at), Some(b'r' | b'R' | b'u' | b'U')) { at + 1 } else { at };
    let quote = bytes.get(at).copied().filter(|byte| matches!(byte, b'"' | b'\''))?;
    if is_triple(bytes, at, quote) {
        return closing_triple(bytes, at + 3, quote);
    }
    let (end, closed) = string_end(bytes, at + 1, quote);
    closed.then_some(end)
}

/// The first byte from `at` on that is no blank, if there is one.
fn after_blanks(bytes: &[u8], at: usize) -> Option<usize> {
    let blanks = bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    (at + blanks < bytes.len()).then_some(at + blanks)
}

/// After the bracket that closes the one before `at`.
fn closing_bracket(bytes: &[u8], at: usize) -> Option<usize> {
    let (mut pos, mut depth) = (at, 0u32);
    while pos < at + MAX_CALL {
        match *bytes.get(pos)? {
            b'(' | b'[' | b'{' => depth += 1,
            b')' if depth == 0 => return Some(pos + 1),
            b')' | b']' | b'}' => depth = depth.checked_sub(1)?,
            quote @ (b'"' | b'\'') => {
                pos = if is_triple(bytes, pos, quote) {
                    closing_triple(bytes, pos + 3, quote)?
                } else {
                    string_end(bytes, pos + 1, quote).0
                };
                continue;
            }
            b'#' => pos = line_end(bytes, pos),
            _ => {}
        }
        pos += 1;
    }
    None
}

/// Whether the call at `call` stands in the body of a lambda of the statement that begins at `start`.
pub(super) fn in_lambda(text: &str, start: usize, call: usize) -> bool {
    let before = text.get(start..call).unwrap_or_default();
    before.match_indices("lambda").any(|(at, word)| {
        let rest = &before[at + word.len()..];
        let bounded = !before[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
            && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        bounded && rest.split_once(':').is_some_and(|(_, body)| stays_open(body))
    })
}

/// Whether `body` neither closes a bracket that it did not open nor has a comma outside of its brackets.
fn stays_open(body: &str) -> bool {
    let mut depth = 0i32;
    body.bytes().all(|byte| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        depth >= 0 && !(depth == 0 && byte == b',')
    })
}
