//! The conversions that need no state: URIs and paths, positions of the protocol and of the analysis.

use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::text::Position;
use std::path::{Path, PathBuf};
use tower_lsp::ls_types::{self, Uri};

/// The code of the protocol for a request that was right, and that cannot be answered now.
pub const REQUEST_FAILED: i64 = -32803;

/// The path of a `file:` URI; `None` for every other scheme.
pub fn path(uri: &Uri) -> Option<PathBuf> {
    if !uri.scheme().as_str().eq_ignore_ascii_case("file") {
        return None;
    }
    uri.to_file_path().map(std::borrow::Cow::into_owned)
}

/// `path` without symlinks; what of it is not there, of a file to be or one that is gone, follows as it is.
pub fn canonical(path: &Path) -> PathBuf {
    for existing in path.ancestors() {
        if let Ok(canonical) = std::fs::canonicalize(existing) {
            let rest = path.strip_prefix(existing).unwrap_or(Path::new(""));
            return if rest.as_os_str().is_empty() { canonical } else { canonical.join(rest) };
        }
    }
    path.to_owned()
}

/// The path of a link: its folder's canonical path and its name.
pub fn canonical_link(path: &Path) -> PathBuf {
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => canonical(folder).join(name),
        _ => path.to_owned(),
    }
}

/// A position in the terms of the analysis; its column's unit stays the session's encoding.
pub fn position(position: ls_types::Position) -> Position {
    Position { line: position.line, column: position.character }
}

/// `folder`, a URI without a slash at its end, and the path of a file below it, percent-encoded.
pub fn join(folder: &str, path: &FilePath) -> Option<Uri> {
    use std::fmt::Write;
    let mut uri = format!("{folder}/");
    for byte in path.as_str().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            other => {
                let _ = write!(uri, "%{other:02X}"); // writing to a String cannot fail
            }
        }
    }
    uri.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_have_paths() {
        let of = |text: &str| path(&text.parse().expect("a URI"));
        assert_eq!(of("file:///a%20b/%C3%A9.py"), Some(PathBuf::from("/a b/é.py")));
        assert_eq!(of("untitled:Untitled-1"), None);
        assert_eq!(of("git:/a/b.py?ref"), None);
    }

    #[test]
    fn a_file_is_spelt_as_its_folder_is() {
        let uri = join("file:///c%3A/my%20app", &FilePath::new("src/é [1].py")).expect("a URI");
        assert_eq!(uri.as_str(), "file:///c%3A/my%20app/src/%C3%A9%20%5B1%5D.py");
    }
}
