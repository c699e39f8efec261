//! The shapes of expressions that hold lists of requirements.

use super::names::Binding;
use rustpython_parser::ast::{self, Constant, Expr, Stmt};

/// The text of `text.split()`, `text.split("\n")` and `text.splitlines()`: its lines are the requirements.
pub(super) fn split_lines(call: &ast::ExprCall) -> Option<&Expr> {
    let Expr::Attribute(method) = &*call.func else { return None };
    let is_by_lines = call.args.first().is_none_or(|by| string(by).is_none_or(|by| by == "\n"));
    let keeps =
        matches!(method.attr.as_str(), "split" | "splitlines" | "strip" | "rstrip" | "lstrip" | "copy" | "lower");
    (is_by_lines && keeps).then_some(&method.value)
}

/// The literal string that an expression is.
pub(super) fn string(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Constant(ast::ExprConstant { value: Constant::Str(text), .. }) => Some(text),
        _ => None,
    }
}

/// What a binding of a dictionary has below `key`.
pub(super) fn value_of<'a>(binding: Binding<'a>, key: &str) -> Vec<&'a Expr> {
    match binding {
        Binding::Entry(name, value) if name == key => vec![value],
        Binding::Value(Expr::Dict(dict)) => {
            let rows = dict.keys.iter().zip(&dict.values);
            rows.filter(|(name, _)| name.as_ref().and_then(string) == Some(key)).map(|(_, value)| value).collect()
        }
        _ => Vec::new(),
    }
}

/// The list of which `list(x)`, `sorted(x)`, `filter(None, x)` and the like have the elements.
pub(super) fn copied(call: &ast::ExprCall) -> Option<&Expr> {
    let Expr::Name(name) = &*call.func else { return None };
    match (name.id.as_str(), &call.args[..]) {
        ("list" | "tuple" | "set" | "sorted" | "frozenset", [list]) | ("filter" | "map", [_, list]) => Some(list),
        _ => None,
    }
}

/// The list whose elements a comprehension takes, maybe not all of them.
pub(super) fn iterated(value: &Expr) -> Option<&Expr> {
    let generators = match value {
        Expr::ListComp(list) => &list.generators,
        Expr::SetComp(set) => &set.generators,
        Expr::GeneratorExp(list) => &list.generators,
        _ => return None,
    };
    generators.first().map(|first| &first.iter)
}

/// The name at the head of a text that is put together: `django` of `"django>=%s" % oldest`, `f"django=={exact}"` and the like;
/// with its place among the bytes of the expression.
pub(super) fn head_of(expression: &Expr) -> Option<(&str, &Expr)> {
    let (text, literal) = match expression {
        Expr::BinOp(sum) => {
            return head_of(&sum.left).or(string(&sum.left).map(|text| (text, &*sum.left))).filter(is_head);
        }
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(method) if method.attr.as_str() == "format" => (string(&method.value)?, &*method.value),
            _ => return None,
        },
        Expr::JoinedStr(parts) => (string(parts.values.first()?)?, expression),
        _ => return None,
    };
    Some((text, literal)).filter(is_head)
}

/// Whether a text is a distribution's name and the beginning of its version.
fn is_head((text, _): &(&str, &Expr)) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let rest = text.trim_start_matches(is_of_name);
    let ends = rest.starts_with(['<', '>', '=', '~', '!', '[', '(', ' ']);
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && ends
}

/// The values that statements return, those of inner functions left out.
pub(super) fn returns<'a>(body: &'a [Stmt], found: &mut Vec<&'a Expr>) {
    for statement in body {
        match statement {
            Stmt::Return(ast::StmtReturn { value: Some(value), .. }) => found.push(value),
            Stmt::If(ast::StmtIf { body, orelse, .. })
            | Stmt::For(ast::StmtFor { body, orelse, .. })
            | Stmt::While(ast::StmtWhile { body, orelse, .. }) => {
                returns(body, found);
                returns(orelse, found);
            }
            Stmt::With(with) => returns(&with.body, found),
            Stmt::Try(attempt) => {
                returns(&attempt.body, found);
                for ast::ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
                    returns(&handler.body, found);
                }
                returns(&attempt.orelse, found);
                returns(&attempt.finalbody, found);
            }
            _ => {}
        }
    }
}
