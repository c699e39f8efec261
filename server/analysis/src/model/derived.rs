//! What follows of the files' facts for a rebuild: manifests, roots, and the code that misses nothing.

use super::modules::ModuleTree;
use super::store::{File, Model};
use crate::model::ids::FileId;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::{DistributionName, FilePath, PythonVersion, lies_in};
use rustc_hash::FxHashSet;

impl Model {
    pub(crate) fn find_manifests(&self, files: &[FileId]) -> Vec<FileId> {
        let is_manifest = |id: &&FileId| match self.facts(**id) {
            Some(FileFacts::Requirements(_) | FileFacts::Settings(_) | FileFacts::Lock(_)) => true,
            Some(FileFacts::Python(facts)) => facts.declares.is_some(),
            Some(FileFacts::Unread(facts)) => facts.declares.is_some(),
            _ => false,
        };
        files.iter().filter(is_manifest).copied().collect()
    }

    /// The workspace's own modules. A folder that could not be read counts as a package, of which nobody knows what it holds.
    pub(crate) fn find_modules(&self) -> ModuleTree {
        let unread = self.files.unread.iter().filter_map(|id| match self.facts(*id)? {
            FileFacts::Unread(facts) if facts.kind.is_none() => {
                Some(FilePath::new(&format!("{}/__init__.py", self.path(*id))))
            }
            _ => None,
        });
        let unread: Vec<FilePath> = unread.collect();
        let is_module = |file: &&File| match &file.facts {
            Some(FileFacts::Python(_) | FileFacts::Module) => true,
            Some(FileFacts::Unread(facts)) => facts.is_module(),
            _ => false,
        };
        let paths = self.files.list.iter().filter(is_module).map(|file| &file.path);
        ModuleTree::new(paths.chain(&unread), self.renamed_packages())
    }

    pub(crate) fn find_made(&self) -> FxHashSet<DistributionName> {
        self.files.list.iter().filter_map(|file| file.facts.as_ref()?.own_name().cloned()).collect()
    }

    /// The target: the configured one, the environment's, or the lower bound of the root's requires-python.
    pub(crate) fn find_python(&self) -> Option<PythonVersion> {
        let of_settings = |name: &str| match self.facts(self.file(&FilePath::new(name))?)? {
            FileFacts::Settings(settings) => settings.python,
            _ => None,
        };
        let lower_bound = || of_settings("pyproject.toml").or_else(|| of_settings("setup.cfg"));
        self.config.python_version.or(self.environment.python).or_else(lower_bound)
    }

    /// The folders that settings around `folder` put on `sys.path`: setuptools' package folders, pytest's `pythonpath`.
    pub(crate) fn written_roots(&self, folder: &str) -> Vec<String> {
        let all = self.files.manifests.iter().filter_map(|id| Some((self.path(*id), self.facts(*id)?.roots())));
        let around = all.filter(|(path, _)| lies_in(folder, path.folder()));
        let joined = around.flat_map(|(path, roots)| roots.iter().map(move |root| path.sibling(root).to_string()));
        joined.collect()
    }

    /// The packages that a manifest takes from folders called otherwise: the path where Python sees each, and its folder.
    pub(crate) fn renamed_packages(&self) -> Vec<(String, String)> {
        let all = self.files.manifests.iter().filter_map(|id| Some((self.path(*id), self.facts(*id)?.layout()?)));
        let renamed = all.flat_map(|(path, layout)| {
            let at = |inside: &str| path.sibling(inside).to_string();
            layout.renamed.iter().map(move |(package, folder)| (at(&package.replace('.', "/")), at(folder)))
        });
        renamed.collect()
    }

    /// The folders that are entries of `sys.path` for code in `folder` by its place, nearest first: those of
    /// [`crate::model::modules::ModuleTree::roots_above`] but for namespaces. A script's own folder is one all the same.
    pub(crate) fn roots_above(&self, folder: &str) -> Vec<String> {
        let mut above = self.modules.roots_above(folder);
        above.retain(|root| root == folder || !self.is_namespace_folder(root));
        above
    }

    /// Whether `folder`, one without `__init__`, is a namespace by what a manifest around it says, and so no entry of `sys.path`.
    fn is_namespace_folder(&self, folder: &str) -> bool {
        self.files.manifests.iter().any(|id| {
            let Some(FileFacts::Settings(settings)) = self.facts(*id) else { return false };
            settings.namespaces
                && settings.layout.roots.iter().any(|root| {
                    let root = self.path(*id).sibling(root);
                    folder
                        .strip_prefix(root.as_str())
                        .is_some_and(|rest| !root.as_str().is_empty() && rest.starts_with('/'))
                })
        })
    }
}
