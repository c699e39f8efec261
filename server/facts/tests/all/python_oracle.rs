//! The scan against a full parser, over real packages: the same imports, to the byte.

use crate::python_support::read;
use pinlens_facts::python::{ImportForm, Phase};
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Stmt, StmtImportFrom};

/// An import as both sides report it.
#[derive(Debug, PartialEq, Eq)]
struct Import {
    start: usize,
    end: usize,
    level: u32,
    /// The name with the blanks between its dots taken out, and its end.
    modules: Vec<(String, usize)>,
    members: Vec<(String, usize, usize)>,
    in_function: bool,
}

#[derive(Default)]
struct Collector {
    functions: u32,
    imports: Vec<Import>,
}

impl Collector {
    fn from(&self, import: &StmtImportFrom) -> Import {
        let name = import.module.as_ref().map(|module| (module.id.to_string(), module.range.end().to_usize()));
        let member = |alias: &ruff_python_ast::Alias| {
            let range = alias.name.range;
            (alias.name.id.to_string(), range.start().to_usize(), range.end().to_usize())
        };
        Import {
            start: import.range.start().to_usize(),
            end: import.range.end().to_usize(),
            level: import.level,
            modules: name.into_iter().collect(),
            members: import.names.iter().map(member).collect(),
            in_function: self.functions > 0,
        }
    }
}

impl<'a> Visitor<'a> for Collector {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Import(import) => {
                let name =
                    |alias: &ruff_python_ast::Alias| (alias.name.id.to_string(), alias.name.range.end().to_usize());
                self.imports.push(Import {
                    start: import.range.start().to_usize(),
                    end: import.range.end().to_usize(),
                    level: 0,
                    modules: import.names.iter().map(name).collect(),
                    members: Vec::new(),
                    in_function: self.functions > 0,
                });
            }
            Stmt::ImportFrom(import) => self.imports.push(self.from(import)),
            Stmt::FunctionDef(function) => {
                self.functions += 1;
                self.visit_body(&function.body);
                self.functions -= 1;
            }
            other => walk_stmt(self, other),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        walk_expr(self, expr);
    }
}

fn full(text: &str) -> Option<Vec<Import>> {
    let parsed = ruff_python_parser::parse_module(text).ok()?;
    let mut collector = Collector::default();
    collector.visit_body(parsed.suite());
    Some(collector.imports)
}

fn scanned(text: &str) -> Vec<Import> {
    let facts = read(text);
    let statements = facts.imports.iter().filter(|import| import.parsed.form != ImportForm::Dynamic);
    let imports = statements.map(|import| {
        let modules = import.parsed.modules.iter().filter(|module| !module.name.as_str().is_empty());
        let members = import.parsed.modules.iter().flat_map(|module| module.members.iter());
        Import {
            start: import.range().start as usize,
            end: import.range().end as usize,
            level: import.parsed.level,
            modules: modules
                .map(|module| (module.name.as_str().to_owned(), import.absolute(module.range).end as usize))
                .collect(),
            members: members
                .map(|member| {
                    let range = import.absolute(member.range);
                    (member.name.to_string(), range.start as usize, range.end as usize)
                })
                .collect(),
            // what never runs, or only for a type checker, may stand in a function or not
            in_function: import.context.phase == Phase::Call,
        }
    });
    imports.collect()
}

#[test]
fn the_scan_finds_what_a_full_parser_finds() {
    let (mut compared, mut imports) = (0, 0);
    for (path, text) in crate::python_real::texts(usize::MAX) {
        let Some(mut expected) = full(&text) else { continue };
        let found = scanned(&text);
        let weaker: Vec<Phase> = read(&text)
            .imports
            .iter()
            .filter(|import| import.parsed.form != ImportForm::Dynamic)
            .map(|import| import.context.phase)
            .collect();
        for (import, phase) in expected.iter_mut().zip(&weaker) {
            import.in_function &= *phase <= Phase::Call;
        }
        assert_eq!(found, expected, "{}", path.display());
        compared += 1;
        imports += found.len();
    }
    assert!(compared > 500 && imports > 2_000, "{compared} files with {imports} imports: too few to compare");
}

#[test]
fn names_are_where_the_ranges_say() {
    for (path, text) in crate::python_real::texts(500) {
        for import in read(&text).imports {
            for module in &import.parsed.modules {
                let slice = &text[import.absolute(module.range).indices()];
                let written: String = slice.chars().filter(|c| !c.is_whitespace() && *c != '\\').collect();
                let dots = ".".repeat(import.parsed.level as usize);
                // an absolute package named in the call stands for the dots
                if import.parsed.form != ImportForm::Dynamic {
                    assert_eq!(written, format!("{dots}{}", module.name.as_str()), "{}", path.display());
                }
            }
        }
    }
}
