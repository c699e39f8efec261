//! What the tests of the Python reader share.

use pinlens_facts::python::scan::scan;
use pinlens_facts::python::{ImportForm, ImportStatement, PythonFacts, statement};

/// Reads `text` with the parser that remembers nothing.
pub fn read(text: &str) -> PythonFacts {
    scan(text, &statement::parse)
}

/// The cases of a table: the name after `###`, and the lines below it.
#[allow(dead_code)] // not every test program reads tables
pub fn cases(table: &str) -> Vec<(&str, &str)> {
    let cases = table.split("\n### ").skip(1);
    cases.map(|case| case.split_once('\n').expect("a case has a name and lines")).collect()
}

/// One line a module: `a.b`, or `..a: b, c` for a `from` import.
#[allow(dead_code)] // nor describes imports
pub fn described(import: &ImportStatement) -> Vec<String> {
    let parsed = &import.parsed;
    let dots = ".".repeat(parsed.level as usize);
    let lines = parsed.modules.iter().map(|module| {
        let members: Vec<&str> = module.members.iter().map(|member| &*member.name).collect();
        let members = match parsed.form {
            ImportForm::From => format!(": {}", members.join(", ")),
            ImportForm::Import | ImportForm::Dynamic => String::new(),
        };
        format!("{dots}{}{members}", module.name.as_str()).trim_end().to_owned()
    });
    lines.collect()
}
