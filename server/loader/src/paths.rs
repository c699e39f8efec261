//! Between workspace paths (`/`, relative to the root) and those of the system.

use pinlens_facts::words::names::FilePath;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

/// Where `path` is on disk. `..` is resolved here, for a verbatim path of Windows takes none.
pub(crate) fn absolute(root: &Path, path: &FilePath) -> PathBuf {
    let text = path.as_str();
    if text.starts_with('/') || text.as_bytes().get(1) == Some(&b':') {
        return PathBuf::from(text);
    }
    if MAIN_SEPARATOR == '/' && !text.contains("..") {
        return root.join(text);
    }
    let mut absolute = root.to_path_buf();
    for part in text.split('/') {
        match part {
            ".." => drop(absolute.pop()),
            other => absolute.push(other),
        }
    }
    absolute
}

/// The workspace path of the absolute path `path`.
pub(crate) fn path_of(root: &Path, path: &Path) -> Option<FilePath> {
    if !path.is_absolute() {
        return None;
    }
    path_of_canonical(root, &canonical(path))
}

/// The same of a path of which no part is a link.
pub(crate) fn path_of_canonical(root: &Path, canonical: &Path) -> Option<FilePath> {
    if let Ok(inside) = canonical.strip_prefix(root) {
        return joined("", inside).map(|path| FilePath::new(&path));
    }
    let shared = root.components().zip(canonical.components()).take_while(|(a, b)| a == b).count();
    let rest: PathBuf = canonical.components().skip(shared).collect();
    match shared {
        // another drive of Windows
        0 => canonical.to_str().map(|path| FilePath::new(&path.replace('\\', "/"))),
        _ => joined(&"../".repeat(root.components().count() - shared), &rest).map(|path| FilePath::new(&path)),
    }
}

/// `prefix` and the parts of `relative`, with `/`.
pub(crate) fn joined(prefix: &str, relative: &Path) -> Option<String> {
    let mut text = String::with_capacity(prefix.len() + relative.as_os_str().len());
    text.push_str(prefix);
    for (at, part) in relative.components().enumerate() {
        if at > 0 {
            text.push('/');
        }
        text.push_str(part.as_os_str().to_str()?);
    }
    Some(text)
}

/// `path` with the symlinks of its existing part resolved; the rest, of a file to be, follows as it is.
pub(crate) fn canonical(path: &Path) -> PathBuf {
    let path = lexical(path);
    for existing in path.ancestors() {
        if let Ok(canonical) = existing.canonicalize() {
            let rest = path.strip_prefix(existing).unwrap_or(Path::new(""));
            return if rest.as_os_str().is_empty() { canonical } else { canonical.join(rest) };
        }
    }
    path
}

/// `path` without `.` and `..`.
fn lexical(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}
