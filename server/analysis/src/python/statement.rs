//! Parses the single statements that the scan points at.
//!
//! The strict parser reads what is whole; where it refuses, [`recover`] reads what was typed so far. The parser's tree has
//! no range for the module of a `from` import, and its ranges of names include `as c`: the ranges are computed here.

mod recover;

use super::{ImportForm, ImportedModule, Member, ParsedImport};
use crate::names::ModuleName;
use crate::text::TextRange;
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
        strict(rest).unwrap_or_else(|| recover::import(rest))
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

/// Reads a call whose first argument is a literal module name.
fn dynamic(call: &str) -> Option<ParsedImport> {
    if !is_bounded(call) {
        return None;
    }
    let ast::Expr::Call(parsed) = ast::Expr::parse_without_path(call).ok()? else { return None };
    let ast::Expr::Constant(literal) = parsed.args.first()? else { return None };
    let ast::Constant::Str(name) = &literal.value else { return None };
    let range = TextRange::new(literal.range.start().into(), literal.range.end().into());
    let package = parsed.args.get(1).or_else(|| {
        let named = |keyword: &&ast::Keyword| keyword.arg.as_ref().is_some_and(|arg| arg.as_str() == "package");
        parsed.keywords.iter().find(named).map(|keyword| &keyword.value)
    });
    let range = recover::inside_quotes(call, range).filter(|inside| call.get(inside.indices()) == Some(name))?;
    match package {
        Some(ast::Expr::Constant(package)) if name.starts_with('.') => {
            let package = package.value.as_str()?;
            recover::dynamic_module(&absolute(package, name)?, range)
        }
        Some(ast::Expr::Name(package)) if matches!(package.id.as_str(), "__name__" | "__package__") => {
            recover::dynamic_module(name, range)
        }
        _ if name.starts_with('.') => None,
        _ => recover::dynamic_module(name, range),
    }
}

/// What the relative `name` means in the package that was named outright.
fn absolute(package: &str, name: &str) -> Option<String> {
    let rest = name.trim_start_matches('.');
    let up = name.len() - rest.len() - 1;
    let package = (0..up).try_fold(package, |package, _| package.rsplit_once('.').map(|(parent, _)| parent))?;
    (!package.is_empty() && !rest.is_empty()).then(|| format!("{package}.{rest}"))
}
