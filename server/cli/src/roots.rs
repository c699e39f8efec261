//! Which folders are to be loaded for the PATHs that the user named, and what of each is reported.

use crate::failure::Failure;
use pinlens_analysis::config::Config;
use pinlens_facts::words::names::FilePath;
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
    /// Why the folder is a root.
    pub mark: Mark,
}

/// Why a folder is the root of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It holds `.git`.
    Git,
    /// Its settings have `root = true`.
    Setting,
    /// There is no `.git` above the path, and this file is the nearest that belongs to the top of a project.
    File(String),
    /// Nothing marks a root: it is the path that was named, or the folder of that file.
    Named,
}

/// Finds the roots of `paths`, in path order: upward from each the nearest folder that holds `.git`, or settings with
/// `root = true`; without one the nearest that holds
/// a file of requirements or settings; without that the path itself, or a file's folder. `home` and what is above it never is.
///
/// # Errors
///
/// Where a path cannot be used.
pub fn find(paths: &[PathBuf], home: Option<&Path>) -> Result<Vec<Root>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        let path = path.canonicalize().map_err(|cause| Failure::Path { path: path.clone(), cause })?;
        let (folder, mark) = root_of(&path, home)?;
        found.push(Found { folder, mark, path });
    }
    Ok(unite(&found))
}

/// A path that was named, and the root around it.
struct Found {
    folder: PathBuf,
    mark: Mark,
    path: PathBuf,
}

fn root_of(path: &Path, home: Option<&Path>) -> Result<(PathBuf, Mark), Failure> {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let below_home = || folder.ancestors().take_while(|&ancestor| Some(ancestor) != home);
    let marked = below_home().find_map(|ancestor| Some((ancestor, own_mark(ancestor)?)));
    if let Some((ancestor, mark)) = marked {
        return Ok((ancestor.to_path_buf(), mark));
    }
    if Some(folder) == home {
        return Err(Failure::Home(path.to_owned()));
    }
    // everybody's folder and the top of the disk are no projects, whatever file was left there
    let shared = std::env::temp_dir().canonicalize().ok();
    let may_be = |folder: &&Path| folder.parent().is_some() && Some(*folder) != shared.as_deref();
    let marked = below_home().filter(may_be).find_map(|ancestor| Some((ancestor, marking_file(ancestor)?)));
    Ok(match marked {
        Some((ancestor, file)) => (ancestor.to_path_buf(), Mark::File(file)),
        None => (folder.to_path_buf(), Mark::Named),
    })
}

/// Why the folder is the root of what it holds, whatever lies above it.
fn own_mark(folder: &Path) -> Option<Mark> {
    if ["pinlens.toml", "pyproject.toml"].into_iter().any(|name| is_root_by_setting(folder, name)) {
        return Some(Mark::Setting);
    }
    folder.join(".git").exists().then_some(Mark::Git)
}

/// Whether the settings file `name` of `folder` says `root = true`. One that is no regular file, or too large for settings, does
/// not.
fn is_root_by_setting(folder: &Path, name: &str) -> bool {
    const LIMIT: u64 = 1 << 20;
    let path = folder.join(name);
    let is_readable = std::fs::metadata(&path).is_ok_and(|found| found.is_file() && found.len() <= LIMIT);
    let text = if is_readable { std::fs::read_to_string(&path).unwrap_or_default() } else { String::new() };
    text.contains("root") && Config::parse(&FilePath::new(name), &text).0.is_root
}

/// The first by name of the files in `folder` that stand at the top of a project: requirements, manifests, settings.
fn marking_file(folder: &Path) -> Option<String> {
    let names = std::fs::read_dir(folder).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let marks = |name: &String| {
        let is_manifest =
            matches!(name.as_str(), "pyproject.toml" | "setup.py" | "setup.cfg" | "Pipfile" | "pinlens.toml");
        let extension = Path::new(name).extension();
        let is_list = name.contains("requirement") && extension.is_some_and(|found| found == "txt" || found == "in");
        (is_manifest || is_list) && folder.join(name).is_file()
    };
    names.filter(marks).min()
}

/// Makes one root of those that are equal, and of a path without `.git` and the root that it lies in.
fn unite(found: &[Found]) -> Vec<Root> {
    let is_root = |one: &&Found| {
        let inside = |other: &Found| one.folder != other.folder && one.folder.starts_with(&other.folder);
        matches!(one.mark, Mark::Git | Mark::Setting) || !found.iter().any(inside)
    };
    let mut roots: Vec<&Found> = found.iter().filter(is_root).collect();
    roots.sort_by(|a, b| a.folder.cmp(&b.folder));
    roots.dedup_by(|a, b| a.folder == b.folder);
    let innermost = |path: &Path| roots.iter().rfind(|root| path.starts_with(&root.folder)).map(|root| &root.folder);
    let root = |one: &&Found| Root {
        folder: one.folder.clone(),
        limits: found
            .iter()
            .map(|one| &one.path)
            .filter(|path| innermost(path) == Some(&one.folder))
            .cloned()
            .collect(),
        inner: roots
            .iter()
            .map(|other| &other.folder)
            .filter(|other| **other != one.folder && other.starts_with(&one.folder))
            .cloned()
            .collect(),
        mark: one.mark.clone(),
    };
    roots.iter().map(root).collect()
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
        assert_eq!(roots, [Root { folder: top.join("repo"), limits, inner: vec![], mark: Mark::Git }]);
    }

    #[test]
    fn a_setting_makes_a_folder_of_a_repository_a_project_of_its_own() {
        let (_keep, top) = tree(&["repo/.git", "repo/own/app", "repo/other/app"]);
        fs::write(top.join("repo/own/pinlens.toml"), "root = true\n").unwrap();
        fs::write(top.join("repo/other/pinlens.toml"), "root = false\nroots = [\"app\"]\n").unwrap();
        let root = |path: &str| find(&[top.join(path)], None).unwrap().remove(0);
        assert_eq!((root("repo/own/app").folder, root("repo/own/app").mark), (top.join("repo/own"), Mark::Setting));
        assert_eq!((root("repo/other/app").folder, root("repo/other").mark), (top.join("repo"), Mark::Git));
        let both = find(&[top.join("repo/own"), top.join("repo")], None).unwrap();
        assert_eq!(both.iter().map(|one| &one.folder).collect::<Vec<_>>(), [&top.join("repo"), &top.join("repo/own")]);
        assert_eq!(both[0].inner, [top.join("repo/own")]);
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
        let error = find(std::slice::from_ref(&home), Some(&home)).unwrap_err().to_string();
        assert!(error.contains("home folder"), "{error}");
    }

    #[test]
    fn a_file_without_git_is_looked_at_from_its_folder() {
        let (_keep, top) = tree(&["a"]);
        fs::write(top.join("a/x.py"), "").unwrap();
        let roots = find(&[top.join("a/x.py")], Some(Path::new("/"))).unwrap();
        assert_eq!(
            roots,
            [Root { folder: top.join("a"), limits: vec![top.join("a/x.py")], inner: vec![], mark: Mark::Named }]
        );
    }

    #[test]
    fn without_git_the_nearest_list_marks_the_root() {
        let (_keep, top) = tree(&["shop/app/views", "other/deep", "repo/.git", "repo/app"]);
        fs::write(top.join("shop/requirements-prod.txt"), "").unwrap();
        fs::write(top.join("shop/app/notes.txt"), "").unwrap();
        fs::write(top.join("repo/app/requirements.txt"), "").unwrap();
        let root = |path: &str| find(&[top.join(path)], None).unwrap().remove(0);
        let shop = root("shop/app/views");
        assert_eq!((shop.folder, shop.limits), (top.join("shop"), vec![top.join("shop/app/views")]));
        assert_eq!(shop.mark, Mark::File("requirements-prod.txt".to_owned()));
        assert_eq!(root("other/deep").folder, top.join("other/deep"));
        assert_eq!(root("repo/app").folder, top.join("repo"));
        assert_eq!(find(&[top.join("shop/app")], Some(&top.join("shop"))).unwrap()[0].folder, top.join("shop/app"));
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
            mark: Mark::Named,
        };
        let inner =
            Root { folder: top.join("a/repo"), limits: vec![top.join("a/repo")], inner: vec![], mark: Mark::Git };
        assert_eq!(roots, [outer, inner]);
    }

    #[test]
    fn a_missing_path_is_named() {
        let error = find(&[PathBuf::from("no/such/path")], None).unwrap_err().to_string();
        assert_eq!(error, "no/such/path: there is no such file or folder");
    }
}
