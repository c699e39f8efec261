//! The tree of TOML: what is TOML reads as the `toml` crate reads it, and what is half-typed costs its own statement.

use pinlens_facts::formats::toml::{Kind, Table, Value, read};
use proptest::prelude::*;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// Pieces of texts, right and wrong.
const PIECES: &[&str] = &[
    "[a]\n",
    "[a.b]\n",
    "[[c]]\n",
    "[c.d]\n",
    "[ a . 'b' ]\n",
    "[\"x y\"]\n",
    "[",
    "[[",
    "]",
    "]]",
    "{",
    "}",
    ",",
    "=",
    ".",
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "# words\n",
    "#\u{7}\n",
    "a = 1\n",
    "b = \"x\"\n",
    "b.c = 2\n",
    "'q r' = true\n",
    "a.b.c = [1, 2]\n",
    "d = [\n  \"e\", # of it\n  \"f\",\n]\n",
    "g = {h = 1, i.j = 'k'}\n",
    "g = {h = 1,\n i = 2}\n",
    "l = \"\"\"\nm\n\"\"\"\n",
    "l = '''m\n'''\n",
    "\"\"\"",
    "'''",
    "\"",
    "'",
    "\\",
    "é",
    "🦀",
    "x",
    "true",
    "false",
    "inf",
    "0x1_f",
    "1.5e3",
    "1979-05-27",
    "07:32:00",
    "nan",
    "-",
    "a",
    "b",
    "c",
    "a = ",
    "b = [",
    "c = {",
    "\"\\u00e9\"",
    "\"\\q\"",
    "\u{feff}",
    "\0",
];

/// The lines of a tree, for comparison: each leaf with its path.
fn leaves(table: &Table) -> Vec<String> {
    let mut found = Vec::new();
    rows(table, "", &mut found);
    found.sort();
    found
}

fn rows(table: &Table, path: &str, found: &mut Vec<String>) {
    found.push(format!("{path} is a table"));
    for (key, value) in table {
        leaf(value, &format!("{path}.{:?}", key.name), found);
    }
}

fn leaf(value: &Value, path: &str, found: &mut Vec<String>) {
    match &value.kind {
        Kind::String(text) => found.push(format!("{path} = {text:?}")),
        Kind::Integer(number) => found.push(format!("{path} = whole {number}")),
        Kind::Float(number) => found.push(format!("{path} = {number}")),
        Kind::Boolean(truth) => found.push(format!("{path} = {truth}")),
        Kind::Date => found.push(format!("{path} is a date")),
        Kind::List(list) => {
            found.push(format!("{path} is a list"));
            list.iter().enumerate().for_each(|(at, one)| leaf(one, &format!("{path}[{at}]"), found));
        }
        Kind::Table(table) => rows(table, path, found),
    }
}

/// The same of the reference.
fn leaves_of_reference(table: &DeTable<'_>) -> Vec<String> {
    let mut found = Vec::new();
    reference_rows(table, "", &mut found);
    found.sort();
    found
}

fn reference_rows(table: &DeTable<'_>, path: &str, found: &mut Vec<String>) {
    found.push(format!("{path} is a table"));
    for (key, value) in table {
        reference_leaf(value.get_ref(), &format!("{path}.{:?}", key.get_ref()), found);
    }
}

fn reference_leaf(value: &DeValue<'_>, path: &str, found: &mut Vec<String>) {
    match value {
        DeValue::String(text) => found.push(format!("{path} = {text:?}")),
        DeValue::Integer(number) => found.push(format!("{path} = whole {}", number.as_str())),
        DeValue::Float(number) => found.push(format!("{path} = {}", number.as_str())),
        DeValue::Boolean(truth) => found.push(format!("{path} = {truth}")),
        DeValue::Datetime(_) => found.push(format!("{path} is a date")),
        DeValue::Array(list) => {
            found.push(format!("{path} is a list"));
            list.iter()
                .enumerate()
                .for_each(|(at, one)| reference_leaf(one.get_ref(), &format!("{path}[{at}]"), found));
        }
        DeValue::Table(table) => reference_rows(table, path, found),
    }
}

/// A text that the reference takes has the same tree and no mistakes; one that it refuses has a mistake, wrong dates aside.
fn check_against_reference(text: &str) {
    let ours = read(text);
    let (reference, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        assert_eq!(ours.mistakes, [], "{text:?}");
        assert_eq!(leaves(&ours.root), leaves_of_reference(reference.get_ref()), "{text:?}");
    } else if ours.mistakes.is_empty() {
        assert!(leaves(&ours.root).iter().any(|leaf| leaf.ends_with("is a date")), "{text:?}: {errors:?}");
    }
}

/// Ranges lie inside the text, on the boundaries of characters, and a written value inside its list or table.
fn check_ranges(text: &str, table: &Table) {
    for (key, value) in table {
        assert!(text.get(key.range.indices()).is_some(), "{text:?}");
        check_value(text, value);
    }
}

fn check_value(text: &str, value: &Value) {
    assert!(text.get(value.range.indices()).is_some(), "{text:?}");
    match &value.kind {
        Kind::Table(table) => check_ranges(text, table),
        Kind::List(list) => list.iter().for_each(|one| {
            check_value(text, one);
            let is_written = text.as_bytes().get(value.range.start as usize) == Some(&b'[') && one.as_table().is_none();
            let inside = value.range.start <= one.range.start && one.range.end <= value.range.end;
            assert!(inside || !is_written, "{text:?}: {one:?} in {:?}", value.range);
        }),
        _ => {}
    }
}

fn check(text: &str) {
    let document = read(text);
    check_ranges(text, &document.root);
    assert!(document.mistakes.iter().all(|mistake| text.get(mistake.range.indices()).is_some()), "{text:?}");
    check_against_reference(text);
}

/// Values that can be cut.
const VALUES: &[&str] = &[
    "\"text\"",
    "'literal'",
    "1_000",
    "true",
    "[1, 2, [3]]",
    "[\n  \"requests>=2\", # why\n  \"flask\",\n]",
    "{version = \"1\", extras = [\"x\", \"y\"]}",
    "[{x = 1}, {y = 2}]",
    "1979-05-27",
];

const HEADERS: &[&str] = &["", "[tool.x]\n", "[[package]]\n", "[project.urls]\n"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn any_pieces_read_as_the_reference_reads_them(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
        check(&pieces.concat());
    }

    #[test]
    fn any_text_gives_a_value(text in "\\PC{0,80}") {
        check(&text);
    }

    /// A statement that is cut anywhere leaves all others as they are.
    #[test]
    fn what_is_half_typed_costs_its_own_statement(
        statements in prop::collection::vec((prop::sample::select(HEADERS), prop::sample::select(VALUES)), 1..8),
        which in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let which = which.index(statements.len());
        let rows = statements.iter().enumerate().map(|(at, (header, value))| (*header, format!("key{at} = {value}")));
        let (mut whole, mut typed) = (String::new(), String::new());
        for (at, (header, row)) in rows.enumerate() {
            // one header would be a duplicate of another
            let header = if header.starts_with("[[") || header.is_empty() { header.to_owned() } else {
                header.replace(']', &format!(".t{at}]"))
            };
            whole.extend([&*header, &*row, "\n"]);
            let mut end = if at == which { cut.index(row.len()) } else { row.len() };
            while !row.is_char_boundary(end) {
                end -= 1;
            }
            let kept = &row[..end];
            // behind a comma in braces the next line may be the next row of the braces
            prop_assume!(at != which || !(kept.contains('{') && kept.trim_end().ends_with([',', '{'])));
            typed.extend([&*header, kept, "\n"]);
        }
        let own = format!(".\"key{which}\"");
        let others = |text: &str| -> Vec<String> {
            leaves(&read(text).root).into_iter().filter(|leaf| !leaf.contains(&own)).collect()
        };
        let kept = others(&typed);
        for leaf in others(&whole) {
            prop_assert!(kept.contains(&leaf), "{typed:?} lost {leaf}");
        }
    }
}

#[test]
fn every_prefix_of_a_real_file_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_toml = path.extension().is_some_and(|extension| extension == "toml" || extension == "lock");
        if !is_toml && !name.ends_with("Pipfile") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        count += 1;
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)).step_by(text.len() / 500 + 1) {
            check(&text[..end]);
        }
        check(&text);
    }
    assert!(count > 5, "{count}");
}

#[test]
fn a_bracket_that_is_not_closed_ends_before_the_next_statement() {
    for (text, path, value) in [
        ("a = [\n 'x',\n\n[project]\nname = 'shop'\n", &["project", "name"][..], "shop"),
        ("a = [\n 'x',\nb = 'y'\n", &["b"], "y"),
        ("a = {x = 1\nb = 'y'\n", &["b"], "y"),
        ("a = [{x = 1\nb = 'y'\n", &["b"], "y"),
        ("a = [{x = 'q'\n]\nb = 'y'\n", &["b"], "y"),
        ("a = \"\"\"open\nb = 'y'\n", &["b"], "y"),
        ("a\nb = 'y'\n", &["b"], "y"),
        ("[tool\nb = 'y'\n", &["tool", "b"], "y"),
    ] {
        let document = read(text);
        let found = pinlens_facts::formats::toml::str_at(&document.root, path);
        assert_eq!(found, Some(value), "{text:?}: {document:?}");
        assert!(!document.mistakes.is_empty(), "{text:?}");
    }
}

#[test]
fn many_brackets_and_long_keys_are_bounded() {
    let dots = format!("{}a = 1\nb = 2\n", "a.".repeat(200_000));
    for text in ["[".repeat(1 << 20), format!("a = {}", "[".repeat(1 << 20)), "a = {b = ".repeat(1 << 16), dots] {
        let document = read(&text);
        assert!(!document.mistakes.is_empty());
        check_ranges(&text, &document.root);
    }
}
