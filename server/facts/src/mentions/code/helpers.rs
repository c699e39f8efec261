//! Functions and classes of a project's own that import by name: `vd.importExternal("h5py")`, `import_optional_dependency("tables")`,
//! `LazyPackageLoader("onnxruntime")`, `Package(import_name="yaml")`. What they do without the module is theirs, so such a call is a use, and
//! no import that may fail.

use crate::python::scan::lexer::{is_word, string_at};
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// In `import` and in `Import`.
static IMPORT: LazyLock<Finder> = LazyLock::new(|| Finder::new("mport"));
/// In `lazy` and in `Lazy`.
static LAZY: LazyLock<Finder> = LazyLock::new(|| Finder::new("azy"));

/// Those whose calls are imports, and are read as such.
const READ: [&str; 3] = ["__import__", "import_module", "importorskip"];

/// The keyword whose value is the name of a module that the callee imports.
const KEYWORD: &str = "import_name";

/// Whether a call of such a function may stand in the text.
pub(super) fn may_be_called(bytes: &[u8]) -> bool {
    IMPORT.find_iter(bytes).chain(LAZY.find_iter(bytes)).any(|at| {
        let rest = &bytes[at..];
        let end = rest.iter().take_while(|byte| is_word(**byte)).count();
        matches!(rest.get(end), Some(b'(' | b'=')) && literal(rest, end).is_some()
    })
}

/// The module that the call of `name` is for, whose bracket opens at `open` of `text`: where that is such a function and its first
/// argument a literal.
pub(super) fn module<'a>(name: &str, text: &'a str, open: usize) -> Option<&'a str> {
    let imports =
        name.contains("import") || name.contains("Import") || name.starts_with("Lazy") || name.starts_with("lazy");
    if !imports || READ.contains(&name) || name.ends_with("Error") || name.ends_with("Warning") {
        return None;
    }
    dotted(text, literal(text.as_bytes(), open)?)
}

/// The module that a call names by keyword, where the word that ends at `end` is that one.
pub(super) fn by_keyword<'a>(word: &str, text: &'a str, end: usize) -> Option<&'a str> {
    let is_assigned = text.as_bytes().get(end) == Some(&b'=');
    if word != KEYWORD || !is_assigned {
        return None;
    }
    dotted(text, literal(text.as_bytes(), end)?)
}

/// What stands in the range, where it is the name of a module.
fn dotted(text: &str, (start, end): (usize, usize)) -> Option<&str> {
    let module = text.get(start..end)?;
    let is_name =
        |part: &str| part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && part.bytes().all(is_word);
    module.split('.').all(is_name).then_some(module)
}

/// The range between the quotes of the string that follows the bracket, or the sign, at `open`.
fn literal(bytes: &[u8], open: usize) -> Option<(usize, usize)> {
    let blanks = bytes.get(open + 1..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let start = open + 1 + blanks;
    bytes.get(start).filter(|byte| matches!(byte, b'"' | b'\''))?;
    let end = string_at(bytes, start);
    (end > start + 2).then_some((start + 1, end - 1))
}
