//! The readers of manifests: fixtures next to their expected reading, and what must hold for any text.
//!
//! `BLESS=1 cargo test -p pinlens-facts --test all manifests` writes the expected files anew; read the difference.

use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::manifest::{conda, lock, pipfile, pyproject, script, setup_cfg, setup_py};
use pinlens_facts::python::statement;
use pinlens_facts::requirements::RequirementsFacts;
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::text::{Encoding, TextEdit, TextRange, apply_edits};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests")
}

/// Everything that a file of this name says, as text.
fn rendered(name: &str, text: &str) -> String {
    // several files of a kind: `poetry.pyproject.toml` is a `pyproject.toml`
    let name = name.split_once('@').map_or(name, |(_, name)| name);
    let facts = FileFacts::of(FileKind::of(&FilePath::new(name)).unwrap(), text, &statement::parse);
    let mut out = String::new();
    match &facts {
        FileFacts::Settings(settings) => {
            let _ = writeln!(
                out,
                "name {:?} python {:?} roots {:?}",
                settings.name, settings.python, settings.layout.roots
            );
        }
        FileFacts::Python(python) => {
            let roots = python.layout.as_deref().map_or(&[][..], |layout| &layout.roots);
            let _ = writeln!(out, "python {:?} roots {roots:?}", python.pythons[0]);
        }
        FileFacts::Lock(lock) => {
            for one in &lock.packages {
                let range = one.range.map(|range| format!("{}:{}", range.start, &text[range.indices()]));
                let _ = writeln!(out, "{:?} {} at {range:?} requires {:?}", one.name, one.version, one.requires);
            }
        }
        _ => {}
    }
    if let Some(declarations) = facts.declarations() {
        out += &crate::render::facts(declarations);
        out += "without the first of each line:\n";
        let edits: Vec<TextEdit> =
            declarations.requirements.iter().step_by(2).map(|one| TextEdit::delete(one.line_range)).collect();
        out.extend(apply_edits(text, &edits).lines().flat_map(|line| ["  | ", line, "\n"]));
    }
    out
}

#[test]
fn each_file_reads_as_expected() {
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_none_or(|extension| extension != "expected"))
        .collect();
    names.sort();
    assert!(names.len() >= 12);
    for path in names {
        let name = path.file_name().unwrap().to_str().unwrap();
        let actual = rendered(name, &std::fs::read_to_string(&path).unwrap());
        let expected = folder().join(format!("{name}.expected"));
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&expected, &actual).unwrap();
        }
        assert_eq!(actual, std::fs::read_to_string(&expected).unwrap_or_default(), "{name}");
    }
}

/// Asserts all that must hold of the ranges of any text's facts.
fn check_ranges(text: &str, facts: &RequirementsFacts) {
    assert_eq!(&*facts.text, text);
    let sane = |range: TextRange| {
        assert!(range.start <= range.end, "{text:?} {range:?}");
        assert!(text.get(range.indices()).is_some(), "{text:?} {range:?}");
        facts.lines.position(text, range.start, Encoding::Utf16);
    };
    let inside = |inner: TextRange, outer: TextRange| {
        sane(inner);
        assert!(outer.start <= inner.start && inner.end <= outer.end, "{text:?} {inner:?} {outer:?}");
    };
    for requirement in &facts.requirements {
        sane(requirement.line_range);
        inside(requirement.range, requirement.line_range);
        inside(requirement.name_range, requirement.range);
        let pieces = requirement.extras.iter().chain(&requirement.specifier).chain(&requirement.marker);
        for piece in pieces {
            inside(piece.range, requirement.range);
            assert!(!piece.text.is_empty(), "{text:?}");
        }
        if let Some(comment) = requirement.comment {
            inside(comment, requirement.line_range);
            assert!(text[comment.indices()].starts_with('#'), "{text:?}");
        }
    }
    for include in &facts.includes {
        sane(include.range);
        inside(include.target_range, include.range);
    }
    for range in facts.errors.iter().map(|e| e.range).chain(facts.unknowns.iter().map(|u| u.range)) {
        sane(range);
        assert!(!range.is_empty(), "{text:?}");
    }
    assert!(facts.errors.is_sorted_by_key(|error| error.range), "{text:?}");
    assert!(facts.requirements.is_sorted_by_key(|requirement| requirement.line_range), "{text:?}");
}

/// Scraps that manifests are made of, so that random texts reach deep.
fn scrap(known: Vec<&'static str>) -> impl Strategy<Value = String> {
    let common = [
        "\n",
        "\r\n",
        " ",
        "    ",
        "\t",
        "\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
        ",",
        "=",
        ":",
        "#",
        ";",
        "é",
        "\u{feff}",
        "\\",
        "\\u00e9",
        "\"redis>=2\"",
        "'six'",
        "\"a[b]>=1 ; python_version > '3'\"",
        "redis",
        "^1.2",
        ">=1,<2",
        "# pinlens: ignore",
        "\"\"\"",
        "true",
        "-",
        "\"requirements.txt\"",
        "@",
        "https://h/x.whl",
        "\r",
        "1.2",
    ];
    let known: Vec<&'static str> = known.into_iter().flat_map(|one| [one; 3]).chain(common).collect();
    prop_oneof![9 => prop::sample::select(known).prop_map(str::to_owned), 1 => "\\PC{0,3}"]
}

fn texts(known: &[&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(scrap(known.to_vec()), 0..30).prop_map(|scraps| scraps.concat())
}

const TOML: &[&str] = &[
    "[project]\n",
    "dependencies = [\n",
    "dependencies = ",
    "optional-dependencies.x = [",
    "[project.optional-dependencies]\n",
    "[dependency-groups]\n",
    "{include-group = \"x\"}",
    "[build-system]\nrequires = [",
    "[tool.poetry.dependencies]\n",
    "[tool.poetry.dependencies.redis]\n",
    "redis = {version = \"^1\", extras = [\"x\"]}\n",
    "\"redis\" = [{version = \"1\"}]\n",
    "redis.version = \"1\"\n",
    "markers = \"x\"\n",
    "[tool.setuptools.dynamic]\n",
    "{file = [\"a.txt\"]}",
    "dynamic = [\"dependencies\"]\n",
    "[packages]\n",
    "[dev-packages]\n",
    "[[package]]\n",
    "name = \"x\"\n",
    "version = \"1\"\n",
];
const INI: &[&str] = &[
    "[options]\n",
    "install_requires =",
    "\n    ",
    "[options.extras_require]\n",
    "x = ",
    "file: a.txt, b.txt",
    "redis>=2",
    "; python_version > '3'",
    "[options]\npackage_dir =\n    = src\n",
    "[tool:pytest]\npythonpath = src\n",
];
const PYTHON: &[&str] = &[
    "setup(",
    "install_requires=",
    "extras_require={",
    "REQS = ",
    "REQS",
    "REQS += [",
    "REQS.append(",
    "**kwargs",
    "kwargs = {",
    "open(",
    "with open(",
    ") as f:\n    REQS = f.read()\n",
    "def read():\n    return ",
    "read()",
    "[x for x in ",
    "# /// script\n",
    "# dependencies = [\n",
    "#   \"redis\",\n",
    "# ]\n",
    "# ///\n",
    "r",
    "f",
];
const YAML: &[&str] = &[
    "dependencies:\n",
    "- ",
    "  - ",
    "    - ",
    "pip:\n",
    "redis=1.2=py39",
    "conda-forge::redis>=1",
    "python=3.9\n",
    "-r a.txt",
    "name: x\n",
    "::",
];
const JSON: &[&str] =
    &["{\n", "    \"default\": {\n", "        \"redis\": {\n", "            \"version\": \"==1\"\n", "},\n", "{}"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_toml_gives_a_value(text in texts(TOML)) {
        check_ranges(&text, &pyproject::parse(&text));
        check_ranges(&text, &pipfile::parse(&text));
        check_lock(&text);
    }

    #[test]
    fn any_ini_gives_a_value(text in texts(INI)) {
        check_ranges(&text, &setup_cfg::parse(&text));
        setup_cfg::pytest_layout(&text);
    }

    #[test]
    fn any_python_gives_a_value(text in texts(PYTHON)) {
        check_ranges(&text, &setup_py::parse(&text));
        if let Some(facts) = script::parse(&text) {
            check_ranges(&text, &facts);
        }
        let block = format!("# /// script\n{text}");
        check_ranges(&block, &script::parse(&block).unwrap());
    }

    #[test]
    fn any_yaml_gives_a_value(text in texts(YAML)) {
        check_ranges(&text, &conda::parse(&text));
    }

    #[test]
    fn any_lock_gives_a_value(text in texts(JSON)) {
        check_lock(&text);
        check_lock(&format!("{{{text}"));
    }

    #[test]
    fn any_text_gives_a_value(text in "\\PC{0,80}") {
        for parse in [pyproject::parse, pipfile::parse, setup_cfg::parse, setup_py::parse, conda::parse] {
            check_ranges(&text, &parse(&text));
        }
        check_lock(&text);
    }
}

fn check_lock(text: &str) {
    for one in lock::parse(text).packages {
        assert!(one.range.is_none_or(|range| text.get(range.indices()).is_some()), "{text:?}");
    }
}

#[test]
fn names_are_not_followed_without_end() {
    let names: String = (0..20).flat_map(|name| std::iter::repeat_n(name, 20)).fold(String::new(), |mut text, name| {
        let _ = writeln!(
            text,
            "A{name} = A{0} + A{0} + A{name} + A{1} + B['x']\nB['x'] = B['x'] + A{0}",
            name + 1,
            name + 2
        );
        text
    });
    let text = format!("{names}setup(install_requires=A0, extras_require=B)\n");
    check_ranges(&text, &setup_py::parse(&text));
}

#[test]
fn what_is_nested_deep_is_not_read() {
    let toml = format!("[project]\ndependencies = {}", "[".repeat(100_000));
    check_ranges(&toml, &pyproject::parse(&toml));
    for text in ["setup(x=".to_owned() + &"(".repeat(200_000), format!("setup({}1)", "-".repeat(200_000))] {
        check_ranges(&text, &setup_py::parse(&text));
    }
}
