//! Where the `pinlens` under test is.

use std::path::PathBuf;

/// The binary that the tests run: `PINLENS_BIN`, else the one that was built beside this test.
///
/// # Panics
/// Where there is none, with what to do about it.
pub fn path() -> PathBuf {
    let path = match std::env::var_os("PINLENS_BIN") {
        Some(path) => PathBuf::from(path),
        None => beside_the_test(),
    };
    assert!(path.is_file(), "{} is missing: run `cargo build -p pinlens` first, or set PINLENS_BIN", path.display());
    path
}

/// A test is `target/<profile>/deps/<test>`, the binary `target/<profile>/pinlens`.
fn beside_the_test() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let profile = test.ancestors().nth(2).expect("a test lies in target/<profile>/deps");
    profile.join("pinlens").with_extension(std::env::consts::EXE_EXTENSION)
}
