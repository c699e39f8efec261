//! What follows of the files' facts for a rebuild: manifests, roots, and the code that misses nothing.

use super::Workspace;
use super::asked::absolute_tops;
use crate::imports;
use crate::imports::shadow;
use crate::model::ids::FileId;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::python::PythonFacts;
use pinlens_facts::words::names::{DistributionName, FilePath, PythonVersion, lies_in};
use rustc_hash::FxHashSet;

impl Workspace {
    pub(super) fn find_manifests(&self, files: &[FileId]) -> Vec<FileId> {
        let is_manifest = |id: &&FileId| match self.facts(**id) {
            Some(FileFacts::Requirements(_) | FileFacts::Settings(_) | FileFacts::Lock(_)) => true,
            Some(FileFacts::Python(facts)) => facts.declares.is_some(),
            _ => false,
        };
        files.iter().filter(is_manifest).copied().collect()
    }

    pub(super) fn find_made(&self) -> FxHashSet<DistributionName> {
        self.files.iter().filter_map(|file| file.facts.as_ref()?.own_name().cloned()).collect()
    }

    /// The target: the configured one, the environment's, or the lower bound of the root's requires-python.
    pub(super) fn find_python(&self) -> Option<PythonVersion> {
        let of_settings = |name: &str| match self.facts(self.file(&FilePath::new(name))?)? {
            FileFacts::Settings(settings) => settings.python,
            _ => None,
        };
        let lower_bound = || of_settings("pyproject.toml").or_else(|| of_settings("setup.cfg"));
        self.config.python_version.or(self.environment.python).or_else(lower_bound)
    }

    /// The folders that settings around `folder` put on `sys.path`: setuptools' package folders, pytest's `pythonpath`.
    pub(super) fn written_roots(&self, folder: &str) -> Vec<String> {
        let all = self.manifests.iter().filter_map(|id| Some((self.path(*id), self.facts(*id)?.roots())));
        let around = all.filter(|(path, _)| lies_in(folder, path.folder()));
        let joined = around.flat_map(|(path, roots)| roots.iter().map(move |root| path.sibling(root).to_string()));
        joined.collect()
    }

    /// The packages that a manifest takes from folders called otherwise: the path where Python sees each, and its folder.
    pub(super) fn renamed_packages(&self) -> Vec<(String, String)> {
        let all = self.manifests.iter().filter_map(|id| Some((self.path(*id), self.facts(*id)?.layout()?)));
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
        self.manifests.iter().any(|id| {
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

    /// The distributions for which a file has an import that the target never runs, or that a module of the workspace hides.
    pub(super) fn idle_names(&self, file: FileId, facts: &PythonFacts) -> Vec<DistributionName> {
        let outside = self.outside();
        let idle = facts.imports.iter().filter(|statement| !imports::can_run(&statement.context, outside));
        let names = idle.flat_map(|statement| &statement.parsed.modules).map(|module| module.name.as_str());
        let mut found: Vec<DistributionName> =
            names.filter_map(|name| outside.providers(name)).flat_map(|providers| providers.candidates).collect();
        found.extend(absolute_tops(facts).filter_map(|top| shadow::hidden(self, file, top)));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The files whose imports a declaration may hide: those that import a module of the workspace called like a
    /// distribution.
    pub(super) fn shadow_suspects(&self) -> Vec<FileId> {
        let python = (0..self.files.len() as u32).map(FileId).filter(|id| match self.facts(*id) {
            Some(FileFacts::Python(facts)) => facts.imports.iter().any(|statement| {
                statement.parsed.level == 0
                    && statement.parsed.modules.iter().any(|module| {
                        !self.modules.holders(module.name.top()).is_empty() && self.may_be_declared(module.name.top())
                    })
            }),
            _ => false,
        });
        python.collect()
    }
}
