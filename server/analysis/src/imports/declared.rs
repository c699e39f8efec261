//! Which list of another part of the repository declares something that the code's own lists do not.

use super::import::Import;
use crate::analysis::{Analysis, Input, Remembered};
use crate::model::ids::FileId;
use crate::model::lists;
use crate::model::project::{Project, ProjectId};
use crate::model::queries::absolute_tops;
use crate::model::resolve::Providers;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::{DistributionName, FilePath, lies_in, squash};
use pinlens_facts::words::roles::{Role, is_apart, is_specimen};
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::sync::Arc;

/// The list of another part of the repository that declares one of the providers, where nothing shows that it is not for the code of
/// `file`: no code of its own part imports that, one file installs both lists, or the code is for development and the list is of a folder around
/// it. `code` is what the code is for.
pub(super) fn declared_in(ws: &Analysis, file: FileId, providers: &Providers, code: Role) -> Option<FilePath> {
    declaring(ws, file, code, &providers.candidates)
}

/// The same of a distribution that is called as what an import names, where nobody is known to provide that.
pub(super) fn declared_alike(ws: &Analysis, file: FileId, import: &Import) -> Option<FilePath> {
    let top = squash(import.name.split('.').next().unwrap_or_default());
    let names = declarers(ws).alike.get(&top).cloned().unwrap_or_default();
    declaring(ws, file, Role::Runtime, &names)
}

/// Who declares what, by the distribution: found once, for every import that is missing looks it up.
#[derive(Debug, Default)]
struct Declarers(OnceCell<Arc<ByName>>);

impl Remembered for Declarers {
    const INPUTS: &'static [Input] = &[Input::Structure, Input::Declarations];
}

#[derive(Debug, Default)]
struct ByName {
    /// The projects that declare a distribution, ascending; without scripts, examples and copies.
    projects: FxHashMap<DistributionName, Vec<ProjectId>>,
    /// The declared distributions by their names without what separates words.
    alike: FxHashMap<String, Vec<DistributionName>>,
}

fn declarers(ws: &Analysis) -> Arc<ByName> {
    let memory = ws.remembered::<Declarers>();
    memory.0.get_or_init(|| Arc::new(ByName::of(ws))).clone()
}

impl ByName {
    fn of(ws: &Analysis) -> Self {
        let mut found = Self::default();
        for (id, project) in ws.projects().all.iter().enumerate() {
            if project.is_script || is_apart(&project.folder) || is_specimen(&project.folder) {
                continue;
            }
            for name in project.required.declared.keys() {
                let projects = found.projects.entry(name.clone()).or_default();
                if projects.is_empty() {
                    found.alike.entry(squash(name.as_str())).or_default().push(name.clone());
                }
                projects.push(id);
            }
        }
        found
    }
}

/// The list of another part of the repository that declares one of `names`.
fn declaring(ws: &Analysis, file: FileId, code: Role, names: &[DistributionName]) -> Option<FilePath> {
    let own = ws.project_of(file);
    // the block of a script says all that it needs
    if ws.projects().all[own].is_script {
        return None;
    }
    let is_for_development = code == Role::Development || is_notebook(ws.path(file));
    let seen: Vec<ProjectId> = ws.projects().with_parents(own).collect();
    // a member of a workspace keeps to what it declares where it runs
    let is_member = |id: ProjectId| !is_for_development && ws.projects().workspaces.manager_of(own, id).is_some();
    let may_be_meant = |id: ProjectId, name: &DistributionName| {
        let project = &ws.projects().all[id];
        let is_around = lies_in(ws.path(file).as_str(), &project.folder);
        let role = project.roles.get(name).copied().unwrap_or(Role::Runtime);
        (is_for_development || role == Role::Runtime)
            && (is_around && (is_for_development || imports_of(ws, file, id))
                || !ws.index().has_importers_satisfied_by(id, name)
                || are_installed_together(ws, &ws.projects().all[own], project))
    };
    let declarers = declarers(ws);
    let by_name = |name| declarers.projects.get(name).into_iter().flatten().map(move |id| (*id, name));
    let mut others: Vec<(ProjectId, &DistributionName)> = names.iter().flat_map(by_name).collect();
    others.retain(|(id, _)| !seen.contains(id) && !is_member(*id));
    others.sort_unstable();
    others.dedup();
    let (id, name) = others.into_iter().find(|(id, name)| may_be_meant(*id, name))?;
    let places = ws.projects().all[id].required.declared.get(name)?;
    Some(ws.path(places.first()?.file).clone())
}

/// Whether people open a file in the environment in which they develop: it is a notebook.
fn is_notebook(path: &FilePath) -> bool {
    path.as_str().rsplit('.').next() == Some("ipynb")
}

/// Whether code of an inner project imports modules of the distribution that the project around it makes: where that is installed, all is
/// installed that it requires.
fn imports_of(ws: &Analysis, file: FileId, around: ProjectId) -> bool {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return false };
    if ws.projects().all[around].own.is_empty() {
        return false;
    }
    let is_theirs = |holder: &Arc<str>| {
        let id = ws.projects().of_path(holder);
        id == around && ws.is_project_root(holder)
    };
    absolute_tops(facts).any(|top| ws.modules().holders(top).iter().any(is_theirs))
}

/// Whether one file installs a list of each.
fn are_installed_together(ws: &Analysis, one: &Project, other: &Project) -> bool {
    let by = |project: &Project| -> Vec<&FilePath> {
        project.lists.entries.iter().flat_map(|list| lists::installing(ws, ws.path(*list))).collect()
    };
    let own = by(one);
    !own.is_empty() && by(other).iter().any(|from| own.contains(from))
}
