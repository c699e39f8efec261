//! The README of the bundled tables explains what stands in them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The columns whose words are a closed set, each of which the README explains in backticks.
const KINDS: [&str; 7] = ["fact", "form", "kind", "list", "quality", "system", "when"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

fn readme() -> String {
    std::fs::read_to_string(folder().join("README.md")).expect("the tables have a README")
}

/// Each table with its heading and its rows.
fn tables() -> Vec<(String, Vec<String>, Vec<Vec<String>>)> {
    let files = std::fs::read_dir(folder()).expect("the tables are here").map(|entry| entry.expect("a file").path());
    let tables = files.filter(|path| path.extension().is_some_and(|end| end == "tsv")).map(|path| {
        let text = std::fs::read_to_string(&path).expect("a table is text");
        let cells = |row: &str| row.split('\t').map(str::to_owned).collect::<Vec<String>>();
        let mut rows = text.lines().map(cells);
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, rows.next().expect("a heading row"), rows.collect())
    });
    tables.collect()
}

/// The different cells of a column.
fn cells(rows: &[Vec<String>], column: usize) -> BTreeSet<&str> {
    rows.iter().filter_map(|row| row.get(column)).map(String::as_str).filter(|cell| !cell.is_empty()).collect()
}

#[test]
fn every_kind_of_row_is_explained() {
    let readme = readme();
    for (name, heading, rows) in tables() {
        assert!(readme.contains(&format!("| `{name}` |")), "{name} is not explained");
        for (column, title) in heading.iter().enumerate().filter(|(_, title)| KINDS.contains(&title.as_str())) {
            for cell in cells(&rows, column) {
                assert!(readme.contains(&format!("`{cell}`")), "{name}: the {title} `{cell}` is not explained");
            }
        }
    }
}

/// A source of several words explains itself, and so do a module, an extra and a page of a manual; another single word is a name that the
/// README explains.
#[test]
fn every_source_is_explained() {
    let readme = readme();
    for (name, heading, rows) in tables() {
        let Some(column) = heading.iter().position(|title| title == "source") else { continue };
        for cell in cells(&rows, column).into_iter().filter(|cell| !cell.contains([' ', '.', '[', '('])) {
            assert!(readme.contains(&format!("`{cell}`")), "{name}: the source `{cell}` is not explained");
        }
    }
}

/// A fact has its source in its row; those of a host stand in the row of its name.
#[test]
fn every_row_of_knowledge_has_a_source() {
    for (name, heading, rows) in tables() {
        let columns = ["source", "note"].iter().filter_map(|title| heading.iter().position(|known| known == title));
        let Some(column) =
            columns.min().filter(|_| name == "words.tsv" || heading.iter().any(|title| title == "source"))
        else {
            continue;
        };
        let of_host = |row: &[String]| name == "hosts.tsv" && row.get(1).is_none_or(|fact| fact != "name");
        for row in rows.iter().filter(|row| !of_host(row)) {
            let source = row.get(column).map_or("", String::as_str);
            assert!(!source.trim().is_empty(), "{name}: {row:?} has no source");
        }
    }
}
