//! What follows of how the files frame the workspace: manifests, modules, names, Pythons and hosts.
//!
//! It is made of [`Frame`]s, the settings and the environment alone: nothing here can read anything else of a file, so
//! whatever is read is compared when a file changes.

use super::environment::Environment;
use super::modules::ModuleTree;
use super::surroundings::Surroundings;
use crate::config::{Config, Scope};
use crate::model::ids::FileId;
use pinlens_facts::facts::{Frame, Kind};
use pinlens_facts::words::names::{DistributionName, FilePath, PythonVersion};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// One file and how it frames the workspace.
pub(crate) type Framed<'a> = (FileId, &'a FilePath, Frame<'a>);

/// What follows of the frames of all files.
#[derive(Debug, Default)]
pub(crate) struct Structure {
    /// The requirements and settings files, in path order.
    pub manifests: Vec<FileId>,
    /// The same by the folder that they lie in.
    pub manifests_in: FxHashMap<Box<str>, Vec<FileId>>,
    /// The files and folders that are there and could not be read, in path order.
    pub unread: Vec<FileId>,
    /// The files that are no code and in which commands may be written down, in path order.
    pub written_down: Vec<FileId>,
    pub modules: ModuleTree,
    /// The distributions that the workspace itself makes, by the names in its packaging metadata.
    pub made: FxHashSet<DistributionName>,
    /// The Python that the code is for, where anything says so.
    pub python: Option<PythonVersion>,
    /// The newest Python that the target's range lets in, where nothing names one version.
    pub newest_python: Option<PythonVersion>,
    /// Hosts, and modules that the repository does not hold.
    pub around: Surroundings,
    /// What manifests say of the places of packages.
    pub layout: WrittenLayout,
    /// The settings of the workspace: the root's, with what those of subfolders name.
    pub config: Config,
    /// The settings of subfolders, each with the root's where it has none, sorted by folder.
    pub scopes: Vec<Scope>,
}

/// What manifests say of the places of packages, by folder, so that no folder has to look at every manifest.
#[derive(Debug, Default)]
pub(crate) struct WrittenLayout {
    /// The folders that the manifests of each folder put on `sys.path`, each behind the manifest's number in path order.
    pub roots: FxHashMap<Box<str>, Vec<(usize, String)>>,
    /// The folders in which packages without `__init__` are namespaces.
    pub namespaces: FxHashSet<Box<str>>,
}

impl WrittenLayout {
    fn of(files: &[Framed<'_>]) -> Self {
        let mut found = Self::default();
        let manifests = files.iter().filter(|(_, _, frame)| is_manifest(frame));
        for (order, (_, path, frame)) in manifests.enumerate() {
            let roots = frame.layout.map_or(&[][..], |layout| &layout.roots);
            let roots: Vec<String> = roots.iter().map(|root| path.sibling(root).to_string()).collect();
            if frame.namespaces {
                found.namespaces.extend(roots.iter().filter(|root| !root.is_empty()).map(|root| root.as_str().into()));
            }
            if !roots.is_empty() {
                let numbered = roots.into_iter().map(|root| (order, root));
                found.roots.entry(path.folder().into()).or_default().extend(numbered);
            }
        }
        found
    }
}

impl Structure {
    /// The structure of a workspace with these files, in path order.
    pub fn of(files: &[Framed<'_>], config: &Config, environment: &Environment) -> Self {
        let nested = nested_settings(files);
        let around = Surroundings::of(files.iter().map(|(_, path, frame)| (*path, frame)));
        let named = config.python_version.or(environment.python).or_else(|| around.python());
        let named = named.or_else(|| compiled_python(files));
        let of_kinds = |is: &dyn Fn(&Frame<'_>) -> bool| {
            files.iter().filter(|(_, _, frame)| is(frame)).map(|(file, ..)| *file).collect::<Vec<_>>()
        };
        Self {
            manifests: of_kinds(&is_manifest),
            manifests_in: manifests_in(files),
            unread: of_kinds(&|frame| frame.unread.is_some()),
            written_down: of_kinds(&|frame| matches!(frame.kind, Kind::Mentions | Kind::Deploy | Kind::Settings)),
            modules: modules(files),
            made: files.iter().filter_map(|(_, _, frame)| frame.name.cloned()).collect(),
            python: named.or_else(|| of_root_settings(files, |[lowest, _]| lowest)),
            newest_python: if named.is_some() { None } else { of_root_settings(files, |[_, newest]| newest) },
            around,
            layout: WrittenLayout::of(files),
            config: config.with_nested(&nested),
            scopes: nested.into_iter().map(|(folder, own)| Scope::new(folder, &own, config)).collect(),
        }
    }
}

/// The settings in subfolders, by folder: those of `pinlens.toml`, else of `pyproject.toml`.
fn nested_settings<'a>(files: &[Framed<'a>]) -> Vec<(&'a str, Config)> {
    let mut nested: BTreeMap<&str, Config> = BTreeMap::new();
    let settings = files.iter().filter(|(_, path, frame)| !frame.settings.is_empty() && !path.folder().is_empty());
    for (_, path, frame) in settings {
        let (own, _) = Config::parse(path, &frame.settings.concat());
        // path order: `pinlens.toml` comes before `pyproject.toml`
        nested.entry(path.folder()).or_insert(own);
    }
    nested.into_iter().collect()
}

fn manifests_in(files: &[Framed<'_>]) -> FxHashMap<Box<str>, Vec<FileId>> {
    let mut found: FxHashMap<Box<str>, Vec<FileId>> = FxHashMap::default();
    for (file, path, _) in files.iter().filter(|(_, _, frame)| is_manifest(frame)) {
        found.entry(path.folder().into()).or_default().push(*file);
    }
    found
}

fn is_manifest(frame: &Frame<'_>) -> bool {
    match frame.kind {
        Kind::Requirements | Kind::Settings | Kind::Lock => true,
        Kind::Python | Kind::Unread => frame.declares,
        Kind::Mentions | Kind::Deploy | Kind::Module => false,
    }
}

/// The workspace's own modules. A folder that could not be read counts as a package, of which nobody knows what it holds.
fn modules(files: &[Framed<'_>]) -> ModuleTree {
    let is_folder = |frame: &Frame<'_>| frame.unread.is_some_and(|facts| facts.kind.is_none());
    let unread = files.iter().filter(|(_, _, frame)| is_folder(frame));
    let unread: Vec<FilePath> = unread.map(|(_, path, _)| FilePath::new(&format!("{path}/__init__.py"))).collect();
    let is_module = |frame: &Frame<'_>| match frame.kind {
        Kind::Python | Kind::Module => true,
        _ => frame.unread.is_some_and(pinlens_facts::facts::UnreadFacts::is_module),
    };
    let paths = files.iter().filter(|(_, _, frame)| is_module(frame)).map(|(_, path, _)| *path);
    ModuleTree::new(paths.chain(&unread), renamed_packages(files))
}

/// The packages that a manifest takes from folders called otherwise: the path where Python sees each, and its folder.
fn renamed_packages(files: &[Framed<'_>]) -> Vec<(String, String)> {
    let manifests = files.iter().filter(|(_, _, frame)| is_manifest(frame));
    let all = manifests.filter_map(|(_, path, frame)| Some((path, frame.layout?)));
    let renamed = all.flat_map(|(path, layout)| {
        let at = |inside: &str| path.sibling(inside).to_string();
        layout.renamed.iter().map(move |(package, folder)| (at(&package.replace('.', "/")), at(folder)))
    });
    renamed.collect()
}

fn of_root_settings(
    files: &[Framed<'_>],
    take: impl Fn([Option<PythonVersion>; 2]) -> Option<PythonVersion>,
) -> Option<PythonVersion> {
    let of = |name: &str| {
        let is_read = |kind| matches!(kind, Kind::Settings | Kind::Python);
        let found = files.iter().find(|(_, path, frame)| path.as_str() == name && is_read(frame.kind));
        found.and_then(|(_, _, frame)| take(frame.pythons))
    };
    ["pyproject.toml", "setup.cfg", "setup.py"].into_iter().find_map(of)
}

/// The one version for which lists were compiled.
fn compiled_python(files: &[Framed<'_>]) -> Option<PythonVersion> {
    let mut found: Vec<PythonVersion> = files.iter().filter_map(|(_, _, frame)| frame.compiled_for).collect();
    found.sort_unstable();
    found.dedup();
    match found[..] {
        [only] => Some(only),
        _ => None,
    }
}
