//! Python files of known names: those that configure something, and those that a tool runs.

use crate::words::lists::List;
use crate::words::names::FilePath;

/// Whether Python code is a settings module of Django, whatever its name: it sets the list of applications at the top.
pub fn sets_up_django(text: &str) -> bool {
    let found = memchr::memmem::find_iter(text.as_bytes(), b"INSTALLED_APPS");
    found.take(100).any(|at| {
        let is_first = at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n');
        let rest = text.get(at + "INSTALLED_APPS".len()..).unwrap_or_default().trim_start();
        is_first && rest.starts_with(['=', '+', ':']) && !rest.starts_with("==")
    })
}

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
        _ if List::BuildModule.has(path.stem()) => Some("setuptools"),
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
