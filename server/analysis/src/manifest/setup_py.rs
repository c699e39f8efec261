//! setup.py: what its call of `setup(...)` declares, as far as its text shows it. Nothing is run.
//!
//! Followed are literals, names assigned to them anywhere in the file, `+`, `+=`, `.append` and `.extend`, `**kwargs`, what
//! functions of the file return, and expressions that read a file whose name can be told (`paths`). Everything else is an
//! [`Unknown`](crate::requirements::Unknown).

mod names;
mod paths;
mod python2;
mod shapes;
mod tree;

use super::item::{self, Item, Place, declare, include, unknown};
use super::python;
use crate::names::{DistributionName, PythonVersion};
use crate::requirements::{Format, Group, RequirementsFacts, UnknownReason};
use crate::text::TextRange;
use names::{Binding, Names};
use paths::Paths;
use rustpython_parser::ast::{self, Constant, Expr, Ranged};
use shapes::{copied, head_of, iterated, returns, split_lines, string, value_of};
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
    /// Folders, relative to the file's own, where packages lie.
    pub roots: Vec<Box<str>>,
}

/// Reads what a `setup.py` declares. One that cannot be parsed is unknown as a whole.
pub fn parse(text: &str) -> RequirementsFacts {
    read(text).declares
}

/// Reads all that a `setup.py` says.
pub fn read(text: &str) -> Setup {
    let declares = RequirementsFacts::new(text, Format::SetupPy);
    let mut setup = Setup { declares, python: None, roots: Vec::new() };
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
    reader.setup.declares = item::sorted(reader.setup.declares);
    reader.setup.roots = super::tidy(std::mem::take(&mut reader.setup.roots).into_iter());
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
            "python_requires" => self.setup.python = string(value).and_then(python::lowest),
            "package_dir" => self.package_dirs(value, 0),
            "packages" => self.found_packages(value),
            "name" => self.own_name(value),
            _ => {}
        }
    }

    /// A literal, or a name that is assigned to it.
    fn own_name(&mut self, value: &'a Expr) {
        match (string(value), value) {
            (Some(literal), _) => self.setup.declares.project = Some(DistributionName::new(literal)),
            (None, Expr::Name(name)) => self.follow(name, |reader, binding| {
                if let Binding::Value(value) = binding {
                    reader.setup.declares.project = string(value).map(DistributionName::new);
                }
            }),
            (None, _) => {}
        }
    }

    /// `{"": "src"}`, or a name that is assigned to it.
    fn package_dirs(&mut self, value: &'a Expr, depth: usize) {
        match value {
            Expr::Dict(dict) => {
                for (package, folder) in dict.keys.iter().zip(&dict.values) {
                    let package = package.as_ref().and_then(string);
                    let root =
                        package.zip(string(folder)).and_then(|(package, folder)| super::package_root(package, folder));
                    self.setup.roots.extend(root);
                }
            }
            Expr::Name(name) if depth < DEEPEST => {
                self.follow(name, |reader, binding| {
                    if let Binding::Value(value) = binding {
                        reader.package_dirs(value, depth + 1);
                    }
                });
            }
            _ => {}
        }
    }

    /// `find_packages("src")`, `find_packages(where="src")`.
    fn found_packages(&mut self, value: &Expr) {
        let Expr::Call(call) = value else { return };
        let named =
            call.keywords.iter().find(|keyword| keyword.arg.as_ref().is_some_and(|arg| arg.as_str() == "where"));
        let folder = named.map(|keyword| &keyword.value).or(call.args.first()).and_then(string);
        self.setup.roots.extend(folder.map(Into::into));
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

    /// A list of requirements.
    fn list(&mut self, value: &'a Expr, group: &Group, depth: usize) {
        match value {
            Expr::List(ast::ExprList { elts, .. })
            | Expr::Tuple(ast::ExprTuple { elts, .. })
            | Expr::Set(ast::ExprSet { elts, .. }) => {
                for element in elts {
                    self.element(element, group, depth);
                }
            }
            Expr::BinOp(sum) if matches!(sum.op, ast::Operator::Add) => {
                self.list(&sum.left, group, depth);
                self.list(&sum.right, group, depth);
            }
            Expr::Constant(ast::ExprConstant { value: Constant::Str(text), .. }) => self.lines(value, text, group),
            Expr::Constant(ast::ExprConstant { value: Constant::None, .. }) => {}
            Expr::Name(name) if depth < DEEPEST && self.is_followed(name.id.as_str()) => {
                self.follow(name, |reader, binding| match binding {
                    Binding::Value(value) => reader.list(value, group, depth + 1),
                    Binding::Element(element) => reader.alone(element, group, depth + 1),
                    Binding::Each(_) | Binding::Entry(..) | Binding::Function(_) => {}
                });
            }
            Expr::IfExp(choice) => {
                self.list(&choice.body, group, depth);
                self.list(&choice.orelse, group, depth);
            }
            Expr::BoolOp(choice) => choice.values.iter().for_each(|value| self.list(value, group, depth)),
            Expr::Call(call) if copied(call).is_some() => {
                if let Some(list) = copied(call) {
                    self.list(list, group, depth);
                }
            }
            Expr::Call(call) if split_lines(call).is_some() => {
                if let Some(text) = split_lines(call) {
                    self.list(text, group, depth);
                }
            }
            // `extras["dev"]` and what collects `extras.values()` repeat what is declared elsewhere
            Expr::Subscript(part) if matches!(&*part.slice, Expr::Slice(_)) => self.list(&part.value, group, depth),
            Expr::Subscript(part) if matches!(&*part.value, Expr::Name(name) if self.is_followed(name.id.as_str())) => {
                self.entry(part, group, depth);
            }
            other if self.is_collected(other) => {}
            other if self.paths(other).is_empty() && iterated(other).is_some() && depth < DEEPEST => {
                if let Some(list) = iterated(other) {
                    self.list(list, group, depth + 1);
                }
            }
            Expr::Call(call) if depth < DEEPEST && self.paths(value).is_empty() => {
                self.returned(value, call, group, depth + 1);
            }
            other => self.read_elsewhere(other, group),
        }
    }

    /// The lists that a function of the file returns.
    fn returned(&mut self, value: &'a Expr, call: &'a ast::ExprCall, group: &Group, depth: usize) {
        let function = Paths { names: &self.names, left: &self.left }.function(&call.func);
        let Some(function) = function.filter(|function| !self.following.contains(&function.name.as_str())) else {
            return self.computed(value);
        };
        self.following.push(function.name.as_str());
        let mut lists = Vec::new();
        returns(&function.body, &mut lists);
        if lists.is_empty() {
            self.computed(value);
        }
        for list in lists {
            self.list(list, group, depth);
        }
        self.following.pop();
    }

    /// `name["key"]`: the list below the key.
    fn entry(&mut self, part: &'a ast::ExprSubscript, group: &Group, depth: usize) {
        let (Expr::Name(name), Some(key)) = (&*part.value, string(&part.slice)) else {
            return self.read_elsewhere(&part.value, group);
        };
        let found: Vec<&'a Expr> =
            self.names.of(name.id.as_str()).into_iter().flat_map(|one| value_of(one, key)).collect();
        if found.is_empty() || depth >= DEEPEST || !self.may_follow() {
            return self.read_elsewhere(&part.value, group);
        }
        for list in found {
            self.list(list, group, depth + 1);
        }
    }

    /// Whether an expression only collects the values of a dictionary whose text is here.
    fn is_collected(&self, value: &Expr) -> bool {
        let iterated = match value {
            Expr::ListComp(list) => list.generators.first().map(|first| &first.iter),
            Expr::SetComp(set) => set.generators.first().map(|first| &first.iter),
            Expr::GeneratorExp(list) => list.generators.first().map(|first| &first.iter),
            Expr::Call(call) => call.args.first(),
            Expr::Starred(starred) => Some(&*starred.value),
            _ => None,
        };
        let Some(iterated) = iterated else { return false };
        let Expr::Call(call) = iterated else { return self.is_collected(iterated) };
        let Expr::Attribute(attribute) = &*call.func else { return self.is_collected(iterated) };
        let of_known = matches!(&*attribute.value, Expr::Name(name) if self.is_followed(name.id.as_str()));
        of_known && matches!(attribute.attr.as_str(), "values" | "items") || self.is_collected(iterated)
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

    fn element(&mut self, element: &'a Expr, group: &Group, depth: usize) {
        match element {
            Expr::Starred(starred) => self.list(&starred.value, group, depth),
            Expr::Constant(ast::ExprConstant { value: Constant::Str(text), .. }) => {
                let place = Place::of(&self.setup.declares.text, self.token(element));
                self.one(element, text, &place, group);
            }
            Expr::Name(name) if depth < DEEPEST && self.is_followed(name.id.as_str()) => {
                self.follow(name, |reader, binding| match binding {
                    Binding::Value(value) => reader.alone(value, group, depth + 1),
                    Binding::Each(list) => reader.list(list, group, depth + 1),
                    _ => reader.computed(element),
                });
            }
            // `"name" if sys.version_info < (3,) else "other"` declares either
            Expr::IfExp(choice) => {
                self.alone(&choice.body, group, depth);
                self.alone(&choice.orelse, group, depth);
            }
            other => match head_of(other) {
                Some((text, literal)) => self.headed(other, text, literal, group),
                None => self.read_elsewhere(other, group),
            },
        }
    }

    /// A requirement whose version is put in: its name alone is known.
    fn headed(&mut self, whole: &Expr, text: &str, literal: &Expr, group: &Group) {
        let name: &str = text
            .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
            .next()
            .unwrap_or_default();
        let place = Place::of(&self.setup.declares.text, self.token(whole));
        let inner = Item::quoted(&self.setup.declares.text, text, &self.span(literal)).inner;
        let inner = TextRange::new(inner.start, inner.start + name.len() as u32);
        let item = Item { value: name, token: self.token(whole), inner };
        declare(&mut self.setup.declares, &item, &place, group);
    }

    /// A string that is no element of a list: it is emptied when its requirement is removed, which setuptools passes over.
    fn alone(&mut self, element: &'a Expr, group: &Group, depth: usize) {
        match string(element) {
            Some(value) => {
                let inner = Item::quoted(&self.setup.declares.text, value, &self.span(element)).inner;
                let ignores = Place::of(&self.setup.declares.text, self.token(element)).ignores;
                self.one(element, value, &Place { line: inner, comment: None, ignores }, group);
            }
            None => self.element(element, group, depth),
        }
    }

    fn one(&mut self, expression: &Expr, value: &str, place: &Place, group: &Group) {
        let item = Item::quoted(&self.setup.declares.text, value, &self.span(expression));
        declare(&mut self.setup.declares, &item, place, group);
    }

    /// A string in place of a list holds a requirement a line.
    fn lines(&mut self, expression: &'a Expr, value: &str, group: &Group) {
        let text = self.setup.declares.text.clone();
        let whole = Item::quoted(&text, value, &self.span(expression));
        let written = text.get(whole.inner.indices()).unwrap_or_default();
        let line_break = if written == value { "\n" } else { "\\n" };
        if !value.contains('\n') || written.replace(line_break, "\n") != value {
            return self.alone(expression, group, DEEPEST);
        }
        let mut start = whole.inner.start as usize;
        for line in written.split_inclusive(line_break) {
            let body = line.strip_suffix(line_break).unwrap_or(line);
            let lead = body.len() - body.trim_start().len();
            let item = Item::plain(body.trim(), start + lead);
            let line = TextRange::new(start as u32, (start + line.len()) as u32);
            start = line.end as usize;
            if !item.value.is_empty() && !item.value.starts_with('#') {
                declare(&mut self.setup.declares, &item, &Place { line, ..Place::default() }, group);
            }
        }
    }

    /// The files that an expression reads, if it tells which.
    fn read_elsewhere(&mut self, value: &'a Expr, group: &Group) {
        let text = self.setup.declares.text.clone();
        let found = self.paths(value);
        if found.is_empty() {
            self.computed(value);
        }
        for (target, range) in found {
            let item = Item::quoted(&text, &target, &self.bytes(range));
            include(&mut self.setup.declares, &item, group);
        }
    }

    fn paths(&self, value: &'a Expr) -> Vec<paths::Found> {
        Paths { names: &self.names, left: &self.left }.of(value)
    }

    /// Says that an expression computes requirements.
    fn computed(&mut self, expression: &Expr) {
        let range = self.token(expression);
        unknown(&mut self.setup.declares, range, UnknownReason::Dynamic, &self.group);
    }

    fn token(&self, expression: &Expr) -> TextRange {
        let span = self.span(expression);
        TextRange::new(span.start as u32, span.end as u32)
    }

    fn span(&self, expression: &Expr) -> std::ops::Range<usize> {
        self.bytes(expression.range())
    }

    fn bytes(&self, range: rustpython_parser::text_size::TextRange) -> std::ops::Range<usize> {
        let at = |offset: u32| (offset + self.offset) as usize;
        at(range.start().into())..at(range.end().into())
    }
}
