//! setup.py: what its call of `setup(...)` declares, as far as its text shows it. Nothing is run.
//!
//! Followed are literals, names assigned to them anywhere in the file, `+`, `+=`, `.append` and `.extend`, `**kwargs`, what
//! functions of the file return, and expressions that read a file whose name can be told (`paths`). Everything else is an
//! [`Unknown`](crate::requirements::Unknown).

mod lists;
mod names;
mod packages;
mod paths;
mod python2;
mod shapes;
mod tree;

use super::item::{self, unknown};
use super::python;
use crate::requirements::{Format, Group, RequirementsFacts, UnknownReason};
use crate::words::layout::Layout;
use crate::words::names::PythonVersion;
use crate::words::text::TextRange;
use names::{Binding, Names};
use rustpython_parser::ast::{self, Constant, Expr, Ranged};
use shapes::string;
use std::cell::Cell;

/// How many names are followed in a row.
const DEEPEST: usize = 8;
/// How many names are followed in all: each may be bound many times, to others that are.
const MOST: usize = 2000;

/// What a setup.py says.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// What it declares.
    pub declares: RequirementsFacts,
    /// The lower bound of its `python_requires`.
    pub python: Option<PythonVersion>,
    /// The newest known Python that its `python_requires` lets in.
    pub newest_python: Option<PythonVersion>,
    /// Where packages lie.
    pub layout: Layout,
}

/// Reads what a `setup.py` declares. One that cannot be parsed is unknown as a whole.
pub fn parse(text: &str) -> RequirementsFacts {
    read(text).declares
}

/// Reads all that a `setup.py` says.
pub fn read(text: &str) -> Setup {
    let declares = RequirementsFacts::new(text, Format::SetupPy);
    let mut setup = Setup { declares, python: None, newest_python: None, layout: Layout::default() };
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = (text.len() - body.len()) as u32;
    if !body.contains("setup") {
        return setup;
    }
    let parsed = tree::of(body).or_else(|| tree::of(&python2::without(body)));
    let Some(ast::Mod::Module(module)) = parsed else {
        let at = text.find("setup").unwrap_or_default() as u32;
        unknown(
            &mut setup.declares,
            TextRange::new(at, at + "setup".len() as u32),
            UnknownReason::Invalid,
            &Group::Runtime,
        );
        return setup;
    };
    let mut names = Names::default();
    names.block(&module.body);
    let calls = std::mem::take(&mut names.calls);
    let mut reader =
        Reader { names, setup, offset, following: Vec::new(), left: Cell::new(MOST), group: Group::Runtime };
    for call in calls {
        reader.call(call);
        if reader.left.get() == 0 {
            reader.computed(&call.func);
        }
    }
    for pair in std::mem::take(&mut reader.names.choices) {
        let pair = pair.map(|part| reader.token_of(part));
        reader.setup.declares.choices.push(pair);
    }
    reader.setup.declares = item::sorted(reader.setup.declares);
    reader.setup
}

struct Reader<'a> {
    names: Names<'a>,
    setup: Setup,
    /// The bytes before the text that was parsed.
    offset: u32,
    /// The names that are followed now: one that is bound to itself and more is read once.
    following: Vec<&'a str>,
    /// How many names may still be followed.
    left: Cell<usize>,
    /// For whom the list is that is read now.
    group: Group,
}

impl<'a> Reader<'a> {
    fn call(&mut self, call: &'a ast::ExprCall) {
        for keyword in &call.keywords {
            match &keyword.arg {
                Some(name) => self.keyword(name.as_str(), &keyword.value),
                None => self.entries(&keyword.value, 0, &mut Self::keyword),
            }
        }
    }

    fn keyword(&mut self, name: &str, value: &'a Expr) {
        self.group = match name {
            "tests_require" => Group::Development("tests".into()),
            "setup_requires" => Group::Build,
            "extras_require" => Group::Extra("".into()),
            _ => Group::Runtime,
        };
        match name {
            "install_requires" => self.list(value, &Group::Runtime, 0),
            "tests_require" => self.list(value, &Group::Development("tests".into()), 0),
            "setup_requires" => self.list(value, &Group::Build, 0),
            "extras_require" => self.entries(value, 0, &mut |reader, extra, list| {
                // a key `:marker` is for everybody
                let group = match extra.split(':').next().unwrap_or_default().trim() {
                    "" => Group::Runtime,
                    extra => Group::Extra(extra.into()),
                };
                reader.list(list, &group, 0);
            }),
            "python_requires" => {
                self.setup.python = string(value).and_then(python::lowest);
                self.setup.newest_python = string(value).and_then(python::newest);
            }
            "package_dir" => self.package_dirs(value, 0),
            "packages" => self.found_packages(value),
            "name" => self.own_name(value),
            _ => {}
        }
    }

    /// Hands the entries of a dictionary on.
    fn entries(&mut self, value: &'a Expr, depth: usize, then: &mut dyn FnMut(&mut Self, &str, &'a Expr)) {
        match value {
            Expr::Dict(dict) => {
                for (key, value) in dict.keys.iter().zip(&dict.values) {
                    match key.as_ref().map(string) {
                        Some(Some(key)) => then(self, key, value),
                        Some(None) => self.computed(value),
                        None => self.entries(value, depth, then),
                    }
                }
            }
            Expr::Call(call) if matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "dict") => {
                for keyword in &call.keywords {
                    match &keyword.arg {
                        Some(name) => then(self, name.as_str(), &keyword.value),
                        None => self.entries(&keyword.value, depth, then),
                    }
                }
            }
            Expr::Name(name) if depth < DEEPEST && self.is_followed(name.id.as_str()) => {
                self.follow(name, |reader, binding| match binding {
                    Binding::Value(value) => reader.entries(value, depth + 1, then),
                    Binding::Entry(key, value) => then(reader, key, value),
                    Binding::Element(_) | Binding::Each(_) | Binding::Function(_) => reader.computed(value),
                });
            }
            Expr::Constant(ast::ExprConstant { value: Constant::None, .. }) => {}
            other => self.computed(other),
        }
    }

    /// Hands on what a name is bound to, unless it is being followed already.
    fn follow(&mut self, name: &'a ast::ExprName, mut then: impl FnMut(&mut Self, Binding<'a>)) {
        let name = name.id.as_str();
        if self.following.contains(&name) {
            return;
        }
        self.following.push(name);
        for binding in self.names.of(name) {
            if self.may_follow() {
                then(self, binding);
            }
        }
        self.following.pop();
    }

    /// Whether one more name may be followed; it counts.
    fn may_follow(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0
    }

    fn is_followed(&self, name: &str) -> bool {
        self.names.bindings.contains_key(name)
    }

    /// Says that an expression computes requirements.
    fn computed(&mut self, expression: &Expr) {
        let range = self.token(expression);
        unknown(&mut self.setup.declares, range, UnknownReason::Dynamic, &self.group);
    }

    fn token(&self, expression: &Expr) -> TextRange {
        self.token_of(expression.range())
    }

    fn token_of(&self, range: rustpython_parser::text_size::TextRange) -> TextRange {
        TextRange::new(range.start().into(), range.end().into()).shifted(self.offset)
    }
}
