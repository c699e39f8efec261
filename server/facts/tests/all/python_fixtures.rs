//! The tables of half-typed files and of contexts.

use crate::python_support::{cases, described, read};
use pinlens_facts::python::{Alternative, Comparison, Condition, Context, Guard, ImportForm, Phase, PythonFacts};
use pinlens_facts::words::suppress::Ignores;
use std::collections::BTreeSet;

#[test]
fn half_typed_files_keep_their_imports() {
    let cases = cases(include_str!("../python/half_typed.txt"));
    assert!(cases.len() >= 25);
    for (name, case) in cases {
        let (text, expected) = case.split_once("---").expect("a case has a line ---");
        let found: Vec<String> = read(text).imports.iter().flat_map(described).collect();
        let expected: Vec<&str> = expected.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(found, expected, "{name}");
        let crlf: Vec<String> = read(&text.replace('\n', "\r\n")).imports.iter().flat_map(described).collect();
        assert_eq!(crlf, expected, "{name}, with CRLF");
        let cr: Vec<String> = read(&text.replace('\n', "\r")).imports.iter().flat_map(described).collect();
        assert_eq!(cr, expected, "{name}, with CR");
    }
}

#[test]
fn contexts_are_read() {
    let (mut checked, mut wrong) = (0, Vec::new());
    for (name, text) in cases(include_str!("../python/contexts.txt")) {
        let facts = read(text);
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let inside = offset..offset + line.len() as u32;
            offset = inside.end;
            let found: Vec<String> = facts
                .imports
                .iter()
                .filter(|import| inside.contains(&import.start))
                .map(|import| context(&import.context, &facts))
                .collect();
            let expected = line.split_once("#=").map(|(_, mark)| mark.trim());
            if expected.is_some() == found.is_empty() || found.iter().any(|found| Some(found.as_str()) != expected) {
                wrong.push(format!("{name}: {}: {found:?}", line.trim_end()));
            }
            checked += found.len();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked >= 240, "{checked} contexts");
}

/// The context as the table writes it.
fn context(context: &Context, facts: &PythonFacts) -> String {
    let phase = match context.phase {
        Phase::Import => "",
        Phase::Call => "call",
        Phase::TypeChecking => "type",
        Phase::Never => "never",
    };
    let guard = match context.guard {
        Guard::None => "",
        Guard::Fails => "fails",
        Guard::CarriesOn => "optional",
        Guard::Fallback => "fallback",
    };
    let conditions = context.conditions.iter().map(condition);
    let place = context.alternative.map(|place| alternative(place, facts));
    let words = [phase.to_owned(), guard.to_owned()].into_iter().chain(conditions).chain(place);
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// `[1a]`: the first chain of the text, its first branch.
fn alternative(place: Alternative, facts: &PythonFacts) -> String {
    let places = || facts.imports.iter().filter_map(|import| import.context.alternative);
    let chains: BTreeSet<u32> = places().map(|place| place.chain).filter(|chain| *chain <= place.chain).collect();
    let branches: BTreeSet<u32> = places()
        .filter(|other| other.chain == place.chain && other.branch < place.branch)
        .map(|place| place.branch)
        .collect();
    format!("[{}{}]", chains.len(), char::from(b'a' + branches.len() as u8))
}

fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Version { op, version: (major, minor) } => {
            let op = match op {
                Comparison::Less => "<",
                Comparison::LessOrEqual => "<=",
                Comparison::Equal => "==",
                Comparison::NotEqual => "!=",
                Comparison::GreaterOrEqual => ">=",
                Comparison::Greater => ">",
            };
            format!("{op}{major}.{minor}")
        }
        Condition::Platform { is, names } => format!("{}:{}", if *is { "is" } else { "not" }, names.join("|")),
        Condition::Debug => "debug".to_owned(),
    }
}

#[test]
fn comments_silence_their_statement() {
    let text = "import a  # pinlens: ignore\nfrom b import (\n    c,  # pinlens: ignore[undeclared-import]\n)\nimport d\nif x: import e  # noqa # pinlens: ignore\n";
    let silenced: Vec<bool> =
        read(text).imports.iter().map(|import| import.ignores.silence("undeclared-import")).collect();
    assert_eq!(silenced, [true, true, false, true]);
    assert_eq!(read("x = '# pinlens:'; import a # pinlens\n").imports[0].ignores, Ignores::None);
}

#[test]
fn traits_are_told_by_code_alone() {
    assert!(read("#!/usr/bin/env python\n").traits.is_script);
    assert!(read("if __name__ == '__main__':\n    main()\n").traits.is_script);
    assert!(read("def __getattr__(name): pass\n").traits.makes_submodules);
    assert!(read("__path__ = extend_path(__path__, __name__)\n").traits.makes_submodules);
    assert!(read("sys.modules[__name__] = x\n").traits.makes_submodules);
    assert!(read("import sys\nsys.path.insert(0, '..')\n").traits.changes_path);
    assert!(read("sys.path[0:0] = ['..']").traits.changes_path);
    for text in [
        "# sys.path.insert(0, x)\n\"\"\"sys.modules __path__\"\"\"\nx = 1\n",
        "class C:\n    def __getattr__(self, name): pass\n",
        "print(sys.path)\nsys.path_hooks.append(x)\nif sys.path == y: pass\n",
    ] {
        assert_eq!(read(text).traits, read("").traits, "{text}");
    }
}

#[test]
fn calls_that_import_are_read() {
    for (name, case) in cases(include_str!("../python/dynamic.txt")) {
        let facts = read(case);
        let mut offset = 0;
        for line in case.split_inclusive('\n') {
            let inside = offset..offset + line.len() as u32;
            offset = inside.end;
            let imports = facts.imports.iter().filter(|import| import.parsed.form == ImportForm::Dynamic);
            let found: Vec<String> =
                imports.filter(|import| inside.contains(&import.start)).flat_map(described).collect();
            let expected = line.split_once("#=").map_or("", |(_, mark)| mark.trim());
            assert_eq!(found.join(" "), expected, "{name}: {line}");
        }
    }
}
