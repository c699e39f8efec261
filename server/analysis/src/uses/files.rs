//! Which files say how something is used, by their names.

use crate::names::FilePath;

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

/// File names, in lower case, in which projects write commands or plugins down.
const WRITTEN_DOWN_NAMES: [&str; 14] = [
    "procfile",
    "dockerfile",
    "containerfile",
    "makefile",
    "gnumakefile",
    "justfile",
    "pipfile",
    "tox.ini",
    "pytest.ini",
    ".flake8",
    "supervisord.conf",
    ".pre-commit-config.yaml",
    "ruff.toml",
    "jenkinsfile",
];

/// The same for YAML, TOML and JSON files, by their name up to the first dot (but a leading one).
const WRITTEN_DOWN_STEMS: [&str; 24] = [
    ".gitlab-ci",
    ".readthedocs",
    ".travis",
    "app",
    "apprunner",
    "appveyor",
    "azure-pipelines",
    "bitbucket-pipelines",
    "buildspec",
    "cloudbuild",
    "compose",
    "docker-compose",
    "dockerfile",
    "fly",
    "mkdocs",
    "nixpacks",
    "pixi",
    "procfile",
    "railway",
    "render",
    "serverless",
    "taskfile",
    "template",
    "woodpecker",
];

/// Whether projects write commands or plugins down in a file of this name. Asked of every file that a walk meets, so it
/// looks at the extension first.
pub fn is_written_down_in(path: &FilePath) -> bool {
    let name = path.file_name();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let named = || WRITTEN_DOWN_NAMES.iter().any(|known| known.eq_ignore_ascii_case(name));
    match extension {
        "sh" | "bash" | "service" | "mk" | "dockerfile" | "bat" | "ps1" => true,
        "yml" | "yaml" | "toml" | "json" | "dev" => {
            let folder = path.folder();
            let dot = name.get(1..).and_then(|rest| rest.find('.')).map_or(name.len(), |at| at + 1);
            let stem = name.get(..dot).unwrap_or(name);
            folder.ends_with(".github/workflows")
                || folder.ends_with(".circleci")
                || WRITTEN_DOWN_STEMS.iter().any(|known| known.eq_ignore_ascii_case(stem))
                || named()
        }
        _ => named() || name.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("dockerfile.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_name() {
        for path in [
            "Procfile",
            "Dockerfile",
            "docker/Dockerfile.prod",
            ".github/workflows/ci.yml",
            "docker-compose.override.yml",
            "start.sh",
        ] {
            assert!(is_written_down_in(&FilePath::new(path)), "{path}");
        }
        for path in ["data.yml", "package.json", "README.md", "notes.txt"] {
            assert!(!is_written_down_in(&FilePath::new(path)), "{path}");
        }
    }
}
