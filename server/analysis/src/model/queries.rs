//! What the layers above query.

use super::store::Model;
use crate::config::{Config, Platform, RequirementsFile};
use crate::model::environment::Environment;
use crate::model::evidence::Evidence;
use crate::model::ids::FileId;
use crate::model::index::Index;
use crate::model::lists;
use crate::model::modules::{Found, ModuleTree};
use crate::model::project::{self, Files, Hidden, ProjectId, Projects, folders_above};
use crate::model::releases::Releases;
use crate::model::resolve::Outside;
use crate::model::surroundings::Surroundings;
use pinlens_facts::deploy::paths::joined;
use pinlens_facts::facts::{Declares, FileFacts};
use pinlens_facts::knowledge::catalog::{Catalog, Quality};
use pinlens_facts::mentions::{self, MentionKind, Mentions};
use pinlens_facts::python::{FileTraits, PythonFacts};
use pinlens_facts::requirements::Requirement;
use pinlens_facts::words::lists::List;
use pinlens_facts::words::markers::Target;
use pinlens_facts::words::names::{DistributionName, FilePath, PythonVersion, lies_in};
use pinlens_facts::words::roles::{is_folder_of_tests, is_record, is_specimen};

/// One or two imports may well be what is forgotten: they are reported where they stand.
const FEWEST_HIDDEN: usize = 3;

impl Model {
    pub(crate) fn outside(&self) -> Outside<'_> {
        Outside { config: self.config(), environment: &self.environment, python: self.target() }
    }

    /// Whether anything says which Python the code is for.
    pub(crate) fn knows_target(&self) -> bool {
        self.structure.python.is_some()
    }

    /// What markers are evaluated for.
    pub(crate) fn marker_target(&self) -> Target<'_> {
        Target { python: self.structure.python, platform: self.config().python_platform.map(Platform::sys_platform) }
    }

    /// The requirements of a project for a distribution, each with its file, as people wrote them: what a tool compiled of a list that is at
    /// hand only repeats that.
    pub(crate) fn written_for(
        &self,
        id: ProjectId,
        name: &DistributionName,
    ) -> impl Iterator<Item = (FileId, &Requirement)> {
        let places = self.projects.all[id].required.declared.get(name).into_iter().flatten();
        let written = places.filter(|place| project::source_of(self, place.file).is_none());
        written.filter_map(|place| {
            let facts = self.facts(place.file).and_then(FileFacts::declarations)?;
            Some((place.file, facts.requirements.get(place.index)?))
        })
    }

    /// What the file itself installs before it imports it: the cells of a notebook, and code by calls of pip.
    pub(crate) fn installs(&self, file: FileId) -> &[DistributionName] {
        match self.facts(file) {
            Some(FileFacts::Python(facts)) => &facts.installs,
            _ => &[],
        }
    }

    /// The project whose build runs a file, where builds of it are isolated (PEP 517): then its build requirements are all that is there.
    pub(crate) fn build_requirements(&self, file: FileId) -> Option<ProjectId> {
        let path = self.path(file);
        let id = self.project_of(file);
        let project = &self.projects.all[id];
        let is_of_build = path.file_name() == "setup.py" || List::BuildModule.has(path.stem());
        let is_script =
            is_of_build && path.folder() == &*project.folder || self.is_named_for_build(path, &project.folder);
        (is_script && !project.required.build.is_empty()).then_some(id)
    }

    /// Whether the manifest of the project in a folder names the file at `path` as one that its build runs.
    fn is_named_for_build(&self, path: &FilePath, folder: &str) -> bool {
        let manifest = self.file(&FilePath::new(&joined(folder, "pyproject.toml")));
        let layout = manifest.and_then(|manifest| self.facts(manifest)?.layout());
        let inside = path.as_str().strip_prefix(folder).map(|rest| rest.trim_start_matches('/'));
        layout.zip(inside).is_some_and(|(layout, inside)| layout.build.iter().any(|file| **file == *inside))
    }

    /// Whether the workspace itself makes the distribution.
    pub(crate) fn makes(&self, distribution: &DistributionName) -> bool {
        self.structure.made.contains(distribution)
    }

    /// Whether the workspace makes a part of the distribution, or what it is a part of, as the names show: `apache-airflow-core` and
    /// `apache-airflow`.
    pub(crate) fn makes_part_of(&self, distribution: &DistributionName) -> bool {
        let begins = |whole: &DistributionName, with: &DistributionName| {
            whole.as_str().strip_prefix(with.as_str()).is_some_and(|rest| rest.starts_with('-'))
        };
        self.structure.made.iter().any(|made| begins(made, distribution) || begins(distribution, made))
    }

    /// Whether a module called `top` is one that a known distribution provides.
    pub(crate) fn may_be_declared(&self, top: &str) -> bool {
        Catalog::bundled().row_of(top).is_some_and(|row| row.sure && row.quality == Quality::Principal)
            || self.environment.providers(top).is_some()
            || self.config().map.contains_key(top)
    }

    /// The module or package `top` of the workspace that hides every other for the code of `file`: in its own folder, or
    /// where its outermost package lies.
    pub(crate) fn nearest_module(&self, file: FileId, top: &str) -> Option<FilePath> {
        let root = self.roots_above(self.path(file).folder()).into_iter().next();
        let roots = self.config().roots.iter().map(|root| FilePath::new(root).to_string()).chain(root);
        let found = roots.into_iter().find_map(|root| match self.structure.modules.find(&root, top) {
            Found::Whole(path) => Some(path),
            _ => None,
        })?;
        let itself = self.path(file).as_str().rsplit_once('.').is_some_and(|(stem, _)| *stem == *found);
        (!itself).then(|| FilePath::new(&found))
    }

    /// The Python that the code is for.
    pub(crate) fn target(&self) -> PythonVersion {
        self.structure.python.unwrap_or(PythonVersion::NEWEST)
    }

    /// A path as messages and titles name it: as seen from the folder that `Config::base` says.
    pub(crate) fn shown(&self, path: &FilePath) -> String {
        self.config().base.show(path)
    }

    /// The settings in force for the workspace as a whole.
    pub fn config(&self) -> &Config {
        &self.structure.config
    }

    /// The settings in force for what is reported of a file, and the folder that paths in them count from: those of the nearest
    /// folder above it, else the root's.
    pub(crate) fn config_at(&self, path: &FilePath) -> (&Config, &str) {
        let scopes = &self.structure.scopes;
        let of = |folder: &str| scopes.binary_search_by(|scope| scope.folder.as_str().cmp(folder)).ok();
        let mut above = folders_above(path.folder()).take_while(|_| !scopes.is_empty());
        let nearest = above.find_map(of).and_then(|at| scopes.get(at));
        nearest.map_or((self.config(), ""), |scope| (&scope.config, scope.folder.as_str()))
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// What the package index has, as far as it was looked up.
    pub(crate) fn releases(&self) -> &Releases {
        &self.releases
    }

    pub(crate) fn surroundings(&self) -> &Surroundings {
        &self.structure.around
    }

    /// The newest Python that the target's range lets in, where that is another than the target.
    pub(crate) fn newest_target(&self) -> Option<PythonVersion> {
        self.structure.newest_python.filter(|newest| *newest > self.target())
    }

    /// Whether a file of `folder` is run as a script: by what it says itself, or by a command that is written down.
    pub(crate) fn holds_scripts(&self, folder: &str) -> bool {
        let is_script = |name: &str| {
            let traits = self.traits(&format!("{folder}/{name}.py"));
            traits.is_script || traits.has_main
        };
        let prefix = format!("{folder}/");
        let mut commands = self.mentions().flat_map(|(_, mentions)| mentions.of(MentionKind::Command));
        self.structure.modules.modules_in(folder).any(is_script)
            || commands.any(|one| {
                one.text.split(' ').any(|word| {
                    word.strip_prefix("./")
                        .unwrap_or(word)
                        .strip_prefix(&prefix)
                        .is_some_and(|rest| !rest.contains('/') && rest.strip_suffix(".py").is_some())
                })
            })
    }

    /// Whether the `__init__` of the package at `path` binds no name, so that only its modules can be taken from it.
    pub(crate) fn binds_nothing(&self, path: &str) -> bool {
        let stub = self.files.ids.get(&*format!("{path}/__init__.pyi")).and_then(|id| self.facts(*id));
        stub.is_none() && self.traits(&format!("{path}/__init__.py")).is_bare
    }

    pub(crate) fn modules(&self) -> &ModuleTree {
        &self.structure.modules
    }

    /// Which requirements apply to which code.
    pub fn projects(&self) -> &Projects {
        &self.projects
    }

    pub(crate) fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// Whether tests lie in the project's folder.
    pub(crate) fn has_tests(&self, project: ProjectId) -> bool {
        let find = || {
            let code = self.files.list.iter().filter(|file| matches!(file.facts, Some(FileFacts::Python(_))));
            let projects = code.map(|file| (file, self.projects.of_path(file.path.as_str())));
            let nearest = projects
                .filter(|(file, id)| is_test(&file.path, &self.projects.all[*id].folder) && holds_tests(&file.path))
                .map(|(_, id)| id);
            nearest.flat_map(|id| self.projects.with_parents(id)).collect()
        };
        self.present.tests.get_or_init(find).contains(&project)
    }

    /// Whether the sources of documentation lie in the workspace: the settings of Sphinx or `MkDocs`.
    pub(crate) fn has_documentation(&self) -> bool {
        let is_settings = |path: &FilePath| path.file_name() == "conf.py" || path.stem() == "mkdocs";
        *self
            .present
            .documentation
            .get_or_init(|| self.files.list.iter().any(|file| file.facts.is_some() && is_settings(&file.path)))
    }

    /// What hides the requirements of a project as a whole, where so much is imported that one finding says more than one at each
    /// import would.
    pub(crate) fn hidden(&self, project: ProjectId) -> Option<&Hidden> {
        let hidden = self.projects.all[project].gaps.hidden.as_ref()?;
        (self.missing_behind(hidden).take(FEWEST_HIDDEN).count() == FEWEST_HIDDEN).then_some(hidden)
    }

    /// The distributions that code needs whose requirements `hidden` may hold, in no order.
    pub(crate) fn missing_behind<'a>(&'a self, hidden: &Hidden) -> impl Iterator<Item = &'a DistributionName> {
        let owner = hidden.project;
        // setup.py and its kin run where what runs them is
        let counts = move |file: FileId| {
            let nearest = &self.projects.all[self.project_of(file)];
            nearest.gaps.hidden.as_ref().is_some_and(|hidden| hidden.project == owner)
                && mentions::runner_of(self.path(file)).is_none()
        };
        self.index.missing_for(owner, counts)
    }

    /// The projects of which nothing but that their requirements are hidden is reported.
    pub(crate) fn unread_projects(&self) -> Vec<ProjectId> {
        (0..self.projects.all.len()).filter(|id| self.hidden(*id).is_some()).collect()
    }

    /// What the files that are no code say of commands and plugins, in path order.
    pub(crate) fn mentions(&self) -> impl Iterator<Item = (&FilePath, &Mentions)> {
        self.structure.written_down.iter().filter_map(|id| Some((self.path(*id), self.facts(*id)?.mentions()?)))
    }

    pub(crate) fn index(&self) -> &Index {
        &self.index
    }

    /// Whether a file that is read lies in a folder, at some depth.
    pub(crate) fn has_files_below(&self, folder: &str) -> bool {
        self.files_with_facts().any(|path| lies_in(path.as_str(), folder))
    }

    /// The project that governs a file.
    pub(crate) fn project_of(&self, file: FileId) -> ProjectId {
        self.projects.of_path(self.path(file).as_str())
    }

    /// The entries of `sys.path` for the code in `folder`.
    pub(crate) fn roots(&self, folder: &str) -> &[String] {
        self.roots.get(folder).map_or(&[], Vec::as_slice)
    }

    /// Whether a file belongs to a project that tests or templates keep, of which nothing is reported.
    pub(crate) fn is_specimen(&self, file: FileId) -> bool {
        is_record(self.path(file).folder())
            || self.projects.all.get(self.project_of(file)).is_some_and(|project| is_specimen(&project.folder))
    }

    /// Whether a project puts the folder on `sys.path`: it is a project's own, its `src`, or written down.
    pub(crate) fn is_project_root(&self, root: &str) -> bool {
        let around_src = if root == "src" { Some("") } else { root.strip_suffix("/src") };
        root.is_empty()
            || self.config().roots.iter().any(|known| FilePath::new(known).as_str() == root)
            || self.projects.has_folder(root)
            || around_src.is_some_and(|folder| self.projects.has_folder(folder))
            || self.written_roots(root).iter().any(|known| known == root)
    }

    /// The first file or folder, in path order, that could not be read and lies with the code of the projects: it may use what they
    /// require.
    pub(crate) fn unread_code(&self, projects: &[ProjectId]) -> Option<&FilePath> {
        if self.structure.unread.is_empty() {
            return None;
        }
        let is_theirs = |path: &FilePath| {
            let nearest = self.projects.of_path(path.as_str());
            projects.iter().any(|id| self.projects.with_parents(nearest).any(|around| around == *id))
                || projects.iter().any(|id| path.is_within(&FilePath::new(&self.projects.all[*id].folder)))
        };
        let may_use = |id: &&FileId| matches!(self.facts(**id), Some(FileFacts::Unread(facts)) if facts.may_use());
        let paths = self.structure.unread.iter().filter(may_use).map(|id| self.path(*id));
        paths.filter(|path| is_theirs(path)).min()
    }

    /// Whether the folder at `package` could not be read, so that nobody knows what lies in it.
    fn is_unread_folder(&self, package: &str) -> bool {
        let facts = self.files.ids.get(package).and_then(|id| self.facts(*id));
        matches!(facts, Some(FileFacts::Unread(facts)) if facts.kind.is_none())
    }

    /// Whether the package or module at `package` makes submodules appear that no file shows.
    pub(crate) fn makes_submodules(&self, package: &str) -> bool {
        if self.is_unread_folder(package) {
            return true;
        }
        let tries = [format!("{package}/__init__.py"), format!("{package}.py"), format!("{package}/__init__.pyi")];
        tries.iter().any(|path| self.traits(path).makes_submodules)
    }

    /// Whether code in `folder` lies in the package `package`, which has its own ways to find modules.
    pub(crate) fn finds_modules_for(&self, package: &str, folder: &str) -> bool {
        lies_in(folder, package) && self.traits(&format!("{package}/__init__.py")).changes_finders
    }

    /// Whether any code of the workspace changes `sys.path`.
    pub(crate) fn changes_path(&self) -> bool {
        let mut code = self.files.list.iter().filter_map(|file| file.facts.as_ref());
        code.any(|facts| matches!(facts, FileFacts::Python(facts) if facts.traits.changes_path))
    }

    fn traits(&self, path: &str) -> FileTraits {
        match self.files.ids.get(path).and_then(|id| self.facts(*id)) {
            Some(FileFacts::Python(facts)) => facts.traits,
            _ => FileTraits::default(),
        }
    }
}

impl Files for Model {
    fn at(&self, path: &FilePath) -> Option<(FileId, Declares<'_>)> {
        let id = self.file(path)?;
        Some((id, self.facts(id)?.declares()))
    }

    fn get(&self, file: FileId) -> Option<(&FilePath, Declares<'_>)> {
        let entry = &self.files.list[file.0 as usize];
        Some((&entry.path, entry.facts.as_ref()?.declares()))
    }

    fn manifests(&self) -> Vec<FileId> {
        self.structure.manifests.clone()
    }

    fn installers(&self) -> Vec<FileId> {
        let mut files = self.evidence.files_that_say(MentionKind::Install);
        files.sort_by(|a, b| self.path(*a).cmp(self.path(*b)));
        files
    }

    fn configured(&self, path: &FilePath) -> Option<&RequirementsFile> {
        self.config().requirements_file(path)
    }

    fn is_dev_group(&self, name: &str) -> bool {
        self.config().groups.development.iter().any(|group| group == name)
    }

    fn installs(&self, path: &FilePath) -> bool {
        lists::installs_list(self, path)
    }

    fn is_dev_extra(&self, name: &str) -> bool {
        let groups = &self.config().groups;
        groups.development.iter().chain(&groups.development_extras).any(|extra| extra == name)
    }

    fn is_runtime_group(&self, name: &str) -> bool {
        self.config().groups.runtime.iter().any(|group| group == name)
    }

    fn has_code(&self, folder: &str) -> bool {
        self.structure.modules.has_folder(folder)
    }

    fn is_package(&self, folder: &str) -> bool {
        self.structure.modules.is_package(folder)
    }

    fn environment(&self) -> &Environment {
        &self.environment
    }

    fn target(&self) -> Target<'_> {
        self.marker_target()
    }
}

/// The first segments of the modules that a file imports absolutely, in the order of the text; of equal neighbours one.
pub(crate) fn absolute_tops(facts: &PythonFacts) -> impl Iterator<Item = &str> {
    let absolute = facts.imports.iter().filter(|statement| statement.parsed.level == 0);
    let mut last = None;
    let tops = absolute.flat_map(|statement| &statement.parsed.modules).map(|module| module.name.top());
    tops.filter(move |top| last.replace(*top) != Some(*top))
}

/// Whether a file of the project in `folder` is one of tests, by the folders above it in there or by its own name.
pub(crate) fn is_test(path: &FilePath, folder: &str) -> bool {
    let stem = path.stem();
    let inside = path.folder().strip_prefix(folder).unwrap_or_else(|| path.folder());
    inside.split('/').any(is_folder_of_tests)
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem == "conftest"
}

/// Whether a file of tests is called as one that holds them, and not as their helpers, which applications ship for others' tests.
fn holds_tests(path: &FilePath) -> bool {
    let stem = path.stem();
    stem.starts_with("test") || stem.ends_with("_test") || stem.ends_with("_tests") || stem == "conftest"
}
