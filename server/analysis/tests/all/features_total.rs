//! Whatever stands in the files and wherever the cursor is: what editors request is answered, with ranges inside the text and on
//! character boundaries.

use pinlens_analysis::features::places::Place;
use pinlens_analysis::features::references::Declarations;
use pinlens_analysis::features::rename::{self, Move};
use pinlens_analysis::features::{
    completion, definition, folding, hints, hover, lenses, links, references, symbols, tokens,
};
use pinlens_analysis::model::change::Change;
use pinlens_analysis::model::environment::{About, Environment, Installed};
use pinlens_analysis::model::ids::FileId;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::python::statement;
use pinlens_facts::words::names::{DistributionName, FilePath, ModuleName};
use pinlens_facts::words::text::{TextRange, apply_edits};
use proptest::prelude::*;
use std::sync::Arc;

/// Pieces of requirements files, half-typed ones and odd ones among them.
fn requirements() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "redis",
        "PyYAML",
        "==",
        ">= ",
        "5.0.1",
        "[",
        "hiredis",
        "]",
        ",",
        " ; ",
        ";",
        "python_version",
        " < ",
        "\"3.9",
        "\"",
        "'",
        " and ",
        "-r ",
        "-r\u{a0}",
        "-c",
        "base.txt",
        "-e ",
        "./lib",
        "--hash=",
        "--",
        "=",
        "git+https://x.y/z.git#egg=w",
        " @ ",
        "https://x.y",
        "#",
        " # ",
        "pinlens: ignore[",
        "keep",
        "\\\n",
        "\n",
        "\r\n",
        "\r",
        " ",
        "\t",
        "é",
        "\u{1d11e}",
        "${VAR}",
        "(",
        ")",
        "not in ",
        "\u{feff}",
    ]);
    prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

fn python() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "import redis",
        "from yaml import x",
        "from google.cloud import storage, ",
        "import ",
        ", ",
        ".",
        "\n",
        "    ",
        "try:\n",
        "if x: ",
        " # ",
        "# pinlens: ",
        "ignore[",
        "é",
        "'",
        "(",
        ")",
        "as y",
        ";",
    ]);
    prop::collection::vec(pieces, 0..16).prop_map(|pieces| pieces.concat())
}

fn workspace(files: &[(&str, String)]) -> Workspace {
    let redis = Installed {
        name: DistributionName::new("redis"),
        display: "redis".to_owned(),
        version: "4.6.0".to_owned(),
        modules: vec![ModuleName::new("redis")],
        listed_in: "RECORD",
        direct: false,
        scripts: Box::default(),
        groups: Box::default(),
        requires: Vec::new(),
        is_complete: true,
        about: About {
            summary: "a *b*\u{7}".to_owned(),
            links: vec![("Home".to_owned(), "https://x.y".to_owned())],
            extras: vec!["hiredis".into()],
        },
    };
    let facts = |(path, text): &(&str, String)| {
        let path = FilePath::new(path);
        let kind = FileKind::of(&path).unwrap_or(FileKind::Requirements);
        let facts = FileFacts::of(kind, text, &statement::parse);
        (path, Some(facts))
    };
    let mut workspace = Workspace::default();
    workspace.apply(Change {
        files: files.iter().map(facts).collect(),
        environment: Some(Arc::new(Environment::new(".venv".into(), None, vec![redis]))),
        config: None,
    });
    workspace
}

/// Every range that any answer holds, with its file.
fn ranges(ws: &Workspace, file: FileId, text: &str, offset: u32) -> Vec<(FileId, TextRange)> {
    let mut all: Vec<(FileId, TextRange)> = Vec::new();
    let mut places = |places: Vec<Place>| all.extend(places.into_iter().map(|place| (place.file, place.range)));
    if let Some(found) = definition::definition(ws, file, offset) {
        places(found.places);
    }
    places(references::references(ws, file, offset, Declarations::With));
    places(symbols::search(ws, "").into_iter().map(|found| found.place).collect());
    if let Some(found) = hover::hover(ws, file, offset) {
        all.push((file, found.range));
        let show = |_: &Place| (String::new(), None);
        assert!(!found.text.markdown(&show).is_empty());
    }
    let whole = TextRange::new(0, u32::MAX);
    let own = completion::complete(ws, file, text, offset).into_iter().map(|item| item.replaces);
    let own = own.chain(symbols::outline(ws, file).into_iter().map(|symbol| symbol.range));
    let own = own.chain(lenses::lenses(ws, file).into_iter().map(|lens| lens.range));
    let own = own.chain(links::links(ws, file).into_iter().map(|link| link.range));
    let own = own.chain(tokens::tokens(ws, file).into_iter().map(|token| token.range));
    let own = own.chain(hints::hints(ws, file, whole).into_iter().map(|hint| TextRange::empty(hint.offset)));
    all.extend(own.map(|range| (file, range)));
    for fold in folding::folds(ws, file) {
        assert!(fold.first < fold.last, "{fold:?}");
    }
    all
}

proptest! {
    #[test]
    fn every_question_has_an_answer(
        requirements in requirements(), base in requirements(), app in python(), at in any::<prop::sample::Index>(),
    ) {
        let files = [("app.py", app), ("base.txt", base), ("requirements.txt", requirements)];
        let ws = workspace(&files);
        let text_of = |file: FileId| &files.iter().find(|(path, _)| *path == ws.path(file).as_str()).expect("a file").1;
        for (path, text) in &files {
            let file = ws.file(&FilePath::new(path)).expect("the file");
            let boundaries: Vec<u32> = text.char_indices().map(|(at, _)| at as u32).chain([text.len() as u32]).collect();
            for (file, range) in ranges(&ws, file, text, *at.get(&boundaries)) {
                prop_assert!(text_of(file).get(range.indices()).is_some(), "{:?} in {:?}", range, text_of(file));
            }
            let mut end = 0;
            for token in tokens::tokens(&ws, file) {
                prop_assert!(end <= token.range.start && token.range.start < token.range.end);
                end = token.range.end;
            }
        }
    }

    #[test]
    fn includes_lead_to_the_same_file_after_a_move(
        from in prop::sample::select(vec!["requirements.txt", "base.txt", "a", "a/requirements.txt", "a/b/base.txt"]),
        to in prop::sample::select(vec!["x/requirements.txt", "other.txt", "a/b/c", "z"]),
    ) {
        let files = [
            ("requirements.txt", "-r base.txt\n-r a/requirements.txt\n"),
            ("base.txt", "redis\n"),
            ("a/requirements.txt", "-r ../base.txt\n-c b/base.txt\n"),
            ("a/b/base.txt", "redis==5\n"),
        ].map(|(path, text)| (path, text.to_owned()));
        let ws = workspace(&files);
        let moves = [Move { from: FilePath::new(from), to: FilePath::new(to) }];
        let moved = |path: &str| match path.strip_prefix(from) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => FilePath::new(&format!("{to}{rest}")).to_string(),
            _ => path.to_owned(),
        };
        let edit = rename::moved(&ws, &moves);
        let after: Vec<(String, String)> = files.iter().map(|(path, text)| {
            let edits = edit.files.iter().find(|file| file.path.as_str() == *path).map_or(&[][..], |file| &file.edits);
            (moved(path), apply_edits(text, edits))
        }).collect();
        for ((_, before), (path, text)) in files.iter().zip(&after) {
            prop_assert_eq!(before.lines().count(), text.lines().count());
            for line in text.lines().filter(|line| line.starts_with('-')) {
                let target = FilePath::new(path).sibling(&line[3..]);
                let is_there = after.iter().any(|(path, _)| *path == *target.as_str());
                prop_assert!(is_there, "{} leads to {} after {} became {}", path, target, from, to);
            }
        }
    }
}
