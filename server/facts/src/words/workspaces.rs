//! Workspaces: several projects that one tool manages together.

use crate::words::names::DistributionName;

/// A tool that manages several projects together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Manager {
    /// uv: `[tool.uv.workspace]` names the members, and what requires one says in `[tool.uv.sources]` that it is one.
    Uv,
    /// Poetry, which has no list of members: a project requires another one by its path.
    Poetry,
    /// PDM: `[tool.pdm.workspace]` names the members, which require each other by their names.
    Pdm,
    /// Hatch: the `workspace` of an environment names the members, which require each other by their names.
    Hatch,
}

/// What a manifest says of the workspace that its project is part of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkspaceFacts {
    /// The folders of the members: patterns that count from the manifest's folder, each with the tool that reads them.
    pub members: Vec<(Manager, Box<str>)>,
    /// The folders that are no members all the same.
    pub excluded: Vec<(Manager, Box<str>)>,
    /// Whether Poetry manages the project.
    pub is_of_poetry: bool,
    /// The distributions for which `[tool.uv.sources]` says where they are from.
    pub sources: Vec<DistributionName>,
}
