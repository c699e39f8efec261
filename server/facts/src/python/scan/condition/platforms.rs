//! Tests of the platform and of the implementation of Python: `sys.platform == "win32"`.

use super::super::tokens::unwrapped;
use super::atom::Atom;
use crate::python::Condition;

/// Any test of a platform that is no comparison.
pub(super) fn platform_test(tokens: &[&str]) -> Option<Atom> {
    prefix_test(tokens).or_else(|| membership(tokens)).or_else(|| pypy(tokens))
}

/// `sys.platform.startswith("win")`, of one prefix or of several.
fn prefix_test(tokens: &[&str]) -> Option<Atom> {
    let at = tokens.iter().position(|token| *token == "startswith")?;
    let subject = tokens.get(..at.checked_sub(1)?)?.concat();
    is_platform(&subject).then_some(())?;
    platforms(true, unwrapped(&tokens[at + 1..]))
}

/// `sys.platform in ("win32", "cygwin")`, and `not in`.
fn membership(tokens: &[&str]) -> Option<Atom> {
    let at = tokens.iter().position(|token| *token == "in")?;
    let (subject, is) = match tokens.get(..at)? {
        [subject @ .., "not"] => (subject, false),
        subject => (subject, true),
    };
    is_platform(&subject.concat()).then_some(())?;
    match tokens.get(at + 1..)? {
        ["(" | "[" | "{", names @ .., ")" | "]" | "}"] => platforms(is, names),
        _ => None,
    }
}

/// `hasattr(sys, "pypy_version_info")`, `"__pypy__" in sys.builtin_module_names`.
fn pypy(tokens: &[&str]) -> Option<Atom> {
    let is_named = match tokens {
        ["hasattr", "(", _, ",", name, ")"] => name.contains("pypy_version_info"),
        [name, "in", ..] => name.trim_matches(['"', '\'']) == "__pypy__",
        [name, "not", "in", ..] if name.trim_matches(['"', '\'']) == "__pypy__" => {
            return platforms(false, &["'PyPy'"]);
        }
        _ => false,
    };
    if is_named { platforms(true, &["'PyPy'"]) } else { None }
}

/// Literals with commas between them, or in brackets.
pub(super) fn platforms(is: bool, literals: &[&str]) -> Option<Atom> {
    let literals = match literals {
        ["(", inside @ .., ")"] => inside,
        bare => bare,
    };
    let names: Box<[Box<str>]> =
        literals.iter().filter(|token| **token != ",").map(|token| literal(token)).collect::<Option<_>>()?;
    (!names.is_empty()).then_some(Atom::Known(Condition::Platform { is, names }))
}

pub(super) fn literal(token: &str) -> Option<Box<str>> {
    let quote = token.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(token.strip_prefix(quote)?.strip_suffix(quote)?.into())
}

/// Whether an expression names the platform or the implementation of Python.
pub(super) fn is_platform(expression: &str) -> bool {
    let expression = expression.trim_start_matches('_');
    let expression = ["lower()", "upper()", "casefold()"]
        .iter()
        .find_map(|call| expression.strip_suffix(call)?.strip_suffix('.'))
        .unwrap_or(expression);
    matches!(
        expression,
        "sys.platform"
            | "platform"
            | "os.name"
            | "platform.system()"
            | "platform.machine()"
            | "platform.python_implementation()"
            | "python_implementation()"
            | "sys.implementation.name"
            | "implementation.name"
    )
}
