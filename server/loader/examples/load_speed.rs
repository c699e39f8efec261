//! Measures a walk and a load of the folder that is given: `cargo run --release --example load_speed -- FOLDER [ROUNDS]`.

use pinlens_loader::{Loaded, Loader};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

fn main() -> Result<(), pinlens_loader::FolderError> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| ".".into());
    let rounds: usize = arguments.next().and_then(|rounds| rounds.parse().ok()).unwrap_or(5);
    let loader = Loader::new(Path::new(&folder))?;
    for _ in 0..rounds {
        measure(&loader);
    }
    Ok(())
}

/// One round, as a line of text.
fn measure(loader: &Loader) {
    let (config, _) = loader.config();
    let start = Instant::now();
    let snapshot = loader.walk(&config);
    let walk = start.elapsed();
    let megabytes = snapshot.files.values().map(|stamp| stamp.len).sum::<u64>() / 1_000_000;

    let (read, skipped) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let start = Instant::now();
    loader.load(snapshot.files.into_keys().collect(), &|part| match part {
        Loaded::Found(_) => {}
        Loaded::Files(files) => drop(read.fetch_add(files.len(), Ordering::Relaxed)),
        Loaded::Skipped(files) => drop(skipped.fetch_add(files.len(), Ordering::Relaxed)),
    });
    let load = start.elapsed();

    let start = Instant::now();
    let found = loader.environment(&config).ok().flatten();
    let environment = start.elapsed();
    let installed = found.map_or(0, |found| found.distributions().len());
    let (read, skipped) = (read.into_inner(), skipped.into_inner());
    println!("{read} files ({megabytes} MB), {skipped} skipped: walk {walk:.1?}, load {load:.1?}");
    println!("  {installed} distributions: {environment:.1?}");
}
