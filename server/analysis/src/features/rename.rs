//! What has to be written anew when files move: the `-r` and `-c` lines that lead to them, and those that stand in them.

use super::subject::declarations;
use crate::analysis::Analysis;
use crate::fixes::{FileEdit, SourceEdit};
use crate::model::ids::FileId;
use pinlens_facts::requirements::Format;
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::text::TextEdit;

/// A file or folder that moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Where it is.
    pub from: FilePath,
    /// Where it will be.
    pub to: FilePath,
}

/// The edits, of the files where they are before the move. Only lines that lead to a file of the workspace are looked at.
pub fn moved(ws: &Analysis, moves: &[Move]) -> SourceEdit {
    let files = ws.manifests_in_order().into_iter().filter_map(|file| of_file(ws, file, moves));
    SourceEdit { files: files.collect() }
}

fn of_file(ws: &Analysis, file: FileId, moves: &[Move]) -> Option<FileEdit> {
    let facts = declarations(ws, file).filter(|facts| facts.format == Format::Requirements)?;
    let old = ws.path(file);
    let new = after(old, moves);
    let edits = facts.includes.iter().filter_map(|include| {
        let target = old.sibling(&include.target);
        ws.file(&target).filter(|id| ws.facts(*id).is_some())?;
        let wanted = after(&target, moves);
        // it leads there as it is
        let is_right = new.sibling(&include.target) == wanted;
        (!is_right).then(|| TextEdit { range: include.target_range, text: relative(new.folder(), wanted.as_str()) })
    });
    let edits: Vec<TextEdit> = edits.collect();
    (!edits.is_empty()).then(|| FileEdit { path: old.clone(), create: false, edits })
}

/// Where a path is after the moves.
fn after(path: &FilePath, moves: &[Move]) -> FilePath {
    let inside = |one: &Move| {
        let rest = path.as_str().strip_prefix(one.from.as_str())?;
        (rest.is_empty() || rest.starts_with('/')).then(|| FilePath::new(&format!("{}{rest}", one.to)))
    };
    moves.iter().find_map(inside).unwrap_or_else(|| path.clone())
}

/// `path` as a file in `folder` names it; both count from the workspace's top folder.
pub(super) fn relative(folder: &str, path: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = path.split('/').collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = "../".repeat(from.len() - shared);
    format!("{up}{}", to.get(shared..).unwrap_or_default().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_file() {
        assert_eq!(relative("", "a/b.txt"), "a/b.txt");
        assert_eq!(relative("a", "a/b.txt"), "b.txt");
        assert_eq!(relative("a/c", "b.txt"), "../../b.txt");
        assert_eq!(relative("a/c", "a/d/b.txt"), "../d/b.txt");
    }
}
