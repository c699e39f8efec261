//! Which files of requirements an expression reads, as far as its text tells: `open("requirements.txt")`,
//! `read_requirements("base")` where the function opens `f"requirements/{name}.txt"`.

use super::DEEPEST;
use super::names::{Binding, Names};
use super::shapes::string;
use rustpython_parser::ast::{self, Expr, Ranged, Stmt};
use rustpython_parser::text_size::TextRange;
use std::cell::Cell;

/// A path, and the expression that says it.
pub(super) type Found = (String, TextRange);

/// What the parameters of a function stand for in one call of it.
type Parameters<'a> = Vec<(&'a str, &'a Expr)>;

/// Looks through expressions.
pub(super) struct Paths<'n, 'a> {
    pub names: &'n Names<'a>,
    /// How many names may still be followed.
    pub left: &'n Cell<usize>,
}

impl<'a> Paths<'_, 'a> {
    /// The paths of the files that an expression reads; empty where it tells none.
    pub fn of(&self, value: &'a Expr) -> Vec<Found> {
        let mut found = Vec::new();
        self.find(value, &Parameters::new(), 0, &mut found);
        found
    }

    fn find(&self, value: &'a Expr, given: &Parameters<'a>, depth: usize, found: &mut Vec<Found>) {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        if depth > DEEPEST * 2 || left == 0 {
            return;
        }
        // a name is followed to the literal that it stands for
        let text = if matches!(value, Expr::Name(_)) { None } else { self.text(value, given, 0) };
        if let Some(path) = text.filter(|path| is_path(path)) {
            found.push((path.trim_start_matches("./").trim_start_matches('/').to_owned(), place(value)));
            return;
        }
        let mut first = |values: &[&'a Expr]| {
            let before = found.len();
            for value in values {
                if found.len() == before {
                    self.find(value, given, depth + 1, found);
                }
            }
        };
        match value {
            Expr::Name(name) => self.name(name, given, depth, found),
            Expr::Attribute(attribute) => first(&[&attribute.value]),
            Expr::Subscript(subscript) => first(&[&subscript.value]),
            Expr::Starred(starred) => first(&[&starred.value]),
            Expr::BinOp(sum) => first(&[&sum.right, &sum.left]),
            Expr::IfExp(choice) => first(&[&choice.body, &choice.orelse]),
            Expr::BoolOp(choice) => choice.values.iter().for_each(|value| first(&[value])),
            Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. }) => {
                for element in elts {
                    first(&[element]);
                }
            }
            Expr::ListComp(ast::ExprListComp { generators, .. })
            | Expr::GeneratorExp(ast::ExprGeneratorExp { generators, .. })
            | Expr::SetComp(ast::ExprSetComp { generators, .. }) => {
                generators.iter().take(1).for_each(|generator| first(&[&generator.iter]));
            }
            Expr::Call(call) => self.call(call, given, depth, found),
            _ => {}
        }
    }

    fn name(&self, name: &'a ast::ExprName, given: &Parameters<'a>, depth: usize, found: &mut Vec<Found>) {
        if let Some((_, argument)) = given.iter().find(|(parameter, _)| *parameter == name.id.as_str()) {
            return self.find(argument, &Parameters::new(), depth + 1, found);
        }
        match self.names.last_before(name) {
            Some(Binding::Value(value) | Binding::Element(value) | Binding::Each(value)) => {
                self.find(value, given, depth + 1, found);
            }
            Some(Binding::Function(function)) => self.block(&function.body, given, depth + 1, found),
            Some(Binding::Entry(..)) | None => {}
        }
    }

    /// What a call reads: by the function of this file that it calls, else by its arguments, else by what it is called on.
    fn call(&self, call: &'a ast::ExprCall, given: &Parameters<'a>, depth: usize, found: &mut Vec<Found>) {
        let before = found.len();
        if let Some(function) = self.function(&call.func) {
            self.block(&function.body, &parameters(function, call, given), depth + 1, found);
        }
        // `read("requirements", "base.txt")`: the literals at the end are one path
        let whole = joined(arguments(call, given).into_iter().map(|argument| self.text(argument, given, 0)));
        if let (true, Some(path), [first, .., last]) =
            (found.len() == before, whole.filter(|path| is_path(path)), &call.args[..])
        {
            let first = call.args.iter().find(|argument| string(argument).is_some()).unwrap_or(first);
            found.push((
                path.trim_start_matches('/').to_owned(),
                TextRange::new(first.range().start(), last.range().end()),
            ));
        }
        let arguments = call.args.iter().chain(call.keywords.iter().map(|keyword| &keyword.value));
        for argument in arguments {
            if found.len() == before {
                self.find(argument, given, depth + 1, found);
            }
        }
        if found.len() == before {
            self.find(&call.func, given, depth + 1, found);
        }
    }

    /// The function of this file that is called by its name, or as a method of a class of it.
    pub fn function(&self, called: &Expr) -> Option<&'a ast::StmtFunctionDef> {
        let name = match called {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(method) => match &*method.value {
                Expr::Name(of) if of.id.starts_with(char::is_uppercase) || of.id.as_str() == "self" => {
                    method.attr.as_str()
                }
                _ => return None,
            },
            _ => return None,
        };
        self.names.of(name).into_iter().find_map(|binding| match binding {
            Binding::Function(function) => Some(function),
            _ => None,
        })
    }

    /// The files that the statements of a function read.
    fn block(&self, body: &'a [Stmt], given: &Parameters<'a>, depth: usize, found: &mut Vec<Found>) {
        let before = found.len();
        for statement in body {
            match statement {
                Stmt::Assign(assign) => self.find(&assign.value, given, depth, found),
                Stmt::Return(ast::StmtReturn { value: Some(value), .. }) => self.find(value, given, depth, found),
                Stmt::With(with) => {
                    for item in &with.items {
                        self.find(&item.context_expr, given, depth, found);
                    }
                    if found.len() == before {
                        self.block(&with.body, given, depth, found);
                    }
                }
                Stmt::For(each) => {
                    self.find(&each.iter, given, depth, found);
                    if found.len() == before {
                        self.block(&each.body, given, depth, found);
                    }
                }
                Stmt::If(branch) => self.block(&branch.body, given, depth, found),
                Stmt::Try(attempt) => self.block(&attempt.body, given, depth, found),
                _ => {}
            }
            if found.len() > before {
                return;
            }
        }
    }

    /// The text that an expression makes, as far as it is a path: what stands before the last known parts, such as the folder of
    /// the file itself, is left out.
    fn text(&self, value: &'a Expr, given: &Parameters<'a>, depth: usize) -> Option<String> {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        if depth > DEEPEST || left == 0 {
            return None;
        }
        let inner = |value: &'a Expr| self.text(value, given, depth + 1);
        match value {
            Expr::Constant(_) => string(value).map(str::to_owned),
            Expr::Name(name) => match given.iter().find(|(parameter, _)| *parameter == name.id.as_str()) {
                Some((_, argument)) => self.text(argument, &Parameters::new(), depth + 1),
                None => match self.names.last_before(name)? {
                    Binding::Value(value) => inner(value),
                    _ => None,
                },
            },
            Expr::JoinedStr(parts) => parts.values.iter().map(inner).collect(),
            Expr::FormattedValue(part) => inner(&part.value),
            Expr::BinOp(sum) => match sum.op {
                ast::Operator::Add => {
                    let right = inner(&sum.right)?;
                    match inner(&sum.left) {
                        Some(left) => Some(left + &right),
                        // `here + "/requirements.txt"`
                        None => right.starts_with('/').then_some(right),
                    }
                }
                ast::Operator::Div => Some(joined([inner(&sum.left), inner(&sum.right)].into_iter())?),
                ast::Operator::Mod => {
                    let arguments = match &*sum.right {
                        Expr::Tuple(tuple) => &tuple.elts[..],
                        only => std::slice::from_ref(only),
                    };
                    arguments.iter().try_fold(inner(&sum.left)?, |text, one| Some(text.replacen("%s", &inner(one)?, 1)))
                }
                _ => None,
            },
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(method) if method.attr.as_str() == "format" => {
                    let text = inner(&method.value)?;
                    let text = call.args.iter().enumerate().try_fold(text, |text, (at, one)| {
                        Some(text.replacen("{}", &inner(one)?, 1).replace(&format!("{{{at}}}"), &inner(one)?))
                    })?;
                    call.keywords.iter().try_fold(text, |text, one| {
                        Some(text.replace(&format!("{{{}}}", one.arg.as_ref()?), &inner(&one.value)?))
                    })
                }
                Expr::Attribute(method) if method.attr.as_str() == "joinpath" => {
                    joined(std::iter::once(inner(&method.value)).chain(arguments(call, given).into_iter().map(inner)))
                }
                Expr::Attribute(method) if matches!(method.attr.as_str(), "join" | "Path") => {
                    joined(arguments(call, given).into_iter().map(inner))
                }
                Expr::Attribute(method)
                    if matches!(method.attr.as_str(), "abspath" | "resolve" | "absolute" | "normpath" | "realpath") =>
                {
                    call.args.first().map_or_else(|| inner(&method.value), inner)
                }
                Expr::Name(name) if matches!(name.id.as_str(), "Path" | "str" | "join") => {
                    joined(arguments(call, given).into_iter().map(inner))
                }
                _ => None,
            },
            _ => None,
        }
    }
}

/// Where an expression says a path: of `join(here, "requirements", "base.txt")` the literals.
fn place(value: &Expr) -> TextRange {
    let Expr::Call(call) = value else { return value.range() };
    let literals = || call.args.iter().filter(|argument| string(argument).is_some());
    match (&*call.func, literals().next(), literals().next_back()) {
        (Expr::Attribute(method), Some(first), Some(last)) if method.attr.as_str() != "format" => {
            TextRange::new(first.range().start(), last.range().end())
        }
        _ => value.range(),
    }
}

/// The known parts at the end of a path, as one.
fn joined(parts: impl Iterator<Item = Option<String>>) -> Option<String> {
    let mut path = String::new();
    let mut is_known = false;
    for part in parts {
        is_known = part.is_some();
        match part {
            Some(part) if path.is_empty() => path = part,
            Some(part) => path = format!("{}/{part}", path.trim_end_matches('/')),
            None => path.clear(),
        }
    }
    is_known.then_some(path)
}

/// What the parameters of a function are in a call of it: arguments by place and by name, else the defaults. `outer` are those of
/// the function that calls.
fn parameters<'a>(
    function: &'a ast::StmtFunctionDef,
    call: &'a ast::ExprCall,
    outer: &Parameters<'a>,
) -> Parameters<'a> {
    let passed_on = |argument: &'a Expr| match argument {
        Expr::Name(name) => {
            outer.iter().find(|(own, _)| *own == name.id.as_str()).map_or(argument, |(_, given)| *given)
        }
        _ => argument,
    };
    let placed = arguments(call, outer);
    let mut given = Parameters::new();
    for (at, parameter) in function.args.posonlyargs.iter().chain(&function.args.args).enumerate() {
        let name = parameter.def.arg.as_str();
        let keyword = call.keywords.iter().find(|keyword| keyword.arg.as_ref().is_some_and(|arg| arg.as_str() == name));
        let argument =
            keyword.map(|keyword| &keyword.value).or_else(|| placed.get(at).copied()).or(parameter.default.as_deref());
        given.extend(argument.map(|argument| (name, passed_on(argument))));
    }
    if let Some(rest) = &function.args.vararg {
        let taken = function.args.posonlyargs.len() + function.args.args.len();
        given.extend(placed.iter().skip(taken).map(|argument| (rest.arg.as_str(), passed_on(argument))));
    }
    given
}

/// The arguments of a call by their places; those behind a star are the ones that the parameter stands for.
fn arguments<'a>(call: &'a ast::ExprCall, given: &Parameters<'a>) -> Vec<&'a Expr> {
    let mut all = Vec::new();
    for argument in &call.args {
        match argument {
            Expr::Starred(ast::ExprStarred { value, .. }) => match &**value {
                Expr::Name(name) => {
                    all.extend(given.iter().filter(|(own, _)| *own == name.id.as_str()).map(|(_, argument)| *argument));
                }
                _ => all.push(argument),
            },
            _ => all.push(argument),
        }
    }
    all
}

/// Whether a text is the path of a file of requirements.
fn is_path(text: &str) -> bool {
    let ending = text.rsplit_once('.').map(|(_, ending)| ending);
    matches!(ending, Some("txt" | "in" | "pip" | "reqs")) && !text.contains(char::is_whitespace)
}
