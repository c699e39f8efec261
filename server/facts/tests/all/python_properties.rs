//! What holds of any text: it is read without panic, to ranges that lie in it, and damage costs only what stands behind it.

use crate::python_support::{described, read};
use pinlens_facts::python::PythonFacts;
use pinlens_facts::python::statement;
use pinlens_facts::words::text::{Encoding, LineIndex, TextRange};
use proptest::prelude::*;
use std::sync::LazyLock;

/// Texts out of the pieces that the scanner looks at, in any order.
fn pythonish() -> impl Strategy<Value = String> {
    let pieces = [
        "import",
        "from",
        "lazy",
        " ",
        "\n",
        "\r\n",
        "\r",
        "a",
        "b.c",
        ".",
        ",",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "'",
        "\"",
        "'''",
        "\"\"\"",
        "f'",
        "rf\"",
        "t'''",
        "\\",
        "#",
        "# pinlens: ignore\n",
        ":",
        ";",
        "if ",
        "else:",
        "try:",
        "except ImportError:",
        "def f():",
        "class C:",
        "    ",
        "\t",
        "\x0c",
        "é",
        "𝄞",
        "as",
        "*",
        "=",
        "lambda: ",
        "TYPE_CHECKING",
        "sys.version_info >= (3, 8)",
        "importlib.import_module(",
        "__import__('x')",
        "raise",
        "sys.exit()",
        "\u{feff}",
        "with suppress(",
        "\\N{",
        "sys.path",
        "not ",
        " and ",
        " or ",
        "elif HAS_X:",
        "return\n",
        "continue",
        "find_spec('x') is None",
        "x = None\n",
        "PY3 = sys.version_info[0] == 3\n",
        "imp = importlib.import_module\n",
        "from importlib import import_module as im\n",
        "im('x')",
        "LazyLoader('x', globals(), 'y.z')",
        "import_string('a.b:c')",
        "pytest.importorskip('a')",
        "sys.platform in ('linux', 'darwin')",
        "while False:",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..60).prop_map(|parts| parts.concat())
}

fn check_ranges(text: &str, facts: &PythonFacts) {
    let index = LineIndex::new(text);
    let check = |range: TextRange| {
        assert!(text.get(range.indices()).is_some(), "{range:?} of {text:?}");
        for offset in [range.start, range.end] {
            let sparse = facts.lines.position(offset, Encoding::Utf16);
            assert_eq!(sparse, index.position(text, offset, Encoding::Utf16), "{text:?}");
        }
    };
    for import in &facts.imports {
        check(import.range());
        for module in &import.parsed.modules {
            check(import.absolute(module.range));
            module.members.iter().for_each(|member| check(import.absolute(member.range)));
        }
    }
    if let Some(loading) = &facts.loading {
        loading.tries.iter().flat_map(|of| &of.handlers).for_each(|handler| check(handler.range));
        loading.functions.iter().for_each(|function| check(function.range));
        loading.calls.iter().for_each(|call| check(call.range));
        loading.unbound.iter().for_each(|unbound| check(unbound.range));
        let scopes = loading.functions.len() as u32;
        assert!(loading.calls.iter().all(|call| (1..=scopes).contains(&call.callee)), "{text:?}");
        let places = loading.places.iter().map(|(_, place)| place).chain(loading.calls.iter().map(|call| &call.place));
        let tries = loading.tries.len() as u32;
        assert!(places.flat_map(|place| &place.tries).all(|of| *of < tries), "{text:?}");
    }
    assert!(facts.imports.is_sorted_by_key(|import| import.start), "{text:?}");
    for place in facts.imports.iter().filter_map(|import| import.context.alternative) {
        let chain = facts.imports.iter().filter_map(|other| other.context.alternative);
        let mut others = chain.filter(|other| other.chain == place.chain && other.branch != place.branch);
        assert!(others.next().is_some(), "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        check_ranges(&text, &read(&text));
    }

    #[test]
    fn any_pieces_are_read(text in pythonish()) {
        check_ranges(&text, &read(&text));
    }

    #[test]
    fn any_statement_is_parsed(head in "(lazy )?(import|from|__import__\\()?", tail in "[ a-c.,()*\\\\\n#'\"é]{0,30}") {
        let text = head + &tail;
        let parsed = statement::parse(&text);
        prop_assert_eq!(parsed.len as usize, text.len());
        for module in &parsed.modules {
            prop_assert!(text.get(module.range.indices()).is_some());
            for member in &module.members {
                prop_assert_eq!(text.get(member.range.indices()), Some(&*member.name));
            }
        }
    }

    #[test]
    fn damage_keeps_the_imports_before_it(file in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), deletes in any::<bool>()) {
        let text = file.get(&FILES);
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        if starts.is_empty() {
            return Ok(());
        }
        let at = *at.get(&starts);
        let (damaged, damage) = if deletes { without_line(text, at) } else { (text[..at].to_owned(), at) };
        let before = |facts: PythonFacts| -> Vec<(u32, Vec<String>)> {
            let untouched = facts.imports.into_iter().filter(|import| (import.range().end as usize) < damage);
            untouched.map(|import| (import.start, described(&import))).collect()
        };
        // what the damage cut short may be read too, behind them
        let (found, expected) = (before(read(&damaged)), before(read(text)));
        prop_assert!(found.starts_with(&expected), "{found:?} instead of {expected:?}");
    }
}

static FILES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let short = crate::python_real::texts(400).into_iter().map(|(_, text)| text).filter(|text| text.len() < 60_000);
    short.collect()
});

/// `text` without the line of the byte `at`, and where that line began.
fn without_line(text: &str, at: usize) -> (String, usize) {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1);
    (format!("{}{}", &text[..start], &text[end..]), start)
}

#[test]
fn deep_nesting_is_survived() {
    for open in ["(", "[", "f\"{", "f'{f\"{", "f'''{", "import_module(", "if x:\n", "lambda:"] {
        let text = open.repeat(50_000) + "\nimport a\n";
        assert!(read(&text).imports.len() <= 1, "{open}");
    }
    let brackets = "(".repeat(100_000);
    assert!(statement::parse(&format!("from a import {brackets}")).modules.len() == 1);
    assert!(statement::parse(&format!("__import__{brackets}'x'")).modules.is_empty());
}
