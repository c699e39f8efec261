//! What others install: tox, nox and pixi for their runs, which is declared for development, and Home Assistant for each of its
//! integrations. It belongs to the project around the file that says so.

use super::data::{Project, ProjectId, Projects};
use super::files::Files;
use super::reading;
use crate::model::ids::FileId;
use pinlens_facts::mentions;
use pinlens_facts::mentions::MentionKind;
use pinlens_facts::requirements::Group;
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::roles::Role;

/// Enters what is installed so. Nothing of it is judged as a requirement.
pub(super) fn enter(projects: &mut Projects, files: &impl Files) {
    let installers = files.installers();
    for file in &installers {
        for (path, text) in installed_by(*file, files) {
            if let Some(target) = text.strip_prefix("-r ") {
                enter_file(projects, projects.of_path(path.folder()), &path.sibling(target), files);
            }
        }
    }
    for file in installers {
        for (path, text) in installed_by(file, files).filter(|(_, text)| !text.starts_with('-')) {
            let id = projects.of_path(path.folder());
            let project = &mut projects.all[id];
            let for_runtime = mentions::installs_for_runtime(path);
            // where nothing is declared at all, that is what is to be reported
            if for_runtime || project.has_declarations() {
                enter_name(project, DistributionName::new(text), file, for_runtime);
            }
        }
    }
}

/// What a file installs, with its path.
fn installed_by(file: FileId, files: &impl Files) -> impl Iterator<Item = (&FilePath, &str)> {
    files.get(file).into_iter().flat_map(|(path, facts)| {
        facts.installs.into_iter().filter(|(kind, _)| *kind == MentionKind::Install).map(move |(_, text)| (path, text))
    })
}

fn enter_name(project: &mut Project, name: DistributionName, file: FileId, for_runtime: bool) {
    if for_runtime {
        project.indirect.installed_for_tests.remove(&name);
    } else if !project.names.contains(&name) {
        project.indirect.installed_for_tests.insert(name.clone(), file);
    }
    project.names.add(&name);
    let role = project.roles.entry(name).or_insert(Role::Development);
    if for_runtime {
        *role = Role::Runtime;
    }
}

/// A requirements file that no manifest reads is one for development.
fn enter_file(projects: &mut Projects, id: ProjectId, target: &FilePath, files: &impl Files) {
    let Some((found, _)) = files.at(target) else {
        return projects.missing.push(target.clone());
    };
    if projects.users.contains_key(&found) {
        return;
    }
    let project = std::mem::take(&mut projects.all[id]);
    let known = project.lists.files.len();
    let group = Group::Development("tox".into());
    projects.all[id] = reading::read_more(id, project, found, &group, &projects.too_deep, files);
    for file in &projects.all[id].lists.files[known..] {
        let users = projects.users.entry(*file).or_default();
        if let Err(at) = users.binary_search(&id) {
            users.insert(at, id);
        }
    }
}
