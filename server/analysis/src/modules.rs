//! The modules of the workspace itself: which folders hold which, as Python's import system would see them.
//!
//! Knows paths only; what the files say does not matter here.

use crate::names::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::sync::Arc;

/// Every folder that holds a module, at any depth, and what it holds.
#[derive(Debug, Default)]
pub struct ModuleTree {
    folders: FxHashMap<Arc<str>, Folder>,
    /// Top-level name -> the folders that hold a module or package of that name, ascending.
    holders: FxHashMap<Box<str>, Vec<Arc<str>>>,
    /// What was found before: folder -> dotted name. The same few names are looked up thousands of times.
    found: RefCell<FxHashMap<Box<str>, FoundByName>>,
}

type FoundByName = FxHashMap<Box<str>, Found>;

#[derive(Debug, Default)]
struct Folder {
    /// The names of the modules in it, without extension; `__init__` among them makes it a regular package.
    modules: FxHashSet<Box<str>>,
    /// The names of its folders that hold a module at some depth.
    packages: FxHashSet<Box<str>>,
}

/// What a dotted name is in the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A module or package, whole; the path is that of the module without extension, or of the package's folder.
    Whole(Arc<str>),
    /// Only a folder without `__init__`: a namespace package. An installed distribution of the name would win.
    Namespace(Arc<str>),
    /// What is at `package` exists, but has nothing called `missing`.
    Missing {
        /// The path of the deepest package or module that exists.
        package: Arc<str>,
        /// The segment that it lacks.
        missing: Arc<str>,
        /// Whether `package` is a regular package or a module, so that nothing else can add the missing part.
        regular: bool,
    },
    /// Nothing of the first segment's name is there.
    Nothing,
}

/// Whether a file can be imported; notebooks and scripts without a suffix cannot.
fn is_module(path: &FilePath) -> bool {
    let extension = path.file_name().rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(extension, "py" | "pyi" | "so" | "pyd" | "pyx")
}

impl ModuleTree {
    /// Builds the tree from the paths of all files that are modules.
    pub fn new<'a>(paths: impl Iterator<Item = &'a FilePath>) -> Self {
        let mut folders: FxHashMap<Arc<str>, Folder> = FxHashMap::default();
        for path in paths.filter(|path| !path.as_str().starts_with("..") && is_module(path)) {
            // `_speedups.cpython-312-x86_64-linux-gnu.so` is the module `_speedups`
            let Some(module) = path.file_name().split('.').next() else { continue };
            insert(&mut folders, path.folder(), |folder| folder.modules.insert(module.into()));
            let mut inner = path.folder();
            while !inner.is_empty() {
                let (outer, name) = inner.rsplit_once('/').unwrap_or(("", inner));
                if !insert(&mut folders, outer, |folder| folder.packages.insert(name.into())) {
                    break;
                }
                inner = outer;
            }
        }
        let mut holders: FxHashMap<Box<str>, Vec<Arc<str>>> = FxHashMap::default();
        for (path, folder) in &folders {
            for name in folder.modules.union(&folder.packages) {
                holders.entry(name.clone()).or_default().push(path.clone());
            }
        }
        for paths in holders.values_mut() {
            paths.sort_unstable();
        }
        Self { folders, holders, found: RefCell::default() }
    }

    /// The folders that hold a module or folder called `top`, ascending.
    pub fn holders(&self, top: &str) -> &[Arc<str>] {
        self.holders.get(top).map_or(&[], Vec::as_slice)
    }

    /// Whether a module lies in `folder` at some depth.
    pub fn has_folder(&self, folder: &str) -> bool {
        self.folders.contains_key(folder)
    }

    /// Whether `folder` is a regular package: it has an `__init__`.
    pub fn is_package(&self, folder: &str) -> bool {
        self.folders.get(folder).is_some_and(|folder| folder.modules.contains("__init__"))
    }

    /// Looks `dotted` up with `folder` as an entry of `sys.path` (or as the package that a relative import starts from).
    pub fn find(&self, folder: &str, dotted: &str) -> Found {
        if let Some(found) = self.found.borrow().get(folder).and_then(|names| names.get(dotted)) {
            return found.clone();
        }
        let found = self.search(folder, dotted);
        let mut memory = self.found.borrow_mut();
        memory.entry(folder.into()).or_default().insert(dotted.into(), found.clone());
        found
    }

    fn search(&self, folder: &str, dotted: &str) -> Found {
        let mut at = folder.to_owned();
        let mut regular = false;
        for (depth, segment) in dotted.split('.').enumerate() {
            let here = self.folders.get(at.as_str());
            let is_package = here.is_some_and(|here| here.packages.contains(segment));
            let is_module = here.is_some_and(|here| here.modules.contains(segment));
            if !is_package && !is_module {
                return match depth {
                    0 => Found::Nothing,
                    _ => Found::Missing { package: at.into(), missing: segment.into(), regular },
                };
            }
            if !at.is_empty() {
                at.push('/');
            }
            at.push_str(segment);
            regular = is_module || self.is_package(&at);
        }
        if regular { Found::Whole(at.into()) } else { Found::Namespace(at.into()) }
    }

    /// The folders that are entries of `sys.path` for code in `folder`, as far as its place tells: those above the
    /// outermost package around it, nearest first, each with its `src`.
    pub fn roots_above(&self, folder: &str) -> Vec<String> {
        let mut roots = Vec::new();
        let mut at = Some(folder);
        while let Some(here) = at {
            if self.is_package(here) {
                roots.clear();
            } else {
                roots.push(here.to_owned());
                let src = if here.is_empty() { "src".to_owned() } else { format!("{here}/src") };
                if self.folders.contains_key(src.as_str()) && !self.is_package(&src) {
                    roots.push(src);
                }
            }
            at = (!here.is_empty()).then(|| here.rsplit_once('/').map_or("", |(outer, _)| outer));
        }
        roots
    }

    /// The folders above that hold a `manage.py`, nearest first: it is run as a script, which puts its folder on `sys.path` for all the
    /// code that it loads, be that folder a package itself.
    pub fn script_folders_above(&self, folder: &str) -> Vec<String> {
        let above = std::iter::successors(Some(folder), |at| match *at {
            "" => None,
            inner => Some(inner.rsplit_once('/').map_or("", |(outer, _)| outer)),
        });
        let holds = |at: &&str| self.folders.get(*at).is_some_and(|here| here.modules.contains("manage"));
        above.filter(holds).map(str::to_owned).collect()
    }

    /// The folder that a relative import with `level` dots starts from, in a module of `folder`; `None` above the root.
    pub fn relative_base(folder: &str, level: u32) -> Option<&str> {
        let mut at = folder;
        for _ in 1..level {
            if at.is_empty() {
                return None;
            }
            at = at.rsplit_once('/').map_or("", |(outer, _)| outer);
        }
        Some(at)
    }
}

/// Changes the folder at `path`, which is made where it is missing.
fn insert(folders: &mut FxHashMap<Arc<str>, Folder>, path: &str, change: impl FnOnce(&mut Folder) -> bool) -> bool {
    match folders.get_mut(path) {
        Some(folder) => change(folder),
        None => change(folders.entry(path.into()).or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(paths: &[&str]) -> ModuleTree {
        let paths: Vec<FilePath> = paths.iter().map(|path| FilePath::new(path)).collect();
        ModuleTree::new(paths.iter())
    }

    #[test]
    fn packages_modules_and_namespaces() {
        let tree = tree(&[
            "app/__init__.py",
            "app/views/__init__.py",
            "app/fast.cpython-312-x86_64-linux-gnu.so",
            "plug/in/a.py",
            "one.py",
        ]);
        assert_eq!(tree.find("", "app.views"), Found::Whole("app/views".into()));
        assert_eq!(tree.find("", "app.fast"), Found::Whole("app/fast".into()));
        assert_eq!(tree.find("", "plug.in.a"), Found::Whole("plug/in/a".into()));
        assert_eq!(tree.find("", "plug"), Found::Namespace("plug".into()));
        assert_eq!(
            tree.find("", "app.gone"),
            Found::Missing { package: "app".into(), missing: "gone".into(), regular: true }
        );
        assert_eq!(
            tree.find("", "one.two"),
            Found::Missing { package: "one".into(), missing: "two".into(), regular: true }
        );
        assert_eq!(tree.find("", "redis"), Found::Nothing);
    }

    #[test]
    fn a_folder_without_modules_hides_nothing() {
        let paths = [FilePath::new("redis/sub/x.py")];
        assert_eq!(tree(&["main.py"]).find("", "redis"), Found::Nothing);
        assert_eq!(
            ModuleTree::new(paths.iter()).find("", "redis.client"),
            Found::Missing { package: "redis".into(), missing: "client".into(), regular: false }
        );
    }

    #[test]
    fn the_search_starts_above_the_package() {
        let tree = tree(&[
            "back/app/__init__.py",
            "back/app/api/__init__.py",
            "back/app/api/v1.py",
            "back/src/lib/__init__.py",
        ]);
        assert_eq!(tree.roots_above("back/app/api"), ["back", "back/src", ""]);
        assert_eq!(tree.roots_above("back/app/scripts"), ["back", "back/src", ""]);
        assert_eq!(ModuleTree::relative_base("back/app/api", 2), Some("back/app"));
        assert_eq!(ModuleTree::relative_base("app", 3), None);
    }
}
