//! Where projects are: which folder each manifest is for, and which manifests are for what is deployed.

use super::compiled::source_of;
use super::data::{Apart, Lists, Project, Projects};
use super::files::{Files, configured_role, declarations, folders_above, in_folder};
use super::workspaces::Roots;
use crate::model::ids::FileId;
use pinlens_facts::facts::FileKind;
use pinlens_facts::manifest::conda;
use pinlens_facts::requirements::role_of_requirement;
use pinlens_facts::requirements::{Format, Group, Requirement, RequirementsFacts};
use pinlens_facts::words::names::{FilePath, lies_in};
use pinlens_facts::words::roles::{
    Role, is_apart, is_folder_of_tests, is_for_development, is_for_shipping, is_record, is_specimen,
};
use std::collections::{BTreeMap, BTreeSet};

/// The manifests of each folder, with what each is for.
type Folders = BTreeMap<String, Vec<(Role, FileId)>>;

/// Makes the projects from the manifests' places.
pub(super) fn place(projects: &mut Projects, files: &impl Files) {
    let mut found = Found::default();
    let roots = Roots::of(files);
    for id in files.manifests() {
        found.take_in(id, projects, &roots, files);
    }
    let names = |file: FileId| {
        let facts = declarations(files, file).map(|(_, facts)| facts);
        facts.into_iter().flat_map(|facts| &facts.requirements).filter_map(|one| one.name.clone()).collect()
    };
    projects.apart = found.bring_home(files).into_iter().map(|file| Apart { file, names: names(file) }).collect();
    found.take_empty_lists();
    let layers = found.layers(files);
    for (folder, mut entries) in found.folders {
        entries.sort_by(|a, b| (a.0, files.get(a.1).map(|f| f.0)).cmp(&(b.0, files.get(b.1).map(|f| f.0))));
        let is_layer = layers.contains(&folder);
        add(
            projects,
            Project {
                for_runtime: entries.iter().any(|(role, _)| *role == Role::Runtime),
                // resolved by `link`
                parent: is_layer.then_some(0),
                lists: Lists { entries: entries.into_iter().map(|(_, id)| id).collect(), ..Lists::default() },
                folder: folder.into(),
                ..Project::default()
            },
        );
    }
    for (path, id) in found.scripts {
        projects.scripts.push(projects.all.len());
        add(
            projects,
            Project {
                folder: path.into(),
                is_script: true,
                lists: Lists { entries: vec![id], ..Lists::default() },
                ..Project::default()
            },
        );
    }
}

fn add(projects: &mut Projects, project: Project) {
    projects.by_folder.insert(project.folder.clone(), projects.all.len());
    projects.all.push(project);
}

/// The manifests as far as they were looked at.
struct Found {
    folders: Folders,
    /// Those next to which no code lies.
    homeless: Folders,
    /// Those inside the packages of a distribution.
    packaged: Folders,
    /// Those in folders of what builds and ships the code around, where code lies too.
    shipping: Folders,
    /// Scripts with requirements of their own, by path.
    scripts: BTreeMap<String, FileId>,
    /// The lists that are there and empty, each with its folder.
    empty: Vec<(String, FileId)>,
}

impl Default for Found {
    fn default() -> Self {
        // the root is a project even where no manifest is there
        let folders = BTreeMap::from([(String::new(), Vec::new())]);
        Self {
            folders,
            homeless: BTreeMap::new(),
            packaged: BTreeMap::new(),
            shipping: BTreeMap::new(),
            scripts: BTreeMap::new(),
            empty: Vec::new(),
        }
    }
}

impl Found {
    fn take_in(&mut self, id: FileId, projects: &Projects, roots: &Roots, files: &impl Files) {
        let Some((path, facts)) = declarations(files, id) else { return };
        if is_record(path.folder()) {
            return;
        }
        if matches!(facts.format, Format::SetupPy | Format::SetupCfg) && pyproject_declares(files, path.folder()) {
            return;
        }
        if facts.requires_nothing || is_bare_member(path, facts, roots, files) {
            self.empty.push((own_folder(path), id));
        }
        if facts.format == Format::Script {
            self.scripts.insert(path.to_string(), id);
        } else if let Some(role) = role_in_project(path, facts, files).filter(|_| !projects.is_constraints(id, path)) {
            // what was compiled of a manifest further out is for that one's project
            let source = source_of(files, id).and_then(|source| Some(files.get(source)?.0));
            let further_out =
                source.filter(|source| path.folder() != source.folder() && lies_in(path.folder(), source.folder()));
            let folder = own_folder(further_out.unwrap_or(path));
            let is_list = matches!(facts.format, Format::Requirements | Format::Conda);
            let has_code = files.has_code(&folder);
            // what is for tests is not for the package that they lie in
            let is_of_tests = folder.split('/').any(is_folder_of_tests);
            let is_packaged = has_code && !is_of_tests && is_packaged_around(files, &folder);
            let is_shipping = is_list && has_code && is_for_shipping(&folder);
            let beside = !is_list || folder.is_empty() || is_specimen(&folder) || has_code && !is_packaged;
            let place = match () {
                () if is_shipping => &mut self.shipping,
                () if beside => &mut self.folders,
                () if is_packaged => &mut self.packaged,
                () => &mut self.homeless,
            };
            place.entry(folder).or_default().push((role, id));
        }
    }

    /// Where no code lies next to a manifest (`docker/requirements.txt`), it is for the project around it: if it is for development, if
    /// some file installs it, or if nothing else there shows what the application needs. Gives the others.
    fn bring_home(&mut self, files: &impl Files) -> Vec<FileId> {
        let own = |folder: &str, found: &Self| {
            let entries = found.folders.get(folder).into_iter().flatten();
            let mut runtime = entries.filter(|(role, _)| *role == Role::Runtime).peekable();
            let is_whole = |id: FileId| declarations(files, id).is_some_and(|(_, facts)| facts.unknowns.is_empty());
            runtime.peek().is_some() && runtime.all(|(_, id)| is_whole(*id))
        };
        self.settle_shipping(own);
        let mut apart = Vec::new();
        let mut homes: Vec<(String, (Role, FileId))> = Vec::new();
        let homeless = std::mem::take(&mut self.homeless).into_iter().map(|(folder, entries)| (folder, entries, false));
        let packaged = std::mem::take(&mut self.packaged).into_iter().map(|(folder, entries)| (folder, entries, true));
        for (folder, entries, is_packaged) in homeless.chain(packaged) {
            let has_project = |outer: &&str| {
                let manifests = self.folders.get(*outer);
                manifests.is_some_and(|entries| outer.is_empty() || !entries.is_empty())
                    || self.empty.iter().any(|(folder, _)| folder == *outer)
            };
            let home = folders_above(&folder).find(has_project).unwrap_or_default().to_owned();
            let is_for_others = !is_packaged && (is_apart(&folder) || own(&home, self));
            for (role, id) in entries {
                let is_installed = || files.get(id).is_some_and(|(path, _)| files.installs(path));
                if role == Role::Runtime && is_for_others && !is_installed() {
                    // of an example, a copy or what is past nobody thinks that it is installed for the code around
                    apart.extend((!is_apart(&folder)).then_some(id));
                } else {
                    homes.push((home.clone(), (role, id)));
                }
            }
        }
        for (home, entry) in homes {
            self.folders.entry(home).or_default().push(entry);
        }
        apart
    }

    /// A list next to code in a folder that ships the code around is for that code, where nothing else there shows what it needs; else
    /// it is for the code next to it.
    fn settle_shipping(&mut self, is_reported: impl Fn(&str, &Self) -> bool) {
        for (folder, entries) in std::mem::take(&mut self.shipping) {
            let outer = folder.split('/').take_while(|name| !is_for_shipping(name));
            let around = outer.collect::<Vec<_>>().join("/");
            let place = if is_reported(&around, self) { &mut self.folders } else { &mut self.homeless };
            place.entry(folder).or_default().extend(entries);
        }
    }

    /// The folders whose code sees the requirements of the project around too: all that is declared there is for development, or adds
    /// to the environment that a list further out makes.
    fn layers(&self, files: &impl Files) -> BTreeSet<String> {
        let is_added = |folder: &str, file: FileId| {
            let Some(name) = environment_name(files, file) else { return false };
            let mut outer = folders_above(folder).skip(1).filter_map(|outer| self.folders.get(outer)).flatten();
            outer.any(|(_, other)| environment_name(files, *other) == Some(name))
        };
        let is_layer = |folder: &str, entries: &[(Role, FileId)]| {
            is_for_development(folder)
                || entries.iter().all(|(role, file)| *role == Role::Development || is_added(folder, *file))
        };
        let layers = self.folders.iter().filter(|(folder, entries)| is_layer(folder, entries));
        layers.map(|(folder, _)| folder.clone()).collect()
    }

    /// A list that is there and empty counts, but where another manifest next to it declares what is installed.
    fn take_empty_lists(&mut self) {
        for (folder, id) in std::mem::take(&mut self.empty) {
            let entries = self.folders.entry(folder).or_default();
            if entries.iter().all(|(role, _)| *role == Role::Development) {
                entries.retain(|(_, entry)| *entry != id);
                entries.push((Role::Runtime, id));
            }
        }
    }
}

/// Whether a manifest is that of a member of a workspace that has a name and no list: it requires nothing.
fn is_bare_member(path: &FilePath, facts: &RequirementsFacts, roots: &Roots, files: &impl Files) -> bool {
    let has_list = || facts.requirements.iter().any(|one| one.group == Group::Runtime) || !facts.includes.is_empty();
    facts.format == Format::Pyproject
        && facts.unknowns.is_empty()
        && roots.around(path.folder()).is_some()
        && files.at(path).is_some_and(|(_, facts)| facts.name.is_some())
        && !has_list()
}

/// The environment that a list of conda makes, or adds to.
fn environment_name(files: &impl Files, file: FileId) -> Option<&str> {
    let (_, facts) = declarations(files, file)?;
    (facts.format == Format::Conda).then(|| conda::environment_name(&facts.text))?
}

/// Whether the pyproject.toml in `folder` says what the project needs: then builders take that, and not setup.py's or
/// setup.cfg's list.
fn pyproject_declares(files: &impl Files, folder: &str) -> bool {
    let path = FilePath::new(&in_folder(folder, "pyproject.toml"));
    let facts = files.at(&path).and_then(|(_, facts)| facts.declarations);
    facts.is_some_and(|facts| facts.requirements.iter().any(|one| one.group == Group::Runtime))
}

/// Whether a folder lies in what the manifest of a distribution around it packages: in a package, or in a folder that the manifest
/// takes packages from. A list of requirements there is no other project's.
fn is_packaged_around(files: &impl Files, folder: &str) -> bool {
    let packages = |at: &str, name: &str| {
        // tests have an `__init__` for their own sake, and are no part of what is installed
        let inside = folder.strip_prefix(at).unwrap_or(folder);
        if inside.split('/').any(is_folder_of_tests) {
            return false;
        }
        let found = files.at(&FilePath::new(&in_folder(at, name)));
        found.filter(|(_, facts)| facts.name.is_some()).is_some_and(|(_, facts)| {
            let roots = facts.roots().iter().filter(|root| !root.is_empty());
            let mut roots = roots.map(|root| FilePath::new(&in_folder(at, root)));
            files.is_package(folder) || roots.any(|root| lies_in(folder, root.as_str()))
        })
    };
    let names = ["pyproject.toml", "setup.cfg", "setup.py"];
    folders_above(folder).skip(1).any(|at| names.iter().any(|name| packages(at, name)))
}

/// What a manifest is for in its project: what it declares for, or the build of what the setup.py or setup.cfg next to it declares.
fn role_in_project(path: &FilePath, facts: &RequirementsFacts, files: &impl Files) -> Option<Role> {
    let builds = || facts.format == Format::Pyproject && facts.requirements.iter().any(|one| one.group == Group::Build);
    let is_declared_beside = |name: &str| {
        let beside = files.at(&FilePath::new(&in_folder(path.folder(), name)));
        let declares = beside.and_then(|(id, _)| declarations(files, id));
        declares.is_some_and(|(path, facts)| entry_role(path, facts, files).is_some())
    };
    let is_of_setup = || ["setup.py", "setup.cfg"].iter().any(|name| is_declared_beside(name));
    entry_role(path, facts, files).or_else(|| (builds() && is_of_setup()).then_some(Role::Runtime))
}

/// What a file declares for by its own name or format; `None` where it declares nothing, or is read only when another
/// manifest includes it.
fn entry_role(path: &FilePath, facts: &RequirementsFacts, files: &impl Files) -> Option<Role> {
    if facts.format == Format::Requirements {
        return is_entry(path, files).then(|| configured_role(path, files));
    }
    let declares = |requirement: &&Requirement| !matches!(requirement.group, Group::Build | Group::Constraint);
    let roles = facts.requirements.iter().filter(declares).map(|one| role_of_requirement(path, &one.group));
    let included = facts.includes.iter().map(|include| role_of_requirement(path, &include.group));
    let computed = facts.unknowns.iter().map(|_| Role::Runtime);
    roles.chain(included).chain(computed).min()
}

/// Whether a file is a manifest by its own name or the user's word, and not only because another includes it.
fn is_entry(path: &FilePath, files: &impl Files) -> bool {
    let is_ours = || FileKind::of(path) == Some(FileKind::Requirements) || files.configured(path).is_some();
    !path.as_str().starts_with("..") && is_ours()
}

/// The folder that a manifest belongs to: the one it lies in, or the one above `requirements/`.
pub(crate) fn own_folder(path: &FilePath) -> String {
    let folder = path.folder();
    let (outer, last) = folder.rsplit_once('/').unwrap_or(("", folder));
    if matches!(last, "requirements" | "requirement" | "reqs") { outer.to_owned() } else { folder.to_owned() }
}
