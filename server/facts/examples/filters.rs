//! Writes the filters of `data/`: `cargo run --release --example filters -- DATE KEYS < TEXTS > FILTER`, where TEXTS has one text a line
//! and KEYS is 1 or 2: with two the filter is twice as large and wrong once in 60,000 times rather than in 250.
//!
//! `names.filter` is of the names of all distributions, normalised as PEP 503 has it: the first column of a listing of the index.
//! `outside.filter` is of the lines that `data/outside DATABASE` prints from the database of pigar.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // it measures

use std::io::{Read, Write};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [date, keys] = arguments.as_slice() else {
        eprintln!("usage: filters DATE KEYS < TEXTS > FILTER");
        std::process::exit(2);
    };
    let keys = keys.parse().expect("KEYS is 1 or 2");
    let mut texts = String::new();
    std::io::stdin().read_to_string(&mut texts).expect("texts are UTF-8");
    let bytes = pinlens_facts::knowledge::filters::written(date, keys, texts.lines().map(str::to_owned));
    std::io::stdout().write_all(&bytes.expect("enough texts")).expect("the filter is written");
}
