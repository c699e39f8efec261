//! How long the requirements reader takes: 10,000 plain pins and 10,000 rich lines, best and median of 21 runs.
//!
//! `cargo run --release -p pinlens-facts --example requirements_speed`

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // it measures

use pinlens_facts::requirements::parse;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const LINES: usize = 10_000;

fn main() {
    let mut plain = String::new();
    let mut rich = String::new();
    for at in 0..LINES {
        let _ = writeln!(plain, "package-{at}=={}.{}.1", at % 90, at % 7);
        let _ = writeln!(
            rich,
            "package-{at}[one,two] >={}.1, <{}, !=3.0.* ; python_version >= \"3.8\" and sys_platform != 'win32'  # why",
            at % 9,
            at % 9 + 10
        );
    }
    for (label, text) in [("plain pins", plain), ("rich lines", rich)] {
        let facts = parse(&text);
        assert!(facts.requirements.len() == LINES && facts.errors.is_empty(), "{:?}", facts.errors.first());
        let mut times: Vec<Duration> = (0..21)
            .map(|_| {
                let start = Instant::now();
                std::hint::black_box(parse(&text));
                start.elapsed()
            })
            .collect();
        times.sort();
        println!("{LINES} {label}: best {:?}, median {:?}", times[0], times[times.len() / 2]);
    }
}
