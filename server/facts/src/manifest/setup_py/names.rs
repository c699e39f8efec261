//! What the names of a setup.py stand for.

use super::shapes::string;
use rustc_hash::FxHashMap;
use rustpython_parser::ast::{self, Expr, Ranged, Stmt};
use rustpython_parser::text_size::TextRange;

/// What a name stands for.
#[derive(Clone, Copy)]
pub(super) enum Binding<'a> {
    /// It is assigned, or added to.
    Value(&'a Expr),
    /// `name[key] = value`.
    Entry(&'a str, &'a Expr),
    /// One more element.
    Element(&'a Expr),
    /// `for name in …`: each element of it.
    Each(&'a Expr),
    /// `def name()`.
    Function(&'a ast::StmtFunctionDef),
}

/// The names of a file, in one scope: what functions assign is called as what they return.
#[derive(Default)]
pub(super) struct Names<'a> {
    pub bindings: FxHashMap<&'a str, Vec<Binding<'a>>>,
    /// The calls of `setup`.
    pub calls: Vec<&'a ast::ExprCall>,
    /// The blocks of which one alone runs, in pairs.
    pub choices: Vec<[TextRange; 2]>,
}

impl<'a> Names<'a> {
    pub fn block(&mut self, body: &'a [Stmt]) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Assign(assign) => assign.targets.iter().for_each(|target| self.assign(target, &assign.value)),
            Stmt::AnnAssign(ast::StmtAnnAssign { target, value: Some(value), .. })
            | Stmt::AugAssign(ast::StmtAugAssign { target, value, .. }) => self.assign(target, value),
            Stmt::Expr(statement) => self.expression(&statement.value),
            Stmt::For(each) => {
                self.target(&each.target, Binding::Each(&each.iter));
                self.block(&each.body);
                self.block(&each.orelse);
            }
            Stmt::ClassDef(class) => self.block(&class.body),
            Stmt::If(ast::StmtIf { body, orelse, .. }) => {
                self.choose(body, orelse);
                self.block(body);
                self.block(orelse);
            }
            Stmt::While(ast::StmtWhile { body, orelse, .. }) => {
                self.block(body);
                self.block(orelse);
            }
            Stmt::Try(attempt) => {
                self.block(&attempt.body);
                for ast::ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
                    self.choose(&attempt.body, &handler.body);
                    self.block(&handler.body);
                }
                self.block(&attempt.orelse);
                self.block(&attempt.finalbody);
            }
            Stmt::With(with) => {
                for item in &with.items {
                    if let Some(target) = &item.optional_vars {
                        self.assign(target, &item.context_expr);
                    }
                }
                self.block(&with.body);
            }
            Stmt::FunctionDef(function) => {
                self.bind(&function.name, Binding::Function(function));
                self.block(&function.body);
            }
            Stmt::Return(ast::StmtReturn { value: Some(value), .. }) => self.expression(value),
            _ => {}
        }
    }

    /// Notes that one of two blocks alone runs to its end.
    fn choose(&mut self, one: &'a [Stmt], other: &'a [Stmt]) {
        let range = |block: &[Stmt]| {
            let (first, last) = (block.first()?, block.last()?);
            Some(TextRange::new(first.range().start(), last.range().end()))
        };
        if let (Some(one), Some(other)) = (range(one), range(other)) {
            self.choices.push([one, other]);
        }
    }

    fn assign(&mut self, target: &'a Expr, value: &'a Expr) {
        match target {
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => match value {
                Expr::Tuple(values) if values.elts.len() == elts.len() => {
                    elts.iter().zip(&values.elts).for_each(|(target, value)| self.assign(target, value));
                }
                _ => elts.iter().for_each(|one| self.target(one, Binding::Value(value))),
            },
            Expr::Name(_) => self.target(target, Binding::Value(value)),
            Expr::Subscript(ast::ExprSubscript { value: of, slice, .. }) => {
                if let (Expr::Name(name), Some(key)) = (&**of, string(slice)) {
                    self.bind(&name.id, Binding::Entry(key, value));
                }
            }
            _ => {}
        }
        self.expression(value);
    }

    fn target(&mut self, target: &'a Expr, binding: Binding<'a>) {
        if let Expr::Name(name) = target {
            self.bind(&name.id, binding);
        }
    }

    /// Finds calls of `setup`, and calls that add to a list.
    fn expression(&mut self, expression: &'a Expr) {
        let Expr::Call(call) = expression else { return };
        match &*call.func {
            Expr::Name(name) if name.id.as_str() == "setup" => self.calls.push(call),
            Expr::Attribute(attribute) => match (attribute.attr.as_str(), &*attribute.value, call.args.first()) {
                ("setup", ..) => self.calls.push(call),
                // `arguments["install_requires"].append("x")`: a text in place of a list holds one more
                ("append" | "extend", Expr::Subscript(part), Some(more)) => {
                    if let (Expr::Name(name), Some(key)) = (&*part.value, string(&part.slice)) {
                        self.bind(&name.id, Binding::Entry(key, more));
                    }
                }
                ("append", Expr::Name(name), Some(element)) => self.bind(&name.id, Binding::Element(element)),
                ("extend" | "update", Expr::Name(name), Some(list)) => self.bind(&name.id, Binding::Value(list)),
                _ => {}
            },
            _ => {}
        }
    }

    fn bind(&mut self, name: &'a ast::Identifier, binding: Binding<'a>) {
        self.bindings.entry(name.as_str()).or_default().push(binding);
    }

    /// What a name is bound to, in the order of the text.
    pub fn of(&self, name: &str) -> Vec<Binding<'a>> {
        self.bindings.get(name).cloned().unwrap_or_default()
    }

    /// What a name stands for where it is used: the last binding above, or else the first one. `f` is bound anew again and again.
    pub fn last_before(&self, name: &ast::ExprName) -> Option<Binding<'a>> {
        let bindings = self.bindings.get(name.id.as_str())?;
        let is_above = |binding: &&Binding<'a>| match binding {
            Binding::Value(value) | Binding::Element(value) | Binding::Entry(_, value) | Binding::Each(value) => {
                value.range().end() <= name.range().start()
            }
            Binding::Function(_) => true,
        };
        bindings.iter().rev().find(is_above).or(bindings.first()).copied()
    }
}
