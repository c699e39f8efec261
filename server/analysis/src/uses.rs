//! What is used without being imported: commands, plugins, drivers, stubs, build tools.
//!
//! The knowledge is the table `data/uses.tsv`, one row a fact. A row counts as a use where its evidence is found, and where
//! this build cannot read its kind of evidence but the host that would use it is required: a requirement is called
//! unused only when nothing speaks for it.

use crate::names::{DistributionName, FilePath};
use crate::project::{Role, role_of};
use crate::requirements::Requirement;
use crate::workspace::{FileId, Workspace};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::new(include_str!("../data/uses.tsv")));

/// Distribution -> the rows that tell how it is used.
#[derive(Debug)]
struct Table {
    by_distribution: FxHashMap<&'static str, Vec<Row>>,
    /// The keys that a file may mention: commands, dotted names of plugins and applications.
    keys: FxHashSet<&'static str>,
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
        let mut keys = FxHashSet::default();
        for line in table.lines().skip(1) {
            let cells: Vec<&'static str> = line.split('\t').collect();
            let [kind, key, distribution, condition, ..] = cells[..] else { continue };
            by_distribution.entry(distribution).or_default().push(Row { kind, key, condition });
            if matches!(kind, "command" | "django-app" | "django-engine") {
                keys.insert(key);
            }
        }
        Self { by_distribution, keys }
    }
}

/// The words of a file that name something of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    words: FxHashSet<Box<str>>,
}

impl Mentions {
    /// The known words of `text`, comments left out.
    pub fn of(text: &str) -> Self {
        let lines = text.lines().map(without_comment);
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let words = lines.flat_map(|line| line.split(move |c| !is_word(c)));
        let known = words.map(|word| word.trim_matches(['.', '-'])).filter(|word| TABLE.keys.contains(word));
        Self { words: known.map(Into::into).collect() }
    }

    fn has(&self, word: &str) -> bool {
        self.words.contains(word)
    }
}

/// A `#` begins a comment at a line's start and after a blank; a shebang is none.
fn without_comment(line: &str) -> &str {
    if line.starts_with("#!") {
        return line;
    }
    let starts = |at: usize| at == 0 || line.as_bytes()[at - 1].is_ascii_whitespace();
    line.match_indices('#').find(|(at, _)| starts(*at)).map_or(line, |(at, _)| &line[..at])
}

/// Whether projects write commands or plugins down in a file of this name.
pub fn is_written_down_in(path: &FilePath) -> bool {
    let name = path.file_name().to_ascii_lowercase();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name.as_str(), ""));
    let in_workflows = path.folder().ends_with(".github/workflows") || path.folder().ends_with(".circleci");
    let known = [
        "procfile", "dockerfile", "containerfile", "makefile", "gnumakefile", "justfile", "pipfile", "tox.ini", "setup.cfg",
        "pytest.ini", ".flake8", "supervisord.conf", ".pre-commit-config.yaml", "fly.toml", "ruff.toml", "jenkinsfile",
    ];
    let stems = [
        "procfile", "dockerfile", "docker-compose", "compose", "apprunner", "app", "serverless", "template", "render",
        "railway", "nixpacks", "buildspec", "cloudbuild", "mkdocs", "taskfile", "azure-pipelines", "bitbucket-pipelines",
        ".gitlab-ci", ".travis", "appveyor", ".readthedocs",
    ];
    known.contains(&name.as_str())
        || name.starts_with("dockerfile.")
        || matches!(extension, "sh" | "bash" | "service" | "mk" | "dockerfile" | "bat" | "ps1")
        || matches!(extension, "yml" | "yaml" | "toml" | "json" | "dev")
            && (in_workflows || stems.iter().any(|known| stem == *known || stem.starts_with(&format!("{known}."))))
}

/// Why a requirement of `file` counts as used although nothing imports it; `None` where nothing speaks for it.
pub(crate) fn reason(workspace: &Workspace, file: FileId, requirement: &Requirement) -> Option<String> {
    let name = requirement.name.as_ref()?;
    if let Some(host) = stubs_of(name.as_str()) {
        return has_host(workspace, file, &host).then(|| format!("its stubs are for {host}"));
    }
    let rows = TABLE.by_distribution.get(name.as_str())?;
    rows.iter().find_map(|row| row.evidence(workspace, file, requirement))
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
        let for_development = role_of(workspace.path(file)) == Role::Development;
        match self.kind {
            "command" | "build-tool" if for_development || self.condition == "always" => {
                Some("its command is a tool for developers".to_owned())
            }
            "command" => mentioned(workspace, self.key).map(|path| format!("{path} runs {}", self.key)),
            "optional-peer" | "plugin-of" => {
                let asked = !self.condition.is_empty() && self.only_asks_for_imports();
                let used = has_host(workspace, file, self.key) && (!asked || self.imports_hold(workspace));
                used.then(|| format!("{} uses it", self.key))
            }
            "django-app" | "django-engine" => mentioned(workspace, self.key).map(|path| format!("{path} names {}", self.key)),
            // needed for a platform only, it stands behind a marker that says so
            "platform" => requirement.marker.is_some().then(|| format!("{} needs it", self.key)),
            "runtime-data" => Some("it is used as data".to_owned()),
            _ => None,
        }
    }

    fn only_asks_for_imports(self) -> bool {
        self.condition.split('|').all(|atom| atom.trim().starts_with("import:"))
    }

    fn imports_hold(self, workspace: &Workspace) -> bool {
        let modules = self.condition.split('|').filter_map(|atom| atom.trim().strip_prefix("import:"));
        modules.into_iter().any(|module| workspace.index().is_imported(module))
    }
}

/// The first file, by path, that mentions the word.
fn mentioned<'a>(workspace: &'a Workspace, word: &str) -> Option<&'a FilePath> {
    workspace.mentions().find(|(_, mentions)| mentions.has(word)).map(|(path, _)| path)
}

/// Whether an installed distribution requires `name`, whatever the extras.
pub(crate) fn required_by_installed(workspace: &Workspace, name: &DistributionName) -> bool {
    let all = workspace.environment().distributions();
    let needs = |requires: &[(DistributionName, Box<str>)]| {
        requires.iter().any(|(required, rest)| required == name && !rest.contains("extra"))
    };
    all.iter().any(|installed| installed.name != *name && needs(&installed.requires))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_outside_comments_are_mentions() {
        let mentions = Mentions::of("web: gunicorn app:app # not celery\n# uvicorn\nworker: exec /venv/bin/flower\n");
        assert!(mentions.has("gunicorn"));
        assert!(mentions.has("flower"));
        assert!(!mentions.has("celery") && !mentions.has("uvicorn"));
    }

    #[test]
    fn files_are_known_by_name() {
        for path in ["Procfile", "Dockerfile", "docker/Dockerfile.prod", ".github/workflows/ci.yml", "docker-compose.override.yml", "start.sh"] {
            assert!(is_written_down_in(&FilePath::new(path)), "{path}");
        }
        for path in ["data.yml", "package.json", "README.md", "notes.txt"] {
            assert!(!is_written_down_in(&FilePath::new(path)), "{path}");
        }
    }
}
