//! Measures the scan alone: `cargo run --release --example scan_speed -- FOLDER` reads every `.py` file below FOLDER into
//! memory, scans all of them five times and prints the best round.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // it measures

use pinlens_facts::mentions::mentions_of_code;
use pinlens_facts::python::scan::scan;
use pinlens_facts::python::{ParsedImport, statement};
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

fn main() {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: scan_speed FOLDER");
        std::process::exit(2);
    };
    let mut texts = Vec::new();
    collect(Path::new(&folder), &mut texts);
    let bytes: usize = texts.iter().map(String::len).sum();
    let memo: RefCell<HashMap<String, Arc<ParsedImport>>> = RefCell::default();
    let remembered = |text: &str| -> Arc<ParsedImport> {
        if let Some(parsed) = memo.borrow().get(text) {
            return Arc::clone(parsed);
        }
        let parsed = statement::parse(text);
        memo.borrow_mut().insert(text.to_owned(), Arc::clone(&parsed));
        parsed
    };
    let nothing = |_: &str| Arc::default();
    measure("scan alone", &texts, bytes, &nothing);
    measure("scan, parsing each distinct statement once (first round)", &texts, bytes, &remembered);
    measure("scan, statements remembered", &texts, bytes, &remembered);
    let facts: Vec<_> = texts.iter().map(|text| scan(text, &remembered)).collect();
    let mut best = f64::MAX;
    let (mut said, mut speaking) = (0, 0);
    for _ in 0..5 {
        let start = Instant::now();
        let mentions = texts.iter().zip(&facts).map(|(text, facts)| mentions_of_code(text, &facts.imports, false));
        let counts: Vec<usize> = mentions.map(|mentions| mentions.all().len()).collect();
        best = best.min(start.elapsed().as_secs_f64());
        (said, speaking) = (counts.iter().sum(), counts.iter().filter(|count| **count > 0).count());
    }
    println!("uses in code: {said} said by {speaking} files, {:.1} ms in all", best * 1e3);
}

#[allow(clippy::cast_precision_loss)] // counts far below 2^52
fn measure(label: &str, texts: &[String], bytes: usize, parse: &dyn Fn(&str) -> Arc<ParsedImport>) {
    let rounds = if label.contains("first") { 1 } else { 5 };
    let mut best = f64::MAX;
    let mut imports = 0;
    for _ in 0..rounds {
        let start = Instant::now();
        imports = texts.iter().map(|text| scan(text, parse).imports.len()).sum();
        best = best.min(start.elapsed().as_secs_f64());
    }
    let (files, megabytes) = (texts.len() as f64, bytes as f64 / 1e6);
    println!("{label}: {imports} imports, {:.0} files/s, {:.0} MB/s", files / best, megabytes / best);
}

fn collect(folder: &Path, texts: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() && !path.is_symlink() {
            collect(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            texts.extend(std::fs::read_to_string(&path));
        }
    }
}
