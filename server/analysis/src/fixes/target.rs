//! Which files a requirement may be added to.

use super::manifest;
use crate::model::ids::FileId;
use crate::model::project::{self, Project};
use crate::model::store::Model;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{Format, RequirementsFacts, Source};
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::roles::{self, Role};

/// At most so many files are offered.
const MOST: usize = 5;

/// The files that fit as well as the best one, the best first: those for the role before others, near ones before those of a
/// project around, what people edit and not what a tool compiles from it.
pub(super) fn targets(ws: &Model, project: usize, role: Role) -> Vec<FileId> {
    let near = ws.projects().with_parents(project).enumerate();
    let all = near.flat_map(|(depth, id)| ws.projects().all[id].entries.iter().map(move |file| (depth, *file)));
    let mut ranked: Vec<_> = all
        .filter(|(_, file)| project::source_of(ws, *file).is_none())
        .filter_map(|(depth, file)| Some((class(ws, file, depth, role)?, order(ws, file)?, file)))
        .collect();
    ranked.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    let Some(best) = ranked.first().map(|(class, ..)| *class) else { return Vec::new() };
    ranked.into_iter().filter(|(class, ..)| *class == best).map(|(.., file)| file).take(MOST).collect()
}

/// Those of [`targets`] that are for `role`, and no others.
pub(super) fn of_role(ws: &Model, project: usize, role: Role) -> Vec<FileId> {
    let mut found = targets(ws, project, role);
    found.retain(|file| class(ws, *file, 0, role).is_some_and(|(other_role, ..)| !other_role));
    found
}

/// What parts the files that fit from those that do not; `None` where nothing can be added.
fn class(ws: &Model, file: FileId, depth: usize, role: Role) -> Option<(bool, usize, bool, bool)> {
    let (path, facts) = (ws.path(file), ws.facts(file).and_then(FileFacts::declarations)?);
    let other_role = if facts.format == Format::Requirements {
        project::configured_role(path, ws) != role
    } else {
        let fits = manifest::has_role(path, facts, role);
        if !fits && !manifest::has_role(path, facts, Role::Runtime) {
            return None;
        }
        !fits
    };
    Some((other_role, depth, facts.style.compiled, installs_a_folder_only(facts)))
}

/// `-e .`: what such a file installs is declared elsewhere.
fn installs_a_folder_only(facts: &RequirementsFacts) -> bool {
    facts.format == Format::Requirements
        && !facts.requirements.is_empty()
        && facts.requirements.iter().all(|one| one.source == Source::Path)
}

/// The order among files that fit alike: by their names.
fn order(ws: &Model, file: FileId) -> Option<impl Ord + use<>> {
    let path = ws.path(file);
    let facts = ws.facts(file).and_then(FileFacts::declarations)?;
    let by_name = match path.stem() {
        "requirements" => 0,
        "base" | "common" | "main" => 1,
        "prod" | "production" => 2,
        _ => 3,
    };
    let is_txt = path.as_str().rsplit('.').next() == Some("txt");
    Some((facts.format != Format::Requirements, by_name, !is_txt, path.clone()))
}

/// What an addition is for: the application, where any of its code at the paths needs it.
pub(super) fn role_for<'a>(project: &Project, paths: impl Iterator<Item = &'a FilePath>) -> Role {
    // the name of a layer's folder tells what its code is for
    let folder = if project.parent.is_some() { "" } else { &*project.folder };
    let mut roles = paths.map(|path| roles::role_of_code(path, folder)).peekable();
    // one of thousands settles it
    if project.is_script || roles.peek().is_none() || roles.any(|role| role == Role::Runtime) {
        Role::Runtime
    } else {
        Role::Development
    }
}
