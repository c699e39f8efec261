//! The imports that Django makes of names in strings.

use crate::python::import::{Context, ImportForm, ImportStatement, ImportedModule, Member, ParsedImport};
use crate::words::names::ModuleName;
use crate::words::suppress::Ignores;
use crate::words::text::TextRange;
use std::sync::Arc;

/// The import of a settings module that the environment names.
pub fn import_of(module: &str) -> ImportStatement {
    statement(module, &[], 0, 0)
}

/// The import that Django makes of the dotted name at `start`: of the module `name`, and of those of `members` that are modules
/// in it.
pub(super) fn statement(name: &str, members: &[&str], start: usize, written: usize) -> ImportStatement {
    let range = TextRange::new(0, written as u32);
    let members = members.iter().map(|name| Member { name: (*name).into(), range }).collect();
    let module = ImportedModule { name: ModuleName::new(name), range, members };
    let form = if module.members.is_empty() { ImportForm::Dynamic } else { ImportForm::From };
    let parsed = ParsedImport { len: written as u32, level: 0, form, modules: [module].into() };
    ImportStatement {
        start: start as u32,
        parsed: Arc::new(parsed),
        context: Context::default(),
        ignores: Ignores::default(),
    }
}

/// Whether a text is a dotted name.
pub(super) fn is_dotted(text: &str) -> bool {
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    !text.is_empty() && text.split('.').all(is_name)
}
