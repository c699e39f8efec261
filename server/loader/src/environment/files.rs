//! The small files of a `site-packages`, as text, and lists of what folders hold.

use std::fs;
use std::path::{Path, PathBuf};

/// How deep a linked folder is looked through: `src/google/cloud/storage/__init__.py`.
const DEPTH: usize = 4;

/// The largest number of files that a linked folder's list holds; a linked folder may be anything, even `/`.
const LIMIT: usize = 20_000;

/// The paths of what `folder` holds, sorted; empty where it cannot be read.
pub(super) fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort_unstable();
    paths
}

/// The text of a regular file; what is not UTF-8 in it is replaced. `None` where there is none.
pub(super) fn text(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    match crate::read::anywhere(path, &mut bytes) {
        Ok(true) => Some(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }),
        _ => None,
    }
}

/// The folders that a `.pth` file adds to `sys.path`. Lines of code (`import …`) are not run, so they add nothing.
pub(super) fn pth_folders(path: &Path) -> Vec<PathBuf> {
    let Some((text, site)) = text(path).zip(path.parent()) else { return Vec::new() };
    let text = text.trim_start_matches('\u{feff}');
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let folders = lines.filter(|line| !line.starts_with("import ") && !line.starts_with("import\t"));
    folders
        .filter_map(|line| site.join(line).canonicalize().ok())
        .filter(|folder| folder.is_dir() && folder != site)
        .collect()
}

/// The paths of the files in `folder` and, to some depth, below it, relative to it and with `/`. Hidden folders and
/// environments are left out, symlinks not followed.
pub(super) fn listing(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    list(folder, "", DEPTH, &mut files);
    files
}

fn list(folder: &Path, prefix: &str, depth: usize, files: &mut Vec<String>) {
    let mut found: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().collect();
    found.sort_unstable_by_key(fs::DirEntry::file_name);
    // a regular package is a module as a whole: what is inside it need not be known
    let regular = !prefix.is_empty() && found.iter().any(|entry| entry.file_name() == "__init__.py");
    for entry in found {
        let name = entry.file_name();
        let (Some(name), Ok(kind)) = (name.to_str(), entry.file_type()) else { continue };
        if files.len() >= LIMIT {
            return;
        }
        if kind.is_file() {
            files.push(format!("{prefix}{name}"));
        } else if kind.is_dir() && depth > 1 && !regular && !name.starts_with('.') && name != "node_modules" {
            let inner = entry.path();
            if !crate::walk::filter::is_environment(&inner) {
                list(&inner, &format!("{prefix}{name}/"), depth - 1, files);
            }
        }
    }
}

/// The first column of each line of a RECORD (CSV; a path with a comma is quoted, a quote in it doubled).
pub(super) fn record_paths(record: &str) -> impl Iterator<Item = String> {
    record.lines().filter(|line| !line.is_empty()).map(|line| match line.strip_prefix('"') {
        None => line.split(',').next().unwrap_or_default().replace('\\', "/"),
        Some(quoted) => {
            let mut path = String::new();
            let mut characters = quoted.chars().peekable();
            while let Some(character) = characters.next() {
                if character == '"' && characters.next_if_eq(&'"').is_none() {
                    break;
                }
                path.push(character);
            }
            path.replace('\\', "/")
        }
    })
}

/// The modules that setuptools' finder of an editable install maps: the keys of its `MAPPING = {'pkg': '/src/pkg'}`,
/// read as text.
pub(super) fn finder_modules(source: &str) -> Vec<String> {
    let line = source.lines().find(|line| line.starts_with("MAPPING"));
    let Some((_, body)) = line.and_then(|line| line.split_once('{')) else { return Vec::new() };
    let body = body.split('}').next().unwrap_or_default();
    // 'key': 'value', 'key': 'value' — split at the quotes, keys are the strings that a colon follows
    let mut names = Vec::new();
    let mut rest = body;
    while let Some(start) = rest.find(['\'', '"']) {
        let quote = if rest.as_bytes().get(start) == Some(&b'"') { '"' } else { '\'' };
        let Some((string, after)) = rest.get(start + 1..).and_then(|inner| inner.split_once(quote)) else { break };
        if after.trim_start().starts_with(':') {
            names.push(string.to_owned());
        }
        rest = after;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_csv() {
        let record = "a/__init__.py,sha256=x,1\r\n\"b,\"\"c\"\".py\",,\n..\\..\\Scripts\\x.exe,,\n";
        let paths: Vec<String> = record_paths(record).collect();
        assert_eq!(paths, ["a/__init__.py", "b,\"c\".py", "../../Scripts/x.exe"]);
    }

    #[test]
    fn the_mapping_of_a_finder() {
        let source =
            "import sys\nMAPPING: dict[str, str] = {'pkg': '/home/me/it\\'s', \"ns.inner\": '/p/ns'}\nX = {'a': 1}";
        assert_eq!(finder_modules("MAPPING = {}"), [""; 0]);
        assert_eq!(finder_modules("MAPPING = {'a'"), [""; 0]);
        let names = finder_modules(&source.replace("\\'", ""));
        assert_eq!(names, ["pkg", "ns.inner"]);
    }
}
