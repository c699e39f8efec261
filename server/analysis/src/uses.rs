//! What is used without being imported: commands, plugins, drivers, stubs, build tools.
//!
//! The knowledge is the table `data/uses.tsv`, one row a fact. A row counts as a use where its evidence is found, and where
//! this build cannot read its kind of evidence but the host that would use it is required: a requirement is called
//! unused only when nothing speaks for it.

mod command;
mod files;
mod known;
mod mentions;

pub use files::Family;
pub(crate) use files::{ini_file, pipfile, pyproject, python_settings, read};
pub use mentions::{Mention, Mentions, Said};

use crate::catalog::{self, Catalog};
use crate::names::{DistributionName, FilePath, prefixes, squash};
use crate::project::{Role, role_of_requirement};
use crate::requirements::{Group, Requirement};
use crate::workspace::{FileId, Workspace};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::new(include_str!("../data/uses.tsv")));

/// Distribution -> the rows that tell how it is used.
#[derive(Debug)]
struct Table {
    by_distribution: FxHashMap<&'static str, Vec<Row>>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    kind: &'static str,
    key: &'static str,
    condition: &'static str,
}

impl Table {
    fn new(table: &'static str) -> Self {
        let mut by_distribution: FxHashMap<&'static str, Vec<Row>> = FxHashMap::default();
        for line in table.lines().skip(1) {
            let cells: Vec<&'static str> = line.split('\t').collect();
            let [kind, key, distribution, condition, ..] = cells[..] else { continue };
            by_distribution.entry(distribution).or_default().push(Row { kind, key, condition });
        }
        Self { by_distribution }
    }
}

/// Whether a Python file of this name configures something, so that its strings name what is used.
pub fn is_settings(path: &FilePath) -> bool {
    let stem = path.stem();
    let known =
        ["conf", "conftest", "setup", "noxfile", "tasks", "fabfile", "celeryconfig", "celery", "config", "manage"];
    known.contains(&stem)
        || stem.contains("settings")
        || stem.contains("_config")
        || path.folder().ends_with("settings")
}

/// The distribution that runs a Python file of this name, and is there whenever the file runs.
pub(crate) fn runner_of(path: &FilePath) -> Option<&'static str> {
    match path.file_name() {
        "setup.py" => Some("setuptools"),
        "noxfile.py" => Some("nox"),
        "fabfile.py" => Some("fabric"),
        "locustfile.py" => Some("locust"),
        "hatch_build.py" => Some("hatchling"),
        "dodo.py" => Some("doit"),
        // a notebook's kernel
        name => (name.rsplit('.').next() == Some("ipynb")).then_some("ipython"),
    }
}

/// Why a requirement of `file` counts as used although nothing imports it; `None` where nothing speaks for it.
pub(crate) fn reason(workspace: &Workspace, file: FileId, requirement: &Requirement) -> Option<String> {
    let name = requirement.name.as_ref()?;
    let rows = TABLE.by_distribution.get(name.as_str()).map_or(&[][..], Vec::as_slice);
    if let Some(host) = stubs_of(name.as_str()) {
        // the table knows the hosts whose stubs are called otherwise
        let known = rows.iter().filter(|row| row.kind == "stub").map(|row| row.key);
        let found = known.chain([&*host]).find(|host| has_host(workspace, file, host));
        return found.map(|host| format!("its stubs are for {host}"));
    }
    rows.iter()
        .find_map(|row| row.evidence(workspace, file, requirement))
        .or_else(|| named_in_settings(workspace, file, name))
}

/// A Python file of settings nearby that names a module of the distribution in a string.
fn named_in_settings(workspace: &Workspace, manifest: FileId, name: &DistributionName) -> Option<String> {
    let named = workspace.named();
    let nearby = Nearby::of(workspace, manifest);
    let mut places = named.by_distribution.get(&squash(name.as_str()))?.iter();
    let (path, word) = places.find(|(path, _)| nearby.holds(path))?;
    Some(format!("{path} names {word}"))
}

/// The distributions that Python files of settings name in strings, by a module of theirs or by their own name.
#[derive(Debug, Default)]
pub(crate) struct Named {
    /// By squashed name: the files in path order, each with the first word that names the distribution.
    by_distribution: FxHashMap<String, Vec<(FilePath, Box<str>)>>,
}

impl Named {
    /// Looks every word of every file of settings up, once for all requirements.
    pub(crate) fn of(workspace: &Workspace) -> Self {
        let mut named = Self::default();
        // what setup.py names it declares; that is no use
        for (path, mentions) in workspace.settings_mentions().filter(|(path, _)| path.file_name() != "setup.py") {
            let mut words: Vec<&str> = mentions.words().collect();
            words.sort_unstable();
            for word in words {
                named.add(workspace, path, word);
            }
        }
        named
    }

    fn add(&mut self, workspace: &Workspace, path: &FilePath, word: &str) {
        let top = word.split('.').next().unwrap_or_default();
        let row = prefixes(word).find_map(|prefix| Catalog::bundled().row_of(prefix));
        let catalogued = row.into_iter().flat_map(catalog::Row::candidates);
        let installed = workspace.environment().providers(word).into_iter().flat_map(|(_, providers)| providers);
        let provided = catalogued.chain(installed.map(|installed| installed.name.clone()));
        let names = std::iter::once(squash(top)).chain(provided.map(|name| squash(name.as_str())));
        for name in names {
            let places = self.by_distribution.entry(name).or_default();
            if places.last().is_none_or(|(last, _)| last != path) {
                places.push((path.clone(), word.into()));
            }
        }
    }
}

/// `requests` of `types-requests` and `pandas-stubs`.
fn stubs_of(name: &str) -> Option<String> {
    let host = name.strip_prefix("types-").or_else(|| name.strip_suffix("-stubs"))?;
    Some(host.to_owned())
}

/// Whether something of the host is declared beside the requirement, or imported.
fn has_host(workspace: &Workspace, file: FileId, host: &str) -> bool {
    let name = DistributionName::new(host);
    let module = host.replace('-', "_");
    workspace.projects().users(file).iter().any(|&project| {
        workspace.projects().all[project].names.contains(&name)
            || workspace.projects().all[project].names.contains(&DistributionName::new(&format!("py{host}")))
    }) || workspace.index().is_imported(&module)
}

impl Row {
    fn evidence(self, workspace: &Workspace, file: FileId, requirement: &Requirement) -> Option<String> {
        let for_development = matches!(requirement.group, Group::Development(_))
            || role_of_requirement(workspace.path(file), &requirement.group) == Role::Development;
        match self.kind {
            "command" | "build-tool" if for_development || self.condition == "always" => {
                Some("its command is a tool for developers".to_owned())
            }
            "command" => mentioned(workspace, file, self.key).map(|path| format!("{path} runs {}", self.key)),
            "optional-peer" | "plugin-of" => {
                let asked = !self.condition.is_empty() && self.only_asks_for_imports();
                let used = has_host(workspace, file, self.key) && (!asked || self.imports_hold(workspace));
                used.then(|| format!("{} uses it", self.key))
            }
            "django-app" | "django-engine" => {
                mentioned(workspace, file, self.key).map(|path| format!("{path} names {}", self.key))
            }
            // needed for a platform only, it stands behind a marker that says so
            "platform" => requirement.marker.is_some().then(|| format!("{} needs it", self.key)),
            // a driver is chosen by the scheme of a URL, which may stand in the environment of the deployed application
            "database-url" | "broker-url" => self
                .url_host(workspace, file, requirement)
                .map(|host| format!("{host} loads it for URLs that begin with {}", self.key)),
            "build-tool" => Some("it builds or packages the project".to_owned()),
            "runtime-data" => Some("it is used as data".to_owned()),
            _ => None,
        }
    }

    /// What reads URLs and is there: a host that the row names, or one of those that take any driver.
    /// A distribution is no host of its own.
    fn url_host(self, workspace: &Workspace, file: FileId, requirement: &Requirement) -> Option<&'static str> {
        let itself = requirement.name.as_ref().map_or("", DistributionName::as_str);
        let named = self.condition.split('|').filter_map(|atom| atom.trim().strip_prefix("host:"));
        let general = ["sqlalchemy", "django", "databases", "celery", "kombu"].into_iter();
        let hosts = named.chain(general.filter(|_| !self.condition.contains("host:")));
        hosts.filter(|host| *host != itself).find(|host| has_host(workspace, file, host))
    }

    fn only_asks_for_imports(self) -> bool {
        self.condition.split('|').all(|atom| atom.trim().starts_with("import:"))
    }

    fn imports_hold(self, workspace: &Workspace) -> bool {
        let modules = self.condition.split('|').filter_map(|atom| atom.trim().strip_prefix("import:"));
        modules.into_iter().any(|module| workspace.index().is_imported(module))
    }
}

/// The first file, by path, that mentions the word and lies near the manifest.
fn mentioned<'a>(workspace: &'a Workspace, manifest: FileId, word: &str) -> Option<&'a FilePath> {
    let nearby = Nearby::of(workspace, manifest);
    let mut all = workspace.mentions().chain(workspace.settings_mentions());
    all.find(|(path, mentions)| mentions.has(word) && nearby.holds(path)).map(|(path, _)| path)
}

/// The folders of the projects that read a manifest.
struct Nearby<'a> {
    folders: Vec<&'a str>,
}

impl<'a> Nearby<'a> {
    fn of(workspace: &'a Workspace, manifest: FileId) -> Self {
        let users = workspace.projects().users(manifest).iter();
        Self { folders: users.map(|project| &*workspace.projects().all[*project].folder).collect() }
    }

    /// Whether a file lies in one of the folders, or in one around them.
    fn holds(&self, path: &FilePath) -> bool {
        let around = path.folder().trim_end_matches(".github/workflows").trim_end_matches('/');
        self.folders.iter().any(|folder| is_inside(path.folder(), folder) || is_inside(folder, around))
    }
}

/// Whether `folder` is `outer` or lies inside it.
fn is_inside(folder: &str, outer: &str) -> bool {
    outer.is_empty() || folder.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether an installed distribution requires `name`, whatever the extras.
pub(crate) fn required_by_installed(workspace: &Workspace, name: &DistributionName) -> bool {
    let all = workspace.environment().distributions();
    let needs = |requires: &[(DistributionName, Box<str>)]| {
        requires.iter().any(|(required, rest)| required == name && !rest.contains("extra"))
    };
    all.iter().any(|installed| installed.name != *name && needs(&installed.requires))
}
