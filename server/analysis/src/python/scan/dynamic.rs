//! Calls that import: `importlib.import_module("x")`, `__import__("x")`, `pytest.importorskip("x")`, however they are named.

use super::lexer::{closing_triple, is_triple, is_word, string_end};

/// A longer call is not looked at: its first argument is no module name that somebody typed.
const MAX_CALL: usize = 2_000;

/// What a name in this file stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// `importlib`, `pytest` or `builtins`.
    Module,
    /// `import_module` or `__import__`.
    Import,
    /// `importorskip`.
    Skip,
}

/// The other names under which a file imported the functions that import.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    names: Vec<(Box<str>, Target)>,
}

/// A call that imports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// The first byte of its callee.
    pub start: usize,
    /// After its closing bracket, or after the literal where it is not closed.
    pub end: usize,
    /// It is `importorskip`: a test is skipped without the module.
    pub skips: bool,
}

impl Aliases {
    /// Whether a name is known that does not end as the functions' own names do.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Told of the text of each import statement.
    pub fn learn(&mut self, statement: &str) {
        if !["importlib", "pytest", "builtins", "import_module", "importorskip", "__import__"]
            .iter()
            .any(|name| statement.contains(name))
        {
            return;
        }
        let words: Vec<&str> = statement
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '\\'))
            .filter(|word| !word.is_empty())
            .collect();
        let is_from = words.contains(&"from");
        for (at, word) in words.iter().enumerate() {
            let target = match *word {
                "importlib" | "pytest" | "builtins" if !is_from => Target::Module,
                "import_module" | "__import__" if is_from => Target::Import,
                "importorskip" if is_from => Target::Skip,
                _ => continue,
            };
            let local = if words.get(at + 1) == Some(&"as") { words.get(at + 2) } else { Some(word) };
            let Some(local) = local.filter(|local| target != Target::Module || *local != word) else { continue };
            if self.target(local).is_none() {
                self.names.push(((*local).into(), target));
            }
        }
    }

    fn target(&self, name: &str) -> Option<Target> {
        self.names.iter().find(|(known, _)| **known == *name).map(|&(_, target)| target)
    }

    /// The call whose bracket opens at `open`, where it imports a literal.
    pub fn call(&self, text: &str, open: usize) -> Option<Call> {
        let bytes = text.as_bytes();
        let start = callee_start(bytes, open);
        let callee = text.get(start..open)?;
        let skips = match self.function(callee)? {
            Target::Skip => true,
            Target::Import => false,
            Target::Module => return None,
        };
        let literal_end = literal_end(bytes, open + 1)?;
        let end = closing_bracket(bytes, open + 1).unwrap_or(literal_end);
        Some(Call { start, end, skips })
    }

    fn function(&self, callee: &str) -> Option<Target> {
        let Some((module, name)) = callee.rsplit_once('.') else {
            return if callee == "__import__" { Some(Target::Import) } else { self.target(callee) };
        };
        let target = match name {
            "import_module" | "__import__" => Target::Import,
            "importorskip" => Target::Skip,
            _ => return None,
        };
        let known = match (name, module) {
            ("import_module", "importlib") | ("importorskip", "pytest") => true,
            ("__import__", module) if module.starts_with("builtins") || module == "importlib" => true,
            _ => self.target(module) == Some(Target::Module),
        };
        known.then_some(target)
    }
}

fn callee_start(bytes: &[u8], open: usize) -> usize {
    let length = bytes[..open].iter().rev().take_while(|&&byte| is_word(byte) || byte == b'.').count();
    open - length
}

/// The end of the string literal that is the first argument; an f-string or bytes literal is none.
fn literal_end(bytes: &[u8], at: usize) -> Option<usize> {
    let blanks = bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let at = at + blanks;
    let at = if matches!(bytes.get(at), Some(b'r' | b'R' | b'u' | b'U')) { at + 1 } else { at };
    let quote = bytes.get(at).copied().filter(|byte| matches!(byte, b'"' | b'\''))?;
    if is_triple(bytes, at, quote) {
        return closing_triple(bytes, at + 3, quote);
    }
    let (end, closed) = string_end(bytes, at + 1, quote);
    closed.then_some(end)
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
            b'#' => pos = super::lexer::line_end(bytes, pos),
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
