//! Puts the commit that is built, and its date, into `pinlens --version`. The release workflow sets `PINLENS_COMMIT` (`1a2b3c4 2026-11-30`);
//! in a clone it comes from git; a source distribution has neither, and its version stands alone.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-env-changed=PINLENS_COMMIT");
    println!("cargo:rerun-if-changed=build.rs");
    let commit = std::env::var("PINLENS_COMMIT").ok().or_else(of_git).unwrap_or_default();
    println!("cargo:rustc-env=PINLENS_COMMIT={}", commit.trim());
}

/// The commit of the clone that this crate lies in.
fn of_git() -> Option<String> {
    let top = Path::new("../..");
    if !top.join(".git").exists() {
        return None;
    }
    // written at every commit and every checkout
    println!("cargo:rerun-if-changed=../../.git/logs/HEAD");
    let arguments = ["log", "-1", "--format=%h %cs", "--abbrev=9"];
    let output = Command::new("git").args(arguments).current_dir(top).output().ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).ok()).flatten()
}
