//! How the files of the model frame it, and which folders are on `sys.path` by that.

use super::project::folders_above;
use super::store::Model;
use super::structure::{Framed, Structure};
use crate::model::ids::FileId;

impl Model {
    /// What follows of how the files frame the workspace now.
    pub(crate) fn make_structure(&self) -> Structure {
        let framed = |file: &FileId| Some((*file, self.path(*file), self.facts(*file)?.frame()));
        let files: Vec<Framed<'_>> = self.all_ids().iter().filter_map(framed).collect();
        Structure::of(&files, &self.config, &self.environment)
    }

    /// The folders that settings around `folder` put on `sys.path`: setuptools' package folders, pytest's `pythonpath`.
    pub(crate) fn written_roots(&self, folder: &str) -> Vec<String> {
        let around = folders_above(folder).filter_map(|at| self.structure.layout.roots.get(at));
        let mut roots: Vec<&(usize, String)> = around.flatten().collect();
        roots.sort_by_key(|(order, _)| *order);
        roots.into_iter().map(|(_, root)| root.clone()).collect()
    }

    /// The folders that are entries of `sys.path` for code in `folder` by its place, nearest first: those of
    /// [`crate::model::modules::ModuleTree::roots_above`] but for namespaces. A script's own folder is one all the same.
    pub(crate) fn roots_above(&self, folder: &str) -> Vec<String> {
        let mut above = self.modules().roots_above(folder);
        above.retain(|root| root == folder || !self.is_namespace_folder(root));
        above
    }

    /// Whether `folder`, one without `__init__`, is a namespace by what a manifest around it says, and so no entry of `sys.path`.
    fn is_namespace_folder(&self, folder: &str) -> bool {
        let namespaces = &self.structure.layout.namespaces;
        !namespaces.is_empty() && folders_above(folder).skip(1).any(|at| namespaces.contains(at))
    }
}
