//! Real Python files: the standard library and the packages next to it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// More than this is not read, so that the tests stay quick without optimisation.
const MAX_FILES: usize = 3_000;

/// The texts of the Python files of the installed Python, spread evenly over all of them; at most `limit`.
pub fn texts(limit: usize) -> Vec<(PathBuf, String)> {
    let mut paths = Vec::new();
    collect(&standard_library(), &mut paths);
    paths.sort();
    let step = paths.len().div_ceil(limit.min(MAX_FILES)).max(1);
    let read = |path: PathBuf| std::fs::read_to_string(&path).ok().map(|text| (path, text));
    paths.into_iter().step_by(step).filter_map(read).collect()
}

fn standard_library() -> PathBuf {
    let program = "import sysconfig; print(sysconfig.get_paths()['stdlib'])";
    let output = Command::new("python3").args(["-c", program]).output();
    let output = output.expect("this test reads Python's standard library: install python3 (tests/run does)");
    assert!(output.status.success(), "python3 does not run: {}", String::from_utf8_lossy(&output.stderr));
    PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() && !path.is_symlink() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            paths.push(path);
        }
    }
}
