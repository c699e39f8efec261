//! Every import of what a requirement brings, and every line that declares it.

use super::places::{self, Place};
use super::subject::{self, Subject};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::project::ProjectId;
use pinlens_facts::words::names::DistributionName;

/// Whether the declarations are wanted next to the imports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declarations {
    /// They come first.
    With,
    /// The imports alone.
    Without,
}

/// Where the distribution at byte `offset` of a file is used: files in path order, places in the order of the text.
pub fn references(ws: &Analysis, file: FileId, offset: u32, wanted: Declarations) -> Vec<Place> {
    match subject::at(ws, file, offset) {
        Some(Subject::Imports(imports)) => {
            let name = imports.first().and_then(|outer| outer.distribution());
            name.map_or_else(Vec::new, |name| of_import(ws, file, name, wanted))
        }
        Some(Subject::Requirement(requirement)) => match &requirement.name {
            Some(name) => {
                let own = Place { file, range: requirement.name_range };
                let first = (wanted == Declarations::With).then_some(own);
                first.into_iter().chain(imports(ws, &places::projects_of(ws, file), name)).collect()
            }
            None => Vec::new(),
        },
        Some(Subject::Include(_)) | None => Vec::new(),
    }
}

fn of_import(ws: &Analysis, file: FileId, name: &DistributionName, wanted: Declarations) -> Vec<Place> {
    let project = ws.project_of(file);
    let declared = places::declared(ws, project, name);
    let mut projects: Vec<ProjectId> =
        declared.iter().flat_map(|(file, _)| places::projects_of(ws, *file)).chain([project]).collect();
    projects.sort_unstable();
    projects.dedup();
    let lines = declared.iter().map(|(file, requirement)| Place { file: *file, range: requirement.name_range });
    lines.filter(|_| wanted == Declarations::With).chain(imports(ws, &projects, name)).collect()
}

/// Every import of the distribution in the code of `projects`.
pub fn imports(ws: &Analysis, projects: &[ProjectId], name: &DistributionName) -> Vec<Place> {
    let files = places::importers(ws, projects, name);
    files.into_iter().flat_map(|file| places::imports_in(ws, file, name)).collect()
}
