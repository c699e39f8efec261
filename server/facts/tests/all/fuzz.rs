//! Seeds, one of each kind of file, that are cut, joined, repeated and garbled: whatever comes out is read, in time, and the places in
//! what was read lie in the text.
//!
//! Coverage-guided fuzzers (cargo-fuzz, bolero's engines) need a nightly compiler; these mutations are proptest's, so that they run, and
//! shrink, wherever the other tests do. `PROPTEST_CASES` says how many.

use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::python::statement;
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::text::Encoding;
use proptest::prelude::*;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// The longest text that is made, in bytes: a reader that looks at all of it for each byte takes longer than [`PATIENCE`].
const LONGEST: usize = 40_000;

/// How long a reader may take for that; a hundred times what it takes on a slow machine without optimisation.
const PATIENCE: Duration = Duration::from_secs(10);

/// Scraps that mean something in one format or another.
const SCRAPS: &[&str] = &[
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "\\",
    "\\\n",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "[[",
    "]]",
    "#",
    "# /// script\n",
    "# ///\n",
    ";",
    ":",
    ",",
    "=",
    "==",
    "@",
    "$",
    "${",
    "$(",
    "`",
    "<<EOF\n",
    "&a ",
    "*a",
    "<<: ",
    "- ",
    "---\n",
    "| ",
    ">-\n",
    "!Ref ",
    "import ",
    "from ",
    "if ",
    "try:\n",
    "except ImportError:\n",
    "def f():\n ",
    "f'{",
    "\u{feff}",
    "\u{0}",
    "\u{1b}",
    "\u{202e}",
    "é",
    "漢",
    "𝄞",
    "%pip install ",
    "-r ",
    "-e ",
    "../",
    "://",
    "{posargs",
    "{[a]b}",
    "null",
    "1e999",
    "FROM ",
    "RUN ",
    "CMD ",
    "ONBUILD ",
    "include-group",
    "\u{2028}",
    "\u{85}",
    "0x",
    "lazy import ",
];

struct Seed {
    kind: FileKind,
    name: String,
    text: String,
}

static SEEDS: LazyLock<Vec<Seed>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seeds");
    let mut seeds: Vec<Seed> = std::fs::read_dir(folder)
        .expect("the seeds")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().replace("__", "/");
            let kind = FileKind::of(&FilePath::new(&name)).unwrap_or_else(|| panic!("{name} is read by nothing"));
            Seed { kind, name, text: std::fs::read_to_string(path).expect("a text") }
        })
        .collect();
    seeds.sort_by(|a, b| a.name.cmp(&b.name));
    seeds
});

/// One change of a text. Places are parts of its length, so that they fit any text.
#[derive(Clone, Debug)]
enum Mutation {
    Cut(f64, f64),
    Insert(f64, usize),
    Replace(f64, char),
    Double(f64, f64),
    Repeat(f64, f64),
    Join(f64, usize, f64),
    Swap(f64, f64),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let place = || 0.0..=1.0_f64;
    prop_oneof![
        3 => (place(), place()).prop_map(|(a, b)| Mutation::Cut(a, b)),
        6 => (place(), 0..SCRAPS.len()).prop_map(|(at, scrap)| Mutation::Insert(at, scrap)),
        3 => (place(), any::<char>()).prop_map(|(at, new)| Mutation::Replace(at, new)),
        2 => (place(), place()).prop_map(|(a, b)| Mutation::Double(a, b)),
        2 => (place(), 0.0..0.1_f64).prop_map(|(a, length)| Mutation::Repeat(a, length)),
        1 => (place(), any::<usize>(), place()).prop_map(|(at, seed, from)| Mutation::Join(at, seed, from)),
        1 => (place(), place()).prop_map(|(a, b)| Mutation::Swap(a, b)),
    ]
}

/// The byte at a part of the length, on a boundary of characters.
#[allow(clippy::cast_precision_loss, clippy::cast_sign_loss)] // texts are short, and parts of them positive
fn at(text: &str, part: f64) -> usize {
    text.floor_char_boundary((text.len() as f64 * part) as usize)
}

fn span(text: &str, a: f64, b: f64) -> std::ops::Range<usize> {
    let (a, b) = (at(text, a), at(text, b));
    a.min(b)..a.max(b)
}

fn apply(text: &mut String, mutation: &Mutation) {
    match *mutation {
        Mutation::Cut(a, b) => drop(text.drain(span(text, a, a + (b - a) / 4.0))),
        Mutation::Insert(place, scrap) => text.insert_str(at(text, place), SCRAPS[scrap]),
        Mutation::Replace(place, new) => {
            let start = at(text, place);
            let old = text[start..].chars().next().map_or(0, char::len_utf8);
            text.replace_range(start..start + old, new.encode_utf8(&mut [0; 4]));
        }
        Mutation::Double(a, b) => {
            let range = span(text, a, b);
            let part = text[range.clone()].to_owned();
            text.insert_str(range.end, &part);
        }
        Mutation::Repeat(a, length) => {
            let range = span(text, a, (a + length).min(1.0));
            let part = text[range.clone()].to_owned();
            if !part.is_empty() {
                text.insert_str(range.end, &part.repeat(LONGEST.saturating_sub(text.len()) / part.len()));
            }
        }
        Mutation::Join(place, seed, from) => {
            let other = &SEEDS[seed % SEEDS.len()].text;
            text.insert_str(at(text, place), &other[at(other, from)..]);
        }
        Mutation::Swap(a, b) => {
            let middle = at(text, a);
            let (head, tail) = text.split_at(middle);
            *text = format!("{}{head}", &tail[at(tail, b)..]);
        }
    }
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
    }
}

/// Reads a text as that kind of file.
fn check(seed: &Seed, text: &str) {
    let began = Instant::now();
    let facts = FileFacts::of(seed.kind, text, &statement::parse);
    let mut ranges = Vec::new();
    if let FileFacts::Python(facts) = &facts {
        let modules =
            facts.imports.iter().flat_map(|one| one.parsed.modules.iter().map(|module| one.absolute(module.range)));
        ranges.extend(facts.imports.iter().map(pinlens_facts::python::ImportStatement::range).chain(modules));
    }
    if let Some(facts) = facts.declarations() {
        ranges.extend(facts.requirements.iter().flat_map(|one| [one.range, one.name_range, one.line_range]));
        ranges.extend(facts.includes.iter().map(|one| one.target_range));
        ranges.extend(facts.errors.iter().map(|one| one.range));
    }
    let took = began.elapsed();
    assert!(took < PATIENCE, "{}: {} bytes take {took:?}", seed.name, text.len());
    for range in ranges {
        assert!(text.get(range.indices()).is_some(), "{}: {range:?} is no part of the text", seed.name);
        facts.position(range.start, Encoding::Utf16);
    }
}

#[test]
fn the_seeds_are_read() {
    for seed in SEEDS.iter() {
        check(seed, &seed.text);
    }
    assert!(SEEDS.len() > 30);
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_time: 60_000, ..ProptestConfig::default() })]

    #[test]
    fn what_becomes_of_seeds_is_read_in_time(seed in 0..SEEDS.len(), mutations in proptest::collection::vec(mutation(), 1..12)) {
        let seed = &SEEDS[seed];
        let mut text = seed.text.clone();
        for mutation in &mutations {
            apply(&mut text, mutation);
        }
        check(seed, &text);
    }
}
