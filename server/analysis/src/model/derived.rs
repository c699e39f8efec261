//! How the files of the model frame it, and which folders are on `sys.path` by that.

use super::store::Model;
use super::structure::{Framed, Structure};
use crate::model::ids::FileId;
use pinlens_facts::facts::Frame;
use pinlens_facts::words::names::{FilePath, lies_in};

impl Model {
    /// What follows of how the files frame the workspace now.
    pub(crate) fn make_structure(&self) -> Structure {
        let framed = |file: &FileId| Some((*file, self.path(*file), self.facts(*file)?.frame()));
        let files: Vec<Framed<'_>> = self.all_ids().iter().filter_map(framed).collect();
        Structure::of(&files, &self.config, &self.environment)
    }

    /// How each manifest frames the workspace.
    fn framed_manifests(&self) -> impl Iterator<Item = (&FilePath, Frame<'_>)> {
        self.structure.manifests.iter().filter_map(|id| Some((self.path(*id), self.facts(*id)?.frame())))
    }

    /// The folders that settings around `folder` put on `sys.path`: setuptools' package folders, pytest's `pythonpath`.
    pub(crate) fn written_roots(&self, folder: &str) -> Vec<String> {
        let around = self.framed_manifests().filter(|(path, _)| lies_in(folder, path.folder()));
        let with_layout = around.filter_map(|(path, frame)| Some((path, frame.layout?)));
        let joined =
            with_layout.flat_map(|(path, layout)| layout.roots.iter().map(move |root| path.sibling(root).to_string()));
        joined.collect()
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
        self.framed_manifests().any(|(path, frame)| {
            let roots = frame.layout.filter(|_| frame.namespaces).into_iter().flat_map(|layout| &layout.roots);
            roots.map(|root| path.sibling(root)).any(|root| {
                folder
                    .strip_prefix(root.as_str())
                    .is_some_and(|rest| !root.as_str().is_empty() && rest.starts_with('/'))
            })
        })
    }
}
