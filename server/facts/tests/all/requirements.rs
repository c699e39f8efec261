//! The requirements reader: fixtures next to their expected reading, and what must hold for any text.
//!
//! `BLESS=1 cargo test -p pinlens-facts --test all requirements` writes the expected files anew; read the difference.

use pinlens_facts::requirements::{IncludeKind, RequirementsFacts, parse};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextRange;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/requirements")
}

fn compare(actual: &str, expected: &Path) {
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(expected, actual).unwrap();
    }
    let known = std::fs::read_to_string(expected).unwrap();
    for (line, (actual, known)) in actual.lines().zip(known.lines()).enumerate() {
        assert_eq!(actual, known, "{}:{}", expected.display(), line + 1);
    }
    assert_eq!(actual, known, "{}", expected.display());
}

#[test]
fn each_line_reads_as_expected() {
    let lines = std::fs::read_to_string(folder().join("lines.in")).unwrap();
    assert!(lines.lines().count() >= 120);
    let mut actual = String::new();
    for line in lines.lines() {
        let facts = crate::render::facts(&parse(line));
        actual.extend([line, "\n", &facts, "\n"]);
    }
    compare(&actual, &folder().join("lines.expected"));
}

#[test]
fn each_file_reads_as_expected() {
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder().join("files"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    names.sort();
    assert!(names.len() >= 5);
    for path in names {
        let text = std::fs::read_to_string(&path).unwrap();
        compare(&crate::render::facts(&parse(&text)), &path.with_extension("expected"));
    }
}

/// Asserts all that must hold of the ranges of any text's facts.
fn check_ranges(text: &str, facts: &RequirementsFacts) {
    let sane = |range: TextRange| {
        assert!(range.start <= range.end, "{text:?} {range:?}");
        assert!(text.get(range.indices()).is_some(), "{text:?} {range:?}");
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
        if let Some(name) = &requirement.name {
            let written = &text[requirement.name_range.indices()];
            // a joined line's breaks, U+2028 among them, and its backslashes may stand inside the name
            let kept = |c: &char| !c.is_control() && !matches!(c, '\\' | '\u{2028}' | '\u{2029}');
            let joined: String = written.chars().filter(kept).collect();
            assert_eq!(&DistributionName::new(&joined), name, "{text:?}");
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
    assert!(facts.errors.is_sorted_by_key(|error| error.range.start), "{text:?}");
    assert!(facts.requirements.is_sorted_by_key(|requirement| requirement.line_range), "{text:?}");
}

/// Scraps that requirements files are made of, so that random texts reach deep.
fn scrap() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "redis",
        "ruamel.yaml",
        "-",
        "_",
        "==",
        ">=",
        "=",
        "~=",
        "===",
        ",",
        "1.0",
        "5..0",
        "2.*",
        "[",
        "]",
        "x",
        ";",
        "; ",
        "python_version",
        "\"3\"",
        "\"",
        "'",
        "(",
        ")",
        " and ",
        " or ",
        " in ",
        " not ",
        "@",
        " @ ",
        "https://e.org/a-1.0.zip",
        "git+https://e.org/x#egg=",
        "#",
        " # ",
        "\\",
        "\\\n",
        "\n",
        "\r\n",
        "\r",
        "\u{c}",
        "\u{2028}",
        "\u{85}",
        " ",
        "\t",
        "-r ",
        "-c",
        "-e ",
        ".",
        "./",
        "/",
        "C:\\x",
        ".whl",
        "${VAR}",
        "${",
        "--hash=sha256:a",
        "--pre",
        "--foo",
        "=>",
        "^",
        "é",
        "𝄞",
        "\u{feff}",
        "\u{a0}",
        "pip install ",
        "# via ",
        "    # via x\n",
        "    #  y\n",
        "<<<<<<<",
        "&",
        "!",
        "%",
        "+",
        "$",
        "0",
    ]);
    prop_oneof![8 => known.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)]
}

/// A well-formed requirement, and the name, extras, specifier and marker that it has.
fn well_formed() -> impl Strategy<Value = (String, String, Vec<String>, String, String)> {
    let name = "[a-zA-Z]([a-z0-9._-]{0,8}[a-z0-9])?";
    let extras = prop::collection::vec("[a-z]{1,6}", 0..3);
    let specifier =
        prop::collection::vec("(==|>=|<|!=|~=)[0-9]{1,2}\\.[0-9]{1,3}(\\.[0-9])?(rc1|\\.post2|\\.dev3)?", 0..3);
    let marker = prop_oneof![
        Just(String::new()),
        Just("python_version >= \"3.8\"".to_owned()),
        Just("(os_name == 'nt' or extra == 'x') and sys_platform != \"linux\"".to_owned()),
    ];
    (name, extras, specifier, marker).prop_map(|(name, extras, specifier, marker)| {
        let specifier = specifier.join(", ");
        let mut line = name.clone();
        if !extras.is_empty() {
            line.extend(["[", &extras.join(","), "]"]);
        }
        line.push_str(&specifier);
        if !marker.is_empty() {
            line.extend([" ; ", &marker]);
        }
        (line, name, extras, specifier, marker)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn any_text_gives_sane_ranges(scraps in prop::collection::vec(scrap(), 0..14)) {
        let text = scraps.concat();
        check_ranges(&text, &parse(&text));
    }

    #[test]
    fn any_characters_give_sane_ranges(text in any::<String>()) {
        check_ranges(&text, &parse(&text));
    }

    #[test]
    fn a_mistake_costs_only_its_line(scraps in prop::collection::vec(scrap(), 0..8)) {
        let middle: String = scraps.concat().replace(['\\', '\n', '\r'], " ");
        let facts = parse(&format!("first==1\n{middle}\nlast==2\n"));
        let names: Vec<&str> = facts.requirements.iter().filter_map(|r| Some(r.name.as_ref()?.as_str())).collect();
        prop_assert_eq!((names.first(), names.last()), (Some(&"first"), Some(&"last")));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn what_is_written_is_read_back(
        lines in prop::collection::vec((well_formed(), 0..4u8), 0..8),
        ending in prop::sample::select(vec!["\n", "\r\n", "\r"]),
    ) {
        let decorated = |(line, how): &((String, String, Vec<String>, String, String), u8)| match how {
            0 => format!("{}{ending}", line.0),
            1 => format!("  {}  # why{ending}", line.0),
            2 => format!("{} \\{ending}    --hash=sha256:aa{ending}", line.0),
            _ => format!("# before{ending}{ending}{}{ending}", line.0),
        };
        let text: String = lines.iter().map(decorated).chain([format!("-r base.txt{ending}")]).collect();
        let facts = parse(&text);
        check_ranges(&text, &facts);
        prop_assert_eq!(&facts.errors, &vec![], "{}", text);
        prop_assert_eq!(facts.requirements.len(), lines.len());
        for (read, ((_, name, extras, specifier, marker), _)) in facts.requirements.iter().zip(&lines) {
            prop_assert_eq!(&text[read.name_range.indices()], name.as_str());
            let read_extras: Vec<&str> = read.extras.iter().map(|extra| &*extra.text).collect();
            prop_assert_eq!(read_extras, extras.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert_eq!(read.specifier.as_ref().map_or("", |piece| &*piece.text), specifier.as_str());
            prop_assert_eq!(read.marker.as_ref().map_or("", |piece| &*piece.text), marker.as_str());
        }
        prop_assert_eq!(facts.includes.len(), 1);
        prop_assert_eq!(facts.includes[0].kind, IncludeKind::Requirements);
        prop_assert_eq!(&*facts.includes[0].target, "base.txt");
    }
}
