//! Which files a requirement may be added to.

use super::manifest;
use super::purpose::{Purpose, Rank, UNFIT, has_pytest};
use crate::analysis::{Analysis, Input, Remembered};
use crate::model::ids::FileId;
use crate::model::project::includes::reached;
use crate::model::project::{self, ProjectId};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements;
use pinlens_facts::requirements::{Format, IncludeKind, Requirement, RequirementsFacts, Source};
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::roles::{Role, is_folder_of_tests};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::sync::Arc;

/// At most so many files are offered.
const MOST: usize = 5;

/// A file to which a requirement may be added.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    /// The file.
    pub file: FileId,
    /// Whether it is for what the requirement is added for; else only a person may choose it.
    pub fits: bool,
}

/// What fits which purpose of a project, kept until declarations change: thousands of findings need the same.
#[derive(Debug, Default)]
struct Targets(RefCell<ByPurpose>);

/// What fits each purpose of a project.
type ByPurpose = FxHashMap<(ProjectId, Purpose), Arc<[Target]>>;

impl Remembered for Targets {
    const INPUTS: &'static [Input] = &[Input::Structure, Input::Declarations];
}

/// The files that fit as well as the best one, the best first: those for the purpose before others, near ones before those of a
/// project around, what people edit and not what a tool compiles from it.
pub(super) fn targets(ws: &Analysis, project: ProjectId, purpose: &Purpose) -> Arc<[Target]> {
    let memory = &ws.remembered::<Targets>().0;
    let key = (project, purpose.clone());
    if let Some(known) = memory.borrow().get(&key) {
        return known.clone();
    }
    let found: Arc<[Target]> = find(ws, project, purpose).into();
    memory.borrow_mut().insert(key, found.clone());
    found
}

fn find(ws: &Analysis, project: ProjectId, purpose: &Purpose) -> Vec<Target> {
    let near = ws.projects().with_parents(project).enumerate();
    let all = near.flat_map(|(depth, id)| lists_of(ws, id).into_iter().map(move |list| (depth, id, list)));
    let mut ranked: Vec<_> = all
        .filter(|(.., list)| project::source_of(ws.model(), list.file).is_none())
        .filter_map(|(depth, id, list)| {
            let rank = rank(ws, &list, purpose)?;
            let class = Class { is_of_part: is_of_part(ws, id, &list), ..class(ws, list.file, depth, rank)? };
            Some((class, rank, order(ws, &list)?, list.file))
        })
        .collect();
    ranked.sort_by(|a, b| (&a.0, &a.1, &a.2).cmp(&(&b.0, &b.1, &b.2)));
    let Some(best) = ranked.first().map(|(class, ..)| *class) else { return Vec::new() };
    let fitting = ranked.into_iter().filter(|(class, ..)| *class == best);
    fitting.map(|(_, rank, _, file)| Target { file, fits: rank < UNFIT }).take(MOST).collect()
}

/// Those of [`targets`] that are for the purpose, and no others.
pub(super) fn fitting(ws: &Analysis, project: ProjectId, purpose: &Purpose) -> Vec<FileId> {
    targets(ws, project, purpose).iter().filter(|one| one.fits).map(|one| one.file).collect()
}

/// A manifest of a project, or a requirements file that one of them includes.
struct List {
    file: FileId,
    /// The role that another manifest gives it: the list of a pyproject.toml that is kept in a file of its own.
    given: Option<Role>,
}

/// The manifests of a project, and the requirements files that they include.
fn lists_of(ws: &Analysis, project: ProjectId) -> Vec<List> {
    let project = &ws.projects().all[project];
    let given = roles_given(ws, &project.lists.entries);
    let included = reached(ws, &project.lists.entries);
    let entries: FxHashSet<FileId> = project.lists.entries.iter().copied().collect();
    let mut lists: Vec<List> = Vec::new();
    for &file in &project.lists.files {
        let given = given.get(&file).copied();
        let is_included = given.is_some() || included.contains(&file);
        let is_inside = !ws.path(file).as_str().starts_with("..");
        let is_requirements = matches!(ws.facts(file), Some(FileFacts::Requirements(_)));
        if entries.contains(&file)
            || is_inside && is_requirements && !ws.projects().is_constraints(file, ws.path(file)) && is_included
        {
            lists.push(List { file, given });
        }
    }
    lists
}

/// The roles of the files in which manifests that are no requirements files keep their lists; the first manifest counts.
fn roles_given(ws: &Analysis, manifests: &[FileId]) -> FxHashMap<FileId, Role> {
    let mut given = FxHashMap::default();
    for &manifest in manifests {
        let Some(facts) = ws.facts(manifest).and_then(FileFacts::declarations) else { continue };
        let includes = facts.includes.iter().filter(|one| one.kind == IncludeKind::Requirements);
        for include in includes.filter(|_| facts.format != Format::Requirements) {
            let path = ws.path(manifest);
            if let Some(file) = ws.file(&path.sibling(&include.target)) {
                given.entry(file).or_insert_with(|| requirements::role_of_requirement(path, &include.group));
            }
        }
    }
    given
}

/// How well a list fits the purpose; `None` where nothing can be added for it.
fn rank(ws: &Analysis, list: &List, purpose: &Purpose) -> Option<Rank> {
    // nobody knows what stands in a file that could not be read
    let facts = ws.facts(list.file).filter(|facts| facts.unread_reason().is_none());
    let (path, facts) = (ws.path(list.file), facts.and_then(FileFacts::declarations)?);
    if facts.format != Format::Requirements {
        return manifest::rank(path, facts, purpose);
    }
    let role = list.given.unwrap_or_else(|| project::configured_role(path, ws.model()));
    // a list inside a folder of tests is for them, whatever it is called
    let role = if path.folder().split('/').any(is_folder_of_tests) { Role::Development } else { role };
    purpose.rank_of_file(path, role, has_pytest(&facts.requirements))
}

/// What parts the files that fit from those that do not, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Class {
    is_for_others: bool,
    /// How many projects lie between.
    depth: usize,
    is_compiled: bool,
    leads_elsewhere: bool,
    /// Whether the list lies with a part of the project.
    is_of_part: bool,
}

/// The class of a list, whatever part it lies with; `None` where nothing can be added.
fn class(ws: &Analysis, file: FileId, depth: usize, rank: Rank) -> Option<Class> {
    let facts = ws.facts(file).and_then(FileFacts::declarations)?;
    let leads_elsewhere = leads_elsewhere(ws, facts);
    let is_compiled = facts.style.compiled;
    Some(Class { is_for_others: rank >= UNFIT, depth, is_compiled, leads_elsewhere, is_of_part: false })
}

/// Whether a list lies in a folder inside the project's, where nothing includes it: with a plugin, or with what one script downloads.
fn is_of_part(ws: &Analysis, project: ProjectId, list: &List) -> bool {
    let project = &ws.projects().all[project];
    let is_entry = project.lists.entries.contains(&list.file);
    is_entry && list.given.is_none() && project::own_folder(ws.path(list.file)) != *project.folder
}

/// Whether what the file installs is declared elsewhere: it holds `-e .` alone, nothing but `-r` lines, or only where others are to be had
/// from (`requests @ git+…`).
fn leads_elsewhere(ws: &Analysis, facts: &RequirementsFacts) -> bool {
    let includes = facts.includes.iter().any(|include| include.kind == IncludeKind::Requirements);
    let own = |one: &Requirement| {
        one.source == Source::Path
            || one.source != Source::Conda && one.name.as_ref().is_some_and(|name| ws.makes(name))
    };
    if facts.format == Format::Conda {
        // the project itself, as the only thing that pip installs there
        let mut by_pip = facts.requirements.iter().filter(|one| one.source != Source::Conda).peekable();
        return by_pip.peek().is_some() && by_pip.all(own);
    }
    facts.format == Format::Requirements
        && facts.requirements.iter().all(|one| matches!(one.source, Source::Path | Source::Vcs | Source::Url))
        && (includes || !facts.requirements.is_empty())
}

/// The order among files that fit alike: the list that a manifest keeps in a file, then by their names.
fn order(ws: &Analysis, list: &List) -> Option<impl Ord + use<>> {
    let path: &FilePath = ws.path(list.file);
    let facts = ws.facts(list.file).and_then(FileFacts::declarations)?;
    let by_name = match path.stem() {
        "requirements" => 0,
        "base" | "common" | "main" => 1,
        "prod" | "production" => 2,
        _ => 3,
    };
    let is_txt = path.as_str().rsplit('.').next() == Some("txt");
    Some((list.given.is_none(), facts.format != Format::Requirements, by_name, !is_txt, path.clone()))
}
