//! Whether the worlds would find an input that is forgotten: each is forgotten in turn, and the worlds run until one shows it.
//!
//! `cargo test -p pinlens-analysis --features mutations --test all mutations -- --nocapture` prints the table, and fails where fewer
//! are found than [`FOUND`] or one that was found is not any more.

use super::cases::{Kind, Wrong, of_seed, take};
use pinlens_analysis::analysis::mutations::{Mutation, forget, seen};
use std::collections::BTreeSet;

/// The worlds that look for each.
const WORLDS: u64 = 100;

/// The mutations that are found at the least, of all.
const FOUND: usize = 24;

fn found(mutation: Mutation) -> Option<(u64, Wrong)> {
    forget(Some(mutation));
    let found = (0..WORLDS).find_map(|seed| {
        let (world, steps) = of_seed(seed);
        Some((seed, take(&world, &steps).err()?))
    });
    forget(None);
    found
}

#[test]
fn forgotten_inputs_are_found() {
    for seed in 0..WORLDS.min(40) {
        let (world, steps) = of_seed(seed);
        take(&world, &steps).unwrap_or_else(|wrong| panic!("seed {seed}, nothing is forgotten: {wrong:#?}"));
    }
    let all: BTreeSet<Mutation> = seen();
    let mut count = 0;
    for mutation in &all {
        let found = found(*mutation);
        count += usize::from(found.is_some());
        println!("{}", row(*mutation, found.as_ref()));
    }
    println!("{count} of {} are found", all.len());
    assert!(count >= FOUND, "{count} of {} are found", all.len());
}

/// `| KnownImporters | Code | world 3, DropLine in app.py | findings |`
fn row(mutation: Mutation, found: Option<&(u64, Wrong)>) -> String {
    let value = mutation.value.rsplit("pinlens_analysis::").next().unwrap_or_default();
    let (by, what) = match found {
        Some((seed, wrong)) => (format!("{} (world {seed})", by(wrong)), wrong.what.lines().next().unwrap_or_default()),
        None => ("-".to_owned(), "not found"),
    };
    format!("| `{value}` | {} | {by} | {} |", mutation.input, what.trim_end_matches(':'))
}

fn by(wrong: &Wrong) -> String {
    let kind = match wrong.kind {
        Kind::File => "file of another case",
        Kind::DropLine => "line out",
        Kind::AddLine => "line in",
        Kind::Delete => "file deleted",
        Kind::Move => "file moved",
        Kind::Undo => "undo",
        Kind::Environment => "environment",
        Kind::Settings => "settings",
    };
    match wrong.edit.path() {
        Some(path) => format!("{kind}: `{path}`"),
        None => kind.to_owned(),
    }
}
