//! What the test of an `if` says about its branches: type checking, dead code, versions and platforms.
//!
//! A test is a conjunction of atoms; an `or` says something where it is one of platforms, or of modules that were looked for.
//! Everything unknown says nothing.

mod atom;
mod comparisons;
mod platforms;

use super::lexer::is_word;
use super::tokens::{split, tokens, unwrapped};
use crate::python::{Comparison, Condition, Phase};
use atom::Atom;
use comparisons::{comparing, is_version, opposite, version};
use platforms::{literal, platform_test};
use rustc_hash::FxHashMap;

/// What holds inside a branch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Effect {
    pub phase: Phase,
    pub conditions: Vec<Condition>,
    /// A module was looked for first, by `importlib.util.find_spec` or a flag: it was found, or not.
    pub available: Option<bool>,
    /// The modules that were looked for by name in a list of settings (`"debug_toolbar" in INSTALLED_APPS`), and are there.
    pub named: Vec<Box<str>>,
    /// Something must hold that only shows when the program runs: an argument, a setting.
    pub is_open: bool,
}

/// The most different conditions, and modules, that are kept of the tests around one import; no person writes as many.
const MOST_CONDITIONS: usize = 64;

impl Effect {
    /// What holds when `other` holds as well.
    pub fn add(&mut self, other: Self) {
        self.phase = self.phase.max(other.phase);
        for condition in other.conditions {
            if !self.conditions.contains(&condition) && self.conditions.len() < MOST_CONDITIONS {
                self.conditions.push(condition);
            }
        }
        self.available = other.available.or(self.available);
        other.named.iter().for_each(|module| self.add_named(module));
        self.is_open |= other.is_open;
    }

    /// What holds where nothing is known of a test.
    fn open() -> Self {
        Self { is_open: true, ..Self::default() }
    }

    /// Adds a module that is there.
    pub fn add_named(&mut self, module: &str) {
        if !self.named.iter().any(|known| **known == *module) && self.named.len() < MOST_CONDITIONS {
            self.named.push(module.into());
        }
    }
}

/// What the names of a file say as tests: `PY3 = sys.version_info[0] == 3`.
#[derive(Debug, Default)]
pub(super) struct Flags {
    known: FxHashMap<Box<str>, Vec<Atom>>,
    /// Names of the version of Python or of a part of it, and what they stand for: `py = sys.version_info`.
    versions: FxHashMap<Box<str>, Box<str>>,
}

impl Flags {
    /// Called for `name = value`.
    pub fn learn(&mut self, name: &str, value: &str) {
        let whole = tokens(value).concat();
        if is_version(&whole) {
            self.versions.entry(name.into()).or_insert_with(|| whole.into());
            return;
        }
        let mut atoms = chosen(value, self).unwrap_or_else(|| read(value, self));
        atoms.retain(|atom| !matches!(atom, Atom::Unknown | Atom::Constant(_)));
        if !atoms.is_empty() {
            self.set(name, atoms);
        }
    }

    /// Called for a name that is true, or not, where a module is missing.
    pub fn learn_missing(&mut self, name: &str, is: bool) {
        self.set(name, vec![Atom::Available(!is)]);
    }

    /// Called for a name that is true, or not, where a test of the version holds.
    pub fn learn_version(&mut self, name: &str, version: Condition, is: bool) {
        let atom = Atom::Known(version);
        self.set(name, vec![if is { atom } else { negated(atom) }]);
    }

    /// Called for `from typing import TYPE_CHECKING as name`.
    pub fn learn_type_checking(&mut self, name: &str) {
        self.set(name, vec![Atom::TypeChecking(true)]);
    }

    fn set(&mut self, name: &str, atoms: Vec<Atom>) {
        self.known.insert(name.into(), atoms);
    }

    /// Whether the name was given to the version of Python.
    pub fn is_version(&self, name: &[u8]) -> bool {
        !self.versions.is_empty() && std::str::from_utf8(name).is_ok_and(|name| self.versions.contains_key(name))
    }

    /// The tokens of a test, with what names of the version stand for.
    fn tokens<'a>(&'a self, test: &'a str) -> Vec<&'a str> {
        let mut all = tokens(test);
        for at in (0..all.len()).filter(|_| !self.versions.is_empty()) {
            let is_member = at.checked_sub(1).is_some_and(|before| all[before] == ".");
            if let Some(value) = self.versions.get(all[at]).filter(|_| !is_member) {
                all[at] = value;
            }
        }
        all
    }

    fn get(&self, name: &str) -> Option<&[Atom]> {
        self.known.get(name).map(Vec::as_slice)
    }
}

/// What holds where `test` is true.
pub(super) fn when_true(test: &str, flags: &Flags) -> Effect {
    effect_of(read(test, flags))
}

/// What holds where `test` is false: every part of an `or` is false then; nothing is known of the parts of an `and`.
pub(super) fn when_false(test: &str, flags: &Flags) -> Effect {
    let whole = read(test, flags);
    if whole != [Atom::Unknown] {
        return match negated_all(whole) {
            none if none.is_empty() => Effect::open(),
            some => effect_of(some),
        };
    }
    let all = flags.tokens(test);
    let all = unwrapped(&all);
    if split(all, "if").len() > 1 {
        return Effect::open();
    }
    let parts = split(all, "or").into_iter().map(|part| conjunction(part, flags));
    effect_of(parts.flat_map(negated_all).collect())
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
            Atom::Available(found) => effect.available = effect.available.or(Some(found)),
            Atom::Named(module, true) => effect.named.push(module),
            Atom::Given(module, true) => {
                effect.named.push(module);
                effect.is_open = true;
            }
            Atom::Known(condition) => {
                // whether the setting is on is not known here
                effect.is_open |= condition == Condition::Debug;
                effect.conditions.push(condition);
            }
            Atom::Named(_, false) | Atom::Given(_, false) | Atom::Unknown => effect.is_open = true,
            Atom::TypeChecking(false) | Atom::Constant(true) | Atom::AtFirst => {}
        }
    }
    effect
}

fn negated_all(mut atoms: Vec<Atom>) -> Vec<Atom> {
    if atoms.len() == 1 { atoms.pop().map(negated).into_iter().collect() } else { Vec::new() }
}

fn negated(atom: Atom) -> Atom {
    match atom {
        Atom::TypeChecking(is) => Atom::TypeChecking(!is),
        Atom::Constant(is) => Atom::Constant(!is),
        Atom::Available(is) => Atom::Available(!is),
        Atom::Named(module, is) => Atom::Named(module, !is),
        Atom::Given(module, is) => Atom::Given(module, !is),
        Atom::Known(Condition::Platform { is, names }) => Atom::Known(Condition::Platform { is: !is, names }),
        Atom::Known(Condition::Version { op, version }) => {
            Atom::Known(Condition::Version { op: opposite(op), version })
        }
        // that a setting is off says nothing
        Atom::Known(Condition::Debug) | Atom::AtFirst | Atom::Unknown => Atom::Unknown,
    }
}

/// The atoms of a test.
fn read(test: &str, flags: &Flags) -> Vec<Atom> {
    conjunction(&flags.tokens(test), flags)
}

fn conjunction(all: &[&str], flags: &Flags) -> Vec<Atom> {
    let all = unwrapped(all);
    if split(all, "if").len() > 1 {
        return vec![Atom::Unknown];
    }
    let alternatives = split(all, "or");
    if alternatives.len() > 1 {
        let alternatives = alternatives.into_iter().map(|tokens| atoms(tokens, flags));
        return vec![
            alternatives
                .reduce(|left, right| either(&left, &right))
                .and_then(|mut atoms| atoms.pop())
                .unwrap_or(Atom::Unknown),
        ];
    }
    split(all, "and").into_iter().flat_map(|tokens| atoms(tokens, flags)).collect()
}

/// The atoms of the test of `True if test else False`, and of its opposite.
fn chosen(value: &str, flags: &Flags) -> Option<Vec<Atom>> {
    let all = flags.tokens(value);
    match unwrapped(&all) {
        ["True" | "1", "if", test @ .., "else", "False" | "0"] => Some(conjunction(test, flags)),
        ["False" | "0", "if", test @ .., "else", "True" | "1"] => Some(negated_all(conjunction(test, flags))),
        _ => None,
    }
}

/// What is known where one of two single atoms holds.
fn either(left: &[Atom], right: &[Atom]) -> Vec<Atom> {
    let either = match (left, right) {
        (
            [Atom::Known(Condition::Platform { is: true, names })],
            [Atom::Known(Condition::Platform { is: true, names: others })],
        ) => {
            let names = names.iter().chain(others).cloned().collect();
            Atom::Known(Condition::Platform { is: true, names })
        }
        // who requests a module goes on without it, and type checkers run nothing
        ([Atom::TypeChecking(true)], [Atom::Available(true)])
        | ([Atom::Available(true)], [Atom::TypeChecking(true)]) => Atom::Available(true),
        ([same], [other]) if same == other => same.clone(),
        _ => Atom::Unknown,
    };
    vec![either]
}

/// The atoms of a part of a conjunction: several where it is a flag, or brackets around another.
fn atoms(tokens: &[&str], flags: &Flags) -> Vec<Atom> {
    match unwrapped(tokens) {
        ["not", rest @ ..] => match negated_all(atoms(rest, flags)) {
            none if none.is_empty() => vec![Atom::Unknown],
            some => some,
        },
        ["bool", inside @ ..] if matches!(inside, ["(", .., ")"]) => conjunction(inside, flags),
        inside if inside.len() < tokens.len() && split(inside, "and").len() + split(inside, "or").len() > 2 => {
            conjunction(inside, flags)
        }
        [name] if flags.get(name).is_some() => flags.get(name).unwrap_or_default().to_vec(),
        [name, "is" | "==", "None"] if flags.get(name).is_some() => {
            negated_all(flags.get(name).unwrap_or_default().to_vec())
        }
        [name, "is", "not", "None"] | [name, "!=", "None"] if flags.get(name).is_some() => {
            flags.get(name).unwrap_or_default().to_vec()
        }
        inside => vec![atom(inside)],
    }
}

fn atom(tokens: &[&str]) -> Atom {
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
        dotted if is_availability(dotted) => return Atom::Available(true),
        dotted if is_debug(dotted) || is_testing(dotted) => return Atom::Known(Condition::Debug),
        _ => {}
    }
    let known = under_tests(tokens)
        .or_else(|| checked(tokens))
        .or_else(|| loaded(tokens))
        .or_else(|| platform_test(tokens))
        .or_else(|| named(tokens))
        .or_else(|| has_part(tokens));
    known.or_else(|| comparing(tokens)).unwrap_or(Atom::Unknown)
}

/// Names by which projects note that a module is there: `HAS_TORCH`, `TORCH_AVAILABLE`, `is_torch_available()`.
fn is_availability(dotted: &str) -> bool {
    let name = dotted.rsplit('.').next().unwrap_or_default();
    if let Some(function) = name.strip_suffix("()") {
        return function.bytes().all(is_word) && function.starts_with("is_") && function.ends_with("_available");
    }
    let name = name.trim_start_matches('_').to_ascii_uppercase();
    name.bytes().all(is_word) && (name.starts_with("HAS_") || name.starts_with("HAVE_") || name.ends_with("_AVAILABLE"))
}

/// A setting that is on while people develop: `DEBUG`, `settings.DEBUG_TOOLBAR`, `app.debug`.
fn is_debug(dotted: &str) -> bool {
    let (owner, name) = dotted.rsplit_once('.').unwrap_or(("", dotted));
    owner.bytes().all(|b| is_word(b) || b == b'.')
        && (name == "debug" && !owner.is_empty()
            || name == "DEBUG"
            || name.bytes().all(is_word) && (name.starts_with("DEBUG_") || name.ends_with("_DEBUG")))
}

/// A name that says that tests run: `TESTING`, `settings.IS_PYTEST_RUN`, `self.testing`.
fn is_testing(dotted: &str) -> bool {
    let (owner, name) = dotted.rsplit_once('.').unwrap_or(("", dotted));
    let says_so = |word: &str| matches!(word, "PYTEST" | "TESTING" | "UNITTEST" | "UNITTESTS");
    owner.bytes().all(|b| is_word(b) || b == b'.')
        && name.bytes().all(is_word)
        && (name == "testing" && !owner.is_empty()
            || matches!(name, "IS_TEST" | "IN_TEST" | "IN_TESTS" | "RUNNING_TESTS" | "TEST_MODE" | "UNDER_TEST")
            || name.split('_').any(says_so))
}

/// Tests that only hold where tests run: `"pytest" in sys.modules`, `"PYTEST_CURRENT_TEST" in os.environ`, `"test" in sys.argv`.
fn under_tests(tokens: &[&str]) -> Option<Atom> {
    let [name, "in", rest @ ..] = tokens else { return None };
    let holds = match (&*literal(name)?, rest.concat().as_str()) {
        ("pytest" | "_pytest", "sys.modules") | ("test", "sys.argv") => true,
        (variable, "os.environ" | "environ") => variable.starts_with("PYTEST_"),
        _ => false,
    };
    holds.then_some(Atom::Known(Condition::Debug))
}

/// `find_spec(…)`, alone or compared with None.
fn checked(tokens: &[&str]) -> Option<Atom> {
    let open = tokens.iter().position(|&token| token == "(")?;
    if open.checked_sub(1).map(|at| tokens[at]) != Some("find_spec") {
        return None;
    }
    let close = tokens.iter().position(|&token| token == ")")?;
    match tokens.get(close + 1..)? {
        [] | ["is", "not", "None"] | ["!=", "None"] => Some(Atom::Available(true)),
        ["is" | "==", "None"] => Some(Atom::Available(false)),
        _ => None,
    }
}

/// `hasattr(object, "name")`: code that checks whether its host has a part goes on without it, and without what that needs.
fn has_part(tokens: &[&str]) -> Option<Atom> {
    matches!(tokens, ["hasattr", "(", .., ",", _, ")"]).then_some(Atom::Available(true))
}

/// `"name" in sys.modules`: who requests a loaded module goes on without it. At first it is not loaded.
fn loaded(tokens: &[&str]) -> Option<Atom> {
    let at = tokens.iter().position(|token| *token == "in")?;
    let is = tokens.get(at + 1..)?.concat() == "sys.modules";
    let is_negated = tokens.get(..at)?.last() == Some(&"not");
    is.then_some(if is_negated { Atom::AtFirst } else { Atom::Available(true) })
}

/// `"name.of.module" in settings.INSTALLED_APPS`, `apps.is_installed("name")`, `check_module("name")`: who configures a module has it,
/// and a function that is given its name looks for it.
fn named(tokens: &[&str]) -> Option<Atom> {
    let top = |name: &str| -> Option<Box<str>> {
        let name = literal(name)?;
        let top = name.split('.').next()?;
        (!top.is_empty() && top.bytes().all(is_word)).then(|| top.into())
    };
    match tokens {
        [name, "in", ..] | [.., "is_installed", "(", name, ")"] => Some(Atom::Named(top(name)?, true)),
        [name, "not", "in", ..] => Some(Atom::Named(top(name)?, false)),
        [function, rest @ .., "(", name, ")"] if !rest.contains(&"(") && function.bytes().all(is_word) => {
            Some(Atom::Given(top(name)?, true))
        }
        _ => None,
    }
}
