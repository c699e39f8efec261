//! Comparisons of the version of Python, or of the platform, with what it may be: `sys.version_info >= (3, 8)`.

use super::atom::Atom;
use super::platforms::{is_platform, platforms};
use crate::python::{Comparison, Condition};

/// `left op right`, or the other way round.
pub(super) fn comparing(tokens: &[&str]) -> Option<Atom> {
    let (at, op) = tokens.iter().enumerate().find_map(|(at, token)| Some((at, comparison(token)?)))?;
    let (left, right) = (tokens[..at].concat(), tokens[at + 1..].concat());
    compared(&left, op, &right).or_else(|| compared(&right, mirrored(op), &left))
}

/// Whether a name without blanks is the version of Python, or the part of it that is compared.
pub(super) fn is_version(name: &str) -> bool {
    let part = name.strip_prefix("sys.version_info").or_else(|| name.strip_prefix("_sys.version_info"));
    part.is_some_and(|part| matches!(part, "" | "[:2]" | "[0:2]" | "[:3]" | "[0]" | ".major"))
}

fn compared(left: &str, op: Comparison, right: &str) -> Option<Atom> {
    match left.trim_start_matches('_') {
        "sys.version_info" | "version_info" => whole_version(op, &numbers(right)?),
        "sys.version_info[:2]" | "version_info[:2]" | "sys.version_info[0:2]" | "sys.version_info[:3]" => {
            let numbers = numbers(right)?;
            Some(version(op, *numbers.first()?, numbers.get(1).copied().unwrap_or(0)))
        }
        "sys.version_info[0]" | "version_info[0]" | "sys.version_info.major" | "version_info.major" => {
            major(op, right.parse().ok()?)
        }
        subject if is_platform(subject) => match op {
            Comparison::Equal => platforms(true, &[right]),
            Comparison::NotEqual => platforms(false, &[right]),
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

pub(super) const fn version(op: Comparison, major: u8, minor: u8) -> Atom {
    Atom::Known(Condition::Version { op, version: (major, minor) })
}

/// The numbers of `(3,8)`.
fn numbers(tuple: &str) -> Option<Vec<u8>> {
    let inside = tuple.strip_prefix('(')?.strip_suffix(')')?;
    let numbers: Option<Vec<u8>> =
        inside.split(',').filter(|part| !part.is_empty()).take(2).map(|part| part.parse().ok()).collect();
    numbers.filter(|numbers| !numbers.is_empty())
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

pub(super) const fn opposite(op: Comparison) -> Comparison {
    match op {
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::GreaterOrEqual => Comparison::Less,
        Comparison::Greater => Comparison::LessOrEqual,
    }
}
