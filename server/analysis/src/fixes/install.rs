//! What a person may have run so that a package gets installed: by the project's own tool, in the right group.
//!
//! Only what a requirement or sure evidence names is installed, and nothing is run here.

use super::purpose::Purpose;
use crate::analysis::Analysis;
use crate::finding::{Diagnostic, Subject};
use crate::model::ids::FileId;
use crate::model::project::in_folder;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{Format, Group, Requirement, RequirementsFacts};
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::{DistributionName, FilePath};

/// A program of the user's that installs packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// uv, which manages the project.
    Uv,
    /// Poetry.
    Poetry,
    /// PDM.
    Pdm,
    /// Pipenv.
    Pipenv,
    /// `uv pip` or pip, whichever is there, into the environment that is read.
    Installer,
}

/// One command, to be shown before it is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Install {
    /// What it does, for a menu: `Install redis into .venv`.
    pub title: String,
    /// Which program.
    pub tool: Tool,
    /// Its arguments; those of [`Tool::Installer`] stand behind `install`.
    pub arguments: Vec<String>,
    /// The folder in which it runs, relative to the root.
    pub folder: Box<str>,
}

/// What would answer the finding; none where it is about no package that is known for sure.
pub(crate) fn of_finding(ws: &Analysis, file: FileId, found: &Diagnostic) -> Vec<Install> {
    match found.code {
        Code::NotInstalled => installed(ws, file, found).into_iter().collect(),
        Code::UndeclaredImport | Code::TransitiveImport if found.severity >= Severity::Warning => {
            added(ws, file, found).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Installs what a list requires: by the tool that has locked it, else the requirement, or the whole list, into the environment.
fn installed(ws: &Analysis, file: FileId, found: &Diagnostic) -> Option<Install> {
    let path = ws.path(file);
    let facts = ws.facts(file).and_then(FileFacts::declarations)?;
    let location = &ws.environment().location;
    let folder: Box<str> = path.folder().into();
    if let Some(locking) = Locking::of(ws, path, facts.format) {
        let title = format!("Install what {} requires: `{}`", ws.shown(path), locking.command());
        let arguments = locking.arguments.iter().map(|&one| one.to_owned()).collect();
        return Some(Install { title, tool: locking.tool, arguments, folder: locking.folder });
    }
    let is_list = facts.format == Format::Requirements;
    let whole = || vec!["-r".to_owned(), path.file_name().to_owned()];
    let of_all = || format!("Install what {} requires into {location}", ws.shown(path));
    let Subject::Requirement(index) = found.subject else { return None };
    let requirement = facts.requirements.get(index)?;
    if found.distribution.is_none() {
        return is_list.then(|| Install { title: of_all(), tool: Tool::Installer, arguments: whole(), folder });
    }
    // options say from where it comes, and hashes are of the list as a whole
    if is_list && has_options(facts) {
        return Some(Install { title: of_all(), tool: Tool::Installer, arguments: whole(), folder });
    }
    let text = written(requirement)?;
    let title = format!("Install {text} into {location}");
    Some(Install { title, tool: Tool::Installer, arguments: vec![text], folder })
}

/// The requirement as the installer takes it (PEP 508).
fn written(requirement: &Requirement) -> Option<String> {
    let name = requirement.name.as_ref()?;
    let extras: Vec<&str> = requirement.extras.iter().map(|extra| &*extra.text).collect();
    let extras = if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) };
    let specifier = requirement.specifier.as_ref().map_or("", |specifier| specifier.text.trim());
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-,[]<>=!~*+ ".contains(c);
    let text = format!("{name}{extras}{specifier}");
    text.chars().all(is_plain).then_some(text)
}

fn has_options(facts: &RequirementsFacts) -> bool {
    facts.style.hashes || facts.text.lines().any(|line| line.trim_start().starts_with('-') && !line.contains(" -r"))
}

/// Adds a missing package by the tool that manages the project of the code, in the group that fits the code.
fn added(ws: &Analysis, file: FileId, found: &Diagnostic) -> Option<Install> {
    let name = found.distribution.as_ref()?;
    let project = &ws.projects().all[ws.project_of(file)];
    // poetry knows members by their paths alone
    let is_member = ws.makes(name);
    if project.is_script {
        return None;
    }
    let manifest = project.lists.entries.iter().find_map(|entry| {
        let facts = ws.facts(*entry).and_then(FileFacts::declarations)?;
        let locking = Locking::of(ws, ws.path(*entry), facts.format)?;
        Some((*entry, facts, locking.tool))
    });
    let (entry, facts, tool) = manifest.filter(|(_, _, tool)| !is_member || matches!(tool, Tool::Uv | Tool::Pdm))?;
    let for_tests = Purpose::of_code(project, [ws.path(file)].into_iter());
    let (options, place) = group_options(tool, &for_tests, facts);
    let mut arguments = vec![if tool == Tool::Pipenv { "install" } else { "add" }.to_owned()];
    arguments.extend(options);
    arguments.push(name.to_string());
    let title = format!("Add {name}{place} and install it: `{} {}`", name_of(tool), arguments.join(" "));
    let folder = ws.path(entry).folder().into();
    is_plain_name(name).then_some(Install { title, tool, arguments, folder })
}

/// Whether the name is one that no tool takes for an option.
fn is_plain_name(name: &DistributionName) -> bool {
    name.as_str().starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// The options that put a package into the group that fits, and what the group is called.
fn group_options(tool: Tool, purpose: &Purpose, facts: &RequirementsFacts) -> (Vec<String>, String) {
    if matches!(purpose, Purpose::Application | Purpose::Extra(_) | Purpose::Build) {
        return (Vec::new(), String::new());
    }
    let groups = facts.requirements.iter().filter_map(|one| match &one.group {
        Group::Development(name) => Some(&**name),
        _ => None,
    });
    let wanted: &[&str] = match purpose {
        Purpose::Tests => &["test", "tests", "testing"],
        Purpose::Documentation => &["docs", "doc"],
        _ => &[],
    };
    let group = groups.into_iter().find(|name| wanted.contains(name)).unwrap_or("dev");
    let words: Vec<String> = match tool {
        Tool::Pipenv => vec!["--dev".to_owned()],
        Tool::Pdm => vec!["-dG".to_owned(), group.to_owned()],
        Tool::Uv if group == "dev" => vec!["--dev".to_owned()],
        Tool::Uv | Tool::Poetry | Tool::Installer => vec!["--group".to_owned(), group.to_owned()],
    };
    (words, format!(" to the group {group}"))
}

/// A tool that has locked what a manifest requires.
struct Locking {
    tool: Tool,
    /// How it installs that.
    arguments: &'static [&'static str],
    /// Where it does.
    folder: Box<str>,
}

impl Locking {
    /// The tool of a manifest: the lock lies next to it, or at the root of its workspace.
    fn of(ws: &Analysis, path: &FilePath, format: Format) -> Option<Self> {
        let is_there = |name: &str| ws.file(&path.sibling(name)).is_some_and(|file| ws.facts(file).is_some());
        let (tool, verb): (Tool, &[&str]) = match format {
            Format::Pyproject if is_there("uv.lock") => (Tool::Uv, &["sync"]),
            Format::Pyproject if is_there("poetry.lock") => (Tool::Poetry, &["install"]),
            Format::Pyproject if is_there("pdm.lock") => (Tool::Pdm, &["sync"]),
            Format::Pipfile if is_there("Pipfile.lock") => (Tool::Pipenv, &["sync"]),
            Format::Pyproject => return Self::of_workspace(ws, path),
            _ => return None,
        };
        Some(Self { tool, arguments: verb, folder: path.folder().into() })
    }

    /// `uv sync` in the folder of a member would take the other members out of the environment, and `pdm sync` runs at the root alone.
    fn of_workspace(ws: &Analysis, path: &FilePath) -> Option<Self> {
        let root = ws.projects().workspaces.root_of(ws.projects().of_path(path.as_str()))?;
        let is_there =
            |name: &str| ws.file(&FilePath::new(&in_folder(root, name))).is_some_and(|file| ws.facts(file).is_some());
        let (tool, verb): (Tool, &[&str]) = match () {
            () if is_there("uv.lock") => (Tool::Uv, &["sync", "--all-packages"]),
            () if is_there("pdm.lock") => (Tool::Pdm, &["sync"]),
            () => return None,
        };
        Some(Self { tool, arguments: verb, folder: root.into() })
    }

    /// The command, as people type it.
    fn command(&self) -> String {
        format!("{} {}", name_of(self.tool), self.arguments.join(" "))
    }
}

fn name_of(tool: Tool) -> &'static str {
    match tool {
        Tool::Uv => "uv",
        Tool::Poetry => "poetry",
        Tool::Pdm => "pdm",
        Tool::Pipenv => "pipenv",
        Tool::Installer => "pip",
    }
}

/// The command that installs what the manifest at `path` requires, for messages.
pub(crate) fn command(ws: &Analysis, path: &FilePath, format: Format) -> String {
    if let Some(locking) = Locking::of(ws, path, format) {
        return locking.command();
    }
    match format {
        Format::Requirements => format!("pip install -r {path}"),
        Format::Pyproject | Format::SetupCfg | Format::SetupPy => match path.folder() {
            "" => "pip install -e .".to_owned(),
            folder => format!("pip install -e {folder}"),
        },
        Format::Pipfile => "pipenv sync".to_owned(),
        Format::Conda => format!("conda env update --file {path}"),
        Format::Pixi => "pixi install".to_owned(),
        Format::Script => format!("uv run {path}"),
    }
}
