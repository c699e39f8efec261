//! Which files of the workspace lie where in an image.

use super::{From, Image, Layer, List};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::deploy::paths::{below, joined};
use pinlens_facts::words::names::FilePath;
use std::sync::Arc;

impl Image {
    /// What lies at a path: the last layer that says so, and the path within it.
    fn layer_at<'a>(&'a self, path: &'a str) -> impl Iterator<Item = (&'a Layer, &'a str)> {
        self.files.layers.iter().rev().filter_map(move |layer| Some((layer, below(path, &layer.to)?)))
    }

    /// The paths of the workspace that may lie at a path of the image, the likeliest first; none behind what was removed.
    fn sources<'a>(&'a self, path: &'a str) -> impl Iterator<Item = String> + 'a {
        let alive = self.layer_at(path).take_while(|(layer, _)| !matches!(layer.from, From::Nothing));
        alive.filter_map(|(layer, rest)| match &layer.from {
            From::Workspace { path: from, context } => {
                let source = if rest.is_empty() { from.clone() } else { joined(from, rest) };
                context.has(&source).then_some(source)
            }
            _ => None,
        })
    }

    /// The file of the workspace at a path of the image.
    pub fn file(&self, ws: &Analysis, path: &str) -> Option<FileId> {
        self.sources(path).find_map(|source| {
            let file = ws.file(&FilePath::new(&source))?;
            ws.facts(file).map(|_| file)
        })
    }

    /// Whether something of the workspace lies below a path of the image.
    pub fn has_folder(&self, ws: &Analysis, path: &str) -> bool {
        let inside =
            self.files.layers.iter().any(|layer| {
                !matches!(layer.from, From::Nothing) && layer.to != path && below(&layer.to, path).is_some()
            });
        inside || self.sources(path).any(|source| ws.modules().has_folder(&source))
    }

    /// The list or the wheels that a command wrote to a path.
    pub fn list(&self, path: &str) -> Option<Arc<List>> {
        self.layer_at(path).find_map(|(layer, rest)| match &layer.from {
            From::List(list) if rest.is_empty() => Some(list.clone()),
            From::Wheels(list) => Some(list.clone()),
            _ => None,
        })
    }

    /// Whether a command wrote a list to a path.
    pub fn is_written(&self, path: &str) -> bool {
        self.layer_at(path).any(|(layer, rest)| rest.is_empty() && matches!(layer.from, From::List(_)))
    }

    /// The path of the workspace's file that would lie at a path of the image, whether it is there or not.
    pub fn source(&self, path: &str) -> Option<String> {
        self.sources(path).next()
    }

    /// The folder of which a path of the image would come, where it is copied and the workspace has nothing there.
    pub fn absent_source(&self, ws: &Analysis, path: &str) -> Option<String> {
        let (layer, rest) = self.layer_at(path).next()?;
        let From::Workspace { path: from, .. } = &layer.from else { return None };
        let is_there = from.is_empty() || ws.file(&FilePath::new(from)).is_some() || ws.has_files_below(from);
        (!rest.is_empty() && !is_there).then(|| from.clone())
    }

    /// Whether the folder of the image at `path` comes from outside the workspace, or may.
    pub fn is_foreign(&self, path: &str) -> bool {
        self.layer_at(path).next().is_some_and(|(layer, _)| matches!(layer.from, From::Foreign))
    }

    /// Where a file of the workspace lies in the image, if anywhere.
    pub fn path_of(&self, ws: &Analysis, source: &str) -> Option<String> {
        // what is copied and not seen in the workspace stands in the place of nothing
        let is_there = |path: &String| {
            path == source
                || ws.file(&FilePath::new(path)).is_some_and(|file| ws.facts(file).is_some())
                || ws.has_files_below(path)
        };
        self.files.layers.iter().rev().find_map(|layer| {
            let From::Workspace { path, context } = &layer.from else { return None };
            let rest = if path.is_empty() { source } else { below(source, path)? };
            if !context.has(source) {
                return None;
            }
            let at = if rest.is_empty() { layer.to.clone() } else { joined(&layer.to, rest) };
            // not where something later was put in its place
            let found = self.sources(&at).find(is_there);
            found.is_some_and(|found| found == source).then_some(at)
        })
    }
}
