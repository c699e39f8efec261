//! The modules of the workspace itself: which folders hold which, as Python's import system would see them.
//!
//! Knows paths only; what the files say does not matter here.

use pinlens_facts::words::names::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

/// Every folder that holds a module, at any depth, and what it holds.
#[derive(Debug, Default)]
pub struct ModuleTree {
    folders: FxHashMap<Arc<str>, Folder>,
    /// Top-level name -> the folders that hold a module or package of that name, ascending.
    holders: FxHashMap<Box<str>, Vec<Arc<str>>>,
    /// The path where Python sees a package that lies in a folder called otherwise -> that folder.
    renamed: FxHashMap<Box<str>, Box<str>>,
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
    /// Builds the tree from the paths of all files that are modules, and the packages that lie in folders called otherwise: the
    /// path where Python sees each, and its folder.
    pub fn new<'a>(paths: impl Iterator<Item = &'a FilePath>, renamed: Vec<(String, String)>) -> Self {
        let mut folders: FxHashMap<Arc<str>, Folder> = FxHashMap::default();
        for path in paths.filter(|path| !path.as_str().starts_with("..") && is_module(path)) {
            // `_speedups.cpython-312-x86_64-linux-gnu.so` is the module `_speedups`
            let Some(module) = path.file_name().split('.').next() else { continue };
            insert(&mut folders, path.folder(), |folder| folder.modules.insert(module.into()));
            insert_outer(&mut folders, path.folder());
        }
        let mut places = FxHashMap::default();
        for (seen, folder) in renamed {
            if folders.contains_key(folder.as_str()) && !folders.contains_key(seen.as_str()) {
                insert_outer(&mut folders, &seen);
                places.insert(seen.into(), folder.into());
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
        Self { folders, holders, renamed: places, found: RefCell::default() }
    }

    /// The folders that hold a module or folder called `top`, ascending.
    pub fn holders(&self, top: &str) -> &[Arc<str>] {
        self.holders.get(top).map_or(&[], Vec::as_slice)
    }

    /// Whether a module lies in `folder` at some depth.
    pub fn has_folder(&self, folder: &str) -> bool {
        self.folders.contains_key(folder)
    }

    /// The names of the modules that lie in `folder` itself, in no order.
    pub fn modules_in(&self, folder: &str) -> impl Iterator<Item = &str> {
        self.folders.get(folder).into_iter().flat_map(|folder| &folder.modules).map(|name| &**name)
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
        // where Python sees it
        let mut seen = (!self.renamed.is_empty()).then(|| folder.to_owned());
        let mut regular = false;
        for (depth, segment) in dotted.split('.').enumerate() {
            if let Some(seen) = &mut seen {
                join(seen, segment);
                if let Some(place) = self.renamed.get(seen.as_str()) {
                    at = place.to_string();
                    regular = self.is_package(&at);
                    continue;
                }
            }
            let here = self.folders.get(at.as_str());
            let is_package = here.is_some_and(|here| here.packages.contains(segment));
            let is_module = here.is_some_and(|here| here.modules.contains(segment));
            if !is_package && !is_module {
                return match depth {
                    0 => Found::Nothing,
                    _ => Found::Missing { package: at.into(), missing: segment.into(), regular },
                };
            }
            join(&mut at, segment);
            regular = is_module || self.is_package(&at);
        }
        if regular { Found::Whole(at.into()) } else { Found::Namespace(at.into()) }
    }

    /// The folders that are entries of `sys.path` for code in `folder`, as far as its place shows: those above the
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
    pub fn relative_base<'a>(&'a self, folder: &'a str, level: u32) -> Option<Cow<'a, str>> {
        if level < 2 || self.renamed.is_empty() {
            return above(folder, level.saturating_sub(1)).map(Cow::Borrowed);
        }
        let places = self.renamed.iter().filter_map(|(seen, place)| Some((&**seen, below(folder, place)?)));
        let seen = places.min_by_key(|(_, rest)| rest.len()).map_or_else(|| folder.to_owned(), joined);
        let seen = above(&seen, level - 1)?;
        let places = self.renamed.iter().filter_map(|(outer, place)| Some((&**place, below(seen, outer)?)));
        Some(places.min_by_key(|(_, rest)| rest.len()).map_or_else(|| seen.to_owned(), joined).into())
    }
}

/// The folder so many folders above `folder`.
fn above(folder: &str, levels: u32) -> Option<&str> {
    let mut at = folder;
    for _ in 0..levels {
        if at.is_empty() {
            return None;
        }
        at = at.rsplit_once('/').map_or("", |(outer, _)| outer);
    }
    Some(at)
}

/// The path of `folder` from `outer` on, where it is that or lies in it.
fn below<'a>(folder: &'a str, outer: &str) -> Option<&'a str> {
    if outer.is_empty() {
        return Some(folder);
    }
    let rest = folder.strip_prefix(outer)?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
}

fn joined((outer, inner): (&str, &str)) -> String {
    let mut path = outer.to_owned();
    join(&mut path, inner);
    path
}

fn join(path: &mut String, segment: &str) {
    if !path.is_empty() && !segment.is_empty() {
        path.push('/');
    }
    path.push_str(segment);
}

/// Makes every folder around the one at `path` hold the next.
fn insert_outer(folders: &mut FxHashMap<Arc<str>, Folder>, path: &str) {
    let mut inner = path;
    while !inner.is_empty() {
        let (outer, name) = inner.rsplit_once('/').unwrap_or(("", inner));
        if !insert(folders, outer, |folder| folder.packages.insert(name.into())) {
            break;
        }
        inner = outer;
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
        ModuleTree::new(paths.iter(), Vec::new())
    }

    #[test]
    fn a_package_lies_in_a_folder_called_otherwise() {
        let paths =
            ["lib/__init__.py", "lib/utils/__init__.py", "lib/conf.py", "plugins/__init__.py", "plugins/a/x.py"];
        let paths = paths.map(FilePath::new);
        let renamed = [("shop", "lib"), ("shop/plugins", "plugins"), ("big/shop", "lib"), ("gone", "nowhere")];
        let renamed = renamed.map(|(seen, folder)| (seen.to_owned(), folder.to_owned())).to_vec();
        let tree = ModuleTree::new(paths.iter(), renamed);
        assert_eq!(tree.find("", "shop"), Found::Whole("lib".into()));
        assert_eq!(tree.find("", "shop.conf"), Found::Whole("lib/conf".into()));
        assert_eq!(tree.find("", "shop.plugins.a.x"), Found::Whole("plugins/a/x".into()));
        assert_eq!(tree.find("", "big.shop.utils"), Found::Whole("lib/utils".into()));
        assert_eq!(tree.find("", "gone"), Found::Nothing);
        assert_eq!(tree.holders("shop"), [Arc::from(""), Arc::from("big")]);
        assert_eq!(tree.relative_base("plugins/a", 1).as_deref(), Some("plugins/a"));
        assert_eq!(tree.relative_base("plugins/a", 2).as_deref(), Some("plugins"));
        assert_eq!(tree.relative_base("plugins/a", 3).as_deref(), Some("lib"));
        assert_eq!(tree.relative_base("plugins", 4), None);
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
            ModuleTree::new(paths.iter(), Vec::new()).find("", "redis.client"),
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
        assert_eq!(tree.relative_base("back/app/api", 2).as_deref(), Some("back/app"));
        assert_eq!(tree.relative_base("app", 3), None);
    }
}
