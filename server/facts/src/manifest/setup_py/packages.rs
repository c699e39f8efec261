//! What a setup.py says of the project itself: its name, and where its packages lie.

use super::names::Binding;
use super::shapes::string;
use super::{DEEPEST, Reader};
use crate::words::names::DistributionName;
use rustpython_parser::ast::Expr;

impl<'a> Reader<'a> {
    /// A literal, or a name that is assigned to it.
    pub(super) fn own_name(&mut self, value: &'a Expr) {
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
    pub(super) fn package_dirs(&mut self, value: &'a Expr, depth: usize) {
        match value {
            Expr::Dict(dict) => {
                for (package, folder) in dict.keys.iter().zip(&dict.values) {
                    let package = package.as_ref().and_then(string);
                    if let Some((package, folder)) = package.zip(string(folder)) {
                        self.setup.layout.package(package, folder);
                    }
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
    pub(super) fn found_packages(&mut self, value: &Expr) {
        let Expr::Call(call) = value else { return };
        let named =
            call.keywords.iter().find(|keyword| keyword.arg.as_ref().is_some_and(|arg| arg.as_str() == "where"));
        let folder = named.map(|keyword| &keyword.value).or(call.args.first()).and_then(string);
        if let Some(folder) = folder {
            self.setup.layout.root(folder);
        }
    }
}
