//! The tree of YAML: what is well-formed reads as `saphyr-parser` reads it, ranges hold what was read, and a line that is half-typed
//! costs only itself.

use pinlens_facts::formats::tree::{Node, Value};
use pinlens_facts::formats::yaml::read;
use pinlens_facts::manifest::conda;
use proptest::prelude::*;
use saphyr_parser::{Event, Parser};

/// The scalars of a tree in the order of the text, keys included.
fn scalars(node: &Node, found: &mut Vec<String>) {
    match &node.value {
        // lines that go on are kept apart here, and are one in the reference
        Value::Text(text) => found.push(text.replace(" \\\n", " ")),
        Value::Alias(name) => found.push(format!("*{name}")),
        Value::List(items) => items.iter().for_each(|item| scalars(item, found)),
        Value::Map(rows) => {
            for row in rows {
                found.push(row.key.clone());
                scalars(&row.node, found);
            }
        }
    }
}

/// The same of the reference; `None` where it refuses the text.
fn reference(text: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for event in Parser::new_from_str(text) {
        if let Event::Scalar(value, ..) = event.ok()?.0 {
            found.push(value.trim_end_matches('\n').to_owned());
        }
    }
    Some(found)
}

fn check_ranges(text: &str, node: &Node) {
    let written = text.get(node.range.indices());
    assert!(written.is_some(), "{text:?}: {node:?}");
    let inside = |inner: &Node| {
        assert!(
            node.range.start <= inner.range.start && inner.range.end <= node.range.end,
            "{text:?}: {inner:?} in {node:?}"
        );
        check_ranges(text, inner);
    };
    match &node.value {
        Value::List(items) => items.iter().for_each(inside),
        Value::Map(rows) => rows.iter().for_each(|row| inside(&row.node)),
        Value::Text(_) | Value::Alias(_) => {}
    }
}

/// Pieces of texts, right and wrong.
const PIECES: &[&str] = &[
    "a: b\n",
    "a:\n",
    "  c: d # words\n",
    "  - e\n",
    "- f: g\n",
    "  h: 'i'\n",
    "- \"j\\nk\"\n",
    "l: [m, {n: o}]\n",
    "p: |\n  q\n  r\n",
    "s: >-\n  t\n  u\n",
    "v: &w x\n",
    "y: *w\n",
    "<<: *w\n",
    "---\n",
    "...\n",
    "# z\n",
    "- ",
    "-",
    ":",
    ": ",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\"",
    "'",
    "|",
    ">",
    "&",
    "*",
    "!",
    "!!str ",
    "é",
    "\u{a0}",
    "\u{feff}",
    "aa bb",
    "https://x",
    "{{ y }}",
    "…",
];

/// Rows of a table, each with how it is read.
const ROWS: &[&str] = &[
    "key: value",
    "key: 'it''s'",
    "key: \"double\"",
    "key: plain words here",
    "key: [a, b, 'c']",
    "key: {x: 1, y: [2]}",
    "key:\n  - one\n  - 'two'",
    "key:\n- one\n- two",
    "key:\n  inner: 1\n  other: x # why",
    "key:\n  - name: n\n    run: r\n  - name: m",
    "key: |\n  first\n  second",
    "key: v # words",
    "key:\n  - a\n  # between\n  - b",
    "key: 1.5",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn any_pieces_give_a_tree(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
        let text = pieces.concat();
        check_ranges(&text, &read(&text).0);
        conda::parse(&text);
    }

    #[test]
    fn any_text_gives_a_tree(text in "\\PC{0,80}") {
        check_ranges(&text, &read(&text).0);
    }

    #[test]
    fn what_is_well_formed_reads_as_the_reference_reads_it(rows in prop::collection::vec(prop::sample::select(ROWS), 1..6)) {
        let rows: Vec<String> =
            rows.iter().enumerate().map(|(at, row)| row.replacen("key", &format!("key{at}"), 1) + "\n").collect();
        let text = rows.concat();
        let mut ours = Vec::new();
        scalars(&read(&text).0, &mut ours);
        prop_assert_eq!(Some(ours), reference(&text), "{}", text);
    }

    /// Typing one entry of an environment keeps all others.
    #[test]
    fn an_entry_that_is_half_typed_costs_only_itself(
        which in 0_usize..5,
        typed in prop::sample::select(&["", "-", "- ", "- \"", "- req", "req", "req:", "- req:", "- [", "- {", "[", "pip:", "é", "- '", "- &", "- *"][..]),
    ) {
        // `req:` as the first line makes a table of all: that is what it says
        prop_assume!(which > 0 || !typed.ends_with(':') || typed.starts_with('-'));
        let entries = ["numpy=1.2", "scipy", "flask", "redis>=2", "pandas"];
        let lines: Vec<String> = entries.iter().enumerate().map(|(at, entry)| {
            if at == which { format!("  {typed}\n") } else { format!("  - {entry}\n") }
        }).collect();
        let text = format!("name: x\ndependencies:\n{}channels:\n  - y\n", lines.concat());
        let facts = conda::parse(&text);
        for (at, entry) in entries.iter().enumerate().filter(|(at, _)| *at != which) {
            let found = facts.requirements.iter().any(|one| facts.text[one.range.indices()] == **entry);
            prop_assert!(found, "{} lost {} ({})", text, entry, at);
        }
    }
}
