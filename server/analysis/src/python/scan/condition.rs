//! What the test of an `if` says about its branches: type checking, dead code, versions and platforms.
//!
//! A test is a conjunction of atoms; an `or` and everything unknown say nothing.

use super::lexer::is_word;
use crate::python::{Comparison, Condition, Phase};

/// What holds inside a branch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Effect {
    pub phase: Phase,
    pub conditions: Vec<Condition>,
    /// `importlib.util.find_spec` was asked first.
    pub asked: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Atom {
    TypeChecking(bool),
    Constant(bool),
    Asked(bool),
    Known(Condition),
    Unknown,
}

/// What holds where `test` is true.
pub(super) fn when_true(test: &str) -> Effect {
    effect_of(read(test))
}

/// What holds where `test` is false; nothing is known where it has several atoms.
pub(super) fn when_false(test: &str) -> Effect {
    let mut atoms = read(test);
    if atoms.len() != 1 {
        return Effect::default();
    }
    effect_of(atoms.pop().map(negated).into_iter().collect())
}

/// Whether `test` compares `__name__` with `"__main__"`.
pub(super) fn is_main(test: &str) -> bool {
    let squeezed: String = test.chars().filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | '\'')).collect();
    let squeezed = squeezed.replace('"', "");
    squeezed.starts_with("__name__==__main__") || squeezed.starts_with("__main__==__name__")
}

fn effect_of(atoms: Vec<Atom>) -> Effect {
    let mut effect = Effect::default();
    for atom in atoms {
        match atom {
            Atom::TypeChecking(true) => effect.phase = effect.phase.max(Phase::TypeChecking),
            Atom::Constant(false) => effect.phase = Phase::Never,
            Atom::Asked(true) => effect.asked = true,
            Atom::Known(condition) => effect.conditions.push(condition),
            Atom::TypeChecking(false) | Atom::Constant(true) | Atom::Asked(false) | Atom::Unknown => {}
        }
    }
    effect
}

fn negated(atom: Atom) -> Atom {
    match atom {
        Atom::TypeChecking(is) => Atom::TypeChecking(!is),
        Atom::Constant(is) => Atom::Constant(!is),
        Atom::Asked(is) => Atom::Asked(!is),
        Atom::Known(Condition::Platform { is, name }) => Atom::Known(Condition::Platform { is: !is, name }),
        Atom::Known(Condition::Version { op, version }) => {
            Atom::Known(Condition::Version { op: opposite(op), version })
        }
        Atom::Unknown => Atom::Unknown,
    }
}

const fn opposite(op: Comparison) -> Comparison {
    match op {
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::GreaterOrEqual => Comparison::Less,
        Comparison::Greater => Comparison::LessOrEqual,
    }
}

/// The atoms of a test.
fn read(test: &str) -> Vec<Atom> {
    let tokens = tokens(test);
    let tokens = unwrapped(&tokens);
    if split(tokens, "or").len() > 1 || split(tokens, "if").len() > 1 {
        return vec![Atom::Unknown];
    }
    split(tokens, "and").into_iter().map(atom).collect()
}

fn atom(tokens: &[&str]) -> Atom {
    let tokens = unwrapped(tokens);
    if let Some((&"not", rest)) = tokens.split_first() {
        return negated(atom(rest));
    }
    let text = tokens.concat();
    match text.as_str() {
        "MYPY" | "TYPE_CHECKING" => return Atom::TypeChecking(true),
        "False" | "0" => return Atom::Constant(false),
        "True" | "1" => return Atom::Constant(true),
        "six.PY2" | "PY2" => return version(Comparison::Less, 3, 0),
        "six.PY3" | "PY3" => return version(Comparison::GreaterOrEqual, 3, 0),
        dotted if dotted.ends_with(".TYPE_CHECKING") && dotted.bytes().all(|b| is_word(b) || b == b'.') => {
            return Atom::TypeChecking(true);
        }
        _ => {}
    }
    if let Some(asked) = asked(tokens) {
        return asked;
    }
    if let Some(known) = prefix_test(tokens) {
        return known;
    }
    let Some(at) = tokens.iter().position(|token| comparison(token).is_some()) else { return Atom::Unknown };
    let Some(op) = tokens.get(at).and_then(|token| comparison(token)) else { return Atom::Unknown };
    let (left, right) = (tokens[..at].concat(), tokens[at + 1..].concat());
    compared(&left, op, &right).or_else(|| compared(&right, mirrored(op), &left)).unwrap_or(Atom::Unknown)
}

const fn version(op: Comparison, major: u8, minor: u8) -> Atom {
    Atom::Known(Condition::Version { op, version: (major, minor) })
}

/// `find_spec(…)`, alone or compared with None.
fn asked(tokens: &[&str]) -> Option<Atom> {
    let open = tokens.iter().position(|&token| token == "(")?;
    if open.checked_sub(1).map(|at| tokens[at]) != Some("find_spec") {
        return None;
    }
    let close = tokens.iter().position(|&token| token == ")")?;
    match tokens.get(close + 1..)? {
        [] | ["is", "not", "None"] | ["!=", "None"] => Some(Atom::Asked(true)),
        ["is" | "==", "None"] => Some(Atom::Asked(false)),
        _ => None,
    }
}

/// `sys.platform.startswith("win")`
fn prefix_test(tokens: &[&str]) -> Option<Atom> {
    match tokens {
        ["sys", ".", "platform", ".", "startswith", "(", name, ")"] => platform(true, name),
        _ => None,
    }
}

fn platform(is: bool, literal: &str) -> Option<Atom> {
    let quote = literal.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let name = literal.strip_prefix(quote)?.strip_suffix(quote)?;
    Some(Atom::Known(Condition::Platform { is, name: name.into() }))
}

fn comparison(token: &str) -> Option<Comparison> {
    Some(match token {
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        "==" => Comparison::Equal,
        "!=" => Comparison::NotEqual,
        ">=" => Comparison::GreaterOrEqual,
        ">" => Comparison::Greater,
        _ => return None,
    })
}

const fn mirrored(op: Comparison) -> Comparison {
    match op {
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        Comparison::Greater => Comparison::Less,
        same => same,
    }
}

fn compared(left: &str, op: Comparison, right: &str) -> Option<Atom> {
    match left {
        "sys.version_info" | "version_info" => whole_version(op, &numbers(right)?),
        "sys.version_info[:2]" | "version_info[:2]" | "sys.version_info[0:2]" => {
            let numbers = numbers(right)?;
            Some(version(op, *numbers.first()?, numbers.get(1).copied().unwrap_or(0)))
        }
        "sys.version_info[0]" | "version_info[0]" | "sys.version_info.major" | "version_info.major" => {
            major(op, right.parse().ok()?)
        }
        "sys.platform" | "os.name" | "platform.system()" => match op {
            Comparison::Equal => platform(true, right),
            Comparison::NotEqual => platform(false, right),
            _ => None,
        },
        _ => None,
    }
}

/// `sys.version_info` has five parts and is compared as a tuple, so it is greater than `(3, 8)` on every 3.8: `>` says the
/// same as `>=`, and `<=` the same as `<`. A third number is left out: a target is a minor version, at its newest patch.
fn whole_version(op: Comparison, numbers: &[u8]) -> Option<Atom> {
    let op = match op {
        Comparison::Greater => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Less,
        other => other,
    };
    Some(version(op, *numbers.first()?, numbers.get(1).copied().unwrap_or(0)))
}

/// A test of the major version alone: there is nothing before 2 and nothing after 3.
const fn major(op: Comparison, number: u8) -> Option<Atom> {
    Some(match (op, number) {
        (Comparison::Equal | Comparison::LessOrEqual, 2) | (Comparison::Less | Comparison::NotEqual, 3) => {
            version(Comparison::Less, 3, 0)
        }
        (Comparison::Greater | Comparison::NotEqual, 2) | (Comparison::GreaterOrEqual | Comparison::Equal, 3) => {
            version(Comparison::GreaterOrEqual, 3, 0)
        }
        _ => return None,
    })
}

/// The numbers of `(3,8)`.
fn numbers(tuple: &str) -> Option<Vec<u8>> {
    let inside = tuple.strip_prefix('(')?.strip_suffix(')')?;
    let numbers: Option<Vec<u8>> =
        inside.split(',').filter(|part| !part.is_empty()).take(2).map(|part| part.parse().ok()).collect();
    numbers.filter(|numbers| !numbers.is_empty())
}

/// `tokens` without the brackets that hold all of them.
fn unwrapped<'a, 'b>(tokens: &'b [&'a str]) -> &'b [&'a str] {
    let mut tokens = tokens;
    while let ["(", inside @ .., ")"] = tokens {
        let mut depth = 0i32;
        for token in inside {
            match *token {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            if depth < 0 {
                return tokens;
            }
        }
        if split(inside, ",").len() > 1 {
            return tokens;
        }
        tokens = inside;
    }
    tokens
}

/// Splits at each `separator` outside of brackets.
fn split<'a, 'b>(tokens: &'b [&'a str], separator: &str) -> Vec<&'b [&'a str]> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0i32, 0);
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            other if depth == 0 && other == separator => {
                parts.push(&tokens[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&tokens[start..]);
    parts
}

/// A test longer than this says nothing that matters; the bound keeps a half-typed file cheap.
const MAX_TEST: usize = 1_000;

/// The words, strings and operators of a test, without blanks and comments.
fn tokens(test: &str) -> Vec<&str> {
    let bytes = test.as_bytes();
    let (mut tokens, mut at) = (Vec::new(), 0);
    while let Some(&byte) = bytes.get(at).filter(|_| at < MAX_TEST) {
        let end = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'\\' => {
                at += 1;
                continue;
            }
            b'#' => {
                at = super::lexer::line_end(bytes, at);
                continue;
            }
            b'"' | b'\'' => super::lexer::string_end(bytes, at + 1, byte).0,
            b'<' | b'>' | b'=' | b'!' | b':' if bytes.get(at + 1) == Some(&b'=') => at + 2,
            _ if is_word(byte) => at + super::lexer::word_at(bytes, at).len(),
            _ => at + 1,
        };
        let end = end.min(bytes.len());
        tokens.extend(test.get(at..end));
        at = end;
    }
    tokens
}
