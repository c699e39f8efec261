//! Reads an import that is not whole, and finds the bytes of its names.

use crate::python::{ImportForm, ImportedModule, Member, ParsedImport};
use crate::words::names::ModuleName;
use crate::words::text::TextRange;

/// Steps over blanks, line breaks, escaped line breaks and comments from `at` on.
pub(super) fn skip_trivia(text: &str, at: u32) -> u32 {
    let bytes = text.as_bytes();
    let mut pos = at as usize;
    while let Some(&byte) = bytes.get(pos) {
        match byte {
            b' ' | b'\t' | b'\x0c' | b'\n' | b'\r' | b'\\' => pos += 1,
            b'#' => pos += memchr::memchr2(b'\n', b'\r', &bytes[pos..]).unwrap_or(bytes.len() - pos),
            _ => break,
        }
    }
    pos as u32
}

/// The end of the word that begins at `at`; `at` itself where none does. A `*` counts as a word.
pub(super) fn word_end(text: &str, at: u32) -> u32 {
    let rest = text.get(at as usize..).unwrap_or_default();
    if rest.starts_with('*') {
        return at + 1;
    }
    let length = rest.bytes().take_while(|&byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80).count();
    at + length as u32
}

/// The end of the dotted name, leading dots included, that begins at `at`; nothing where none does.
pub(super) fn dotted_end(text: &str, at: u32) -> Option<u32> {
    let dotted = Dotted::read(text, at);
    (dotted.end > at).then_some(dotted.end)
}

/// A dotted name as it was typed.
struct Dotted {
    level: u32,
    name: String,
    /// After its last word or dot.
    end: u32,
}

impl Dotted {
    /// Reads words with dots between them; a last dot without a word is left out, for the word is being typed.
    fn read(text: &str, at: u32) -> Self {
        let mut dotted = Self { level: 0, name: String::new(), end: at };
        let mut pos = at;
        while text[pos as usize..].starts_with('.') {
            dotted.level += 1;
            dotted.end = pos + 1;
            pos = skip_trivia(text, pos + 1);
        }
        loop {
            let end = word_end(text, pos);
            let word = &text[pos as usize..end as usize];
            if word.is_empty() || matches!(word, "*" | "import" | "as") {
                return dotted;
            }
            if !dotted.name.is_empty() {
                dotted.name.push('.');
            }
            dotted.name.push_str(word);
            dotted.end = end;
            pos = skip_trivia(text, end);
            if !text[pos as usize..].starts_with('.') {
                return dotted;
            }
            pos = skip_trivia(text, pos + 1);
        }
    }
}

/// Reads what there is of an import that may break off anywhere: the modules and members before the break.
pub(super) fn import(statement: &str) -> ParsedImport {
    match statement.strip_prefix("from") {
        Some(_) => from(statement, "from".len() as u32),
        None => plain(statement, "import".len() as u32),
    }
}

fn plain(text: &str, at: u32) -> ParsedImport {
    let mut modules = Vec::new();
    let mut pos = skip_trivia(text, at);
    loop {
        let dotted = Dotted::read(text, pos);
        if dotted.level > 0 || dotted.name.is_empty() {
            break;
        }
        let range = TextRange::new(pos, dotted.end);
        modules.push(ImportedModule { name: ModuleName::new(&dotted.name), range, members: [].into() });
        pos = skip_alias(text, skip_trivia(text, dotted.end));
        match text.as_bytes().get(pos as usize) {
            Some(b',') => pos = skip_trivia(text, pos + 1),
            _ => break,
        }
    }
    ParsedImport { modules: modules.into(), ..ParsedImport::default() }
}

fn from(text: &str, at: u32) -> ParsedImport {
    let start = skip_trivia(text, at);
    let dotted = Dotted::read(text, start);
    if dotted.end == start {
        return ParsedImport { form: ImportForm::From, ..ParsedImport::default() };
    }
    let mut pos = skip_trivia(text, dotted.end);
    if text[pos as usize..].starts_with('.') {
        pos = skip_trivia(text, pos + 1); // `from a. import b`: the word after the dot is still to come
    }
    let imports = text[pos as usize..].starts_with("import");
    let members = if imports { members(text, word_end(text, pos)) } else { Vec::new() };
    let range = TextRange::new(start, dotted.end);
    let module = ImportedModule { name: ModuleName::new(&dotted.name), range, members: members.into() };
    ParsedImport { level: dotted.level, form: ImportForm::From, modules: [module].into(), ..ParsedImport::default() }
}

fn members(text: &str, at: u32) -> Vec<Member> {
    let mut members = Vec::new();
    let mut pos = skip_trivia(text, at);
    if text[pos as usize..].starts_with('(') {
        pos = skip_trivia(text, pos + 1);
    }
    loop {
        let end = word_end(text, pos);
        if end == pos {
            return members;
        }
        let name = &text[pos as usize..end as usize];
        members.push(Member { name: name.into(), range: TextRange::new(pos, end) });
        pos = skip_alias(text, skip_trivia(text, end));
        match text.as_bytes().get(pos as usize) {
            Some(b',') => pos = skip_trivia(text, pos + 1),
            _ => return members,
        }
    }
}

/// Steps over `as name`, where it stands at `at`, or as much of it as there is.
fn skip_alias(text: &str, at: u32) -> u32 {
    let end = word_end(text, at);
    if &text[at as usize..end as usize] != "as" {
        return at;
    }
    let name = skip_trivia(text, end);
    skip_trivia(text, word_end(text, name))
}

/// Reads the literal of a call that breaks off after it: `import_module("a.b"`.
pub(super) fn call(text: &str) -> Option<ParsedImport> {
    if text.ends_with(')') {
        return None;
    }
    let open = text.find('(')?;
    let start = skip_trivia(text, open as u32 + 1);
    let literal = text.get(start as usize..)?.trim_end();
    let range = inside_quotes(text, TextRange::new(start, start + literal.len() as u32))?;
    let name = text.get(range.indices())?;
    if name.starts_with('.') { None } else { dynamic_module(name, range) }
}

/// The bytes between the quotes of the one string literal that `literal` holds; nothing where it is anything else.
pub(super) fn inside_quotes(text: &str, literal: TextRange) -> Option<TextRange> {
    let whole = text.get(literal.indices())?;
    let body = whole.trim_start_matches(['r', 'R', 'u', 'U']);
    let quote = body.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    let single = quote.to_string();
    let mark = if body.len() >= 6 && body.starts_with(&triple) { &triple } else { &single };
    let inside = body.strip_prefix(mark.as_str())?.strip_suffix(mark.as_str())?;
    if inside.contains(['"', '\'', '\\']) {
        return None;
    }
    let start = literal.start + (whole.len() - body.len() + mark.len()) as u32;
    Some(TextRange::new(start, start + inside.len() as u32))
}

/// The import of `name`, leading dots included, by a call; nothing where it is no dotted name.
pub(super) fn dynamic_module(name: &str, range: TextRange) -> Option<ParsedImport> {
    let rest = name.trim_start_matches('.');
    let is_word = |word: &str| {
        !word.is_empty()
            && !word.starts_with(|c: char| c.is_ascii_digit())
            && word.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    if !rest.split('.').all(is_word) {
        return None;
    }
    let module = ImportedModule { name: ModuleName::new(rest), range, members: [].into() };
    Some(ParsedImport {
        level: (name.len() - rest.len()) as u32,
        form: ImportForm::Dynamic,
        modules: [module].into(),
        ..ParsedImport::default()
    })
}
