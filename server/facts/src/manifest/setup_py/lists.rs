//! Lists of requirements: literals, sums of them, and what names, functions and files give.

use super::super::item::{Item, Place, declare, include};
use super::names::Binding;
use super::paths::{self, Paths};
use super::shapes::{copied, head_of, iterated, returns, split_lines, string, value_of};
use super::{DEEPEST, Reader};
use crate::requirements::Group;
use crate::words::text::TextRange;
use rustpython_parser::ast::{self, Constant, Expr};

impl<'a> Reader<'a> {
    /// A list of requirements.
    pub(super) fn list(&mut self, value: &'a Expr, group: &Group, depth: usize) {
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
                self.chooses(choice);
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
                self.chooses(choice);
                self.alone(&choice.body, group, depth);
                self.alone(&choice.orelse, group, depth);
            }
            other => match head_of(other) {
                Some((text, literal)) => self.headed(other, text, literal, group),
                None => self.read_elsewhere(other, group),
            },
        }
    }

    /// Notes that one of two expressions alone is declared.
    fn chooses(&mut self, choice: &ast::ExprIfExp) {
        let parts = [self.token(&choice.body), self.token(&choice.orelse)];
        self.setup.declares.choices.push(parts);
    }

    /// A requirement whose version is put in: its name alone is known.
    fn headed(&mut self, whole: &Expr, text: &str, literal: &Expr, group: &Group) {
        let name: &str = text
            .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
            .next()
            .unwrap_or_default();
        let place = Place::of(&self.setup.declares.text, self.token(whole));
        let inner = Item::quoted(&self.setup.declares.text, text, self.token(literal)).inner;
        let inner = TextRange::new(inner.start, inner.start + name.len() as u32);
        let item = Item { value: name, token: self.token(whole), inner };
        declare(&mut self.setup.declares, &item, &place, group);
    }

    /// A string that is no element of a list: it is emptied when its requirement is removed, which setuptools passes over.
    fn alone(&mut self, element: &'a Expr, group: &Group, depth: usize) {
        match string(element) {
            Some(value) => {
                let inner = Item::quoted(&self.setup.declares.text, value, self.token(element)).inner;
                let ignores = Place::of(&self.setup.declares.text, self.token(element)).ignores;
                self.one(element, value, &Place { line: inner, comment: None, ignores }, group);
            }
            None => self.element(element, group, depth),
        }
    }

    fn one(&mut self, expression: &Expr, value: &str, place: &Place, group: &Group) {
        let item = Item::quoted(&self.setup.declares.text, value, self.token(expression));
        declare(&mut self.setup.declares, &item, place, group);
    }

    /// A string in place of a list holds a requirement a line.
    fn lines(&mut self, expression: &'a Expr, value: &str, group: &Group) {
        let text = self.setup.declares.text.clone();
        let whole = Item::quoted(&text, value, self.token(expression));
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
            let item = Item::quoted(&text, &target, self.token_of(range));
            include(&mut self.setup.declares, &item, group);
        }
    }

    fn paths(&self, value: &'a Expr) -> Vec<paths::Found> {
        Paths { names: &self.names, left: &self.left }.of(value)
    }
}
