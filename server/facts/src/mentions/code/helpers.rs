//! Functions of a project's own that import by name: `vd.importExternal("h5py")`, `import_optional_dependency("tables")`. What they do
//! without the module is theirs, so such a call is a use, and no import that may fail.

use crate::python::scan::lexer::{is_word, string_at};
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// In `import` and in `Import`.
static IMPORT: LazyLock<Finder> = LazyLock::new(|| Finder::new("mport"));

/// Those whose calls are imports, and are read as such.
const READ: [&str; 3] = ["__import__", "import_module", "importorskip"];

/// Whether a call of such a function may stand in the text.
pub(super) fn may_be_called(bytes: &[u8]) -> bool {
    IMPORT.find_iter(bytes).any(|at| {
        let rest = &bytes[at..];
        let end = rest.iter().take_while(|byte| is_word(**byte)).count();
        rest.get(end) == Some(&b'(') && literal(rest, end).is_some()
    })
}

/// The module that the call of `name` is for, whose bracket opens at `open` of `text`: where that is such a function and its first
/// argument a literal.
pub(super) fn module<'a>(name: &str, text: &'a str, open: usize) -> Option<&'a str> {
    let imports = name.contains("import") || name.contains("Import");
    if !imports || READ.contains(&name) || name.ends_with("Error") || name.ends_with("Warning") {
        return None;
    }
    let (start, end) = literal(text.as_bytes(), open)?;
    let module = text.get(start..end)?;
    let is_name =
        |part: &str| part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && part.bytes().all(is_word);
    module.split('.').all(is_name).then_some(module)
}

/// The range between the quotes of the string that is the first argument of the call whose bracket opens at `open`.
fn literal(bytes: &[u8], open: usize) -> Option<(usize, usize)> {
    let blanks = bytes.get(open + 1..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let start = open + 1 + blanks;
    bytes.get(start).filter(|byte| matches!(byte, b'"' | b'\''))?;
    let end = string_at(bytes, start);
    (end > start + 2).then_some((start + 1, end - 1))
}
