//! Which folders are to be loaded for the PATHs that the user named, and what of each is reported.

use std::path::{Path, PathBuf};

/// A folder to load, and the part of it that is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// The folder, canonical.
    pub folder: PathBuf,
    /// The files and folders in it that are reported, canonical; `folder` itself for all.
    pub limits: Vec<PathBuf>,
    /// Other roots inside this one, which are loaded on their own.
    pub inner: Vec<PathBuf>,
}

/// Finds the roots of `paths`, in path order: upward from each the folder that holds `.git`, but `home` and what is above
/// it never; without one the path itself, or a file's folder.
///
/// `Err` says which path cannot be used and why.
pub fn find(paths: &[PathBuf], home: Option<&Path>) -> Result<Vec<Root>, String> {
    let mut found: Vec<(PathBuf, Marked, PathBuf)> = Vec::new();
    for path in paths {
        let path = path.canonicalize().map_err(|error| format!("{}: {}", path.display(), reason(&error)))?;
        let (folder, marked) = root_of(&path, home)?;
        found.push((folder, marked, path));
    }
    Ok(unite(&found))
}

/// Whether a root is known by its `.git`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marked {
    ByGit,
    No,
}

fn root_of(path: &Path, home: Option<&Path>) -> Result<(PathBuf, Marked), String> {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let below_home = folder.ancestors().take_while(|&ancestor| Some(ancestor) != home);
    for ancestor in below_home {
        if ancestor.join(".git").exists() {
            return Ok((ancestor.to_path_buf(), Marked::ByGit));
        }
    }
    if Some(folder) == home {
        return Err(format!("{}: this is the home folder, which is no project; name a folder in it", path.display()));
    }
    Ok((folder.to_path_buf(), Marked::No))
}

/// Makes one root of those that are equal, and of a path without `.git` and the root that it lies in.
fn unite(found: &[(PathBuf, Marked, PathBuf)]) -> Vec<Root> {
    let is_root = |folder: &Path, marked: Marked| {
        let inside = |other: &Path| folder != other && folder.starts_with(other);
        marked == Marked::ByGit || !found.iter().any(|(other, ..)| inside(other))
    };
    let mut folders: Vec<PathBuf> = found
        .iter()
        .filter(|(folder, marked, _)| is_root(folder, *marked))
        .map(|(folder, ..)| folder.clone())
        .collect();
    folders.sort();
    folders.dedup();
    let limits_of = |root: &PathBuf| {
        let innermost = |path: &PathBuf| folders.iter().rfind(|folder| path.starts_with(folder)) == Some(root);
        found.iter().map(|(_, _, path)| path).filter(|path| innermost(path)).cloned().collect()
    };
    let inner_of =
        |root: &PathBuf| folders.iter().filter(|folder| *folder != root && folder.starts_with(root)).cloned().collect();
    folders.iter().map(|root| Root { folder: root.clone(), limits: limits_of(root), inner: inner_of(root) }).collect()
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => String::from("there is no such file or folder"),
        std::io::ErrorKind::PermissionDenied => String::from("permission denied"),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A canonical temporary folder that holds `folders`.
    fn tree(folders: &[&str]) -> (tempfile::TempDir, PathBuf) {
        let keep = tempfile::tempdir().unwrap();
        let top = keep.path().canonicalize().unwrap();
        for folder in folders {
            fs::create_dir_all(top.join(folder)).unwrap();
        }
        (keep, top)
    }

    #[test]
    fn the_folder_with_git_is_sought_upward() {
        let (_keep, top) = tree(&["repo/.git", "repo/a/b", "repo/c"]);
        let roots = find(&[top.join("repo/a/b"), top.join("repo/c")], None).unwrap();
        let limits = vec![top.join("repo/a/b"), top.join("repo/c")];
        assert_eq!(roots, [Root { folder: top.join("repo"), limits, inner: vec![] }]);
    }

    #[test]
    fn git_may_be_a_file() {
        let (_keep, top) = tree(&["repo/a"]);
        fs::write(top.join("repo/.git"), "gitdir: elsewhere\n").unwrap();
        assert_eq!(find(&[top.join("repo/a")], None).unwrap()[0].folder, top.join("repo"));
    }

    #[test]
    fn home_is_never_a_root() {
        let (_keep, top) = tree(&[".git", "home/.git", "home/a/b"]);
        let home = top.join("home");
        assert_eq!(find(&[home.join("a/b")], Some(&home)).unwrap()[0].folder, home.join("a/b"));
        let error = find(std::slice::from_ref(&home), Some(&home)).unwrap_err();
        assert!(error.contains("home folder"), "{error}");
    }

    #[test]
    fn a_file_without_git_is_looked_at_from_its_folder() {
        let (_keep, top) = tree(&["a"]);
        fs::write(top.join("a/x.py"), "").unwrap();
        let roots = find(&[top.join("a/x.py")], Some(Path::new("/"))).unwrap();
        assert_eq!(roots, [Root { folder: top.join("a"), limits: vec![top.join("a/x.py")], inner: vec![] }]);
    }

    #[test]
    fn a_folder_inside_another_is_loaded_once_unless_it_is_a_repository() {
        let (_keep, top) = tree(&["a/plain", "a/repo/.git"]);
        let paths = [top.join("a/plain"), top.join("a"), top.join("a/repo")];
        let roots = find(&paths, Some(Path::new("/"))).unwrap();
        let outer = Root {
            folder: top.join("a"),
            limits: vec![top.join("a/plain"), top.join("a")],
            inner: vec![top.join("a/repo")],
        };
        let inner = Root { folder: top.join("a/repo"), limits: vec![top.join("a/repo")], inner: vec![] };
        assert_eq!(roots, [outer, inner]);
    }

    #[test]
    fn a_missing_path_is_named() {
        let error = find(&[PathBuf::from("no/such/path")], None).unwrap_err();
        assert_eq!(error, "no/such/path: there is no such file or folder");
    }
}
