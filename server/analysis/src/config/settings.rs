//! The settings as one value, and what follows of it for a file, a module or a finding.

use super::base::PathBase;
use super::glob::PathPattern;
use super::platform::Platform;
use super::rules::{Level, Override, Subject, is_meant, without_star};
use pinlens_facts::facts::FileKind;
use pinlens_facts::formats::toml::Table;
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::{DistributionName, FilePath, ModuleName, PythonVersion};
use pinlens_facts::words::roles::Role;
use pinlens_facts::words::text::TextRange;
use std::collections::BTreeMap;

/// The settings that the analysis and the loader obey. Settings of the editor alone live in the protocol crate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// The folder that messages name files from. No setting: whoever loads the workspace knows where the user is.
    pub base: PathBase,
    /// Whether the folder of the settings is a project of its own, also inside a repository. Only the search for the root of
    /// a path uses it.
    pub is_root: bool,
    /// The Python that the code will run on; `None` where nothing says it.
    pub python_version: Option<PythonVersion>,
    /// The platform that the code will run on; `None` for any.
    pub python_platform: Option<Platform>,
    /// The environment to read: a folder relative to the root or absolute, or `none` for none at all; `None` searches.
    pub environment: Option<String>,
    /// The only codes to report; empty for all.
    pub select: Vec<String>,
    /// Codes not to report.
    pub ignore: Vec<String>,
    /// How loud a code is at its worst.
    pub severity: BTreeMap<String, Level>,
    /// What becomes of findings that match; the last one that does decides.
    pub overrides: Vec<Override>,
    /// Glob patterns, as in .gitignore, of files to leave out.
    pub exclude: Vec<String>,
    /// Requirements files next to those that are known by their names.
    pub requirements: Vec<RequirementsFile>,
    /// Folders, relative to the root, that are on `sys.path` at run time.
    pub roots: Vec<String>,
    /// Dotted modules that are the workspace's own, wherever they come from.
    pub first_party: Vec<String>,
    /// Dotted module prefix -> distributions that provide it, best first.
    pub map: BTreeMap<ModuleName, Vec<DistributionName>>,
    /// How fixes request versions; `None` does as the neighbours do.
    pub fix_style: Option<FixStyle>,
    /// Distributions that are never called unused; `*` stands for any letters.
    pub keep: Vec<DistributionName>,
    /// What the groups of dependencies in pyproject.toml are for.
    pub groups: Groups,
    /// Where the application starts: files, or `package.module:function`.
    pub entries: Vec<String>,
    /// What becomes of an undeclared import that no start-up comes to, where an entry is known; `None` leaves it.
    pub off_start_up: Option<Level>,
    /// The keys that the command line or the editor has set: the settings of subfolders do not change them.
    pub set_by_user: Vec<&'static str>,
}

/// What the groups of dependencies are for, as far as the settings say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Groups {
    /// The extras and groups of dependencies in pyproject.toml that are for developers only.
    pub development: Vec<String>,
    /// The extras that are for developers only, where groups of the same name are not.
    pub development_extras: Vec<String>,
    /// The groups of dependencies that are installed where the application runs.
    pub runtime: Vec<String>,
}

/// How a requirement requests a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FixStyle {
    /// `==1.2`
    Exact,
    /// `~=1.2`
    Compatible,
    /// `>=1.2`
    AtLeast,
    /// `^1.2`, in poetry's tables; `>=1.2` elsewhere.
    Caret,
    /// Not at all.
    Bare,
}

impl FixStyle {
    /// The names of all, for messages.
    pub const NAMES: &'static str = "\"==\", \"~=\", \">=\" or \"bare\"";

    /// The style of that name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "==" => Some(Self::Exact),
            "~=" => Some(Self::Compatible),
            ">=" => Some(Self::AtLeast),
            "bare" => Some(Self::Bare),
            _ => None,
        }
    }
}

/// Files that the user calls requirements files.
#[derive(Clone, Debug, PartialEq)]
pub struct RequirementsFile {
    /// Which.
    pub pattern: PathPattern,
    /// What they are for; `None` leaves it to their names.
    pub role: Option<Role>,
}

/// A setting that could not be taken, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The key with its table: `tool.pinlens.python-version`.
    pub key: String,
    /// What is wrong and what would be right.
    pub message: String,
    /// Where in the file's text; `None` for what has no place in one.
    pub range: Option<TextRange>,
    /// Whether the file as a whole is no TOML: only what reads well of it is taken.
    pub fatal: bool,
}

impl ConfigError {
    /// An error without a place in a file.
    pub fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self { key: key.into(), message: message.into(), range: None, fatal: false }
    }
}

impl Config {
    /// What a file is, by its path and by what the user calls a requirements file.
    pub fn kind_of(&self, path: &FilePath) -> Option<FileKind> {
        FileKind::of(path).or_else(|| self.requirements_file(path).map(|_| FileKind::Requirements))
    }

    /// What the user says of the requirements file at `path`; the last pattern that matches decides.
    pub fn requirements_file(&self, path: &FilePath) -> Option<&RequirementsFile> {
        self.requirements.iter().rev().find(|file| file.pattern.matches(path))
    }

    /// Whether the settings say that the distribution is used, whatever shows it.
    pub fn keeps(&self, distribution: &DistributionName) -> bool {
        self.keep.iter().any(|pattern| is_meant(pattern.as_str(), distribution.as_str()))
    }

    /// Whether the settings select the code by its name, or give it a severity: then all that it knows is wanted.
    pub fn selects(&self, code: Code) -> bool {
        self.select.iter().any(|select| select == code.as_str())
            || matches!(self.severity.get(code.as_str()), Some(Level::At(_)))
    }

    /// Whether the user calls the module `dotted`, or a package around it, the workspace's own.
    pub fn is_first_party(&self, dotted: &str) -> bool {
        let is_within = |own: &String| {
            dotted.strip_prefix(without_star(own)).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.first_party.iter().any(is_within)
    }

    /// The severity at which a finding is reported that would have `severity`; `None` where it is not reported.
    ///
    /// `select` and `ignore` decide first. The table of severities says how loud a code is at its worst: what its
    /// circumstances made weaker stays weaker. The last override that matches has the last word.
    pub fn severity_of(&self, subject: Subject, severity: Severity) -> Option<Severity> {
        let code = subject.code.as_str();
        let selected = self.select.is_empty() || self.select.iter().any(|select| select == code);
        if !selected || self.ignore.iter().any(|ignore| ignore == code) {
            return None;
        }
        let general = match self.severity.get(code) {
            None if subject.code.is_off_by_default() && self.select.is_empty() => Level::Off,
            None => Level::At(severity),
            Some(Level::Off) => Level::Off,
            Some(Level::At(level)) if severity >= subject.code.severity() => Level::At(*level),
            Some(Level::At(level)) => Level::At(severity.min(*level)),
        };
        match self.overrides.iter().rev().find(|rule| rule.matches(subject)).map_or(general, |rule| rule.level) {
            Level::Off => None,
            Level::At(severity) => Some(severity),
        }
    }

    /// Takes from `other` what the table `ours` does not set.
    pub(super) fn fill(&mut self, ours: Option<&Table>, other: &Self) {
        let open = |key: &str| ours.is_none_or(|table| !table.contains_key(key));
        let take = |key: &str, take: &mut dyn FnMut()| {
            if open(key) {
                take();
            }
        };
        take("ignore", &mut || self.ignore.clone_from(&other.ignore));
        take("overrides", &mut || self.overrides.clone_from(&other.overrides));
        take("exclude", &mut || self.exclude.clone_from(&other.exclude));
        take("requirements", &mut || self.requirements.clone_from(&other.requirements));
        take("first-party", &mut || self.first_party.clone_from(&other.first_party));
        take("map", &mut || self.map.clone_from(&other.map));
        take("dev-groups", &mut || {
            self.groups.clone_from(&other.groups);
        });
    }
}
