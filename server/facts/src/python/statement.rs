//! Parses the single statements that the scan points at.
//!
//! [`plain`] reads what nearly all imports are like. The strict parser reads the rest of what is whole; where it refuses,
//! [`recover`] reads what was typed so far. The parser's tree has
//! no range for the module of a `from` import, and its ranges of names include `as c`: the ranges are computed here.

mod plain;
mod recover;

use super::{ImportForm, ImportedModule, Member, ParsedImport};
use crate::words::names::ModuleName;
use crate::words::text::TextRange;
use rustpython_parser::{Parse, ast};
use std::sync::Arc;

/// The strict parser recurses and repeats itself on broken input; what is longer or nested deeper is only recovered.
const MAX_LENGTH: usize = 64 * 1024;
const MAX_NESTING: usize = 50;

/// Parses one dedented simple statement: an import, or a call that imports a literal (`importlib.import_module("x")`,
/// however it is named). Ranges count from the statement's first byte. What cannot be read leaves `modules` empty; a
/// half-typed import gives what stands before the break. `lazy` (PEP 810) may stand before the keyword.
pub fn parse(statement: &str) -> Arc<ParsedImport> {
    let start = after_lazy(statement);
    let (rest, len) = (&statement[start..], statement.len() as u32);
    let parsed = if is_import(rest) {
        plain::import(rest).or_else(|| strict(rest)).unwrap_or_else(|| recover::import(rest))
    } else {
        dynamic(rest).or_else(|| recover::call(rest)).unwrap_or_default()
    };
    Arc::new(ParsedImport { len, ..shifted(parsed, start as u32) })
}

/// Where the statement begins behind a `lazy`.
fn after_lazy(statement: &str) -> usize {
    let Some(rest) = statement.strip_prefix("lazy") else { return 0 };
    let trimmed = rest.trim_start_matches([' ', '\t']);
    if trimmed.len() < rest.len() && is_import(trimmed) { statement.len() - trimmed.len() } else { 0 }
}

fn is_import(statement: &str) -> bool {
    let word = statement.split(|c: char| !(c.is_alphanumeric() || c == '_')).next();
    matches!(word, Some("import" | "from"))
}

fn shifted(mut parsed: ParsedImport, by: u32) -> ParsedImport {
    if by > 0 {
        for module in &mut parsed.modules {
            module.range = module.range.shifted(by);
            for member in &mut module.members {
                member.range = member.range.shifted(by);
            }
        }
    }
    parsed
}

/// Whether the strict parser may be handed `text`.
fn is_bounded(text: &str) -> bool {
    text.len() <= MAX_LENGTH && text.bytes().filter(|byte| matches!(byte, b'(' | b'[' | b'{')).count() <= MAX_NESTING
}

/// Reads an import that is whole; nothing where the strict parser refuses it.
fn strict(statement: &str) -> Option<ParsedImport> {
    if !is_bounded(statement) {
        return None;
    }
    let suite = ast::Suite::parse_without_path(statement).ok()?;
    match <[ast::Stmt; 1]>::try_from(suite).ok()? {
        [ast::Stmt::Import(import)] => {
            let modules = import.names.iter().map(|alias| {
                let start = u32::from(alias.range.start());
                let range = TextRange::new(start, recover::dotted_end(statement, start)?);
                Some(ImportedModule { name: ModuleName::new(&alias.name), range, members: [].into() })
            });
            Some(ParsedImport { modules: modules.collect::<Option<_>>()?, ..ParsedImport::default() })
        }
        [ast::Stmt::ImportFrom(import)] => {
            let start = recover::skip_trivia(statement, "from".len() as u32);
            let range = TextRange::new(start, recover::dotted_end(statement, start)?);
            let members = import.names.iter().map(|alias| {
                let start = u32::from(alias.range.start());
                let range = TextRange::new(start, recover::word_end(statement, start));
                Member { name: alias.name.as_str().into(), range }
            });
            let name = ModuleName::new(import.module.as_ref().map_or("", |module| module.as_str()));
            let module = ImportedModule { name, range, members: members.collect() };
            let level = import.level.map_or(0, |level| level.to_u32());
            Some(ParsedImport { level, form: ImportForm::From, modules: [module].into(), ..ParsedImport::default() })
        }
        _ => None,
    }
}

/// Reads a call with a literal module name.
fn dynamic(call: &str) -> Option<ParsedImport> {
    if !is_bounded(call) {
        return None;
    }
    let ast::Expr::Call(parsed) = ast::Expr::parse_without_path(call).ok()? else { return None };
    let ast::Expr::Constant(literal) = name_argument(&parsed)? else { return None };
    let ast::Constant::Str(name) = &literal.value else { return None };
    let range = TextRange::new(literal.range.start().into(), literal.range.end().into());
    let range = recover::inside_quotes(call, range).filter(|inside| call.get(inside.indices()) == Some(name))?;
    if names_a_symbol(&parsed.func) {
        let module = name.split_once(':').or_else(|| name.rsplit_once('.')).map_or(name.as_str(), |(module, _)| module);
        return recover::dynamic_module(module, TextRange::new(range.start, range.start + module.len() as u32));
    }
    if !name.starts_with('.') {
        let module = recover::dynamic_module(name, range)?;
        return Some(ParsedImport { level: level_argument(&parsed), ..module });
    }
    match argument(&parsed, 1, &["package"])? {
        ast::Expr::Constant(package) => recover::dynamic_module(&absolute(package.value.as_str()?, name)?, range),
        ast::Expr::Name(package) if matches!(package.id.as_str(), "__name__" | "__package__") => {
            recover::dynamic_module(name, range)
        }
        ast::Expr::Attribute(package) if package.attr.as_str() == "parent" => recover::dynamic_module(name, range),
        _ => None,
    }
}

/// The argument at `position`, or the one with one of these keywords.
fn argument<'a>(call: &'a ast::ExprCall, position: usize, keywords: &[&str]) -> Option<&'a ast::Expr> {
    let named = |keyword: &&ast::Keyword| keyword.arg.as_ref().is_some_and(|arg| keywords.contains(&arg.as_str()));
    call.args.get(position).or_else(|| call.keywords.iter().find(named).map(|keyword| &keyword.value))
}

/// The argument that names the module: the first, or the last of `LazyLoader("local", globals(), "a.b")`.
fn name_argument(call: &ast::ExprCall) -> Option<&ast::Expr> {
    let is_globals = |argument: &ast::Expr| match argument {
        ast::Expr::Call(call) => last_name(&call.func) == Some("globals"),
        _ => false,
    };
    match call.args.as_slice() {
        [_, globals, name @ ast::Expr::Constant(_), ..] if is_globals(globals) => Some(name),
        _ => argument(call, 0, &["name", "modname", "mod_name", "module_name", "import_name", "dotted_path"]),
    }
}

/// The level of `__import__("a", globals(), locals(), [], 1)`.
fn level_argument(call: &ast::ExprCall) -> u32 {
    let is_builtin = last_name(&call.func) == Some("__import__");
    match argument(call, 4, &["level"]).filter(|_| is_builtin) {
        Some(ast::Expr::Constant(ast::ExprConstant { value: ast::Constant::Int(level), .. })) => {
            level.to_string().parse().unwrap_or(0)
        }
        _ => 0,
    }
}

/// Whether the function takes the name of something in a module behind the module's.
fn names_a_symbol(function: &ast::Expr) -> bool {
    matches!(last_name(function), Some("import_string" | "resolve_name" | "symbol_by_name"))
}

fn last_name(function: &ast::Expr) -> Option<&str> {
    match function {
        ast::Expr::Name(name) => Some(&name.id),
        ast::Expr::Attribute(attribute) => Some(&attribute.attr),
        _ => None,
    }
}

/// What the relative `name` means in the package that was named outright.
fn absolute(package: &str, name: &str) -> Option<String> {
    let rest = name.trim_start_matches('.');
    let up = name.len() - rest.len() - 1;
    let package = (0..up).try_fold(package, |package, _| package.rsplit_once('.').map(|(parent, _)| parent))?;
    (!package.is_empty() && !rest.is_empty()).then(|| format!("{package}.{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_imports_need_no_parser() {
        for text in [
            "import a",
            "import a.b as c, d\t, e",
            "from a.b import c",
            "from . import c as d",
            "from ..a import *",
            "from .import (a)",
            "from a import (  # noqa: F401\n    b as c,  # why\n    d,\n)",
        ] {
            let plain = plain::import(text);
            assert!(plain.is_some(), "{text:?}");
            assert_eq!(plain, strict(text), "{text:?}");
        }
    }

    /// Imports out of the pieces that they consist of, and some that stand in none.
    fn importish() -> impl Strategy<Value = String> {
        let pieces = [
            " ", " ", " ", "a", "b1", "_c", "as", " as ", " import ", "import", "from ", ".", "..", ",", ", ", "(",
            ")", "*", "\n", "\n    ", "\t", "\\\n", "\r\n", "# d\n", "#", "é", "if", "match", "None", "1", ";", "\x0c",
            "'",
        ];
        let tail = proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..14);
        let head = proptest::sample::select(vec!["import ", "from a import ", "from . import (", "from ", "import"]);
        (head, tail).prop_map(|(head, tail)| head.to_owned() + &tail.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn what_is_read_as_plain_is_what_the_parser_reads(text in importish()) {
            if let Some(plain) = plain::import(&text) {
                prop_assert_eq!(Some(plain), strict(&text));
            }
        }
    }
}
