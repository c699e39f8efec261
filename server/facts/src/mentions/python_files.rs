//! Python files of known names: those that configure something, and those that a tool runs.

use crate::words::names::FilePath;

/// Whether a Python file of this name configures something, so that its strings name what is used.
pub fn is_settings(path: &FilePath) -> bool {
    let stem = path.stem();
    let known = [
        "conf",
        "pelicanconf",
        "publishconf",
        "conftest",
        "setup",
        "noxfile",
        "tasks",
        "fabfile",
        "celeryconfig",
        "celery",
        "config",
        "manage",
    ];
    // `gunicorn.conf.py`
    known.contains(&stem.rsplit('.').next().unwrap_or(stem))
        || stem.contains("settings")
        || stem.contains("_config")
        || path.folder().ends_with("settings")
}

/// The distribution that runs a Python file of this name, and is there whenever the file runs.
pub fn runner_of(path: &FilePath) -> Option<&'static str> {
    match path.file_name() {
        "setup.py" => Some("setuptools"),
        "noxfile.py" => Some("nox"),
        "fabfile.py" => Some("fabric"),
        "locustfile.py" => Some("locust"),
        "hatch_build.py" => Some("hatchling"),
        "dodo.py" => Some("doit"),
        "tasks.py" => Some("invoke"),
        name if name.starts_with("hook-") => Some("pyinstaller"),
        // a notebook's kernel
        name => (name.rsplit('.').next() == Some("ipynb")).then_some("ipython"),
    }
}
